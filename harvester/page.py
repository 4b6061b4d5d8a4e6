"""A response without Scrapy: whatever the readers need of a page, each part parsed once, when first asked for."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property, lru_cache
from itertools import compress, count, repeat
from operator import contains
from typing import Any, NamedTuple, cast
from urllib.parse import urljoin, urlsplit

from lxml import etree
from parsel.csstranslator import HTMLTranslator

from harvester import loose_json
from harvester.encodings import decode, encoding_of
from harvester.errors import PageError


class HeadLink(NamedTuple):
    """A typed link: from the ``Link`` header or a ``<link>`` element."""

    rel: str
    href: str
    type: str


class MetaTags:
    """The page's meta tags as a multi-dict; names in any case, ``.`` and ``:`` are the same.

    >>> tags = MetaTags([("DC:Title", "On Counting"), ("dc.title", "Twice")])
    >>> tags.all("dc.title"), tags.first("dc.creator")
    (['On Counting', 'Twice'], None)
    """

    def __init__(self, tags: list[tuple[str, str]]) -> None:
        self.items: list[tuple[str, str]] = []
        """Names and contents in the order of the page, empty contents left out."""
        self.by_name: dict[str, list[str]] = {}
        """Contents in the order of the page, by name."""
        for raw_name, raw_content in tags:
            if content := raw_content.strip():
                name = _meta_name(raw_name)
                self.items.append((name, content))
                if name in self.by_name:
                    self.by_name[name].append(content)
                else:
                    self.by_name[name] = [content]

    def __contains__(self, name: str) -> bool:
        return name in self.by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_name)

    def all(self, name: str) -> list[str]:
        """Return every content under a name (given in lower case, with dots)."""
        return self.by_name.get(name, [])

    def first(self, *names: str) -> str | None:
        """Return the first content under the first of the names that has one."""
        return next((self.by_name[name][0] for name in names if name in self.by_name), None)


@lru_cache(maxsize=2048)
def _meta_name(raw: str) -> str:
    name = raw.lower().replace(":", ".").strip()
    # Lippincott's journals have the tags of Highwire under a prefix of their own.
    return f"citation_{name.removeprefix('wkhealth_')}" if name.startswith("wkhealth_") else name


class Page:
    """One page as it came.

    ``url``: the address that the page came from, after redirects. ``body``: its bytes, decompressed.
    ``status``: HTTP status (200 for a saved page). ``headers``: names in any case; several values of one name
    are joined with ``", "`` (RFC 9110, section 5.2). ``media_type``: overrides the ``Content-Type`` header.
    """

    def __init__(
        self,
        url: str,
        body: bytes,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
    ) -> None:
        self.url = url
        self.body = body
        self.status = status
        self.headers = {name.lower(): value for name, value in (headers or {}).items()}
        self.problems: list[str] = []
        """What could not be read: one line for each broken block."""
        self._media_type = media_type

    @cached_property
    def host(self) -> str:
        """Return the host of the address, lower case, without port; "" for a local file."""
        try:
            return (urlsplit(self.url).hostname or "").lower()
        except ValueError:
            return ""

    @cached_property
    def media_type(self) -> str:
        """Return the media type without parameters, lower case, as declared; "text/html" where nothing says."""
        declared = self._media_type or self.headers.get("content-type") or "text/html"
        return declared.partition(";")[0].strip().lower()

    @cached_property
    def is_plain_text(self) -> bool:
        """Return True for a text snapshot, which has lines but no markup."""
        return self.media_type == "text/plain"

    @property
    def text(self) -> str:
        """Return the body as text; not kept, since a page of 10 MB is held once already."""
        return decode(self.body, self.headers.get("content-type"))

    @cached_property
    def root(self) -> etree._Element:
        """Return the root of the tree of the page's first 6 MB; a tree takes some fifteen times its page."""
        body, encoding = self.body[:_MOST_PARSED], encoding_of(self.body, self.headers.get("content-type"))
        if encoding != "utf-8":
            body = self.text[:_MOST_PARSED].encode("utf-8", "replace")
        # libxml2 stops at a zero byte.
        body = body.replace(b"\x00", b"").removeprefix(b"\xef\xbb\xbf")
        parser = _parser()
        root = etree.fromstring(b"<html/>" if not body or body.isspace() else body, parser)
        return etree.fromstring(b"<html/>", parser) if root is None else root

    def select(self, css: str) -> list[etree._Element]:
        """Return the elements of the page that a CSS selector names."""
        if css not in self._selected:
            self._selected[css] = select(self.root, css)
        return cast("list[etree._Element]", self._selected[css])

    def select_texts(self, css: str) -> list[str]:
        """Return the texts of the page that a CSS selector names that ends in ``::text`` or ``::attr(...)``."""
        if css not in self._selected:
            self._selected[css] = select_texts(self.root, css)
        return cast("list[str]", self._selected[css])

    @cached_property
    def _selected(self) -> dict[str, list[etree._Element] | list[str]]:
        return {}

    @cached_property
    def body_hash(self) -> str:
        """Return the SHA-256 of the body, hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()

    @cached_property
    def _found(self) -> dict[str, list[etree._Element]]:
        """Return the elements that carry metadata, and the links in the text, by tag: one walk serves all readers."""
        found: dict[str, list[etree._Element]] = {tag: [] for tag in _COLLECTED}
        if not self.is_plain_text:
            for element in self.root.iter(*_COLLECTED):
                found[element.tag].append(element)
        return found

    @cached_property
    def meta(self) -> MetaTags:
        """Return the meta tags that have a name or a property; microdata's ``itemprop`` is prefixed by that word."""
        tags: list[tuple[str, str]] = []
        for element in self._found["meta"]:
            content = element.get("content")
            if not content:
                continue
            name, prop = element.get("name"), element.get("property")
            if name:
                tags.append((name, content))
            if prop and prop != name:
                tags.append((prop, content))
            if not name and not prop:
                prop = element.get("itemprop")
                other = f"itemprop.{prop}" if prop else element.get("http-equiv")
                if other:
                    tags.append((other, content))
        return MetaTags(tags)

    @cached_property
    def memo(self) -> dict[str, Any]:
        """Return a place where readers keep what they worked out of this page, under their own name."""
        return {}

    @cached_property
    def links(self) -> list[HeadLink]:
        """Return the typed links of header and head that some reader asks for, header first, addresses absolute."""
        found = [link for link in _header_links(self.headers.get("link", "")) if link.rel in _RELATIONS]
        for element in self._found["link"]:
            # Most are style sheets and icons.
            asked = _RELATIONS.intersection((element.get("rel") or "").lower().split())
            href = element.get("href") if asked else None
            # Nobody asks for the same page in another language.
            if href and (len(asked) > 1 or "alternate" not in asked or element.get("type")):
                rels = (element.get("rel") or "").lower().split()
                kind = (element.get("type") or "").lower()
                found.extend(HeadLink(rel, href.strip(), kind) for rel in rels if rel in asked)
        return [HeadLink(rel, self.absolute(href) or href, kind) for rel, href, kind in found]

    def linked(self, rel: str) -> list[str]:
        """Return the addresses that the page links with a relation."""
        return [link.href for link in self.links if link.rel == rel]

    @cached_property
    def title(self) -> str:
        """Return the text of ``<title>``, white space collapsed; one that was never closed holds the page's source."""
        return next((text for each in self._found["title"] if (text := text_of(each))), "")[:_LONGEST_TITLE]

    @cached_property
    def headings(self) -> list[str]:
        """Return the texts of the first-level headings that have one."""
        return [text for each in self._found["h1"] if (text := text_of(each))]

    @cached_property
    def language(self) -> str | None:
        """Return the language that the page declares for itself, raw."""
        return self.root.get("lang") or self.root.get("{http://www.w3.org/XML/1998/namespace}lang")

    @cached_property
    def scripts(self) -> list[tuple[str, etree._Element]]:
        """Return the types of the script elements, in small letters, and the elements."""
        return [((script.get("type") or "").lower(), script) for script in self._found["script"]]

    def links_with(self, *parts: str) -> list[tuple[str, etree._Element]]:
        """Return the links in the text whose address, as written, has one of the parts, and these addresses."""
        hrefs, anchors, joined = self._anchors
        asked = [part for part in parts if part in joined]
        found = {at for part in asked for at in compress(count(), map(contains, hrefs, repeat(part)))}
        return [(hrefs[at], anchors[at]) for at in sorted(found)]

    @property
    def anchors(self) -> Iterator[tuple[str, etree._Element]]:
        """Return the links in the text in order, each with its address as written, "" where it has none."""
        hrefs, anchors, _ = self._anchors
        return zip(hrefs, anchors, strict=True)

    @property
    def link_count(self) -> int:
        """Return how many links the text has."""
        return len(self._anchors[0])

    @cached_property
    def _anchors(self) -> tuple[list[str], list[etree._Element], str]:
        """Return the addresses of all links in the text, the links, and the addresses as one text."""
        anchors = self._found["a"]
        hrefs = [anchor.get("href", "") for anchor in anchors]
        return hrefs, anchors, "\n".join(hrefs)

    @cached_property
    def json_ld(self) -> list[Any]:
        """Return the JSON-LD blocks that can be read; `problems` tells of the others."""
        blocks = []
        for kind, script in self.scripts:
            if "ld+json" in kind and script.text:
                try:
                    blocks.append(loose_json.loads(script.text))
                except PageError as error:
                    # Here and not in examine(): one broken block must not cost its siblings.
                    self.problems.append(f"JSON-LD: {error}")
        return blocks

    def absolute(self, href: str | None) -> str | None:
        """Return an address of the page as an absolute URL; None where it cannot be one."""
        if not href:
            return None
        href = href.strip()
        if _WHOLE_ADDRESS.fullmatch(href):
            return href
        try:
            if self._origin and _ROOTED.fullmatch(href):
                return self._origin + href
            return urljoin(self._base, href)
        except ValueError:
            return None

    @cached_property
    def _origin(self) -> str:
        """Return scheme and host of the address that others are relative to, as `urljoin` writes them; or ""."""
        found = _ORIGIN.match(self._base)
        return found[0] if found else ""

    @cached_property
    def _base(self) -> str:
        base = next((each.get("href", "") for each in self._found["base"] if each.get("href")), "")
        try:
            return urljoin(self.url, base.strip())
        except ValueError:
            return self.url


@cache
def _parser() -> etree.HTMLParser:
    # What nobody sees is not kept, so that the text around it is one text.
    return etree.HTMLParser(
        recover=True, encoding="utf-8", huge_tree=True, collect_ids=False, remove_comments=True, remove_pis=True
    )


_MOST_PARSED = 6_000_000
_LONGEST_TITLE = 2_000
# What urljoin() would leave as it is, or put behind the host; it takes some ten times as long.
_WHOLE_ADDRESS = re.compile(r"https?://[a-z0-9.-]+(?:/[\w/.~%+-]*)?(?:\?[\w=&%+./:-]+)?", re.ASCII)
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]+)?(?=/|$)")
_ROOTED = re.compile(r"/(?:[\w~%+-][\w~%+.-]*(?:/[\w~%+-][\w~%+.-]*)*/?)?(?:\?[\w=&%+./:-]+)?", re.ASCII)
_RELATIONS = frozenset(
    {
        "cite-as",
        "describedby",
        "item",
        "license",
        "author",
        "type",
        "collection",
        "canonical",
        "alternate",
        "next",
        "prev",
    }
)
_COLLECTED = ("meta", "link", "script", "title", "h1", "base", "a")


def text_of(element: etree._Element) -> str:
    """Return all text inside of an element, white space collapsed."""
    return " ".join(words_of(element).split())


def words_of(element: etree._Element) -> str:
    """Return all text inside of an element as it stands there."""
    if len(element) == 0:
        return element.text or ""
    # libxml2 gathers it five times as fast as itertext().
    return etree.tostring(element, method="text", encoding="unicode", with_tail=False)


def select(within: etree._Element, css: str) -> list[etree._Element]:
    """Return the elements at or below an element that a CSS selector names."""
    return elements(_compiled(css), within)


def select_texts(within: etree._Element, css: str) -> list[str]:
    """Return the texts at or below an element that a CSS selector names.

    Every part of the selector ends in ``::text`` or ``::attr(...)``, as parsel has them.
    """
    return cast("list[str]", _compiled(css)(within))


@cache
def _compiled(css: str) -> etree.XPath:
    return etree.XPath(HTMLTranslator().css_to_xpath(css), smart_strings=False)


def elements(query: etree.XPath, root: etree._Element) -> list[etree._Element]:
    """Return the elements that a compiled query finds; a query for elements finds nothing else."""
    return cast("list[etree._Element]", query(root))


def _header_links(header: str) -> Iterator[HeadLink]:
    """Yield the links of a ``Link`` header (RFC 8288)."""
    for part in header.split("<")[1:]:
        href, _, rest = part.partition(">")
        rels, kind = "", ""
        for parameter in rest.rstrip(", ").split(";")[1:]:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "rel":
                rels = rels or value.strip(' "\t,').lower()
            elif name.strip().lower() == "type":
                kind = value.strip(' "\t,').lower()
        yield from (HeadLink(rel, href.strip(), kind) for rel in rels.split())
