"""``oai_dc``: unqualified Dublin Core, which every repository serves (OAI-PMH 2.0, section 2.5).

Fifteen elements hold everything, so values are told by their shape. How they are used: DSpace puts three dates, of
which those with a time are when the record was made; OJS writes ``dc:source`` as "Journal; Vol. 3 No. 2 (2019); 12-34"
and the ISSNs beside it; EPrints adds a whole reference as an identifier; the OpenAIRE guidelines put further
identifiers of the same work into ``dc:relation`` as ``info:eu-repo/semantics/altIdentifier/SCHEME/VALUE``.
"""

import re

from lxml import etree

from harvester.extraction.citation_line import of_work
from harvester.formats._draft import Draft, people
from harvester.items import Work
from harvester.listing.metadata._values import identify, texts
from harvester.normalise import identifiers

PREFIXES = ("oai_dc",)
_FIELDS = {"title": "title", "publisher": "publisher", "language": "language", "type": "type"}
_ALTERNATIVE = re.compile(r"info:eu-repo/semantics/altIdentifier/([a-z]+)/(.+)", re.IGNORECASE)
_LICENSE = re.compile(r"https?://\S+|(?:CC|Creative Commons)\b.*", re.IGNORECASE)
_YEAR = re.compile(r"[0-9]{4}")
_ISSUE = re.compile(
    r"(?:(?:vol(?:ume|\.)?|v\.|band|tome?|том)\s*(?P<volume>[\w.-]+))?[\s,:;]*"
    r"(?:(?:no\.?|n[°º.]|num\.?|núm\.?|nr\.?|iss(?:ue|\.)?|heft|№)\s*(?P<issue>[\w./-]+))?"
    r"\s*(?:\((?P<year>[0-9]{4})[^)]*\))?(?:\s*:\s*.*)?",
    re.IGNORECASE,
)
_EPRINTS = re.compile(
    r"(?P<title>[^\d,][^,]*), (?P<volume>[A-Z]?[0-9]+)(?: \((?P<issue>[^)]+)\))?\.(?: pp?\. (?P<pages>[\w–-]+)\b.*)?"
)
_PAGES = re.compile(r"(?:pp?\.?\s*)?[A-Za-z]?[0-9]+(?:\s*[-–]\s*[A-Za-z]?[0-9]+)?")


def work(metadata: etree._Element) -> Work:
    """Return the work that a ``dc`` element describes."""
    draft = Draft()
    for element, name in _FIELDS.items():
        draft.add(name, *texts(metadata, element))
    draft.people = people(texts(metadata, "creator"))
    draft.add("keywords", *texts(metadata, "subject"))
    # The longest text is the abstract; beside it stand remarks such as "Peer reviewed".
    draft.add("abstract", *sorted(texts(metadata, "description"), key=len, reverse=True))
    draft.add("published", *_dates(texts(metadata, "date")))
    draft.add("license", *(text for text in texts(metadata, "rights") if _LICENSE.fullmatch(text)))
    title = next(iter(texts(metadata, "title")), "")
    for text in texts(metadata, "identifier"):
        if not identify(draft, text) or " " in text:
            _place(draft, text, title)
    for text in texts(metadata, "relation"):
        if named := _ALTERNATIVE.fullmatch(text):
            draft.identifiers.append((named[1].lower(), named[2]))
    for text in texts(metadata, "source"):
        if identifiers.issn(text) and len(text) < 30:
            draft.add("issn", text)
        else:
            _place(draft, text, title)
    return draft.work()


def _dates(dates: list[str]) -> list[str]:
    """Return the dates, the likeliest date of publication first: without a time, then the earliest."""
    known = [date for date in dates if _YEAR.match(date)]
    return sorted(known, key=lambda date: ("T" in date, date[:4], -len(date)))


def _place(draft: Draft, text: str, title: str) -> None:
    """Read where a work stands: from OJS's three parts, from EPrints' reference, or from any line of a list of them."""
    parts = [part.strip() for part in text.split(";")]
    if len(parts) >= 2 and (issue := _ISSUE.fullmatch(parts[1])) and (issue["volume"] or issue["issue"]):
        draft.add("container_title", parts[0])
        draft.add("volume", issue["volume"])
        draft.add("issue", issue["issue"])
        if len(parts) > 2 and _PAGES.fullmatch(parts[2]):
            draft.add("pages", parts[2])
    elif title and (found := _EPRINTS.match(text.partition(title)[2].strip(" ."))):
        draft.add("container_title", found["title"])
        for name in ("volume", "issue", "pages"):
            draft.add(name, found[name])
    elif line := of_work(text, title):
        for name in ("container_title", "volume", "issue", "first_page", "last_page"):
            draft.add(name, getattr(line, name))
