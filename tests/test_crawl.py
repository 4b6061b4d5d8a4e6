"""Real crawls against a site on loopback, each in a process of its own as a user would start it."""

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from warcio.archiveiterator import ArchiveIterator

from harvester.archive.reader import pages, read_at
from harvester.database.session import open_engine
from harvester.database.tables import citation, record, target, visit, work
from tests import warm
from tests.loopback import Answer, article, serve

HARVESTER = [sys.executable, "-W", "error", "-m", "harvester"]
QUICK = ["--allow-private", "--delay", "0", "--per-host", "8", "--retry-delay", "0.05"]


def run(
    arguments: list[str], cwd: Path, status: int = 0, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    ended = warm.run(arguments, cwd, env)
    assert ended.returncode == status, ended.stdout + ended.stderr
    return ended


def harvest(sources: list[str], db: str, cwd: Path, *options: str) -> dict[str, Any]:
    return dict(json.loads(run(["harvest", *sources, "--db", db, "--report", "json", *QUICK, *options], cwd).stdout))


def rows(url: str, *columns: Any, **where: Any) -> list[Any]:
    engine = open_engine(url)
    with engine.connect() as connection:
        found = connection.execute(select(*columns).order_by(*columns)).all()
    engine.dispose()
    return list(found)


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_every_way_in_which_a_request_can_end_is_one_outcome(ready_url: str, tmp_path: Path) -> None:
    big = article(9, more="<p>" + "filling " * 1_300_000 + "</p>")
    html = {"Content-Type": "text/html; charset=utf-8"}
    chinese = article(8).replace("example number 8", "例子第八")
    routes = {
        "/plain": Answer(article(1)),
        "/moved": Answer("", 302, {"Location": "/moved-again"}),
        "/moved-again": Answer("", 301, {"Location": "/plain"}),
        "/circle": Answer("", 302, {"Location": "/circle"}),
        "/broken": Answer("<h1>Internal Server Error</h1>", 500),
        "/wakes": lambda asked: Answer(article(2)) if asked else Answer("busy", 503),
        "/gzip": Answer(article(3), encoding="gzip"),
        "/brotli": Answer(article(4), encoding="br"),
        "/mislabelled": Answer(chinese.replace('<meta charset="utf-8">', "").encode("gb18030"), 200, html),
        "/big": Answer(big),
        "/pdf": Answer(b"%PDF-1.7 ...", 200, {"Content-Type": "application/pdf"}),
        "/forbidden": Answer("<title>Access Denied</title><h1>Access Denied</h1>", 403),
        "/robots.txt": Answer("User-agent: *\nDisallow: /private", 200, {"Content-Type": "text/plain"}),
        "/private": Answer(article(5)),
        "/to-a-file": Answer("", 302, {"Location": "file:///etc/hostname"}),
    }
    assert len(big) > 10_000_000
    with serve(routes) as site:
        asked = [path for path in routes if path not in ("/robots.txt", "/moved-again")] + ["/missing"]
        urls = [site.url + path for path in asked] + [f"http://127.0.0.1:{closed_port()}/nobody"]
        (tmp_path / "urls.txt").write_text("\n".join(urls))
        report = harvest(["urls.txt"], ready_url, tmp_path, "--attempts", "2")

    assert site.asked["/private"] == 0
    assert site.asked["/broken"] == 2
    assert report["unfinished"] == 0
    ended = {row.url.rpartition("/")[2]: row for row in rows(ready_url, visit.c.url, visit.c.outcome, visit.c.reason)}
    final = {
        row.url.rpartition("/")[2]: row.outcome
        for row in rows(ready_url, visit.c.url, visit.c.outcome)
        if row.outcome != "retry"
    }
    recorded = {"plain", "moved", "wakes", "gzip", "brotli", "mislabelled", "big"}
    assert {name for name, outcome in final.items() if outcome in ("new", "unchanged", "merged")} == recorded
    assert {name for name, outcome in final.items() if outcome == "failed"} == {"broken", "missing", "nobody", "circle"}
    assert {name for name, outcome in final.items() if outcome == "blocked"} == {"forbidden", "private", "to-a-file"}
    assert final["pdf"] == "non_record"
    assert ended["private"].reason == "robots.txt forbids it"
    assert ended["nobody"].reason == "robots.txt: connection refused"
    assert ended["circle"].reason == "too many redirects"
    assert sum(report["outcomes"].values()) == len(urls)
    titles = [row.title for row in rows(ready_url, work.c.title)]
    assert len(titles) == 6  # /moved ends on /plain
    assert any("例子第八" in title for title in titles)
    assert not any("hostname" in row.url for row in rows(ready_url, record.c.url))


def test_the_same_list_twice_adds_nothing(ready_url: str, tmp_path: Path) -> None:
    routes = {f"/{number}": Answer(article(number)) for number in range(12)}
    routes["/again"] = Answer(article(3, more="<p>another address of number 3</p>"))
    with serve(routes) as site:
        (tmp_path / "urls.txt").write_text("\n".join(site.url + path for path in routes))
        first = harvest(["urls.txt"], ready_url, tmp_path)
        before = rows(ready_url, record.c.id, record.c.work_id, record.c.content_hash, record.c.changed_at)
        second = harvest(["urls.txt"], ready_url, tmp_path)
    assert first["outcomes"] == {"new": 12, "merged": 1}
    assert second["outcomes"] == {"unchanged": 13}
    assert second["works_total"] == 12
    assert rows(ready_url, record.c.id, record.c.work_id, record.c.content_hash, record.c.changed_at) == before
    assert len(rows(ready_url, target.c.id)) == 13


def test_a_killed_harvest_goes_on_with_the_same_command(tmp_path: Path) -> None:
    def slow(number: int) -> Answer:
        time.sleep(0.05)
        return Answer(article(number))

    routes = {f"/{number}": (lambda _, number=number: slow(number)) for number in range(60)}
    db = f"sqlite:///{tmp_path / 'kill.db'}"
    with serve(routes) as site:
        (tmp_path / "urls.txt").write_text("\n".join(site.url + path for path in routes))
        command = ["harvest", "urls.txt", "--db", db, *QUICK]
        for _ in range(2):
            process = warm.Process(command, tmp_path)
            deadline = time.monotonic() + 60
            seen = sum(site.asked.values())
            while sum(site.asked.values()) < seen + 15 and time.monotonic() < deadline:
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
            process.wait()
        report = harvest(["urls.txt"], db, tmp_path)
    assert report["unfinished"] == 0
    assert report["works_total"] == 60
    assert {row.state for row in rows(db, target.c.state)} == {"done"}
    again = sum(site.asked[path] - 1 for path in routes)
    assert again <= 2 * 32  # no more than what was leased at the two kills


def test_two_processes_share_a_list(tmp_path: Path) -> None:
    def slow(number: int) -> Answer:
        time.sleep(0.03)
        return Answer(article(number))

    routes = {f"/{number}": (lambda _, number=number: slow(number)) for number in range(80)}
    db = f"sqlite:///{tmp_path / 'shared.db'}"
    with serve(routes) as site:
        (tmp_path / "urls.txt").write_text("\n".join(site.url + path for path in routes))
        both = [warm.Process(["harvest", "urls.txt", "--db", db, *QUICK], tmp_path) for _ in range(2)]
        for process in both:
            assert process.wait() == 0, process.errors
    assert {path: site.asked[path] for path in routes} == dict.fromkeys(routes, 1)
    assert len(rows(db, work.c.id)) == 80


def record_page(number: int, related: list[str]) -> str:
    """A page in the shape of the Chinese record pages, with links to related records."""
    items = "".join(
        f'<li>[{place}] <a href="{href}">Related example number {place} of {number}</a><div>Hopper, Grace</div>'
        f"<div>JOURNAL OF EXAMPLES, 2017, 12 (03): 41 - 58</div></li>"
        for place, href in enumerate(related, 1)
    )
    return (
        '<html lang="zh-CN"><meta charset="utf-8"><title>文献记录</title>'
        f"<h1>Shelves of kind {number} in example libraries</h1>"
        f"<div>被引:{number}</div><div>作者</div><div>Lovelace, Ada [1]</div><div>机构</div>"
        f"<div>[1] Univ Example, Dept Shelves, London, England</div><div>D O I</div><div>10.5555/shelf.{number}</div>"
        f"<div>摘要</div><div>A study of the shelves of kind {number}, which were measured in four example libraries"
        f" over three winters.</div><div>页码:1 / 9</div><div>相关论文</div><div>共 50 条</div><ul>{items}</ul></html>"
    )


def test_related_works_are_followed_as_far_as_asked_and_never_to_another_host(tmp_path: Path) -> None:
    with serve({"/elsewhere": Answer(record_page(99, []))}) as other:
        routes = {
            "/1": Answer(record_page(1, ["/2", "/3", f"{other.url}/elsewhere", "file:///etc/hostname"])),
            "/2": Answer(record_page(2, ["/1", "/4"])),
            "/3": Answer(record_page(3, [])),
            "/4": Answer(record_page(4, ["/5"])),
            "/5": Answer(record_page(5, [])),
        }
        with serve(routes) as site:
            alone = harvest([site / "1"], f"sqlite:///{tmp_path / 'a.db'}", tmp_path)
            one = harvest([site / "1"], f"sqlite:///{tmp_path / 'b.db'}", tmp_path, "--follow-related", "1")
            two = harvest([site / "1"], f"sqlite:///{tmp_path / 'c.db'}", tmp_path, "--follow-related", "2")
            few = ["--follow-related", "9", "--max-pages", "2"]
            bounded = harvest([site / "1"], f"sqlite:///{tmp_path / 'd.db'}", tmp_path, *few)
    assert [each["works_total"] for each in (alone, one, two, bounded)] == [1, 3, 4, 3]
    assert other.asked["/elsewhere"] == 0
    linked = rows(f"sqlite:///{tmp_path / 'c.db'}", citation.c.title, citation.c.first_page)
    assert ("Related example number 1 of 1", "41") in linked


def test_scrapy_users_find_the_spiders_and_the_same_pipelines(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    scrapy = [sys.executable, "-m", "scrapy"]
    listed = subprocess.run([*scrapy, "list"], cwd=root, capture_output=True, text=True, check=True)
    assert {"urls", "records"} <= set(listed.stdout.split())
    db = f"sqlite:///{tmp_path / 'scrapy.db'}"
    with serve({"/1": Answer(article(1))}) as site:
        (tmp_path / "list.txt").write_text(site / "1")
        arguments = ["crawl", "urls", "-a", f"source={tmp_path / 'list.txt'}", "-s", f"HARVESTER_DB={db}"]
        arguments += ["-s", "HARVESTER_ALLOW_PRIVATE=all"]
        subprocess.run([*scrapy, *arguments], cwd=root, capture_output=True, text=True, check=True, timeout=120)
        assert all(agent.startswith("harvester/") for agent in site.user_agents)
    assert rows(db, func.count(work.c.id)) == [(1,)]


def test_nothing_usable_is_an_error_that_names_the_lines(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text("# nothing here\nftp://example.org/x\nnot an address\n")
    ended = run(["harvest", "urls.txt", "--db", f"sqlite:///{tmp_path / 'x.db'}"], tmp_path, status=2)
    assert "urls.txt:2: 'ftp://example.org/x': scheme 'ftp' is not fetched" in ended.stderr
    assert "urls.txt:3: 'not an address'" in ended.stderr
    assert "nothing usable" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_postgresql_database_that_is_behind_says_what_to_run(postgres_url: str, tmp_path: Path) -> None:
    ended = run(["harvest", "https://example.invalid/", "--db", postgres_url], tmp_path, status=1)
    assert "run: harvester db upgrade" in ended.stderr
    assert "Traceback" not in ended.stderr
    upgraded = run(["db", "upgrade", "--db", postgres_url], tmp_path)
    assert "upgraded from empty" in upgraded.stdout
    assert "has it already" in run(["db", "upgrade", "--db", postgres_url], tmp_path).stdout


def test_a_harvest_that_is_interrupted_says_so_and_goes_on(tmp_path: Path) -> None:
    def slow(number: int) -> Answer:
        time.sleep(0.1)
        return Answer(article(number))

    routes = {f"/{number}": (lambda _, number=number: slow(number)) for number in range(40)}
    db = f"sqlite:///{tmp_path / 'int.db'}"
    with serve(routes) as site:
        (tmp_path / "urls.txt").write_text("\n".join(site.url + path for path in routes))
        process = warm.Process(["harvest", "urls.txt", "--db", db, *QUICK, "--per-host", "2"], tmp_path)
        while sum(site.asked.values()) < 8:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130, process.output + process.errors
        assert "run the same command again" in process.output
        report = harvest(["urls.txt"], db, tmp_path, "--per-host", "2")
    assert report["works_total"] == 40
    assert all(count == 1 for path, count in site.asked.items() if path != "/robots.txt")


def test_pages_that_were_judged_are_kept_where_their_visits_say(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'kept.db'}"
    routes = {f"/{number}": Answer(article(number), encoding="gzip") for number in range(3)} | {
        "/wall": Answer("<title>Just a moment...</title><h1>Checking your browser</h1>", 403)
    }
    (tmp_path / "saved.html").write_text(article(7))
    with serve(routes) as site:
        (tmp_path / "urls.txt").write_text("\n".join(site.url + path for path in [*routes, "/missing"]))
        harvest(["urls.txt", "saved.html"], db, tmp_path)
    kept = tmp_path / "harvest-archive"
    told = rows(db, visit.c.url, visit.c.archive_file, visit.c.archive_offset, visit.c.body_hash)
    assert len(told) == 6
    assert [row.archive_file for row in told if row.url.startswith("file:")] == [None]
    for row in (row for row in told if row.archive_file):
        page = read_at(kept / row.archive_file, row.archive_offset)
        assert row.url in (page.asked, page.url)
        assert hashlib.sha256(page.body).hexdigest() == row.body_hash
    (file,) = kept.iterdir()
    assert sum(1 for _ in pages(file)) == 5
    assert file.name.endswith(".warc.gz")


def test_the_archive_is_kept_where_the_user_says_or_not_at_all(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'kept.db'}"
    with serve({"/1": Answer(article(1))}) as site:
        harvest([site / "1"], db, tmp_path, "--no-archive")
        assert {path.name for path in tmp_path.iterdir()} == {"kept.db"}
        harvest([site / "1"], db, tmp_path, "--archive", "elsewhere")
    assert len(list((tmp_path / "elsewhere").glob("*.warc.gz"))) == 1
    assert not (tmp_path / "harvest-archive").exists()


def test_a_chain_of_redirects_can_be_told_from_the_archive(tmp_path: Path) -> None:
    found = {"Location": "/2", "Content-Type": "text/html"}
    routes = {
        "/1": Answer("<a href='/2'>moved</a>", 302, found, encoding="gzip"),
        "/2": Answer("", 301, {"Location": "/3"}),
        "/3": Answer(article(3)),
        "/out": Answer("elsewhere", 302, {"Location": "ftp://example.org/"}),
    }
    with serve(routes) as site:
        harvest([site / "1", site / "out"], f"sqlite:///{tmp_path / 'hops.db'}", tmp_path)
    (file,) = (tmp_path / "harvest-archive").iterdir()
    with file.open("rb") as stream:
        records = [
            (record.rec_type, record.rec_headers["WARC-Target-URI"].removeprefix(site.url), record.http_headers,
             record.content_stream().read())
            for record in ArchiveIterator(stream)
            if record.rec_type in ("response", "request")
        ]  # fmt: skip
    answers = {path: (head.get_statuscode(), head["Location"], body) for kind, path, head, body in records if head
               and kind == "response"}  # fmt: skip
    assert answers["/1"] == ("302", "/2", b"<a href='/2'>moved</a>")
    assert answers["/2"] == ("301", "/3", b"")
    assert answers["/3"][:2] == ("200", None)
    assert answers["/out"] == ("302", "ftp://example.org/", b"elsewhere")
    assert {path for kind, path, *_ in records if kind == "request"} == {*routes, "/robots.txt"}


def test_the_address_guard_is_on_and_the_refusal_says_how_to_allow_what(tmp_path: Path) -> None:
    def guarded(*options: str, environment: dict[str, str] | None = None) -> dict[str, Any]:
        command = ["harvest", site / "1", site / "2", "--db", db, "--report", "json", "--delay", "0", *options]
        plain = {name: value for name, value in os.environ.items() if not name.startswith("HARVESTER_")}
        ended = run(command, tmp_path, env=plain | (environment or {}))
        report = dict(json.loads(ended.stdout))
        assert ended.stderr.count("127.0.0.1 is not fetched: ") == ("blocked" in report["outcomes"])
        return report

    db = f"sqlite:///{tmp_path / 'guard.db'}"
    with serve({"/1": Answer(article(1)), "/2": Answer(article(2))}) as site:
        refused = guarded()
        assert refused["outcomes"] == {"blocked": 2}
        assert list(refused["reasons"]["blocked"]) == [
            "address 127.0.0.1 is loopback (RFC 1122); --allow-host 127.0.0.1 allows it,"
            " --allow-private all that are not public"
        ]
        assert guarded("--allow-host", "10.0.0.0/8")["outcomes"] == {"blocked": 2}
        assert not site.asked
        host = site.url.removeprefix("http://")
        assert guarded("--allow-host", "10.0.0.0/8", "--allow-host", host)["outcomes"] == {"new": 2}
        assert guarded("--allow-private")["outcomes"] == {"unchanged": 2}
        for value, outcome in (("127.0.0.0/8", "unchanged"), ("all", "unchanged"), ("no", "blocked")):
            assert guarded(environment={"HARVESTER_ALLOW_PRIVATE": value})["outcomes"] == {outcome: 2}
    ended = run(["harvest", site / "1", "--db", db, "--allow-host", "not a host"], tmp_path, status=2)
    assert "--allow-host not a host: neither a host, an address nor a network" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_inspect_fetches_an_address_and_makes_no_database(tmp_path: Path) -> None:
    with serve({"/1": Answer(article(1))}) as site:
        shown = run(["inspect", site / "1", "--allow-private"], tmp_path, env=os.environ | {"COLUMNS": "120"})
        assert shown.stdout.startswith("article: ")
        assert "10.5555/loop.000001" in shown.stdout
        assert "--allow-private" in run(["inspect", site / "1"], tmp_path, status=1).stderr
        gone = run(["inspect", f"http://127.0.0.1:{closed_port()}/", "--allow-private"], tmp_path, status=1)
        assert "no page came: robots.txt: connection refused" in gone.stderr
    assert list(tmp_path.iterdir()) == []
