"""Hosts that answered before: asked once more, they tell whether the network is gone or other hosts are dead."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.http import Request
from scrapy.http.request import NO_CALLBACK

from harvester.middlewares.outage import Outage

_KEPT = 3
_WAIT = 15  # seconds for the answer

Asker = Callable[[str], Awaitable[object]]
"""Sends a request to an origin; what the middlewares see of the answer tells that the host was reached."""


def asker(crawler: Crawler) -> Asker:
    """Return what asks an origin for its robots.txt, which all may be asked for, past the rules of politeness only."""

    async def ask(origin: str) -> object:
        assert crawler.engine is not None
        meta = {"is_robots_txt": True, "download_timeout": _WAIT}
        request = Request(f"{origin}/robots.txt", callback=NO_CALLBACK, priority=1000, meta=meta)
        return await crawler.engine.download_async(request)

    return ask


class Witnesses:
    """The last hosts that answered; those of earlier runs (``before``) where none has in this one."""

    def __init__(self, outage: Outage, ask: Asker | None, before: Callable[[], Awaitable[list[str]]]) -> None:
        self._outage = outage
        self._ask = ask
        self._before = before
        self._origins: dict[str, str] = {}  # by host, the latest last
        self._task: asyncio.Task[None] | None = None

    @property
    def asked(self) -> bool:
        """Return whether witnesses are being asked: as long as the network is lost and there are any."""
        return self._task is not None and not self._task.done()

    def answered(self, name: str, url: str) -> None:
        """Note that a host answered."""
        self._origins.pop(name, None)
        self._origins[name] = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        if len(self._origins) > _KEPT:
            del self._origins[next(iter(self._origins))]

    def ask(self) -> None:
        """Begin to ask, until one answers."""
        if self._ask is not None and not self.asked:
            self._task = asyncio.create_task(self._until_answer(self._ask))

    def close(self) -> None:
        """Stop asking."""
        if self._task is not None:
            self._task.cancel()

    async def _until_answer(self, ask: Asker) -> None:
        origins = [*reversed(self._origins.values())]
        if not origins:
            known = [name for name in await self._before() if name not in self._outage.suspected]
            origins = [f"http://{name}" if ":" in name else f"https://{name}" for name in known]
        while origins:
            for origin in origins:
                try:
                    await ask(origin)
                except Exception:  # noqa: BLE001, S112  # whatever it was, it was no answer; the next one may give one
                    continue
                if not self._outage.lost:
                    return
            await asyncio.sleep(self._outage.every)
