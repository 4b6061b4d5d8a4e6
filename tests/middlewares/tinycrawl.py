"""A crawl in a process of its own, with exactly the settings that a test gives: how did each address end?"""

import json
import subprocess
import sys
from typing import Any

GUARD = {
    "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "harvester.middlewares.transport.Transport"),
    "HTTPPROXY_ENABLED": False,
    "DOWNLOADER_MIDDLEWARES": {
        "harvester.middlewares.guard.Guard": 90,
        "harvester.middlewares.guard.Redirects": 610,
    },
}

_PROGRAM = """
import json, sys, tempfile
import scrapy
from scrapy.crawler import AsyncCrawlerProcess
import harvester.settings
from harvester.database.schema import prepare
from harvester.database.session import database
from harvester.middlewares.failures import why

asked = json.load(sys.stdin)
exec(asked["before"])

class Tiny(scrapy.Spider):
    name = "tiny"

    async def start(self):
        for number, url in enumerate(asked["urls"]):
            yield scrapy.Request(url, self.parse, errback=self.failed, dont_filter=True, meta={"number": number})

    def parse(self, response):
        self.tell(response.meta["number"], status=response.status, url=response.url, body=len(response.body),
                  text=response.body[:100].decode("latin-1"), flags=response.flags,
                  type=(response.headers.get("Content-Type") or b"").decode(), rights=str(response.meta.get("rights")))

    def failed(self, failure):
        words, may_pass = why(failure.value)
        self.tell(failure.request.meta["number"], error=type(failure.value).__name__, reason=words, may_pass=may_pass,
                  url=failure.request.url)

    def tell(self, number, **ended):
        print(json.dumps([number, ended]), flush=True)

with tempfile.TemporaryDirectory() as folder:
    url = f"sqlite:///{folder}/tiny.db"  # what robots.txt says is kept there
    with database(url) as engine:
        prepare(engine)
    own = {name: value for name, value in vars(harvester.settings).items() if name.startswith("HARVESTER_")}
    settings = {
        **own, "HARVESTER_DB": url, "HARVESTER_DELAY": 0,
        "LOG_LEVEL": "ERROR", "HTTPERROR_ALLOW_ALL": True, "RETRY_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS": asked["at_once"],
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "ROBOTSTXT_OBEY": False,
        "HARVESTER_ALLOW_PRIVATE": "", **asked["settings"]}
    process = AsyncCrawlerProcess(settings)
    process.crawl(Tiny)
    process.start()
"""


def crawl(
    urls: list[str],
    settings: dict[str, Any],
    before: str = "",
    environment: dict[str, str] | None = None,
    at_once: int = 16,
) -> list[dict[str, Any]]:
    """Return how each address ended, in their order. ``before``: code that runs before the crawl."""
    asked = json.dumps({"urls": urls, "settings": settings, "before": before, "at_once": at_once})
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", _PROGRAM],
        input=asked,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment,
    )
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr, ended.stderr
    told = dict(json.loads(line) for line in ended.stdout.splitlines() if line.startswith("["))
    assert sorted(told) == list(range(len(urls))), ended.stdout + ended.stderr
    return [told[number] for number in range(len(urls))]
