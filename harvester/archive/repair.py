"""After a crash: files that were left open are cut to their last whole gzip member and finished."""

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from harvester.archive.locks import try_lock
from harvester.archive.scan import Damage, whole_until
from harvester.archive.writer import OPEN, sync_folder
from harvester.errors import ArchiveError


@dataclass(slots=True, frozen=True)
class Repaired:
    """What was done to a file."""

    file: Path
    """Its name now: without ``.open``; of a file that held nothing whole, the name that is gone."""
    members: int
    """Whole records that it holds."""
    cut: int
    """Bytes cut from its end: a record that the crash left unfinished."""
    holes: tuple[Damage, ...] = ()
    """Damage before the last whole record; it stays, because what comes after it is good and has its offsets."""

    def __str__(self) -> str:
        words = [f"{self.file.name}: {self.members} records"]
        if self.cut:
            words.append(f"{self.cut} bytes of an unfinished record cut from its end")
        words += [f"bytes {hole.offset} to {hole.end} damaged ({hole.reason})" for hole in self.holes]
        return ", ".join(words)


def repair(folder: Path) -> Iterator[Repaired]:
    """Mend and finish the files that dead processes left open, and yield what was done to each.

    Only files that end in ``.open`` are read, and those that a living process writes are left alone: it holds their
    lock. Several processes may do this at the same time. It reads each file once (some 15 s for 1 GiB), so call it in
    a thread; a new `harvester.archive.writer.Archive` may write meanwhile. Raises `ArchiveError`.
    """
    for path in sorted(folder.glob(f"*.warc.gz{OPEN}")):
        try:
            done = _repair(path)
        except FileNotFoundError:  # another process was faster
            continue
        except OSError as error:
            raise ArchiveError(f"{path}: cannot be repaired: {error.strerror}") from error
        if done is not None:
            yield done


def _repair(path: Path) -> Repaired | None:
    """Mend one file; None where a living process has it, or there is nothing in it."""
    with closing(path.open("r+b")) as file:
        if not try_lock(file.fileno()):
            return None
        size = os.fstat(file.fileno()).st_size
        if not size:
            path.unlink()  # a writer that was about to lock it sees that, and begins another one
            return None
        members, end = 0, 0
        holes = []
        for found in whole_until(file):
            if isinstance(found, Damage):
                holes.append(found)
            else:
                members, end = members + 1, found[1]
        finished = path.with_name(path.name.removesuffix(OPEN))
        if not members:
            path.unlink()
        else:
            file.truncate(end)
            os.fsync(file.fileno())
            path.rename(finished)
        sync_folder(path.parent)
    return Repaired(finished, members, size - end, tuple(hole for hole in holes if hole.offset < end))
