"""Types of works in Crossref's vocabulary."""

import tomllib
from collections import Counter
from importlib.resources import files

import pytest

from harvester.normalise.types import _folded, work_type

TYPES = [
    ("journal-article", "journal-article"),
    ("Journal Article", "journal-article"),
    ("ScholarlyArticle", "journal-article"),
    ("http://schema.org/ScholarlyArticle", "journal-article"),
    ("schema:ScholarlyArticle", "journal-article"),
    ("research-article", "journal-article"),
    ("Full-length article", "journal-article"),
    ("review-article", "journal-article"),
    ("OriginalPaper", "journal-article"),
    ("Text.Serial.Journal", "journal-article"),
    ("JOUR", "journal-article"),
    ("info:eu-repo/semantics/article", "journal-article"),
    ("http://purl.org/coar/resource_type/c_6501", "journal-article"),
    ("Article; Early Access", "journal-article"),
    ("期刊", "journal-article"),
    ("학술논문", "journal-article"),
    ("preprint", "posted-content"),
    ("Working Paper", "posted-content"),
    ("Conference or Workshop Item", "proceedings-article"),
    ("Proceedings Paper", "proceedings-article"),
    ("inproceedings", "proceedings-article"),
    ("会议论文", "proceedings-article"),
    ("Book", "book"),
    ("bookitem", "book-chapter"),
    ("Book Section", "book-chapter"),
    ("学位论文", "dissertation"),
    ("info:eu-repo/semantics/doctoralThesis", "dissertation"),
    ("thesis.doctoral", "dissertation"),
    ("Dataset", "dataset"),
    ("Technical Report", "report"),
    ("SoftwareSourceCode", "software"),
    ("Text", None),
    ("Website", None),
    ("Qualitative; Content analysis", None),
    ("", None),
]


@pytest.mark.parametrize(("raw", "expected"), TYPES, ids=[raw for raw, _ in TYPES])
def test_work_type(raw: str, expected: str | None) -> None:
    assert work_type(raw) == expected


def test_no_term_stands_for_two_types() -> None:
    table = tomllib.loads((files("harvester.normalise") / "types.toml").read_text("utf-8"))
    kinds = Counter(term for kind, terms in table.items() for term in {_folded(each) for each in (kind, *terms)})
    assert [term for term, count in kinds.items() if count > 1] == []
