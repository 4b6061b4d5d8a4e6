"""Tagged lines, as RIS, PubMed, EndNote and Web of Science write them: a tag, a value, lines that go on."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from harvester.formats import Bad, Piece
from harvester.formats._text import LONGEST, Lines, as_text

Tags = list[tuple[str, str]]
"""Tags with their values in the order of the file; the lines of a value are separated by line breaks."""


@dataclass(frozen=True)
class Dialect:
    """How a format writes its lines.

    ``line``: a tag and its value as groups 1 and 2. ``starts``: the tag that begins a record. ``ends``: the tag that
    ends one, where there is one. ``around``: tags that stand outside of records. ``blank_ends``: an empty line
    before a tag ends a record. ``goes_on``: what a line that goes on looks like after an empty
    one; None for every line without a tag.
    """

    line: re.Pattern[str]
    starts: str
    ends: str | None = None
    around: frozenset[str] = frozenset()
    blank_ends: bool = False
    goes_on: re.Pattern[str] | None = None

    def split(self, lines: Lines) -> Iterator[Piece]:
        """Cut lines into records; a missing end mark, or a missing beginning, costs no neighbour."""
        gathered = _Gathered()
        blank = False
        for number, raw in lines:
            line = as_text(raw).rstrip("\r\n")
            if not line.strip():
                blank = True
                continue
            found = self.line.match(line)
            tag = found[1] if found else ""
            if self._parts(line, tag, blank=blank) or (blank and gathered.stray):
                yield from gathered.take()
            blank = False
            if found is None:
                gathered.go_on(number, line)
            elif tag != self.ends and not (tag in self.around and not gathered.tags):
                yield from gathered.begin(number, tag, (found[2] or "").strip())
        yield from gathered.take()

    def _parts(self, line: str, tag: str, *, blank: bool) -> bool:
        """Tell whether a line ends the record before it.

        In the middle of an abstract an empty line parts paragraphs; before a tag it parts records.
        """
        if tag:
            return tag in (self.starts, self.ends) or (blank and self.blank_ends)
        return blank and self.goes_on is not None and not self.goes_on.match(line)

    def sniff(self, head: str) -> bool:
        """Return True where one of the first lines begins a record."""
        found = (self.line.match(line) for line in head.splitlines())
        return any(match and match[1] == self.starts for match in found)


def titled(*tags: str) -> Callable[[Tags], str]:
    """Return the function that finds the first value of these tags in a record."""
    wanted = frozenset(tags)
    return lambda record: next((value for tag, value in record if tag in wanted), "")


class _Gathered:
    """The record under way, or the lines in a place where no record is."""

    def __init__(self) -> None:
        self.tags: Tags = []
        self.stray: list[str] = []
        self._line = 0
        self._length = 0

    def begin(self, number: int, tag: str, value: str) -> Iterator[Piece]:
        """Take a tag; one that stands outside of a record begins one that has lost its first line."""
        if self.stray:
            yield from self.take()
        if not self.tags:
            self._line = number
        self._length += len(value)
        if self._length < LONGEST:
            self.tags.append((tag, value))

    def go_on(self, number: int, line: str) -> None:
        """Take a line without a tag: it goes on with the value before it, or belongs to nothing."""
        self._length += len(line)
        if self.tags:
            if self._length < LONGEST:
                tag, value = self.tags[-1]
                self.tags[-1] = (tag, f"{value}\n{line.strip()}" if value else line.strip())
        else:
            self._line = self._line if self.stray else number
            if len(self.stray) < 5:
                self.stray.append(line[:200])

    def take(self) -> Iterator[Piece]:
        """Yield what was gathered and begin anew."""
        if self.stray:
            yield Piece(self._line, Bad(" ".join(self.stray), "outside of any record"))
        elif self._length >= LONGEST:
            yield Piece(self._line, Bad(" ".join(self.tags[0]), "longer than any record"))
        elif len(self.tags) == 1:
            yield Piece(self._line, Bad(" ".join(self.tags[0]), "one tag is no record"))
        elif self.tags:
            yield Piece(self._line, self.tags)
        self.tags, self.stray = [], []
        self._length = 0


def joined(value: str) -> str:
    """Return a value of several lines as one."""
    return value.replace("\n", " ")
