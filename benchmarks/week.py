"""A week of five jobs over a site of 500 pages, lived through in minutes: what revisits cost, and what they miss.

    .venv/bin/python benchmarks/week.py [--days 7] [--seed 1] [--changing 0.45] [--keep FOLDER]

The site is a server on 127.0.0.1 whose clock this program holds, in five parts of 100 pages. Of the pages that change,
half do so regularly and half by chance, in the mean every 1, 2, 4 or 7 days; what every page also has are bytes that
differ at each request, and a count of citations that grows, neither of which is a change. Some pages move, some
vanish, one part is behind a wall for a day, and one loses its abstracts. The jobs are real: ``harvester schedule once``
as a scheduler of cron would call it whenever something is due, each run in a process of its own with its clock set.

Printed: requests for pages after their first, against one request a page a day; how many changes were seen within two
of the page's own intervals (a page that changes every k days: within 2 k; those whose time ends after the week are
left out unless they were seen); and the alarms that were raised. Exit status 1 where a bar is missed: 60 % fewer
requests, 95 % of the changes, one alarm, at the first run of its job after the loss.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
EVERY = (1, 2, 4, 7)
"""Days between two changes of the pages that change, in equal shares."""

PARTS = {"annals": "6 h", "news": "6 h", "letters": "1 d", "proceedings": "1 d", "archive": "12 h"}
"""The parts of the site, each the one of a job, and how often the job runs."""

WALLED, WALL = "news", (3.3, 4.3)
BARE, LOSS = "letters", 4.5
"""Which part is behind a wall, from when to when, and which loses its abstracts when; in days."""

WORDS = ("harbour", "ladder", "window", "meadow", "copper", "signal", "thistle", "quarry", "lantern", "orchard")


@dataclass
class Page:
    """A page: when it changes, moves or vanishes, and when it was asked for, in days since the start."""

    part: str
    number: int
    every: int | None = None
    changes: list[float] = field(default_factory=list)
    moves: float | None = None
    vanishes: float | None = None
    asked: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    """When it was asked for and answered with what it had to say."""

    def version(self, now: float) -> int:
        """Return how often it has changed."""
        return sum(moment <= now for moment in self.changes)

    def html(self, now: float) -> str:
        """Return what it shows."""
        title = f"{self.part.title()}: {WORDS[self.number % 10]} and {WORDS[self.number // 10]}, part {self.number}"
        abstract = "" if self.part == BARE and now >= LOSS else f"What is known of it, in edition {self.version(now)}. "
        return (
            f'<!DOCTYPE html><html lang="en"><head><title>{title}</title><meta name="citation_title" content="{title}">'
            f'<meta name="citation_author" content="Lovelace, Ada"><meta name="citation_doi" content="10.5555/'
            f'{self.part}.{self.number}"><meta name="citation_publication_date" content="2024/03/09">'
            f'<meta name="citation_volume" content="{self.version(now) + 1}">'
            + (f'<meta name="citation_abstract" content="{abstract * 4}">' if abstract else "")
            + f"</head><body><h1>{title}</h1><p>Cited by {int(now * 3) + self.number}</p>"
            f"<!-- {random.random()} --></body></html>"
        )


class World:
    """The site, and what time it is there."""

    def __init__(self, changing: float, days: float, seed: int) -> None:
        chance = random.Random(seed)
        self.now = 0.0
        self.pages = {f"/{part}/{number}": Page(part, number) for part in PARTS for number in range(100)}
        self.elsewhere: dict[str, Page] = {}
        pages = list(self.pages.values())
        for number, page in enumerate(chance.sample(pages, round(changing * len(pages)))):
            page.every = EVERY[number % len(EVERY)]
            regular = number // len(EVERY) % 2
            moment = chance.random() * page.every if regular else chance.expovariate(1 / page.every)
            while moment < days:
                page.changes.append(moment)
                moment += page.every if regular else chance.expovariate(1 / page.every)
        for number, page in enumerate(chance.sample(pages, 20)):
            if number < 10:
                page.vanishes = chance.uniform(0.5, days)
            else:
                page.moves = chance.uniform(0.5, days)
                self.elsewhere[f"/moved/{page.part}/{page.number}"] = page

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body, and note that the page was asked for."""
        now = self.now
        if path.endswith("/sitemap.xml"):
            return 200, {"Content-Type": "application/xml"}, self._sitemap(path.split("/")[1]).encode()
        page = self.pages.get(path) or self.elsewhere.get(path)
        if page is None:
            return 404, {}, b"<title>Not Found</title>"
        if path in self.pages:
            page.asked.append(now)
        if page.part == WALLED and WALL[0] <= now < WALL[1]:
            return 403, {"Content-Type": "text/html"}, b"<title>Just a moment...</title><h1>Checking your browser</h1>"
        if page.vanishes is not None and now >= page.vanishes:
            return 410, {"Content-Type": "text/html"}, b"<title>Gone</title><h1>Gone</h1>"
        if page.moves is not None and now >= page.moves and path in self.pages:
            return 301, {"Location": f"/moved{path}"}, b""
        page.shown.append(now)
        return 200, {"Content-Type": "text/html; charset=utf-8"}, page.html(now).encode()

    def _sitemap(self, part: str) -> str:
        urls = (f"{self.url}{path}" for path, page in self.pages.items() if page.part == part)
        places = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
        return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'

    url = ""


@contextmanager
def serve(world: World) -> Iterator[None]:
    """Let the world answer on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, body = world.answer(self.path)
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    with Server(("127.0.0.1", 0), Handler) as server:
        world.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield
        server.shutdown()


def file_of_jobs(world: World, folder: Path) -> Path:
    """Write the jobs, and return the file: two read sitemaps, three lists of addresses."""
    said = [
        'database = "sqlite:///week.db"',
        "[defaults]\ndelay = '0 s'\nper_host = 8\npatience = '0 s'\narchive = false\nallow_private = true",
        f"[[defaults.hook]]\ncommand = [{json.dumps(sys.executable)}, '-c', {json.dumps(HOOK)}]",
    ]
    for number, (part, every) in enumerate(PARTS.items()):
        source = f"{part}.txt" if number % 2 else f"sitemap:{world.url}/{part}/sitemap.xml"
        if number % 2:
            own = [f"{world.url}{path}\n" for path, page in world.pages.items() if page.part == part]
            (folder / source).write_text("".join(own))
        said.append(f"[jobs.{part}]\nsources = [{json.dumps(source)}]\nevery = {json.dumps(every)}")
    file = folder / "harvester.toml"
    file.write_text("\n".join(said))
    return file


HOOK = "import sys; open('alarms.jsonl', 'a').write(sys.stdin.read().strip() + '\\n')"


def live(world: World, file: Path, days: float) -> int:
    """Run what is due whenever it is, for some days; return how many runs that were."""
    from harvester.database.jobs import states
    from harvester.database.schema import prepare
    from harvester.database.session import database
    from harvester.jobs import read_jobs
    from harvester.schedule.daemon import Child, Due, Scheduler, next_at, spawn

    jobs = read_jobs(file)
    url = str(jobs.database)
    os.environ["HARVESTER_NOW"] = START.isoformat()  # the runs begin at the moments that they are given
    runs = 0

    def start(due: Due, at: datetime) -> Child:
        nonlocal runs
        runs += 1
        return spawn(jobs, url, due, at)

    def clock() -> datetime:
        return START + world.now * DAY

    with database(url) as engine:
        prepare(engine)
        while world.now <= days:
            Scheduler(engine, jobs, start, clock).once()
            known = states(engine, jobs.jobs, clock())
            wanted = min(filter(None, (next_at(job, known[name]) for name, job in jobs.jobs.items())))
            world.now = (max(clock() + timedelta(minutes=1), wanted) - START) / DAY
            print(f"\r{world.now:.2f} days, {runs} runs", end="", file=sys.stderr)
    print(file=sys.stderr)
    return runs


def seen_in_time(world: World, days: float) -> tuple[int, int]:
    """Return how many changes were seen within two intervals of their page, and how many were not."""
    timely = late = 0
    for page in world.pages.values():
        until = min(days, *(moment for moment in (page.vanishes,) if moment is not None), days)
        for moment in page.changes:
            if page.every is None or moment > until:
                continue  # nobody can see it any more
            seen = next((look for look in page.shown if look >= moment), None)
            if seen is not None and seen - moment <= 2 * page.every + 0.01:  # a run takes its time
                timely += 1
            elif moment + 2 * page.every <= until:
                late += 1
    return timely, late


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=float, default=7.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--changing", type=float, default=0.45, help="share of the pages that change")
    parser.add_argument("--keep", type=Path, help="leave the database and the file of jobs in this folder")
    options = parser.parse_args()
    world = World(options.changing, options.days, options.seed)
    with tempfile.TemporaryDirectory() as scratch, serve(world):
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        folder = folder.resolve()
        file = file_of_jobs(world, folder)
        os.chdir(folder)  # where the hook writes
        began = time.monotonic()
        runs = live(world, file, options.days)
        took = time.monotonic() - began
        told = folder / "alarms.jsonl"
        lines = told.read_text().splitlines() if told.exists() else []
    raised = [alarm for line in lines for alarm in json.loads(line)["alarms"]]
    sys.exit(report(world, options.days, runs, took, raised))


def report(world: World, days: float, runs: int, took: float, raised: list[dict[str, object]]) -> bool:
    """Print what came of it, and return whether a bar is missed."""
    revisits = sum(len(page.asked) - 1 for page in world.pages.values())
    daily = len(world.pages) * int(days)
    timely, late = seen_in_time(world, days)
    changes = sum(len(page.changes) for page in world.pages.values())
    gaps = sorted(later - earlier for page in world.pages.values() for earlier, later in pairwise(page.asked))
    print(f"{len(PARTS)} jobs, {runs} runs in {took:.0f} s, {days:g} days, {changes} changes")
    print(f"revisits: {revisits}, against {daily} daily: {1 - revisits / daily:.1%} fewer")
    print(f"gaps between two looks: median {gaps[len(gaps) // 2]:.2f} days, longest {gaps[-1]:.2f}")
    share = timely / (timely + late)
    print(f"changes seen within two of their own intervals: {timely} of {timely + late}, {share:.1%}")
    print(f"alarms: {len(raised)}")
    for alarm in raised:
        print(f"  {alarm['seen_at']} run {alarm['run_id']} {alarm['job']}: {alarm['message']}")
    first = [alarm for alarm in raised if alarm["job"] == BARE]
    at_once = len(first) == 1 and str(first[0]["seen_at"]) < (START + (LOSS + 1.2) * DAY).isoformat()
    return revisits > 0.4 * daily or share < 0.95 or len(raised) != 1 or not at_once


if __name__ == "__main__":
    main()
