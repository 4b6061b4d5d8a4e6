"""``scrapy crawl records -a source=LIST -a follow_related=1``: record pages, and the works they list as related."""

from typing import Any

from harvester.spiders.urls import UrlsSpider


class RecordsSpider(UrlsSpider):
    """Fetch what the sources name and, from there, related works and the further pages of related lists.

    ``follow_related``: how many links away from a source, same host only. The setting ``HARVESTER_MAX_PAGES`` bounds
    how many links one run follows.
    """

    name = "records"

    def __init__(self, *args: Any, follow_related: int | str = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.follow_depth = int(follow_related)
