"""What a reader says of a page: candidates for the fields of a work, raw, in its own order of trust."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from harvester.page import Page


class Candidate:
    """One value that one reader found for one field.

    ``value`` is raw text, except for the fields whose parts belong together: ``authors`` is a list of
    `RawAuthor`, ``related`` a list of `harvester.items.Citation`, ``classifications`` a list of
    `harvester.items.Classification`, ``identifiers`` a list of `harvester.items.Identifier`. For the other list
    fields ``value`` is a list of raw strings. ``pages`` is accepted as a field: a raw range such as ``789-96``.

    Given as a `Later`, the value is looked for when it is first asked for, and may turn out as None or empty.
    """

    __slots__ = ("_value", "field", "late", "reader")

    def __init__(self, field: str, value: Any, reader: str) -> None:
        self.field = field
        self.reader = reader
        self.late = type(value) is Later
        """Whether the value is looked for only when somebody asks for it."""
        self._value = value

    def __repr__(self) -> str:
        return f"Candidate(field={self.field!r}, value={self.value!r}, reader={self.reader!r})"

    @property
    def value(self) -> Any:
        """Return the value; None or empty where there is none after all."""
        if type(self._value) is Later:
            self._value = self._value.find()
        return self._value


class Later(NamedTuple):
    """A value that costs much to find: nobody looks for it where a better reader has the field already."""

    find: Callable[[], Any]


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
