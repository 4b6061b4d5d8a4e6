"""Pages, article numbers, volumes, issues."""

import pytest

from harvester.normalise.pages import Pages, issue, page, pages, unpadded, volume

RANGES = [
    ("231 / 248", Pages("231", "248")),
    ("1337 - 1349", Pages("1337", "1349")),
    ("231–248", Pages("231", "248")),
    ("231—248", Pages("231", "248")),
    ("231−248", Pages("231", "248")),
    ("231--248", Pages("231", "248")),
    ("231～248", Pages("231", "248")),
    ("231 to 248", Pages("231", "248")),
    ("789-96", Pages("789", "796")),
    ("123-9", Pages("123", "129")),
    ("pp. 52-9", Pages("52", "59")),
    ("1199-202", Pages("1199", "1202")),
    ("129-3", Pages("129", "3")),
    ("S123-9", Pages("S123", "S129")),
    ("S1-S9", Pages("S1", "S9")),
    ("A326-A329", Pages("A326", "A329")),
    ("e12-e15", Pages("e12", "e15")),
    ("i-xii", Pages("i", "xii")),
    ("876–885.e3", Pages("876", "885.e3")),
    ("45:1–45:25", Pages("45:1", "45:25")),
    ("1-10+", Pages("1", "10")),
    ("444-445", Pages("444", "445")),
    ("375, 345-364", Pages("345", "364")),
    ("12-15, 20-25", Pages("12", "25")),
    ("Pages 789-96", Pages("789", "796")),
    ("p. 5", Pages("5")),
    ("S. 12-15", Pages("12", "15")),
    ("第231-248页", Pages("231", "248")),
    ("页码:231 / 248", Pages("231", "248")),
    ("页码：231-248", Pages("231", "248")),
    ("с. 12-15", Pages("12", "15")),
    ("R1", Pages("R1")),
    ("xiv", Pages("xiv")),
    ("876", Pages("876")),
    ("10234", Pages("10234")),
    ("e12", Pages("e12")),
    ("L23", Pages("L23")),
    ("e12345", Pages(article_number="e12345")),
    ("e202204317", Pages(article_number="e202204317")),
    ("e2020JB020982", Pages(article_number="e2020JB020982")),
    ("CD001234.pub3", Pages(article_number="CD001234.pub3")),
    ("e0213978", Pages(article_number="e0213978")),
    ("041027", Pages(article_number="041027")),
    ("Article 123", Pages(article_number="123")),
    ("Art. No. e1003", Pages(article_number="e1003")),
    ("Article ID 8562941", Pages(article_number="8562941")),
    ("18 p.", Pages(count=18)),
    ("18 pages", Pages(count=18)),
    ("页数:18", Pages(count=18)),
    ("231-248 (18)", Pages("231", "248", 18)),
    ("231-248, 18 p.", Pages("231", "248", 18)),
    ("", Pages()),
    ("n/a", Pages()),
    ("n/a-n/a", Pages()),
    ("no-no", Pages()),
    ("0-0", Pages()),
    ("-", Pages()),
    ("in press", Pages()),
    ("N.PAG", Pages()),
    ("52(4):789-96", Pages()),
    ("see text", Pages()),
]

VOLUMES = [
    ("12", "12"),
    ("Vol. 12", "12"),
    ("Volume 25", "25"),
    ("vol12", "12"),
    ("v.12", "12"),
    ("Bd. 3", "3"),
    ("Tome 4", "4"),
    ("第08卷", "08"),
    ("08卷", "08"),
    ("3/4", "3/4"),
    ("4 - 6", "4-6"),
    ("4–6", "4-6"),
    ("XII", "XII"),
    ("A12", "A12"),
    ("12 (Suppl 1)", "12 (Suppl 1)"),
    ("0", None),
    ("", None),
    ("n/a", None),
    ("ahead-of-print", None),
    ("Online First", None),
    ("in press", None),
    ("not a volume at all", None),
    ("vol.12 no.3", None),
]

ISSUES = [
    ("6", "6"),
    ("06", "06"),
    ("(06)", "06"),
    ("No. 3-4", "3-4"),
    ("no.3", "3"),
    ("Nr. 3", "3"),
    ("n° 3", "3"),
    ("№ 4", "4"),
    ("Number 10", "10"),
    ("Issue 3", "3"),
    ("Heft 3", "3"),
    ("第6期", "6"),
    ("6期", "6"),
    ("3/4", "3/4"),
    ("Suppl 1", "Suppl 1"),
    ("Special Issue", "Special Issue"),
    ("S1", "S1"),
    ("ahead-of-print", None),
    ("null", None),
    ("0", None),
]


@pytest.mark.parametrize(("raw", "expected"), RANGES, ids=[raw for raw, _ in RANGES])
def test_pages(raw: str, expected: Pages) -> None:
    assert pages(raw) == expected


@pytest.mark.parametrize(("raw", "expected"), VOLUMES, ids=[raw for raw, _ in VOLUMES])
def test_volume(raw: str, expected: str | None) -> None:
    assert volume(raw) == expected


@pytest.mark.parametrize(("raw", "expected"), ISSUES, ids=[raw for raw, _ in ISSUES])
def test_issue(raw: str, expected: str | None) -> None:
    assert issue(raw) == expected


def test_page_is_the_first_of_a_range_or_the_article_number() -> None:
    assert page("444-445") == "444"
    assert page("e0213978") == "e0213978"
    assert page("n/a") is None


def test_unpadded_keeps_what_is_no_padding() -> None:
    assert [unpadded(raw) for raw in ("06", "0", "10", "01-02", "A012", "1.05", "000")] == [
        "6",
        "0",
        "10",
        "1-2",
        "A012",
        "1.05",
        "0",
    ]
