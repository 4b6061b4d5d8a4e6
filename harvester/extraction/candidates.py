"""What a reader says of a page: candidates for the fields of a work, raw, in its own order of trust."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from harvester.page import Page


class Candidate:
    """One value that one reader found for one field.

    ``value`` is raw text, except for the fields whose parts belong together: ``authors`` is a list of
    `RawAuthor`, ``related`` a list of `harvester.items.Citation`, ``classifications`` a list of
    `harvester.items.Classification`, ``identifiers`` a list of `harvester.items.Identifier`. For the other list
    fields ``value`` is a list of raw strings. ``pages`` is accepted as a field: a raw range such as ``789-96``.
    """

    __slots__ = ("field", "reader", "value")

    late: ClassVar[bool] = False
    """Whether the value is looked for only when somebody asks for it."""

    def __init__(self, field: str, value: Any, reader: str) -> None:
        self.field = field
        self.value = value
        self.reader = reader

    def __repr__(self) -> str:
        return f"Candidate(field={self.field!r}, value={self.value!r}, reader={self.reader!r})"


class LateCandidate(Candidate):
    """A candidate whose value costs much to find: nobody looks for it where a better reader has the field already.

    The value is looked for when it is first asked for, and may turn out as None or empty.
    """

    __slots__ = ("_find",)

    late = True

    def __init__(self, field: str, find: Callable[[], Any], reader: str) -> None:
        self.field = field
        self.reader = reader
        self._find = find

    def __getattr__(self, name: str) -> Any:
        # Asked for what is not there yet.
        if name != "value":
            raise AttributeError(name)
        self.value = self._find()
        return self.value


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
