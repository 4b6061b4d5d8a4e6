"""Feeds, read back by the rules of RFC 4287."""

import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from lxml import etree
from sqlalchemy import Engine

from harvester.cli import main
from harvester.errors import ExportError
from harvester.feed import Kind, write_feed
from tests.pipelines.test_books import ONE, store, told
from tests.test_changes import PAGE, say

_ATOM = "{http://www.w3.org/2005/Atom}"
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_ONCE = {"id", "title", "updated"}
_AT_MOST_ONCE = {"published", "summary", "content", "generator", "icon", "logo", "rights", "subtitle", "source"}
_ANY = {"author", "category", "contributor", "link"}


def children(element: Any) -> list[tuple[str, Any]]:
    return [(each.tag.removeprefix(_ATOM), each) for each in element]


def check(element: Any) -> None:
    """Hold an atom:feed or atom:entry to sections 4.1.1 and 4.1.2."""
    found = children(element)
    counts = Counter(name for name, _ in found)
    assert all(counts[name] == 1 for name in _ONCE), counts
    assert all(counts[name] <= 1 for name in _AT_MOST_ONCE), counts
    extra = {"entry"} if element.tag == f"{_ATOM}feed" else set()
    assert counts.keys() <= _ONCE | _AT_MOST_ONCE | _ANY | extra, counts
    for name, each in found:
        if name in ("id",):
            assert urlsplit(each.text).scheme, each.text  # an IRI, absolute (4.2.6)
            assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", each.text)  # RFC 9562
        elif name in ("updated", "published"):
            assert _RFC3339.fullmatch(each.text), each.text
        elif name in ("title", "summary", "content"):
            assert each.get("type", "text") == "text"
            assert not len(each)
            assert each.text
        elif name == "author":
            assert [inner for inner, _ in children(each)] == ["name"]
        elif name == "link":
            assert urlsplit(each.get("href")).scheme in ("http", "https")
        elif name == "category":
            assert each.get("term")
    links = Counter((each.get("rel"), each.get("type"), each.get("hreflang")) for name, each in found if name == "link")
    assert all(count == 1 for count in links.values())
    if not extra:
        assert counts["content"] or counts["link"]


def read(path: Path) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Return what a valid feed and its entries say."""
    raw = path.read_bytes()
    assert raw.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    feed = etree.fromstring(raw)
    assert feed.tag == f"{_ATOM}feed"
    check(feed)
    entries = [each for name, each in children(feed) if name == "entry"]
    authors = [name for name, _ in children(feed)].count("author")
    for each in entries:
        check(each)
        assert authors or "author" in dict(children(each))
    said = [{name: each.text or each.get("href") for name, each in children(entry)} for entry in entries]
    ids = [each["id"] for each in said]
    assert len(set(ids)) == len(ids)
    return {name: each.text for name, each in children(feed) if name != "entry"}, said


OTHER = {"title": "A catalogue of windows that nobody opens", "authors": ["Hopper"]}


def test_new_works_latest_first(engine: Engine, tmp_path: Path) -> None:
    say(engine, abstract="What was counted.", keywords=["noise", "rooms"], container_title="Annals", published="2022")
    store(engine, told("https://b.example/2?a=1&b=<2>", **OTHER))
    assert write_feed(engine, tmp_path / "works.xml", Kind.WORKS) == 2
    head, (late, early) = read(tmp_path / "works.xml")
    assert head["title"] == "New works in the database"
    assert head["updated"] == late["updated"] > early["updated"]
    assert (late["title"], late["link"]) == (OTHER["title"], "https://b.example/2?a=1&b=<2>")
    assert early["link"] == "https://doi.org/10.5555/x.1"
    assert early["content"] == "Peroni; Shotton\n\nAnnals, 2022, doi:10.5555/x.1\n\nWhat was counted."
    assert early["summary"] == "What was counted."


def test_ids_stay_and_without_news_the_file_is_the_same(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "works.xml"
    say(engine)
    write_feed(engine, file, Kind.WORKS)
    first = file.read_bytes()
    write_feed(engine, file, Kind.WORKS)
    assert file.read_bytes() == first
    head, (one,) = read(file)
    say(engine, volume="3")
    store(engine, told("https://b.example/2", **OTHER))
    write_feed(engine, file, Kind.WORKS)
    later, entries = read(file)
    assert later["id"] == head["id"]
    assert [each["id"] for each in entries][1:] == [one["id"]]


def test_changes_of_a_page_at_once_are_one_entry(engine: Engine, tmp_path: Path) -> None:
    say(engine, volume="3")
    say(engine, volume="4", issue="2")
    say(engine, volume="4", issue="2", pdf_url="https://a.example/1.pdf")
    assert write_feed(engine, tmp_path / "changes.xml", Kind.CHANGES) == 2
    head, (late, early) = read(tmp_path / "changes.xml")
    assert head["title"] == "Changes in the database"
    assert early["title"] == f"{ONE['title']}: issue, volume"
    assert early["content"] == f"issue: nothing -> 2\nvolume: 3 -> 4\n{PAGE}"
    assert early["link"] == PAGE
    assert late["title"].endswith(": pdf_url")
    assert write_feed(engine, tmp_path / "changes.xml", Kind.CHANGES, most=1) == 1
    assert read(tmp_path / "changes.xml")[1][0]["id"] == late["id"]


def test_a_job_has_feeds_of_its_own(engine: Engine, tmp_path: Path) -> None:
    say(engine, job="daily")
    say(engine, volume="3", job="weekly")
    store(engine, told("https://b.example/2", **OTHER))
    for kind, job, count in (
        (Kind.WORKS, "daily", 1),
        (Kind.WORKS, "weekly", 0),
        (Kind.CHANGES, "daily", 0),
        (Kind.CHANGES, "weekly", 1),
    ):
        assert write_feed(engine, tmp_path / f"{kind}-{job}.xml", kind, job) == count
    heads = [read(file)[0] for file in sorted(tmp_path.glob("*.xml"))]
    assert len({head["id"] for head in heads}) == 4
    assert {head["title"] for head in heads} == {
        f"{a} of {b}" for a in ("New works", "Changes") for b in ("daily", "weekly")
    }


@pytest.mark.parametrize("kind", Kind)
def test_an_empty_feed_is_valid(engine: Engine, tmp_path: Path, kind: Kind) -> None:
    assert write_feed(engine, tmp_path / "feed.xml", kind) == 0
    read(tmp_path / "feed.xml")


def test_what_xml_cannot_hold_is_left_out_and_a_page_that_is_no_web_address_is_no_link(
    engine: Engine, tmp_path: Path
) -> None:
    store(engine, told("file:///saved/page.html", **OTHER | {"title": "Windows \x0b& <doors> \ufffe]]>"}))
    write_feed(engine, tmp_path / "works.xml", Kind.WORKS)
    _, (entry,) = read(tmp_path / "works.xml")
    assert entry["title"] == "Windows & <doors> ]]>"
    assert "link" not in entry


def test_a_file_that_cannot_be_written_is_named(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"nowhere/feed\.xml: No such file or directory"):
        write_feed(engine, tmp_path / "nowhere" / "feed.xml", Kind.WORKS)


def test_the_command_writes_one(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'feed.db'}"
    ended = CliRunner().invoke(main, ["feed", "--db", db, "--changes", "-o", str(tmp_path / "feed.xml")])
    assert (ended.exit_code, ended.output) == (0, f"{tmp_path / 'feed.xml'}: 0 entries\n")
    assert read(tmp_path / "feed.xml")[0]["title"] == "Changes in the database"
