"""Exchanges into WARC files: each process writes files of its own, each record is a gzip member of its own."""

import json
import os
import platform
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from harvester.archive import records
from harvester.archive.locks import lock
from harvester.archive.records import Headers
from harvester.errors import ArchiveError
from harvester.items import Verdict
from harvester.settings import VERSION

OPEN = ".open"
"""Ending of a file that is being written, or was when its process died."""

# Who holds an archive must not hold the keys to the sites: these request headers are left out.
_SECRET = frozenset({b"authorization", b"proxy-authorization", b"cookie"})
# These describe how the body came over the wire; the body that is kept is decoded.
_WIRE = frozenset({b"content-encoding", b"transfer-encoding", b"content-length"})
_HOW = (
    "make space there, then run the same command again; it goes on where it stopped"
    " (--archive DIR keeps pages elsewhere, --no-archive keeps none)"
)


class Place(NamedTuple):
    """Where a page is kept: the file's name within the archive, and the offset of its response record."""

    file: str
    offset: int


@dataclass(slots=True, frozen=True)
class Exchange:
    """One request and its response. Without a verdict (a fetch of robots.txt) no metadata record is written."""

    url: str
    """The address that answered, after redirects."""
    status: int
    headers: Headers
    """Response headers as they came."""
    body: bytes
    """The body, decoded: without transfer encoding and content encoding."""
    date: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When the capture began, with a time zone (clause 5.4)."""
    method: str = "GET"
    request_headers: Headers = ()
    asked: str | None = None
    """The address asked for, where redirects led from it to ``url``."""
    ip: str | None = None
    truncated: str | None = None
    """Why the body is not whole: ``length``, ``time``, ``disconnect`` or ``unspecified`` (clause 5.15)."""
    verdict: Verdict | None = None
    reader_version: str = VERSION


class Archive:
    """A folder of WARC files that this process appends to; safe to use from several threads.

    Bodies are stored decoded, as Scrapy hands them over. ``Content-Length`` states the stored length, and headers
    that spoke of the encoding are kept under names that no reader obeys: ``X-Crawl-Content-Encoding``,
    ``X-Crawl-Transfer-Encoding``, ``X-Crawl-Content-Length``, as Common Crawl does. (Clause 6.3 asks for the message
    as received, which a client with a decoding transport no longer has; Scrapy itself drops ``Content-Encoding``.)
    Request headers with credentials or cookies are left out.

    What is safe when: each exchange goes to the operating system in one piece before `write` returns, so the end of
    the process (also ``kill -9``) costs at most the exchange being written. Power loss costs what came after the last
    `sync`; the store calls it before each commit, so that no committed visit points at a page that is gone. With
    ``fsync=False`` `sync` does nothing, and a power loss may cost what the system had not yet written.

    A file is named by time, process id and serial number, and ends in ``.open`` until it is finished: at ``max_bytes``
    or by `close`. It is locked while it is written, so `harvester.archive.repair` leaves it alone.
    """

    def __init__(self, folder: Path, max_bytes: int = 1 << 30, *, fsync: bool = True) -> None:
        self.folder = folder
        self._max_bytes = max_bytes
        self._fsync = fsync
        self._lock = threading.Lock()
        self._syncing = threading.Lock()
        self._serial = 0
        self._file: int | None = None
        self._name = ""
        self._size = 0
        self._dirty = False

    def write(self, exchange: Exchange) -> Place:
        """Append an exchange and return where its response stands. Raises `ArchiveError` if it cannot be written."""
        return self.append(packed(exchange))

    def append(self, content: bytes) -> Place:
        """Append what `packed` returned, and return where its response stands. Raises `ArchiveError` as `write` does.

        Nearly all of the time is spent on packing, so whoever has another process for it saves this one the work.
        """
        with self._lock:
            try:
                if self._file is None or self._size >= self._max_bytes:
                    self._finish()
                    self._begin()
                place = Place(self._name, self._size)
                self._append(content)
            except OSError as error:
                raise ArchiveError(f"{self.folder}: the page cannot be archived: {error.strerror}; {_HOW}") from error
        return place

    def sync(self) -> None:
        """Return when all that was written before the call is on the disk. Raises `ArchiveError` if it is not."""
        with self._syncing:  # a second caller must not return before the first one's fsync has
            with self._lock:
                if self._file is None or not self._dirty or not self._fsync:
                    return
                # A copy of the descriptor: others go on writing meanwhile, and may finish the file.
                file, self._dirty = os.dup(self._file), False
            try:
                os.fsync(file)
            except OSError as error:
                raise ArchiveError(f"{self.folder}: the archive cannot be synchronised: {error.strerror}") from error
            finally:
                os.close(file)

    def close(self) -> None:
        """Finish the file; a later `write` begins another one."""
        with self._lock:
            try:
                self._finish()
            except OSError as error:
                raise ArchiveError(f"{self.folder}: the archive cannot be closed: {error.strerror}") from error

    def _begin(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        started = datetime.now(UTC)
        while self._file is None:
            self._name = f"harvest-{started:%Y%m%dT%H%M%SZ}-{os.getpid()}-{self._serial:05}.warc.gz"
            self._serial += 1
            self._file = _created(self.folder / (self._name + OPEN))
        self._size = 0
        try:
            self._append(records.member(_warcinfo(self._name, started)))
            self._sync_folder()
        except OSError:
            file, self._file = self._file, None
            os.close(file)
            (self.folder / (self._name + OPEN)).unlink(missing_ok=True)
            raise

    def _append(self, content: bytes) -> None:
        """Write all or nothing; what a full disk took in part is cut off again."""
        assert self._file is not None
        rest = memoryview(content)
        self._dirty = True
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._file, self._size)
                os.lseek(self._file, self._size, os.SEEK_SET)
            raise
        self._size += len(content)

    def _finish(self) -> None:
        if self._file is None:
            return
        file, self._file = self._file, None
        try:
            if self._fsync:
                os.fsync(file)
            os.rename(self.folder / (self._name + OPEN), self.folder / self._name)
        finally:
            os.close(file)
        self._sync_folder()

    def _sync_folder(self) -> None:
        if self._fsync:
            sync_folder(self.folder)


def packed(exchange: Exchange) -> bytes:
    """Return the records of an exchange, compressed, the response first."""
    return b"".join(map(records.member, _records(exchange)))


def _created(path: Path) -> int | None:
    """Create a file and lock it; None where somebody else was faster."""
    # Here and by O_EXCL: two machines with one process id may share a folder.
    if path.with_name(path.name.removesuffix(OPEN)).exists():
        return None
    try:
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o644)
    except FileExistsError:
        return None
    lock(file)
    if not os.fstat(file).st_nlink:  # a repair took it for a dead process's empty file before it was locked
        os.close(file)
        return None
    return file


def sync_folder(folder: Path) -> None:
    """Put the names of a folder's files on the disk, where the system can."""
    with suppress(PermissionError):  # Windows opens no folders
        file = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)


def _records(exchange: Exchange) -> Iterator[bytes]:
    """Yield the response, the request and the verdict, which name the response they belong to (clause 5.7)."""
    page_id = records.new_id()
    date = ("WARC-Date", records.timestamp(exchange.date))
    uri = ("WARC-Target-URI", records.target_uri(exchange.url))
    fields = [("WARC-Record-ID", page_id), date, uri, ("WARC-Payload-Digest", records.digest(exchange.body))]
    if exchange.ip:
        fields.append(("WARC-IP-Address", exchange.ip))
    if exchange.truncated:
        fields.append(("WARC-Truncated", exchange.truncated))
    yield records.record("response", fields, records.RESPONSE, _response(exchange))
    for kind, content_type, block in _companions(exchange):
        fields = [("WARC-Record-ID", records.new_id()), date, uri, ("WARC-Concurrent-To", page_id)]
        yield records.record(kind, fields, content_type, block)


def _companions(exchange: Exchange) -> Iterator[tuple[str, str, bytes]]:
    yield "request", records.REQUEST, _request(exchange)
    if exchange.verdict is not None:
        said = {
            "kind": exchange.verdict.kind,
            "reason": exchange.verdict.reason,
            "reader_version": exchange.reader_version,
            "asked": exchange.asked or exchange.url,
        }
        yield "metadata", "application/json", json.dumps(said).encode()


def _response(exchange: Exchange) -> bytes:
    headers = [(b"X-Crawl-" + name if name.lower() in _WIRE else name, value) for name, value in exchange.headers]
    headers.append((b"Content-Length", str(len(exchange.body)).encode()))
    try:
        phrase = HTTPStatus(exchange.status).phrase
    except ValueError:
        phrase = "Unknown"
    # Whatever the wire's version was: HTTP/1.1 is the form that this kind of record has.
    return records.http_block(f"HTTP/1.1 {exchange.status} {phrase}", headers, exchange.body)


def _request(exchange: Exchange) -> bytes:
    parts = urlsplit(exchange.url)
    path = records.target_uri((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    kept = [header for header in exchange.request_headers if header[0].lower() not in _SECRET]
    if not any(name.lower() == b"host" for name, _ in kept):
        kept.insert(0, (b"Host", parts.netloc.rpartition("@")[2].encode("utf-8", "backslashreplace")))
    return records.http_block(f"{exchange.method} {path} HTTP/1.1", kept)


def _warcinfo(name: str, started: datetime) -> bytes:
    """Return the record that begins a file and says who wrote it (clause 6.2)."""
    said = {
        "software": f"harvester/{VERSION} Python/{platform.python_version()}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "hostname": socket.gethostname(),
    }
    fields = [
        ("WARC-Record-ID", records.new_id()),
        ("WARC-Date", records.timestamp(started)),
        ("WARC-Filename", name),
    ]
    block = "".join(f"{key}: {value}\r\n" for key, value in said.items()).encode()
    return records.record("warcinfo", fields, "application/warc-fields", block)
