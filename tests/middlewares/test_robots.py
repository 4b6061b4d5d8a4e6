from contextlib import ExitStack
from pathlib import Path

from harvester.database.tables import visit
from tests.loopback import Answer, article, serve
from tests.test_crawl import harvest, rows

TEXT = {"Content-Type": "text/plain"}
HTML = {"Content-Type": "text/html"}
FETCHED = ("new", "citation_title present")
FORBIDDEN = ("blocked", "robots.txt forbids it")
RULES = [
    # what robots.txt answers, how the page ends, why
    (Answer("User-agent: *\nDisallow: /private", headers=TEXT), *FETCHED),
    (Answer("User-agent: *\nDisallow: /page", headers=TEXT), *FORBIDDEN),
    (Answer("User-agent: harvester\nDisallow: /\n\nUser-agent: *\nDisallow:", headers=TEXT), *FORBIDDEN),
    (Answer("User-agent: other\nDisallow: /", headers=TEXT), *FETCHED),
    (Answer("", headers=TEXT), *FETCHED),
    (Answer("no", 401), *FETCHED),
    (Answer("no", 403), *FETCHED),
    (Answer("no", 404), *FETCHED),
    (Answer("no", 410), *FETCHED),
    (Answer("later", 429), "failed", "robots.txt: HTTP 429"),
    (Answer("broken", 500), "failed", "robots.txt: HTTP 500"),
    (Answer("away", 503), "failed", "robots.txt: HTTP 503"),
    (Answer("<html><title>Just a moment...</title></html>", headers=HTML),
     "failed", "robots.txt: a page came in its place"),
    (Answer("", 301, {"Location": "/other-robots.txt"}), *FORBIDDEN),
    (Answer("", 302, {"Location": "/robots.txt"}), "failed", "robots.txt: too many redirects"),
]  # fmt: skip


def test_what_robots_txt_answers_decides_as_rfc_9309_says(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'r.db'}"
    with ExitStack() as stack:
        sites = []
        for number, (robots, *_) in enumerate(RULES):
            routes = {
                "/page": Answer(article(number)),
                "/robots.txt": robots,
                "/other-robots.txt": Answer("User-agent: *\nDisallow: /page", headers=TEXT),
            }
            sites.append(stack.enter_context(serve(routes)))
        harvest([site / "page" for site in sites], db, tmp_path, "--attempts", "1")
    ended = {url: (outcome, reason) for url, outcome, reason in rows(db, visit.c.url, visit.c.outcome, visit.c.reason)}
    told = [(*ended[site / "page"], site.asked["/page"]) for site in sites]
    wrong = [
        f"{robots.status} {robots.body!r}: {this}, not {that}"
        for (robots, outcome, reason), this in zip(RULES, told, strict=True)
        if this != (that := (outcome, reason, int(outcome == "new")))
    ]
    assert not wrong, "\n".join(wrong)


def test_all_who_wait_for_one_robots_txt_get_its_rules_and_it_is_asked_for_once(tmp_path: Path) -> None:
    routes = {f"/private/{number}": Answer(article(number)) for number in range(12)}
    routes["/robots.txt"] = Answer("User-agent: *\nDisallow: /private", headers=TEXT)
    with serve(routes) as site:
        urls = [site.url + path for path in routes if path != "/robots.txt"]
        (tmp_path / "urls.txt").write_text("\n".join(urls))
        report = harvest(["urls.txt"], f"sqlite:///{tmp_path / 'r.db'}", tmp_path)
    assert report["reasons"] == {"blocked": {"robots.txt forbids it": 12}}
    assert dict(site.asked) == {"/robots.txt": 1}
