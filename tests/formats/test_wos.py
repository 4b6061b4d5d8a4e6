"""Web of Science, both of its exports: the same record twice, and the traps of either."""

import pytest

from harvester.formats import BadRecord, Loaded

PLAIN = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Hartley, J
   Rashman, L
AF Hartley, Jean
   Rashman, Lyndsay
CA Example Collaboration
TI Leadership and things that are
   counted twice
SO PUBLIC COUNTING REVIEW
LA English
DT Article; Proceedings Paper
DE counting, slowly; public sector
ID PERFORMANCE; CITED WORDS
AB We counted the things that are here, and then we counted them again.
C1 [Hartley, Jean; Rashman, Lyndsay] Open Univ, Milton Keynes, Bucks, England.
   [Hartley, Jean] Univ Warwick, Coventry, England.
   [Nobody, Known] Elsewhere Inst, Paris, France.
RP Hartley, J (corresponding author), Open Univ, Milton Keynes, Bucks, England.
OI Hartley, Jean/0000-0002-1825-0097
TC 17
Z9 18
NR 40
PU EXAMPLE PRESS
SN 0378-4371
EI 2160-7370
J9 PUBLIC COUNT REV
PD MAR 15
PY 2014
VL 12
IS 3
BP 123
EP 145
AR 99
DI 10.5555/PCR.2014.7
D2 10.5555/a-book
EA FEB 2014
PG 23
WC Management; Public Administration
SC Business & Economics
UT WOS:000123456700001
PM 25108162
ER

EF
"""


def tab_delimited() -> str:
    """The same record as a line."""
    tags: dict[str, list[str]] = {}
    tag = ""
    for line in PLAIN.splitlines()[2:]:
        if line.startswith("   "):
            tags[tag].append(line.strip())
        elif line[:2] not in ("ER", "EF", ""):
            tag = line[:2]
            tags[tag] = [line[3:]]
    cells = {tag: ("; " if tag in ("AU", "AF", "C1") else " ").join(lines) for tag, lines in tags.items()}
    return "\t".join(cells) + "\n" + "\t".join(cells.values()) + "\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("savedrecs.txt", PLAIN.encode("utf-8-sig")),
        ("savedrecs.txt", PLAIN.replace("\n", "\r\n").encode("utf-16")),
        ("savedrecs.ciw", PLAIN.removesuffix("EF\n").encode()),
        ("savedrecs.isi", PLAIN.removesuffix("ER\n\nEF\n").encode()),
        ("savedrecs.txt", tab_delimited().encode("utf-8-sig")),
        ("savedrecs.tsv", tab_delimited().replace("\n", "\r\n").encode("utf-16")),
    ],
)
def test_a_record_gives_each_field_normalised(reading, name, content) -> None:
    [loaded] = reading(name, content)
    assert isinstance(loaded, Loaded), loaded
    work = loaded.work
    assert loaded.key == "WOS:000123456700001"
    assert [author.label for author in work.authors] == ["Hartley, Jean", "Rashman, Lyndsay", "Example Collaboration"]
    assert [author.affiliations for author in work.authors] == [[0, 1], [0], []]
    assert [place.organization for place in work.affiliations] == ["Open Univ", "Univ Warwick", "Elsewhere Inst"]
    assert work.authors[0].orcid == "0000-0002-1825-0097"
    assert [author.corresponding for author in work.authors] == [True, None, None]
    assert work.title == "Leadership and things that are counted twice"
    assert work.keywords == ["counting, slowly", "public sector"]
    assert work.keywords_plus == ["PERFORMANCE", "CITED WORDS"]
    assert (work.published, work.published_online) == ("2014-03-15", "2014-02")
    assert (work.first_page, work.last_page, work.article_number, work.page_count) == ("123", "145", "99", 23)
    assert (work.doi, work.pmid, work.issn) == ("10.5555/pcr.2014.7", "25108162", ["0378-4371", "2160-7370"])
    assert [(each.scheme, each.value) for each in work.identifiers] == [("wos", "WOS:000123456700001")]
    assert (work.cited_by_count, work.references_count) == (17, 40)
    assert (work.type, work.language) == ("journal-article", "en")
    assert [each.code for each in work.classifications] == [
        "Management",
        "Public Administration",
        "Business & Economics",
    ]


@pytest.mark.parametrize(
    ("lines", "field", "value"),
    [
        ("PD SPR\nPY 2010", "published", "2010"),
        ("PD MAR-APR\nPY 2010", "published", "2010-03"),
        ("PD JUN\nPY 2010", "published", "2010-06"),
        ("PY 2010", "published", "2010"),
        ("AR e0123456", "article_number", "e0123456"),
        ("PG 7", "first_page", None),
        ("DE one word", "keywords", ["one word"]),
        ("ID ONE, WORD", "keywords", []),
        ("ID ONE, WORD", "keywords_plus", ["ONE, WORD"]),
        ("BN 978-1-939133-27-4", "isbn", ["9781939133274"]),
    ],
)
def test_tags_mean_what_clarivate_says(reading, lines, field, value) -> None:
    [loaded] = reading("a.ciw", f"PT J\nTI A title of it\n{lines}\nER\n")
    assert getattr(loaded.work, field) == value


def test_an_address_without_names_is_a_lone_authors_and_nobodys_of_several(reading) -> None:
    [alone] = reading("a.ciw", "PT J\nAU One, A\nTI T\nC1 Open Univ, Leeds, England.\nER\n")
    [both] = reading("a.ciw", "PT J\nAU One, A\n   Two, B\nTI T\nC1 Open Univ, Leeds, England.\nER\n")
    assert [author.affiliations for author in alone.work.authors] == [[0]]
    assert [author.affiliations for author in both.work.authors] == [[], []]
    assert len(both.work.affiliations) == 1


def test_a_missing_record_end_costs_no_neighbour(reading) -> None:
    found = reading("a.ciw", "FN X\nVR 1.0\nPT J\nTI One\nPT J\nTI Two\nER\nEF\n")
    assert [each.work.title for each in found] == ["One", "Two"]


def test_a_line_with_too_many_cells_is_reported(reading) -> None:
    first, bad, last = reading("a.txt", "TI\tUT\nOne\tW1\nTwo\tW2\tmore\nThree\n\nFour\tW4\n", "wos-tab")[:2] + reading(
        "a.txt", "TI\tUT\nFour\tW4\n", "wos-tab"
    )
    assert (first.key, last.key) == ("W1", "W4")
    assert isinstance(bad, BadRecord)
    assert (bad.where, bad.reason) == ("a.txt:3", "3 cells, and the first line has 2")
