"""Values that normalise well and still are not what the field asks for: what the page as a whole tells."""

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import islice

from harvester.extraction.candidates import Candidate
from harvester.extraction.compare import fold, may_be_one_journal
from harvester.extraction.lines import shown
from harvester.extraction.vocabulary import PLATFORMS, TYPE_BY_TAG
from harvester.page import Page

_NOT_A_NAME = re.compile(
    r"(?:(?:1[5-9]|20)\d\d\s*[-–.;]|https?:|www\.|10\.\d{4,9}/|doi:|urn:|info:)|[^@]*@|[\W\d_]+$", re.IGNORECASE
)
_CITATION = re.compile(
    r"\b(?:vol|no|issue|pp|iss|bd|núm|n[°º])\.?:? ?[0-9]"
    r"|[0-9] ?\([0-9]|[,;:] ?[0-9]{1,4}(?:[,;:(–-]|$)|(?:19|20)[0-9]{2}$",
    re.IGNORECASE,
)
_LOOSE = frozenset({"plain_meta", "dublin_core", "json_ld", "microdata"})
"""Readers whose ``description`` may be anything that fits into a search result."""
_SHOWN = frozenset({"labelled", "visible"})
_SHORTEST_DESCRIPTION = 80
_SCHEMA = frozenset({"json_ld", "microdata"})
_VAGUE = frozenset({"journal-article", "book-chapter"})
"""Types that schema.org's ScholarlyArticle ends as, which stands for papers and theses as well."""
_TOLD_BY_TAGS = frozenset(kind for _, kind in TYPE_BY_TAG)
_KINDS_OF_ARTICLE = frozenset({"software", "database", "dataset"})
"""Words, folded, by which journals sort their articles and repositories their works."""
_SEPARATORS = frozenset(";,，；、|")
_SENTENCE_ENDS = tuple('.!?。！？…)]”"»」')
_DOMAIN_WORDS = frozenset(
    {"www", "org", "com", "net", "edu", "gov", "journals", "journal", "pubs", "co", "ac", "de", "fr", "uk"}
)


class Doubts:
    """Knows a page's own names, and says why a candidate is not believed."""

    def __init__(self, page: Page, by_field: dict[str, list[Candidate]]) -> None:
        self._page = page
        self._by_field = by_field

    def against(self, candidate: Candidate) -> str | None:
        """Return why the candidate is not believed, in words; None where nothing speaks against it."""
        check = _CHECKS.get(candidate.field)
        return check(self, candidate) if check else None

    @cached_property
    def site_names(self) -> list[str]:
        """Return what the site and its journal call themselves, as far as the page says so."""
        names = [self._page.meta.first("og.site_name") or "", self._page.meta.first("application-name") or ""]
        names += [self._page.host, self._page.host.removeprefix("www.")]
        names += self._containers + self._texts("container_title_short") + self._texts("publisher")
        names += [name + suffix for name in names[:1] if name for suffix in (".org", ".com")]
        return [name for name in dict.fromkeys(names) if name]

    @cached_property
    def folded_names(self) -> frozenset[str]:
        """Return the names of site, journal and publisher, and of the known platforms, folded."""
        return frozenset(map(fold, self.site_names)) | PLATFORMS

    @cached_property
    def _titles(self) -> frozenset[str]:
        return frozenset(fold(text) for text in self._texts("title")[:1])

    @cached_property
    def _shown(self) -> str:
        """Return the visible text, in small letters."""
        return shown(self._page).casefold()

    @cached_property
    def _containers(self) -> list[str]:
        """Return what the page calls its journal; the late ones are asked only where no other can be believed."""
        row = self._by_field.get("container_title", [])
        told = [each for each in row if not each.late]
        sure = any(self._container(each) is None for each in told)
        return [each.value for each in (told if sure else row) if each.value]

    def _texts(self, name: str) -> list[str]:
        return [each.value for each in self._by_field.get(name, []) if each.value]

    def _description(self, candidate: Candidate) -> str | None:
        if candidate.reader not in _LOOSE:
            return None
        folded = fold(candidate.value[:1500])
        if any(title and (folded in title or folded.startswith(title)) for title in self._titles):
            return "it is the title"
        if candidate.reader != "dublin_core" and len(candidate.value) < _SHORTEST_DESCRIPTION:
            return "a description as short is a slogan"
        labelled = max((len(each.value) for each in self._by_field["abstract"] if each.reader == "labelled"), default=0)
        if labelled > len(candidate.value) and not candidate.value.rstrip().endswith(_SENTENCE_ENDS):
            return "it breaks off, and the page has a longer abstract under its label"
        if candidate.reader != "plain_meta":
            return None
        begun = " ".join(candidate.value.split())[:40]
        # Most are shown as they are: then no text needs to be folded.
        if begun not in shown(self._page) and begun.casefold() not in self._shown:
            return "the page does not show it"
        if any(title and title in folded for title in self._titles if len(title) > 20):
            return "it quotes the title"
        if any(len(name) > 3 and name in folded for name in self.folded_names):
            return "it speaks of the site"
        words = set(self._page.host.split(".")) - _DOMAIN_WORDS
        if any(
            len(word) > 2 and re.search(rf"\b{re.escape(word)}\b", candidate.value, re.IGNORECASE) for word in words
        ):
            return "it speaks of the site"
        return None

    def _keywords(self, candidate: Candidate) -> str | None:
        if candidate.reader == "dublin_core" and len(candidate.value) == 1 and candidate.value[0].count(",") == 1:
            return "one subject with one comma is a heading of some scheme"
        if (
            candidate.reader == "labelled"
            and len(candidate.value) == 1
            and self._is_split_elsewhere(candidate.value[0])
        ):
            return "another list has the same terms, each by itself"
        if candidate.reader in {"json_ld", "plain_meta"}:
            if len(candidate.value) == 1 and not re.search(r"[;,，；、]", candidate.value[0]):
                return "a single word is a section of the site"
            headings = [each.value for each in self._by_field["keywords"] if each.reader == "dublin_core"]
            if [fold("".join(candidate.value))] in [[fold(one) for one in row] for row in headings]:
                return "it is one heading of some scheme, split"
        if candidate.reader != "plain_meta":
            return None
        known = self.folded_names | self._titles
        names = {fold(each.name) for row in self._by_field.get("authors", []) for each in row.value or ()}
        parts = {part.strip().casefold() for value in candidate.value for part in re.split("[;,，；、]", value)} - {""}
        if {fold(part) for part in parts} & (known | names):
            return "the list was written for search engines: it names the site, the title or the authors"
        # Asked for no longer than it takes: what is not there is looked for in the whole text.
        missing = (part for part in parts if part not in self._shown)
        if next(islice(missing, len(parts) // 2, None), None) is not None:
            return "the page does not show most of them"
        return None

    def _is_split_elsewhere(self, terms: str) -> bool:
        """Return True where a tag has the same terms with signs between them: ``rowing pace`` and ``rowing, pace``."""
        told = [each.value for each in self._by_field["keywords"] if each.reader != "labelled" and not each.late]
        return bool(terms) and any(
            (len(row) > 1 or not _SEPARATORS.isdisjoint(row[0])) and fold("".join(row)) == fold(terms) for row in told
        )

    def _container(self, candidate: Candidate) -> str | None:
        if _NOT_A_NAME.match(candidate.value):
            return "it is no name"
        if candidate.value.startswith("|"):
            return "it is a field of MARC"
        if candidate.reader == "dublin_core" and _CITATION.search(candidate.value):
            return "it is a citation"
        folded = fold(candidate.value)
        if folded in PLATFORMS:
            return "it is a platform"
        if folded in self._titles:
            return "it is the title"
        if candidate.reader == "dublin_core" and folded == fold(self._page.host):
            return "it is the host"
        return None

    def _place(self, candidate: Candidate) -> str | None:
        """Doubt volume, pages and date of a line that names another journal than the page does."""
        if candidate.reader != "visible":
            return None
        row = self._by_field.get("container_title", [])
        named = (each for each in row if each.reader != "visible" and each.value)
        own = next((each for each in named if not self._container(each)), None)
        beside = next((each.value for each in row if each.reader == "visible"), None)
        if own is None or not beside or may_be_one_journal(own.value, beside):
            return None
        return f"the line is about {beside}"

    def _type(self, candidate: Candidate) -> str | None:
        row = self._by_field.get("type", [])
        if candidate.value == "posted-content" and any(each.reader in {"highwire", "bepress"} for each in row):
            return "the template of a blog says so, and the tags of the work do not"
        sure = [each.value for each in row if each.reader == "highwire" and each.value in _TOLD_BY_TAGS]
        if candidate.value in _VAGUE and candidate.reader in _SCHEMA and sure and candidate.value not in sure:
            return f"schema.org knows articles alone, and a tag of the work tells a {sure[0]}"
        placed = any(each.reader == "highwire" for each in self._by_field.get("volume", []))
        if sure == ["journal-article"] and placed and fold(candidate.value) in _KINDS_OF_ARTICLE:
            return "it is a kind of article: the work is in a volume of a journal"
        return None

    def _publisher(self, candidate: Candidate) -> str | None:
        if _NOT_A_NAME.match(candidate.value):
            return "it is no name"
        if fold(candidate.value) in PLATFORMS:
            return "it is a platform"
        if fold(candidate.value) in {fold(name) for name in self._containers}:
            return "it is the journal"
        return None

    def _doi(self, candidate: Candidate) -> str | None:
        if candidate.reader not in _SHOWN:
            return None
        begun = candidate.value.lower()
        longer = (each.value.lower() for each in self._by_field["doi"] if each.reader == "address")
        if any(each.startswith((f"{begun}.", f"{begun}_")) and each in self._shown for each in longer):
            return (
                "it is the book's or the proceedings': the page's address has the DOI of a part, which the page shows"
            )
        return None

    def _title(self, candidate: Candidate) -> str | None:
        folded = fold(candidate.value)
        if candidate.reader in _LOOSE and folded in self.folded_names:
            return "it is the name of the site or of the journal"
        return None


_CHECKS: dict[str, Callable[[Doubts, Candidate], str | None]] = {
    "abstract": Doubts._description,
    "doi": Doubts._doi,
    "keywords": Doubts._keywords,
    "container_title": Doubts._container,
    "publisher": Doubts._publisher,
    "title": Doubts._title,
    "type": Doubts._type,
    **dict.fromkeys(("published", "volume", "issue", "first_page", "last_page"), Doubts._place),
}


def believed(doubts: Doubts, row: Iterable[Candidate]) -> list[Candidate]:
    """Return the candidates against which nothing speaks."""
    return [candidate for candidate in row if doubts.against(candidate) is None]
