"""The jobs of a schedule, as a file says them: ``harvester.toml``.

What a job does stands in the file and nowhere else; what became of it is in the database (see
`harvester.database.jobs`). File names in it are relative to the file. Every key is one of the tables below; whatever
else is in the file is a mistake, and each mistake is told with its place, its value and what to write.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from harvester.errors import UsageError
from harvester.export import format_of
from harvester.revisit import Bounds
from harvester.schedule.keys import EXPORT, FILE, HOOKS, JOB, LIMITS, REVISIT, Place
from harvester.schedule.times import Cron, Every, Times
from harvester.watch.hooks import CommandHook, Hook, MailHook, WebHook


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a run of a job ends though something is left: pages and lists asked for, time, hosts, links followed."""

    pages: int | None = None
    time: timedelta | None = None
    hosts: frozenset[str] = frozenset()
    links: int = 1000


@dataclass(frozen=True, slots=True)
class Export:
    """A file that is written after each run; see `harvester.export.export`. ``since`` is read anew each time."""

    format: str
    path: Path
    query: str | None = None
    since: str | None = None
    type: str | None = None
    host: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One job. ``settings``: the Scrapy settings that it asks for, see `harvester.settings`."""

    name: str
    sources: tuple[str, ...]
    times: Times
    follow: int = 0
    limits: Limits = field(default_factory=Limits)
    revisit: Bounds = field(default_factory=Bounds)
    exports: tuple[Export, ...] = ()
    hooks: tuple[Hook, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Jobs:
    """A file of jobs. ``database``: an SQLAlchemy URL, None where the file names none."""

    path: Path
    jobs: Mapping[str, Job]
    database: str | None = None
    jobs_at_once: int = 2

    def __getitem__(self, name: str) -> Job:
        """Return a job. Raises `UsageError` for a name that none has."""
        if name not in self.jobs:
            raise UsageError(f"{self.path}: no job is called {name!r}; there are {', '.join(self.jobs) or 'none'}")
        return self.jobs[name]


def read_jobs(path: Path) -> Jobs:
    """Read a file of jobs. Raises `UsageError`, which names the file, the place, the value and what to write."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            f"{path}: {error.strerror}; docs/schedule.md shows how to write it, --jobs names another"
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: no TOML: {error}") from error
    place = Place(path)
    defaults = raw.pop("defaults", {})
    values = place.read(raw, FILE)
    place.at("defaults").read(defaults, JOB)
    jobs = {}
    for name, said in values.pop("jobs", {}).items():
        if not name.isprintable() or len(name) > 200:
            raise place.at("jobs").mistake(name, name, "no name of a job; write up to 200 printable characters")
        jobs[name] = _job(place.at("jobs", name), name, said, defaults)
    if "database" in values:
        values["database"] = _database(place.folder, values["database"])
    return Jobs(path.resolve(), jobs, **values)


def _job(place: Place, name: str, said: Any, defaults: Mapping[str, Any]) -> Job:
    own = place.read(said, JOB)
    both = {**defaults, **said}
    if {"every", "cron"} & own.keys():  # the job's own word on when goes before the general one, whichever of the two
        both = {key: value for key, value in both.items() if key not in {"every", "cron"} - own.keys()}
    for key in ("limits", "revisit"):
        both |= {key: {**defaults.get(key, {}), **said.get(key, {})}}
    values = place.read(both, JOB)
    if "sources" not in values:
        raise place.mistake(None, said, 'no sources; write sources = ["sitemap:https://.../sitemap.xml", "list.txt"]')
    return Job(
        name,
        tuple(_source(place.folder, each) for each in values["sources"]),
        _times(place, values),
        values.get("follow", 0),
        _limits(place.at("limits"), values["limits"]),
        _bounds(place.at("revisit"), values["revisit"]),
        tuple(_export(place.at(f"export[{number}]"), each) for number, each in enumerate(values.get("export", ()))),
        tuple(_hook(place.at(f"hook[{number}]"), each) for number, each in enumerate(values.get("hook", ()))),
        _settings(place.folder, values),
    )


def _source(folder: Path, source: str) -> str:
    """Return a source as `harvester.sources.read` takes it, files of the folder with their whole path."""
    return str(folder / source) if "://" not in source and (folder / source).exists() else source


def _database(folder: Path, url: str) -> str:
    """Return the URL of a database, that of a file with its whole path."""
    prefix, _, file = url.partition(":///")
    return f"sqlite:///{folder / file}" if prefix == "sqlite" and file and not file.startswith(":") else url


def _times(place: Place, values: Mapping[str, Any]) -> Times:
    every, cron = values.get("every"), values.get("cron")
    if (every is None) == (cron is None):
        raise place.mistake(None, values, 'write when it runs: either every = "6 h" or cron = "0 3 * * 1"')
    if every is not None:
        return Every(every)
    try:
        return Cron(str(cron), values.get("timezone") or ZoneInfo("UTC"))
    except ValueError as error:
        raise place.mistake("cron", cron, str(error)) from error


def _limits(place: Place, said: Mapping[str, Any]) -> Limits:
    values = place.read(said, LIMITS)
    hosts = frozenset(host.lower() for host in values.pop("hosts", ()))
    return Limits(hosts=hosts, **values)


def _bounds(place: Place, said: Mapping[str, Any]) -> Bounds:
    values = place.read(said, REVISIT)
    usual = Bounds()
    shortest = values.get("min_interval", min(usual.shortest, values.get("max_interval", usual.shortest)))
    longest = values.get("max_interval", max(usual.longest, shortest))
    if longest < shortest:
        raise place.mistake("max_interval", said["max_interval"], f"less than min_interval = {said['min_interval']!r}")
    bounds = Bounds(shortest, longest)
    first = values.get("first_interval", bounds.keep(usual.first))
    if bounds.keep(first) != first:
        raise place.mistake("first_interval", said["first_interval"], "write one between min_interval and max_interval")
    return Bounds(shortest, longest, first)


def _export(place: Place, said: Mapping[str, Any]) -> Export:
    values = place.read(said, EXPORT)
    if "path" not in values:
        raise place.mistake(None, said, 'no path; write path = "works.bib"')
    try:
        format = format_of(values.pop("format", None), Path(values["path"])).name
    except UsageError as error:
        raise place.mistake("format", said.get("format"), str(error)) from error
    return Export(format, place.folder / values.pop("path"), **values)


def _hook(place: Place, said: Mapping[str, Any]) -> Hook:
    kind = next((kind for kind in HOOKS if kind in said), None)
    if kind is None:
        raise place.mistake(None, said, f"whom does it tell? write one of {', '.join(HOOKS)}")
    values = place.read(said, HOOKS[kind])
    if "timeout" in values:
        values["timeout"] = _seconds(values["timeout"])
    if kind == "command":
        return CommandHook(_command(place.folder, values.pop("command")), **values)
    if kind == "smtp":
        if missing := [key for key in ("from", "to") if key not in values]:
            raise place.mistake(None, said, f"write {' and '.join(missing)}: the addresses of the mail")
        return MailHook(values.pop("smtp"), values.pop("from"), values.pop("to"), **values)
    return WebHook(**values)


def _command(folder: Path, command: tuple[str, ...]) -> tuple[str, ...]:
    """Return a command; a program that is named with its folder is looked for from the file's folder on."""
    return (str(folder / command[0]), *command[1:]) if "/" in command[0] else command


def _settings(folder: Path, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the Scrapy settings that a job's keys ask for."""
    found: dict[str, Any] = {name: read(values[key]) for key, (name, read) in _AS_SETTINGS.items() if key in values}
    if isinstance(values.get("archive"), str):
        found["HARVESTER_ARCHIVE"] = str(folder / values["archive"])
    if "allow_hosts" in values and not values.get("allow_private"):
        found["HARVESTER_ALLOW_PRIVATE"] = ",".join(values["allow_hosts"])
    return found


def _seconds(time: timedelta) -> float:
    return time.total_seconds()


def _joined(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))


_AS_SETTINGS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "delay": ("HARVESTER_DELAY", _seconds),
    "per_host": ("CONCURRENT_REQUESTS_PER_DOMAIN", int),
    "attempts": ("HARVESTER_MAX_ATTEMPTS", int),
    "patience": ("HARVESTER_PATIENCE", _seconds),
    "archive": ("HARVESTER_ARCHIVE", lambda _: "no"),
    "respect_tdm": ("HARVESTER_RESPECT_TDM", bool),
    "allow_private": ("HARVESTER_ALLOW_PRIVATE", lambda yes: "all" if yes else "no"),
    "allow_ports": ("HARVESTER_ALLOW_PORTS", _joined),
}
"""Keys of a job, the settings that they are, and how their values are written there."""
