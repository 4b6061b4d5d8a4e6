"""The processes that read pages: a page may kill one, a crawl that is killed takes them along."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from harvester.errors import PageError
from harvester.items import PageKind
from harvester.page import Page
from harvester.spiders._readers import Read, Readers
from tests.loopback import Answer, article, serve
from tests.test_crawl import QUICK


class Deadly(Page):
    """A page that ends the process that unpacks it, as running out of memory would."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (9,)


def test_a_page_that_kills_its_reader_costs_no_other_page() -> None:
    async def read_all() -> list[Read | BaseException]:
        readers = Readers(1)
        pages = [Page(f"https://example.org/{number}", article(number).encode()) for number in range(6)]
        pages.insert(3, Deadly("https://example.org/deadly", b""))
        try:
            return await asyncio.gather(*map(readers.read, pages), return_exceptions=True)
        finally:
            readers.close()

    ended = asyncio.run(read_all())
    died = ended.pop(3)
    assert isinstance(died, PageError)
    assert "died of it" in str(died)
    assert [each.examined.verdict.kind for each in ended if isinstance(each, Read)] == [PageKind.ARTICLE] * 6


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="tells processes by /proc, which this system lacks")
def test_reading_processes_leave_when_the_harvest_is_killed(tmp_path: Path) -> None:
    with serve({"/1": Answer(article(1)), "/2": lambda _: Answer("busy", 503)}) as site:
        (tmp_path / "urls.txt").write_text(f"{site.url}/1\n{site.url}/2\n")
        arguments = ["harvest", "urls.txt", "--db", f"sqlite:///{tmp_path / 'k.db'}", *QUICK, "--retry-delay", "60"]
        command = [sys.executable, "-m", "harvester", *arguments]
        process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL, start_new_session=True)
        for _ in range(600):
            if site.asked["/1"] and site.asked["/2"] and len(family(process.pid)) > 1:
                break
            time.sleep(0.05)
        children = family(process.pid)
        process.kill()
        process.wait()
        for _ in range(100):
            if not family(process.pid):
                break
            time.sleep(0.05)
        assert children
        assert family(process.pid) == set()


def family(session: int) -> set[int]:
    """The processes of a session."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.add(int(path.parent.name))
    return found
