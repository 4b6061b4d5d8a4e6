"""Identifiers with their check digits."""

import pytest

from harvester.items import Identifier
from harvester.normalise.identifiers import arxiv_id, handle, identifier, isbn, issn, orcid, pmcid, pmid

CASES = [
    (issn, "0378-4371", "0378-4371"),
    (issn, "ISSN 03784371", "0378-4371"),
    (issn, "2167-8359 (online)", "2167-8359"),
    (issn, "0378\u20134371", "0378-4371"),
    (issn, "1050-124x", "1050-124X"),
    (issn, "1050-1240", None),
    (issn, "0187-7151                    ", "0187-7151"),
    (issn, "0378-4372", None),
    (issn, "0000-0000", None),
    (issn, "1234-5678", None),
    (issn, "2019-2020", None),
    (issn, "978-1-939133-27-4", None),
    (issn, "0000-0002-1825-0097", None),
    (issn, "", None),
    (isbn, "978-1-939133-27-4", "9781939133274"),
    (isbn, "9781939133274", "9781939133274"),
    (isbn, "ISBN 0-306-40615-2", "9780306406157"),
    (isbn, "ISBN-13: 978 0 306 40615 7 (hbk)", "9780306406157"),
    (isbn, "080442957X", "9780804429573"),
    (isbn, "978-1-939133-27-5", None),
    (isbn, "0000000000", None),
    (isbn, "0-306-40615-3", None),
    (isbn, "", None),
    (orcid, "0000-0002-1825-0097", "0000-0002-1825-0097"),
    (orcid, "https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
    (orcid, "0000000218250097", "0000-0002-1825-0097"),
    (orcid, "0000-0002-1694-233x", "0000-0002-1694-233X"),
    (orcid, "0009-0000-1234-567X", "0009-0000-1234-567X"),
    (orcid, "0000-0002-1825-0098", None),
    (orcid, "0000-0000-0000-0000", None),
    (orcid, "4111-1111-1111-1111", None),
    (orcid, "", None),
    (pmid, "25108162", "25108162"),
    (pmid, "PMID: 25108162", "25108162"),
    (pmid, "pmid:22425722", "22425722"),
    (pmid, "info:pmid/22425722", "22425722"),
    (pmid, "https://pubmed.ncbi.nlm.nih.gov/25108162/", "25108162"),
    (pmid, "https://www.ncbi.nlm.nih.gov/pubmed/25108162?dopt=Abstract", "25108162"),
    (pmid, "PMID: 25108162 PMCID: PMC4234567", "25108162"),
    (pmid, "PMC4234567", None),
    (pmid, "10.1234/abc", None),
    (pmid, "0", None),
    (pmid, "123456789", None),
    (pmcid, "PMC4234567", "PMC4234567"),
    (pmcid, "pmc4234567", "PMC4234567"),
    (pmcid, "PMCID: PMC4234567", "PMC4234567"),
    (pmcid, "PMC4234567.2", "PMC4234567"),
    (pmcid, "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC4234567/pdf", "PMC4234567"),
    (pmcid, "4234567", "PMC4234567"),
    (pmcid, "10.1234/abc", None),
    (pmcid, "pmid:25108162", None),
    (arxiv_id, "1902.02534", "1902.02534"),
    (arxiv_id, "arXiv:1902.02534v2 [cs.DL]", "1902.02534"),
    (arxiv_id, "https://arxiv.org/abs/1902.02534v1", "1902.02534"),
    (arxiv_id, "https://arxiv.org/pdf/1902.02534.pdf", "1902.02534"),
    (arxiv_id, "10.48550/arXiv.1902.02534", "1902.02534"),
    (arxiv_id, "hep-th/9901001", "hep-th/9901001"),
    (arxiv_id, "arXiv:math.GT/0309136v1", "math/0309136"),
    (arxiv_id, "0704.0001", "0704.0001"),
    (arxiv_id, "1913.02534", None),
    (arxiv_id, "Price 1902.0253 dollars", None),
    (arxiv_id, "10.1103/PhysRevX.12.041027", None),
    (handle, "http://hdl.handle.net/10255/dryad.7898", "10255/dryad.7898"),
    (handle, "hdl:10255/dryad.7898", "10255/dryad.7898"),
    (handle, "https://hdl.handle.net/10.5061/dryad.7898", None),
    (handle, "https://example.org/x", None),
]


@pytest.mark.parametrize(("normaliser", "raw", "expected"), CASES, ids=[f"{f.__name__} {raw}" for f, raw, _ in CASES])
def test_identifier(normaliser, raw, expected):  # type: ignore[no-untyped-def]
    assert normaliser(raw) == expected


@pytest.mark.parametrize(
    ("scheme", "value", "expected"),
    [
        ("PMID", "pmid:25108162", Identifier("pmid", "25108162")),
        ("PubMed ID", "25108162", Identifier("pmid", "25108162")),
        ("hdl", "hdl:10255/dryad.7898", Identifier("handle", "10255/dryad.7898")),
        ("HAL", "jpa-00235190", Identifier("hal", "jpa-00235190")),
        ("WOS ID", "000123456700001", Identifier("wos", "000123456700001")),
        ("ORCID", "12", None),
        ("", "12", None),
        ("naid", " ", None),
    ],
)
def test_identifier_under_its_scheme(scheme: str, value: str, expected: Identifier | None) -> None:
    assert identifier(scheme, value) == expected
