"""What is more than a record needs ends early, with a reason that says what and where the limit is."""

import gzip
import time
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import brotli
import pytest

from harvester.extraction import examine
from harvester.items import PageKind
from harvester.middlewares.limits import is_read, magic
from harvester.page import Page
from tests.middlewares.rawserver import http, listen
from tests.middlewares.tinycrawl import crawl

try:
    from compression import zstd  # type: ignore[import-not-found, unused-ignore]
except ImportError:
    from backports import zstd

LIMITS: dict[str, Any] = {
    "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "harvester.middlewares.transport.Transport"),
    "DOWNLOADER_MIDDLEWARES": {
        "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
        "harvester.middlewares.limits.Contents": 585,
        "harvester.middlewares.limits.Unpack": 590,
    },
    "DOWNLOAD_MAXSIZE": 200_000,
    "DOWNLOAD_WARNSIZE": 0,
    "DOWNLOAD_TIMEOUT": 20,
    "REDIRECT_MAX_TIMES": 3,
}
HTML = b"<html><title>x</title>" + b"text " * 1000
ZEROS = b" " * 3_000_000


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "deflate": zlib.compress,
    "x-gzip": gzip.compress,
}


def packed(data: bytes, *names: str, call: str | None = None, **headers: str) -> list[bytes]:
    for name in names:
        data = PACK[name](data)
    return http(data, Content_Encoding=call or ", ".join(names), **headers)


def ended(answers: dict[str, list[bytes]], **settings: Any) -> dict[str, dict[str, Any]]:
    """Return how each path ended."""
    with listen(lambda path: answers[path]) as server:
        return dict(zip(answers, crawl([server.url(path) for path in answers], LIMITS | settings), strict=True))


def test_bombs_of_every_packing_end_at_the_limit_and_honest_pages_pass() -> None:
    honest = {f"/{name}": packed(HTML, name) for name in PACK}
    honest |= {
        "/raw-deflate": http(raw_deflate(HTML), Content_Encoding="deflate"),
        "/twice": packed(HTML, "gzip", "br"),
        "/thrice": packed(HTML, "gzip", "gzip", "gzip"),
        "/plain": http(HTML),
        "/identity": http(HTML, Content_Encoding="identity"),
        "/charset": http(HTML, Content_Encoding="UTF-8"),
        "/mistaken": http(HTML, Content_Encoding="gzip"),
        "/mistaken-br": http(HTML, Content_Encoding="br"),
        "/capitals": packed(HTML, "gzip", call="GZIP"),
    }
    bombs = {f"/bomb-{name}": packed(ZEROS, name) for name in PACK}
    bombs |= {
        "/bomb-raw-deflate": http(raw_deflate(ZEROS), Content_Encoding="deflate"),
        "/bomb-twice": packed(ZEROS, "gzip", "gzip"),
        "/bomb-mixed": packed(ZEROS, "br", "gzip", "zstd"),
        "/bomb-between": packed(HTML + bytes(range(256)) * 1200, "deflate", call="deflate"),
    }
    found = ended(honest | bombs)
    assert {path: found[path].get("body", found[path].get("reason")) for path in honest} == dict.fromkeys(
        honest, len(HTML)
    )
    reasons = {path: (found[path]["error"], found[path]["reason"]) for path in bombs}
    assert reasons == dict.fromkeys(bombs, ("OverLimit", "larger than 195.3 KiB when unpacked"))


def test_packings_that_cannot_be_undone_say_why() -> None:
    broken = gzip.compress(HTML)
    found = ended(
        {
            "/four": packed(HTML, "gzip", "gzip", "gzip", "gzip"),
            "/hundred": http(b"x", Content_Encoding=", ".join(["gzip"] * 100)),
            "/compress": http(b"\x1f\x9d\x90", Content_Encoding="compress"),
            "/broken": http(b"\x1f\x8b\x08" + b"\xff" * 40, Content_Encoding="gzip"),
            "/broken-br": http(b"\xff" * 40, Content_Encoding="br"),
            "/broken-zstd": http(b"\xff" * 40, Content_Encoding="zstd"),
            "/broken-deflate": http(b"\xff" * 40, Content_Encoding="deflate"),
            "/short": http(broken[: len(broken) // 2], Content_Encoding="gzip"),
            "/empty": http(b"", Content_Encoding="gzip"),
        }
    )
    assert found["/four"]["reason"] == "packed 4 times over; the limit is 3"
    assert found["/hundred"]["reason"] == "packed 100 times over; the limit is 3"
    assert found["/compress"]["reason"] == "packed with compress, which is not read"
    for path in ("/broken", "/broken-br", "/broken-zstd", "/broken-deflate"):
        assert (found[path]["error"], found[path]["may_pass"]) == ("ResponseDataLossError", True)
    assert found["/empty"]["body"] == 0
    assert found["/short"].get("status") == 200 or found["/short"]["may_pass"]


def test_bytes_as_sent_end_at_the_limit_with_and_without_a_length() -> None:
    def endless() -> Iterable[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
        while True:
            yield b"x" * 10_000

    def endless_chunks() -> Iterable[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
        while True:
            yield b"2710\r\n" + b"x" * 10_000 + b"\r\n"

    answers = {"/length": http(b"x" * 300_000), "/endless": endless(), "/chunks": endless_chunks()}
    found = ended(answers)  # type: ignore[arg-type]
    assert {path: found[path]["reason"] for path in answers} == dict.fromkeys(answers, "larger than the limit")
    assert not any(each["may_pass"] for each in found.values())


def test_drips_end_in_time_wherever_they_drip() -> None:
    def drip(begin: bytes, piece: bytes) -> Iterable[bytes]:
        yield begin
        while True:
            yield piece
            time.sleep(0.1)

    answers = {
        "/headers": drip(b"HTTP/1.1 200 OK\r\n", b"X-Y: z\r\n"),
        "/body": drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n", b"."),
        "/chunks": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n.\r\n"),
        "/status": drip(b"HTTP/1.1 200 ", b"O"),
        "/interim": drip(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 100),
    }
    begun = time.monotonic()
    found = ended(answers, DOWNLOAD_TIMEOUT=1)  # type: ignore[arg-type]
    assert {path: found[path]["reason"] for path in answers} == dict.fromkeys(answers, "no answer in time")
    assert time.monotonic() - begun < 20


def test_headers_end_at_the_limit() -> None:
    def endless(piece: bytes, begin: bytes = b"HTTP/1.1 200 OK\r\nX: y\r\n") -> Iterable[bytes]:
        yield begin
        while True:
            yield piece * 100

    many = {f"X-{number}": "y" * 20 for number in range(200)}
    answers = {
        "/many": http(HTML, **many),
        "/lines": endless(b"X-Header: " + b"z" * 90 + b"\r\n"),
        "/one-line": endless(b"z" * 100),
        "/folded": endless(b"\t" + b"z" * 98 + b"\r\n"),
    }
    with listen(lambda path: answers[path]) as server:
        found = dict(zip(answers, crawl([server.url(path) for path in answers], LIMITS), strict=True))
        sent = dict(server.sent)
    assert found.pop("/many")["body"] == len(HTML)
    assert {path: (each["error"], each["reason"]) for path, each in found.items()} == dict.fromkeys(
        found, ("OverLimit", "more than 256 headers, or one larger than 64 KiB")
    )
    assert max(sent.values()) < 20_000_000


def test_redirects_end_at_the_limit() -> None:
    found = ended({"/circle": http(status=302, Location="/circle")})
    assert found["/circle"]["reason"] == "too many redirects"


UNREAD = (
    "application/pdf",
    "Application/PDF; qs=0.001",
    "image/png",
    "image/svg+xml",
    "video/mp4",
    "audio/mpeg",
    "application/zip",
    "application/gzip",
    "application/octet-stream",
    "application/msword",
    "application/epub+zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "font/woff2",
    "multipart/x-mixed-replace",
)
READ = (
    "text/html",
    "TEXT/HTML;charset=GBK",
    "text/plain",
    "text/xml",
    "application/xhtml+xml",
    "application/xml",
    "application/json",
    "application/ld+json",
    "application/vnd.citationstyles.csl+json",
    "application/rdf+xml",
    "application/x-bibtex",
    "application/x-research-info-systems",
    "",
    "html",
)


@pytest.mark.parametrize("media_type", UNREAD)
def test_media_type_that_no_reader_reads(media_type: str) -> None:
    assert not is_read(media_type)
    verdict = examine(Page("https://example.org/x", b"", headers={"Content-Type": media_type})).verdict
    assert verdict.kind is PageKind.NON_RECORD
    assert media_type.partition(";")[0].lower() in verdict.reason


@pytest.mark.parametrize("media_type", READ)
def test_media_type_that_is_read(media_type: str) -> None:
    assert is_read(media_type)


@pytest.mark.parametrize(
    ("begin", "media_type"),
    [
        (b"%PDF-1.4\n%\xe2", "application/pdf"),
        (b"\r\n\r\n%PDF-1.4", "application/pdf"),
        (b"PK\x03\x04\x14", "application/zip"),
        (b"%!PS-Adobe", "application/postscript"),
        (b"<!DOCTYPE html>", None),
        (b"PK is a name", None),
        (b"GIF is a format", None),
        (b"", None),
        ("\ufeff<html>".encode(), None),
    ],
)
def test_first_bytes_tell_a_file_from_a_text(begin: bytes, media_type: str | None) -> None:
    assert magic(begin) == media_type


def test_a_file_that_nobody_reads_is_not_downloaded() -> None:
    def large(begin: bytes, media_type: str) -> Iterable[bytes]:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: 100000000\r\n\r\n"
        yield head.encode() + begin
        for _ in range(1000):
            yield b"x" * 100_000

    answers: dict[str, Iterable[bytes]] = {
        "/pdf": large(b"%PDF-1.7", "application/pdf"),
        "/pdf-as-html": large(b"%PDF-1.7", "text/html"),
        "/film": large(b"", "video/mp4"),
        "/packed": packed(b"%PDF-1.7" + HTML, "gzip"),
        "/page": http(HTML),
    }
    with listen(lambda path: answers[path]) as server:
        found = dict(
            zip(answers, crawl([server.url(path) for path in answers], LIMITS | {"DOWNLOAD_MAXSIZE": 0}), strict=True)
        )
        sent = dict(server.sent)
    kinds = {path: each["type"] for path, each in found.items()}
    assert kinds == {
        "/pdf": "application/pdf",
        "/pdf-as-html": "application/pdf",
        "/film": "video/mp4",
        "/packed": "application/pdf",
        "/page": "text/html; charset=utf-8",
    }
    assert [found[path]["flags"] for path in ("/pdf", "/film", "/page")] == [
        ["download_stopped"],
        ["download_stopped"],
        [],
    ]
    assert found["/pdf"]["body"] == found["/film"]["body"] == 0
    assert max(sent.values()) < 30_000_000  # what the sockets' buffers took


def test_robots_txt_is_read_under_any_media_type() -> None:
    answers = {
        "/robots.txt": http(b"User-agent: *\nDisallow: /closed", Content_Type="application/octet-stream"),
        "/open": http(HTML),
        "/closed": http(HTML),
    }
    middlewares = LIMITS["DOWNLOADER_MIDDLEWARES"] | {"harvester.middlewares.robots.Robots": 100}
    with listen(lambda path: answers[path]) as server:
        urls = [server.url("/open"), server.url("/closed")]
        opened, closed = crawl(urls, LIMITS | {"DOWNLOADER_MIDDLEWARES": middlewares, "ROBOTSTXT_USER_AGENT": "x"})
    assert opened["body"] == len(HTML)
    assert closed["reason"] == "robots.txt forbids it"


def test_local_files_have_limits_too(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(HTML)
    (tmp_path / "large.html").write_bytes(b"x" * 200_001)
    uris = [(tmp_path / name).as_uri() for name in ("page.html", "large.html", "missing.html")]
    page, large, missing, device, folder = crawl([*uris, "file:///dev/zero", tmp_path.as_uri()], LIMITS)
    assert page["body"] == len(HTML)
    assert large["reason"] == "a file of 195.3 KiB; the limit is 195.3 KiB"
    assert missing["reason"] == "no such file"
    assert device["reason"] == "a device or a pipe, not a file"
    assert folder["reason"] == "a folder, not a file"
