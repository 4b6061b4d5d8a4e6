"""The visible page without labels: citation lines, bylines, abstracts by place, numbers in the masthead.

The last reader to be asked, and the most careful: what it cannot tell for sure it leaves out.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import compress, islice, pairwise, repeat
from operator import contains, itemgetter

from harvester.extraction import (
    abstract_text,
    bylines,
    known_people,
    labelled,
    labels,
    landmarks,
    masthead,
    people_lines,
    reference_list,
)
from harvester.extraction.candidates import Candidate, LateCandidate, RawAuthor
from harvester.extraction.citation_line import MONTH, CitationLine
from harvester.extraction.lines import Rendered, rendered
from harvester.extraction.zone import Zone, ends, title_text, year_behind, zone
from harvester.page import Page

NAME = "visible"

_BYLINE, _DATES = f"{__name__}.byline", f"{__name__}.dates"
_DOI_LINE = re.compile(
    r"(?:(?:.{0,120}\s|^)(?:doi:?\s*|https?://(?:dx\.)?doi\.org/)|(?=\S+$))(10\.[0-9]{4,9}/\S+)", re.IGNORECASE
)
_ISSN = re.compile(r"(?<![0-9])[0-9]{4}[-–][0-9]{3}[0-9Xx](?![0-9])")
_ISSN_LABEL = re.compile(r"ISSN(?:(?!ISSN).){0,40}")
_GLUED = re.compile(r"(?<=[0-9)])(?:Get|Copy|Cite|View|Search|Share|Permissions|Crossref)[A-Za-z ]*$")
# Better sources than any line: where they are all there, no line is looked for.
_SOURCE_TAGS = ("citation_journal_title", "citation_volume", "citation_firstpage")
_REPORT_TAGS = ("citation_technical_report_institution", "citation_technical_report_number")
_DATE = (
    r"([0-3]?[0-9]\.? (?:de )?[^\W\d_]{3,10}\.?,? (?:de )?[12][0-9]{3}|[^\W\d_]{3,10}\.? [0-3]?[0-9], [12][0-9]{3}"
    r"|[12][0-9]{3}(?: [^\W\d_]{3,10} [0-3]?[0-9]|-[01][0-9]-[0-3][0-9])"
    rf"|{MONTH} [12][0-9]{{3}})\b"
)
_HISTORY = re.compile(rf"[;,.|] *published( online)?:? +(?:on +)?{_DATE}", re.IGNORECASE)
_DATED = re.compile(
    r"(?:(?:article|paper|version of record) )?(?:first )?"
    r"(?:((?:published|posted|available) online|online(?: first)?|epub)"
    r"|published|posted|publié|publicad[oa]|pubblicato|veröffentlicht|опубликовано"
    r"|(?:issue|publication|release) date|date of publication|date published)"
    rf":? +(?:(?:on|le|el|em|il|am):? +)?{_DATE}",
    re.IGNORECASE,
)
"""A line of its own, in front of whose date there need be no colon."""
_SIGNED_AND_DATED = re.compile(
    rf"(?:by|par|von|por) [^0-9]{{4,80}}[,|–—-] ?(?:(?:le|am|on|el) )?{_DATE}", re.IGNORECASE
)
_DATED_OPENINGS = frozenset("abdefioprvоABDEFIOPRVО")
_DESCRIPTIONS = ("citation_abstract", "dc.description", "dcterms.abstract", "description", "og.description")
_FIRST_HEADINGS = {"background", "objective", "objectives", "context", "aim", "aims", "purpose", "importance"}
_AFTER_ABSTRACT = {"keywords", "authors", "affiliations", "doi"}
_CORRESPONDENCE = ("Correspond", "To whom correspondence", "Address for corresp", "Address all corresp", "Reprint")
_LEAST_TITLE = 20
_MOST_PARAGRAPHS = 2
"""Paragraphs of an abstract that has no heading."""
_TEXT = 120
_SIGNED = 3
_LINKED = 3
"""Lines below the title in which links may be all that parts the names."""
_GOES_ON = 8
"""Lines at the end of those read among which the last name stands if the byline goes on."""
_BY = re.compile(r"(?:written |posted )?(?:by|par|von|por|di) (?=[^\W\d_])", re.IGNORECASE)


def read(page: Page) -> Iterator[Candidate]:
    """Yield what can be read off the page around its title."""
    if page.is_plain_text:
        return
    page_lines, where = rendered(page), _zone(page)
    if where.title is not None:
        yield Candidate("title", title_text(page, where), NAME)
    for field, find in _fields(page, page_lines, where):
        yield LateCandidate(field, find, NAME)


def is_record(page: Page) -> bool:
    """Return True for a page with a title, a byline, and either an abstract or a citation line."""
    where = _zone(page)
    if page.is_plain_text or where.title is None or not where.sure:
        return False
    page_lines = rendered(page)
    if labelled.has_abstract(page) or masthead.read(page, page_lines, where):
        return bool(_byline(page, page_lines, where))
    people = _byline(page, page_lines, where) if _abstract(page_lines, where) else []
    # "By Jane Doe" and some paragraphs are news.
    signed = page_lines.lines[where.title + 1 : where.title + 1 + _SIGNED]
    return len(people) > 1 or bool(people and not any(map(_BY.match, signed)))


def _zone(page: Page) -> Zone:
    """Return the zone of the work up to the list of related works, each of which has a citation line too."""
    where = zone(page)
    related = labelled.starts(page, "related")
    return where if related is None else where._replace(end=min(where.end, related))


def _fields(page: Page, page_lines: Rendered, where: Zone) -> Iterator[tuple[str, Callable[[], object]]]:
    # What a report became, and where, is another work's.
    if not _tells_source(page) and not any(tag in page.meta for tag in _REPORT_TAGS):
        source = partial(masthead.read, page, page_lines, where)
        yield from ((part, partial(_part, source, part)) for part in CitationLine._fields)
    history = partial(_history, page, page_lines, where)
    yield from ((field, partial(_part, history, field)) for field in ("published", "published_online"))
    yield "published", lambda: year_behind(page, where)
    yield "doi", lambda: _doi(page_lines, where) or landmarks.doi(page)
    for people in _people(page, page_lines, where):
        yield "authors", people
    if "citation_abstract" not in page.meta and not labelled.has(page, "abstract"):
        yield "abstract", lambda: _unless_shorter(page, _abstract(page_lines, where) or landmarks.abstract(page))
    yield "issn", lambda: _issns(page_lines.lines)
    yield "keywords", lambda: landmarks.keywords(page)
    yield "references_count", lambda: reference_list.length(page_lines, where)
    if "citation_pdf_url" not in page.meta:
        yield "pdf_url", lambda: landmarks.pdf(page)
    yield "license", lambda: landmarks.license_link(page)


def _tells_source(page: Page) -> bool:
    meta = page.meta
    # A number without letters is a page, and a page has a last one.
    return all(tag in meta for tag in _SOURCE_TAGS) and (
        "citation_lastpage" in meta or not (meta.first("citation_firstpage") or "").lstrip("p. ").isdigit()
    )


def _part(source: Callable[[], dict[str, str]], name: str) -> str | None:
    return source().get(name)


def _doi(page_lines: Rendered, where: Zone) -> str | None:
    """Return the one DOI that the lines near the title name."""
    start, end = masthead.around(where)
    found = {
        _GLUED.sub("", match[1]).rstrip(".,;")
        for line in page_lines.lines[start:end]
        if "10." in line and len(line) < 400 and (match := _DOI_LINE.match(line))
    }
    return found.pop() if len(found) == 1 else None


def _history(page: Page, page_lines: Rendered, where: Zone) -> dict[str, str]:
    """Return the dates behind others: ``Received 1 May 2004; revised 2 June 2004; published 3 July 2004``."""
    known: dict[str, str] | None = page.memo.get(_DATES)
    if known is None:
        start, end = masthead.around(where)
        near = page_lines.lines[start:end]
        found = [_HISTORY.search(line) for line in compress(near, map(contains, near, repeat("eceived")))]
        opened = compress(near, map(_DATED_OPENINGS.__contains__, map(itemgetter(0), near)))
        found += [_DATED.match(line) for line in opened if "20" in line or "19" in line or "18" in line]
        told = [(("published_online" if match[1] else "published"), match[2]) for match in found if match]
        # The first of a kind: further down stands what is said of other works.
        known = dict(reversed(told))
        if not known and where.title is not None:
            below = page_lines.lines[where.title + 1 : where.title + 1 + _SIGNED]
            signed = next((match[1] for line in below if (match := _SIGNED_AND_DATED.fullmatch(line))), None)
            known = {"published": signed} if signed else known
        page.memo[_DATES] = known
    return known


def _people(page: Page, page_lines: Rendered, where: Zone) -> Iterator[Callable[[], list[RawAuthor]]]:
    """Yield the authors of the byline where no tag names them, then lists that add to what is known of them."""
    below = page_lines.lines[(where.title or 0) : where.end]
    told = known_people.names(page)

    byline = partial(_byline, page, page_lines, where)

    def known() -> list[str]:
        return told or [person.name or f"{person.given} {person.family}" for person in byline()]

    def places() -> list[RawAuthor]:
        names = known()
        found = known_people.read(below, names) if names else []
        return found or (known_people.read(page_lines.lines[where.end :], names) if names else [])

    if not told:
        yield byline
        yield lambda: [] if byline() else masthead.cited_authors(page_lines, where)
    if "citation_author_institution" not in page.meta:
        yield places
    if "citation_author_orcid" not in page.meta:
        yield lambda: list(known_people.orcids(landmarks.orcid_links(page), known()))


def _byline(page: Page, page_lines: Rendered, where: Zone) -> list[RawAuthor]:
    """Return the people whom the page's markup or the lines below the title name."""
    known: list[RawAuthor] | None = page.memo.get(_BYLINE)
    if known is None:
        known = page.memo[_BYLINE] = landmarks.named_people(page) or _below_title(page, page_lines, where)
    return known


def _below_title(page: Page, page_lines: Rendered, where: Zone) -> list[RawAuthor]:
    if where.title is None:
        return []
    start, title = where.title + 1, page_lines.lines[where.title]
    below = page_lines.marked(start, min(where.end, start + bylines.REACH))
    for at, line in enumerate(below[:_LINKED]):
        if names := landmarks.linked_names(page, line):
            below[at] = "; ".join(names)
    found = bylines.read(below, title)
    if found and len(below) == bylines.REACH and any(found[-1].name in line for line in below[-_GOES_ON:]):
        return bylines.read(page_lines.marked(start, where.end), title)
    return found


def _abstract(page_lines: Rendered, where: Zone) -> str | None:
    """Return the paragraph below the byline that stands alone, or above keywords: an abstract without a heading."""
    if where.title is None or not where.sure:
        return None
    lines = page_lines.lines[where.title + 1 : where.end]
    # Of the others only the next few count.
    paragraphs = list(islice(abstract_text.paragraphs(lines), _MOST_PARAGRAPHS + 2))
    if not paragraphs or paragraphs[0] > masthead.BELOW:
        return None
    first, title = paragraphs[0], page_lines.lines[where.title]
    if abstract_text.weight(title) >= _LEAST_TITLE and title in lines[first]:
        # How to cite the work.
        return None
    above = [at for at in page_lines.heads if where.title < at <= where.title + first]
    if above and page_lines.lines[above[-1]].strip(" :：.").casefold() in ends():
        return None
    after = first + 1
    while after < len(lines) and abstract_text.is_paragraph(lines[after]) and not labels.read(lines[after]):
        after += 1
    if any(each.field == "abstract" for line in lines[:first] for each in labels.read(line)):
        return None
    if structured := _structured(page_lines, where):
        return structured
    others = [at for at in paragraphs if at >= after]
    heads = range(where.title + 1 + after, where.title + 1 + others[0]) if others else ()
    alone = (
        # A paragraph under a heading of its own is what the site says of itself.
        (not others or (len(others) == 1 and any(at in page_lines.headings for at in heads)))
        and after - first <= _MOST_PARAGRAPHS
        and not any(map(_is_text, (*lines[max(0, first - 1) : first], *lines[after : after + 1])))
        and bool(bylines.read(page_lines.marked(where.title + 1, where.title + 1 + first)))
    )
    announced = {each.field for line in lines[after : after + 2] for each in labels.read(line)} & _AFTER_ABSTRACT
    if not (alone or announced):
        return None
    return abstract_text.gather(lines[first:after])


def _is_text(line: str) -> bool:
    """Return True for a paragraph that is too short to count as one, as a text has them between others."""
    if abstract_text.weight(line) <= _TEXT or not line.endswith((".", "。")) or people_lines.names_place(line):
        return False
    return not line.lstrip("*†‡ ").startswith(_CORRESPONDENCE)


def _structured(page_lines: Rendered, where: Zone) -> str | None:
    """Return an abstract of which only the parts have headings, one paragraph each."""
    heads = [at for at in sorted(page_lines.headings) if (where.title or 0) < at < where.end]
    inner = [at for at in heads if abstract_text.is_inner_heading(page_lines.lines[at])]
    if len(inner) < 3 or page_lines.lines[inner[0]].strip(" :").casefold() not in _FIRST_HEADINGS:
        return None
    if any(below - above != 2 for above, below in pairwise(inner)):
        return None
    parts = page_lines.lines[inner[0] : inner[-1] + 2]
    return " ".join(f"{part.rstrip(' :')}:" if at % 2 == 0 else part for at, part in enumerate(parts))


def _unless_shorter(page: Page, text: str | None) -> str | None:
    """Return a text without a heading above it, unless a tag holds more of the same."""
    told = [" ".join(each.split()) for tag in _DESCRIPTIONS for each in page.meta.all(tag)]
    if text and any(len(each) > len(text) and each[:40] == text[:40] for each in told):
        return None
    return text


def _issns(lines: Sequence[str]) -> list[str] | None:
    """Return the ISSNs that the page names, unless they are more than one journal's."""
    found = {
        number.replace("–", "-")
        for line in compress(lines, map(contains, lines, repeat("ISSN")))
        if len(line) < 300
        for near in _ISSN_LABEL.findall(line)
        for number in _ISSN.findall(near)
    }
    return sorted(found) if len(found) <= 2 else None
