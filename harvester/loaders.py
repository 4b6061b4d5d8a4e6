"""WorkLoader: which normaliser for which field; the first usable value wins and its source is kept."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from itemloaders import ItemLoader
from itemloaders.processors import Identity, TakeFirst

from harvester.items import Work
from harvester.normalise import dates, doi, identifiers, language, pages, text, types

_HOLDERS = frozenset({"journal", "journal-issue", "journal-volume", "book-series", "book-set", "proceedings-series"})
_POSTAL = re.compile(r"(.{5,}?),?\s+(?:P\.?\s?O\.?\s?Box\b|[0-9]{1,5}\s).*\b[0-9]{4,}(?:-[0-9]+)?\b")


class Each:
    """Input processor: the values that survive a normaliser, each once."""

    def __init__(self, normalise: Callable[[str], Any]) -> None:
        self.normalise = normalise

    def __call__(self, values: Iterable[Any]) -> list[Any]:
        """Return what the normaliser makes of the values, without those that do not survive it."""
        kept: list[Any] = []
        for value in values:
            usable = self.normalise(value) if isinstance(value, str) else None
            if usable is not None and usable not in kept:
                kept.append(usable)
        return kept


def count(raw: str) -> int | None:
    """Return a plain number.

    >>> count(" 1,024 "), count("about 12")
    (1024, None)
    """
    digits = raw.strip().replace(",", "").replace("\u00a0", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 8 else None


def work_type(raw: str) -> str | None:
    """Return the type of a work; None for what only holds works.

    >>> work_type("Thesis"), work_type("journal")
    ('dissertation', None)
    """
    kind = types.work_type(raw)
    return None if kind in _HOLDERS else kind


def publisher(raw: str) -> str | None:
    """Return a publisher without the postal address that some pages add.

    >>> publisher("Museum of Examples 1400 S. Lake Drive, Chicago, IL 60605-2496"), publisher("Press 42")
    ('Museum of Examples', 'Press 42')
    """
    name = text.plain(raw)
    found = _POSTAL.match(name) if name else None
    return found[1].rstrip(" ,") if found else name


def abstract(raw: str) -> str | None:
    """Return an abstract; once, where a template wrote it twice.

    >>> abstract("We count all things twice here. We count all things twice here.")
    'We count all things twice here.'
    """
    usable = text.abstract(raw)
    if usable:
        half = (len(usable) + 1) // 2
        if usable[:half].strip() == usable[half:].strip():
            return usable[:half].strip()
    return usable


def keyword_list(values: Iterable[Any]) -> list[str]:
    """Return the keywords of all values together; only a lone value is split by commas.

    >>> keyword_list(["birds; marshes, wet"]), keyword_list(["birds", None, "marshes, wet"])
    (['birds', 'marshes, wet'], ['birds', 'marshes, wet'])
    """
    return text.keyword_list([value for value in values if isinstance(value, str)])


def address(raw: str) -> str | None:
    """Return an absolute http(s) address without fragment.

    >>> address("https://example.org/a.pdf#page=2"), address("/a.pdf")
    ('https://example.org/a.pdf', None)
    """
    cut = raw.strip().partition("#")[0]
    return cut if cut.lower().startswith(("http://", "https://")) and " " not in cut and len(cut) < 2_000 else None


class WorkLoader(ItemLoader):
    """Collects the fields of a work; values that do not survive their normaliser are passed over."""

    default_item_class = Work
    default_input_processor = Each(text.plain)
    default_output_processor = TakeFirst()

    doi_in = Each(doi.doi)
    subtitle_in = Each(text.title)
    published_in = published_online_in = Each(dates.date)
    volume_in = Each(pages.volume)
    issue_in = Each(pages.issue)
    first_page_in = last_page_in = Each(pages.page)
    article_number_in = Each(pages.page)
    page_count_in = cited_by_count_in = references_count_in = related_total_in = Each(count)
    issn_in = Each(identifiers.issn)
    isbn_in = Each(identifiers.isbn)
    abstract_in = Each(abstract)
    keywords_in = keywords_plus_in = staticmethod(keyword_list)
    language_in = Each(language.language)
    type_in = Each(work_type)
    publisher_in = Each(publisher)
    pmid_in = Each(identifiers.pmid)
    pmcid_in = Each(identifiers.pmcid)
    arxiv_id_in = Each(identifiers.arxiv_id)
    pdf_url_in = url_in = Each(address)

    # Made of several values by `harvester.extraction.authors`, or items already.
    authors_in = affiliations_in = classifications_in = identifiers_in = related_in = Identity()
    authors_out = affiliations_out = classifications_out = identifiers_out = related_out = Identity()
    issn_out = isbn_out = keywords_out = keywords_plus_out = Identity()

    def __init__(self, *, site_names: Sequence[str] = (), **context: Any) -> None:
        super().__init__(**context)
        self.site_names = site_names
        """What the site calls itself; a title does not end with it."""
        self.sources: dict[str, str] = {}
        """For each field that has a value, where it came from."""

    def title_in(self, values: Iterable[str]) -> list[str]:
        """Return the titles that are one, without the site's name."""
        return Each(partial(text.title, site_names=self.site_names))(values)

    def get_input_processor(self, field_name: str) -> Callable[..., Any]:
        """Return the field's normaliser; all are declared here, so the item's declaration is not asked."""
        found: Callable[..., Any] = getattr(self, f"{field_name}_in", self.default_input_processor)
        return found

    def get_output_processor(self, field_name: str) -> Callable[..., Any]:
        """Return what makes one value of the collected ones, or leaves them a list."""
        found: Callable[..., Any] = getattr(self, f"{field_name}_out", self.default_output_processor)
        return found

    def offer(self, field: str, value: Any, *, source: str) -> bool:
        """Take the value unless the field has one; return whether it is usable and was taken."""
        if self._values.get(field):
            return False
        found = self.usable(field, value)
        if not found:
            return False
        # Not add_value(): it asks for the signature of each processor anew, which costs more than most normalisers.
        self._values[field] = found
        self.sources[field] = source
        return True

    def usable(self, field: str, value: Any) -> list[Any]:
        """Return what the field's normaliser makes of a value, without taking it."""
        return list(self.get_input_processor(field)(value if isinstance(value, list) else [value]))

    def load_item(self) -> Work:
        """Return the work with the values that were taken."""
        work: Work = self.item
        for field, values in self._values.items():
            value = self.get_output_processor(field)(values)
            if value is not None:
                setattr(work, field, value)
        return work
