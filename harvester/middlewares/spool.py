"""Answers that may be too long for the memory: their bytes go to a temporary file while they come.

A request asks for it by ``meta["spool"] = Spool()``; its response then has no body, and the spool has it as it was
sent, packed or not. The file has no name, so nothing is left of it however the process ends.
"""

from tempfile import SpooledTemporaryFile
from typing import IO, cast

from scrapy.http import Request

_IN_MEMORY = 256 * 1024
"""Bytes up to which no file is made."""


class Spool:
    """Where the body of one answer goes; an answer after a redirect takes the place of the one before."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # the reader of the list closes it
        self.size = 0
        """Bytes of the answer as sent."""

    def begin(self) -> None:
        """Make room for an answer."""
        self._file.seek(0)
        self._file.truncate()
        self.size = 0

    def write(self, data: bytes) -> None:
        """Add what has come."""
        self._file.write(data)
        self.size += len(data)

    def body(self) -> IO[bytes]:
        """Return the answer as a file, at its beginning."""
        self._file.seek(0)
        return cast("IO[bytes]", self._file)

    def head(self, most: int) -> bytes:
        """Return the first bytes of the answer."""
        return self.body().read(most)

    def close(self) -> None:
        """Let the file go."""
        self._file.close()


def spool_of(request: Request) -> Spool | None:
    """Return the spool that a request has asked for."""
    spool = request.meta.get("spool")
    return spool if isinstance(spool, Spool) else None
