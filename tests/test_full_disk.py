"""A disk that is full stops the harvest in words, and costs nothing once there is space again."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from resource import RLIM_INFINITY, RLIMIT_FSIZE, setrlimit

import pytest

from harvester.archive.reader import read_at
from harvester.database.tables import quarantine, target, visit, work
from tests import warm
from tests.loopback import Answer, article, serve
from tests.test_crawl import HARVESTER, QUICK, rows

COUNT = 40
SMALL = 1_000_000  # bytes: holds the empty database, and not all pages


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A folder on a small file system of its own."""
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0 or not mounts(["-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs"], folder):
        pytest.skip("only root may mount a small file system, and not everywhere")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def mounts(options: list[str], folder: Path) -> bool:
    return subprocess.run(["mount", *options, str(folder)], capture_output=True, check=False).returncode == 0


def harvest(cwd: Path, db: str, archive: Path) -> subprocess.CompletedProcess[str]:
    return warm.run(command(db, archive), cwd)


def command(db: str, archive: Path) -> list[str]:
    return ["harvest", "urls.txt", "--db", db, *QUICK, "--archive", str(archive)]


def test_reading_processes_that_cannot_work_stop_the_run_and_cost_no_page(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'harvest.db'}"
    with serve({f"/{number}": Answer(article(number)) for number in range(5)}) as site:
        (tmp_path / "urls.txt").write_text("\n".join(f"{site.url}/{number}" for number in range(5)))
        # The model that tells languages is unpacked to a temporary file, which may not become so large.
        stopped = subprocess.run(
            [*HARVESTER, *command(db, tmp_path / "kept")],
            cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
            preexec_fn=lambda: setrlimit(RLIMIT_FSIZE, (SMALL, RLIM_INFINITY)),
        )  # fmt: skip
        assert stopped.returncode == 1, stopped.stdout + stopped.stderr
        assert "the processes that read pages do not work" in stopped.stderr.splitlines()[-1]
        ended = harvest(tmp_path, db, tmp_path / "kept")
        assert ended.returncode == 0, ended.stdout + ended.stderr
    assert [row.state for row in rows(db, target.c.id, target.c.state)] == ["done"] * 5


@pytest.mark.parametrize("what", ["database", "archive"])
def test_a_full_disk_stops_the_run_in_words_and_loses_nothing(small: Path, what: str, tmp_path: Path) -> None:
    file = (small if what == "database" else tmp_path) / "harvest.db"
    db = f"sqlite:///{file}"
    archive = (small if what == "archive" else tmp_path) / "kept"
    filling = os.urandom(30_000).hex()
    routes = {f"/{number}": Answer(article(number, f"<p>{filling}</p>")) for number in range(COUNT)}
    if what == "database":  # of which the database keeps what it reads
        routes = {f"/{number}": Answer(long_article(number)) for number in range(COUNT)}
    with serve(routes) as site:
        (tmp_path / "urls.txt").write_text("\n".join(site.url + path for path in routes))
        stopped = harvest(tmp_path, db, archive)
        assert stopped.returncode == 1, stopped.stdout + stopped.stderr
        last = stopped.stderr.strip().splitlines()[-1]
        assert ("database or disk is full" if what == "database" else "No space left on device") in last
        assert str(file if what == "database" else archive) in last
        assert "make space" in last
        assert "run the same command again; it goes on where it stopped" in last
        assert "Traceback" not in stopped.stderr
        assert len(stopped.stderr.splitlines()) < 10, stopped.stderr
        assert mounts(["-o", "remount,size=100m"], small)
        ended = harvest(tmp_path, db, archive)
        assert ended.returncode == 0, ended.stdout + ended.stderr
    assert [row.state for row in rows(db, target.c.id, target.c.state)] == ["done"] * COUNT
    assert len(rows(db, work.c.id)) == COUNT
    assert rows(db, quarantine.c.reason) == []
    kept = rows(db, visit.c.url, visit.c.archive_file, visit.c.archive_offset)
    assert {row.url for row in kept} == {read_at(archive / row.archive_file, row.archive_offset).url for row in kept}


def long_article(number: int) -> str:
    words = " ".join(f"{os.urandom(3).hex()}" for _ in range(6000))
    return article(number).replace("</head>", f'<meta name="citation_abstract" content="In short: {words}."></head>')
