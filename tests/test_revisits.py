"""Pages that did not change are neither sent nor read again, as far as their servers play along."""

from pathlib import Path
from typing import Any

import pytest
from scrapy.http import HtmlResponse, Request
from sqlalchemy import update

from harvester.archive.reader import pages
from harvester.database.seen import Seen
from harvester.database.session import database, writing
from harvester.database.tables import record, target, visit
from harvester.items import Visit
from harvester.middlewares.conditional import Conditional
from harvester.settings import VERSION
from harvester.spiders._revisits import remembered
from tests.loopback import Answer, article, serve
from tests.test_crawl import harvest, record_page, rows

HTML = {"Content-Type": "text/html; charset=utf-8"}
OLD = "Mon, 05 Jan 2026 08:00:00 GMT"


def page(number: int, **headers: str) -> Answer:
    return Answer(article(number), headers=HTML | {name.replace("_", "-"): value for name, value in headers.items()})


def told(db: str) -> list[Any]:
    """The records, but for when they were last seen."""
    columns = ("id", "page_key", "url", "content_hash", "reader_version", "first_seen", "changed_at", "work_id")
    return rows(db, *(record.c[name] for name in columns))


def reasons(db: str) -> list[str]:
    return [reason for _, reason in rows(db, visit.c.id, visit.c.reason)]


def as_of_an_older_version(db: str) -> None:
    with database(db) as engine, writing(engine) as connection:
        for number, seen in connection.execute(target.select().with_only_columns(target.c.id, target.c.seen)).all():
            older = seen | {"reader_version": "0.0.1"}
            connection.execute(update(target).where(target.c.id == number).values(seen=older))


def test_a_page_that_did_not_change_is_not_sent_and_touches_no_record(ready_url: str, tmp_path: Path) -> None:
    routes = {
        "/etag": page(1, ETag='"one"', Content_Encoding=""),
        "/date": page(2, Last_Modified=OLD),
        "/none": page(3),
        "/changes": page(4, ETag='"four"'),
        "/missing": Answer("<h1>Not Found</h1>", 404, {"ETag": '"gone"'}),
    }
    with serve(routes) as site:
        (tmp_path / "urls.txt").write_text("\n".join(site.url + path for path in routes))
        assert harvest(["urls.txt"], ready_url, tmp_path)["outcomes"] == {"new": 4, "failed": 1}
        assert set(site.conditions.values()) == {(None, None)}
        before = told(ready_url)
        again = harvest(["urls.txt"], ready_url, tmp_path)
        assert again["outcomes"] == {"unchanged": 4, "failed": 1}
        assert len(again["works"]) == 4
        assert {path: site.conditions[path] for path in routes} == {
            "/etag": ('"one"', None), "/date": (None, OLD), "/none": (None, None), "/changes": ('"four"', None),
            "/missing": (None, None),
        }  # fmt: skip
        assert told(ready_url) == before
        routes["/changes"] = Answer(article(5, doi="10.5555/loop.000004"), headers=HTML | {"ETag": '"five"'})
        assert harvest(["urls.txt"], ready_url, tmp_path)["outcomes"] == {"unchanged": 3, "updated": 1, "failed": 1}
        assert reasons(ready_url).count("HTTP 304: not modified") == 5
        assert reasons(ready_url).count("the same page as before") == 2
        full = harvest(["urls.txt"], ready_url, tmp_path, "--unconditional")
        assert full["outcomes"] == {"unchanged": 4, "failed": 1}
        assert set(site.conditions.values()) == {(None, None)}
        assert len(reasons(ready_url)) == 20
        assert reasons(ready_url).count("the same page as before") == 2
    kept = sorted([page.url.removeprefix(site.url) for page in pages(path)] for path in archived(tmp_path))
    everything = sorted(routes)
    assert sorted(map(sorted, kept)) == sorted([everything, ["/missing"], ["/changes", "/missing"], everything])


def archived(folder: Path) -> list[Path]:
    return sorted((folder / "harvest-archive").iterdir())


@pytest.mark.parametrize("options", [[], ["--no-archive"]])
def test_another_reader_sees_every_page_out_of_the_archive_or_anew(tmp_path: Path, options: list[str]) -> None:
    db = f"sqlite:///{tmp_path / 'older.db'}"
    with serve({"/1": page(1, ETag='"one"')}) as site:
        harvest([site / "1"], db, tmp_path, *options)
        as_of_an_older_version(db)
        assert harvest([site / "1"], db, tmp_path, *options)["outcomes"] == {"unchanged": 1}
        assert site.conditions["/1"] == ((None, None) if options else ('"one"', None))
        assert harvest([site / "1"], db, tmp_path, *options)["outcomes"] == {"unchanged": 1}
        assert site.conditions["/1"] == ('"one"', None)
    first, second, third = reasons(db)
    assert first == second != third == "HTTP 304: not modified"


def test_a_page_that_the_archive_has_lost_is_asked_for_in_full(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'lost.db'}"
    with serve({"/1": page(1, ETag='"one"')}) as site:
        harvest([site / "1"], db, tmp_path)
        as_of_an_older_version(db)
        (file,) = archived(tmp_path)
        file.write_bytes(b"")
        assert harvest([site / "1"], db, tmp_path)["outcomes"] == {"unchanged": 1}
        assert site.asked["/1"] == 3
    assert len(reasons(db)) == 2


def test_links_are_followed_from_pages_that_did_not_change(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'links.db'}"
    start = Answer(record_page(1, ["/2"]), headers=HTML | {"ETag": '"one"'})
    with serve({"/1": start, "/2": Answer(record_page(2, []))}) as site:
        assert harvest([site / "1"], db, tmp_path)["works_total"] == 1
        assert harvest([site / "1"], db, tmp_path, "--follow-related", "1")["works_total"] == 2
        assert site.conditions["/1"] == ('"one"', None)


def test_a_record_that_was_read_from_elsewhere_since_is_read_again(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'other.db'}"
    routes = {"/1": page(1, ETag='"one"'), "/old": Answer("", 302, {"Location": "/1"})}
    with serve(routes) as site:
        harvest([site / "1"], db, tmp_path)
        routes["/1"] = page(2, ETag='"two"')
        assert harvest([site / "old"], db, tmp_path)["outcomes"] == {"updated": 1}
        routes["/1"] = page(1, ETag='"one"')
        report = harvest([site / "1"], db, tmp_path)
    assert report["outcomes"] == {"updated": 1}
    assert report["works"][0]["doi"] == "10.5555/loop.000001"
    assert "its record was changed from elsewhere; the page is asked for in full" in reasons(db)


def test_the_archive_gets_what_it_has_not_even_if_it_did_not_change(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'late.db'}"
    with serve({"/1": page(1)}) as site:
        harvest([site / "1"], db, tmp_path, "--no-archive")
        assert harvest([site / "1"], db, tmp_path)["outcomes"] == {"unchanged": 1}
        assert harvest([site / "1"], db, tmp_path)["outcomes"] == {"unchanged": 1}
    (file,) = (path for path in archived(tmp_path) if any(pages(path)))
    assert [name for _, name in rows(db, visit.c.id, visit.c.archive_file)] == [None, file.name, file.name]


SEEN = Seen("https://example.org/2", "x" * 64, VERSION, '"two"', OLD)


def test_conditions_go_to_the_address_that_gave_them_alone() -> None:
    middleware = Conditional()
    first = Request("https://example.org/1", meta={"seen": SEEN})
    middleware.process_request(first)
    assert not first.headers
    second = first.replace(url="https://example.org/2")
    middleware.process_request(second)
    assert second.headers == {b"If-None-Match": [b'"two"'], b"If-Modified-Since": [OLD.encode()]}
    third = second.replace(url="https://elsewhere.example/2")
    middleware.process_request(third)
    assert not third.headers


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ({"ETag": 'W/"a"'}, ('W/"a"', None)),
        ({"ETag": "x" * 501}, (None, None)),
        ({"ETag": '"a\x00b"'}, (None, None)),
        ({"Last-Modified": OLD, "Date": "Mon, 05 Jan 2026 08:00:01 GMT"}, (None, OLD)),
        ({"Last-Modified": OLD, "Date": OLD}, (None, None)),  # within this second it may change again
        ({"Last-Modified": OLD}, (None, None)),
        ({"Last-Modified": "yesterday", "Date": OLD}, (None, None)),
        ({}, (None, None)),
    ],
)
def test_validators_are_kept_that_can_be_relied_on(
    headers: dict[str, str], kept: tuple[str | None, str | None]
) -> None:
    response = HtmlResponse("https://example.org/1", headers=headers)
    seen = remembered(response, Visit(url="https://example.org/1", body_hash="y" * 64), None)
    assert seen is not None
    assert (seen.etag, seen.last_modified) == kept
