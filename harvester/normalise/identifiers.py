"""Identifiers other than DOIs, each with the check that its scheme offers.

Check digits by python-stdnum: ISSN (mod 11), ISBN-10 (mod 11) and ISBN-13 (mod 10), ORCID (ISO 7064 mod 11-2).
"""

import re
from collections.abc import Callable
from functools import cache

from harvester.items import Identifier
from harvester.normalise.characters import hyphens, line, narrow
from harvester.normalise.doi import doi, short_doi

_ISSN = re.compile(
    r"(?:(?<![0-9A-Za-z-])|(?<=[IiEe][Ss]{2}[Nn]-))([0-9]{4})\s?-?\s?([0-9]{3}[0-9Xx])(?![0-9A-Za-z]|-[0-9])"
)
# Zeros pass the check, and the example that every form shows is nobody's.
_NO_ISSN = frozenset({"0000-0000", "1234-5679"})
_ISBN = re.compile(r"(?<![0-9A-Za-z])(?:97[89][ -]?)?[0-9](?:[ -]?[0-9]){8}[ -]?[0-9Xx](?![0-9A-Za-z])")
_ORCID = re.compile(r"(?<![0-9A-Za-z])([0-9]{4})[- ]?([0-9]{4})[- ]?([0-9]{4})[- ]?([0-9]{3}[0-9Xx])(?![0-9A-Za-z])")
_PMID = re.compile(
    r"(?:.*?(?:pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/(?:entrez/)?pubmed/|list_uids=)"
    r"|(?:info:)?(?:pm|pubmed|medline)[ _/]?(?:id)?\s*[:=/]?\s*)([1-9][0-9]{0,7})(?![0-9])|([1-9][0-9]{0,7})$",
    re.IGNORECASE,
)
_PMCID = re.compile(
    r"(?:.*?(?<![a-z])PMC(?:ID)?\s*[:=]?\s*(?:PMC)?\s*)([1-9][0-9]{1,8})(?![0-9])|([1-9][0-9]{1,8})$", re.IGNORECASE
)
_ARXIV_NEW = re.compile(
    r"(?<![0-9])(?<![0-9]\.)([0-9]{2}(?:0[1-9]|1[0-2])\.[0-9]{4,5})(?:v[0-9]{1,2})?(?:\.pdf)?(?![0-9.])", re.IGNORECASE
)
_ARXIV_OLD = re.compile(
    r"(?<![a-z-])((?:acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs"
    r"|dg-ga|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics"
    r"|plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con))(?:\.[a-z-]{2})?/([0-9]{2}(?:0[1-9]|1[0-2])[0-9]{3})(?:v[0-9]{1,2})?(?![0-9])",
    re.IGNORECASE,
)
# A bare number of this shape may be a price or a version; the word or the host says that it is arXiv's.
_ARXIV_SAID = re.compile(r"arxiv|^\s*[0-9]{4}\.[0-9]{4,5}(?:v[0-9]{1,2})?\s*(?:\[[a-z.-]+\])?\s*$", re.IGNORECASE)
_HANDLE = re.compile(
    r"(?:.*?hdl\.handle\.net/|(?:info:)?hdl[:/]\s*|handle:\s*)?([0-9][0-9A-Za-z.]*/[^\s?#\"<>]+)$", re.IGNORECASE
)
_SCHEME = re.compile(r"[^a-z0-9]+")


def issn(raw: str) -> str | None:
    """Return the first ISSN with a valid check digit. Format: ``1234-567X``.

    >>> issn("EISSN-03784371"), issn("0378-4372"), issn("1234-5678 (print), 2160-7370 (online)")
    ('0378-4371', None, '2160-7370')
    """
    check = _checks()["issn"]
    for match in _ISSN.finditer(hyphens(narrow(line(raw)))):
        value = f"{match[1]}-{match[2].upper()}"
        if value not in _NO_ISSN and check(value):
            return value
    return None


def isbn(raw: str) -> str | None:
    """Return the first ISBN with a valid check digit. Format: 13 digits without hyphens.

    >>> isbn("ISBN 0-306-40615-2"), isbn("978-1-939133-27-4"), isbn("978-1-939133-27-5")
    ('9780306406157', '9781939133274', None)
    """
    from stdnum import isbn as standard

    for match in _ISBN.finditer(hyphens(narrow(line(raw)))):
        value = match[0].replace(" ", "").replace("-", "")
        if len(value) in {10, 13} and standard.is_valid(value) and len(set(value)) > 1:
            return str(standard.to_isbn13(value))
    return None


def orcid(raw: str) -> str | None:
    """Return an ORCID iD with a valid check digit. Format: ``0000-0002-1825-0097``.

    The digits alone decide, not the block they come from: ORCID hands out ``0009-...`` since 2022.

    >>> orcid("https://orcid.org/0000-0002-1825-0097"), orcid("0000-0002-1825-0098"), orcid("0009-0000-1234-567X")
    ('0000-0002-1825-0097', None, '0009-0000-1234-567X')
    """
    check = _checks()["orcid"]
    for match in _ORCID.finditer(hyphens(narrow(line(raw)))):
        value = "-".join(match.groups()).upper()
        if value.startswith("000") and value != "0000-0000-0000-0000" and check(value.replace("-", "")):
            return value
    return None


def pmid(raw: str) -> str | None:
    """Return a PubMed id. Format: digits.

    >>> pmid("PMID: 25108162"), pmid("https://pubmed.ncbi.nlm.nih.gov/25108162/"), pmid("PMC1234")
    ('25108162', '25108162', None)
    """
    match = _PMID.match(narrow(line(raw)))
    return match[1] or match[2] if match else None


def pmcid(raw: str) -> str | None:
    """Return a PubMed Central id. Format: ``PMC1234567``.

    >>> pmcid("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC4234567/"), pmcid("4234567"), pmcid("pmid:12")
    ('PMC4234567', 'PMC4234567', None)
    """
    match = _PMCID.match(narrow(line(raw)))
    return f"PMC{match[1] or match[2]}" if match else None


def arxiv_id(raw: str) -> str | None:
    """Return an arXiv id without its version. Format: ``1902.02534`` or ``hep-th/9901001``.

    >>> arxiv_id("arXiv:1902.02534v2 [cs.DL]"), arxiv_id("arxiv.org/abs/math.GT/0309136"), arxiv_id("2019.12345")
    ('1902.02534', 'math/0309136', None)
    """
    text = line(raw)
    if old := _ARXIV_OLD.search(text):
        return f"{old[1].lower()}/{old[2]}"
    if _ARXIV_SAID.search(text) and (new := _ARXIV_NEW.search(text)):
        return new[1]
    return None


def identifier(scheme: str, value: str) -> Identifier | None:
    """Return an identifier under its scheme's usual name, its value checked where the scheme can be checked.

    >>> identifier("PMID", "pmid:25108162"), identifier("ORCID", "12")
    (Identifier(scheme='pmid', value='25108162'), None)
    """
    name = _SCHEME.sub("", line(scheme).lower())
    name = _ALIASES.get(name, name)
    text = line(value)
    checker = _CHECKERS.get(name)
    clean = checker(text) if checker else text
    return Identifier(name, clean) if name and clean else None


def handle(raw: str) -> str | None:
    """Return a Handle without its resolver. Format: ``10255/dryad.7898``; DOIs are none of them.

    >>> handle("http://hdl.handle.net/10255/dryad.7898"), handle("https://hdl.handle.net/10.5061/dryad.7898")
    ('10255/dryad.7898', None)
    """
    match = _HANDLE.match(line(raw))
    return match[1] if match and not match[1].startswith("10.") and not match[1].startswith("10/") else None


_ALIASES = {
    "arxivid": "arxiv", "eprint": "arxiv", "pubmed": "pmid", "pubmedid": "pmid", "medline": "pmid", "pmc": "pmcid",
    "hdl": "handle", "wosid": "wos", "ut": "wos", "isiid": "wos", "eid": "scopus", "scopusid": "scopus",
    "eissn": "issn", "pissn": "issn", "issnl": "issn", "eisbn": "isbn", "isbn13": "isbn", "isbn10": "isbn",
    "bibcodes": "bibcode", "adsbibcode": "bibcode", "halid": "hal",
}  # fmt: skip
_CHECKERS = {
    "arxiv": arxiv_id, "doi": doi, "handle": handle, "isbn": isbn, "issn": issn, "orcid": orcid,
    "pmcid": pmcid, "pmid": pmid, "shortdoi": short_doi,
}  # fmt: skip


@cache
def _checks() -> dict[str, Callable[[str], bool]]:
    from stdnum import issn as issn_standard
    from stdnum.iso7064 import mod_11_2

    return {"issn": issn_standard.is_valid, "orcid": mod_11_2.is_valid}
