"""Memory and time to the first page of a harvest of a million addresses in sitemaps.

    .venv/bin/python benchmarks/sitemap.py [--entries 1000000] [--shape index|file|both] [--delay 0]

A server on 127.0.0.1 in a process of its own lists the addresses, as an index of sitemaps of 50,000 entries each or as
one file of all of them (a hundred megabytes), and answers each address with a small page about a work. The harvest runs
until all addresses are in its frontier, and is then killed. Printed: seconds from its start to the first request for a
page; of its main process (resident) and of all its processes (what they share counted once) the memory when a tenth of
the addresses was known, and the most from then on, which should be the same whatever the number of addresses; the
processor time of the main process, pages that were fetched meanwhile included.
"""

import argparse
import asyncio
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

EACH = 50_000
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
PAGE = (
    '<!DOCTYPE html><html lang="en"><head><title>On shelves {n}</title><meta name="citation_title" content="On the'
    ' shelves of kind {n} in example libraries"><meta name="citation_author" content="Lovelace, Ada">'
    '<meta name="citation_doi" content="10.5555/sitemap.{n}"></head><body><h1>On shelves {n}</h1></body></html>'
)


def urlset(base: str, begin: int, end: int) -> Iterator[bytes]:
    """Yield a sitemap in parts."""
    yield HEAD
    for start in range(begin, end, 1000):
        yield "".join(
            f"<url><loc>{base}/article/{n}</loc><lastmod>2026-0{1 + n % 9}-01</lastmod></url>\n"
            for n in range(start, min(start + 1000, end))
        ).encode()
    yield b"</urlset>\n"


def serve(entries: int, ready: Connection) -> None:
    """Answer until terminated; tell of the first request for a page."""
    asked = False

    def answer(path: str, base: str) -> tuple[bytes, Iterator[bytes]]:
        nonlocal asked
        if path == "/sitemap-index.xml":
            count = -(-entries // EACH)
            body = "".join(f"<sitemap><loc>{base}/sitemap-{n}.xml</loc></sitemap>" for n in range(count))
            return b"application/xml", iter([f"<sitemapindex>{body}</sitemapindex>".encode()])
        if path == "/sitemap-all.xml":
            return b"application/xml", urlset(base, 0, entries)
        if path.startswith("/sitemap-"):
            number = int(path[9:-4])
            return b"application/xml", urlset(base, number * EACH, min((number + 1) * EACH, entries))
        if path == "/robots.txt":
            return b"text/plain", iter([b"User-agent: *\nDisallow:\n"])
        if not asked:
            asked = True
            ready.send(time.time())
        return b"text/html", iter([PAGE.format(n=path.rpartition("/")[2]).encode()])

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = writer.get_extra_info("sockname")[:2]
        try:
            while line := await reader.readline():
                while (await reader.readline()).strip():
                    pass
                kind, parts = answer(line.split()[1].decode(), f"http://{host}:{port}")
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n" % kind)
                for part in parts:
                    writer.write(b"%x\r\n%s\r\n" % (len(part), part))
                    await writer.drain()
                writer.write(b"0\r\n\r\n")
                await writer.drain()
        except ConnectionError:
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        ready.send(server.sockets[0].getsockname()[1])
        async with server:
            await server.serve_forever()

    asyncio.run(run())


def memory(pid: int) -> tuple[float, float]:
    """Return the resident MB of a process, and those of it and all its descendants, shared pages counted in part."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(status.parent.name))
    waiting, family = [pid], []
    while waiting:
        family.append(waiting.pop())
        waiting += children.get(family[-1], [])
    own = _kilobytes(pid, "status", "VmRSS:") / 1024
    return own, sum(_kilobytes(each, "smaps_rollup", "Pss:") for each in family) / 1024


def _kilobytes(pid: int, file: str, name: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)


def known(database: Path) -> int:
    """Return how many pages are in the frontier; the ids of targets have no gaps worth counting."""
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            return int(connection.execute("SELECT max(id) FROM target").fetchone()[0] or 0)
    except sqlite3.OperationalError:
        return 0


def run(shape: str, entries: int, delay: float) -> None:
    """Harvest one shape, and print what it took."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(entries, there), daemon=True)
    server.start()
    base = f"http://127.0.0.1:{here.recv()}"
    name = {"index": "sitemap-index.xml", "file": "sitemap-all.xml"}[shape]
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "sitemap.db")
        command = [sys.executable, "-m", "harvester", "harvest", f"{base}/{name}", "--db", f"sqlite:///{database}"]
        command += ["--no-archive", "--allow-private", "--delay", str(delay)]
        started = time.time()
        with subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
            first = here.recv() - started
            own = together = most_own = most_together = 0.0
            while (count := known(database)) < entries and process.poll() is None:
                time.sleep(0.5)
                now = memory(process.pid)
                if count * 10 < entries:
                    own, together = now
                most_own, most_together = max(most_own, now[0]), max(most_together, now[1])
            took = time.time() - started
            processor = _processor(process.pid)
            process.send_signal(signal.SIGKILL)
        found = known(database)
    server.terminate()
    print(f"{shape}: {found:,} addresses in the frontier after {took:.0f} s ({processor:.0f} s of processor time)")
    print(f"  first page asked for after {first:.1f} s")
    print(f"  main process: {own:.0f} MB then, {most_own:.0f} MB at most: {most_own - own:+.0f} MB")
    print(
        f"  all processes: {together:.0f} MB then, {most_together:.0f} MB at most: {most_together - together:+.0f} MB"
    )


def _processor(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--shape", choices=["index", "file", "both"], default="both")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds between requests, as of the harvest")
    options = parser.parse_args()
    for shape in ("index", "file") if options.shape == "both" else (options.shape,):
        run(shape, options.entries, options.delay)


if __name__ == "__main__":
    main()
