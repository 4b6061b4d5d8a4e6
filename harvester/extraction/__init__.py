"""Reading pages: a verdict first, then every reader in order, then for each field the first usable value."""

from collections.abc import Container, Iterator

from harvester.errors import PageError
from harvester.extraction import (
    address,
    bepress,
    bibtex_entry,
    coins,
    dublin_core,
    eprints,
    highwire,
    json_ld,
    labelled,
    microdata,
    plain_meta,
    prism,
    signposting,
    site_rules,
    state,
    text_pages,
    visible,
)
from harvester.extraction.candidates import Candidate, Reader
from harvester.extraction.choose import choose
from harvester.extraction.classify import classify
from harvester.extraction.explain import Judged, judge
from harvester.extraction.offered import offered
from harvester.items import RECORD_KINDS, Examined, PageKind, Verdict
from harvester.page import Page
from harvester.sites import site_for

# Order is policy, as far as `ranking` does not say otherwise for a field.
READERS: tuple[Reader, ...] = (
    site_rules.read,
    signposting.read,
    highwire.read,
    bepress.read,
    eprints.read,
    prism.read,
    dublin_core.read,
    json_ld.read,
    microdata.read,
    coins.read,
    state.read,
    bibtex_entry.read,
    labelled.read,
    text_pages.read,
    visible.read,
    address.read,
    plain_meta.read,
)


def examine(page: Page) -> Examined:
    """Return the verdict about a page and, where it is the page of one work, the work."""
    verdict = classify(page)
    if verdict.kind not in RECORD_KINDS:
        return Examined(verdict, links=offered(page, verdict, None))
    chosen = choose(page, read(page))
    if not (chosen.work.title or chosen.work.doi):
        empty = Verdict(PageKind.NON_RECORD, f"{verdict.reason}, but neither title nor DOI is usable")
        return Examined(empty, links=offered(page, empty, None))
    return Examined(verdict, chosen.work, chosen.sources, offered(page, verdict, chosen.work))


def candidates(page: Page) -> list[Judged]:
    """Return every candidate value of a page with the reason why it won or lost; for people who look at a page."""
    return judge(page, list(read(page)))


def _is_heard(candidate: Candidate, silent: Container[str]) -> bool:
    """Return False for a field that the module of the site says only its own rules tell."""
    return candidate.field not in silent or candidate.reader.startswith("site:")


def read(page: Page) -> Iterator[Candidate]:
    """Yield the candidates of all readers; a reader that gives up does not cost what the others found."""
    site = site_for(page)
    silent = site.silent if site else frozenset()
    for reader in READERS:
        try:
            found = reader(page)
            yield from (each for each in found if _is_heard(each, silent)) if silent else found
        except PageError as error:
            page.problems.append(str(error))
