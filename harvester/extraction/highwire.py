"""Highwire Press tags (``citation_*``), which Google Scholar asks of every article page."""

from collections.abc import Iterator

from harvester.extraction import tags
from harvester.extraction.candidates import Candidate, RawAuthor
from harvester.extraction.compare import fold
from harvester.normalise.name_words import iberian, initials
from harvester.page import Page

NAME = "highwire"

_TYPES = ("dc.type", "dcterms.type")
_ISSUE_BEHIND = ("期", "号", "號", "호")
"""What a tag for the volume ends with that holds the issue as well."""
_TWO_PEOPLE = 4
_LONGEST_FAMILY = 3
_INSTITUTIONS = frozenset({"citation_author_institution", "citation_author_affiliation"})


def read(page: Page) -> Iterator[Candidate]:
    """Yield what the ``citation_*`` tags say; the tags after an author's name belong to that author."""
    for candidate in tags.scalars(page, NAME):
        yield _without_types(page, candidate) if candidate.field == "keywords" else candidate
        if candidate.field == "volume" and candidate.value.endswith(_ISSUE_BEHIND):
            yield Candidate("issue", candidate.value, NAME)
    yield from _authors(page)
    yield from tags.type_by_presence(page, "citation_", NAME)
    references = len(page.meta.all("citation_reference"))
    if references:
        yield Candidate("references_count", str(references), NAME)


def _without_types(page: Page, candidate: Candidate) -> Candidate:
    """Drop the type of the work, which DSpace adds to its subjects."""
    types = {fold(text) for tag in _TYPES for text in page.meta.all(tag)}
    if not types:
        return candidate
    lists = ([part for part in value.split(";") if fold(part) not in types] for value in candidate.value)
    return Candidate(candidate.field, [";".join(parts) for parts in lists if parts], NAME)


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
    """Split a list of whole names between commas, as PubMed Central wrote it, or of turned ones, as Highwire did.

    Any other list stays as it is.

    >>> _listed("Ada M. Byron, Sam Doe-Roe"), _listed("Byron, Ada; Doe, Sam"), _listed("Byron, Ada")
    (['Ada M. Byron', 'Sam Doe-Roe'], ['Byron, Ada; Doe, Sam'], ['Byron, Ada'])
    >>> _listed("Byron, Ada M., Doe-Roe, Sam")
    ['Byron, Ada M.', 'Doe-Roe, Sam']
    """
    parts = [part.strip() for part in content.split(",")]
    if all(map(iberian, parts[0].split())):
        # García Márquez, Gabriel José
        return [content]
    whole = all(len(part.split()) > 1 and len(part.split()[-1].strip(".")) > 2 for part in parts)
    if whole and ";" not in content:
        return parts
    turned = list(zip(parts[::2], parts[1::2], strict=False))
    # No family name is initials, and a name that is one word is no whole one.
    if ";" in content or len(parts) < _TWO_PEOPLE or len(parts) % 2 or not all(map(_is_family, parts[::2])):
        return [content]
    return [", ".join(pair) for pair in turned] if any(" " not in part for part in parts) else [content]


def _is_family(part: str) -> bool:
    words = part.split()
    return 0 < len(words) <= _LONGEST_FAMILY and not initials(words[-1])
