"""What only the whole record tells: language, type, e-locators, site names at the end of titles."""

import re

from harvester.extraction.candidates import Candidate
from harvester.extraction.compare import fold
from harvester.extraction.lines import rendered
from harvester.extraction.vocabulary import PREPRINT_CONTAINERS, PREPRINT_DOIS, REPOSITORIES, TYPE_BY_DOI
from harvester.extraction.zone import zone
from harvester.items import Work
from harvester.normalise import language, pages, text
from harvester.page import Page

_SENTENCE_ENDS = (".", "!", "?", "。", "！", "？", ")", "”", '"')
_OF_TRANSLATIONS = "en"
"""Language that abstracts are translated to, so that it says little of the work."""
_TITLES_WITH_TAILS = frozenset({"plain_meta", "json_ld", "microdata", "dublin_core"})
"""Readers whose titles may be the page's."""
_TAIL = re.compile(r"\s*\|\s*(.{2,60})|\s+[-–—·•»]\s+(.{2,60})")
_CLOSE = tuple(map(frozenset, (("no", "nb", "nn", "da"), ("hr", "sr", "bs"), ("cs", "sk"), ("id", "ms"), ("gl", "pt"))))
"""Languages that a short text does not tell apart."""
_LEAST_NUMBER = 6
"""Digits from which on a number without a last page is an article's."""
_PROCEEDINGS = re.compile(r"\b(?:proceedings|conference|symposium|workshop|congress)\b", re.IGNORECASE)

Ranked = dict[str, list[Candidate]]


def finish(page: Page, work: Work, by_field: Ranked, sources: dict[str, str]) -> None:
    """Settle the fields that depend on others; ``sources`` follows."""
    _without_tail(page, work, sources)
    _title(page, work, by_field, sources)
    _without_responsibility(work)
    _abstract(work, by_field, sources)
    _type(work, sources)
    _repository(page, work, sources)
    _locator(work, sources)
    _language(page, work, sources)
    if not work.url and page.url.startswith(("http://", "https://")):
        work.url, sources["url"] = page.url, "address"


def _without_tail(page: Page, work: Work, sources: dict[str, str]) -> None:
    """Cut what follows the page's heading and a bar or a dash in a title: the name of the site."""
    title, where = work.title, zone(page)
    if not title or where.title is None or not where.sure or sources["title"] not in _TITLES_WITH_TAILS:
        return
    heading, *below = rendered(page).lines[where.title : where.title + 2]
    tail = _TAIL.fullmatch(title[len(heading) :]) if title.startswith(heading) else None
    # What the next line repeats is a subtitle.
    if tail and not (below and fold(tail[1] or tail[2]) in fold(below[0])):
        work.title = title[: len(heading)]


def _title(page: Page, work: Work, by_field: Ranked, sources: dict[str, str]) -> None:
    """Add the subtitle that the tags leave out and the page shows, where its ``<title>`` has it as well."""
    title = work.title
    if not title or ":" in title:
        return
    for candidate in by_field.get("title", []):
        if candidate.reader == "visible" and candidate.value.casefold().startswith(title.casefold() + ":"):
            longer = text.title(candidate.value)
            if longer and fold(longer) in fold(page.title):
                work.title, sources["title"] = longer, candidate.reader


def _without_responsibility(work: Work) -> None:
    """Cut what catalogues put behind a title and a slash: who is responsible for the work (ISBD, area 1)."""
    title, sign, people = (work.title or "").partition(" / ")
    named = (fold(author.family or author.name or "") for author in work.authors)
    if sign and any(name and name in fold(people) for name in named):
        work.title = title


def _abstract(work: Work, by_field: Ranked, sources: dict[str, str]) -> None:
    """Complete an abstract that was cut off in the middle of a sentence and stands whole elsewhere."""
    known = work.abstract
    if not known or known.endswith(_SENTENCE_ENDS) or sources["abstract"].startswith("site:"):
        return
    for candidate in by_field["abstract"]:
        whole = text.abstract(candidate.value) if len(candidate.value or "") > len(known) else None
        if whole and len(whole) > len(known) and fold(whole).startswith(fold(known)):
            work.abstract, sources["abstract"] = whole, candidate.reader
            return


def _type(work: Work, sources: dict[str, str]) -> None:
    """Correct what a vocabulary made for journals says of preprints and data sets."""
    doi = work.doi or ""
    told = next((kind for prefix, kind in TYPE_BY_DOI if doi.startswith(prefix)), None)
    if told is None and doi.startswith(PREPRINT_DOIS):
        told = "posted-content"
    if told is None and work.container_title and fold(work.container_title) in PREPRINT_CONTAINERS:
        told = "posted-content"
    if told is None and work.type is None and work.container_title:
        meeting = _PROCEEDINGS.search(work.container_title) is not None
        if meeting and (work.isbn or not (work.issn or work.volume)):
            told = "proceedings-article"
        elif not work.isbn:
            told = "journal-article"
    if told is None and work.type is None and work.isbn and work.publisher and not (work.container_title or work.issn):
        told = "book"
    if told and work.type in {None, "journal-article", "other", "report", "posted-content"} and told != work.type:
        work.type = told
        sources["type"] = "derived"


def _repository(page: Page, work: Work, sources: dict[str, str]) -> None:
    """Name the repository: the DOI's prefix tells it where the page names it, and it contains what it publishes."""
    known = next((name for prefix, name in REPOSITORIES if (work.doi or "").startswith(prefix)), None)
    if known and not work.publisher and known.encode() in page.body:
        work.publisher, sources["publisher"] = known, "derived"
    if work.type == "dataset" and not work.container_title and work.publisher:
        work.container_title = work.publisher
        sources["container_title"] = sources["publisher"]


def _locator(work: Work, sources: dict[str, str]) -> None:
    """Tell e-locators, which number the article, from pages."""
    first = work.first_page or ""
    # No volume has a hundred thousand pages.
    number = first[1:] if first[:1] in {"e", "E"} else first if len(first) >= _LEAST_NUMBER else ""
    if number.isdigit() and not work.last_page and not work.article_number:
        work.article_number, work.first_page = first, None
        sources["article_number"] = sources.pop("first_page")
    if work.type == "posted-content" and work.doi:
        # Preprint servers fill the first page with their own number.
        for name in ("first_page", "article_number"):
            if (value := getattr(work, name)) and work.doi.endswith(value.lower()):
                setattr(work, name, None)
                sources.pop(name)
    if work.first_page and work.last_page and len(work.last_page) < len(work.first_page):
        # "101" and "9" in two tags are the abbreviated "101-9".
        work.last_page = pages.pages(f"{work.first_page}-{work.last_page}").last or work.last_page
    if work.last_page and not work.first_page:
        work.last_page = None
        sources.pop("last_page", None)


def _language(page: Page, work: Work, sources: dict[str, str]) -> None:
    """Let the language of title and abstract beat what the page says of itself.

    Where title and abstract differ, a translated abstract is the usual case, so a sure title decides.
    """
    if sources.get("language") == "labelled":
        # A table of the work's fields knows better than a title that may be translated.
        return
    whole = "\n".join(filter(None, (work.title, work.abstract)))
    # OpenGraph and http-equiv speak of the page around the work.
    told = None if sources.get("language") == "plain_meta" else work.language
    own = language.plain(work.title) if work.title else None
    if told and (own or (work.abstract and language.plain(whole))) == told:
        return
    own = own or (language.detect(work.title) if work.title else None)
    detected = own if own or whole == work.title else language.detect(whole)
    if (detected == _OF_TRANSLATIONS and told and not own) or any({detected, told} <= each for each in _CLOSE):
        return
    if detected:
        if detected != work.language:
            work.language, sources["language"] = detected, "derived"
    elif work.language is None and page.language and whole:
        work.language = language.language(page.language)
        if work.language:
            sources["language"] = "html lang"
