"""One answer of an OAI-PMH server (version 2.0, sections 3.2, 3.5 and 3.6) to its parts, however broken it is.

The answer is cut into its records before anything is parsed, and each record is parsed by itself, so that one which is
broken costs nobody else. Control characters, which XML forbids and databases hold, are dropped first. An answer that
does not come to its end is told by `Answer.whole`; of such a one the records are right, and how the list goes on is not
known.

sickle has not been released since 2020; oaipmh-scythe is kept, and makes its requests itself, past our robots.txt,
delays and address guard, while what its responses add to an XML tree is a property. Hence this module.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from harvester.encodings import decode
from harvester.listing.repair import with_known_entities, without_controls

_MOST = 100_000_000  # bytes of one answer after unpacking
_PREFIX = r"(?:[\w.-]+:)?"
_ROOT = re.compile(rf"<{_PREFIX}OAI-PMH\b([^>]*)>")
_END = re.compile(rf"</{_PREFIX}OAI-PMH\s*>")
_DATE = re.compile(rf"<{_PREFIX}responseDate[^>]*>([^<]*)<")
_ERROR = re.compile(rf"<{_PREFIX}error\b([^>]*?)(?:/>|>(.*?)</{_PREFIX}error\s*>)", re.DOTALL)
_CODE = re.compile(r"""\bcode\s*=\s*["']([^"']*)["']""")
_RECORD = re.compile(rf"<{_PREFIX}record(?:\s[^>]*)?>(?=\s*<{_PREFIX}header\b)")
_RECORD_END = re.compile(rf"</{_PREFIX}record\s*>")
_AFTER = re.compile(rf"<{_PREFIX}resumptionToken\b|</{_PREFIX}(?:ListRecords|GetRecord|OAI-PMH)\s*>")
_TOKEN = re.compile(rf"<{_PREFIX}resumptionToken\b([^>]*?)(?:/>|>(.*?)</{_PREFIX}resumptionToken\s*>)", re.DOTALL)
_SIZE = re.compile(r"""\bcompleteListSize\s*=\s*["']\s*([0-9]{1,12})\s*["']""")
_GRANULARITY = re.compile(rf"<{_PREFIX}granularity[^>]*>\s*([^<\s]*)")
_DECLARED = re.compile(r"""xmlns(?::[\w.-]+)?\s*=\s*(?:"[^"]*"|'[^']*')""")
_STRICT = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
)
_LENIENT = etree.XMLParser(
    recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
)


@dataclass(frozen=True, slots=True)
class Raw:
    """One record as the server sent it. ``element`` None: it cannot be read at all; ``repaired``: it was broken."""

    text: str
    element: etree._Element | None
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer says.

    ``date``: the server's time. ``errors``: code and message of each. ``token``: the resumption token, None where the
    list is at its end. ``size``: how many records the server says the whole list has. ``granularity``: as Identify
    tells it. ``whole``: False where the answer has been cut off.
    """

    date: str = ""
    errors: list[tuple[str, str]] = field(default_factory=list)
    records: list[Raw] = field(default_factory=list)
    token: str | None = None
    size: int | None = None
    granularity: str = ""
    whole: bool = True


def read(body: bytes, content_type: str | None = None) -> Answer | None:
    """Return what an answer says; None where it is no answer of OAI-PMH at all."""
    try:
        return _read(body, content_type)
    except zlib.error:
        return None


def _read(body: bytes, content_type: str | None) -> Answer | None:
    if body[:2] == b"\x1f\x8b":  # packed, and nothing in the headers that says so
        body = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, _MOST)
    text = without_controls(decode(body, content_type))
    root = _ROOT.search(text)
    if root is None:
        return None
    declared = " ".join(_DECLARED.findall(root[0]))
    outside, records = _cut(text, root.end())
    date = _DATE.search(outside)
    token = list(_TOKEN.finditer(outside))[-1:]  # the last one, which follows the records
    value = _plain(token[0][2] or "") if token else ""
    size = _SIZE.search(token[0][1]) if token else None
    granularity = _GRANULARITY.search(outside)
    return Answer(
        date=date[1].strip() if date else "",
        errors=[
            (code[1] if (code := _CODE.search(each[1])) else "", _plain(each[2] or ""))
            for each in _ERROR.finditer(outside)
        ],
        records=[_parsed(each, declared) for each in records],
        token=value or None,
        size=int(size[1]) if size else None,
        granularity=granularity[1] if granularity else "",
        whole=_END.search(outside) is not None,
    )


def _cut(text: str, start: int) -> tuple[str, list[str]]:
    """Return the text without its records, and the records; one that was cut off is left out.

    A record begins where a header follows: metadata may have an element ``record`` of its own, as MARCXML has, and a
    record that was never closed must not swallow those behind it.
    """
    starts = [each.start() for each in _RECORD.finditer(text, start)]
    if not starts:
        return text, []
    after = _AFTER.search(text, starts[-1])
    ends = [*starts[1:], after.start() if after else len(text)]
    pieces = [text[begin:end] for begin, end in zip(starts, ends, strict=True)]
    if after is None and not _RECORD_END.search(pieces[-1]):
        pieces.pop()
    return text[: starts[0]] + (text[after.start() :] if after else ""), pieces


def _parsed(text: str, declared: str) -> Raw:
    """Parse one record under the namespaces that the root declares."""
    *_, end = [len(text), *(each.end() for each in _RECORD_END.finditer(text))]
    whole = f"<r {declared}>{text[:end]}</r>"
    strict = _tree(whole, _STRICT)
    if strict is not None:
        return Raw(text, strict[0])
    lenient = _tree(with_known_entities(whole), _LENIENT)
    return Raw(text, lenient[0] if lenient is not None and len(lenient) else None, repaired=True)


def _tree(text: str, parser: etree.XMLParser) -> etree._Element | None:
    """Return the tree of a text; None where the parser gives it up."""
    try:
        return etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _plain(text: str) -> str:
    """Return the text of an element that has no elements in it, whose text may stand in a CDATA section."""
    element = _tree(f"<r>{with_known_entities(text)}</r>", _LENIENT)
    return "".join(map(str, element.itertext())).strip() if element is not None else text.strip()


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """Return the first child with a name, whatever its namespace."""
    return next(iter(children(element, name)), None)


def children(element: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """Yield the children with a name, whatever their namespace."""
    for each in element if element is not None else ():
        tag = each.tag
        if isinstance(tag, str) and tag.rpartition("}")[2].rpartition(":")[2] == name:
            yield each


def text_of(element: etree._Element | None) -> str:
    """Return all text inside of an element, white space collapsed."""
    return " ".join("".join(map(str, element.itertext())).split()) if element is not None else ""
