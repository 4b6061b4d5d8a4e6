"""The present readers over archived pages, without a network: what would they change?"""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from harvester.archive.diff import Diff
from harvester.archive.reader import ArchivedPage
from harvester.extraction import examine
from harvester.items import Examined, Visit, Work
from harvester.page import Page

Known = Callable[[str], Work | None]
"""The work that is known of a page, by the page's address; None where none is known."""
Examine = Callable[[Page], Examined]


def replay(
    pages: Iterable[ArchivedPage], known: Known, *, examples: int = 5, processes: int = 0, reads: Examine = examine
) -> Diff:
    """Read pages anew and return what differs from what is known; nothing is written.

    ``known`` is asked for each page. Where the archive holds a page several times, give the captures that the known
    works were read from, else the diff tells of the page's changes too. ``processes``, ``reads``: see `visits`.
    """
    diff = Diff(examples)
    deque(visits(pages, known, diff, processes=processes, reads=reads), maxlen=0)
    return diff


def visits(
    pages: Iterable[ArchivedPage], known: Known, diff: Diff, *, processes: int = 0, reads: Examine = examine
) -> Iterator[Visit]:
    """Yield a visit for each page whose work is not what is known, ready for the pipelines; count in ``diff``.

    A page that gives no work any more is yielded too, without one. ``processes``: how many read side by side; 0 reads
    in this one, in a thread. ``reads``: what reads a page; with processes a function that can be pickled. Pages
    stream: two for each process are in memory.
    """
    for page, future in _read(pages, reads, processes):
        diff.pages += 1
        error = future.exception()
        if error is not None:
            # A reader's crash belongs to its page, as in a crawl; the others are still worth reading.
            diff.fail(page.url, error)
            continue
        examined = future.result()
        if page.verdict is not None and page.verdict.kind is not examined.verdict.kind:
            diff.judged(page.url, page.verdict.kind, examined.verdict.kind, examined.verdict.reason)
        if diff.compare(page.url, known(page.url), examined.work):
            yield visit_of(page, examined)


def visit_of(page: ArchivedPage, examined: Examined) -> Visit:
    """Return the visit of an archived page; it belongs to no run and ends no target."""
    return Visit(
        url=page.asked or page.url,
        kind=examined.verdict.kind,
        reason=examined.verdict.reason,
        final_url=page.url,
        status=page.status,
        body_hash=page.page().body_hash,
        bytes=len(page.body),
        work=examined.work,
        sources=examined.sources,
    )


def _read(
    pages: Iterable[ArchivedPage], reads: Examine, processes: int
) -> Iterator[tuple[ArchivedPage, "Future[Examined]"]]:
    """Yield the pages in order, each with what reading it gave or raised."""
    pool = _pool(processes)
    under_way: deque[tuple[ArchivedPage, Future[Examined]]] = deque()
    try:
        for page in pages:
            try:
                future = pool.submit(_examined, reads, page)
            except BrokenProcessPool:
                pool = _pool(processes)
                future = pool.submit(_examined, reads, page)
            under_way.append((page, future))
            if len(under_way) >= 2 * max(1, processes):
                yield _settled(*under_way.popleft(), reads)
        while under_way:
            yield _settled(*under_way.popleft(), reads)
    finally:
        pool.shutdown(cancel_futures=True)


def _settled(page: ArchivedPage, future: "Future[Examined]", reads: Examine) -> tuple[ArchivedPage, "Future[Examined]"]:
    """Return the page with its result; alone once more if its process died, for only one of several killed it."""
    if isinstance(future.exception(), BrokenProcessPool):
        with _pool(1) as alone:
            future = alone.submit(_examined, reads, page)
    return page, future


def _pool(processes: int) -> Executor:
    if not processes:
        return ThreadPoolExecutor(1)
    # Never "fork": whoever calls may have threads, and a lock that one of them holds would stay locked in the child.
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    return ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context(method))


def _examined(reads: Examine, page: ArchivedPage) -> Examined:
    return reads(page.page())
