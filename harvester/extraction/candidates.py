"""What a reader says of a page: candidates for the fields of a work, raw, in its own order of trust."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from harvester.page import Page


class Candidate(NamedTuple):
    """One value that one reader found for one field.

    ``value`` is raw text, except for the fields whose parts belong together: ``authors`` is a list of
    `RawAuthor`, ``related`` a list of `harvester.items.Citation`, ``classifications`` a list of
    `harvester.items.Classification`, ``identifiers`` a list of `harvester.items.Identifier`. For the other list
    fields ``value`` is a list of raw strings. ``pages`` is accepted as a field: a raw range such as ``789-96``.
    """

    field: str
    value: Any
    reader: str


@dataclass(slots=True)
class RawAuthor:
    """A name as a page gives it, with what stands beside it; nothing is normalised yet."""

    name: str = ""
    family: str | None = None
    given: str | None = None
    orcid: str | None = None
    affiliations: tuple[str, ...] = ()
    role: str | None = None
    corresponding: bool | None = None


Reader = Callable[[Page], Iterable[Candidate]]
"""A reader yields what it finds; it neither normalises nor chooses."""
