"""WARC files as sources: their pages are harvested as if they had been fetched, and nobody is asked for anything."""

import asyncio
import gzip
import os
import signal
import sqlite3
import time
import tracemalloc
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.http import Request
from sqlalchemy import select

from harvester.archive.handler import NoPage, WarcHandler
from harvester.database.session import database
from harvester.database.tables import host, record, visit
from harvester.sources import Bad, Note, Wanted, read
from tests import warm
from tests.archive.test_reader import archive, other, response
from tests.loopback import Answer, article, serve
from tests.test_crawl import QUICK, harvest, rows

HTML = {"Content-Type": "text/html; charset=utf-8"}


def crawled(writer: Any) -> None:
    """What a crawl of somebody else's may have met."""
    writer.write_record(writer.create_warcinfo_record("x.warc.gz", {"software": "x"}))
    site = "https://journal.example"
    response(writer, f"{site}/robots.txt", b"User-agent: *\nDisallow: /", {"Content-Type": "text/plain"})
    response(writer, f"{site}/1?utm_source=feed", article(1).encode(), HTML | {"X-Robots-Tag": "noai"})
    response(writer, f"{site}/2", gzip.compress(article(2).encode()), HTML | {"Content-Encoding": "gzip"})
    response(writer, f"{site}/moved", b"", {"Location": "/2"}, status="301 Moved Permanently")
    busy = {"Retry-After": "7200", "Content-Type": "text/html"}
    response(writer, f"{site}/busy", b"<h1>Too Many Requests</h1>", busy, status="429 Too Many Requests")
    for number in range(6):
        wall = b"<title>Just a moment...</title><h1>Checking your browser</h1>"
        response(writer, f"{site}/wall/{number}", wall, HTML, status="403 Forbidden")
    response(writer, f"{site}/paper.pdf", b"%PDF-1.7 ...", {"Content-Type": "application/pdf"})
    response(writer, f"{site}/zstd", b"x", HTML | {"Content-Encoding": "zstd"})
    response(writer, "http://[nowhere/", article(9).encode(), HTML)
    other(writer, "metadata", f"{site}/1", b"via: x", Content_Type="application/warc-fields")
    response(writer, f"{site}/3", article(3).encode(), HTML)


def done(path: Path) -> int:
    """How many targets are done in a database that is perhaps only about to be made."""
    with closing(sqlite3.connect(path)) as connection, suppress(sqlite3.OperationalError):
        return int(connection.execute("SELECT count(*) FROM target WHERE state = 'done'").fetchone()[0])
    return 0


def shortened(sources: list[str]) -> list[str]:
    return [each.url if isinstance(each, Wanted) else str(each) for each in read(sources)]


def test_each_page_is_one_target_and_nobody_is_asked(tmp_path: Path) -> None:
    archive(tmp_path / "crawl.warc.gz", crawled)
    db = f"sqlite:///{tmp_path / 'warc.db'}"
    report = harvest(["crawl.warc.gz"], db, tmp_path, "--respect-tdm")
    assert report["outcomes"] == {"new": 3, "blocked": 7, "non_record": 1}
    assert (report["targets"], report["unfinished"], report["bad_lines"]) == (11, 0, 2)
    assert [bad.partition(": ")[2] for bad in report["bad"]] == [
        "'https://journal.example/zstd': content encoding 'zstd' cannot be read",
        "'http://[nowhere/': not a valid URL",
    ]
    assert {row.page_key for row in rows(db, record.c.page_key)} == {
        f"https://journal.example/{number}" for number in (1, 2, 3)
    }
    told = {
        row.final_url: row for row in rows(db, visit.c.final_url, visit.c.status, visit.c.url, visit.c.archive_file)
    }
    assert told["https://journal.example/busy"].status == 429
    assert told["https://journal.example/3"].url.startswith(f"warc://{tmp_path}/crawl.warc.gz?offset=")
    assert {row.archive_file for row in told.values()} == {None}
    with database(db) as engine, engine.connect() as connection:
        assert connection.execute(select(host)).all() == []  # what it refused somebody else once is no reason to wait
        tags = dict(connection.execute(select(visit.c.final_url, visit.c.robots_tags)).all())
    assert tags["https://journal.example/1?utm_source=feed"] == ["noai"]
    assert not (tmp_path / "harvest-archive").exists()


def test_a_page_of_an_archive_and_of_the_web_is_one_record(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'both.db'}"
    with serve({"/1": Answer(article(1))}) as site:
        url = site / "1"
        assert harvest([url], db, tmp_path)["outcomes"] == {"new": 1}
    kept = [str(path) for path in (tmp_path / "harvest-archive").iterdir()]
    assert harvest(kept, db, tmp_path)["outcomes"] == {"unchanged": 1}
    assert rows(db, record.c.url) == [(url,)]


def test_archives_are_named_by_lists_and_folders_like_saved_pages(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    (folder / "deep").mkdir(parents=True)
    archive(
        folder / "deep" / "a.warc", lambda writer: response(writer, "https://a.example/1", b"x", HTML), packed=False
    )
    (folder / "page.html").write_text(article(1))
    (folder / "other.bin").write_bytes(b"")
    (folder / "list.txt").write_text("deep/a.warc\npage.html\n../outside.warc.gz\n")
    archive(tmp_path / "outside.warc.gz", crawled)
    named, page, outside = (each for each in read([str(folder / "list.txt")]) if not isinstance(each, Note))
    assert isinstance(named, Wanted)
    assert named.url.startswith(f"warc://{folder}/deep/a.warc?offset=")
    assert page == Wanted((folder / "page.html").as_uri())
    assert isinstance(outside, Bad)
    assert "in its own folder only" in outside.reason
    (folder / "list.txt").unlink()
    assert shortened([str(folder)]) == [
        f"Note(text='{folder}: 1 saved pages, 1 WARC files, 1 other files passed over')",
        named.url,
        f"Note(text='{folder / 'deep' / 'a.warc'}: 1 pages')",
        page.url,
    ]
    assert "scheme 'warc' is not fetched" in shortened([named.url])[0]


def test_what_cannot_be_read_page_by_page_is_told_in_one_line(tmp_path: Path) -> None:
    plain = archive(tmp_path / "x.warc", crawled, packed=False)
    (tmp_path / "whole.warc.gz").write_bytes(gzip.compress(plain.read_bytes()))
    (tmp_path / "no.warc").write_bytes(b"<html>")
    assert shortened([str(tmp_path / "whole.warc.gz"), str(tmp_path / "no.warc")]) == [
        f"{tmp_path}/whole.warc.gz: 'whole.warc.gz': compressed as one piece; unpack it with gunzip and name the .warc",
        f"{tmp_path}/no.warc: 'no.warc': not a WARC file",
    ]


def test_what_was_passed_over_is_told(tmp_path: Path) -> None:
    *_, last = read([str(archive(tmp_path / "x.warc.gz", crawled))])
    assert last == Note(f"{tmp_path}/x.warc.gz: 12 pages; passed over: 1 redirect, 1 robots.txt")


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    body = os.urandom(50_000)

    def many(writer: Any) -> None:
        for number in range(400):
            response(writer, f"https://a.example/{number}", body, HTML)

    path = archive(tmp_path / "big.warc.gz", many)
    assert path.stat().st_size > 20_000_000
    tracemalloc.start()
    assert sum(isinstance(entry, Wanted) for entry in read([str(path)])) == 400
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def test_a_killed_harvest_of_an_archive_goes_on(tmp_path: Path) -> None:
    def many(writer: Any) -> None:
        for number in range(150):
            response(writer, f"https://a.example/{number}", article(number).encode(), HTML)

    archive(tmp_path / "many.warc.gz", many)
    db = f"sqlite:///{tmp_path / 'kill.db'}"
    process = warm.Process(["harvest", "many.warc.gz", "--db", db, *QUICK], tmp_path)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not done(tmp_path / "kill.db"):
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert 0 < done(tmp_path / "kill.db") < 150
    report = harvest(["many.warc.gz"], db, tmp_path)
    assert (report["targets"], report["unfinished"], report["works_total"]) == (150, 0, 150)


def test_an_archive_that_changed_meanwhile_ends_its_targets_with_the_reason(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.warc.gz", lambda writer: response(writer, "https://a.example/1", b"x", HTML))
    (wanted, _) = read([str(path)])
    assert isinstance(wanted, Wanted)
    handler = WarcHandler(Crawler(Spider, {}))
    path.write_bytes(b"")
    with pytest.raises(NoPage, match=r"x\.warc\.gz: no page at byte 0"):
        asyncio.run(handler.download_request(Request(wanted.url, meta={"verbatim_url": True})))
