"""Microdata and RDFa Lite: entities written into the page's own elements."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from harvester.extraction import tags
from harvester.extraction.candidates import Candidate
from harvester.extraction.schema_org import Entity, about, candidates
from harvester.extraction.vocabulary import SCHEMA_TYPES
from harvester.page import Page, elements, text_of

NAME = "microdata"

_MOST_ITEMS = 10
"""Works looked at; a page with more is a listing."""
_LONGEST_TEXT = 20_000
"""Longest text of a property; ``articleBody`` is no metadata."""
_SKIPPED = frozenset({"articleBody", "text", "comment", "review", "image", "logo", "aggregateRating"})
_ADDRESS = {"a": "href", "link": "href", "area": "href", "img": "src", "object": "data", "embed": "src"}
_MOST_PROPERTIES = 2_000


class _Syntax(NamedTuple):
    """The attributes that carry an item's type, begin an item, and name a property."""

    type: str
    scope: str
    property: str
    typed: etree.XPath
    properties: etree.XPath


def _syntax(kind: str, scope: str, prop: str) -> _Syntax:
    # By way of the attribute: three times as fast as asking every element whether it has one.
    return _Syntax(kind, scope, prop, etree.XPath(f"//@{kind}/.."), etree.XPath(f"descendant::*/@{prop}/.."))


_MICRODATA, _RDFA = _syntax("itemtype", "itemscope", "itemprop"), _syntax("typeof", "typeof", "property")
_SYNTAXES = (_MICRODATA, _RDFA)
_VOCABULARY = b"schema.org"
"""What types by an address, or declares the prefix of those that are typed by a name."""
_TYPED = re.compile(rb"schema\.org/#?(?:%s)\b" % "|".join(SCHEMA_TYPES).encode())
_DECLARED = re.compile(rb"""(?:vocab|prefix|xmlns:\w+)\s*=\s*["']?[^"'<>]*$""")
_REACH = 1_000
"""Bytes in front of the vocabulary's address within which the attribute that declares it begins."""


def read(page: Page) -> Iterator[Candidate]:
    """Yield what the page's own elements say of the work that the page is about."""
    if tags.tells_all(page):
        return
    entity = about(page, entities(page))
    if entity:
        yield from candidates(entity, NAME)


def entities(page: Page) -> list[Entity]:
    """Return the works that stand in the page as microdata or RDFa items, outer ones only."""
    if NAME not in page.memo:
        page.memo[NAME] = [] if page.is_plain_text else list(_entities(page))
    return list(page.memo[NAME])


def _entities(page: Page) -> Iterator[Entity]:
    # Looking at every element for an attribute costs as much as parsing; most pages do not have it.
    typed, declared = _may_hold_work(page.body)
    for syntax in _SYNTAXES:
        if not (typed or (declared and syntax is _RDFA)):
            continue
        works = [
            element for element in elements(syntax.typed, page.root) if _type(element.get(syntax.type)) in SCHEMA_TYPES
        ]
        outer = [element for element in works if not _inside_work(element, syntax.type)]
        if len(outer) <= _MOST_ITEMS:
            yield from (_entity(element, syntax) for element in outer)


def _may_hold_work(body: bytes) -> tuple[bool, bool]:
    """Return whether the address of a type of work stands in the page, and whether an attribute names the vocabulary.

    JSON-LD names it as well, but in no attribute.
    """
    declared = False
    at = body.find(_VOCABULARY)
    while at >= 0:
        if _TYPED.match(body, at):
            return True, declared
        declared = declared or _DECLARED.search(body[max(0, at - _REACH) : at]) is not None
        at = body.find(_VOCABULARY, at + 1)
    return False, declared


def _type(raw: str | None) -> str:
    words = (raw or "").split()
    return words[0].rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1].rsplit(":", 1)[-1] if words else ""


def _inside_work(element: etree._Element, attribute: str) -> bool:
    return any(_type(each.get(attribute)) in SCHEMA_TYPES for each in element.iterancestors() if each.get(attribute))


def _entity(element: etree._Element, syntax: _Syntax) -> Entity:
    """Return an item with all that stands inside of it; properties without a type belong to the item around them."""
    items: dict[etree._Element, Entity] = {element: _bare(element, syntax)}
    for child in elements(syntax.properties, element)[:_MOST_PROPERTIES]:
        names = [name.rsplit(":", 1)[-1] for name in (child.get(syntax.property) or "").split()]
        names = [name for name in names if name not in _SKIPPED]
        owner = next(
            (each for each in child.iterancestors() if each in items or each.get(syntax.scope) is not None), None
        )
        # An item that no property leads to is another item's business.
        if not names or owner is None or owner not in items:
            continue
        value: Entity | str
        if child.get(syntax.scope) is not None:
            value = items[child] = _bare(child, syntax)
        else:
            value = _value(child)
        for name in names:
            items[owner].setdefault(name, []).append(value)
    return items[element]


def _bare(element: etree._Element, syntax: _Syntax) -> Entity:
    found: Entity = {"@type": _type(element.get(syntax.type))}
    identity = element.get("itemid") or element.get("resource")
    return found | {"@id": identity} if identity else found


def _value(element: etree._Element) -> str:
    for name in ("content", "datetime", _ADDRESS.get(str(element.tag), "")):
        if name and element.get(name):
            return element.get(name, "").strip()
    return text_of(element)[:_LONGEST_TEXT]
