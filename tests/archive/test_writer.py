"""Writing: what comes out is what went in, whoever reads it."""

import gzip
import importlib
import json
import multiprocessing
import os
import resource
import sys
import threading
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Request
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from harvester.archive import records
from harvester.archive.reader import Tally, pages, read_at
from harvester.archive.responses import archive_of, exchange_of
from harvester.archive.writer import Archive, Exchange, Place
from harvester.errors import ArchiveError
from harvester.items import PageKind, Verdict

NOON = datetime(2024, 3, 9, 12, tzinfo=UTC)
ARTICLE = Verdict(PageKind.ARTICLE, "citation_title present")


def exchange(number: int = 1, body: bytes = b"<title>One</title>", **more: object) -> Exchange:
    values: dict[str, object] = {
        "url": f"https://example.org/{number}",
        "status": 200,
        "headers": [(b"Content-Type", b"text/html"), (b"Link", b"<a>; rel=x"), (b"Link", b"<b>; rel=y")],
        "body": body,
        "date": NOON,
        "verdict": ARTICLE,
    }
    return Exchange(**{**values, **more})  # type: ignore[arg-type]


def foreign(path: Path) -> list[tuple[str, dict[str, str], bytes]]:
    """The records as another program reads them: type, fields, payload."""
    with path.open("rb") as file:
        return [
            (record.rec_type, dict(record.rec_headers.headers), record.content_stream().read())
            for record in ArchiveIterator(file)
        ]


def test_a_page_comes_back_as_it_went_in(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    body = bytes(range(256)) * 50
    first = archive.write(exchange(1, body, asked="https://doi.org/10.5555/1", status=404))
    second = archive.write(exchange(2, b"", ip="192.0.2.7", truncated="length"))
    assert first.file == second.file
    open_page = read_at(tmp_path / first.file, first.offset)
    archive.close()
    page = read_at(tmp_path / first.file, first.offset)
    assert page == open_page, "the same before and after the file is finished, by the same name"
    assert (page.url, page.asked, page.date, page.status) == (
        "https://example.org/1",
        "https://doi.org/10.5555/1",
        NOON,
        404,
    )
    assert page.body == body
    assert page.headers == {"content-type": "text/html", "link": "<a>; rel=x, <b>; rel=y", "content-length": "12800"}
    assert page.verdict == ARTICLE
    assert page.reader_version
    assert page.page().linked("x") == []
    assert list(pages(tmp_path / first.file)) == [page, read_at(tmp_path / first.file, second.offset)]
    assert read_at(tmp_path / first.file, second.offset).truncated == "length"


def test_another_program_reads_it_and_finds_every_digest_right(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    place = archive.write(exchange(ip="192.0.2.7", request_headers=[(b"User-Agent", b"harvester")]))
    archive.close()
    info, response, request, metadata = foreign(tmp_path / place.file)
    assert [info[0], response[0], request[0], metadata[0]] == ["warcinfo", "response", "request", "metadata"]
    assert info[1]["WARC-Filename"] == place.file
    assert b"software: harvester/" in info[2]
    assert response[1]["WARC-Date"] == "2024-03-09T12:00:00.000000Z"
    assert response[1]["WARC-IP-Address"] == "192.0.2.7"
    for companion in (request, metadata):
        assert companion[1]["WARC-Concurrent-To"] == response[1]["WARC-Record-ID"]
        assert companion[1]["WARC-Date"] == response[1]["WARC-Date"]
    assert json.loads(metadata[2]) | {"reader_version": ""} == {
        "kind": "article",
        "reason": "citation_title present",
        "reader_version": "",
        "asked": "https://example.org/1",
    }
    checker = Checker(SimpleNamespace(inputs=[str(tmp_path / place.file)], verbose=False))
    checker.process_all()
    assert checker.exit_value == 0


def test_a_fetch_of_robots_has_no_verdict_and_is_no_page(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    place = archive.write(exchange(url="https://example.org/robots.txt", body=b"User-agent: *", verdict=None))
    archive.close()
    assert [kind for kind, _, _ in foreign(tmp_path / place.file)] == ["warcinfo", "response", "request"]
    tally = Tally()
    assert list(pages(tmp_path / place.file, tally)) == []
    assert tally.skipped == {"robots.txt": 1}


def test_no_credentials_and_no_encoding_that_the_body_no_longer_has(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    sent = [(b"Cookie", b"s=1"), (b"AUTHORIZATION", b"Basic eA=="), (b"Accept", b"*/*"), (b"Proxy-Authorization", b"x")]
    got = [(b"Content-Encoding", b"br"), (b"Transfer-Encoding", b"chunked"), (b"Content-Length", b"5")]
    place = archive.write(exchange(request_headers=sent, headers=got))
    archive.close()
    raw = gzip.decompress((tmp_path / place.file).read_bytes())
    assert b"Accept: */*" in raw
    assert b"eA==" not in raw
    assert b"Cookie" not in raw
    page = read_at(tmp_path / place.file, place.offset)
    assert page.body == b"<title>One</title>"
    assert page.headers == {
        "x-crawl-content-encoding": "br",
        "x-crawl-transfer-encoding": "chunked",
        "x-crawl-content-length": "5",
        "content-length": "18",
    }


def test_nothing_in_an_exchange_can_write_a_field_of_its_own(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    url = "https://example.org/a\r\nWARC-Type: warcinfo\r\n\r\n/ü 題"
    evil = [(b"X", b"1\r\nSet-Cookie: y"), (b"Na\nme", b"\xff\xfe")]
    place = archive.write(exchange(url=url, headers=evil, status=799, verdict=Verdict(PageKind.ARTICLE, "a\r\nb")))
    archive.close()
    page = read_at(tmp_path / place.file, place.offset)
    assert page.url == "https://example.org/a%0D%0AWARC-Type:%20warcinfo%0D%0A%0D%0A/ü%20題"
    assert page.headers == {"x": "1  Set-Cookie: y", "na me": "ÿþ", "content-length": "18"}
    assert page.verdict == Verdict(PageKind.ARTICLE, "a\r\nb")
    assert len(foreign(tmp_path / place.file)) == 4


def test_files_are_rotated_by_size_and_finished_by_close(tmp_path: Path) -> None:
    archive = Archive(tmp_path, max_bytes=5_000)
    assert not list(tmp_path.iterdir()), "no file before the first page"
    places = [archive.write(exchange(number, os.urandom(2_000))) for number in range(10)]
    assert sum(path.suffix == ".open" for path in tmp_path.iterdir()) == 1
    archive.close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted({place.file for place in places})
    assert len(names) > 3
    assert all((tmp_path / name).stat().st_size < 10_000 for name in names)
    assert [read_at(tmp_path / place.file, place.offset).url[-1] for place in places] == list("0123456789")
    archive.close()
    assert archive.write(exchange()).file not in names, "a closed archive begins another file"
    archive.close()


def _write_many(folder: Path, who: int, results: "multiprocessing.Queue[list[tuple[Place, str]]]") -> None:
    archive = Archive(folder, max_bytes=20_000)
    urls = [f"https://example.org/{who}/{number}" for number in range(60)]
    results.put([(archive.write(exchange(url=url, body=os.urandom(900))), url) for url in urls])
    archive.close()


def test_two_processes_never_write_one_file(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[list[tuple[Place, str]]] = context.Queue()
    writers = [context.Process(target=_write_many, args=(tmp_path, who, results)) for who in range(2)]
    for writer in writers:
        writer.start()
    written = [results.get(timeout=60), results.get(timeout=60)]
    for writer in writers:
        writer.join(60)
    assert not {place.file for place, _ in written[0]} & {place.file for place, _ in written[1]}
    for place, url in (*written[0], *written[1]):
        assert read_at(tmp_path / place.file, place.offset).url == url


def test_threads_share_an_archive(tmp_path: Path) -> None:
    archive = Archive(tmp_path, max_bytes=30_000)
    places: dict[str, Place] = {}

    def work(who: int) -> None:
        for number in range(40):
            url = f"https://example.org/{who}/{number}"
            places[url] = archive.write(exchange(url=url, body=os.urandom(500)))
            archive.sync()

    threads = [threading.Thread(target=work, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    archive.close()
    assert len(places) == 160
    assert all(read_at(tmp_path / place.file, place.offset).url == url for url, place in places.items())


def test_sync_waits_for_the_disk_once_for_all_that_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    archive = Archive(tmp_path)
    archive.sync()
    assert not synced, "nothing was written"
    archive.write(exchange(1))
    archive.write(exchange(2))
    count = len(synced)
    archive.sync()
    archive.sync()
    assert len(synced) == count + 1
    archive.close()
    lazy = Archive(tmp_path / "lazy", fsync=False)
    del synced[:]
    lazy.write(exchange())
    lazy.sync()
    lazy.close()
    assert not synced


def test_a_full_disk_costs_the_page_and_not_the_file(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    kept = archive.write(exchange(1))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (tmp_path / (kept.file + ".open")).stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 5_000, limits[1]))
    try:
        with pytest.raises(ArchiveError, match="the page cannot be archived: File too large"):
            archive.write(exchange(2, os.urandom(50_000)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (tmp_path / (kept.file + ".open")).stat().st_size == size
    later = archive.write(exchange(3))
    archive.close()
    assert [page.url for page in pages(tmp_path / later.file)] == ["https://example.org/1", "https://example.org/3"]


def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match="cannot be archived: "):
        Archive(tmp_path / "file").write(exchange())


def test_a_scrapy_response_becomes_an_exchange() -> None:
    request = Request("https://example.org/1", headers={"User-Agent": "harvester"})
    response = HtmlResponse(
        "https://example.org/2",
        headers={"Content-Type": "text/html", "Link": ["<a>", "<b>"]},
        body=b"x",
        request=request,
        flags=["dataloss"],
    )
    made = exchange_of(response, NOON, asked="https://example.org/1", verdict=ARTICLE)
    assert made == Exchange(
        url="https://example.org/2",
        status=200,
        headers=[(b"Content-Type", b"text/html"), (b"Link", b"<a>"), (b"Link", b"<b>")],
        body=b"x",
        date=NOON,
        request_headers=[(b"User-Agent", b"harvester")],
        asked="https://example.org/1",
        truncated="disconnect",
        verdict=ARTICLE,
    )


def test_the_date_is_that_of_the_request() -> None:
    request = Request("https://example.org/1", meta={"download_latency": 3600.0})
    made = exchange_of(HtmlResponse("https://example.org/1", request=request))
    assert timedelta(minutes=59) < datetime.now(UTC) - made.date < timedelta(minutes=61)
    assert exchange_of(HtmlResponse("https://example.org/1")).request_headers == ()


def test_a_crawl_has_one_archive_or_none(tmp_path: Path) -> None:
    crawler = Crawler(Spider, {"HARVESTER_ARCHIVE": str(tmp_path)})
    archive = archive_of(crawler)
    assert archive is not None
    assert archive is archive_of(crawler)
    assert archive.folder == tmp_path
    beside = archive_of(Crawler(Spider, {"HARVESTER_ARCHIVE": "auto", "HARVESTER_DB": f"sqlite:///{tmp_path}/x.db"}))
    assert beside is not None
    assert beside.folder == tmp_path / "harvest-archive"
    for nowhere in ("", "no"):
        assert archive_of(Crawler(Spider, {"HARVESTER_ARCHIVE": nowhere})) is None


def test_zlib_does_where_there_is_no_isal(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "isal.isal_zlib", None)
        importlib.reload(records)
        assert gzip.decompress(records.member(b"x" * 1000)) == b"x" * 1000
        assert records.compressobj is zlib.compressobj
    importlib.reload(records)
    assert gzip.decompress(records.member(b"x" * 1000)) == b"x" * 1000
