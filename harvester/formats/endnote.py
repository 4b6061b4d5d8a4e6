"""EndNote's tagged format, also known as Refer: ``%A`` author, ``%T`` title, ``%0`` type.

Tags: EndNote, "Importing reference data", the list of the EndNote Import filter.
"""

import re

from harvester.formats import Bad, Format, Read
from harvester.formats._draft import Draft, people
from harvester.formats._tagged import Dialect, Tags, joined, titled

DIALECT = Dialect(line=re.compile(r"(%\S)(?:\s(.*)|)$"), starts="%0", blank_ends=True)
_FIELDS = {
    "%T": "title",
    "%J": "container_title",
    "%B": "container_title",
    "%D": "published",
    "%8": "published",
    "%V": "volume",
    "%N": "issue",
    "%P": "pages",
    "%R": "doi",
    "%X": "abstract",
    "%I": "publisher",
    "%G": "language",
    "%U": "url",
    "%>": "pdf_url",
    "%0": "type",
    "%9": "type",
}
_ROLES = {"%A": None, "%E": "editor", "%?": "translator"}


def work(tags: Tags) -> Read | Bad:
    """Return the work of a record."""
    draft = Draft()
    key = None
    for tag, value in tags:
        if field := _FIELDS.get(tag):
            draft.add(field, value if tag == "%X" else joined(value))
        elif tag in _ROLES:
            draft.people += people(value.split("\n"), _ROLES[tag])
        elif tag == "%K":
            draft.add("keywords", *value.split("\n"))
        elif tag == "%@":
            draft.add("issn", *value.split("\n"))
            draft.add("isbn", *value.split("\n"))
        elif tag == "%+":
            draft.places += value.split("\n")
        elif tag in ("%F", "%M") and value:
            key = key or joined(value)
    draft.values["published"] = _with_year(draft.values.get("published", []))
    return Read(draft.work(), key)


def _with_year(dates: list[str]) -> list[str]:
    """Return the dates, the full one of ``%8`` first where it names the year; ``Jan 30`` needs that of ``%D``."""
    years = [date for date in dates if re.fullmatch(r"\s*[0-9]{4}\s*", date)]
    full = [date for date in dates if date not in years]
    return [date if re.search("[0-9]{4}", date) or not years else f"{date} {years[0].strip()}" for date in full] + years


FORMAT = Format("endnote", (".enw",), DIALECT.split, work, titled("%T"), DIALECT.sniff)
