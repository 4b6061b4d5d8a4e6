"""Sites whose pages differ from the general order: one module each, found by being there."""

import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

from harvester.errors import SiteError
from harvester.items import Link, Verdict
from harvester.page import Page

FieldRule = str | Callable[[Page], Any]


@dataclass(frozen=True)
class Site:
    """How one site differs from the general order; a site whose tags are right needs no module.

    ``hosts``: host names, subdomains included. ``marks``: byte strings, each of which tells a copy of the site's
    page that is stored elsewhere. ``titles``: words of which the title of such a copy has one; without any, every
    page is looked through for the marks. ``fields``: for a field of the work a CSS selector (with ``::text`` or
    ``::attr``), or a function of the page that returns the raw value, as `harvester.extraction.candidates` has it,
    or None. ``silent``: fields about which the general readers are wrong on this site. ``blocked_if``: a CSS
    selector that only the site's wall matches. ``verdict``: a function that knows better what a page of the site
    is, or None where the general rules are to decide. ``links``: links to follow. ``sitemaps``: addresses.
    """

    name: str
    hosts: tuple[str, ...]
    fields: Mapping[str, FieldRule] = field(default_factory=dict)
    marks: tuple[bytes, ...] = ()
    titles: tuple[str, ...] = ()
    silent: frozenset[str] = frozenset()
    blocked_if: str | None = None
    verdict: Callable[[Page], Verdict | None] | None = None
    links: Callable[[Page], Iterable[Link]] | None = None
    sitemaps: tuple[str, ...] = ()


def load(package: str = __name__) -> dict[str, Site]:
    """Return the site of each host, out of the modules of a package.

    Raises ``SiteError`` where a module has no ``SITE``, or claims a host of another.
    """
    by_host: dict[str, Site] = {}
    for found in pkgutil.iter_modules(import_module(package).__path__):
        if found.name.startswith("_"):
            continue
        where = f"{package}.{found.name}"
        site = getattr(import_module(where), "SITE", None)
        if not isinstance(site, Site):
            raise SiteError(f"{where} has no SITE; end it with SITE = Site(...)")
        if not site.hosts:
            raise SiteError(f"{where}: SITE has no hosts; name at least one")
        for host in site.hosts:
            if host in by_host:
                raise SiteError(f"{where}: host {host!r} belongs to {by_host[host].name!r} already")
            by_host[host] = site
    return by_host


@cache
def sites() -> dict[str, Site]:
    """Return this package's sites by host, loaded once."""
    return load()


def site_for(page: Page) -> Site | None:
    """Return the site of the page's host or of a domain above it, else the one whose mark the page bears."""
    if __name__ not in page.memo:
        page.memo[__name__] = _find(page)
    found: Site | None = page.memo[__name__]
    return found


def _find(page: Page) -> Site | None:
    for start in range(page.host.count(".")):
        site = sites().get(page.host.split(".", start)[-1])
        if site:
            return site
    if page.host and "citation_title" in page.meta and "citation_author" in page.meta:
        # Looking for marks in all of the bytes is only worth it where the page does not speak for itself.
        return None
    distinct = {site.name: site for site in sites().values()}.values()
    return next((site for site in distinct if _is_copy(page, site)), None)


def _is_copy(page: Page, site: Site) -> bool:
    # Title first: to look through all bytes for a mark takes a hundred times as long.
    titled = page.is_plain_text or not site.titles or any(word in page.title for word in site.titles)
    return titled and any(mark in page.body for mark in site.marks)
