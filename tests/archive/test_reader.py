"""Other people's archives, odd records among them."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import brotli
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from harvester.archive.payload import decoded
from harvester.archive.reader import ArchivedPage, Tally, pages, read_at
from harvester.archive.scan import Torn
from harvester.errors import ArchiveError

PAGE = b"<title>On Counting Things Twice</title>" * 40
Writes = Callable[[Any], None]


def response(
    writer: Any,
    url: str,
    body: bytes,
    headers: dict[str, str] | None = None,
    protocol: str = "HTTP/1.1",
    status: str = "200 OK",
    **fields: str,
) -> None:
    """Write a response record as warcio does."""
    head = StatusAndHeaders(status, list((headers or {}).items()), protocol=protocol)
    record = writer.create_warc_record(
        url, "response", payload=BytesIO(body), length=len(body), http_headers=head, warc_headers_dict=fields
    )
    writer.write_record(record)


def other(writer: Any, kind: str, url: str, body: bytes, **fields: str) -> None:
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    payload = {"payload": BytesIO(body), "length": len(body)}
    writer.write_record(writer.create_warc_record(url, kind, warc_headers_dict=named, **payload))


def archive(path: Path, writes: Writes, *, packed: bool = True) -> Path:
    with path.open("wb") as file:
        writes(WARCWriter(file, gzip=packed))
    return path


def chunked(body: bytes) -> bytes:
    return b"%x;ext=1\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (10, body[:10], len(body) - 10, body[10:])


def odd(writer: Any) -> None:
    """An archive with everything that a page may be missing, doubling or hiding."""
    writer.write_record(writer.create_warcinfo_record("odd.warc.gz", {"software": "x"}))
    html = {"Content-Type": "text/html"}
    response(writer, "http://example.org/plain", PAGE, html)
    response(writer, "http://example.org/chunked", chunked(PAGE), html | {"Transfer-Encoding": "chunked"})
    response(writer, "http://example.org/gzip", gzip.compress(PAGE), html | {"Content-Encoding": "gzip"})
    both = html | {"Transfer-Encoding": "Chunked", "Content-Encoding": "br"}
    response(writer, "http://example.org/both", chunked(brotli.compress(PAGE)), both)
    response(writer, "http://example.org/claims", PAGE, both)
    response(writer, "<http://example.org/brackets>", PAGE, html)
    other(writer, "request", "http://example.org/plain", b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n")
    writer.write_record(
        writer.create_revisit_record("http://example.org/again", "sha1:X", "http://example.org/plain", "2024-01-01")
    )
    other(writer, "resource", "http://example.org/resource", PAGE, Content_Type="text/plain")
    other(writer, "resource", "urn:screenshot:1", PAGE, Content_Type="image/png")
    other(
        writer, "response", "dns:example.org", b"20240101000000\nexample.org. 1 IN A 192.0.2.1", Content_Type="text/dns"
    )
    other(writer, "conversion", "http://example.org/plain", b"text", Content_Type="text/plain")
    other(writer, "metadata", "http://example.org/plain", b'{"kind": "article"}', Content_Type="application/json")
    other(writer, "metadata", "http://example.org/plain", b"via: x", Content_Type="application/warc-fields")
    other(writer, "future", "http://example.org/plain", b"what")
    response(writer, "http://example.org/robots.txt", b"User-agent: *", {"Content-Type": "text/plain"})
    response(writer, "http://example.org/moved", b"", {"Location": "/plain"}, status="302 Found")
    response(writer, "http://example.org/zstd", PAGE, html | {"Content-Encoding": "zstd"})
    response(writer, "http://example.org/gopher", b"x", html, protocol="GOPHER")
    response(writer, "http://example.org/segment", b"x", html, **{"WARC-Segment-Number": "1"})
    response(writer, "http://example.org/last", PAGE, html)


GOOD = ["plain", "chunked", "gzip", "both", "claims", "brackets", "resource", "last"]


@pytest.mark.parametrize("packed", [True, False])
def test_odd_records_are_read_counted_or_told(tmp_path: Path, packed: bool) -> None:
    path = archive(tmp_path / "odd.warc", odd, packed=packed)
    bad = []
    tally = Tally(bad.append)
    found = list(pages(path, tally))
    assert [page.url.rpartition("/")[2] for page in found] == GOOD
    assert all(page.body == PAGE for page in found)
    assert all("content-encoding" not in page.headers for page in found)
    assert tally.skipped == {"revisit": 1, "conversion": 1, "robots.txt": 1, "redirect": 1}
    assert [(each.value.rpartition("/")[2], each.reason) for each in bad] == [
        ("zstd", "content encoding 'zstd' cannot be read"),
        ("gopher", "no HTTP status: GOPHER 200 OK"),
        ("segment", "segmented, and segments are not put together"),
    ]
    assert tally.bad == 3
    assert tally.pages == len(GOOD)
    assert found[6].page().is_plain_text
    for page in found:
        assert page.offset is not None
        assert read_at(path, page.offset) == page


def test_gzip_around_the_whole_file_is_read_without_offsets(tmp_path: Path) -> None:
    path = archive(tmp_path / "odd.warc", odd, packed=False)
    whole = tmp_path / "whole.warc.gz"
    whole.write_bytes(gzip.compress(path.read_bytes()))
    found = list(pages(whole))
    assert [page.url.rpartition("/")[2] for page in found] == GOOD
    assert {page.offset for page in found} == {None}


def test_common_crawl_keeps_the_old_headers_under_other_names(tmp_path: Path) -> None:
    headers = {"Content-Type": "text/html", "X-Crawl-Content-Encoding": "gzip", "Content-Length": str(len(PAGE))}
    fields = {
        "WARC-Truncated": "length",
        "WARC-Identified-Payload-Type": "text/html",
        "WARC-Date": "2024-03-09T12:00:00Z",
    }

    def writes(writer: Any) -> None:
        other(writer, "request", "https://example.org/", b"GET / HTTP/1.1\r\n\r\n")
        response(writer, "https://example.org/", PAGE, headers, **fields)
        other(writer, "metadata", "https://example.org/", b"languages-cld2: {}", Content_Type="application/warc-fields")

    (page,) = pages(archive(tmp_path / "cc.warc.gz", writes))
    assert (page.body, page.truncated, page.date) == (PAGE, "length", datetime(2024, 3, 9, 12, tzinfo=UTC))


def test_a_damaged_plain_file_goes_on_at_the_next_record(tmp_path: Path) -> None:
    path = archive(tmp_path / "odd.warc", odd, packed=False)
    content = path.read_bytes()
    for broken in (
        content.replace(b"Content-Length: 1", b"Content-Length: 2", 3),
        content.replace(b"WARC/1.0\r\nWARC-Type: request", b"XXXX/1.0\r\nWARC-Type: request"),
        content.replace(b"Content-Length: ", b"Content-Length: -", 1),
        b"\x00" * 1000 + b"\n" + content,
    ):
        path.write_bytes(broken if broken[:1] != b"\x00" else b"WARC/" + broken)
        bad: list[object] = []
        found = [page.url.rpartition("/")[2] for page in pages(path, Tally(bad.append))]
        assert found[-1] == "last"
        assert len(found) >= len(GOOD) - 3
        assert len(bad) > 3


def test_every_byte_of_a_small_file_may_be_wrong(tmp_path: Path) -> None:
    """Whatever is damaged: no crash, no page that was not written, and at most two of the three pages lost."""

    def writes(writer: Any) -> None:
        for number in range(3):
            response(writer, f"http://example.org/{number}", PAGE)

    path = archive(tmp_path / "small.warc.gz", writes)
    content = bytearray(path.read_bytes())
    for at in range(len(content)):
        path.write_bytes(bytes(content[:at]) + bytes([content[at] ^ 0x55]) + bytes(content[at + 1 :]))
        if at < 2:
            with pytest.raises(ArchiveError, match="not a WARC file"):
                list(pages(path))
            continue
        found = list(pages(path))
        assert len(found) >= 2, at
        assert all(page.body == PAGE for page in found)


@pytest.mark.parametrize("content", [b"<html>", b"PK\x03\x04", b"\n"])
def test_what_is_no_warc_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.warc"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match="not a WARC file"):
        list(pages(path))


def test_a_missing_file_and_a_wrong_offset_are_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="No such file"):
        list(pages(tmp_path / "none.warc"))
    path = archive(tmp_path / "odd.warc.gz", odd)
    with pytest.raises(ArchiveError, match="no page at byte 3"):
        read_at(path, 3)
    with pytest.raises(ArchiveError, match="no page at byte 99999999"):
        read_at(path, 99_999_999)


def test_gzip_of_something_else_gives_no_page(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(gzip.compress(b"<html>" * 1000))
    bad: list[object] = []
    assert list(pages(path, Tally(bad.append))) == []
    assert len(bad) == 1


def test_headers_without_end_and_bodies_without_measure_cost_no_memory(tmp_path: Path) -> None:
    zeros = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://example.org/\r\n"
    parts = [zeros.compress(head + b"X: ")] + [zeros.compress(bytes(1 << 20)) for _ in range(40)] + [zeros.flush()]

    def writes(writer: Any) -> None:
        bomb = brotli.compress(bytes(30_000_000))
        response(writer, "http://example.org/bomb", bomb, {"Content-Encoding": "br"})
        response(writer, "http://example.org/bomb", gzip.compress(bytes(30_000_000)), {"Content-Encoding": "gzip"})
        response(writer, "http://example.org/long", bytes(4_000_000))
        response(writer, "http://example.org/good", PAGE)

    path = archive(tmp_path / "bomb.warc.gz", writes)
    path.write_bytes(b"".join(parts) + path.read_bytes())
    reasons: list[str] = []
    tracemalloc.start()
    found = [page.url for page in pages(path, Tally(lambda bad: reasons.append(bad.reason)), most=1_000_000)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == ["http://example.org/good"]
    assert [reason.partition(";")[0] for reason in reasons] == [
        "a record header without end",
        "more than 1000000 bytes when decoded",
        "more than 1000000 bytes when decoded",
        "longer than 1000000 bytes",
    ]
    assert peak < 12_000_000


def test_a_long_file_is_read_in_the_memory_of_one_page(tmp_path: Path) -> None:
    def writes(writer: Any) -> None:
        for number in range(300):
            response(writer, f"http://example.org/{number}", bytes([number % 256]) * 200_000)

    path = archive(tmp_path / "long.warc.gz", writes)
    tracemalloc.start()
    assert sum(1 for _ in pages(path)) == 300
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


@pytest.mark.parametrize(
    ("payload", "transfer", "content", "body"),
    [
        (PAGE, "", "", PAGE),
        (PAGE, "", "identity", PAGE),
        (gzip.compress(PAGE), "", "x-gzip", PAGE),
        (zlib.compress(PAGE), "", "deflate", PAGE),
        (zlib.compress(PAGE)[2:-4], "", "Deflate", PAGE),
        (brotli.compress(gzip.compress(PAGE)), "", "gzip, br", PAGE),
        (PAGE, "chunked", "gzip", PAGE),
        (PAGE, "", "deflate", PAGE),
        (PAGE, "", "br", PAGE),
        (b"", "chunked", "br", b""),
        (b"", "", "gzip", b""),
        (b"\x1f\x8bnot gzip at all", "", "gzip", b"\x1f\x8bnot gzip at all"),
    ],
)
def test_bodies_are_decoded_as_their_headers_say_unless_they_are_already(
    payload: bytes, transfer: str, content: str, body: bytes
) -> None:
    assert decoded(payload, transfer, content, 100_000) == body


@pytest.mark.parametrize(
    ("pack", "name"), [(gzip.compress, "gzip"), (zlib.compress, "deflate"), (brotli.compress, "br")]
)
def test_a_body_that_was_broken_off_is_decoded_as_far_as_it_goes(pack: Callable[[bytes], bytes], name: str) -> None:
    body = b"".join(b"%d," % (number * 7919 % 100_003) for number in range(100_000))
    packed = pack(body)
    got = decoded(packed[: len(packed) // 2], "", name, 10_000_000)
    assert body.startswith(got)
    assert len(got) > 100_000
    with pytest.raises(Torn, match="more than 1000 bytes when decoded"):
        decoded(packed, "", name, 1000)


def test_dates_may_be_as_short_as_a_year(tmp_path: Path) -> None:
    dates = ["2024", "2024-03", "2024-03-09", "2024-03-09T12:00Z", "2024-03-09T12:00:00.123456789Z", "", "soon"]

    def writes(writer: Any) -> None:
        for date in dates:
            response(writer, "http://example.org/", PAGE, **{"WARC-Date": date or " "})

    found: list[ArchivedPage] = list(pages(archive(tmp_path / "dates.warc", writes)))
    assert [page.date.isoformat()[:16] for page in found] == [
        "2024-01-01T00:00",
        "2024-03-01T00:00",
        "2024-03-09T00:00",
        "2024-03-09T12:00",
        "2024-03-09T12:00",
        "0001-01-01T00:00",
        "0001-01-01T00:00",
    ]
    assert all(page.date.tzinfo for page in found)
