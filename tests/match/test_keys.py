"""Keys meet in spite of noise, stay short, and are missing where they would say nothing."""

import pytest

from harvester.match import KEY_CAPS, blocking_keys, identity_keys, prepare

BASE = {
    "title": "Magnetic ordering of thin films: a study in strong fields",
    "authors": ["Lovelace, Ada B.", "Noether, Emmy"],
    "container_title": "Journal of Applied Tests",
    "year": 2018,
    "volume": "12",
    "issue": "3",
    "first_page": "345",
    "last_page": "359",
}


def meet(**changes):
    return set(blocking_keys(prepare(BASE))) & set(blocking_keys(prepare({**BASE, **changes})))


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Magnetic ordering of thin films", "volume": None, "first_page": None},
        {"title": "Original Article: Magnetic ordering of thin films - A Study in Strong Fields", "volume": None},
        {"title": "Magnetic odrering of thin films: a study in strong fields", "volume": None, "first_page": None},
        {
            "title": "Magnetic ordering of thin films: a study in str…",
            "volume": None,
            "first_page": None,
            "authors": [],
        },
        {"title": "Mgnetic odrering of tin films", "year": 2019, "authors": []},
        {"title": "Mgnetic odrering of tin films", "volume": None, "year": None},
        {"title": "Magnetic ordering and something else", "authors": ["A. Lovelace"], "volume": None, "year": None},
        {"title": "", "authors": ["Noether E", "Lovelace A"], "volume": None},
    ],
)
def test_a_noisy_copy_shares_a_blocking_key(changes):
    assert meet(**changes)


def test_every_kind_of_blocking_key_has_a_cap_and_keys_are_short():
    records = [
        BASE,
        {**BASE, "title": "Editorial"},
        {**BASE, "title": "x" * 9000, "authors": ["y" * 900], "volume": "z" * 99},
    ]
    for record in records:
        keys = blocking_keys(prepare(record))
        assert {key.partition(":")[0] for key in keys} <= KEY_CAPS.keys()
        assert all(len(key) <= 64 for key in keys)
        assert len(keys) == len(set(keys))


def test_identity_keys_name_the_identifiers_and_the_fingerprint():
    record = prepare(
        {**BASE, "doi": "https://doi.org/10.5555/JAT.1/v2", "pmid": "00123", "arxiv_id": "arXiv:1902.02534v3"}
    )
    assert identity_keys(record)[:3] == ["doi:10.5555/jat.1", "arxiv:1902.02534", "pmid:123"]
    assert identity_keys(record)[-1].startswith("fp:")


def test_the_fingerprint_knows_parts_and_notices_apart():
    titles = ["On counting things twice", "On counting things twice: Part II", "Erratum to: On counting things twice"]
    prints = {identity_keys(prepare({**BASE, "title": title}))[-1] for title in titles}
    assert len(prints) == 3


@pytest.mark.parametrize("record", [{}, {"title": "Editorial", "year": 2018}, {"title": "On counting things twice"}])
def test_what_says_too_little_has_no_identity_key(record):
    assert identity_keys(prepare(record)) == []


@pytest.mark.parametrize("raw", ["n/a", "-", "", None, "10.1000/xyz123", "10.5555/jat.1; 10.5555/jat.2"])
def test_a_doi_field_that_shows_no_single_doi_is_empty(raw):
    assert prepare({"doi": raw}).doi == ""
