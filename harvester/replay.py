"""The present readers over kept pages: the function behind ``harvester replay``."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select

from harvester.archive.diff import Diff
from harvester.archive.reader import ArchivedPage, Tally, pages, read_at
from harvester.archive.replay import visits
from harvester.database.session import reading
from harvester.database.tables import record, visit
from harvester.errors import UsageError
from harvester.extraction import examine
from harvester.items import Examined, Visit, Work
from harvester.normalise.url import url_key
from harvester.page import Page
from pipelines._books import write
from pipelines.dedupe import Dedupe
from pipelines.validate import Validate, rejection

_GROUP = 200  # visits in one transaction


def replay(
    engine: Engine,
    kept: Iterable[ArchivedPage],
    *,
    apply: bool,
    progress: Callable[[int], None] = lambda _: None,
) -> Diff:
    """Read kept pages anew and return what differs from what is known; with ``apply``, write it."""
    diff = Diff(5)
    group: list[Visit] = []

    def land() -> None:
        write(engine, group, 0)
        group.clear()

    with reading(engine) as connection:
        found = visits(kept, _known(connection), diff, processes=max(1, (os.cpu_count() or 1) - 1), reads=_read)
        for changed in found:
            if apply and changed.work is not None:
                group.append(Dedupe().process_item(Validate().process_item(changed)))
            if len(group) >= _GROUP:
                land()
            progress(diff.pages)
    if group:
        land()
    return diff


def of_files(
    files: Sequence[Path], tally: Tally, since: datetime | None = None, host: str | None = None
) -> Iterator[ArchivedPage]:
    """Yield the pages of WARC files; what cannot be read is reported to ``tally``.

    ``since``: only pages captured from then on. ``host``: only pages of that host.
    """
    for file in files:
        for page in pages(file, tally):
            if (since is None or page.date >= since) and _is_of(page.url, host):
                yield page


def of_visits(engine: Engine, folder: Path, since: datetime | None, host: str | None) -> Iterator[ArchivedPage]:
    """Yield the page that each record was read from last, as its visit names the place.

    ``since``: only pages fetched from then on. ``host``: only pages of that host. Raises `UsageError` for a folder
    that has not the files that the visits name.
    """
    newest = select(func.max(visit.c.id)).where(visit.c.record_id.is_not(None), visit.c.archive_file.is_not(None))
    query = select(visit.c.archive_file, visit.c.archive_offset, visit.c.final_url).where(
        visit.c.id.in_(newest.group_by(visit.c.record_id))
    )
    if since is not None:
        query = query.where(visit.c.at >= since)
    with reading(engine) as connection:
        places = connection.execute(query.order_by(visit.c.archive_file, visit.c.archive_offset)).all()
    for file, offset, url in places:
        if not _is_of(url or "", host):
            continue
        if not (folder / file).exists() and not (folder / f"{file}.open").exists():
            raise UsageError(f"{folder} has no {file}, which the database names; give its folder with --archive")
        yield read_at(folder / file, offset)


def _is_of(url: str, host: str | None) -> bool:
    return host is None or Page(url, b"").host == host.lower()


def _known(connection: Connection) -> Callable[[str], Work | None]:
    def known(url: str) -> Work | None:
        key = url_key(url) or url
        data = connection.scalar(select(record.c.data).where(record.c.page_key == key))
        return Work.from_dict(data) if data is not None else None

    return known


def _read(page: Page) -> Examined:
    """Examine a page as a harvest does, rejections included."""
    examined = examine(page)
    if examined.work is not None and rejection(examined.work):
        examined.work = None
    return examined
