"""The DOI engine: the field's 37 hard inputs, more of our own, and what holds for any input."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.normalise.doi import Doi, DoiConflict, doi, find_doi, is_placeholder, parse_doi, short_doi

N = "10.1038/nphys1170"
SICI = "10.1002/(sici)1096-9861(19960129)365:1<113::aid-cne9>3.0.co;2-6"
AMS = "10.1175/1520-0477(1996)077<0935:wotwsm>2.0.co;2"
ZERO_WIDTH = "\u200b"

# Field notes 3.3: input to key. None is a conflict or nothing.
HARD = [
    ("10.1093/MOLBEV/MSL010", "10.1093/molbev/msl010"),
    ("http://dx.doi.org/10.1038/nphys1170", N),
    ("https://www.doi.org/10.1038/nphys1170", N),
    ("doi: 10.1038/nphys1170", N),
    ("info:doi/10.1038/nphys1170", N),
    ("urn:doi:10.1038/nphys1170", N),
    ("https://doi.org/10.1038/nphys1170.", N),
    ("https://doi.org/10.1038/nphys1170;", N),
    ("(10.1038/nphys1170)", N),
    ("10.1016/S0953-7562(09)80401-2", "10.1016/s0953-7562(09)80401-2"),
    ("10.1016/0370-2693(91)90123(x)", "10.1016/0370-2693(91)90123(x)"),
    ("10.1002/(SICI)1096-9861(19960129)365:1<113::AID-CNE9>3.0.CO;2-6", SICI),
    ("10.1175/1520-0477(1996)077<0935:WOTWSM>2.0.CO;2", AMS),
    ("10.1175/1520-0477(1996)077%3C0935:WOTWSM%3E2.0.CO;2", AMS),
    ("10.1175/1520-0477(1996)077&lt;0935:WOTWSM&gt;2.0.CO;2", AMS),
    (
        "10.1002/1521-3951(200203)230:1<197::AID-PSSB197>3.0.CO;2-#",
        "10.1002/1521-3951(200203)230:1<197::aid-pssb197>3.0.co;2-#",
    ),
    ("https://doi.org/10.1038/nphys1170#abstract", N),
    ("https://doi.org/10.1038/nphys1170?nols=y", N),
    ("https://www.frontiersin.org/articles/10.3389/fnins.2021.722592/full", "10.3389/fnins.2021.722592"),
    ("https://journals.example.org/doi/pdf/10.1177/2309499019888836", "10.1177/2309499019888836"),
    ("https://example.org/10.1234/abcd.pdf", "10.1234/abcd"),
    ("10.1037//0002-9432.72.1.50", "10.1037/0002-9432.72.1.50"),
    ("10.1026//1616-1041.3.2.86", "10.1026//1616-1041.3.2.86"),
    ("10.100000/abc", "10.100000/abc"),
    ("10.1000.10/123", "10.1000.10/123"),
    ('10.1038/srep04643">{{Cite', "10.1038/srep04643"),
    ("10.1038/srep04643<br>", "10.1038/srep04643"),
    ("10.1038/srep04643\u200e", "10.1038/srep04643"),
    ("10.1038/s41586\u2010020\u20102649\u20102", "10.1038/s41586-020-2649-2"),
    ("10.1207/s15327647jcd3,4&5_3", "10.1207/s15327647jcd3,4&5_3"),
    ("10.10.1038/nphys1170", N),
    ("10.1038/nphys1170; 10.1038/nphys1171", None),
    ("https://doi-org.ezproxy.lib.edu/10.1177/0886260517708407", "10.1177/0886260517708407"),
    ("https://doi.org/10.1177%2F0886260517708407", "10.1177/0886260517708407"),
    ("not a doi", None),
    ("HTTPS://DOI.ORG/10.1038/NPHYS1170", N),
    ("doi:10.1038/nphys1170", N),
]

# Our own, read as trusted fields.
TRUSTED = [
    # Prefixes and resolvers.
    ("DOI 10.1038/nphys1170", N),
    ("DOI:10.1038/nphys1170", N),
    ("DOI：10.1038/nphys1170", N),
    ("doi 10.1038/nphys1170", N),
    ("doi:doi:10.1038/nphys1170", N),
    ("doi:https://doi.org/10.1038/nphys1170", N),
    ("https://doi.org/doi:10.1038/nphys1170", N),
    ("https://doi.org/https://doi.org/10.1038/nphys1170", N),
    ("http://doi.org/10.1038/nphys1170", N),
    ("doi.org/10.1038/nphys1170", N),
    ("dx.doi.org/10.1038/nphys1170", N),
    ("//doi.org/10.1038/nphys1170", N),
    ("https://dx.doi.org/10.1038/nphys1170", N),
    ("https://doi.org//10.1038/nphys1170", N),
    ("https://hdl.handle.net/10.1038/nphys1170", N),
    ("https://identifiers.org/doi:10.1038/nphys1170", N),
    ("DOI10.1038/nphys1170", N),
    ("D O I 10.1038/nphys1170", N),
    ("Digital Object Identifier: 10.1038/nphys1170", N),
    # Proxies.
    ("https://doi-org.proxy.example.edu/10.1038/nphys1170?x=1", N),
    ("https://dx-doi-org.ezproxy.example.edu/10.1038/nphys1170", N),
    ("https://doi.org.ezproxy.example.edu:2443/10.1038/nphys1170", N),
    ("https://proxy.example.edu/login?url=https://doi.org/10.1038/nphys1170", N),
    ("https://proxy.example.edu/login?url=https%3A%2F%2Fdoi.org%2F10.1038%2Fnphys1170", N),
    ("https://proxy.example.edu/login?url=https%3A%2F%2Fdoi.org%2F10.1038%2Fnphys1170&user=me", N),
    # Page addresses and their tails.
    ("https://example.org/doi/10.1038/nphys1170", N),
    ("https://example.org/doi/abs/10.1038/nphys1170", N),
    ("https://example.org/doi/full/10.1038/nphys1170", N),
    ("https://example.org/doi/10.1038/nphys1170/abstract", N),
    ("https://example.org/doi/10.1038/nphys1170/full/html", N),
    ("https://example.org/doi/10.1038/nphys1170/epdf", N),
    ("https://example.org/doi/10.1038/nphys1170/references", N),
    ("https://example.org/doi/10.1038/nphys1170/suppl_file/x.zip", N),
    ("https://example.org/doi/10.1038/nphys1170/", N),
    ("https://example.org/doi/10.1038/nphys1170/full/?x=1#sec2", N),
    ("https://example.org/doi/10.1038/nphys1170;jsessionid=ABC.d01", N),
    ("https://example.org/article?id=10.1371/journal.pone.0020961", "10.1371/journal.pone.0020961"),
    ("https://example.org/article?id=10.1371/journal.pone.0020961&type=printable", "10.1371/journal.pone.0020961"),
    ("https://example.org/article?id=10.1371%2Fjournal.pone.0020961#s1", "10.1371/journal.pone.0020961"),
    ("https://example.org/content/pdf/10.1007/BF02727953.pdf", "10.1007/bf02727953"),
    ("https://example.org/article/10.1088/0953-8984/21/39/395502/meta", "10.1088/0953-8984/21/39/395502"),
    ("https://www.biorxiv.org/content/10.1101/696633v1", "10.1101/696633"),
    ("https://www.biorxiv.org/content/10.1101/696633v2.full.pdf+html", "10.1101/696633"),
    (
        "https://www.medrxiv.org/content/10.1101/2020.03.03.20028423v3.full-text",
        "10.1101/2020.03.03.20028423v3.full-text",
    ),
    ("https://example.org/doi/10.1002/(SICI)1096-9861(19960129)365:1%3C113::AID-CNE9%3E3.0.CO;2-6/abstract", SICI),
    ("https://doi.org/10.1002/(SICI)1096-9861(19960129)365:1%3C113::AID-CNE9%3E3.0.CO;2-6", SICI),
    ("https://doi.org/10.1002/(SICI)1096-9861(19960129)365:1%253C113::AID-CNE9%253E3.0.CO;2-6", SICI),
    ("https://doi.org/10.1002/(SICI)1096-9861(19960129)365:1&lt;113::AID-CNE9&gt;3.0.CO;2-6", SICI),
    ("https://doi.org/10.1002/(SICI)1096-9861(19960129)365:1&amp;lt;113::AID-CNE9&amp;gt;3.0.CO;2-6", SICI),
    (
        "https://doi.org/10.1002/1521-3951(200203)230:1%3C197::AID-PSSB197%3E3.0.CO;2-%23",
        "10.1002/1521-3951(200203)230:1<197::aid-pssb197>3.0.co;2-#",
    ),
    (
        "https://doi.org/10.1002/1521-3951(200203)230:1<197::AID-PSSB197>3.0.CO;2-#",
        "10.1002/1521-3951(200203)230:1<197::aid-pssb197>3.0.co;2-#",
    ),
    # A tail is cut from addresses only.
    ("10.3389/fnins.2021.722592/full", "10.3389/fnins.2021.722592/full"),
    ("10.1234/abcd.pdf", "10.1234/abcd.pdf"),
    ("https://doi.org/10.1234/abcd.pdf", "10.1234/abcd.pdf"),
    ("10.3390/v9100295", "10.3390/v9100295"),
    ("10.12688/f1000research.1234.2", "10.12688/f1000research.1234.2"),
    ("10.21203/rs.3.rs-1234567/v1", "10.21203/rs.3.rs-1234567/v1"),
    # Punctuation and brackets.
    ("10.1038/nphys1170,", N),
    ("10.1038/nphys1170...", N),
    ("[10.1038/nphys1170]", N),
    ("<10.1038/nphys1170>", N),
    ("{10.1038/nphys1170}", N),
    ("\u201c10.1038/nphys1170\u201d", N),
    ("'10.1038/nphys1170'", N),
    ("10.1038/nphys1170)", N),
    ("10.1038/nphys1170(", N),
    ("10.1038/nphys1170).", N),
    ("10.1038/nphys1170/", N),
    ("10.1038/nphys1170\\", N),
    ("10.1016/S0953-7562(09)80401-2)", "10.1016/s0953-7562(09)80401-2"),
    ("(10.1016/S0953-7562(09)80401-2)", "10.1016/s0953-7562(09)80401-2"),
    ("10.1641/0006-3568(2004)054[0613:BITTP]2.0.CO;2", "10.1641/0006-3568(2004)054[0613:bittp]2.0.co;2"),
    ("10.1641/0006-3568(2004)054[0613:BITTP]2.0.CO;2.", "10.1641/0006-3568(2004)054[0613:bittp]2.0.co;2"),
    ("10.1175/1520-0477(1996)077<0935:WOTWSM>2.0.CO;2;", AMS),
    ("10.1890/0012-9658(2006)87[1465:ATTMCT]2.0.CO;2", "10.1890/0012-9658(2006)87[1465:attmct]2.0.co;2"),
    # Characters.
    (f"10.1038/{ZERO_WIDTH}nphys1170", N),
    ("\ufeff10.1038/nphys1170", N),
    ("10.1038/nphys\u00ad1170", N),
    ("１０.１０３８/nphys1170", N),
    ("10.1007/978-3-030-12345-6\\_12", "10.1007/978-3-030-12345-6_12"),
    ("10.1007/978-3-030-12345-6_12", "10.1007/978-3-030-12345-6_12"),
    ("10.1038/s41586\u2013020\u20132649\u20132", "10.1038/s41586-020-2649-2"),
    ("10.1038/s41586\u2212020-2649-2", "10.1038/s41586-020-2649-2"),
    ("10.1000/ÄÖ", "10.1000/ÄÖ"),
    ("10.1000/A~B+C=D@E!F", "10.1000/a~b+c=d@e!f"),
    ("10.1000/456#789", "10.1000/456#789"),
    ("10.1000/456?789", "10.1000/456?789"),
    ("10.1000/a%b", "10.1000/a%b"),
    # Shapes.
    ("10.1000/182", "10.1000/182"),
    ("10.123456789/x1", "10.123456789/x1"),
    ("10.1234567890/x", None),
    ("10.123/abc", None),
    ("10.1038", None),
    ("10.1038/", None),
    ("10.1038/.", None),
    ("10.1038/...", None),
    ("11.1038/abc", None),
    ("110.1038/abc", None),
    ("10x1038/abc", None),
    ("10/bcg3", None),
    ("https://doi.org/bcg3", None),
    ("ade/1391109086", None),
    ("https://hdl.handle.net/10255/dryad.7898", None),
    ("", None),
    ("doi:", None),
    ("https://doi.org/", None),
    # Spaces.
    (" 10.1038/nphys1170 ", N),
    ("10.1038/ nphys1170", N),
    ("10.1038 /nphys1170", N),
    ("10. 1038/nphys1170", N),
    ("10.1016/j.cplett. 2009.01.021", None),
    ("10.1038/nphys1170 (open access)", N),
    ("10.1038/nphys1170\nNature Physics", N),
    # More than one.
    ("10.1038/nphys1170, 10.1038/nphys1171", None),
    ("10.1038/nphys1170 10.1038/nphys1171", None),
    ("10.1038/nphys1170|10.1038/nphys1171", None),
    ("10.1038/nphys1170；10.1038/nphys1171", None),
    ("https://doi.org/10.1038/nphys1170https://doi.org/10.1038/nphys1171", None),
    ("10.1038/nphys1170; 10.1038/NPHYS1170", N),
    ("10.1038/nphys1170; https://doi.org/10.1038/nphys1170", N),
    ("10.1000/10.1234/5", "10.1000/10.1234/5"),
    ("10.5555/x10.1234/5", "10.5555/x10.1234/5"),
    # Templates and journals.
    ("10.1145/1122445.1122456", None),
    ("10.1145/nnnnnnn.nnnnnnn", None),
    ("10.1145/NNNNNNN.NNNNNNN", None),
    ("10.0000/abc", None),
    ("10.1234/5678", None),
    ("10.1109/XXX.0000.0000000", None),
    ("10.1109/ACCESS.2017.DOI", None),
    ("10.3390/xxxxx", None),
    ("10.3389/fpsyg.2019.00000", None),
    ("10.1371/journal.pone", None),
    ("10.1002/(ISSN)1097-4571", None),
    ("10.1234/abc.5", "10.1234/abc.5"),
    ("10.5281/zenodo.1000000", "10.5281/zenodo.1000000"),
    ("10.1145/3366423.3380204", "10.1145/3366423.3380204"),
    ("10.1007/xxv", "10.1007/xxv"),
]

# Running text: the first DOI of it.
TEXT = [
    ("Nature 5, 10 (doi:10.1038/nphys1170), and more", N),
    ("see 10.1038/nphys1170.", N),
    ("see 10.1038/nphys1170).", N),
    ("see https://doi.org/10.1038/nphys1170, which", N),
    ("<a href='https://doi.org/10.1038/nphys1170'>link</a>", N),
    ('<a href="https://doi.org/10.1038/nphys1170">link</a>', N),
    ("[paper](https://doi.org/10.1038/nphys1170)", N),
    ("[10.1038/nphys1170](https://doi.org/10.1038/nphys1170)", N),
    ("{{cite|doi=10.1038/nphys1170|year=2009}}", N),
    ("DOI：10.1038/nphys1170。作者简介", N),
    ("详见10.1038/nphys1170中的讨论", N),
    ("doi:10.1016/S0953-7562(09)80401-2)", "10.1016/s0953-7562(09)80401-2"),
    ("(see 10.1016/S0953-7562(09)80401-2)(and more)", "10.1016/s0953-7562(09)80401-2"),
    ("(10.1038/nphys1170)(10.1038/nphys1171)", N),
    ("10.1175/1520-0477(1996)077<0935:WOTWSM>2.0.CO;2, and", AMS),
    ("cited 10.1002/(SICI)1096-9861(19960129)365:1<113::AID-CNE9>3.0.CO;2-6.", SICI),
    ("10.1038/nphys1170</p><p>10.1038/nphys1171", N),
    ("https://doi.org/10.1038/nphys1170?x=1", N),
    ("10.1145/1122445.1122456 then 10.1038/nphys1170", N),
    ("version 10.1234 of 10/12/2014", None),
    ("in 10.10 and 10.11/x", None),
    ("no DOI here", None),
]


def test_the_table_is_as_long_as_promised() -> None:
    assert len(HARD) == 37
    assert len(TRUSTED) + len(TEXT) >= 100


@pytest.mark.parametrize(("raw", "key"), HARD, ids=[raw for raw, _ in HARD])
def test_hard_input(raw: str, key: str | None) -> None:
    assert doi(raw) == key


@pytest.mark.parametrize(("raw", "key"), TRUSTED, ids=[raw for raw, _ in TRUSTED])
def test_trusted_field(raw: str, key: str | None) -> None:
    assert doi(raw) == key


@pytest.mark.parametrize(("text", "key"), TEXT, ids=[text for text, _ in TEXT])
def test_free_text(text: str, key: str | None) -> None:
    assert find_doi(text) == key


@pytest.mark.parametrize(
    ("raw", "key", "candidate"),
    [
        ("10.1037//0002-9432.72.1.50", "10.1037/0002-9432.72.1.50", "10.1037//0002-9432.72.1.50"),
        ("10.1026//1616-1041.3.2.86", "10.1026//1616-1041.3.2.86", "10.1026/1616-1041.3.2.86"),
        ("10.1038/s41586\u2010020", "10.1038/s41586-020", "10.1038/s41586\u2010020"),
        ("10.1038/nphys1170.", N, "10.1038/nphys1170."),
        ("10.1038/nphys1170/", N, "10.1038/nphys1170/"),
    ],
)
def test_other_spellings_are_kept_as_candidates(raw: str, key: str, candidate: str) -> None:
    found = parse_doi(raw)
    assert isinstance(found, Doi)
    assert found.key == key
    assert candidate in found.candidates
    assert found.key not in found.candidates


def test_several_dois_are_a_conflict_in_their_order() -> None:
    assert parse_doi("10.1038/b; 10.1038/a") == DoiConflict(("10.1038/b", "10.1038/a"))


def test_a_template_is_parsed_but_is_nobodys_doi() -> None:
    found = parse_doi("10.1145/1122445.1122456")
    assert isinstance(found, Doi)
    assert is_placeholder(found.key)


@pytest.mark.parametrize(
    ("raw", "short"),
    [
        ("10/bcg3", "10/bcg3"),
        ("doi:10/BCG3", "10/bcg3"),
        ("https://doi.org/bcg3", "10/bcg3"),
        ("https://doi.org/10/bcg3", "10/bcg3"),
        ("http://dx.doi.org/bcg3/", "10/bcg3"),
        ("https://doi.org/search", None),
        ("https://doi.org/10.1000/182", None),
        ("10.1000/182", None),
        ("10/12/2014", None),
        ("", None),
    ],
)
def test_short_doi(raw: str, short: str | None) -> None:
    assert short_doi(raw) == short


SUFFIX = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FFF), min_size=1, max_size=30)
WRAPPINGS = ["{}", "https://doi.org/{}", "doi:{}", " {} ", "<{}>", "({})", "{}.", "info:doi/{}", "x {} y"]


@settings(max_examples=150, deadline=None)
@given(SUFFIX, st.sampled_from(WRAPPINGS), st.booleans())
def test_raw_is_kept_and_the_key_is_stable(suffix: str, wrapping: str, trusted: bool) -> None:
    raw = wrapping.format("10.1234/" + suffix)
    found = parse_doi(raw, trusted=trusted)
    if isinstance(found, Doi):
        assert found.raw == raw
        assert doi(found.key) in {found.key, None}
        assert parse_doi(found.key) == Doi(found.key, found.key, found.candidates) or found.key.startswith("10.")


@settings(max_examples=150, deadline=None)
@given(
    st.from_regex(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,20}[A-Za-z0-9])?", fullmatch=True), st.sampled_from(WRAPPINGS[:8])
)
def test_every_usual_wrapping_gives_the_same_key(suffix: str, wrapping: str) -> None:
    bare = "10.1234/" + suffix
    assert doi(wrapping.format(bare)) == doi(bare)
    assert doi(bare) is None or doi(bare) == bare.lower()
