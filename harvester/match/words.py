"""The word lists of ``words.toml``."""

from functools import cache
from importlib.resources import files
from tomllib import loads


@cache
def words(name: str) -> frozenset[str]:
    """Return a list of ``words.toml`` as a set.

    >>> "symposium" in words("meeting")
    True
    """
    return frozenset(listed(name))


@cache
def listed(name: str) -> tuple[str, ...]:
    """Return a list of ``words.toml`` in its order."""
    return tuple(_all()[name].split())


@cache
def _all() -> dict[str, str]:
    return loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
