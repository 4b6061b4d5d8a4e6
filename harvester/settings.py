"""Scrapy settings and every environment variable; each with the default that it departs from, and why."""

import os
from importlib.metadata import version
from typing import Any

VERSION = version("harvester")

BOT_NAME = "harvester"
SPIDER_MODULES = ["harvester.spiders"]

# Environment -------------------------------------------------------------------------------------

HARVESTER_DB = os.environ.get("HARVESTER_DB", "sqlite:///harvest.db")
"""Any SQLAlchemy URL; the option --db and `scrapy crawl -s HARVESTER_DB=...` go before it."""

HARVESTER_CONTACT = os.environ.get("HARVESTER_CONTACT", "")
"""Mail address or URL under which the people whose sites are harvested can reach whoever harvests."""

HARVESTER_ALLOW_PRIVATE = os.environ.get("HARVESTER_ALLOW_PRIVATE", "no")
"""Which addresses that are not of the public internet may be fetched: "no", "all", or hosts, host:port, addresses and
networks with commas."""

HARVESTER_ALLOW_PORTS = os.environ.get("HARVESTER_ALLOW_PORTS", "")
"""Ports beside 80, 443, 8080 and 8443 that may be connected to, with commas."""

HARVESTER_ARCHIVE = os.environ.get("HARVESTER_ARCHIVE", "auto")
"""Folder for WARC files of all pages that were judged; "auto": ``harvest-archive`` beside a SQLite database, in the
current folder for other databases; "no": pages are not kept."""

HARVESTER_UNCONDITIONAL = False
"""Ask for known pages in full and read them again, also those that did not change."""

HARVESTER_TDM_FILE = False
"""Ask each server once a day for /.well-known/tdmrep.json."""

HARVESTER_RESPECT_TDM = False
"""Make no record of pages whose mining is reserved; asks for the file too."""

HARVESTER_NOW = os.environ.get("HARVESTER_NOW", "")
"""The moment at which the process begins, with its time zone, to live through days that are not; empty: the present."""


def secret(name: str) -> str | None:
    """Return an environment variable, by whose name a configuration names a password; None if it is not set."""
    return os.environ.get(name)


# What happens to an item, in order -----------------------------------------------------------------

ITEM_PIPELINES = {
    "pipelines.validate.Validate": 100,  # reject what nobody could cite
    "pipelines.dedupe.Dedupe": 200,  # by which keys is this work known?
    "pipelines.store.Store": 300,  # one transaction: record, work, match, visit, links, target
}

# Attempts: a failed target waits in the database, not in Scrapy's memory ------------------------------

HARVESTER_MAX_ATTEMPTS = 3
"""How often an address is asked for before it is given up."""

HARVESTER_RETRY_DELAY = 5.0
"""Seconds before the second attempt; each further one waits twice as long, plus up to half of it at random."""

HARVESTER_MAX_PAGES = 1000
"""How many links a run may follow."""

# Lists, see harvester.listing ----------------------------------------------------------------------------

HARVESTER_SINCE = ""
"""Of what lists name, only what changed since, as far as they say when: 7d, 12h, 2026-11-01; empty: all."""

HARVESTER_DOI_PREFIX = ""
"""Prefixes, with commas: of what sources and lists name, only DOIs under one of them; empty: all."""

HARVESTER_ITEM_PATTERN = ""
"""A regular expression that is found in the addresses of a table of contents' items; empty: they are told by shape."""

HARVESTER_FOLLOW_ITEMS = False
"""Fetch the items of pages that turn out to be lists of works, too."""

HARVESTER_MOST_PAGES = 0
"""After how many requests for pages and lists a run ends unfinished; 0: never."""

HARVESTER_WATCH = None
"""The run of a job that this is, a `harvester.database.revisits.Watch`; None: a harvest by hand, which looks at all."""

# Politeness ------------------------------------------------------------------------------------------

USER_AGENT = f"harvester/{VERSION}" + (f" (+{HARVESTER_CONTACT})" if HARVESTER_CONTACT else "")  # default names Scrapy
ROBOTSTXT_USER_AGENT = "harvester"  # default: the whole user agent, which no robots.txt names
DOWNLOADER_MIDDLEWARES = {
    "harvester.middlewares.contact.Contact": 80,  # who cannot be reached asks nobody
    "harvester.middlewares.guard.Guard": 90,  # before robots.txt, which it must not fetch where it refuses
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # see harvester.middlewares.robots for why
    "harvester.middlewares.robots.Robots": 100,
    "harvester.middlewares.tdm.TextMining": 500,
    "harvester.middlewares.conditional.Conditional": 520,
    "harvester.middlewares.limits.Contents": 585,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,  # Unpack goes on where it stops
    # What is off is not even loaded: it would take a third of the start, and a call for each page.
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,  # a harvester has no session; they tie requests
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,  # nor a password
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,  # the archive keeps pages
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # the frontier knows where it wants to go
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,  # walls send robots in circles with it
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,  # the frontier retries, across restarts
    "harvester.middlewares.limits.Unpack": 590,
    "harvester.middlewares.pace.Pace": 950,  # next to the downloader: sees what is really sent
    "harvester.middlewares.guard.Redirects": 610,  # right before Scrapy's RedirectMiddleware
    "harvester.middlewares.hops.Hops": 615,  # sees redirects before anybody refuses or follows them
}

# Nothing of Scrapy's between spider and pipelines: what comes in are targets, each of which must end in a visit
# (UrlLengthMiddleware drops long ones, HttpErrorMiddleware refusals), and what comes out are visits.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}

# Safety ----------------------------------------------------------------------------------------------

HTTPPROXY_ENABLED = False  # default True; a proxy resolves names unchecked
DOWNLOAD_HANDLERS = {  # default connects to any address, reads headers without end, also fetches data:, ftp: and s3:
    "http": "harvester.middlewares.transport.Transport",
    "https": "harvester.middlewares.transport.Transport",
    "warc": "harvester.archive.handler.WarcHandler",
    "data": None,
    "ftp": None,
    "s3": None,
}
HARVESTER_DELAY = 1.0
"""Seconds between two requests to one host; publishers' servers are small. Scrapy's DOWNLOAD_DELAY stays 0."""

HARVESTER_CRAWL_DELAY_CAP = 30.0
"""The longest Crawl-delay that is kept; a longer one is named in the log."""

HARVESTER_MAX_PARK = 86400.0
"""The longest that a Retry-After is waited for, in seconds."""

HARVESTER_BREAKER_FAILURES = 5
"""After how many refusals, walls or failed connections in a row a host is left alone."""

HARVESTER_COOL_DOWN = 600.0
"""For how many seconds, the first time; each further time twice as long, up to six hours."""

HARVESTER_PATIENCE = 900.0
"""How many seconds a run waits for hosts that are left alone when nothing else is left; then it ends unfinished."""

CONCURRENT_REQUESTS_PER_DOMAIN = 1  # default 8; one request a host, many hosts at once
CONCURRENT_REQUESTS = 32  # default 16; with one request a host, this is how many hosts
# Default 5 MB, 44 pages of the usual size; as many wait for their commit alone, and the readers would have to wait.
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 20_000_000
CONCURRENT_ITEMS = 1  # default 100 tasks made for each page; ours gives one item
DOWNLOAD_SLOTS = {"saved pages": {"delay": 0, "concurrency": 16, "jitter": 0}}  # files need no politeness

# What comes back ---------------------------------------------------------------------------------------

DOWNLOAD_TIMEOUT = 60  # default 180
DOWNLOAD_MAXSIZE = 50 * 1024 * 1024  # default 1 GiB; no record is that long
DOWNLOAD_WARNSIZE = 0  # default 32 MiB; the outcome says it
REDIRECT_MAX_TIMES = 10  # default 20

# What we do not use ------------------------------------------------------------------------------------

DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # default keeps every URL in memory; target.key is ours
TELNETCONSOLE_ENABLED = False  # default True; opens a port
REMOTE_CONTROL_ENABLED = False  # default True; opens a port that runs code
LOG_LEVEL = "INFO"  # default DEBUG, a line a page
LOGSTATS_INTERVAL = 0  # default 60; harvester.progress reports instead

EXTENSIONS: dict[str, Any] = {
    "scrapy.extensions.logstats.LogStats": None,
    "harvester.progress.Progress": 0,
}
