"""``harvester ...`` in a process of its own that need not import what it runs: a crawl in a fifth of the time.

Four fifths of what a short crawl takes are imports, its own and those of the processes that read pages. So a process
that has imported everything waits, forks for each command, and the forked one runs the module as Python's ``-m`` does,
with its own folder, environment, output and exit status. Of what a command does only the imports, and the start of the
server that forks the readers, have happened before. What is about how processes begin, and die with those that they
began, is to be started with `subprocess`.
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
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from tempfile import TemporaryFile
from typing import IO

ROOT = Path(__file__).parent.parent


class Process:
    """A command that runs: as much of `subprocess.Popen` as tests need, with its output in files, which never fill."""

    def __init__(self, arguments: Sequence[str], cwd: Path, environment: Mapping[str, str] | None = None) -> None:
        self.arguments = list(arguments)
        self.returncode: int | None = None
        self.output = self.errors = ""
        self._files = [TemporaryFile("w+") for _ in range(2)]  # noqa: SIM115 - until the process has ended
        ours, theirs = socket.socketpair()
        with theirs, Path(os.devnull).open("rb") as nothing:
            files = [theirs.fileno(), nothing.fileno(), *(file.fileno() for file in self._files)]
            socket.send_fds(_server(), [b"x"], files)
        self._keeper = ours
        self._told = ours.makefile("rw")
        environment = os.environ if environment is None else environment
        self._told.write(json.dumps([self.arguments, str(cwd), dict(environment)]) + "\n")
        self._told.flush()
        self.pid = int(self._told.readline())

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def wait(self, timeout: float = 120) -> int:
        """Return the exit status, minus the signal that ended the process; raises `TimeoutError`, and then ends it."""
        if self.returncode is None:
            self._keeper.settimeout(timeout)
            try:
                self.returncode = int(self._told.readline())
            except TimeoutError:
                self.send_signal(signal.SIGKILL)
                raise
            finally:
                self._told.close()
                self._keeper.close()
                self.output, self.errors = map(_read, self._files)
        return self.returncode


def _read(file: IO[str]) -> str:
    with file:
        file.seek(0)
        return file.read()


def run(
    arguments: Sequence[str], cwd: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``harvester`` with the arguments, and return what `subprocess.run` would."""
    process = Process(arguments, cwd, environment)
    status = process.wait()
    return subprocess.CompletedProcess(process.arguments, status, process.output, process.errors)


@cache
def _server() -> socket.socket:
    """Start the process that waits, once for each process of pytest."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-W", "error", "-m", "tests.warm", str(theirs.fileno())]
    server = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
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
    if any(name.startswith("HARVESTER_") for name in environment):
        _forget_ourselves()  # the settings read the environment when they are imported
    return list(arguments)


def _forget_ourselves() -> None:
    for name in [each for each in sys.modules if each.split(".")[0] in ("harvester", "pipelines")]:
        del sys.modules[name]


if __name__ == "__main__":
    _load()
    sys.argv = ["harvester", *_serve(socket.socket(fileno=int(sys.argv[1])))]
    runpy.run_module("harvester", run_name="__main__", alter_sys=True)
