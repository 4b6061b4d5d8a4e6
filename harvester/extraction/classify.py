"""What a page is, decided before anything is read from it, with the rule that fired in words."""

import re
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from harvester.extraction import json_ld, labelled, microdata, schema_org, text_pages
from harvester.extraction.lines import lines
from harvester.extraction.vocabulary import SCHEMA_TYPES
from harvester.extraction.vocabulary_pages import (
    LIST_ADDRESSES,
    LIST_TITLES,
    LIST_TYPES,
    OTHER_ADDRESSES,
    OTHER_HOSTS,
    OTHER_TITLES,
    OTHER_TYPES,
    RECORD_TAGS,
    TEXT_MEDIA_TYPES,
    WALL_MARKS,
    WALL_SENTENCES,
    WALL_TITLES,
)
from harvester.items import PageKind, Verdict
from harvester.page import Page
from harvester.sites import site_for

Rule = Callable[[Page], Verdict | None]

_SHORT = 4_000
"""Visible characters up to which a sentence of refusal is the page and not a remark on it."""
_DOI_IN_PATH = re.compile(r"/10\.[0-9]{4,9}(?:\.[0-9]+)*/[^/?#]")


def classify(page: Page) -> Verdict:
    """Return the verdict of the first rule that has one."""
    for rule in _RULES:
        verdict = rule(page)
        if verdict:
            return verdict
    return Verdict(PageKind.NON_RECORD, "nothing on the page tells of one work")


def metadata(page: Page) -> str | None:
    """Return what tells that the page describes exactly one work, in words; None where nothing machine-readable does."""
    for names in RECORD_TAGS:
        if all(name in page.meta for name in names):
            titles = {title.casefold() for title in page.meta.all(names[0])}
            if len(titles) <= 3:
                return f"{' and '.join(names)} present"
    for reader in (json_ld, microdata):
        entity = schema_org.about(page, list(reader.entities(page)))
        if entity and _is_scholarly(entity):
            return f"{reader.NAME} describes a {schema_org.types_of(entity)[0]}"
    return None


def _is_scholarly(entity: schema_org.Entity) -> bool:
    kinds = schema_org.types_of(entity)
    named = bool(entity.get("headline") or entity.get("name"))
    sure = any(SCHEMA_TYPES.get(kind) for kind in kinds)
    return named and (
        sure or "doi.org/" in str(entity.get("identifier")) + str(entity.get("@id")) + str(entity.get("sameAs"))
    )


def _media_type(page: Page) -> Verdict | None:
    if page.media_type in TEXT_MEDIA_TYPES:
        return None
    return Verdict(PageKind.NON_RECORD, f"media type {page.media_type} is no page")


def _empty(page: Page) -> Verdict | None:
    return None if page.body.strip() else Verdict(PageKind.BLOCKED, f"empty body, status {page.status}")


def _plain_text(page: Page) -> Verdict | None:
    """Judge a text snapshot, which has lines and nothing else to go by."""
    if not page.is_plain_text:
        return None
    if labelled.is_record(page):
        return Verdict(PageKind.ARTICLE, "plain text with the labels of a record, or a title and an abstract")
    return _wall(page) or text_pages.judge(page)


def _site(page: Page) -> Verdict | None:
    site = site_for(page)
    if site is None:
        return None
    if site.blocked_if and page.selector.css(site.blocked_if):
        return Verdict(PageKind.BLOCKED, f"{site.name} matches {site.blocked_if}")
    return site.verdict(page) if site.verdict else None


def _listing_types(page: Page) -> Verdict | None:
    for entity in json_ld.entities(page):
        for kind in schema_org.types_of(entity):
            if kind in LIST_TYPES:
                return Verdict(PageKind.MULTI, f"JSON-LD describes a {kind}")
    return None


def _address_of_list(page: Page) -> Verdict | None:
    return _by_address(page, LIST_ADDRESSES, PageKind.MULTI)


def _described(page: Page) -> Verdict | None:
    reason = metadata(page)
    return Verdict(PageKind.ARTICLE, reason) if reason else None


def _wall(page: Page) -> Verdict | None:
    title = page.title.casefold()
    for pattern in WALL_TITLES:
        if pattern.search(title):
            return Verdict(PageKind.BLOCKED, f"title matches {pattern.pattern!r}")
    for mark in WALL_MARKS:
        if mark in page.body and len(_visible(page)) < _SHORT:
            return Verdict(PageKind.BLOCKED, f"the page is little more than {mark.decode()!r}")
    text = _visible(page)
    if len(text) < _SHORT:
        for pattern in WALL_SENTENCES:
            found = pattern.search(text)
            if found:
                return Verdict(PageKind.BLOCKED, f"the page says {found[0]!r}")
    return None


def _status(page: Page) -> Verdict | None:
    return Verdict(PageKind.BLOCKED, f"status {page.status}") if page.status >= 400 else None


def _list(page: Page) -> Verdict | None:
    for text in (page.title, *page.headings[:2]):
        for pattern in LIST_TITLES:
            if pattern.search(text):
                return Verdict(PageKind.MULTI, f"{text[:60]!r} is the heading of a list")
    return None


def _other(page: Page) -> Verdict | None:
    for host in OTHER_HOSTS:
        if page.host == host or page.host.endswith("." + host):
            return Verdict(PageKind.NON_RECORD, f"{host} holds {OTHER_HOSTS[host]}")
    for pattern in OTHER_TITLES:
        if pattern.search(page.title):
            return Verdict(PageKind.NON_RECORD, f"title matches {pattern.pattern!r}")
    if (page.meta.first("og.type") or "").lower() in OTHER_TYPES:
        return Verdict(PageKind.NON_RECORD, f"og:type is {page.meta.first('og.type')}")
    return _by_address(page, OTHER_ADDRESSES, PageKind.NON_RECORD)


def _home(page: Page) -> Verdict | None:
    parts = urlsplit(page.url)
    if parts.hostname and parts.path in {"", "/"} and not parts.query:
        return Verdict(PageKind.NON_RECORD, "the address is a site's home")
    return None


def _labelled(page: Page) -> Verdict | None:
    return (
        Verdict(PageKind.ARTICLE, "the visible text has the labels of a record") if labelled.is_record(page) else None
    )


def _doi_in_address(page: Page) -> Verdict | None:
    if _DOI_IN_PATH.search(unquote(urlsplit(page.url).path)) and (page.headings or page.title):
        return Verdict(PageKind.ARTICLE, "the address holds a DOI and the page has a heading")
    return None


def _by_address(page: Page, patterns: tuple[re.Pattern[str], ...], kind: PageKind) -> Verdict | None:
    parts = urlsplit(page.url)
    address = f"{parts.path}?{parts.query}"
    for pattern in patterns:
        found = pattern.search(address)
        if found:
            return Verdict(kind, f"the address holds {found[0]!r}")
    return None


def _visible(page: Page) -> str:
    """Return what a person would read."""
    return " ".join(lines(page))


# Order is policy: the first rule with a verdict decides.
_RULES: tuple[Rule, ...] = (
    _media_type,
    _empty,
    _plain_text,
    _site,
    _listing_types,
    _address_of_list,
    _described,
    _status,
    _wall,
    _list,
    _other,
    _home,
    _doi_in_address,
    _labelled,
)
