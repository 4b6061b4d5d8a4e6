"""``python -m harvester`` in a process of its own that need not import what it runs: a crawl in a quarter of the time.

Four fifths of what a short crawl takes are imports, its own and those of the processes that read pages. So a process
that has imported everything waits, forks for each command, and the forked one runs the module as Python's ``-m`` does,
with its own folder, environment, output and exit status. Of what a command does only the imports, and the start of the
server that forks the readers, have happened before. What reads ``HARVESTER_...`` from its environment at import, or
is about how processes begin and die, is to be started with `subprocess`.
"""

import atexit
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from tempfile import TemporaryFile

ROOT = Path(__file__).parent.parent


def run(
    arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run ``harvester`` with the arguments, and return its output and its exit status as `subprocess.run` does."""
    with ExitStack() as stack:
        stdin = stack.enter_context(Path(os.devnull).open("rb"))
        stdout, stderr = stack.enter_context(TemporaryFile("w+")), stack.enter_context(TemporaryFile("w+"))
        ours, theirs = socket.socketpair()
        stack.enter_context(ours).settimeout(timeout)
        with theirs:
            files = [theirs.fileno(), stdin.fileno(), stdout.fileno(), stderr.fileno()]
            socket.send_fds(_server(), [b"x"], files)
        order = ours.makefile("rw")
        order.write(json.dumps([list(arguments), str(cwd), dict(environment)]) + "\n")
        order.flush()
        process = int(order.readline())
        try:
            status = int(order.readline())
        except TimeoutError:
            os.kill(process, signal.SIGKILL)
            raise
        finally:
            order.close()
        stdout.seek(0)
        stderr.seek(0)
        return subprocess.CompletedProcess(["harvester", *arguments], status, stdout.read(), stderr.read())


@cache
def _server() -> socket.socket:
    """Start the process that waits, once for each process of pytest."""
    ours, theirs = socket.socketpair()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HARVESTER_")}
    command = [sys.executable, "-W", "error", "-m", "tests.warm", str(theirs.fileno())]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
    theirs.close()

    def end() -> None:
        ours.close()
        server.wait(10)

    atexit.register(end)
    return ours


def _load() -> None:
    """Import what a crawl and the other commands import, except what chooses an event loop."""
    from harvester.spiders import _readers

    _readers.prepare()  # starts the server that forks the readers; those that we fork share it
    for package in ("harvester.commands", "harvester.spiders", "harvester.middlewares", "pipelines"):
        module = import_module(package)
        for each in walk_packages(module.__path__, f"{package}."):
            import_module(each.name)
    for name in ("harvester.harvest", "harvester.report", "harvester.replay", "harvester.archive.handler"):
        import_module(name)
    assert "twisted.internet.reactor" not in sys.modules


def _serve(requests: socket.socket) -> list[str]:
    """Fork for each request; return in the forked process, with the arguments of its command."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the keepers
    while True:
        _, files, _, _ = socket.recv_fds(requests, 1, 4)
        if not files:
            os._exit(0)
        if os.fork():
            for file in files:
                os.close(file)
            continue
        requests.close()
        return _keep(socket.socket(fileno=files[0]), files[1:])


def _keep(asker: socket.socket, files: list[int]) -> list[str]:
    """Start a command, and stay to tell its status; return in its process, with its arguments."""
    from multiprocessing import forkserver

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    order = asker.makefile("rw")
    arguments, cwd, environment = json.loads(order.readline())
    process = os.fork()
    if process:
        order.write(f"{process}\n")
        order.flush()
        _, status = os.waitpid(process, 0)
        order.write(f"{os.waitstatus_to_exitcode(status)}\n")
        order.flush()
        os._exit(0)
    order.close()
    asker.close()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    # The server is no child of ours, so we cannot wait for it, as this would, to see whether it lives.
    forkserver.ensure_running = forkserver._forkserver.ensure_running = lambda: None
    return list(arguments)


if __name__ == "__main__":
    _load()
    sys.argv = ["harvester", *_serve(socket.socket(fileno=int(sys.argv[1])))]
    runpy.run_module("harvester", run_name="__main__", alter_sys=True)
