"""PubMed's format: what follows a name belongs to it."""

import pytest

from harvester.formats import BadRecord

RECORD = """
PMID- 25108162
OWN - NLM
IS  - 0378-4371 (Print)
IS  - 2160-7370 (Linking)
VI  - 12
IP  - 3
DP  - 2014 Jan 15
TI  - Counting of things that
      nobody counted before.
PG  - 123-9
LID - 10.5555/joe.2014.7 [doi]
LID - e1234 [pii]
AB  - BACKGROUND: We count things. RESULTS: There were more of
      them than anybody had thought.
FAU - Lovelace, Ada B
AU  - Lovelace AB
AUID- ORCID: 0000-0002-1825-0097
AD  - University of Oslo, Oslo, Norway.
AD  - Open Univ, Milton Keynes, England.
FAU - Hartley, Jean
AU  - Hartley J
AD  - University of Oslo, Oslo, Norway.
CN  - Example Study Group
LA  - eng
PT  - Journal Article
PT  - Review
DEP - 20131220
TA  - J Ex
JT  - Journal of examples
MH  - *Mathematics
OT  - *counting
OT  - things, other
PMC - PMC4234567
"""


def test_a_record_gives_each_field_normalised(reading) -> None:
    [loaded] = reading("pubmed.nbib", RECORD)
    work = loaded.work
    assert (loaded.key, loaded.where) == ("25108162", "pubmed.nbib:2")
    assert work.title == "Counting of things that nobody counted before"
    assert [author.label for author in work.authors] == ["Lovelace, Ada B", "Hartley, Jean", "Example Study Group"]
    assert [author.affiliations for author in work.authors] == [[0, 1], [0], []]
    assert work.authors[0].orcid == "0000-0002-1825-0097"
    assert (work.pmid, work.pmcid, work.doi) == ("25108162", "PMC4234567", "10.5555/joe.2014.7")
    assert (work.published, work.published_online) == ("2014-01-15", "2013-12-20")
    assert (work.first_page, work.last_page, work.article_number) == ("123", "129", "e1234")
    assert (work.container_title, work.container_title_short) == ("Journal of examples", "J Ex")
    assert (work.keywords, work.issn) == (["counting", "things, other"], ["0378-4371", "2160-7370"])
    assert [(each.scheme, each.code) for each in work.classifications] == [("mesh", "Mathematics")]
    assert work.abstract.startswith("BACKGROUND: We count")
    assert (work.type, work.language) == ("journal-article", "en")


@pytest.mark.parametrize(
    ("lines", "field", "value"),
    [
        ("TI  - [On the counting of things].", "title", "On the counting of things"),
        ("BTI - A Book of Counting", "title", "A Book of Counting"),
        ("TI  - T it is\nPT  - Journal Article\nPT  - Preprint", "type", "posted-content"),
        ("TI  - What now?", "title", "What now?"),
        ("TI  - T it is\nAID - S0140-1 [pii]", "article_number", None),
    ],
)
def test_pubmeds_habits_are_known(reading, lines, field, value) -> None:
    assert getattr(reading("a.nbib", f"PMID- 1\n{lines}\n")[0].work, field) == value


def test_records_part_at_empty_lines_and_at_ids(reading) -> None:
    found = reading("pubmed.txt", "PMID- 1\nTI  - One.\n\nPMID- 2\nTI  - Two.\nPMID- 3\nTI  - Three.\n")
    assert [each.work.pmid for each in found] == ["1", "2", "3"]


def test_an_error_page_in_the_middle_is_reported(reading) -> None:
    found = reading("a.nbib", "PMID- 1\nTI  - One.\n\n<html>\n<p>busy</p>\n\nPMID- 2\nTI  - Two.\n")
    assert [isinstance(each, BadRecord) for each in found] == [False, True, False]
    assert found[1].where == "a.nbib:4"
