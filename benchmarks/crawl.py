"""Pages per second of a full harvest, in units of a bare Scrapy spider that only reads ``<title>``.

    .venv/bin/python benchmarks/crawl.py [--pages 4000] [--rounds 3] [--real FOLDER]

One run starts a server on 127.0.0.1 in a process of its own and then crawls it in turn with three, each in a fresh
process with 16 requests at a time and no delay: the bare spider; the harvest without its archive, which extracts,
matches and stores into a new SQLite file; and the harvest as it comes, which also keeps all pages as WARC. Both have
their frontier, robots.txt and address guard. The pages are made for the run (60 to 180 kB, each a work of its own);
with ``--real`` the saved pages of a folder are served in turn, so that most harvested records are merged. Printed:
pages per second of each round, from the start of the process to its end, their medians and the ratios of these.
"""

import argparse
import asyncio
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

BARE = """
import sys, scrapy
from scrapy.crawler import AsyncCrawlerProcess
class Bare(scrapy.Spider):
    name = "bare"
    async def start(self):
        for line in open(sys.argv[1]):
            yield scrapy.Request(line.strip(), dont_filter=True)
    def parse(self, response):
        yield {"title": response.css("title::text").get()}
process = AsyncCrawlerProcess({"CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 16, "LOG_LEVEL": "WARNING",
                               "TELNETCONSOLE_ENABLED": False})
process.crawl(Bare)
process.start()
"""

HARVEST = [
    *(sys.executable, "-m", "harvester", "harvest", "urls.txt", "--allow-private", "--delay", "0"),
    *("--per-host", "16", "--db"),
]

WORDS = [
    *("harbour", "ladder", "window", "meadow", "copper", "signal", "thistle", "quarry", "lantern", "orchard", "ferry"),
    *("granite", "hollow", "island", "juniper", "kettle", "marble", "needle", "oyster", "pebble", "quilt", "river"),
    *("saddle", "timber", "umbrella", "valley", "willow", "yarrow", "zephyr", "anchor", "beacon", "cellar"),
]

GRAMMAR = ("the", "of", "and", "in", "with", "for", "a", "from", "was", "by")


def page(number: int) -> bytes:
    """Return a page about a work of its own, with tags in its head and much around its text."""
    chance = random.Random(number)

    def words(count: int) -> str:
        return " ".join(chance.choices(WORDS, k=count))

    def prose(count: int) -> str:
        """Return words as English has them: two of five say nothing by themselves, but tell the language."""
        return " ".join(chance.choice(GRAMMAR if n % 5 in (1, 3) else WORDS) for n in range(count))

    title = f"{words(7)} {number}".capitalize()
    authors = [f"{words(1).title()}, {words(1).title()}" for _ in range(chance.randint(1, 6))]
    tags = {
        "citation_title": [title],
        "citation_author": authors,
        "citation_author_institution": [
            f"University of {words(1).title()}, {words(1).title()}, Sweden" for _ in authors
        ],
        "citation_journal_title": [f"Journal of {words(2).title()}"],
        "citation_publication_date": [f"20{chance.randint(10, 25)}/{chance.randint(1, 12):02}/07"],
        "citation_volume": [str(number % 40 + 1)],
        "citation_issue": [str(number % 6 + 1)],
        "citation_firstpage": [str(number)],
        "citation_lastpage": [str(number + 9)],
        "citation_doi": [f"10.5555/bench.{number}"],
        "citation_issn": ["2049-3630"],
        "citation_reference": [f"citation_title={words(8)}; citation_author={words(2)}" for _ in range(30)],
    }
    head = "\n".join(f'<meta name="{name}" content="{value}">' for name, values in tags.items() for value in values)
    menu = "".join(f'<li class="menu-item"><a href="/{words(1)}">{words(2)}</a></li>' for _ in range(120))
    paragraphs = chance.randint(70, 210)
    body = "".join(
        f'{"" if n % 12 else "<h2>Section of the text</h2>"}<p>{prose(60)} <a href="#r{n}">[{n}]</a> {prose(40)}.</p>'
        for n in range(paragraphs)
    )
    references = "".join(
        f'<li id="r{n}">{words(14)} <i>{words(4)}</i> {2000 + n % 20}</li>' for n in range(paragraphs // 2)
    )
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} | Site</title>{head}</head>'
        f"<body><nav><ul>{menu}</ul></nav><main><h1>{title}</h1><section><h2>Abstract</h2><p>{prose(150)}.</p></section>{body}"
        f"<h2>References</h2><ol>{references}</ol></main></body></html>"
    ).encode()


def serve(bodies: list[bytes], ready: Connection) -> None:
    """Answer every request with the body that its number stands for; runs until it is terminated."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                while (await reader.readline()).strip():
                    pass
                name = line.split()[1].strip(b"/")
                known = name.isdigit()
                body = bodies[int(name) % len(bodies)] if known else b"not here"
                status = b"200 OK" if known else b"404 Not Found"
                head = b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
                writer.write(head + body)
                await writer.drain()
        except ConnectionError:
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        ready.send(server.sockets[0].getsockname()[1])
        async with server:
            await server.serve_forever()

    asyncio.run(run())


def timed(command: list[str], cwd: str) -> float:
    """Return the seconds that a command takes."""
    started = time.perf_counter()
    subprocess.run(command, cwd=cwd, check=True, capture_output=True, env=os.environ | {"HARVESTER_DB": ""})
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=4000, help="pages a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--real", type=Path, help="serve the .html files of this folder")
    options = parser.parse_args()
    if options.real:
        bodies = [path.read_bytes() for path in sorted(options.real.glob("*.html"))]
    else:
        bodies = [page(number) for number in range(options.pages)]
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(bodies, there), daemon=True)
    server.start()
    port = here.recv()
    size = sum(map(len, bodies)) / len(bodies) / 1000
    print(f"{options.pages} pages a round, {size:.0f} kB each in the mean, {os.cpu_count()} cores")
    rates: dict[str, list[float]] = {"bare": [], "harvest": [], "with archive": []}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "urls.txt").write_text("".join(f"http://127.0.0.1:{port}/{n}\n" for n in range(options.pages)))
        Path(folder, "bare.py").write_text(BARE)
        for number in range(options.rounds):
            commands = {
                "bare": [sys.executable, "bare.py", "urls.txt"],
                "harvest": [*HARVEST, f"sqlite:///{number}a.db", "--no-archive"],
                "with archive": [*HARVEST, f"sqlite:///{number}b.db", "--archive", f"pages{number}"],
            }
            for name, command in commands.items():
                rates[name].append(options.pages / timed(command, folder))
            print(f"round {number + 1}: " + ", ".join(f"{name} {rates[name][-1]:.1f} pages/s" for name in commands))
    server.terminate()
    medians = {name: statistics.median(found) for name, found in rates.items()}
    print("median: " + ", ".join(f"{name} {median:.1f} pages/s" for name, median in medians.items()))
    for name in ("harvest", "with archive"):
        print(f"ratio {medians[name] / medians['bare']:.2f} ({name} to bare)")


if __name__ == "__main__":
    main()
