"""Lists as a user harvests them: the command against a site on loopback."""

import gzip
import json
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from tests import warm
from tests.listing.repository import Faults, Repository
from tests.listing.repository import serve as serve_repository
from tests.loopback import Answer, Route, Site, article, serve

QUICK = ["--delay", "0", "--per-host", "4", "--retry-delay", "0.05", "--no-archive", "--allow-private"]
XML = {"Content-Type": "application/xml"}


def harvest(sources: list[str], folder: Path, *options: str, status: int = 0) -> dict[str, Any]:
    ended = warm.run(["harvest", *sources, "--db", db(folder), "--report", "json", *QUICK, *options], folder)
    assert ended.returncode == status, ended.stdout + ended.stderr
    return dict(json.loads(ended.stdout)) if ended.stdout else {"log": ended.stderr}


def db(folder: Path) -> str:
    return f"sqlite:///{folder / 'lists.db'}"


def rows(folder: Path, query: str) -> list[Any]:
    engine = create_engine(db(folder))
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


def sitemap(site: Site, numbers: range) -> str:
    entries = "".join(
        f"<url><loc>{site.url}/{n}</loc><lastmod>2026-03-{1 + n % 28:02}</lastmod></url>" for n in numbers
    )
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'


def items(numbers: range, more: str = "") -> str:
    listed = "".join(f'<li><a href="/{n}">On the harbour and the ladder, part {n}</a></li>' for n in numbers)
    return f"<html><title>Table of contents</title><body><ul>{listed}</ul>{more}</body></html>"


def test_all_kinds_of_lists_at_once_each_page_once(tmp_path: Path) -> None:
    routes: dict[str, Route] = {f"/{n}": Answer(article(n)) for n in range(60)}
    with serve(routes) as site:
        index = "".join(
            f"<sitemap><loc>{site.url}/{name}</loc></sitemap>" for name in ("a.xml", "b.xml.gz", "index.xml")
        )
        packed = {"Content-Type": "application/gzip"}
        bad = f"<url><loc>{site.url}/20</loc></url><url><loc>file:///etc/passwd</loc></url>"
        routes |= {
            "/robots.txt": Answer(f"User-agent: *\nSitemap: {site.url}/index.xml", 200, {"Content-Type": "text/plain"}),
            "/index.xml": Answer(f"<sitemapindex>{index}</sitemapindex>", 200, XML),
            "/a.xml": Answer(sitemap(site, range(10)).replace("</urlset>", bad), 200, XML, encoding="gzip"),
            "/b.xml.gz": Answer(gzip.compress(sitemap(site, range(10, 20)).encode()), 200, packed),
            "/rss": Answer(
                f'<rss><channel><item><link>{site.url}/21</link></item><item><link>/22</link></item></channel></rss>',
                200, {"Content-Type": "application/rss+xml"},
            ),
            "/list": Answer(f"name,url\nx,{site.url}/23\ny,nonsense\n", 200, {"Content-Type": "text/csv"}),
            "/toc": Answer(items(range(24, 30), '<a rel="next" href="/toc?p=2">2</a>')),
            "/toc?p=2": Answer(items(range(28, 34), '<a rel="next" href="/toc?p=3">3</a>')),
            # Behind the end the last page is shown again.
            "/toc?p=3": Answer(items(range(28, 34), '<a rel="next" href="/toc?p=4">4</a>')),
        }  # fmt: skip
        lists = ["sitemap:/", "feed:/rss", "csv:/list", "toc:/toc"]
        named = [name.replace(":/", f":{site.url}/") for name in lists]
        report = harvest([*named, f"{site.url}/rss", f"feed:{site.url}/a.xml", f"toc:{site.url}/33"], tmp_path)
    assert report["unfinished"] == 0
    assert {path for path in site.asked if path[1:].isdigit()} == {f"/{n}" for n in range(34)}
    assert all(count == (2 if path == "/33" else 1) for path, count in site.asked.items() if path[1:].isdigit())
    assert site.asked["/toc?p=4"] == 0
    assert site.asked["/index.xml"] == 1
    assert report["works_total"] == 34
    ended = rows(tmp_path, "SELECT t.kind, t.url, v.reason FROM visit v JOIN target t ON t.id = v.target_id")
    told = {f"{kind} {url.removeprefix(site.url)}": reason for kind, url, reason in ended}
    assert told["sitemap /robots.txt"] == "sitemap: 1 list"
    assert told["sitemap /index.xml"] == "sitemap: 3 lists"
    faults = "2 faults, the first in line 1: 'file:///etc/passwd': no web address"
    assert told["sitemap /a.xml"] == f"sitemap: 11 pages, {faults}"
    assert told["sitemap /b.xml.gz"] == "sitemap: 10 pages"
    assert told["feed /a.xml"] == "no feed but sitemap data: harvest it as sitemap:URL"
    assert told["csv /list"] == "csv: 1 page, 1 fault, the first in line 3: 'nonsense': neither a URL, a DOI nor a file"
    assert told["feed /rss"] == "feed: 2 pages"
    assert told["page /rss"] == "a feed: harvest it as feed:URL"
    assert told["toc /toc"] == "toc: 6 pages, 1 list"
    assert told["toc /toc?p=3"] == "toc: 6 pages"
    assert told["toc /33"] == "no table of contents: no three links are built alike"
    assert report["reasons"]["non_record"]["a feed: harvest it as feed:URL"] == 1


def test_the_options_say_which_entries_are_wanted(tmp_path: Path) -> None:
    routes: dict[str, Route] = {f"/{n}": Answer(article(n)) for n in range(30)}
    with serve(routes) as site:
        routes["/sitemap-1.xml"] = Answer(sitemap(site, range(28)), 200, XML)
        routes["/list"] = Answer(items(range(5)))
        since = harvest([f"{site.url}/sitemap-1.xml"], tmp_path, "--since", "2026-03-27")
        assert since["outcomes"] == {"new": 2, "listed": 1}
        assert {path for path in site.asked if path[1:].isdigit()} == {"/26", "/27"}
        followed = harvest([f"{site.url}/list"], tmp_path, "--follow-items")
        assert followed["outcomes"] == {"new": 5, "non_record": 1}
        pattern = harvest([f"toc:{site.url}/list"], tmp_path, "--item-pattern", "/[34]$")
        assert pattern["targets"] == 3
        wrong = harvest([f"toc:{site.url}/list"], tmp_path, "--item-pattern", "(", status=2)
        assert "item pattern '(' is no regular expression" in wrong["log"]


def test_dois_of_a_registry_come_part_by_part(tmp_path: Path) -> None:
    def part(name: str, following: str) -> Answer:
        found = [{"DOI": f"10.5555/{name}.{n}"} for n in range(3)] + [{"DOI": f"10.9999/{name}"}]
        answer = {"message": {"items": found if name != "end" else [], "next-cursor": following}}
        return Answer(json.dumps(answer), 200, {"Content-Type": "application/json"})

    routes: dict[str, Route] = {
        "/works?cursor=*": part("a", "two"),
        "/works?cursor=two": part("b", "three"),
        "/works?cursor=three": part("end", "three"),
    }
    with serve(routes) as site:
        # No DOI is asked for: after the lists' three parts the run stops.
        options = ["--doi-prefix", "10.5555", "--attempts", "1"]
        command = ["harvest", f"dois:{site.url}/works?cursor=*", "--db", db(tmp_path), *QUICK, *options]
        process = warm.Process(command, tmp_path)
        _wait_for(lambda: site.asked["/works?cursor=three"] == 1)
        _wait_for(lambda: _count(tmp_path, "SELECT count(*) FROM visit WHERE outcome = 'listed'") == 3)
        process.send_signal(signal.SIGKILL)
        process.wait()
    wanted = {url for (url,) in rows(tmp_path, "SELECT url FROM target WHERE kind = 'page'")}
    assert wanted == {f"https://doi.org/10.5555/{name}.{n}" for name in "ab" for n in range(3)}


def _wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _count(folder: Path, query: str) -> int:
    try:
        return int(rows(folder, query)[0][0])
    except OperationalError:  # the table is not there yet
        return 0


@pytest.mark.parametrize("moment", ["listing", "fetching"])
def test_a_killed_run_resumes_its_sitemaps(tmp_path: Path, moment: str) -> None:
    def slow(answer: Answer, seconds: float) -> Route:
        def route(asked: int) -> Answer:
            time.sleep(seconds)
            return answer

        return route

    routes: dict[str, Route] = {f"/{n}": slow(Answer(article(n)), 0.02) for n in range(60)}
    with serve(routes) as site:
        index = "".join(f"<sitemap><loc>{site.url}/s{n}.xml</loc></sitemap>" for n in range(3))
        routes["/sitemap.xml"] = Answer(f"<sitemapindex>{index}</sitemapindex>", 200, XML)
        for n in range(3):
            routes[f"/s{n}.xml"] = slow(Answer(sitemap(site, range(n * 20, n * 20 + 20)), 200, XML), 0.2)
        command = ["harvest", f"{site.url}/sitemap.xml", "--db", db(tmp_path), *QUICK]
        process = warm.Process(command, tmp_path)
        path = {"listing": "/s0.xml", "fetching": "/5"}[moment]
        _wait_for(lambda: site.asked[path])
        process.send_signal(signal.SIGKILL)
        process.wait()
        report = harvest([f"{site.url}/sitemap.xml"], tmp_path)
    assert (report["unfinished"], report["works_total"]) == (0, 60)
    assert site.asked["/sitemap.xml"] == 1
    assert rows(tmp_path, "SELECT DISTINCT state FROM target") == [("done",)]


FAULTS = Faults(
    busy_every=6,
    same_token=frozenset({1}),
    part_before=frozenset({2}),
    cut_off=frozenset({3}),
    expired=frozenset({4}),
    packed=frozenset({5}),
    dirty=40,
)


def test_all_records_of_a_faulty_repository_come_once_kill_9_included(tmp_path: Path) -> None:
    repository = Repository(400, page=50, faults=FAULTS, delay=0.02)
    repository.now = datetime(2026, 3, 1, tzinfo=UTC)
    with serve_repository(repository) as base:
        command = ["harvest", f"oai:{base}", "--db", db(tmp_path), *QUICK, "--attempts", "4"]
        for parts in (4, 9):
            process = warm.Process(command, tmp_path)
            _wait_for(lambda parts=parts: repository.asked["requests"] >= parts)
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert rows(tmp_path, "SELECT cursor FROM listing") in ([], [(None,)])
        report = harvest([f"oai:{base}"], tmp_path, "--attempts", "4")
        deleted = sum(map(repository.is_deleted, range(400)))
        assert (report["targets"], report["unfinished"]) == (1, 0)
        assert (report["works_total"], report["records_total"]) == (400 - deleted, 400 - deleted)
        assert report["outcomes"]["new"] == 400 - deleted
        assert report["outcomes"]["deleted"] == deleted
        assert set(report["outcomes"]) == {"new", "deleted", "listed"}
        assert rows(tmp_path, "SELECT progress, cursor FROM listing") == [(None, "2026-03-01T00:00:00Z")]

        # The next harvest asks for what changed: one is gone, one says more, one is back as it was.
        repository.faults, repository.log = Faults(), []
        repository.gone = {5}
        repository.changed = dict.fromkeys((5, 6), datetime(2026, 3, 1, 1, tzinfo=UTC))
        again = harvest([f"oai:{base}"], tmp_path)
        assert repository.log == ["verb=Identify", "verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-28T23:59:59Z"]
        assert again["outcomes"] == {"deleted": 1, "updated": 1, "listed": 2}
        assert again["works_total"] == 400 - deleted - 1
        kept = rows(tmp_path, "SELECT url FROM record WHERE deleted_at IS NOT NULL AND work_id IS NULL")
        assert [url.rpartition(":")[2] for (url,) in kept] == ["5"]
