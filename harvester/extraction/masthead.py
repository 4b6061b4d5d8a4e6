"""Journal, volume, issue, pages and year as the lines around a title give them, and as references to the work do."""

import re
from collections.abc import Iterator, Sequence
from itertools import compress, count

from harvester.extraction import bylines, citation_line, labels
from harvester.extraction.abstract_text import is_cjk
from harvester.extraction.candidates import RawAuthor
from harvester.extraction.lines import Rendered
from harvester.extraction.zone import CITE, Zone
from harvester.normalise import person
from harvester.page import Page

ABOVE, BELOW = 10, 70
"""Lines above and below a title that can tell of it."""

_NUMBER = re.compile("[0-9]")
_PAGES = re.compile(r"(?:pages?:?|pp?\.) ?([a-z]?[0-9]{1,6}) ?[-–—] ?([a-z]?[0-9]{1,6})", re.IGNORECASE)
_PARTS_OF_TITLE = re.compile(r"\s+[|–—:-]{1,2}\s+|\s*\|\s*|:\s+(?=[A-Z])")
_STEPS = re.compile(r"\s+[>»›/]\s+")
_DATE = re.compile(r"(?:[^\W\d_]{3,10}\.?(?:[/–-][^\W\d_]{3,10}\.?)?,? )?(?:1[6-9]|20)[0-9]{2}")
_JOURNAL = re.compile(
    r"(?!(?:about|all|back|browse|current|latest|more|our|search|see|submit|this|to|view)\b)"
    r"(?:(?:\S+ ){0,2}"
    r"(?:journal|annals|archives|bulletin|proceedings|transactions|review|revista|revue|zeitschrift|rivista)"
    r" (?:of|for|de|des|du|di|der|für)\b.*"
    r"|(?!the journal).* (?:journal|magazine|bulletin|quarterly)"
    # Two words are a kind of article: Book Review, Peer Review.
    r"|\S+(?: \S+)+ (?:review|letters))"
)
_BEHIND_TITLE = re.compile(r"\s*[:|–—-]\s+(.{8,200})")
_OF_HIGHWIRE = re.compile(
    r" -- [^0-9]{3,80} (?P<volume>[0-9]{1,4})(?: \((?P<issue>[^()]{1,12})\))?: (?P<first_page>[A-Za-z]{0,2}[0-9]{1,9})"
    r" -- (?P<container_title>.{3,120})"
)
_LONGEST = 700
_LONGEST_NAMES = 500
# The dot of an initial belongs to the name.
_ENDS_OF_NAMES = re.compile(r"(?:(?<=[^\W\d_]{2})\.)?[\s,:;\"“‘'«]*$")
_ET_AL = re.compile(r"\bet al\b|\.\.\.|…")
_YEAR_OF_REFERENCE = re.compile(r"[\s,]*[(\[]?(?:1[6-9]|20)[0-9]{2}[a-z]?[)\]]?[\s.,:;\"“‘'«]*$")
_LEAST_TITLE = 20
_LEAST_BESIDE = 11
"""Least number of characters that a reference has besides the title."""
_NEAR, _FAR = 2, 5
"""Lines above a citation line in which the journal stands, if it looks like one or the page's ``<title>`` names it."""
_LONGEST_NAME = 120
_DESCRIPTIONS = ("description", "og.description", "citation")


def around(where: Zone) -> tuple[int, int]:
    """Return the first line that can tell of the work and the line after the last."""
    if where.title is None:
        return 0, min(BELOW, where.end)
    return max(0, where.title - ABOVE), min(where.title + BELOW, where.end)


def read(page: Page, page_lines: Rendered, where: Zone) -> dict[str, str]:
    """Return the parts of the first citation line near the title, else of a reference to the work."""
    if __name__ not in page.memo:
        page.memo[__name__] = _read(page, page_lines, where)
    found: dict[str, str] = page.memo[__name__]
    return found


def _read(page: Page, page_lines: Rendered, where: Zone) -> dict[str, str]:
    title = page_lines.lines[where.title] if where.title is not None else ""
    start, end = around(where)
    numbered = list(compress(count(start), map(_NUMBER.search, page_lines.lines[start:end])))
    # Far above the title stand other works as well.
    above = [at for at in numbered if where.title is not None and at < where.title]
    for at in (*reversed(above), *numbered[len(above) :]):
        line = page_lines.lines[at]
        if at == where.title or not 5 < len(line) <= _LONGEST:
            continue
        if (len(line) > citation_line.LONGEST and title not in line) or not citation_line.may_be(line):
            continue
        found = citation_line.of_work(line, title) or _in_path(line)
        if found:
            if not found.container_title and at and at - 1 != where.title:
                found = _begun_above(page_lines.lines[at - 1], line, found)
            if not found.published and found.volume:
                found = found._replace(published=_date_beside(page_lines.lines, at))
            parts = _parts(found._replace(container_title=_container(page, page_lines, where, at, found)))
            told = [_described(page, title), _by_highwire(page.title)]
            for each in told:
                if each.get("volume") == found.volume:
                    parts = each | parts
            if found.volume:
                others = [page_lines.lines[each] for each in (*above, *numbered[len(above) :]) if each != at]
                for name in ("first_page", "published"):
                    parts = parts if name in parts else _again(others, found, name) | parts
                if "first_page" not in parts:
                    parts |= _pages(page_lines.lines[at + 1 : end])
            return parts
    return (
        next(_references(page_lines, title), {})
        or _described(page, title)
        or _titled(page, page_lines, title)
        or _by_highwire(page.title)
    )


def _begun_above(above: str, line: str, found: citation_line.CitationLine) -> citation_line.CitationLine:
    """Return a citation that is broken in two behind a colon: ``Science 3 May 2008:``, ``Vol. 321, pp. 1-2``."""
    whole = citation_line.parse(f"{above} {line}") if above.endswith(":") else None
    return whole if whole and whole.volume == found.volume and whole.container_title else found


def _again(lines: Sequence[str], known: citation_line.CitationLine, name: str) -> dict[str, str]:
    """Return the parts of a further citation line that repeats volume and issue and has a certain part as well."""
    for line in lines:
        if (known.volume or "") not in line or len(line) > citation_line.LONGEST or not citation_line.may_be(line):
            continue
        found = citation_line.parse(line)
        same = found and found.volume == known.volume and found.issue in {None, known.issue}
        if found and same and (parts := _parts(found)).get(name):
            if citation_line.of_work(line, "") is None:
                # A whole reference: names and titles stand in front of the journal.
                del parts["container_title"]
            return parts
    return {}


def _by_highwire(title: str) -> dict[str, str]:
    """Return the source behind a work's title: ``On Hens -- Doe et al. 12 (3): 45 -- Journal of Hens``."""
    found = _OF_HIGHWIRE.search(title)
    return {name: part for name, part in found.groupdict().items() if part} if found else {}


def _in_path(line: str) -> citation_line.CitationLine | None:
    """Return what a part of the way to a page says: ``Home > Vol. 9, No. 2 (2008) > Doe``."""
    steps = _STEPS.split(line)
    found = (citation_line.parse(step) for step in steps[1:] if citation_line.may_be(step)) if len(steps) > 1 else ()
    return next((each for each in found if each and each.volume and each.container_title is None), None)


def _date_beside(lines: Sequence[str], at: int) -> str | None:
    """Return the month or the year that stands in a line of its own above or below one with the volume."""
    beside = (lines[near].strip(" ()") for near in (at - 1, at + 1) if 0 <= near < len(lines))
    return next((line for line in beside if _DATE.fullmatch(line)), None)


def _described(page: Page, title: str) -> dict[str, str]:
    """Return how the page's description cites its work: ``Doe, On Hens, Hens, Vol. 35, No. 4 (1945), pp. 519-30``."""
    for content in (content for name in _DESCRIPTIONS for content in page.meta.all(name)):
        line = " ".join(content.split())
        if len(title) >= _LEAST_TITLE and title in line and len(line) < _LONGEST:
            found = citation_line.of_work(line, title)
            if found:
                return _parts(found)
    return {}


def _titled(page: Page, page_lines: Rendered, title: str) -> dict[str, str]:
    """Return what the page's ``<title>`` says behind the work's: ``On Hens: Annals of Hens: Vol 12, No 3``."""
    tail = _BEHIND_TITLE.fullmatch(page.title[len(title) :]) if title and page.title.startswith(title) else None
    # A subtitle stands between the two.
    subtitle, _, journal = tail[1].partition(": ") if tail else ("", "", "")
    behind = (journal if subtitle in page_lines.lines else tail[1]) if tail else ""
    found = citation_line.parse(behind) if behind else None
    # Without a journal, the title is one.
    if found is None or not found.container_title:
        return {}
    # The pages stand below the same volume and issue, which is often the caption of the cover.
    again = (at for at, line in enumerate(page_lines.lines) if _is_issue(line, found))
    pages = (_pages(page_lines.lines[at + 1 : at + 1 + _NEAR]) for at in again)
    return _parts(found) | next((each for each in pages if each), {})


def _is_issue(line: str, found: citation_line.CitationLine) -> bool:
    if not (
        found.volume and found.issue and found.volume in line and found.issue in line and len(line) <= _LONGEST_NAME
    ):
        return False
    other = citation_line.parse(line)
    return other is not None and (other.volume, other.issue) == (found.volume, found.issue)


def _pages(lines: Sequence[str]) -> dict[str, str]:
    """Return the first and last page of the first line that begins with them: ``Pages 436-453 | Received 12 Jan``."""
    matches = (_PAGES.fullmatch(line.partition("|")[0].strip()) for line in lines)
    return next(({"first_page": match[1], "last_page": match[2]} for match in matches if match), {})


def _parts(found: citation_line.CitationLine) -> dict[str, str]:
    return {name: part for name, part in found._asdict().items() if part}


def cited_authors(page_lines: Rendered, where: Zone) -> list[RawAuthor]:
    """Return the people in front of the title, in a reference that the page asks to be cited by; they are one name."""
    title = page_lines.lines[where.title] if where.title is not None else ""
    for line in _cited(page_lines, title):
        before = citation_line.without_call(line).partition(title)[0]
        names = _ENDS_OF_NAMES.sub("", _YEAR_OF_REFERENCE.sub("", before))
        # A list that breaks off is none.
        whole = len(names) <= _LONGEST_NAMES and not _NUMBER.search(names) and not _ET_AL.search(before)
        people = person.people(names) if whole else []
        labels_of = (f"{each.given} {each.family}" if each.family else each.label for each in people)
        if people and all(map(bylines.is_name, labels_of)):
            return [RawAuthor(name=names)]
    return []


def _references(page_lines: Rendered, title: str) -> Iterator[dict[str, str]]:
    """Yield what the page asks to be cited as: ``How to cite: Doe, J. (2020). Title. Journal, 1(2).``."""
    found = (citation_line.of_work(line, title) for line in _cited(page_lines, title))
    yield from (_parts(each) for each in found if each)


def _cited(page_lines: Rendered, title: str) -> Iterator[str]:
    """Yield the references to the work that the page asks to be cited by."""
    if len(title) < _LEAST_TITLE:
        return
    likely = range(len(title) + _LEAST_BESIDE, _LONGEST)
    for at in compress(count(), map(likely.__contains__, map(len, page_lines.lines))):
        line = page_lines.lines[at]
        if title not in line:
            continue
        # Without such words it may be another version of the work that the page names.
        if any(CITE.search(near.lower()) for near in (line[:60], *page_lines.lines[max(0, at - 2) : at])):
            yield line


def _is_source(line: str, title: str, found: citation_line.CitationLine) -> bool:
    """Return True for the journal in front of the same volume: ``JSTOR: Hens Quarterly, Vol. 7, No. 3``."""
    _, journal, behind = title.partition(line)
    other = citation_line.parse(behind.lstrip(" ,.;:-")) if journal and found.volume else None
    return other is not None and other.volume == found.volume and other.container_title is None


def trimmed(page: Page, container: str) -> str:
    """Return a journal's name without what surrounds it, where the page's ``<title>`` ends in a part of it."""
    segments = [segment for segment in _PARTS_OF_TITLE.split(page.title) if len(segment) > 3]
    return next((each for each in segments if each in container and 2 * len(each) >= len(container)), container)


def _own_name(lines: Sequence[str], at: int, where: Zone) -> str:
    """Return the name of a journal in a line; the one in ideographs above its translation, if the title is in these."""
    own = lines[at - 1] if at and where.title is not None and at - 1 != where.title else ""
    if is_cjk(own) and not is_cjk(lines[at]) and is_cjk(lines[where.title or 0]):
        named = len(own) <= _LONGEST_NAME and not labels.read(own) and not _NUMBER.search(own)
        return own if named else lines[at]
    return lines[at]


def _container(page: Page, page_lines: Rendered, where: Zone, at: int, found: citation_line.CitationLine) -> str | None:
    """Return the journal: as the citation line has it, or the line above one that has none."""
    if found.container_title:
        return trimmed(page, found.container_title)
    segments = _PARTS_OF_TITLE.split(page.title)
    for above in range(at - 1, max(-1, at - 1 - _FAR), -1):
        line = page_lines.lines[above]
        if above == where.title or labels.read(line) or len(line) > _LONGEST_NAME:
            break
        named = above in page_lines.headings or _JOURNAL.fullmatch(line.lower()) is not None
        if not _NUMBER.search(line) and (
            line in segments or _is_source(line, page.title, found) or (named and at - above <= _NEAR)
        ):
            return _own_name(page_lines.lines, above, where)
    # The banner of a journal's own site.
    title = page_lines.lines[where.title] if where.title is not None else ""
    banner = next((each for each in page.headings[:1] if each == segments[-1] and each != title), None)
    return banner if banner and len(banner) <= _LONGEST_NAME else None
