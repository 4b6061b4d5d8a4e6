"""Pages out of WARC files: our own and anybody else's, Common Crawl's among them."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

from harvester.archive.payload import decoded
from harvester.archive.scan import Damage, Found, Torn, scan
from harvester.archive.writer import OPEN
from harvester.errors import ArchiveError
from harvester.items import PageKind, Verdict
from harvester.page import Page

MOST_BODY = 50 * 1024 * 1024
"""Bytes of a body that is read; the crawl's own limit."""
_MOST_HEAD = 1 << 20  # bytes for the HTTP headers before the body
_MOST_VERDICT = 1 << 16
_ROBOTS = re.compile(r"https?://[^/?#]*/robots\.txt(?:[?#]|$)", re.IGNORECASE)
_FAR_PAST = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True, frozen=True)
class ArchivedPage:
    """One response as an archive keeps it, its body decoded."""

    url: str
    date: datetime
    """When it was captured; year 1 where the record does not say."""
    status: int
    headers: dict[str, str]
    body: bytes
    file: Path
    offset: int | None
    """Where `read_at` finds it again; None in a gzip file that is not compressed record by record."""
    asked: str = ""
    """The address that was asked for; the same as ``url`` where the archive does not say."""
    truncated: str = ""
    """Why the body is not whole (clause 5.15); "" for a whole one."""
    verdict: Verdict | None = None
    """What the page was judged to be when it was archived; only our own archives say."""
    reader_version: str = ""
    """Which version judged it."""

    def page(self) -> Page:
        """Return the page for the readers."""
        return Page(self.url, self.body, status=self.status, headers=self.headers)


@dataclass(slots=True, frozen=True)
class Bad:
    """A record, or a stretch of a file, that could not be read."""

    where: str
    """``file:offset``."""
    value: str
    """The record's address, as far as it is known."""
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.value + ': ' if self.value else ''}{self.reason}"


@dataclass(slots=True)
class Tally:
    """What a reading passed over: counts, and each broken record to whoever wants to hear of it."""

    on_bad: Callable[[Bad], None] = lambda bad: None
    pages: int = 0
    bad: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    """Records that are pages but give none, by why: ``revisit``, ``redirect``, ``robots.txt``..."""

    def report(self, where: str, value: str, reason: str) -> None:
        """Count a broken record and tell of it."""
        self.bad += 1
        self.on_bad(Bad(where, value, reason))


def pages(path: Path, tally: Tally | None = None, *, most: int = MOST_BODY) -> Iterator[ArchivedPage]:
    """Yield the pages of a WARC file in its order, one in memory at a time.

    Pages are ``response`` and ``resource`` records of http and https addresses (clauses 6.3, 6.4), robots.txt and
    redirects left out. ``revisit`` records (6.7) refer to a body elsewhere, and are counted. Broken records are told
    to the ``tally`` and passed; reading goes on at the next whole one. Raises `ArchiveError` where the file cannot be
    read or is no WARC file.
    """
    return _pages(path, tally or Tally(), most, 0)


def read_at(path: Path, offset: int, *, most: int = MOST_BODY) -> ArchivedPage:
    """Return the page at an offset, as `harvester.archive.writer.Place` names it.

    The file may still be open for writing. Raises `ArchiveError` if there is no such file, or no page there.
    """
    broken: list[Bad] = []
    found = next(_pages(path, Tally(broken.append), most, offset), None)
    if found is None or found.offset != offset:
        raise ArchiveError(f"{path}: no page at byte {offset}" + (f": {broken[0].reason}" if broken else ""))
    return found


def _pages(path: Path, tally: Tally, most: int, start: int) -> Iterator[ArchivedPage]:
    try:
        with _opened(path) as file:
            if start == 0 and not _is_warc(file.read(6)):
                raise ArchiveError(f"{path}: not a WARC file")
            yield from _joined(path, scan(file, _wanted, most + _MOST_HEAD, start), tally, most)
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror}") from error


def _opened(path: Path) -> BinaryIO:
    """Open a file, which may have been renamed or not since its name was noted."""
    try:
        return path.open("rb", buffering=1 << 17)
    except FileNotFoundError:
        return path.with_name(path.name + OPEN).open("rb", buffering=1 << 17)


def _joined(path: Path, records: Iterator[Found | Damage], tally: Tally, most: int) -> Iterator[ArchivedPage]:
    """Yield each page once the records that belong to it have passed; they follow it (clause 5.7)."""
    held: ArchivedPage | None = None
    held_id = ""
    for found in records:
        if isinstance(found, Damage):
            tally.report(f"{path}:{found.offset}", "", f"{found.reason}; {found.end - found.offset} bytes passed over")
            continue
        kind = _field(found, "WARC-Type").lower()
        if kind == "metadata" and held is not None and _field(found, "WARC-Concurrent-To") == held_id:
            yield _judged(held, found.block)
            held = None
        page = _page_of(path, found, kind, tally, most)
        if page is not None:
            tally.pages += 1
            if held is not None:
                yield held
            held, held_id = page, _field(found, "WARC-Record-ID")
    if held is not None:
        yield held


def _wanted(fields: StatusAndHeaders) -> bool:
    kind = str(fields.get_header("WARC-Type") or "").lower()
    if kind == "metadata":
        size = str(fields.get_header("Content-Length") or "")
        return fields.get_header("Content-Type") == "application/json" and int(size) <= _MOST_VERDICT
    return kind in ("response", "resource") and _is_web(_uri(fields))


def _page_of(path: Path, found: Found, kind: str, tally: Tally, most: int) -> ArchivedPage | None:
    """Return the page of a record; None, counted or told, for a record without one."""
    url = _uri(found.fields)
    if kind in ("revisit", "continuation", "conversion"):
        tally.skipped[kind] += 1
        return None
    if kind not in ("response", "resource") or not _is_web(url):
        return None
    where = f"{path}:{'?' if found.offset is None else found.offset}"
    if _ROBOTS.match(url):
        tally.skipped["robots.txt"] += 1
        return None
    try:
        if found.cut:
            raise Torn(f"longer than {most} bytes")
        if _field(found, "WARC-Segment-Number"):
            raise Torn("segmented, and segments are not put together")
        status, headers, body = _message(found, kind, most)
    except Torn as torn:
        tally.report(where, url, str(torn))
        return None
    if 300 <= status < 400:
        tally.skipped["redirect"] += 1
        return None
    return ArchivedPage(
        url=url,
        date=_date(_field(found, "WARC-Date")),
        status=status,
        headers=headers,
        body=body,
        file=path,
        offset=found.offset,
        asked=url,
        truncated=_field(found, "WARC-Truncated"),
    )


def _message(found: Found, kind: str, most: int) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and decoded body."""
    if kind == "resource":
        return 200, {"content-type": _field(found, "Content-Type") or "text/html"}, _within(found.block, most)
    stream = BytesIO(found.block)
    try:
        head = StatusAndHeadersParser([], verify=False).parse(stream)
    except EOFError as error:
        raise Torn("no HTTP message") from error
    code = head.get_statuscode()
    if not head.protocol.upper().startswith("HTTP/") or not (code.isascii() and code.isdecimal()):
        raise Torn(f"no HTTP status: {head.protocol} {head.statusline}"[:100])
    headers: dict[str, str] = {}
    for name, value in head.headers:
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    body = decoded(stream.read(), headers.pop("transfer-encoding", ""), headers.pop("content-encoding", ""), most)
    return int(code), headers, _within(body, most)


def _within(body: bytes, most: int) -> bytes:
    if len(body) > most:
        raise Torn(f"longer than {most} bytes")
    return body


def _judged(page: ArchivedPage, block: bytes) -> ArchivedPage:
    """Return the page with the verdict that our own archives keep beside it; as it is with anybody else's JSON."""
    try:
        said = json.loads(block)
        verdict = Verdict(PageKind(said["kind"]), str(said["reason"]))
        version, asked = str(said["reader_version"]), str(said["asked"])
    except (ValueError, KeyError, TypeError):
        return page
    return replace(page, verdict=verdict, reader_version=version, asked=asked)


def _field(found: Found, name: str) -> str:
    return str(found.fields.get_header(name) or "").strip()


def _uri(fields: StatusAndHeaders) -> str:
    """Return the address; WARC 1.0 put it into angle brackets in its grammar, and some writers do."""
    return str(fields.get_header("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">")


def _is_web(url: str) -> bool:
    return url[:8].lower().startswith(("http://", "https://"))


def _is_warc(sign: bytes) -> bool:
    """Return True for an empty file too: one that a crash left without its first record."""
    return not sign or sign.startswith((b"\x1f\x8b", b"WARC/"))


def _date(written: str) -> datetime:
    """Return the moment; WARC 1.1 allows any precision from the year to the nanosecond (clause 5.4)."""
    try:
        date = datetime.fromisoformat(written if len(written) > 7 else f"{written}-01-01"[:10])
    except ValueError:
        return _FAR_PAST
    return date if date.tzinfo else date.replace(tzinfo=UTC)
