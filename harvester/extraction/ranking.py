"""Whom to believe, field by field: data only."""

from functools import lru_cache

ORDER: tuple[str, ...] = (
    "site",
    "signposting",
    "highwire",
    "bepress",
    "eprints",
    "prism",
    "dublin_core",
    "json_ld",
    "microdata",
    "coins",
    "state",
    "bibtex",
    "labelled",
    "text_lines",
    "visible",
    "address",
    "plain_meta",
)
"""Readers in the order of trust for every field that `RANKS` does not name."""

RANKS: dict[str, tuple[str, ...]] = {
    # The page's own identifier first (field-notes 1.1); what stands in the text last.
    "doi": (
        "site", "highwire", "signposting", "prism", "bepress", "eprints", "dublin_core", "json_ld", "microdata",
        "labelled", "coins", "state", "bibtex", "plain_meta", "address", "visible",
    ),
    # Repositories append their name to OpenGraph titles, and to Dublin Core's less often.
    "title": (
        "site", "text_lines", "highwire", "bepress", "eprints", "dublin_core", "json_ld", "labelled", "microdata",
        "coins", "state", "bibtex", "visible", "plain_meta",
    ),
    # dc.source and dc.relation hold anything; JSON-LD says what is a periodical.
    "container_title": (
        "site", "highwire", "bepress", "prism", "eprints", "json_ld", "microdata", "labelled", "coins", "state",
        "bibtex", "visible", "dublin_core",
    ),
    "abstract": (
        "site", "text_lines", "highwire", "eprints", "bepress", "json_ld", "labelled", "visible", "state",
        "bibtex", "dublin_core", "microdata", "plain_meta",
    ),
    "keywords": (
        "site", "highwire", "labelled", "bepress", "eprints", "prism", "json_ld", "visible", "dublin_core",
        "state", "bibtex", "microdata", "plain_meta",
    ),
    "type": (
        "site", "eprints", "labelled", "dublin_core", "json_ld", "microdata", "highwire", "bepress", "prism", "coins",
        "state", "bibtex", "visible", "plain_meta",
    ),
    # A licence link is more than the words beside it.
    "license": ("site", "signposting", "highwire", "dublin_core", "json_ld", "microdata", "visible", "labelled"),
    "pdf_url": (
        "site", "highwire", "bepress", "eprints", "signposting", "json_ld", "state", "visible", "microdata",
        "labelled",
    ),
}  # fmt: skip
"""Fields for which trust is distributed otherwise; a reader not named in a field's row is not asked for it."""


_PLACES = {field: {reader: place for place, reader in enumerate(row)} for field, row in RANKS.items()}
_PLACES_ELSE = {reader: place for place, reader in enumerate(ORDER)}


@lru_cache(maxsize=1024)
def rank(field: str, reader: str) -> int | None:
    """Return a reader's place in the order of trust for a field; None where it is not asked."""
    return _PLACES.get(field, _PLACES_ELSE).get(reader.partition(":")[0])
