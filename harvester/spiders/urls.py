"""``scrapy crawl urls -a source=LIST``: harvest lists of addresses, single addresses and saved pages."""

from collections.abc import Iterator, Sequence
from typing import Any

from harvester.sources import Entry, read
from harvester.spiders._frontier import FrontierSpider
from harvester.spiders._seed import Seed


class UrlsSpider(FrontierSpider):
    """Fetch what the sources name, and nothing else.

    ``source``: one source, see `harvester.sources.read`; several are separated by ``|``. ``sources``: a list of them,
    for callers in Python. ``requeued``: how many addresses `harvester.retry.requeue` has given to the run already; then
    the sources are the run's name, and nothing is read from them.
    """

    name = "urls"

    def __init__(
        self, source: str | None = None, sources: Sequence[str] = (), requeued: int = 0, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._requeued = requeued
        self.seed = Seed(requeued)
        self._sources = [*sources, *(each.strip() for each in (source or "").split("|") if each.strip())]

    def sources(self) -> list[str]:
        """Return the sources as given."""
        return self._sources

    def asked(self) -> dict[str, Any]:
        """Return the options that make two commands the same; for what was requeued, those it was requeued with."""
        return {"follow_depth": self.follow_depth} if self._requeued else super().asked()

    def entries(self) -> Iterator[Entry]:
        """Read the sources."""
        return iter(()) if self._requeued else read(self._sources)
