"""Replay: pages of our own archive under the present readers, against what is known of them."""

import dataclasses
import json
import os
import signal
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester.archive.diff import Diff, Example, render, summary
from harvester.archive.reader import ArchivedPage, pages
from harvester.archive.replay import replay, visits
from harvester.archive.writer import Archive
from harvester.errors import PageError
from harvester.extraction import examine
from harvester.items import Author, Examined, PageKind, Verdict, Work
from harvester.page import Page
from tests.archive.test_writer import exchange
from tests.loopback import article

COUNT = 12
WALL = "<html><title>Just a moment...</title><h1>Checking your browser</h1></html>"


@pytest.fixture
def archived(tmp_path: Path) -> Path:
    """An archive of articles, the last page of which is a wall that was taken for an article."""
    archive = Archive(tmp_path)
    for number in range(COUNT):
        verdict = examine(Page(f"https://example.org/{number}", article(number).encode())).verdict
        place = archive.write(exchange(number, article(number).encode(), verdict=verdict))
    wall = exchange(COUNT, WALL.encode(), asked="https://doi.org/10.5555/wall", status=403)
    archive.write(wall)
    archive.close()
    return tmp_path / place.file


def known_now(url: str) -> Work | None:
    """What the present readers say, as if the database had it from them."""
    number = int(url.rpartition("/")[2])
    return None if number == COUNT else examine(Page(url, article(number).encode())).work


def known_before(url: str) -> Work | None:
    """What older and poorer readers said."""
    work = known_now(url)
    number = int(url.rpartition("/")[2])
    if number == COUNT:
        return Work(title="Just a moment...")
    if number == 0 or work is None:
        return None
    if number <= 3:
        work = dataclasses.replace(work, title=f"{work.title} | Journal of Examples")
    if number <= 5:
        work = dataclasses.replace(work, authors=[])
    if number == 6:
        work = dataclasses.replace(work, publisher="Example Press", authors=[Author(name="Ada")])
    return work


def test_nothing_differs_where_the_readers_are_the_same(archived: Path) -> None:
    diff = replay(pages(archived), known_now)
    assert (diff.pages, diff.differing) == (COUNT + 1, 0)
    assert not diff.fields
    assert summary(diff) == "1 changed verdicts"
    assert list(diff.verdicts) == [("article", "blocked")]


def test_the_diff_counts_what_is_gained_lost_and_changed_with_examples(archived: Path) -> None:
    diff = replay(pages(archived), known_before, examples=2)
    assert (diff.pages, diff.differing, diff.new_works, diff.lost_works) == (COUNT + 1, 8, 1, 1)
    assert (
        summary(diff)
        == "+1 works, -1 works, +5 authors, 3 changed titles, -1 publishers, 1 changed authors, 1 changed verdicts"
    )
    assert diff.fields["publisher"].examples == [Example("https://example.org/6", "Example Press", None)]
    assert len(diff.fields["authors"].examples) == 2
    shown = render(diff).splitlines()
    assert shown[0].startswith("13 pages read, 8 differ: +1 works")
    assert shown[1:4] == ["authors: +5, 1 changed", "  https://example.org/1", "    - nothing"]
    assert shown[4].startswith("    + family=Lovelace given=Ada")
    assert "article -> blocked: 1 pages" in shown
    again = json.loads(json.dumps(diff.to_dict()))
    assert again["fields"]["title"]["changed"] == 3
    assert again["verdicts"][0]["before"] == "article"
    assert again["verdicts"][0]["examples"][0]["url"] == f"https://example.org/{COUNT}"


def test_visits_carry_all_that_storing_needs(archived: Path) -> None:
    diff = Diff()
    found = list(visits(pages(archived), known_before, diff))
    assert len(found) == diff.differing
    first, last = found[0], found[-1]
    assert (first.url, first.kind, first.status) == ("https://example.org/0", PageKind.ARTICLE, 200)
    assert first.work == known_now("https://example.org/0")
    assert first.sources["title"] == "highwire"
    assert first.body_hash == Page("", article(0).encode()).body_hash
    assert first.bytes == len(article(0))
    assert (first.run_id, first.target_id, first.links) == (None, None, [])
    assert (last.url, last.final_url, last.work) == (
        "https://doi.org/10.5555/wall",
        f"https://example.org/{COUNT}",
        None,
    )
    assert last.kind is PageKind.BLOCKED


def test_several_processes_read_the_same(archived: Path) -> None:
    one = replay(pages(archived), known_before)
    assert replay(pages(archived), known_before, processes=2) == one


def crash(page: Page) -> Examined:
    if page.url.endswith("/3"):
        raise ZeroDivisionError("division by zero")
    if page.url.endswith("/4"):
        raise PageError("odd")
    return examine(page)


def die(page: Page) -> Examined:
    if page.url.endswith("/3"):
        os.kill(os.getpid(), signal.SIGKILL)
    return examine(page)


def test_a_page_that_crashes_a_reader_costs_only_itself(archived: Path) -> None:
    diff = Diff()
    found = list(visits(pages(archived), known_before, diff, reads=crash))
    assert (diff.pages, diff.failed, len(found)) == (COUNT + 1, 2, 6)
    assert diff.failures[0] == ("https://example.org/3", "ZeroDivisionError: division by zero")
    assert "reader failed: 2 pages\n  https://example.org/3 (ZeroDivisionError: division by zero)" in render(diff)
    assert diff.to_dict()["failures"][1]["error"] == "PageError: odd"


def test_a_page_that_kills_its_process_costs_only_itself(archived: Path) -> None:
    diff = Diff()
    list(visits(pages(archived), known_before, diff, processes=2, reads=die))
    assert (diff.pages, diff.failed) == (COUNT + 1, 1)
    assert diff.failures[0][0] == "https://example.org/3"


def test_memory_does_not_grow_with_the_pages(archived: Path) -> None:
    (one,) = [page for page in pages(archived) if page.url.endswith("/1")]

    def many(count: int) -> Iterator[ArchivedPage]:
        for number in range(count):
            yield dataclasses.replace(one, url=f"https://example.org/{number}", body=one.body + b" " * 100_000)

    def quick(page: Page) -> Examined:
        return Examined(Verdict(PageKind.ARTICLE, "x"), Work(title=page.url))

    def exhausted(count: int) -> int:
        tracemalloc.start()
        diff = Diff()
        for _ in visits(many(count), lambda url: Work(title="another"), diff, reads=quick):
            pass
        measured = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert diff.fields["title"].changed == count
        return measured

    assert exhausted(400) < exhausted(40) + 300_000


def test_examples_of_losses_are_kept_before_those_of_gains() -> None:
    diff = Diff(most_examples=3)
    for number in range(10):
        diff.compare(f"gain{number}", Work(), Work(abstract="x"))
    diff.compare("loss", Work(abstract="x"), Work())
    assert [each.url for each in diff.fields["abstract"].examples] == ["gain0", "gain1", "loss"]
    assert summary(diff) == "+10 abstracts, -1 abstracts"


def test_none_and_empty_are_the_same_and_numbers_count() -> None:
    diff = Diff()
    assert not diff.compare("a", None, None)
    assert not diff.compare("a", Work(title="x"), Work(title="x"))
    assert diff.compare("a", Work(page_count=3), Work(page_count=4))
    assert summary(diff) == "1 changed page counts"
    assert summary(Diff()) == "nothing changed"
