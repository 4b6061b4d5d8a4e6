"""Sources are read in a thread of their own, which nobody has to wait for: a pipe may say nothing for hours."""

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Iterator

from harvester.sources import Entry

_PAUSE = 0.05  # seconds between two looks


async def chunks(entries: Iterator[Entry], most: int) -> AsyncIterator[list[Entry]]:
    """Yield what sources hold as it comes, at most ``most`` entries at a time. Raises what reading them raises.

    Not the loop's own threads, as the end of the process waits for these.
    """
    read: queue.Queue[Entry | Exception | None] = queue.Queue(2 * most)

    def fill() -> None:
        try:
            for entry in entries:
                read.put(entry)
            read.put(None)
        except Exception as error:  # noqa: BLE001  # whoever reads the queue raises it
            read.put(error)

    threading.Thread(target=fill, name="sources", daemon=True).start()
    while True:
        chunk: list[Entry] = []
        while len(chunk) < most and not read.empty():
            entry = read.get()
            if entry is None or isinstance(entry, Exception):
                if chunk:
                    yield chunk
                if entry is not None:
                    raise entry
                return
            chunk.append(entry)
        if chunk:
            yield chunk
        else:
            await asyncio.sleep(_PAUSE)
