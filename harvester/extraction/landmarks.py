"""What elements tell and lines do not: addresses behind words, and containers that are named for what they hold."""

import re
from collections.abc import Iterator

from lxml import etree

from harvester.extraction import abstract_text, bylines, labels
from harvester.extraction.candidates import RawAuthor
from harvester.extraction.lines import render
from harvester.page import Page, elements, text_of, words_of

_NAMING = re.compile(rb"""(?:class|id)\s*=\s*["']([^"'<>]*)$""", re.IGNORECASE)
_REACH = 100
"""Bytes before a word within which the attribute that holds it must begin."""
_ORCID = "orcid.org/000"
"""How every address of an iD goes on: the registry hands out two blocks, which begin with 0000 and 0009."""
_ABSTRACT_WORDS = (b"bstract", b"resum")
_ABSTRACT_NAME = re.compile(
    r"(?:^|[^a-z])(?:abstract|abstracttext|abstractsection|articleabstract|abstracts?-?(?:content|body|text|full|en)"
    r"|resumen?|resumo|r[ée]sum[ée])(?:[^a-z]|$)",
    re.IGNORECASE,
)
_OTHER_NAME = re.compile(
    r"graphical|lay|plain|teaser|short|toggle|nav|menu|tab|link|button|references|keyword|author|video|image",
    re.IGNORECASE,
)
_TEXT_ELEMENTS = ("div", "section", "p", "blockquote", "article", "td", "dd")
_SIZE = r"\(?[0-9.,]+ ?[km]b?\)?"
_PDF_WORDS = re.compile(
    r"\s*(?:(?:full|(?:full)?[ -]?text|download|save|(?:pre)?view|article|open|read|get|complete|print|free|paper|this"
    r"|the|as|in|télécharger|voir|lire|texte|intégral|au|en|le|descargar|baixar|ver|visualizar|texto|complet[ao]|em"
    r"|formato?|scarica|il|volltext|artikel|als|скачать|полный|текст|статьи)\b[\s:/(\[-]*|[本全原]文|下[载載]|查看){0,6}"
    rf"\W?pdf\W*(?:download|full ?text|version|format|file|файл|herunterladen|下[载載]|[全原]文|ダウンロード|{_SIZE}"
    r"|\([^()0-9]{2,12}\))?\W*",
    re.IGNORECASE,
)
_FULL_TEXT_WORDS = re.compile(
    r"\s*(?:full[ -]?text|download(?: full text| article| file)?"
    r"|(?:view|ver|visualizar|voir|anzeigen) ?/ ?(?:open|abrir|ouvrir|öffnen)"
    rf"|texto completo|texte intégral|volltext|[全原]文)\W*(?:{_SIZE})?\s*",
    re.IGNORECASE,
)
_DOI_ADDRESS = "doi.org/10."
_SAYS_DOI = re.compile(r"\bdoi\b", re.IGNORECASE)
_LICENSE_HOST = "creativecommons.org/"
_LICENSE = re.compile(r"creativecommons\.org/(?:licenses|publicdomain)/(?:(?!deed\b)[a-z0-9./-])+")
_GIVEN_NAMES = etree.XPath("//@class[contains(., 'given-name')]/..")
_FEWEST_WORDS, _MOST_WORDS = 4, 60
"""Words of people's names, from two people on."""
_LONGEST_NAMES = 400
_TO_SUBJECTS = re.compile(r"tag|categ|topic|subject|keyword|section|journal|collection|disciplin")
_KEYWORD_GROUP = "kwd-group"
_KEYWORD_GROUPS = etree.XPath(f"//@class[contains(., '{_KEYWORD_GROUP}')]/..")
_PDF_ADDRESS = re.compile(r"\.pdf(?:$|[?#])|/pdf(?:/|$|\?)|[?&/](?:type|format)=pdf|/pdfft", re.IGNORECASE)


def abstract(page: Page) -> str | None:
    """Return the text of an element whose class or id names it as the abstract; asked only where no heading does."""
    if not any(_names_element(page.body, word) for word in _ABSTRACT_WORDS):
        return None
    for element in page.root.iter(*_TEXT_ELEMENTS):
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        hinted = "bstract" in name or "resum" in name
        if hinted and _ABSTRACT_NAME.search(name) and not _OTHER_NAME.search(name):
            text = _without_heading(render(element))
            if text:
                return text
    return None


def orcid_links(page: Page) -> list[etree._Element]:
    """Return the links to ORCID iDs."""
    return [anchor for _, anchor in page.links_with(_ORCID)]


def named_people(page: Page) -> list[RawAuthor]:
    """Return the people whose names the page marks part by part, as the hCard microformat does."""
    if b"given-name" not in page.body:
        return []
    found = {}
    for element in elements(_GIVEN_NAMES, page.root):
        if "given-name" not in (element.get("class") or "").split():
            continue
        parent = element.getparent()
        for sibling in parent if parent is not None else ():
            if {"family-name", "surname"} & set((sibling.get("class") or "").split()):
                given, family = (" ".join(words_of(each).split()) for each in (element, sibling))
                if given and family:
                    found[given, family] = RawAuthor(family=family, given=given)
    return list(found.values())


def linked_names(page: Page, line: str) -> list[str]:
    """Return the names of a line in which only links part them: ``<a>Jane Doe</a> <a>Richard Roe</a>``; else none."""
    if ";" in line or " and " in line:
        return []
    words = len(line.split())
    if not _FEWEST_WORDS <= words <= _MOST_WORDS or len(line) > _LONGEST_NAMES or not line[0].isupper():
        return []
    found = (((anchor.text or "").strip(" ,;"), href) for href, anchor in page.anchors)
    texts = [text for text, href in found if text and text in line and not _TO_SUBJECTS.search(href.lower())]
    for first, text in enumerate(texts):
        names, rest = [], line
        for name in texts[first : first + words] if line.startswith(text) else ():
            if not rest.startswith(name):
                break
            names.append(name)
            rest = rest[len(name) :].lstrip()
        if not rest and len(names) > 1 and all(map(bylines.is_name, names)):
            return names
    return []


def keywords(page: Page) -> list[str] | None:
    """Return the terms of a list that is named as JATS does: ``<ul class="kwd-group">``, often without heading."""
    # What makes pages out of JATS writes these tags as well.
    if "citation_title" not in page.meta or _KEYWORD_GROUP.encode() not in page.body:
        return None
    for group in elements(_KEYWORD_GROUPS, page.root):
        for tag in ("li", "a", "span"):
            if terms := [text for each in group.iter(tag) if (text := text_of(each).strip(" ,;"))]:
                # The heading may be an item as well.
                return [term for term in dict.fromkeys(terms) if labels.table().get(labels.key(term)) != "keywords"]
    return None


def pdf(page: Page) -> str | None:
    """Return the address of the one PDF that the page offers as its full text."""
    found = list(dict.fromkeys(_pdfs(page)))
    return found[0] if len({each.partition("?")[0] for each in found}) == 1 else None


def doi(page: Page) -> str | None:
    """Return the one address of a DOI that the page links as such: ``<a href="https://doi.org/10.5/x">DOI</a>``."""
    hrefs = (href for href, anchor in page.links_with(_DOI_ADDRESS) if _SAYS_DOI.search(text_of(anchor)))
    found = {href.partition(_DOI_ADDRESS)[2].lower(): href for href in hrefs}
    return next(iter(found.values())) if len(found) == 1 else None


def license_link(page: Page) -> str | None:
    """Return the one Creative Commons licence that the page links."""
    hrefs = [href for href, _ in page.links_with(_LICENSE_HOST)] + page.linked("license")
    found = {match[0].rstrip("/") for href in hrefs if (match := _LICENSE.search(href))}
    return f"https://{found.pop()}/" if len(found) == 1 else None


def _names_element(body: bytes, word: bytes) -> bool:
    """Return True where a word stands in the class or the id of an element as an abstract's would."""
    at = body.find(word)
    while at >= 0:
        match = _NAMING.search(body[max(0, at - _REACH) : at])
        if match:
            name = match[1] + body[at : at + _REACH].split(b'"', 1)[0].split(b"'", 1)[0]
            text = name.decode("utf-8", "replace")
            if _ABSTRACT_NAME.search(text) and not _OTHER_NAME.search(text):
                return True
        at = body.find(word, at + 1)
    return False


def _without_heading(lines: list[str]) -> str | None:
    """Return an abstract out of an element's lines, if that is all there is."""
    if lines and (found := labels.read(lines[0])) and found[0].field == "abstract":
        lines = [found[0].value, *lines[1:]] if found[0].value else lines[1:]
    text = abstract_text.gather(lines)
    whole = sum(map(len, lines))
    return text if text and len(text) > 0.6 * whole and abstract_text.weight(text) > 150 else None


def _pdfs(page: Page) -> Iterator[str]:
    for href, anchor in page.links_with("pdf", "PDF", "ownload"):
        words = words_of(anchor)
        if len(words) > 80:
            continue
        if _PDF_WORDS.fullmatch(words) or (_PDF_ADDRESS.search(href) and _FULL_TEXT_WORDS.fullmatch(words)):
            address = page.absolute(href)
            if address and address.startswith("http"):
                yield address
