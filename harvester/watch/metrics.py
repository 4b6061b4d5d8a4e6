"""Numbers for Prometheus while a harvest or the scheduler runs, in its text format, version 0.0.4.

The format takes a dozen lines, and the numbers come from the database: they go on where they were after a restart, and
hold for all processes at once, as the counters of one process would not. So there is no client library, which would
bring a registry of such counters. A thread serves, and asks the database when it is asked.
"""

import logging
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, not_, select
from sqlalchemy.exc import DBAPIError

from harvester.clock import utc_now
from harvester.database.session import database, reading
from harvester.database.tables import host, run, target, visit
from harvester.database.watching import alarm, run_host
from harvester.errors import UsageError

logger = logging.getLogger("harvester")

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_FRESH = 2.0  # seconds for which the same numbers are told again, however often they are asked for
_PATIENCE = 10.0  # seconds that a client may take over its request


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: its values, each with its labels."""

    name: str
    type: str
    help: str
    values: Sequence[tuple[Mapping[str, str], float]]


@contextmanager
def serving(database_url: str, port: int) -> Iterator[int]:
    """Serve the metrics of a database at ``http://127.0.0.1:PORT/metrics``; yield the port, which is logged.

    ``port``: 0 takes a free one. Raises `UsageError` for a port that cannot be listened on.
    """
    with database(database_url) as engine:
        try:
            server = _Server(("127.0.0.1", port), _handler(_remembered(lambda: exposition(metrics(engine)))))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise UsageError(f"--metrics {port}: {reason}; choose another port, or 0 for any that is free") from error
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        logger.info("metrics at http://127.0.0.1:%d/metrics", server.server_address[1])
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def exposition(found: Sequence[Metric]) -> bytes:
    r"""Return metrics in the text format.

    >>> print(exposition([Metric("a_total", "counter", "What a counts.", [({"b": 'c"d'}, 3)])]).decode(), end="")
    # HELP a_total What a counts.
    # TYPE a_total counter
    a_total{b="c\"d"} 3
    """
    lines = []
    for each in found:
        lines += [f"# HELP {each.name} {_escaped(each.help)}", f"# TYPE {each.name} {each.type}"]
        for labels, value in each.values:
            said = ",".join(f'{name}="{_escaped(text, quoted=True)}"' for name, text in labels.items())
            lines.append(each.name + (f"{{{said}}}" if said else "") + f" {value}")
    return "".join(f"{line}\n" for line in lines).encode()


def metrics(engine: Engine) -> list[Metric]:
    """Return the numbers of a database: what its runs brought, and what those under way have before them."""
    now = utc_now()
    with reading(engine) as connection:
        outcomes = _outcomes(connection)
        unfinished = connection.execute(select(run.c.id, run.c.job, run.c.started_at).where(_is_open())).all()
        of_open = target.c.run_id.in_([row.id for row in unfinished])
        states = connection.execute(
            select(target.c.state, func.count()).where(of_open).group_by(target.c.state).order_by(target.c.state)
        ).all()
        parked = connection.scalar(select(func.count()).select_from(host).where(host.c.parked_until > now))
        is_open = and_(alarm.c.opened_at.is_not(None), alarm.c.closed_at.is_(None))
        alarms = connection.scalar(select(func.count()).select_from(alarm).where(is_open))
    pages: Counter[str] = Counter()
    for (job, outcome), count in outcomes.items():
        pages[job] += count if outcome != "retry" else 0
    works = [({"job": job}, count) for (job, outcome), count in outcomes.items() if outcome == "new"]
    ended = [({"job": job, "outcome": outcome}, count) for (job, outcome), count in outcomes.items()]
    seconds = [
        ({"job": row.job or "", "run": str(row.id)}, round((now - row.started_at).total_seconds(), 3))
        for row in unfinished
    ]
    return [
        Metric(
            "harvester_pages_total", "counter", "Addresses that ended.", [({"job": j}, n) for j, n in pages.items()]
        ),
        Metric("harvester_works_total", "counter", "Works that were new.", works),
        Metric("harvester_outcomes_total", "counter", "Visits by how they ended; retry is asked for again.", ended),
        Metric("harvester_run_seconds", "gauge", "Seconds since each unfinished run began.", seconds),
        Metric("harvester_targets", "gauge", "Addresses of unfinished runs.", [({"state": s}, n) for s, n in states]),
        Metric("harvester_hosts_parked", "gauge", "Hosts that are left alone for now.", [({}, parked or 0)]),
        Metric("harvester_alarms_open", "gauge", "Alarms that are open.", [({}, alarms or 0)]),
    ]


def _is_open() -> ColumnElement[bool]:
    return run.c.finished_at.is_(None)


def _outcomes(connection: Connection) -> dict[tuple[str, str], int]:
    """Return visits by job ("" for runs by hand) and outcome: of settled runs from their books, of others counted."""
    settled = and_(not_(_is_open()), run.c.id.in_(select(run_host.c.run_id)))
    job = func.coalesce(run.c.job, "")
    from_books = (
        select(job, run_host.c.outcome, func.sum(run_host.c.count))
        .join(run, run.c.id == run_host.c.run_id)
        .where(settled)
        .group_by(job, run_host.c.outcome)
    )
    counted = (
        select(job, visit.c.outcome, func.count())
        .join(run, run.c.id == visit.c.run_id)
        .where(not_(settled))
        .group_by(job, visit.c.outcome)
    )
    found: Counter[tuple[str, str]] = Counter()
    for query in (from_books, counted):
        for name, outcome, count in connection.execute(query):
            found[name, outcome] += int(count)
    return dict(sorted(found.items()))


def _escaped(text: str, *, quoted: bool = False) -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace('"', '\\"') if quoted else text


def _remembered(tell: Callable[[], bytes]) -> Callable[[], bytes]:
    """Return a function that tells the same for a moment."""
    lock = threading.Lock()
    last = (float("-inf"), b"")

    def told() -> bytes:
        nonlocal last
        with lock:
            if time.monotonic() - last[0] > _FRESH:
                last = (time.monotonic(), tell())
            return last[1]

    return told


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        if isinstance(sys.exc_info()[1], OSError):
            logger.debug("a client of the metrics went away", exc_info=True)
        else:
            logger.exception("the metrics cannot be told")


def _handler(tell: Callable[[], bytes]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _PATIENCE

        def do_GET(self) -> None:  # the name that http.server asks for
            if self.path.partition("?")[0] != "/metrics":
                self._answer(404, b"The metrics are at /metrics.\n")
                return
            try:
                self._answer(200, tell())
            except DBAPIError as error:
                self._answer(503, f"The database is away: {str(error.orig).strip()}\n".encode())

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", CONTENT_TYPE)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            logger.debug(format, *args)

    return Handler
