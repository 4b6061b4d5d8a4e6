"""What reading a page costs, in units of parsing it; how much memory a large page takes; and no page takes long.

Usage: ``python benchmarks/extract.py [--pages FOLDER] [--fuzz N] [--peers PYTHON]``. FOLDER holds ``*.html`` and may
hold ``gold.jsonl``, which tells their addresses. PYTHON is an interpreter that has extruct and papis, where they are
to be measured in the same run. Times are CPU times, so that other work on the machine counts less.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import lxml.html

from harvester.extraction import examine
from harvester.page import Page

PAGES = Path(__file__).resolve().parents[2] / "shared" / "pages"
MOST_RATIO = 3.0
MOST_MEGABYTES = 250
MOST_SECONDS = 1.0
REPEATS = 9

PEERS = """
import collections, json, sys, time, warnings, logging
warnings.simplefilter("ignore"); logging.disable(logging.CRITICAL)
import lxml.html
pages = [(url, open(path, "rb").read()) for path, url in json.load(sys.stdin)]
def spent(read, url, body):
    start = time.process_time()
    try:
        read(url, body)
    except Exception as error:
        return time.process_time() - start, type(error).__name__
    return time.process_time() - start, None
def cost(read):
    # A page on which a peer gives up costs it next to nothing, so such pages count on neither side.
    rounds = [[spent(read, url, body) for url, body in pages] for _ in range(2)]
    failed = {at: why for row in rounds for at, (_, why) in enumerate(row) if why}
    took = [min(row[at][0] for row in rounds) for at in range(len(pages))]
    return took, failed
units, _ = cost(lambda url, body: lxml.html.fromstring(body))
def report(name, read):
    took, failed = cost(read)
    read_pages = [at for at in range(len(pages)) if at not in failed]
    why = ", ".join(f"{count} {error}" for error, count in collections.Counter(failed.values()).most_common())
    told = f"{sum(took[at] for at in read_pages) / sum(units[at] for at in read_pages):.1f}" if read_pages else "none"
    print(f"{name}: {told} on the {len(read_pages)} pages that it reads; fails on {len(failed)}: {why or 'none'}")
try:
    import extruct
    report("extruct", lambda url, body: extruct.extract(body, base_url=url))
except ImportError:
    print("extruct is not installed")
try:
    from papis.downloaders.fallback import FallbackDownloader
    class Saved(FallbackDownloader):
        def _get_body(self):
            return self.saved
    def papis(url, body):
        downloader = Saved(url)
        downloader.saved = body
        downloader.get_data()
    report("papis", papis)
except ImportError:
    print("papis is not installed")
"""

LARGE = """
import re
from harvester.extraction import examine
from harvester.page import Page
head = b'<meta charset="utf-8"><meta name="citation_title" content="A large page"><h1>A large page</h1>'
item = b'<div class="row"><p>Some words that stand on a page of many, <a href="/item/%d">and a link</a>.</p></div>\\n'
body = bytearray(head)
for number in range(95_000):
    body += item % number
body = bytes(body)
def peak():
    # Not getrusage(): its peak is the parent's until this process has grown beyond that.
    return int(re.search("VmHWM:\\s*([0-9]+)", open("/proc/self/status").read())[1]) / 1024
before = peak()
examine(Page("https://example.org/large", body))
print(len(body) / 1e6, peak(), before)
"""


def load(folder: Path) -> list[tuple[str, str, bytes]]:
    """Return file name, address and bytes of every page of a folder."""
    addresses = {}
    gold = folder / "gold.jsonl"
    if gold.exists():
        for line in gold.read_text("utf-8").splitlines():
            record = json.loads(line)
            addresses[record["file"]] = record["url"]
    return [
        (path.name, addresses.get(path.name, f"https://example.org/{path.name}"), path.read_bytes())
        for path in sorted(folder.glob("*.html"))
    ]


def costs(pages: list[tuple[str, str, bytes]]) -> tuple[list[float], list[float]]:
    """Return the CPU time that parsing and reading each page takes: the medians of rounds in which both take turns."""
    parsing: list[list[float]] = [[] for _ in pages]
    reading: list[list[float]] = [[] for _ in pages]
    for _ in range(REPEATS):
        for index, (_, url, body) in enumerate(pages):
            parsing[index].append(spent(lxml.html.fromstring, body))
            reading[index].append(spent(lambda url, body: examine(Page(url, body)), url, body))
    return [statistics.median(row) for row in parsing], [statistics.median(row) for row in reading]


def spent(call: Callable[..., object], *arguments: object) -> float:
    """Return the CPU time of one call, the end of what it returns included."""
    start = time.process_time()
    call(*arguments)
    return time.process_time() - start


def mutated(body: bytes, source: random.Random) -> bytes:
    """Return a page with bytes cut, repeated, swapped and replaced."""
    changed = bytearray(body)
    for _ in range(source.randrange(1, 30)):
        if not changed:
            break
        at, length = source.randrange(len(changed)), source.randrange(1, 400)
        piece = bytes(changed[at : at + length])
        junk = (b"", b"<", b'"', b">", b"\xff\x00", b"&#x", piece * 20, piece[::-1], b" " * 5_000, b"(" * 2_000)
        changed[at : at + length] = source.choice(junk)
    return bytes(changed)


def fuzz(pages: list[tuple[str, str, bytes]], runs: int) -> tuple[float, str]:
    """Return the slowest time of so many mutated pages, and which page it was made of."""
    source = random.Random(1)
    slowest, whose = 0.0, ""
    for _ in range(runs):
        name, url, body = source.choice(pages)
        page = Page(url, mutated(body, source))
        start = time.process_time()
        examine(page)
        taken = time.process_time() - start
        if taken > slowest:
            slowest, whose = taken, name
    return slowest, whose


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=Path, default=PAGES)
    parser.add_argument("--fuzz", type=int, default=2000, help="mutated pages to read (default 2000)")
    parser.add_argument("--peers", help="an interpreter that has extruct and papis")
    arguments = parser.parse_args()
    pages = load(arguments.pages)
    if not pages:
        parser.error(f"no *.html in {arguments.pages}")
    first = spent(lambda: examine(Page(*pages[0][1:])))
    # Tables, patterns and the language model are made when first asked for.
    warming = spent(lambda: [examine(Page(url, body)) for _, url, body in pages])
    parsing, reading = costs(pages)
    ratio = sum(reading) / sum(parsing)
    middle = statistics.median(one / other for one, other in zip(reading, parsing, strict=True))
    size = sum(len(body) for *_, body in pages) / 1e6
    print(f"{len(pages)} pages, {size:.1f} MB; lxml.html.fromstring takes {sum(parsing) * 1000:.0f} ms: 1.0")
    print(f"first use: {first * 1000:.0f} ms for the first page, {warming * 1000:.0f} ms for the first round")
    print(f"examine: {ratio:.2f} (bar {MOST_RATIO}); the page in the middle: {middle:.2f}")
    if arguments.peers:
        listed = json.dumps([(str(arguments.pages / name), url) for name, url, _ in pages])
        peers = subprocess.run([arguments.peers, "-c", PEERS], check=True, input=listed, text=True, capture_output=True)
        print(peers.stdout, end="")
    large = subprocess.run([sys.executable, "-c", LARGE], check=True, capture_output=True, text=True).stdout.split()
    print(f"a page of {float(large[0]):.1f} MB: peak {float(large[1]):.0f} MB, {float(large[2]):.0f} MB before reading")
    slowest, whose = fuzz(pages, arguments.fuzz)
    print(f"{arguments.fuzz} mutated pages: slowest {slowest:.2f} s, made of {whose} (bar {MOST_SECONDS} s)")
    return int(ratio > MOST_RATIO or float(large[1]) > MOST_MEGABYTES or slowest > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
