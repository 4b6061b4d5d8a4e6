"""What a page is, decided before anything is read from it, with the rule that fired in words."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import unquote, urlsplit

from harvester.extraction import coins, json_ld, labelled, microdata, schema_org, state, text_pages, visible
from harvester.extraction import vocabulary_pages as words
from harvester.extraction.lines import lines, shown
from harvester.extraction.listing import item_links
from harvester.extraction.vocabulary import SCHEMA_TYPES
from harvester.extraction.zone import zone
from harvester.items import PageKind, Verdict
from harvester.normalise.characters import lowered
from harvester.page import Page
from harvester.sites import site_for
from harvester.xml_lists import list_kind

Rule = Callable[[Page], Verdict | None]

_SHORT = 4_000
"""Visible characters up to which a sentence of refusal is the page and not a remark on it."""
_PROSE = 15_000
"""Characters of running text from which on a page with references is a text and no record's surroundings."""
_HEAD = 2_048
"""Bytes in which a document tells its first element."""
_MOST_LINKS = 60
"""Links in the text of a wall, the site's own menus included."""
_MANY = 8
_REPEATS = 5
"""Times that a list says the words of a link that each of its items has."""
_NUMBER = re.compile("[0-9]")
_DOI = re.compile(r"\b10\.[0-9]{4,9}/[^\s\"<>]+")
_KEYWORDS = re.compile(r"(?:author )?key ?words?\s*[:：]|关键词\s*[:：]|index terms", re.IGNORECASE)
_DOI_IN_PATH = re.compile(r"/10\.[0-9]{4,9}(?:\.[0-9]+)*/[^?#]+")


def classify(page: Page) -> Verdict:
    """Return the verdict of the first rule that has one."""
    for rule in _RULES:
        verdict = rule(page)
        if verdict:
            return verdict
    return Verdict(PageKind.NON_RECORD, "nothing on the page tells of one work")


def metadata(page: Page) -> str | None:
    """Return what tells that the page describes exactly one work; None where nothing machine-readable does."""
    about_person = (page.meta.first("og.type") or "").lower() in words.OTHER_TYPES
    for names in words.RECORD_TAGS:
        # Dublin Core describes any page.
        if all(name in page.meta for name in names) and not (about_person and names[0].startswith("dc")):
            titles = {title.casefold() for title in page.meta.all(names[0])}
            if len(titles) <= 3:
                return f"{' and '.join(names)} present"
    for reader in (json_ld, microdata):
        entity = schema_org.about(page, list(reader.entities(page)))
        if entity and _is_scholarly(entity):
            return f"{reader.NAME} describes a {schema_org.types_of(entity)[0]}"
    for other in (coins, state):
        if any(candidate.field == "title" for candidate in other.read(page)):
            return f"{other.NAME} describes one work"
    return None


def _is_scholarly(entity: schema_org.Entity) -> bool:
    kinds = schema_org.types_of(entity)
    named = bool(entity.get("headline") or entity.get("name"))
    sure = any(SCHEMA_TYPES.get(kind) for kind in kinds)
    return named and (
        sure or "doi.org/" in str(entity.get("identifier")) + str(entity.get("@id")) + str(entity.get("sameAs"))
    )


def _data(page: Page) -> Verdict | None:
    """Judge XML that lists works for programs."""
    kind = list_kind(page.body[:_HEAD].decode("utf-8", "replace"))
    if kind is None:
        return None
    return Verdict(PageKind.MULTI, f"{words.DATA[kind]}: harvest it as {kind}:URL")


def _media_type(page: Page) -> Verdict | None:
    if page.media_type in words.TEXT_MEDIA_TYPES:
        return None
    return Verdict(PageKind.NON_RECORD, f"media type {page.media_type} is no page")


def _empty(page: Page) -> Verdict | None:
    if page.body and not page.body.isspace():
        return None
    return Verdict(PageKind.BLOCKED, f"empty body, status {page.status}")


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
    if site.blocked_if and page.select(site.blocked_if):
        return Verdict(PageKind.BLOCKED, f"{site.name} matches {site.blocked_if}")
    return site.verdict(page) if site.verdict else None


def _described(page: Page) -> Verdict | None:
    reason = metadata(page)
    return Verdict(PageKind.ARTICLE, reason) if reason else None


def _wall(page: Page) -> Verdict | None:
    if words.WALL_TITLES.search(page.title.lower()):
        return Verdict(PageKind.BLOCKED, f"the title is {page.title[:60]!r}")
    if verdict := _by_address(page, words.WALL_ADDRESSES, PageKind.BLOCKED):
        return verdict
    text = shown(page)
    if len(text) >= _SHORT:
        return None
    # A wall leads nowhere: a page with a menu may have a vendor's script and little text as well.
    for part, marks in words.WALL_MARKS if page.link_count <= _MOST_LINKS else ():
        mark = next((each for each in marks if each in page.body), None) if part in page.body else None
        if mark:
            return Verdict(PageKind.BLOCKED, f"the page is little more than {mark.decode()}")
    small = lowered(text)
    for hints, pattern in words.WALL_SENTENCES:
        if any(map(small.__contains__, hints)) and (found := pattern.search(small)):
            return Verdict(PageKind.BLOCKED, f"the page says {text[slice(*found.span())][:80]!r}")
    return None


def _status(page: Page) -> Verdict | None:
    return Verdict(PageKind.BLOCKED, f"status {page.status}") if page.status >= 400 else None


def _other(page: Page) -> Verdict | None:
    """Judge profiles, help and the like by what they call themselves."""
    for host, what in words.OTHER_HOSTS.items():
        if page.host == host or page.host.endswith("." + host):
            return Verdict(PageKind.NON_RECORD, f"{host} holds {what}")
    if (page.meta.first("og.type") or "").lower() in words.OTHER_TYPES:
        return Verdict(PageKind.NON_RECORD, f"og:type is {page.meta.first('og.type')}")
    if told := next((tag for tag in words.OTHER_TAGS if tag in page.meta), None) or _mark(page, words.OTHER_MARKS):
        return Verdict(PageKind.NON_RECORD, f"the page has {told}")
    for text in (page.title, *page.headings[:1]):
        if words.OTHER_TITLES.search(text.lower()):
            return Verdict(PageKind.NON_RECORD, f"{text[:60]!r} is the title of a page about no work")
    return _by_type(page, words.OTHER_SCHEMA_TYPES, PageKind.NON_RECORD) or _by_address(
        page, words.OTHER_ADDRESSES, PageKind.NON_RECORD
    )


def _list(page: Page) -> Verdict | None:
    """Judge lists by what they call themselves."""
    if mark := _mark(page, words.LIST_MARKS):
        return Verdict(PageKind.MULTI, f"the page has {mark}")
    for text in (page.title, *page.headings[:2]):
        if words.LIST_TITLES.search(text.lower()):
            return Verdict(PageKind.MULTI, f"{text[:60]!r} is the heading of a list")
    return _by_address(page, words.LIST_ADDRESSES, PageKind.MULTI) or _by_type(page, words.LIST_TYPES, PageKind.MULTI)


def _counted(page: Page) -> Verdict | None:
    """Judge lists by how they count and repeat."""
    found = lines(page)
    for line in found[:150]:
        if len(line) < 120 and _NUMBER.search(line) and words.LIST_COUNTS.search(line.lower()):
            return Verdict(PageKind.MULTI, f"the page counts its items: {line[:60]!r}")
    for line, times in _repeated(found).most_common(1):
        # Behind each reference of an article stand such links too.
        if times >= _REPEATS and _repeated(found[: zone(page).end])[line] >= _REPEATS:
            return Verdict(PageKind.MULTI, f"the page says {line!r} {times} times")
    return None


def _repeated(found: Sequence[str]) -> Counter[str]:
    return Counter(line.casefold() for line in found if len(line) < 20 and line.casefold() in words.REPEATED)


def _home(page: Page) -> Verdict | None:
    parts = urlsplit(page.url)
    if parts.hostname and parts.path in {"", "/"} and not parts.query:
        return Verdict(PageKind.NON_RECORD, "the address is a site's home")
    return None


def _report(page: Page) -> Verdict | None:
    title = labelled.other_work(page)
    return Verdict(PageKind.NON_RECORD, f"the page reports on a work, {title[:60]!r}") if title else None


def _labelled(page: Page) -> Verdict | None:
    return (
        Verdict(PageKind.ARTICLE, "the visible text has the labels of a record") if labelled.is_record(page) else None
    )


def _titled_abstract(page: Page) -> Verdict | None:
    if labelled.is_titled_abstract(page):
        return Verdict(PageKind.ARTICLE, "a title, and below it the heading of an abstract")
    return None


def _visible_record(page: Page) -> Verdict | None:
    if all(name in page.meta for name in words.POST_TAGS):
        # News and posts have a title, a byline and paragraphs as well.
        return None
    if visible.is_record(page):
        return Verdict(PageKind.ARTICLE, "a title, and below it authors and an abstract or a citation line")
    return None


def _query(page: Page) -> Verdict | None:
    return _by_address(page, words.LIST_QUERIES, PageKind.MULTI)


def _doi_in_address(page: Page) -> Verdict | None:
    found = _DOI_IN_PATH.search(unquote(urlsplit(page.url).path))
    if found and found[0][1:].casefold() in shown(page).casefold():
        return Verdict(PageKind.ARTICLE, "the DOI in the address is on the page")
    return None


def _reads_as_work(page: Page) -> Verdict | None:
    """Judge a page without metadata by the sections that it has, and by how much of it is running text."""
    found = lines(page)
    heads = {line.strip(" :.0123456789").casefold() for line in found if len(line) < 30}
    has = [name for name, forms in words.SECTIONS.items() if not heads.isdisjoint(forms)]
    if len(has) >= 3:
        return Verdict(PageKind.ARTICLE, f"the page has sections: {', '.join(has)}")
    prose = sum(len(line) for line in found if len(line) > 200)
    if "references" in has and prose > _PROSE and prose * 10 > 7 * sum(map(len, found)):
        return Verdict(PageKind.ARTICLE, "the page is a long text with references")
    dois = {match[0].casefold().rstrip(".,;)"): at for at, line in enumerate(found) for match in _DOI.finditer(line)}
    paragraph = next((at for at, line in enumerate(found) if len(line) > 300), None)
    # Below the text it is what a report or a press release speaks of.
    if (
        len(dois) == 1
        and paragraph is not None
        and min(dois.values()) < paragraph
        and (has or any(_KEYWORDS.match(line) for line in found))
    ):
        return Verdict(PageKind.ARTICLE, "the page shows one DOI above a text")
    return None


def _many_items(page: Page) -> Verdict | None:
    items = len(item_links(page))
    return Verdict(PageKind.MULTI, f"the page lists {items} items of one kind") if items >= _MANY else None


def _mark(page: Page, table: Mapping[str, tuple[bytes, ...]]) -> str | None:
    """Return the first of a table's marks that the page bears, if its title holds the word in front of them."""
    marks = (mark for word, row in table.items() if word in page.title for mark in row)
    return next((mark.decode() for mark in marks if mark in page.body), None)


def _by_type(page: Page, kinds: frozenset[str], verdict: PageKind) -> Verdict | None:
    for entity in json_ld.entities(page):
        for kind in schema_org.types_of(entity):
            if kind in kinds:
                return Verdict(verdict, f"JSON-LD describes a {kind}")
    return None


def _by_address(page: Page, phrases: words.Phrases, kind: PageKind) -> Verdict | None:
    parts = urlsplit(page.url)
    address = f"{parts.path}?{parts.query}" if parts.query else parts.path
    found = phrases.search(lowered(address))
    if found is None or labelled.is_table(page):
        return None
    return Verdict(kind, f"the address holds {address[slice(*found.span())]!r}")


# Order is policy: the first rule with a verdict decides. What describes itself is believed first; then refusals,
# then pages that say what else they are; only then a page may be a work by its looks.
_RULES: tuple[Rule, ...] = (
    _data,
    _media_type,
    _empty,
    _plain_text,
    _site,
    _described,
    _status,
    _wall,
    _other,
    _list,
    _counted,
    _home,
    _report,
    _labelled,
    _titled_abstract,
    _query,
    _doi_in_address,
    _reads_as_work,
    _many_items,
    _visible_record,
)
