"""A list's text cut into its blocks, one element for each entry, without a parser for the whole.

Lists on the web are long, and broken in places. A parser stops at the first mistake; one that recovers goes on with a
wrong idea of where it is: after one stray end tag within an address, libxml2 found 1 of 200,000 entries, and for each
"&" that should be "&amp;" it kept a kilobyte. Cut at the element that holds one entry, a mistake costs its own entry,
nothing is kept, and neither DTD nor entities are ever read. Each block is a few hundred characters of XML, and parsed
as such.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from lxml import etree

from harvester.listing.document import Fault
from harvester.listing.repair import with_known_entities, without_controls

LONGEST = 1_000_000
"""Characters of one block; feeds carry whole articles."""

_CHUNK = 65536
_NAMES = ("sitemap", "url", "item", "entry")
_OPEN = re.compile(rf"<!--|<(?:[\w.-]+:)?({'|'.join(_NAMES)})(?=[\s>])")
_LONGEST_OPENING = 80
_CLOSE = {name: re.compile(rf"</(?:[\w.-]+:)?{name}\s*>") for name in _NAMES}
_COMMENT_END = re.compile("-->")
_PARSER = etree.XMLParser(
    recover=True,
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)


@dataclass(frozen=True, slots=True)
class Block:
    """One entry: the number of its line, the name of its element without prefix, and the element."""

    line: int
    name: str
    element: etree._Element


def blocks(text: TextIO, root: str = "") -> Iterator[Block | Fault]:
    """Yield the entries of a text in order, and what is wrong in the place of those that cannot be read.

    ``root``: the name of the first element; a text that does not end with its end tag has been cut off, which is the
    last fault. What reading the text raises as ``ValueError`` is the last fault too.
    """
    buffer, line, over, whole = "", 1, False, not root
    while not over:
        try:
            chunk = text.read(_CHUNK)
        except ValueError as error:
            yield Fault(line + buffer.count("\n"), "", str(error))
            return
        over = not chunk
        buffer += chunk
        whole = whole or (
            f"{root}" in buffer and re.search(rf"</(?:[\w.-]+:)?{re.escape(root)}\s*>", buffer) is not None
        )
        at = 0
        while (found := _OPEN.search(buffer, at)) is not None:
            closing = _CLOSE[found[1]] if found[1] else _COMMENT_END
            end = closing.search(buffer, found.end())
            if end is None:
                if not over and len(buffer) - found.start() <= LONGEST:
                    at = found.start()
                    break
                where = line + buffer.count("\n", 0, found.start())
                yield Fault(where, buffer[found.start() : found.start() + 200], "an element without an end")
                at = found.end()
            else:
                if found[1]:
                    where = line + buffer.count("\n", 0, found.start())
                    yield from _read(where, found[1], buffer[found.start() : end.end()])
                at = end.end()
        else:
            at = max(at, len(buffer) - _LONGEST_OPENING) if not over else len(buffer)
        line += buffer.count("\n", 0, at)
        buffer = buffer[at:]
    if not whole:
        yield Fault(line, "", f"cut off: no </{root}> at the end")


def _read(line: int, name: str, text: str) -> Iterator[Block | Fault]:
    """Parse one block. Where another one begins in it, the first was never closed: each is read for itself."""
    starts = [each.start() for each in _OPEN.finditer(text) if each[1] == name]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = text[start:end]
        root = _parsed(piece)
        if root is None:
            yield Fault(line, piece[:200], "not XML")
        else:
            yield Block(line, name, root)


def _parsed(text: str) -> etree._Element | None:
    clean = with_known_entities(without_controls(text))
    try:
        return etree.fromstring(clean, _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        return None


def local(element: etree._Element) -> str:
    """Return the name of an element without namespace and prefix; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""
