"""What the formats' readers share: walking elements without minding namespaces, and values that stand anywhere."""

import re
from collections.abc import Iterator

from lxml import etree

from harvester.formats._draft import Draft
from harvester.listing.oai_answer import text_of
from harvester.normalise import identifiers
from harvester.normalise.doi import doi

_PDF = re.compile(r"\.pdf(?:$|[?#])|/download/[^?#]*\.pdf", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+")
_URN = re.compile(r"(?:urn:)?(isbn|issn|pmid|pmcid|arxiv|hdl|handle)\s*[:\s]\s*(.+)", re.IGNORECASE)
_NOBODYS = "123456789/"
"""The prefix of Handles in a DSpace that nobody has set up; hundreds of repositories share it."""
_OWN_HOSTS = {"pubmed.ncbi.nlm.nih.gov": "pmid", "arxiv.org/abs/": "arxiv", "ncbi.nlm.nih.gov/pmc/": "pmcid"}


def found(element: etree._Element, path: str) -> Iterator[etree._Element]:
    """Yield the elements at a path of names parted by ``/``, in any namespace."""
    yield from element.iterfind("/".join(f"{{*}}{name}" for name in path.split("/")))


def texts(element: etree._Element, path: str) -> list[str]:
    """Return the texts at a path that are not empty, white space collapsed."""
    return [text for each in found(element, path) if (text := text_of(each))]


def identify(draft: Draft, value: str) -> bool:
    """Bring an identifier of unknown scheme (DOI, Handle, URL...) where it belongs, and return whether it is one."""
    text = value.strip()
    if key := doi(text):
        draft.add("doi", key)
        return True
    if named := _URN.fullmatch(text):
        draft.identifiers.append((named[1].lower(), named[2]))
        return True
    if _ADDRESS.fullmatch(text):
        for mark, scheme in _OWN_HOSTS.items():
            if mark in text:
                draft.identifiers.append((scheme, text))
        handle = identifiers.handle(text) if "hdl.handle.net/" in text else None
        if handle and not handle.startswith(_NOBODYS):
            draft.identifiers.append(("handle", handle))
        draft.add("pdf_url" if _PDF.search(text) else "url", text)
        return True
    return False
