"""Pages that are known: asked for again on condition that they changed (RFC 9110, 13), and read only if they did."""

import asyncio
import re
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path

from scrapy.http import Response

from harvester.archive.reader import read_at
from harvester.archive.writer import OPEN
from harvester.database.frontier import Target
from harvester.database.seen import Seen
from harvester.errors import ArchiveError
from harvester.items import Visit
from harvester.page import Page
from harvester.settings import VERSION

NOT_MODIFIED = 304

_VALIDATOR = re.compile(r"[\x20-\x7e\x80-\xff]{1,500}")


class Revisits:
    """What a run may spare of pages that gave a record before.

    ``in_full``: nothing; everything is asked for and read. ``for_links``: not the reading, since links are followed.
    ``archive``: the folder of kept pages; None where none are.
    """

    def __init__(self, archive: Path | None, *, in_full: bool, for_links: bool) -> None:
        self._archive = archive
        self._in_full = in_full
        self._for_links = for_links

    def of(self, target: Target) -> Seen | None:
        """Return what the request for a target may rest on; None where the page must come in full.

        A page that has to be read although it did not change (by a new reader, or for its links) is read from the
        archive; where that has it not, it must come.
        """
        seen = target.seen
        if seen is None or self._in_full or (self.must_read(seen) and self.file_of(seen) is None):
            return None
        return seen

    def must_read(self, seen: Seen) -> bool:
        """Return whether a page has to be read although it did not change."""
        return self._for_links or seen.reader_version != VERSION

    def file_of(self, seen: Seen) -> Path | None:
        """Return the file of the archive in which a page was kept, if it is there."""
        if self._archive is None or seen.archive_file is None:
            return None
        file = self._archive / seen.archive_file
        return file if file.exists() or file.with_name(file.name + OPEN).exists() else None

    async def kept(self, seen: Seen) -> Page | None:
        """Return a page out of the archive; None where it is not there, or another than it was."""
        file = self.file_of(seen)
        if file is None or seen.archive_offset is None:
            return None
        try:
            page = (await asyncio.to_thread(read_at, file, seen.archive_offset)).page()
        except ArchiveError:  # damaged since: then the page is asked for in full
            return None
        return page if page.body_hash == seen.body_hash else None


def is_same(response: Response, page: Page, seen: Seen) -> bool:
    """Return whether an answer is what the same address answered before."""
    if response.url != seen.url:
        return False
    return response.status == NOT_MODIFIED or (response.status == 200 and page.body_hash == seen.body_hash)


def unchanged(response: Response, target: Target, seen: Seen, run_id: int | None) -> Visit:
    """Return the visit of a page that did not change and is not read."""
    came = response.status != NOT_MODIFIED
    return Visit(
        url=target.url,
        reason="the same page as before" if came else "HTTP 304: not modified",
        final_url=response.url,
        status=response.status,
        body_hash=seen.body_hash if came else None,
        bytes=len(response.body),
        run_id=run_id,
        target_id=target.id,
        depth=target.depth,
        unchanged=seen.content_hash,
    )


def remembered(response: Response, visit: Visit, before: Seen | None) -> Seen | None:
    """Return what to keep of an answer for the next revisit; None where what is known stays."""
    if response.status == NOT_MODIFIED:
        return replace(before, reader_version=VERSION) if before is not None and visit.unchanged is None else None
    if response.status != 200 or visit.body_hash is None:
        return None
    etag, last_modified = validators(response)
    return Seen(response.url, visit.body_hash, VERSION, etag, last_modified, visit.archive_file, visit.archive_offset)


def validators(response: Response) -> tuple[str | None, str | None]:
    """Return ETag and Last-Modified of an answer, as far as they can be relied on."""
    etag, last_modified, date = (
        (response.headers.get(name) or b"").decode("latin-1").strip() for name in ("ETag", "Last-Modified", "Date")
    )
    return (
        etag if _VALIDATOR.fullmatch(etag) else None,
        last_modified if _is_before(last_modified, date) else None,
    )


def _is_before(last_modified: str, date: str) -> bool:
    """Return whether a page is older than its answer; within one second it may change again (RFC 9110, 8.8.2.2)."""
    try:
        return parsedate_to_datetime(last_modified) < parsedate_to_datetime(date)
    except (ValueError, TypeError):  # no dates, or one with and one without a time zone
        return False
