"""What several commands share: the database they work on, and where their log goes."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sqlalchemy import Engine

database_option = click.option(
    "--db",
    envvar="HARVESTER_DB",
    default="sqlite:///harvest.db",
    show_default=True,
    show_envvar=True,
    metavar="URL",
    help="Database: sqlite:///FILE or postgresql://USER@HOST/NAME, any SQLAlchemy URL.",
)

archive_option = click.option(
    "--archive",
    envvar="HARVESTER_ARCHIVE",
    default="auto",
    show_envvar=True,
    metavar="DIR",
    help="Folder for the WARC files of all pages.  [default: harvest-archive beside a SQLite database, else here]",
)

delay_option = click.option(
    "--delay",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    metavar="SECONDS",
    help="Between two requests to one host; a longer Crawl-delay of its robots.txt goes before it.",
)

allow_private_option = click.option(
    "--allow-private", is_flag=True, help="Fetch addresses that are not public too: this machine, the intranet."
)
allow_host_option = click.option(
    "--allow-host",
    multiple=True,
    metavar="HOST",
    help="Of those only this host, host:port, address or network (10.0.0.0/8); may be repeated.",
)


metrics_option = click.option(
    "--metrics",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Tell Prometheus how it goes, on this machine at http://127.0.0.1:PORT/metrics; 0 takes a free port.",
)


@contextmanager
def with_metrics(url: str, port: int | None) -> Iterator[None]:
    """Serve the metrics of a database meanwhile, where `metrics_option` asks for it."""
    if port is None:
        yield
        return
    from harvester.watch.metrics import serving

    with serving(url, port):
        yield


def allowed(allow_private: bool, allow_hosts: Sequence[str]) -> dict[str, str]:
    """Return the setting that `allow_private_option` and `allow_host_option` ask for; none where neither was given."""
    named = [*(["all"] if allow_private else []), *allow_hosts]
    return {"HARVESTER_ALLOW_PRIVATE": ",".join(named)} if named else {}


def to_json(value: object) -> str:
    """Return JSON in one line; moments as ISO 8601 has them, lengths of time in seconds, other things as texts."""
    import json
    from datetime import datetime, timedelta

    def plain(each: object) -> object:
        if isinstance(each, (set, frozenset)):
            return sorted(each)
        if isinstance(each, timedelta):
            return each.total_seconds()
        return each.isoformat() if isinstance(each, datetime) else str(each)

    return json.dumps(value, ensure_ascii=False, default=plain)


@contextmanager
def ready(url: str) -> Iterator["Engine"]:
    """Open a database that has this program's schema."""
    from harvester.database.schema import prepare
    from harvester.database.session import database

    with database(url) as engine:
        prepare(engine)
        yield engine


@contextmanager
def ready_if_there(url: str) -> Iterator["Engine | None"]:
    """Open a database as `ready` does; None for a SQLite file that does not exist, since a look makes none."""
    from pathlib import Path

    from harvester.database.session import database

    with database(url) as engine:
        file = engine.url.database if engine.dialect.name == "sqlite" else None
    if file is not None and not Path(file).exists():
        yield None
        return
    with ready(url) as engine:
        yield engine


def set_up_log() -> bool:
    """Send the log to standard error; return True where that is a terminal with room for a live line."""
    from harvester.progress import console

    handler: logging.Handler
    if console.is_terminal:
        from rich.logging import RichHandler

        handler = RichHandler(console=console, show_time=False, show_path=False, markup=False)
        handler.setFormatter(logging.Formatter("%(message)s"))
    else:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    handler.addFilter(lambda entry: entry.levelno >= logging.WARNING or entry.name.startswith("harvester"))
    logging.basicConfig(handlers=[handler], level=logging.INFO)
    return console.is_terminal
