"""After a crash: what was whole is there, what was not is cut, and nothing that lives is touched."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harvester.archive import writer
from harvester.archive.locks import lock
from harvester.archive.reader import Tally, pages, read_at
from harvester.archive.repair import repair
from harvester.archive.writer import Archive, Place
from harvester.errors import ArchiveError
from tests.archive.test_writer import exchange

WRITER = """
import os, sys
from pathlib import Path
from harvester.archive.writer import Archive
from tests.archive.test_writer import exchange
archive = Archive(Path(sys.argv[1]), max_bytes=400_000)
for number in range(100_000):
    place = archive.write(exchange(number, os.urandom(20_000)))
    print(place.file, place.offset, number, flush=True)
"""


def left_open(folder: Path, count: int = 3, size: int = 60) -> tuple[Path, list[Place]]:
    """A file that a process left open when it died, and where its pages stand."""
    archive = Archive(folder)
    places = [archive.write(exchange(number, os.urandom(size))) for number in range(count)]
    path = folder / (places[0].file + ".open")
    content = path.read_bytes()
    archive.close()
    (folder / places[0].file).unlink()
    path.write_bytes(content)
    return path, places


def test_a_writer_killed_at_any_moment_loses_no_whole_record(tmp_path: Path) -> None:
    dice = random.Random(7)
    places: list[tuple[Place, str]] = []
    cut = 0
    for _ in range(5):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            first = process.stdout.readline()
            time.sleep(dice.uniform(0, 0.15))
            process.send_signal(signal.SIGKILL)
            lines = [first, *process.stdout.readlines()]
        for line in lines:
            if line.endswith(b"\n"):
                file, offset, number = line.decode().split()
                places.append((Place(file, int(offset)), number))
        cut += sum(done.cut for done in repair(tmp_path))
        assert not list(tmp_path.glob("*.open"))
    assert len(places) > 20
    for place, number in places:
        assert read_at(tmp_path / place.file, place.offset).url == f"https://example.org/{number}"
    tally = Tally(on_bad=lambda bad: pytest.fail(str(bad)))
    assert sum(1 for path in tmp_path.iterdir() for _ in pages(path, tally)) >= len(places)


def test_a_file_cut_at_any_byte_keeps_every_page_before_the_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda file: None)  # thousands of times would be all that this test does
    path, places = left_open(tmp_path)
    content = path.read_bytes()
    ends = [place.offset for place in places[1:]]
    for size in range(1, len(content) + 1):
        path.write_bytes(content[:size])
        (done,) = repair(tmp_path)
        finished = tmp_path / places[0].file
        assert done.file == finished
        whole = finished.stat().st_size if finished.exists() else 0
        assert whole + done.cut == size
        assert not done.holes
        bad: list[object] = []
        urls = [page.url for page in pages(finished, Tally(bad.append))] if whole else []
        assert not bad
        assert len(urls) >= sum(end <= size for end in ends)
        assert len(urls) in {sum(end <= size for end in ends), sum(end <= size for end in ends) + 1}
        finished.unlink(missing_ok=True)
    assert len(urls) == 3


def test_reading_a_torn_file_as_it_is_tells_of_its_end_and_gives_the_rest(tmp_path: Path) -> None:
    path, places = left_open(tmp_path)
    content = path.read_bytes()
    for size in range(0, len(content), 7):
        path.write_bytes(content[:size])
        tally = Tally()
        urls = [page.url for page in pages(path, tally)]
        assert len(urls) >= sum(place.offset <= size for place in places[1:])
        assert tally.bad <= 1


def test_only_what_is_unfinished_is_cut_and_said(tmp_path: Path) -> None:
    path, places = left_open(tmp_path)
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(path.read_bytes()[places[1].offset : places[1].offset + 100])
    (done,) = repair(tmp_path)
    assert done.file.stat().st_size == size
    assert (done.members, done.cut) == (10, 100)
    assert str(done) == f"{places[0].file}: 10 records, 100 bytes of an unfinished record cut from its end"
    assert not list(repair(tmp_path)), "once is enough"


def test_a_hole_in_the_middle_costs_no_page_behind_it(tmp_path: Path) -> None:
    path, places = left_open(tmp_path, 4)
    with path.open("r+b") as file:
        file.seek(places[1].offset + 20)
        file.write(bytes(60))
    (done,) = repair(tmp_path)
    assert [(hole.offset, hole.reason[:7]) for hole in done.holes] == [(places[1].offset, "damaged")]
    assert f"bytes {places[1].offset} to " in str(done)
    bad: list[str] = []
    found = [page.url[-1] for page in pages(done.file, Tally(lambda each: bad.append(str(each))))]
    assert found == ["0", "2", "3"]
    assert len(bad) == 1
    assert bad[0].startswith(f"{done.file}:{places[1].offset}: damaged gzip member")
    with pytest.raises(ArchiveError, match=f"no page at byte {places[1].offset}: damaged"):
        read_at(done.file, places[1].offset)


def test_a_file_that_a_living_process_writes_is_left_alone(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    place = archive.write(exchange(1))
    assert not list(repair(tmp_path))
    archive.write(exchange(2))
    archive.close()
    assert len(list(pages(tmp_path / place.file))) == 2


def test_a_file_without_a_whole_record_goes_and_so_does_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "harvest-1.warc.gz.open").write_bytes(b"\x1f\x8b\x08\x00")
    (tmp_path / "harvest-2.warc.gz.open").write_bytes(b"")
    (done,) = repair(tmp_path)
    assert str(done) == "harvest-1.warc.gz: 0 records, 4 bytes of an unfinished record cut from its end"
    assert not list(tmp_path.iterdir())


def test_a_writer_whose_new_file_a_repair_took_away_begins_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked: list[int] = []

    def late(file: int) -> None:
        if not locked:
            assert not list(repair(tmp_path))
        locked.append(file)
        lock(file)

    monkeypatch.setattr(writer, "lock", late)
    archive = Archive(tmp_path)
    place = archive.write(exchange(1))
    archive.close()
    assert len(locked) == 2
    assert place.file.endswith("-00001.warc.gz")
    assert read_at(tmp_path / place.file, place.offset).url == "https://example.org/1"


def test_a_folder_that_is_not_there_needs_no_repair(tmp_path: Path) -> None:
    assert not list(repair(tmp_path / "none"))
