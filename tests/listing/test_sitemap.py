"""Sitemaps as they are, which is not always as they should be."""

import gzip
import io
import tracemalloc
from datetime import UTC, datetime

import pytest

from harvester.database.targets import Kind, Wanted
from harvester.listing import document as document_module
from harvester.listing import sitemap
from harvester.listing.blocks import blocks
from harvester.listing.document import Document, Fault

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
URL = "https://a.example/sitemap.xml"


def read(body: str | bytes, url: str = URL, content_type: str | None = None) -> list[Wanted | Fault]:
    data = body.encode() if isinstance(body, str) else body
    return list(sitemap.entries(Document(io.BytesIO(data), url, content_type)))


def urls(body: str | bytes, url: str = URL, content_type: str | None = None) -> list[str]:
    return [each.url for each in read(body, url, content_type) if isinstance(each, Wanted)]


def faults(body: str | bytes) -> list[str]:
    return [str(each) for each in read(body) if isinstance(each, Fault)]


def entry(number: int, more: str = "") -> str:
    return f"<url><loc>https://a.example/{number}</loc>{more}</url>\n"


def test_entries_have_addresses_and_dates() -> None:
    body = HEAD + entry(1, "<lastmod>2026-03-01</lastmod>") + entry(2, "<lastmod>soon</lastmod>") + "</urlset>"
    assert read(body) == [
        Wanted("https://a.example/1", Kind.PAGE, datetime(2026, 3, 1, tzinfo=UTC)),
        Wanted("https://a.example/2"),
    ]


def test_an_index_names_sitemaps() -> None:
    body = (
        '<sitemapindex xmlns="x"><sitemap><loc>https://a.example/1.xml.gz</loc><lastmod>2026-03-01T10:00:00+01:00</lastmod>'
        "</sitemap></sitemapindex>"
    )
    assert read(body) == [Wanted("https://a.example/1.xml.gz", Kind.SITEMAP, datetime(2026, 3, 1, 9, tzinfo=UTC))]


def test_news_images_and_alternates_add_no_addresses() -> None:
    body = (
        HEAD + "<url><loc>https://a.example/en</loc>"
        '<xhtml:link rel="alternate" hreflang="de" href="https://a.example/de"/>'
        "<image:image><image:loc>https://a.example/x.png</image:loc></image:image>"
        "<news:news><news:publication_date>2026-03-01</news:publication_date><news:title>A</news:title></news:news></url>"
        "<url><loc>https://a.example/de</loc></url></urlset>"
    )
    assert read(body) == [
        Wanted("https://a.example/en", Kind.PAGE, datetime(2026, 3, 1, tzinfo=UTC)),
        Wanted("https://a.example/de"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress((HEAD + entry(1) + "</urlset>").encode()),
        gzip.compress(gzip.compress((HEAD + entry(1) + "</urlset>").encode())),
        (HEAD + entry(1) + "</urlset>").encode("utf-8-sig"),
        (HEAD.replace("UTF-8", "UTF-16") + entry(1) + "</urlset>").encode("utf-16"),
        "https://a.example/1\r\n\r\n",
        '<ns:urlset xmlns:ns="x"><ns:url><ns:loc> https://a.example/1\n</ns:loc></ns:url></ns:urlset>',
        HEAD + "<url><loc><![CDATA[https://a.example/1]]></loc></url></urlset>",
        HEAD + "<url><loc>/1</loc></url></urlset>",
        HEAD + "<url><loc><![CDATA[https://a.example/1]]></loc><lastmod>&nbsp;</lastmod></url></urlset>",
        '<rss version="2.0"><channel><item><link>https://a.example/1</link></item></channel></rss>',
    ],
)
def test_every_form_that_the_protocol_allows_is_read(body: str | bytes) -> None:
    assert urls(body) == ["https://a.example/1"]


def test_robots_txt_names_sitemaps() -> None:
    body = "User-agent: *\nDisallow: /x\nSitemap: https://b.example/s.xml\n  sitemap: /own.xml\n"
    found = read(body, "https://a.example/robots.txt")
    assert found == [Wanted("https://b.example/s.xml", Kind.SITEMAP), Wanted("https://a.example/own.xml", Kind.SITEMAP)]


def test_a_mistake_costs_its_own_entry_and_is_told_with_its_line() -> None:
    body = (
        HEAD + "\n" + entry(1)
        + "<url><loc>https://a.example/q?a=1&b=2</loc></url>\n"
        + "<url><loc><![CDATA[https://a.example/c?a=1&b=2]]></loc></url>\n"
        + "<url><loc>https://a.example/</x>2</loc></url>\n"
        + "<url><loc>ftp://a.example/3</loc></url>\n"
        + "<url><lastmod>2026-01-01</lastmod></url>\n"
        + "<url><loc>https://a.example/4</loc>\n"  # never closed
        + entry(5)
        + "<url><loc>https://a.example/6\x03</loc></url>\n"
        + "<!-- <url><loc>https://a.example/7</loc></url> -->\n"
        + entry(8) + "</urlset>\n"
    )  # fmt: skip
    numbers = [each.rpartition("/")[2] for each in urls(body)]
    assert numbers[:3] + numbers[4:] == ["1", "q?a=1&b=2", "c?a=1&b=2", "4", "5", "6", "8"]
    assert faults(body) == ["line 7: 'ftp://a.example/3': no web address", "line 8: <url> without <loc>"]


def test_no_entry_is_ever_a_file() -> None:
    body = HEAD + "<url><loc>file:///etc/passwd</loc></url><url><loc>//etc</loc></url></urlset>"
    assert urls(body) == ["https://etc"]
    assert len(faults(body)) == 1


def test_a_file_that_is_cut_off_gives_what_it_has_and_says_so() -> None:
    body = HEAD + entry(1) + entry(2) + "<url><loc>https://a.exam"
    assert urls(body) == ["https://a.example/1", "https://a.example/2"]
    assert [each.partition(": ")[2] for each in faults(body)] == [
        "'<url><loc>https://a.exam': an element without an end",
        "cut off: no </urlset> at the end",
    ]
    packed = gzip.compress((HEAD + "".join(map(entry, range(9_000)))).encode())[:-5000]
    found = read(packed)
    assert isinstance(found[-1], Fault)
    assert "the packed data is broken" in found[-1].reason
    assert len(found) > 1000


def test_neither_entities_nor_a_bomb_are_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = HEAD.replace("<urlset", bomb + "<urlset") + "<url><loc>https://a.example/&b;&f;</loc></url></urlset>"
    assert urls(body) == ["https://a.example/&b;&f;"]
    monkeypatch.setattr(document_module, "LONGEST", 200_000)
    found = read(gzip.compress((HEAD + " " * 3_000_000 + entry(1)).encode()))
    assert [str(each) for each in found] == ["line 2: longer than 0 MiB when unpacked"]


def test_what_is_no_sitemap_is_told() -> None:
    assert faults("<!DOCTYPE html><html><body>Not here") == [
        "line 1: '<!DOCTYPE html><html><body>Not here': neither a sitemap nor a feed"
    ]
    assert read("") == []


def test_memory_does_not_grow_with_the_file() -> None:
    class Endless(io.RawIOBase):
        """Entries that are made while they are read."""

        def __init__(self) -> None:
            self._number, self._left = 0, HEAD.encode()

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            while len(self._left) < len(buffer) and self._number < 50_000:
                self._number += 1
                self._left += entry(self._number).encode()
            size = min(len(buffer), len(self._left))
            buffer[:size], self._left = self._left[:size], self._left[size:]
            return size

    tracemalloc.start()
    count = sum(1 for _ in blocks(io.TextIOWrapper(io.BufferedReader(Endless()))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 50_000
    assert peak < 3_000_000
