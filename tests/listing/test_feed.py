"""Feeds in their dialects: the page of each entry, when it changed, and the feed that goes on."""

import io
from datetime import UTC, datetime

import pytest

from harvester.database.targets import Kind, Wanted
from harvester.listing import feed
from harvester.listing.document import Document, Fault

ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">'
RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
RSS = '<rss version="2.0"><channel><link>https://a.example/</link>'
MARCH = datetime(2026, 3, 1, 12, tzinfo=UTC)


def read(body: str) -> list[Wanted | Fault]:
    return list(feed.entries(Document(io.BytesIO(body.encode()), "https://a.example/new.rss")))


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (
            RSS + "<item><title>A</title><link> https://a.example/1 </link>"
            "<pubDate>Sun, 01 Mar 2026 12:00:00 GMT</pubDate></item></channel></rss>",
            Wanted("https://a.example/1", lastmod=MARCH),
        ),
        (RSS + '<item><guid>https://a.example/1</guid></item></channel></rss>', Wanted("https://a.example/1")),
        (
            RSS + '<item><guid isPermaLink="false">https://a.example/no</guid><dc:identifier>doi:10.5555/X.1</dc:identifier>'
            "</item></channel></rss>",
            Wanted("https://doi.org/10.5555/x.1"),
        ),
        (
            RDF + '<item rdf:about="https://a.example/1"><dc:date>2026-03-01T12:00:00Z</dc:date></item></rdf:RDF>',
            Wanted("https://a.example/1", lastmod=MARCH),
        ),
        (
            ATOM + '<entry><link rel="self" href="/self"/><link rel="alternate" type="application/pdf" href="/1.pdf"/>'
            '<link type="text/html" href="/1"/><published>2020-01-01T00:00:00Z</published>'
            "<updated>2026-03-01T13:00:00+01:00</updated></entry></feed>",
            Wanted("https://a.example/1", lastmod=MARCH),
        ),
        (
            ATOM + '<entry xml:base="https://b.example/x/"><link href="1"/></entry></feed>',
            Wanted("https://b.example/x/1"),
        ),
        (ATOM + "<entry><id>https://a.example/1</id></entry></feed>", Wanted("https://a.example/1")),
        (
            RSS + "<item><description><![CDATA[<p>One & two <b>three</p>]]></description><title>A & B &nbsp;</title>"
            "<link>https://a.example/?a=1&b=2</link></item></channel></rss>",
            Wanted("https://a.example/?a=1&b=2"),
        ),
    ],
)  # fmt: skip
def test_an_entry_is_a_page(body: str, wanted: Wanted) -> None:
    assert read(body) == [wanted]


def test_a_paged_feed_goes_on() -> None:
    body = ATOM + '<link rel="next" href="/new.rss?page=2&amp;n=9"/><entry><link href="/1"/></entry></feed>'
    assert read(body) == [Wanted("https://a.example/1"), Wanted("https://a.example/new.rss?page=2&n=9", Kind.FEED)]


def test_an_entry_without_a_link_is_told_and_costs_no_other() -> None:
    found = read(RSS + "\n<item><title>A</title></item>\n<item><link>https://a.example/2</link></item></channel></rss>")
    assert [str(each) if isinstance(each, Fault) else each.url for each in found] == [
        "line 2: <item> without a link",
        "https://a.example/2",
    ]


def test_a_page_is_no_feed() -> None:
    (fault,) = read("<html><body>Hello")
    assert isinstance(fault, Fault)
    assert fault.reason == "no feed"
