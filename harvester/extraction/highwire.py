"""Highwire Press tags (``citation_*``), which Google Scholar asks of every article page."""

from collections.abc import Iterator

from harvester.extraction import tags
from harvester.extraction.candidates import Candidate, RawAuthor
from harvester.normalise.name_words import iberian
from harvester.page import Page

NAME = "highwire"

_INSTITUTIONS = frozenset({"citation_author_institution", "citation_author_affiliation"})


def read(page: Page) -> Iterator[Candidate]:
    """Yield what the ``citation_*`` tags say; the tags after an author's name belong to that author."""
    yield from tags.scalars(page, NAME)
    yield from _authors(page)
    yield from tags.type_by_presence(page, "citation_", NAME)
    references = len(page.meta.all("citation_reference"))
    if references:
        yield Candidate("references_count", str(references), NAME)


def _authors(page: Page) -> Iterator[Candidate]:
    found: list[RawAuthor] = []
    for name, content in page.meta.items:
        if name == "citation_author":
            # Some publishers repeat an author once for each institution (zotero/translators PR #2931).
            if not (found and found[-1].name == content and found[-1].affiliations):
                found.append(RawAuthor(name=content))
        elif not found:
            continue
        elif name in _INSTITUTIONS:
            if content not in found[-1].affiliations:
                found[-1].affiliations += (content,)
        elif name == "citation_author_orcid":
            found[-1].orcid = found[-1].orcid or content
    if found:
        yield Candidate("authors", found, NAME)
    # Deprecated, one string for all; a rival of the list above, never a part of it.
    for content in page.meta.all("citation_authors"):
        yield Candidate("authors", [RawAuthor(name=name) for name in _listed(content)], NAME)


def _listed(content: str) -> list[str]:
    """Split a list of whole names between commas, as PubMed Central wrote it; any other list stays as it is.

    >>> _listed("Ada M. Byron, Sam Doe-Roe"), _listed("Byron, Ada; Doe, Sam"), _listed("Byron, Ada")
    (['Ada M. Byron', 'Sam Doe-Roe'], ['Byron, Ada; Doe, Sam'], ['Byron, Ada'])
    """
    parts = [part.strip() for part in content.split(",")]
    if all(map(iberian, parts[0].split())):
        # García Márquez, Gabriel José
        return [content]
    whole = all(len(part.split()) > 1 and len(part.split()[-1].strip(".")) > 2 for part in parts)
    return parts if whole and ";" not in content else [content]
