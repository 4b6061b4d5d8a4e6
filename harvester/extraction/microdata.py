"""Microdata and RDFa Lite: entities written into the page's own elements."""

from collections.abc import Iterator

from lxml import etree

from harvester.extraction.candidates import Candidate
from harvester.extraction.schema_org import Entity, about, candidates
from harvester.extraction.vocabulary import SCHEMA_TYPES
from harvester.page import Page

NAME = "microdata"

_MOST_ITEMS = 60
"""Works looked at; a page with more is a listing."""
_LONGEST_TEXT = 20_000
"""Longest text of a property; ``articleBody`` is no metadata."""
_SKIPPED = frozenset({"articleBody", "text", "comment", "review", "image", "logo", "aggregateRating"})
_ADDRESS = {"a": "href", "link": "href", "area": "href", "img": "src", "object": "data", "embed": "src"}
_MARKS = (b"itemtype", b"typeof=")


def read(page: Page) -> Iterator[Candidate]:
    """Yield what the page's own elements say of the work that the page is about."""
    entity = about(page, list(entities(page)))
    if entity:
        yield from candidates(entity, NAME)


def entities(page: Page) -> Iterator[Entity]:
    """Yield the works that stand in the page as microdata or RDFa items, outer ones only."""
    if page.is_plain_text or not any(mark in page.body for mark in _MARKS):
        return
    for attribute, scope, prop in (("itemtype", "itemscope", "itemprop"), ("typeof", "typeof", "property")):
        if attribute.encode() not in page.body:
            continue
        seen = 0
        for element in page.root.iterfind(f".//*[@{attribute}]"):
            if _type(element.get(attribute)) in SCHEMA_TYPES and not _inside_work(element, attribute):
                seen += 1
                if seen > _MOST_ITEMS:
                    return
                yield _entity(element, attribute, scope, prop)


def _type(raw: str | None) -> str:
    words = (raw or "").split()
    return words[0].rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1].rsplit(":", 1)[-1] if words else ""


def _inside_work(element: etree._Element, attribute: str) -> bool:
    return any(_type(each.get(attribute)) in SCHEMA_TYPES for each in element.iterancestors() if each.get(attribute))


def _entity(element: etree._Element, attribute: str, scope: str, prop: str) -> Entity:
    found: Entity = {"@type": _type(element.get(attribute))}
    if element.get("itemid") or element.get("resource"):
        found["@id"] = element.get("itemid") or element.get("resource")
    _fill(found, element, attribute, scope, prop, 0)
    return found


def _fill(found: Entity, element: etree._Element, attribute: str, scope: str, prop: str, depth: int) -> None:
    for child in element:
        if not isinstance(child.tag, str):
            continue
        names = [name.rsplit(":", 1)[-1] for name in (child.get(prop) or "").split()]
        names = [name for name in names if name not in _SKIPPED]
        nested = child.get(scope) is not None
        if names:
            value = _entity(child, attribute, scope, prop) if nested and depth < 20 else _value(child)
            for name in names:
                found.setdefault(name, []).append(value)
        if not nested and depth < 100:
            _fill(found, child, attribute, scope, prop, depth + 1)


def _value(element: etree._Element) -> str:
    for name in ("content", "datetime", _ADDRESS.get(str(element.tag), "")):
        if name and element.get(name):
            return element.get(name, "").strip()
    return " ".join("".join(element.itertext()).split())[:_LONGEST_TEXT]
