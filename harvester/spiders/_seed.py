"""The sources of a run, read into its frontier while its first pages are fetched."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator

from harvester.database.frontier import Frontier, Kind, Wanted
from harvester.listing.options import Options
from harvester.sources import Bad, Entry, Note
from harvester.sources import Wanted as Named
from harvester.spiders._ahead import chunks

logger = logging.getLogger("harvester")

HELD = 1.0
"""Seconds until what another run had under way is asked for again."""
_CHUNK = 500  # addresses per transaction
_BAD_SHOWN = 100


class Seed:
    """What the sources of a run named so far. ``wanted_count``: what the frontier had before they were read."""

    def __init__(self, wanted_count: int = 0) -> None:
        self.bad: list[Bad] = []
        """The first bad entries, for the report."""
        self.bad_count = 0
        """All of them; each is in the log."""
        self.wanted_count = wanted_count
        self.over = False
        self._heard = time.monotonic()

    def silent(self) -> float:
        """Return for how many seconds no source has named an address; a pipe may stay open for ever."""
        return time.monotonic() - self._heard

    async def read(
        self, entries: Iterator[Entry], frontier: Frontier, run_id: int, options: Options, on_added: Callable[[], None]
    ) -> None:
        """Take what the entries name into the frontier, chunk by chunk."""
        held: list[str | Wanted] = []
        try:
            async for chunk in chunks(entries, _CHUNK):
                for entry in chunk:
                    self._report(entry)
                named = [Wanted(entry.url, Kind(entry.kind)) for entry in chunk if isinstance(entry, Named)]
                self.wanted_count += len(named)
                urls = [each for each in named if each.kind is not Kind.PAGE or options.has_prefix(each.url)]
                if urls:
                    held += (await asyncio.to_thread(frontier.add, run_id, urls)).held
                    self._heard = time.monotonic()
                    on_added()
            while held:
                await asyncio.sleep(HELD)
                held = (await asyncio.to_thread(frontier.add, run_id, held)).held
        finally:
            self.over = True
            on_added()

    def _report(self, entry: Entry) -> None:
        if isinstance(entry, Bad):
            self.bad_count += 1
            if len(self.bad) < _BAD_SHOWN:
                self.bad.append(entry)
            logger.warning("%s", entry)
        elif isinstance(entry, Note):
            logger.info("%s", entry.text)
