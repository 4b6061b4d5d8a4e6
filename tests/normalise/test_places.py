"""Countries and affiliations."""

import pytest

from harvester.items import Affiliation
from harvester.normalise.places import affiliation, affiliations, country

COUNTRIES = [
    ("England", "GB"),
    ("Scotland", "GB"),
    ("Wales", "GB"),
    ("North Ireland", "GB"),
    ("UK", "GB"),
    ("U.K.", "GB"),
    ("Peoples R China", "CN"),
    ("P.R. China", "CN"),
    ("USA", "US"),
    ("U.S.A.", "US"),
    ("NY 10027 USA", "US"),
    ("MA 02139", "US"),
    ("United States of America.", "US"),
    ("Texas 79699", "US"),
    ("U Arab Emirates", "AE"),
    ("South Korea", "KR"),
    ("Bosnia & Herceg", "BA"),
    ("Turkiye", "TR"),
    ("the Netherlands", "NL"),
    ("Deutschland", "DE"),
    ("Allemagne", "DE"),
    ("España", "ES"),
    ("中国", "CN"),
    ("日本", "JP"),
    ("ドイツ", "DE"),
    ("대한민국", "KR"),
    ("Россия", "RU"),
    ("Burkina Faso", "BF"),
    ("DE", "DE"),
    ("DEU", "DE"),
    ("Leeds", None),
    ("Oslo", None),
    ("SW7 2AZ", None),
    ("New Mexico", None),
    ("ZZ", None),
    ("", None),
]

AFFILIATIONS = [
    ("[1] Univ A, Publ Leadership, Leeds, England", "Univ A, Publ Leadership, Leeds, England", "Univ A", "GB"),
    ("1. Univ A, Leeds, England", "Univ A, Leeds, England", "Univ A", "GB"),
    ("¹Univ A, Leeds, England", "Univ A, Leeds, England", "Univ A", "GB"),
    ("1Department of X, Univ A, Leeds", "Department of X, Univ A, Leeds", "Univ A", None),
    ("a) Univ A, Leeds", "Univ A, Leeds", "Univ A", None),
    ("3M Company, St Paul, MN 55144 USA", "3M Company, St Paul, MN 55144 USA", "3M Company", "US"),
    (
        "Department of Physics, University of Oslo, Oslo",
        "Department of Physics, University of Oslo, Oslo",
        "University of Oslo",
        None,
    ),
    ("School of Luck, Oslo", "School of Luck, Oslo", None, None),
    (", Example Organisation", "Example Organisation", "Example Organisation", None),
    ("Univ A, St Carson, CA", "Univ A, St Carson, CA", "Univ A", None),
    ("Univ A, Atlanta, Georgia", "Univ A, Atlanta, Georgia", "Univ A", None),
    ("Univ A, Tbilisi, Georgia", "Univ A, Tbilisi, Georgia", "Univ A", "GE"),
    ("Univ A, Leeds, England. jane@example.org", "Univ A, Leeds, England.", "Univ A", "GB"),
    ("Univ A, Oslo, NorwayCorrespondencejane@example.org", "Univ A, Oslo, Norway", "Univ A", "NO"),
    ("a School of Luck, Univ A, Oslo", "School of Luck, Univ A, Oslo", "Univ A", None),
    ("北京物资学院，北京", "北京物资学院，北京", "北京物资学院", None),
    ("北京大学信息学院, 北京 100871, 中国", "北京大学信息学院, 北京 100871, 中国", "北京大学", "CN"),
    ("X &amp; Y Institute, Berlin, Germany", "X & Y Institute, Berlin, Germany", "X & Y Institute", "DE"),
]


@pytest.mark.parametrize(("raw", "expected"), COUNTRIES, ids=[raw for raw, _ in COUNTRIES])
def test_country(raw: str, expected: str | None) -> None:
    assert country(raw) == expected


@pytest.mark.parametrize(
    ("given", "raw", "organization", "where"), AFFILIATIONS, ids=[case[0] for case in AFFILIATIONS]
)
def test_affiliation(given: str, raw: str, organization: str | None, where: str | None) -> None:
    assert affiliation(given) == Affiliation(raw=raw, organization=organization, country=where)


def test_a_linked_ror_is_kept_apart() -> None:
    found = affiliation("Univ A, Leeds, England https://ror.org/04m01e293")
    assert found == Affiliation("Univ A, Leeds, England", "Univ A", "GB", "https://ror.org/04m01e293")


@pytest.mark.parametrize("raw", ["", "1", "[1]", "*", "jane@example.org"])
def test_no_affiliation(raw: str) -> None:
    assert affiliation(raw) is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("(1. 北京大学, 北京 100871; 2. 清华大学, 北京 100084)", ["北京大学, 北京 100871", "清华大学, 北京 100084"]),
        ("（1．北京大学，北京；2．清华大学，北京）", ["北京大学，北京", "清华大学，北京"]),
        ("[ 1 ] Univ A, Leeds, England\n[ 2 ] Univ B, USA", ["Univ A, Leeds, England", "Univ B, USA"]),
        ("1. Univ A; Dept B, Leeds\n2. Univ C", ["Univ A; Dept B, Leeds", "Univ C"]),
        ("Univ A; Univ B; Univ A", ["Univ A", "Univ B"]),
        ("", []),
    ],
)
def test_affiliations(raw: str, expected: list[str]) -> None:
    assert [each.raw for each in affiliations(raw)] == expected
