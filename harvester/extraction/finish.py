"""What only the whole record tells: language, type, e-locators, site names at the end of titles."""

from harvester.extraction.candidates import Candidate
from harvester.extraction.vocabulary import PREPRINT_CONTAINERS, PREPRINT_DOIS, TYPE_BY_DOI
from harvester.extraction.compare import fold
from harvester.items import Work
from harvester.normalise import language
from harvester.page import Page

Ranked = dict[str, list[Candidate]]


def finish(page: Page, work: Work, by_field: Ranked, sources: dict[str, str]) -> None:
    """Settle the fields that depend on others; ``sources`` follows."""
    _type(work, sources)
    _repository(work, sources)
    _locator(work, sources)
    _language(work, sources)
    work.url = work.url or page.url
    sources.setdefault("url", "address")


def _type(work: Work, sources: dict[str, str]) -> None:
    """Correct what a vocabulary made for journals says of preprints and data sets."""
    doi = work.doi or ""
    told = next((kind for prefix, kind in TYPE_BY_DOI if doi.startswith(prefix)), None)
    if told is None and doi.startswith(PREPRINT_DOIS):
        told = "posted-content"
    if told is None and work.container_title and fold(work.container_title) in PREPRINT_CONTAINERS:
        told = "posted-content"
    if told and work.type in {None, "journal-article", "other", "report", "posted-content"} and told != work.type:
        work.type = told
        sources["type"] = "doi" if doi else "container_title"


def _repository(work: Work, sources: dict[str, str]) -> None:
    """A data set's container is the repository that publishes it."""
    if work.type == "dataset" and not work.container_title and work.publisher:
        work.container_title = work.publisher
        sources["container_title"] = sources["publisher"]


def _locator(work: Work, sources: dict[str, str]) -> None:
    """An e-locator in place of the first page is the article's number."""
    first = work.first_page
    if first and not work.last_page and first[:1] in "eE" and first[1:].isdigit() and not work.article_number:
        work.article_number, work.first_page = first, None
        sources["article_number"] = sources.pop("first_page")
    if work.type == "posted-content" and work.doi:
        # Preprint servers fill the first page with their own number.
        for name in ("first_page", "article_number"):
            if (value := getattr(work, name)) and work.doi.endswith(value.lower()):
                setattr(work, name, None)
                sources.pop(name)
    if work.last_page and not work.first_page:
        work.last_page = None
        sources.pop("last_page", None)


def _language(work: Work, sources: dict[str, str]) -> None:
    """The language of title and abstract beats what the page says of itself."""
    text = "\n".join(filter(None, (work.title, work.abstract)))
    detected = language.detect(text) if text else None
    if detected and detected != work.language:
        work.language = detected
        sources["language"] = "title and abstract"
