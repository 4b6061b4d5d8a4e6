"""Tables of contents, and registries' lists of DOIs."""

import json
from datetime import UTC, datetime

import pytest

from harvester.database.targets import Kind, Wanted
from harvester.errors import PageError, UsageError
from harvester.items import PageKind
from harvester.listing import dois
from harvester.listing.options import Options, pattern_of
from harvester.listing.toc import contents
from harvester.page import Page


def page(body: str, url: str = "https://a.example/issue/7") -> Page:
    return Page(url, f"<html><title>Issue 7</title><body>{body}</body></html>".encode())


def links(prefix: str, numbers: range) -> str:
    return "".join(
        f'<li><a href="{prefix}{number}">On the harbour and the ladder, part {number}</a></li>' for number in numbers
    )


ITEMS = links("/article/", range(3)) + '<a href="/about">About us</a><a href="/article/0#top">Top</a>'


def test_items_are_told_by_their_shape() -> None:
    found = contents(page(ITEMS + '<a rel="next" href="/issue/7?page=2">2</a><a href="https://b.example/x">Next</a>'))
    assert found.verdict.kind is PageKind.MULTI
    assert found.items == [f"https://a.example/article/{number}" for number in range(3)]
    assert found.further == ["https://a.example/issue/7?page=2"]


def test_items_are_told_by_a_pattern_where_the_user_has_one() -> None:
    found = contents(
        page(ITEMS + '<a href="/pdf/article/9">x</a><a href="/article/9?x=1">y</a>'), r"example/article/[0-9]+$"
    )
    assert found.items == [f"https://a.example/article/{number}" for number in range(3)]
    assert contents(page(ITEMS), "nowhere").verdict.reason == "no table of contents: no link matches 'nowhere'"


@pytest.mark.parametrize("words", ["Next", "Next page »", "下一页", "suivant"])
def test_the_next_page_may_be_told_by_its_words(words: str) -> None:
    assert contents(page(ITEMS + f'<a href="?p=2">{words}</a>')).further == ["https://a.example/issue/7?p=2"]


def test_a_wall_is_no_table_of_contents() -> None:
    wall = Page("https://a.example/", b"<title>Just a moment...</title><h1>Checking your browser</h1>", status=403)
    assert contents(wall).verdict.kind is PageKind.BLOCKED
    assert contents(page("<p>Nothing here")).verdict.reason == "no table of contents: no three links are built alike"


def test_a_pattern_that_is_none_is_the_users_mistake() -> None:
    with pytest.raises(UsageError, match=r"item pattern '\(' is no regular expression"):
        pattern_of("(")


CROSSREF = {
    "status": "ok",
    "message": {
        "total-results": 3,
        "next-cursor": "abc+/=",
        "items": [
            {"DOI": "10.5555/A.1", "reference": [{"DOI": "10.9999/cited"}]},
            {"DOI": "10.5555/a.2", "author": [{"ORCID": "https://orcid.org/0000-0002-1825-0097"}]},
            {"title": ["no DOI"]},
        ],
    },
}
URL = "https://registry.example/prefixes/10.5555/works?rows=2&cursor=*"


@pytest.mark.parametrize(
    ("answer", "url", "linked", "further"),
    [
        (CROSSREF, URL, None, "https://registry.example/prefixes/10.5555/works?rows=2&cursor=abc%2B/%3D"),
        (CROSSREF, URL.partition("&")[0], None, None),
        (CROSSREF, URL, "/page2", "https://registry.example/page2"),
        (
            {"data": [{"id": "10.5555/a.1"}, {"attributes": {"doi": "10.5555/a.2"}}], "links": {"next": "https://registry.example/2"}},
            URL, None, "https://registry.example/2",
        ),
        ({"results": [{"doi": "https://doi.org/10.5555/a.1"}, {"doi": "doi:10.5555/a.2"}]}, URL, None, None),
        (["10.5555/a.1", "doi:10.5555/a.2", "10.5555/a.1"], URL, None, None),
        ({"links": {"next": {"href": "?c=2"}}, "works": {"x": {"y": ["10.5555/a.1", "10.5555/a.2"]}}}, URL, None,
         "https://registry.example/prefixes/10.5555/works?c=2"),
    ],
)  # fmt: skip
def test_a_registrys_list_and_where_it_goes_on(
    answer: object, url: str, linked: str | None, further: str | None
) -> None:
    assert dois.read(json.dumps(answer).encode(), url, linked) == (["10.5555/a.1", "10.5555/a.2"], further)


@pytest.mark.parametrize("further", ["file:///etc/passwd", "https://elsewhere.example/2", "https://[::1/"])
def test_a_list_goes_on_where_it_is_and_nowhere_else(further: str) -> None:
    assert dois.read(json.dumps({"data": ["10.5555/a.1"], "links": {"next": further}}).encode(), URL)[1] is None
    assert (
        contents(page(ITEMS + f'<a rel="next" href="{further}">2</a><link rel="next" href="{further}">')).further == []
    )


def test_an_empty_part_is_the_end_whatever_it_says_of_a_next_one() -> None:
    assert dois.read(b'{"message": {"next-cursor": "x", "items": []}}', URL) == ([], None)


def test_what_is_no_json_is_told() -> None:
    with pytest.raises(PageError, match="no JSON"):
        dois.read(b"<html>", URL)


def test_only_what_is_wanted_is_wanted() -> None:
    march = Options(since=datetime(2026, 3, 1, 12, tzinfo=UTC))
    dates = {"2026-02-28": False, "2026-03-01": True, "2026-03-02": True}
    for date, wanted in dates.items():
        lastmod = datetime.fromisoformat(date).replace(tzinfo=UTC)
        assert march.want(Wanted("https://a.example/", lastmod=lastmod)) is wanted
    midnight = Options(since=datetime(2026, 3, 1, tzinfo=UTC))
    assert not midnight.want(Wanted("https://a.example/", lastmod=datetime(2026, 2, 28, tzinfo=UTC)))
    assert march.want(Wanted("https://a.example/"))
    assert not march.want(Wanted("https://a.example/", lastmod=datetime(2026, 3, 1, 11, 59, tzinfo=UTC)))
    ours = Options(prefixes=("10.5555",))
    urls = ["https://doi.org/10.5555/a.1", "https://doi.org/10.55555/a.1", "https://a.example/10.5555/a.1"]
    assert [ours.want(Wanted(url)) for url in urls] == [True, False, False]
    assert ours.want(Wanted("https://a.example/s.xml", Kind.SITEMAP))
