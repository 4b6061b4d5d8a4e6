"""What servers say about mining their pages is understood as its authors meant it, and broken words say nothing."""

import json
import time
from typing import Any

import pytest

from harvester.middlewares.tdm import declaration, fits, from_page, robots_tags, rule_for, rules
from tests.middlewares.rawserver import http, listen
from tests.middlewares.tinycrawl import crawl

TERMS = "https://publisher.example.com/terms.json"
TDM: dict[str, Any] = {
    "ROBOTSTXT_USER_AGENT": "harvester",
    "DOWNLOADER_MIDDLEWARES": {"harvester.middlewares.tdm.TextMining": 500},
}


@pytest.mark.parametrize(
    ("reservation", "policy", "reserved", "url"),
    [
        (["1"], [], True, None),
        (["0"], [], False, None),
        ([" 1 "], [TERMS], True, TERMS),
        (["0"], [TERMS], False, None),
        (["1"], ["/terms.json"], True, None),
        (["1"], ["javascript:alert(1)"], True, None),
        (["1"], ["http://[::1"], True, None),
        (["1", "1"], [], True, None),
        (["1, 1"], [], True, None),
    ],
)
def test_declaration(reservation: list[str], policy: list[str], reserved: bool, url: str | None) -> None:
    said = declaration(reservation, policy, "header")
    assert said is not None
    assert (said.reserved, said.policy, said.said_by) == (reserved, url, "header")


@pytest.mark.parametrize(
    "reservation", [[], [""], ["2"], ["true"], ["yes"], ["-1"], ["01"], ["1", "0"], ["0, 1"], ["１"]]
)
def test_broken_declaration_says_nothing(reservation: list[str]) -> None:
    assert declaration(reservation, [TERMS], "header") is None


@pytest.mark.parametrize(
    ("body", "reserved"),
    [
        (b'<head><meta name="tdm-reservation" content="1"><meta name="tdm-policy" content="x"></head>', True),
        (b"<meta content='0' name='TDM-Reservation'>", False),
        (b'<html><head><META NAME="tdm-reservation" CONTENT="1"/></head><body>', True),
        (b'<meta name="tdm-policy" content="https://example.org/p">', None),
        (b'<!-- <meta name="tdm-reservation" content="1"> -->', None),
        (b'<script>var x = \'<meta name="tdm-reservation" content="1">\'</script>', None),
        (b'<pre>&lt;meta name="tdm-reservation" content="1"&gt;</pre>', None),
        (b'<meta name="tdm-reservation" content="maybe">', None),
        (b"<title>About tdm-reservation</title>", None),
        (b" " * 1_100_000 + b'<meta name="tdm-reservation" content="1">', None),
        (b"\xff\xfe\x00", None),
        (b"", None),
    ],
)
def test_meta_tags(body: bytes, reserved: bool | None) -> None:
    said = from_page(body)
    assert (said.reserved if said else None) is reserved


def test_a_page_made_to_be_slow_is_not() -> None:
    begun = time.perf_counter()
    from_page(b"tdm-policy" * 200_000)
    fits("/" + "*a" * 2_000 + "$", "/" + "a" * 20_000 + "b")
    assert time.perf_counter() - begun < 5


FILE = [
    {"location": "/open/", "tdm-reservation": 0},
    {"location": "/articles/*.html$", "tdm-reservation": 1, "tdm-policy": TERMS},
    {"location": "/*/pdf", "tdm-reservation": "1"},
    {"location": "/broken", "tdm-reservation": 7},
    {"location": 5, "tdm-reservation": 1},
    "no object",
    {"location": "/open/closed", "tdm-reservation": 1},
    {"location": "/yes", "tdm-reservation": True},
]


@pytest.mark.parametrize(
    ("path", "reserved"),
    [
        ("/open/1", False),
        ("/open/closed", False),  # the first rule that fits counts
        ("/articles/a/b.html", True),
        ("/articles/b.html?view=full", None),
        ("/x/y/pdf/1", True),
        ("/pdf", None),
        ("/broken", None),
        ("/yes", None),
        ("/", None),
    ],
)
def test_well_known_file(path: str, reserved: bool | None) -> None:
    said = rule_for(rules(json.dumps(FILE).encode()), path)
    assert (said.reserved if said else None) is reserved


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"null",
        b"[",
        b"<html>",
        b'{"location": "/", "tdm-reservation": 1}',
        b"\xff",
        b"[" * 100_000,
        b" " * 600_000 + b"[]",
    ],
)
def test_a_broken_file_says_nothing(body: bytes) -> None:
    assert rules(body) == []


@pytest.mark.parametrize(
    ("pattern", "path", "fit"),
    [
        ("/", "/anything", True),
        ("", "/anything", True),
        ("/a", "/b", False),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("*", "/x", True),
        ("*.pdf$", "/a.pdf/b.pdf", True),
        ("*.pdf$", "/a.pdf/b", False),
        ("/a*a$", "/a", False),
        ("/a*b*c", "/a1b2c3", True),
        ("/a*c*b", "/a1b2c3", False),
    ],
)
def test_patterns(pattern: str, path: str, fit: bool) -> None:
    assert fits(pattern, path) is fit


@pytest.mark.parametrize(
    ("values", "tags"),
    [
        (["noindex"], ("noindex",)),
        (["NoIndex, NOFOLLOW", "noindex"], ("noindex", "nofollow")),
        (["googlebot: noindex, nofollow"], ()),
        (["googlebot: noindex", "noai"], ("noai",)),
        (["Harvester: noindex, noai"], ("noindex", "noai")),
        (["*: noai"], ("noai",)),
        (["noarchive, otherbot: noindex, nofollow"], ("noarchive",)),
        (["max-snippet: 20, noindex"], ("max-snippet: 20", "noindex")),
        (["max-image-preview:large"], ("max-image-preview: large",)),
        (
            ["unavailable_after: Wednesday, 25-Jun-26 15:00:00 GMT, noindex"],
            ("unavailable_after: wednesday, 25-jun-26 15:00:00 gmt", "noindex"),
        ),
        (["unavailable_after: 2026-06-25T15:00:00Z"], ("unavailable_after: 2026-06-25t15:00:00z",)),
        (["otherbot: unavailable_after: Wed, 25 Jun 2026 15:00:00 GMT"], ()),
        (["", " , ,"], ()),
        ([], ()),
    ],
)
def test_robots_tags(values: list[str], tags: tuple[str, ...]) -> None:
    assert robots_tags(values, "harvester") == tags


def answers(path: str) -> list[bytes]:
    page = b"<html><head>%s</head>text</html>"
    return {
        "/.well-known/tdmrep.json": http(json.dumps([{"location": "/file", "tdm-reservation": 1}]).encode()),
        "/silent": http(page % b""),
        "/file": http(page % b""),
        "/file-open": http(page % b"", tdm_reservation="0"),
        "/header": http(page % b"", tdm_reservation="1", tdm_policy=TERMS, X_Robots_Tag="noai"),
        "/meta": http(page % b'<meta name="tdm-reservation" content="0">', tdm_reservation="1"),
        "/text": http(b'<meta name="tdm-reservation" content="1">', Content_Type="text/plain"),
        "/moved": http(status=302, Location="/header", tdm_reservation="0"),
    }[path]


PATHS = ("/silent", "/file", "/file-open", "/header", "/meta", "/text", "/moved")


@pytest.mark.parametrize("asks", [False, True])
def test_what_is_said_is_recorded_and_the_file_asked_for_once_and_only_on_demand(asks: bool) -> None:
    with listen(answers) as server:
        found = crawl([server.url(path) for path in PATHS], TDM | {"HARVESTER_TDM_FILE": asks})
        assert server.asked.count("/.well-known/tdmrep.json") == asks
    rights = {path: each["rights"] for path, each in zip(PATHS, found, strict=True)}
    assert rights["/silent"] == rights["/text"] == "None"
    assert ("reserved=True" in rights["/file"]) is asks
    assert "reserved=False" in rights["/file-open"]
    assert "reserved=False" in rights["/meta"]
    assert "said_by='meta tag'" in rights["/meta"]
    assert rights["/moved"] == rights["/header"]
    assert TERMS in rights["/header"]
    assert "robots=('noai',)" in rights["/header"]


def test_what_is_reserved_is_left_alone_where_the_user_respects_it() -> None:
    with listen(answers) as server:
        found = crawl([server.url(path) for path in PATHS], TDM | {"HARVESTER_RESPECT_TDM": True})
    ended = {path: each.get("reason", each.get("status")) for path, each in zip(PATHS, found, strict=True)}
    assert ended == {
        "/silent": 200,
        "/file": "mining is reserved (well-known file)",
        "/file-open": 200,
        "/header": f"mining is reserved (header); terms: {TERMS}",
        "/meta": 200,
        "/text": 200,
        "/moved": f"mining is reserved (header); terms: {TERMS}",
    }


def test_a_reservation_behind_a_script_that_writes_a_body_counts() -> None:
    rights = from_page(b"<head><script>write('<body>')</script><meta name='TDM-Reservation' content='1'></head>")
    assert rights is not None
    assert rights.reserved
