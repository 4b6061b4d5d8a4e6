"""A harvest that is killed again and again ends as one that nobody disturbed: the benchmark, made small."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.kill import Site, Undisturbed, disturbed, postgresql, site, undisturbed

URLS = 80


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Path, Undisturbed]]:
    """Yield a site, a folder with the list of its addresses, and what a harvest of it comes to."""
    folder = tmp_path_factory.mktemp("kill")
    with site(URLS) as running:
        running.list_to(folder / "urls.txt")
        yield running, folder, undisturbed(running, folder)


def test_killed_harvests_end_as_undisturbed_ones_on_sqlite_with_an_archive(
    served: tuple[Site, Path, Undisturbed],
) -> None:
    running, folder, calm = served
    db = f"sqlite:///{folder / 'killed.db'}"
    figures = disturbed(running, folder, db, calm, kills=3, seed=5, archive=folder / "archive")
    assert figures.kills == 3
    assert figures.leased
    assert figures.nothing_lost, figures


def test_killed_harvests_end_as_undisturbed_ones_on_a_postgresql_server_that_is_restarted(
    served: tuple[Site, Path, Undisturbed],
) -> None:
    running, folder, calm = served
    with postgresql() as (url, restart):
        figures = disturbed(running, folder, url, calm, kills=1, seed=3, restart=restart)
    assert (figures.kills, figures.restarts) == (1, 2)
    assert figures.nothing_lost, figures
