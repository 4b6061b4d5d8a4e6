"""Files that are whole or not there: written beside their place, synced, then moved into it."""

import gzip
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from harvester.errors import ExportError

_BUFFER = 1 << 20


@contextmanager
def replaced(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes the place of ``path`` at the end; an error leaves what was there.

    A symbolic link stays one, permissions stay as they were, and what is no regular file (a pipe, a device) is written
    to directly. An ending ``.gz`` compresses; the same content gives the same bytes. A process that is killed leaves a
    file ``.NAME.XXXXXXXX.part`` beside it. Raises `ExportError` where the file cannot be written.
    """
    place = Path(os.path.realpath(path))
    try:
        if place.exists() and not place.is_file():
            with place.open("wb", _BUFFER) as stream, _compressed(path, stream) as content:
                yield content
            return
        part = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
        try:
            with part.open("xb", _BUFFER) as stream:
                with _compressed(path, stream) as content:
                    yield content
                stream.flush()
                os.fsync(stream.fileno())
            if place.exists():
                shutil.copymode(place, part)
            part.replace(place)
            _sync_folder(place.parent)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        if error.errno is None:
            raise
        raise ExportError(f"{path}: {error.strerror}") from error


@contextmanager
def _compressed(path: Path, stream: BinaryIO) -> Iterator[BinaryIO]:
    if path.suffix.lower() != ".gz":
        yield stream
        return
    # Without name and time, which would make every file another one.
    with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=stream, mtime=0) as packed:
        yield cast("BinaryIO", packed)


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut, where the system syncs folders at all."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
