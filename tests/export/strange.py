"""Works with everything in them that could break out of a field, for property tests."""

from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from harvester.export import Entry, formats
from harvester.items import Affiliation, Author, Citation, Classification, Identifier, Work

_PIECES = [
    "}", "{", "{{", "\\", "\\}", "@", "@article{x,", "} @article(y, title={", "}\n@comment{", "%", "#",
    "\"", "'", "''", "``", "`", "--", "---", "?`", "!`", ",,", "~", "^", "$", "$x^2$", "&", "&amp;", "_",
    "<i>", "<", ">", "|", "\n", "\r", "\r\n", "\t", "\x0b", "\x1c", "\x1f", "\x85", "\u2028", "\u2029",
    "\u00a0", "\nER  - \n", "\nTY  - JOUR\n", "ER  - ", "\r\nAU  - Eve", "=1+1", "=", "+", "-", "'=",
    " =", "＝1", ";", ";;", "; ", ",", ", ", " and ", " AND ", "and", "others", "von ", "de", "Jr.", " ",
    "  ", "a", "B", "DNA", "pH", "é", "é", "Ł", "图书馆", "𠮷", "😀", "ﬁ", "ß", "null", "[]", "0", "\\u0041",
    "\x7f",
]  # fmt: skip
# A work has so many fields that making a failing one smaller takes minutes, and says little more.
STRANGE = settings(
    max_examples=60,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

_CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")

text = st.lists(st.sampled_from(_PIECES) | st.text(_CHARACTERS, min_size=1, max_size=4), min_size=1, max_size=6).map(
    "".join
)
"""A text that is not empty."""

maybe = st.none() | text
number = st.none() | st.integers(0, 10**6)
date = st.none() | st.sampled_from(["2014", "2014-03", "2014-03-09", "1999-12-31"])
authors = st.lists(
    st.builds(Author, family=text, given=maybe, name=maybe)
    | st.builds(Author, name=text, role=st.sampled_from([None, "editor", "translator", "illustrator", "strange role"])),
    max_size=4,
)
works = st.builds(
    Work,
    doi=maybe, title=text, subtitle=maybe, authors=authors,
    affiliations=st.lists(st.builds(Affiliation, raw=text, organization=maybe), max_size=2),
    container_title=maybe, container_title_short=maybe, publisher=maybe, published=date, published_online=date,
    volume=maybe, issue=maybe, first_page=maybe, last_page=maybe, page_count=number, article_number=maybe,
    issn=st.lists(text, max_size=2), isbn=st.lists(text, max_size=2), abstract=maybe,
    keywords=st.lists(text, max_size=3), keywords_plus=st.lists(text, max_size=2),
    classifications=st.lists(st.builds(Classification, scheme=text, code=text, label=maybe), max_size=2),
    language=st.none() | st.sampled_from(["en", "de", "zh"]),
    type=st.none() | st.sampled_from(["journal-article", "book", "book-chapter", "dissertation", "dataset", "odd"]),
    pmid=maybe, pmcid=maybe, arxiv_id=maybe,
    identifiers=st.lists(st.builds(Identifier, scheme=text, value=text), max_size=2),
    pdf_url=maybe, license=maybe, cited_by_count=number, references_count=number, related_total=number,
    related=st.lists(st.builds(Citation, title=maybe, authors=st.lists(text, max_size=2), year=number), max_size=2),
    url=maybe,
)  # fmt: skip


def entries(of: list[Work]) -> list[Entry]:
    return [Entry(f"key{number}", each) for number, each in enumerate(of)]


def written(name: str, of: list[Work], **options: Any) -> bytes:
    """Return a file of a format."""
    from harvester.export import Options

    return b"".join(formats()[name].pieces(entries(of), Options(**options)))
