"""Milliseconds to archive a page of 100 kB, beside what gzip alone takes for it.

    .venv/bin/python benchmarks/archive.py [--pages 500] [--bytes 100000] [--rounds 5] [--real FOLDER]

Pages are made of words drawn by the frequencies of running text, with markup between them; with ``--real`` the saved
pages of a folder take their place. Printed, as medians of the rounds and in units of gzip alone (zlib, level 6, a
member a page): `Archive.write` with request and verdict, the same with `sync` after each 50 pages, and reading the
pages back; before them the bytes that a page takes in the archive.
"""

import argparse
import random
import statistics
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

from harvester.archive.reader import pages
from harvester.archive.writer import Archive, Exchange
from harvester.items import PageKind, Verdict

_GROUP = 50  # pages between two commits of the store, as the crawl shows them


def made(count: int, size: int) -> list[bytes]:
    """Return pages of about that many bytes, all different."""
    dice = random.Random(1)
    letters = "etaoinshrdlucmfwypvbgk"
    words = ["".join(dice.choices(letters, k=dice.randint(2, 11))) for _ in range(20_000)]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    found = []
    for _ in range(count):
        text, length = [], 0
        while length < size:
            line = f'<div class="{dice.choice(words)}"><p>{" ".join(dice.choices(words, weights, k=40))}</p></div>\n'
            text.append(line)
            length += len(line)
        found.append("".join(text).encode())
    return found


def per_page(bodies: Sequence[bytes], work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000 / len(bodies)


def packed(bodies: Sequence[bytes]) -> None:
    for body in bodies:
        packer = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        packer.compress(body)
        packer.flush()


def archived(bodies: Sequence[bytes], folder: Path, *, fsync: bool) -> None:
    archive = Archive(folder, fsync=fsync)
    headers = [(b"Content-Type", b"text/html; charset=utf-8"), (b"Server", b"nginx"), (b"Etag", b'"1234567890"')]
    sent = [(b"User-Agent", b"harvester/0.1"), (b"Accept", b"text/html"), (b"Accept-Encoding", b"gzip, deflate, br")]
    for number, body in enumerate(bodies):
        url = f"https://example.org/article/{number}"
        verdict = Verdict(PageKind.ARTICLE, "citation_title present")
        archive.write(Exchange(url, 200, headers, body, request_headers=sent, verdict=verdict))
        if number % _GROUP == _GROUP - 1:
            archive.sync()
    archive.close()


def read(folder: Path) -> None:
    for path in folder.iterdir():
        for _ in pages(path):
            pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--bytes", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--real", type=Path)
    asked = parser.parse_args()
    if asked.real:
        bodies = [path.read_bytes() for path in sorted(asked.real.rglob("*.html"))][: asked.pages]
    else:
        bodies = made(asked.pages, asked.bytes)
    results: dict[str, list[float]] = {"gzip": [], "write": [], "write and sync": [], "read": []}
    stored = 0
    for _ in range(asked.rounds):
        with tempfile.TemporaryDirectory() as name:
            lazy, safe = Path(name, "lazy"), Path(name, "safe")
            results["gzip"].append(per_page(bodies, lambda: packed(bodies)))
            results["write"].append(per_page(bodies, lambda: archived(bodies, lazy, fsync=False)))  # noqa: B023
            results["write and sync"].append(per_page(bodies, lambda: archived(bodies, safe, fsync=True)))  # noqa: B023
            results["read"].append(per_page(bodies, lambda: read(lazy)))  # noqa: B023
            stored = sum(path.stat().st_size for path in lazy.iterdir())
    size = sum(map(len, bodies)) / len(bodies)
    print(f"{len(bodies)} pages of {size / 1000:.0f} kB, {stored / len(bodies) / 1000:.1f} kB each in the archive")
    alone = statistics.median(results["gzip"])
    for what, times in results.items():
        middle = statistics.median(times)
        print(f"{what:15} {middle:6.2f} ms/page  {middle / alone:5.2f} x gzip")


if __name__ == "__main__":
    main()
