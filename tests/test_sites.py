"""Every folder under tests/sites is a test: a saved page, and exactly what must be read from it.

``expected.json`` holds ``url`` (and, where they matter, ``status``, ``headers`` and ``media_type``) of the page,
the ``kind`` of the verdict, and every field of the work that has a value. Authors and affiliations are labels, or
objects where their parts matter. ``links`` is compared where it is given.
"""

import dataclasses
import json
import sys
from pathlib import Path

import pytest

import harvester.sites
from harvester.errors import SiteError
from harvester.extraction import examine
from harvester.page import Page
from harvester.sites import Site, load, sites

ROOT = Path(__file__).parent / "sites"
CASES = sorted(path.parent for path in ROOT.glob("*/*/expected.json"))
GIVEN = {"url", "status", "headers", "media_type"}


def page_of(case, expected):
    saved = next(case.glob("page.*"))
    media_type = expected.get("media_type") or ("text/plain" if saved.suffix == ".txt" else "text/html")
    return Page(
        expected["url"],
        saved.read_bytes(),
        status=expected.get("status", 200),
        headers=expected.get("headers"),
        media_type=media_type,
    )


def outcome(case, expected):
    examined = examine(page_of(case, expected))
    found = {"kind": examined.verdict.kind.value}
    values = examined.work.to_dict() if examined.work else {}
    found |= {name: value for name, value in values.items() if value not in (None, []) and name != "url"}
    for name, label in (("authors", _author), ("affiliations", lambda each: each["raw"])):
        if name in found and not any(isinstance(each, dict) for each in expected.get(name, [])):
            found[name] = [label(each) for each in found[name]]
        elif name in found:
            found[name] = [_stated(each) for each in found[name]]
    for name in ("related", "classifications", "identifiers"):
        if name in found:
            found[name] = [_stated(each) for each in found[name]]
    if "links" in expected:
        found["links"] = [[link.kind.value, link.url] for link in examined.links]
    return found | {name: expected[name] for name in GIVEN & set(expected)}


def _author(each):
    if each["family"]:
        return f"{each['family']}, {each['given']}" if each["given"] else each["family"]
    return each["name"]


def _stated(each):
    return {name: value for name, value in each.items() if value not in (None, [])}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_page_gives_expected_record(case):
    expected = json.loads((case / "expected.json").read_text("utf-8"))
    assert outcome(case, expected) == expected


def rules():
    for site in {site.name: site for site in sites().values()}.values():
        for name in site.fields:
            yield pytest.param(site, name, id=f"{site.name}/{name}")


@pytest.mark.parametrize(("site", "name"), list(rules()))
def test_every_rule_of_a_site_is_needed_by_a_case(site, name, monkeypatch):
    fields = {other: rule for other, rule in site.fields.items() if other != name}
    without = dataclasses.replace(site, fields=fields)
    changed = {host: without if each.name == site.name else each for host, each in sites().items()}
    monkeypatch.setattr(harvester.sites, "sites", lambda: changed)
    cases = [case for case in CASES if case.parent.name == site.name]
    outcomes = [(json.loads((case / "expected.json").read_text("utf-8")), case) for case in cases]
    assert any(outcome(case, expected) != expected for expected, case in outcomes), (
        f"no case under tests/sites/{site.name} needs the rule for {name!r}; add one or drop the rule"
    )


def test_every_site_has_a_case():
    with_case = {case.parent.name for case in CASES}
    assert {site.name for site in sites().values()} <= with_case


def package(monkeypatch, tmp_path, **modules):
    folder = tmp_path / "somesites"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.startswith("somesites")]:
        monkeypatch.delitem(sys.modules, name)
    return "somesites"


SITE = "from harvester.sites import Site\nSITE = Site(name='{}', hosts=({},))\n"


def test_a_site_is_found_by_being_there(monkeypatch, tmp_path):
    name = package(monkeypatch, tmp_path, one=SITE.format("one", "'one.example.org'"), _not_one="")
    assert {host: site.name for host, site in load(name).items()} == {"one.example.org": "one"}


def test_a_module_without_site_is_told_how_to_end(monkeypatch, tmp_path):
    name = package(monkeypatch, tmp_path, empty="")
    with pytest.raises(SiteError, match=r"somesites\.empty has no SITE; end it with SITE = Site\(\.\.\.\)"):
        load(name)


def test_two_sites_do_not_share_a_host(monkeypatch, tmp_path):
    name = package(monkeypatch, tmp_path, a=SITE.format("a", "'x.org'"), b=SITE.format("b", "'x.org'"))
    with pytest.raises(SiteError, match=r"somesites\.b: host 'x.org' belongs to 'a' already"):
        load(name)


def test_a_site_without_hosts_is_asked_for_one(monkeypatch, tmp_path):
    name = package(monkeypatch, tmp_path, a="from harvester.sites import Site\nSITE = Site(name='a', hosts=())\n")
    with pytest.raises(SiteError, match=r"SITE has no hosts; name at least one"):
        load(name)


def test_a_site_covers_subdomains_and_copies_that_bear_its_mark(monkeypatch):
    site = Site(name="s", hosts=("example.org",), marks=(b"<!-- from s -->",))
    monkeypatch.setattr(harvester.sites, "sites", lambda: {"example.org": site})
    assert harvester.sites.site_for(Page("https://www.example.org/a", b"")) is site
    assert harvester.sites.site_for(Page("https://elsewhere.org/a", b"<p><!-- from s --></p>")) is site
    assert harvester.sites.site_for(Page("https://notexample.org/a", b"")) is None


def test_a_copy_bears_the_mark_and_a_word_of_the_site_in_its_title(monkeypatch):
    site = Site(name="s", hosts=("example.org",), marks=(b"<!-- from s -->",), titles=("Library of S",))
    monkeypatch.setattr(harvester.sites, "sites", lambda: {"example.org": site})

    def found(title, mark="<!-- from s -->", **kind):
        page = f"<title>{title}</title><p>{mark}</p>".encode()
        return harvester.sites.site_for(Page("https://elsewhere.org/a", page, **kind))

    assert found("On hens | Library of S") is site
    assert found("On hens") is None
    assert found("The Library of S, a history", mark="") is None
    # A text snapshot has no title that could be asked.
    assert found("", media_type="text/plain") is site


def test_rules_of_a_site_win_and_name_it_as_source(monkeypatch):
    site = Site(
        name="s",
        hosts=("example.org",),
        fields={"title": "h1::text", "keywords": lambda page: ["one", "two"], "volume": lambda page: None},
        silent=frozenset({"issue"}),
        verdict=lambda page: None,
        blocked_if="form#wall",
        links=lambda page: [],
    )
    monkeypatch.setattr(harvester.sites, "sites", lambda: {"example.org": site})
    body = b"""<meta name="citation_title" content="A wrong title"><meta name="citation_volume" content="3">
    <meta name="citation_issue" content="4">    <h1>On Rules</h1>"""
    examined = examine(Page("https://example.org/a", body))
    assert (examined.work.title, examined.work.keywords, examined.work.volume) == ("On Rules", ["one", "two"], "3")
    assert examined.sources["title"] == "site:s"
    assert examined.work.issue is None
    assert examine(Page("https://example.org/a", body + b"<form id=wall>")).verdict.reason == "s matches form#wall"
