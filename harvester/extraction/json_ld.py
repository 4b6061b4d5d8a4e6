"""JSON-LD: the entity that the page is about, out of graphs and several blocks."""

from collections.abc import Iterator
from typing import Any

from harvester.extraction.candidates import Candidate
from harvester.extraction.schema_org import Entity, about, candidates, types_of
from harvester.page import Page

NAME = "json_ld"

_MOST_NODES = 5_000
"""Nodes looked at; a page with more is a listing or an application's state."""


def read(page: Page) -> Iterator[Candidate]:
    """Yield what the page's JSON-LD says of the work that the page is about."""
    entity = about(page, list(entities(page)))
    if entity:
        yield from candidates(entity, NAME)


def entities(page: Page) -> Iterator[Entity]:
    """Yield the entities that stand at the top of a block, in a graph, or as a page's main entity."""
    pending: list[Any] = list(page.json_ld)
    for _ in range(_MOST_NODES):
        if not pending:
            return
        node = pending.pop(0)
        if isinstance(node, list):
            pending[:0] = node
        elif isinstance(node, dict):
            if types_of(node):
                yield node
            pending.extend(node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node)
