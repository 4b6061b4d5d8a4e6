"""Which entries of lists are wanted."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from harvester.database.targets import Kind, Wanted
from harvester.errors import UsageError
from harvester.listing.dois import under
from harvester.normalise.doi import doi

_DOI_ADDRESS = re.compile(r"https://doi\.org/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Options:
    """What the user wants of lists.

    ``since``: pages that changed before, as their list says, are passed over; where it does not say, they are wanted.
    ``prefixes``: of DOIs; whatever is no DOI under one of them is passed over. ``pattern``: a regular expression for
    the items of tables of contents, see `harvester.listing.toc`.
    """

    since: datetime | None = None
    prefixes: tuple[str, ...] = ()
    pattern: str | None = None

    def want(self, each: Wanted) -> bool:
        """Return whether an entry is wanted."""
        if self.since is not None and each.lastmod is not None and _end(each.lastmod) < self.since:
            return False
        return each.kind is not Kind.PAGE or self.has_prefix(each.url)

    def has_prefix(self, url: str) -> bool:
        """Return whether an address is a DOI's under one of the prefixes; True where none was asked for."""
        if not self.prefixes:
            return True
        key = doi(url) if _DOI_ADDRESS.match(url) else None
        return key is not None and under(self.prefixes, key)


def pattern_of(text: str) -> str:
    """Return the pattern of item links that a user wrote. Raises `UsageError` for what is no regular expression."""
    try:
        re.compile(text)
    except re.error as error:
        raise UsageError(f"item pattern {text!r} is no regular expression: {error}") from error
    return text


def _end(lastmod: datetime) -> datetime:
    """Return the last moment that a date may mean: one without a time is the whole day."""
    return lastmod + timedelta(days=1, microseconds=-1) if lastmod.time() == time(0) else lastmod
