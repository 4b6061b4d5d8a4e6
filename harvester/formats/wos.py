"""Web of Science, plain text (``FN``, ``VR``, then records from ``PT`` to ``ER``, ``EF`` at the end).

Tags: Clarivate, "Web of Science Core Collection Field Tags". ``DE`` are the authors' keywords; ``ID`` is Keywords
Plus, made from the titles of cited works, and stays apart. ``PG`` counts pages, ``AR`` is an article number,
``D2`` is the DOI of the book around a chapter.
"""

import re

from harvester.formats import Bad, Format, Read
from harvester.formats._tagged import Dialect, Tags, joined, titled
from harvester.formats._wos_fields import LINES, ByTag, read

DIALECT = Dialect(
    line=re.compile(r"([A-Z][A-Z0-9])(?: (.*)|\s*)$"),
    starts="PT",
    ends="ER",
    around=frozenset({"FN", "VR", "EF"}),
    goes_on=re.compile(r"\s"),
)
_HEAD = re.compile(r"\s*FN (?:Clarivate|Thomson|ISI|Web of)|(?:^|\n)PT [A-Z]\s*\n(?:[A-Z][A-Z0-9] |   )")


def work(tags: Tags) -> Read | Bad:
    """Return the work of a record."""
    by_tag: ByTag = {}
    for tag, value in tags:
        by_tag.setdefault(tag, []).extend(value.split("\n") if tag in LINES else [joined(value)])
    return read(by_tag)


FORMAT = Format("wos", (".ciw", ".isi"), DIALECT.split, work, titled("TI"), lambda head: bool(_HEAD.search(head)))
