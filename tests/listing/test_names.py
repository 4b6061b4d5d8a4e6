"""What users call lists."""

from pathlib import Path

import pytest

from harvester import sources
from harvester.database.targets import Kind
from harvester.listing import names
from harvester.listing.names import wanted


@pytest.mark.parametrize(
    ("name", "kind", "url"),
    [
        ("sitemap:https://a.example/x.xml", Kind.SITEMAP, "https://a.example/x.xml"),
        ("SITEMAP: https://a.example", Kind.SITEMAP, "https://a.example/robots.txt"),
        ("sitemap:http://a.example:8080/", Kind.SITEMAP, "http://a.example:8080/robots.txt"),
        ("feed:https://a.example/", Kind.FEED, "https://a.example/"),
        ("toc:https://a.example/issue/7", Kind.TOC, "https://a.example/issue/7"),
        ("csv:https://a.example/list", Kind.CSV, "https://a.example/list"),
        ("dois:https://a.example/works?cursor=*", Kind.DOIS, "https://a.example/works?cursor=*"),
        ("oai:https://a.example/oai", Kind.OAI, "https://a.example/oai?verb=ListRecords&metadataPrefix=oai_dc"),
        (
            "oai:https://a.example/index.php?page=oai&set=a:b&verb=ListRecords&until=2026-01-31&metadataPrefix=mods",
            Kind.OAI,
            "https://a.example/index.php?page=oai&verb=ListRecords&metadataPrefix=mods&set=a:b&until=2026-01-31",
        ),
    ],
)
def test_a_name_is_a_kind_and_an_address(name: str, kind: Kind, url: str) -> None:
    found = wanted(name)
    assert not isinstance(found, str), found
    assert (found.kind, found.url) == (kind, url)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("oai:arXiv.org:2101.00001", "'oai:' is followed by an address"),
        ("feed:ftp://a.example/x", "'feed:' is followed by an address"),
        ("csv:https://a.example/a b", "not a valid URL"),
        ("oai:https://a.example/?verb=ListSets", "verb=ListSets harvests nothing"),
        ("oai:https://a.example/?resumptionToken=x", "belongs to one harvest"),
        ("oai:https://a.example/?from=2026", "'2026' is no date of OAI-PMH"),
        ("oai:https://a.example/?from=2026-01-01&until=2026-01-31T00:00:00Z", "written alike"),
        ("oai:https://a.example/?metadataPrefix=rdf", "metadataPrefix=rdf is not read; "),
    ],
)
def test_what_is_no_name_says_why(name: str, words: str) -> None:
    found = wanted(name)
    assert isinstance(found, str)
    assert words in found


def test_sources_know_every_prefix_and_name_what_they_cannot_read() -> None:
    listed = [f"{prefix}:https://a.example/x" for prefix in names.PREFIXES]
    found = list(sources.read(listed))
    assert [each.kind for each in found if isinstance(each, sources.Wanted)] == list(names.PREFIXES.values())
    (bad,) = sources.read(["oai:nonsense"])
    assert str(bad).startswith("argument: 'oai:nonsense': 'oai:' is followed by an address")


def test_a_bare_sitemap_is_one_as_an_argument_only() -> None:
    argument = "https://a.example/sitemap_index.xml.gz"
    (found,) = sources.read([argument])
    assert isinstance(found, sources.Wanted)
    assert found.kind == Kind.SITEMAP
    (other,) = sources.read(["https://a.example/sitemap/page.html"])
    assert isinstance(other, sources.Wanted)
    assert other.kind == Kind.PAGE


def test_a_list_may_name_lists(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("feed:https://a.example/rss\nhttps://a.example/sitemap.xml\n")
    found = [each for each in sources.read([str(path)]) if isinstance(each, sources.Wanted)]
    assert [each.kind for each in found] == [Kind.FEED, Kind.PAGE]
