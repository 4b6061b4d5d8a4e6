"""The keys of a file of jobs: what each is called, how its value is read, and how a mistake in it is told."""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from harvester.errors import UsageError
from harvester.schedule.times import length
from harvester.since import since
from harvester.watch.hooks import SECURITIES

# Each of these returns what a value means, or raises ValueError with what to write.


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError('write a text: "..."')
    return value


def _whole(value: Any, *, least: int = 0) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"write a whole number from {least} on")
    return value


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("write true or false")
    return value


def _length(value: Any, *, least: timedelta = timedelta(0)) -> timedelta:
    if not isinstance(value, str):
        raise ValueError('write a number and a unit as a text: "6 h"')
    found = length(value)
    if found < least:
        raise ValueError(f"write at least {least}")
    return found


def _list(value: Any, each: Callable[[Any], Any]) -> tuple[Any, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("write a list with something in it: [...]")
    return tuple(map(each, value))


def _one_of(value: Any, names: Collection[str]) -> str:
    if value not in names:
        raise ValueError(f"write one of {', '.join(names)}")
    return str(value)


def _zone(value: Any) -> ZoneInfo:
    try:
        return ZoneInfo(_text(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            "no time zone that this machine knows; write one like Europe/Berlin, and install tzdata if it knows none"
        ) from error


def _moment(value: Any) -> str:
    try:
        since(_text(value))
    except UsageError as error:
        raise ValueError(str(error)) from error
    return str(value)


def _table(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("write a table")
    return value


def _archive(value: Any) -> str | bool:
    return value if value is False else _text(value)


_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_texts = partial(_list, each=_text)
_wholes = partial(_list, each=partial(_whole, least=1))

Keys = Mapping[str, Callable[[Any], Any]]

FILE: Keys = {"database": _text, "jobs_at_once": partial(_whole, least=1), "jobs": _table}
JOB: Keys = {
    "sources": _texts,
    "every": partial(_length, least=_MINUTE),
    "cron": _text,
    "timezone": _zone,
    "follow": _whole,
    "delay": _length,
    "per_host": partial(_whole, least=1),
    "attempts": partial(_whole, least=1),
    "patience": _length,
    "archive": _archive,
    "respect_tdm": _yes_or_no,
    "allow_private": _yes_or_no,
    "allow_hosts": _texts,
    "allow_ports": _wholes,
    "limits": _table,
    "revisit": _table,
    "export": partial(_list, each=_table),
    "hook": partial(_list, each=_table),
}
LIMITS: Keys = {
    "pages": partial(_whole, least=1),
    "time": partial(_length, least=_MINUTE),
    "hosts": _texts,
    "links": _whole,
}
REVISIT: Keys = {name: partial(_length, least=_MINUTE) for name in ("min_interval", "max_interval", "first_interval")}
_TIMEOUT: Keys = {"timeout": partial(_length, least=timedelta(seconds=1))}
HOOKS: Mapping[str, Keys] = {
    "command": {"command": _texts, **_TIMEOUT},
    "smtp": {
        "smtp": _text,
        "from": _text,
        "to": _texts,
        "security": partial(_one_of, names=SECURITIES),
        "port": partial(_whole, least=1),
        "user": _text,
        "password_env": _text,
        **_TIMEOUT,
    },
    "url": {"url": _text, **_TIMEOUT},
    "url_env": {"url_env": _text, **_TIMEOUT},
}
"""By the key that tells what a hook does, all keys that it may have."""
EXPORT: Keys = {"path": _text, "format": _text, "query": _text, "since": _moment, "type": _text, "host": _text}


class Place:
    """Where in a file something stands."""

    def __init__(self, path: Path, *names: str) -> None:
        self._path = path
        self._names = names

    @property
    def folder(self) -> Path:
        """Return the folder of the file, to which the names of files in it are relative."""
        return self._path.resolve().parent

    def at(self, *names: str) -> "Place":
        """Return a place within this one."""
        return Place(self._path, *self._names, *names)

    def mistake(self, key: str | None, value: Any, what: str) -> UsageError:
        """Return the error for a key, or for the whole table, that says what to write."""
        where = ".".join([*self._names, *([key] if key else [])])
        return UsageError(f"{self._path}: {where} = {value!r}: {what}" if key else f"{self._path}: {where}: {what}")

    def read(self, said: Any, keys: Keys) -> dict[str, Any]:
        """Return what a table says. Raises `UsageError` for a key that is not among these, or a wrong value."""
        if not isinstance(said, dict):
            raise self.mistake(None, said, "write a table")
        found = {}
        for key, value in said.items():
            if key not in keys:
                raise self.mistake(key, value, f"no such key; there are {', '.join(keys)}")
            try:
                found[key] = keys[key](value)
            except ValueError as error:
                raise self.mistake(key, value, str(error)) from error
        return found
