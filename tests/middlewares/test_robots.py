from pathlib import Path

import pytest

from tests.loopback import Answer, Route, article, serve
from tests.test_crawl import harvest

TEXT = {"Content-Type": "text/plain"}
HTML = {"Content-Type": "text/html"}


@pytest.mark.parametrize(
    ("robots", "outcome", "reason"),
    [
        (Answer("User-agent: *\nDisallow: /private", headers=TEXT), "new", ""),
        (Answer("User-agent: *\nDisallow: /page", headers=TEXT), "blocked", "robots.txt forbids it"),
        (Answer("User-agent: harvester\nDisallow: /\n\nUser-agent: *\nDisallow:", headers=TEXT),
         "blocked", "robots.txt forbids it"),
        (Answer("User-agent: other\nDisallow: /", headers=TEXT), "new", ""),
        (Answer("", headers=TEXT), "new", ""),
        (Answer("no", 401), "new", ""),
        (Answer("no", 403), "new", ""),
        (Answer("no", 404), "new", ""),
        (Answer("no", 410), "new", ""),
        (Answer("later", 429), "failed", "robots.txt: HTTP 429"),
        (Answer("broken", 500), "failed", "robots.txt: HTTP 500"),
        (Answer("away", 503), "failed", "robots.txt: HTTP 503"),
        (Answer("<html><title>Just a moment...</title></html>", headers=HTML),
         "failed", "robots.txt: a page came in its place"),
        (Answer("", 301, {"Location": "/other-robots.txt"}), "blocked", "robots.txt forbids it"),
        (Answer("", 302, {"Location": "/robots.txt"}), "failed", "robots.txt: too many redirects"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_what_robots_txt_answers_decides_as_rfc_9309_says(
    robots: Route, outcome: str, reason: str, tmp_path: Path
) -> None:
    routes = {
        "/page": Answer(article(1)),
        "/robots.txt": robots,
        "/other-robots.txt": Answer("User-agent: *\nDisallow: /page", headers=TEXT),
    }
    with serve(routes) as site:
        report = harvest([site / "page"], f"sqlite:///{tmp_path / 'r.db'}", tmp_path, "--attempts", "1")
    assert report["outcomes"] == {outcome: 1}
    assert site.asked["/page"] == (1 if outcome == "new" else 0)
    if reason:
        assert report["reasons"][outcome] == {reason: 1}


def test_all_who_wait_for_one_robots_txt_get_its_rules_and_it_is_asked_for_once(tmp_path: Path) -> None:
    routes: dict[str, Route] = {f"/private/{number}": Answer(article(number)) for number in range(12)}
    routes["/robots.txt"] = Answer("User-agent: *\nDisallow: /private", headers=TEXT)
    with serve(routes) as site:
        urls = [site.url + path for path in routes if path != "/robots.txt"]
        (tmp_path / "urls.txt").write_text("\n".join(urls))
        report = harvest(["urls.txt"], f"sqlite:///{tmp_path / 'r.db'}", tmp_path)
    assert report["reasons"] == {"blocked": {"robots.txt forbids it": 12}}
    assert dict(site.asked) == {"/robots.txt": 1}
