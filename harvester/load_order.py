"""The order in which a load takes records: by title, so that those of one work come one after the other.

A record that finds its work in the database has its other records read, compared and merged again, and all of that is
written again. Records of one work that come together cost this once, and they share the pages of every index. So the
last of a million cost a sixth more than the first ones; in the order of the files it was three times as much.

What a load ends with depends on no order (`harvester.match.clusters`), so nothing rests on a title that was not seen.
"""

import pickle
import tempfile
from collections.abc import Iterator
from heapq import merge
from operator import itemgetter
from types import TracebackType
from typing import Any, Self

from harvester.errors import UsageError
from harvester.match.folding import fold, plain

_LETTERS = 40
_RUN = 16 * 1024 * 1024  # bytes of the files
_FRAME = 64  # items that are read back at once

_KEY = itemgetter(0)


def title_key(title: str) -> str:
    """Return what titles are sorted by: their first letters and digits, as the matcher reads them.

    >>> title_key("L'Été: <i>une</i> étude"), title_key("")
    ('leteuneetude', '')
    """
    return fold(plain(title[: 10 * _LETTERS])).replace(" ", "")[:_LETTERS]


class Ordered:
    """Items by their keys, those of one key as they were added: an external merge sort.

    ``run``: bytes, as the caller counts them, of items that are kept in memory. What is more waits in a file in the
    folder for temporary files, which nobody else sees and which ends with the process.
    """

    def __init__(self, run: int = _RUN) -> None:
        self._most = run
        self._size = 0
        self._count = 0
        self._run: list[tuple[str, Any]] = []
        self._runs: list[list[tuple[int, int]]] = []  # for each that is in the file: where its frames are
        self._file: Any = None

    def __enter__(self) -> Self:
        """Return itself; at the end its file is gone."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove what waits in a file."""
        if self._file is not None:
            self._file.close()

    def __len__(self) -> int:
        """Return how many items were added."""
        return self._count

    def add(self, key: str, item: Any, size: int) -> None:
        """Add an item, which has to be picklable. Raises `UsageError` where the temporary folder does not take it."""
        self._run.append((key, item))
        self._count += 1
        self._size += size
        if self._size > self._most:
            self._put_aside()

    def __iter__(self) -> Iterator[Any]:
        """Yield the items in order; once, after the last one was added."""
        if self._file is not None:
            self._put_aside()
            runs = [self._read(frames) for frames in self._runs]
            yield from (item for _, item in merge(*runs, key=_KEY))
            return
        self._run.sort(key=_KEY)
        yield from (item for _, item in self._run)

    def _put_aside(self) -> None:
        self._run.sort(key=_KEY)
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115  # __exit__ closes it
            frames = []
            for first in range(0, len(self._run), _FRAME):
                packed = pickle.dumps(self._run[first : first + _FRAME], pickle.HIGHEST_PROTOCOL)
                frames.append((self._file.tell(), len(packed)))
                self._file.write(packed)
            self._file.flush()
        except OSError as error:
            where = tempfile.tempdir or "no folder for temporary files"
            raise UsageError(
                f"{where}: {error.strerror}: the records of a large load wait there, which takes as much space as their"
                " files; make room, or name another folder in TMPDIR, and run the same command again"
            ) from error
        self._runs.append(frames)
        self._run = []
        self._size = 0

    def _read(self, frames: list[tuple[int, int]]) -> Iterator[tuple[str, Any]]:
        for place, size in frames:
            self._file.seek(place)
            yield from pickle.loads(self._file.read(size))  # noqa: S301  # what we wrote
