"""The rules of CSL-JSON 1.0.2 as a JSON Schema, built of the CSL specification's lists of types and variables.

The Citation Style Language publishes such a schema (``csl-data.json``). Its text is not ours to keep here, so the
rules stand below in our own form: which fields there are, which values each takes, that nothing else is allowed.
"""

from typing import Any

TYPES = [
    "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book", "broadcast",
    "chapter", "classic", "collection", "dataset", "document", "entry", "entry-dictionary",
    "entry-encyclopedia", "event", "figure", "graphic", "hearing", "interview", "legal_case", "legislation",
    "manuscript", "map", "motion_picture", "musical_score", "pamphlet", "paper-conference", "patent",
    "performance", "periodical", "personal_communication", "post", "post-weblog", "regulation", "report",
    "review", "review-book", "software", "song", "speech", "standard", "thesis", "treaty", "webpage",
]  # fmt: skip
NAMES = [
    "author", "chair", "collection-editor", "compiler", "composer", "container-author", "contributor",
    "curator", "director", "editor", "editorial-director", "executive-producer", "guest", "host", "illustrator",
    "interviewer", "narrator", "organizer", "original-author", "performer", "producer", "recipient",
    "reviewed-author", "script-writer", "series-creator", "translator",
]  # fmt: skip
DATES = [
    "accessed", "available-date", "event-date", "issued", "original-date", "submitted",
]  # fmt: skip
NUMBERS = [
    "chapter-number", "citation-number", "collection-number", "edition", "first-reference-note-number", "issue",
    "locator", "number", "number-of-pages", "number-of-volumes", "page", "page-first", "part", "printing",
    "supplement", "volume",
]  # fmt: skip
TEXTS = [
    "abstract", "annote", "archive", "archive_collection", "archive_location", "archive-place", "authority",
    "call-number", "citation-key", "citation-label", "collection-title", "container-title",
    "container-title-short", "dimensions", "division", "DOI", "event", "event-place", "event-title", "genre",
    "ISBN", "ISSN", "journalAbbreviation", "jurisdiction", "keyword", "language", "medium", "note",
    "original-publisher", "original-publisher-place", "original-title", "part-title", "PMCID", "PMID",
    "publisher", "publisher-place", "references", "reviewed-genre", "reviewed-title", "scale", "section",
    "shortTitle", "source", "status", "title", "title-short", "URL", "version", "volume-title",
    "volume-title-short", "year-suffix",
]  # fmt: skip

_TEXT = {"type": "string"}
_NUMBER = {"type": ["string", "number"]}
_NAME: dict[str, Any] = {
    "type": "object",
    "properties": dict.fromkeys(
        ("family", "given", "dropping-particle", "non-dropping-particle", "suffix", "literal"), _TEXT
    ),
    "additionalProperties": False,
}
_DATE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "date-parts": {
            "type": "array",
            "items": {"type": "array", "items": _NUMBER, "minItems": 1, "maxItems": 3},
            "minItems": 1,
            "maxItems": 2,
        },
        "literal": _TEXT,
    },
    "additionalProperties": False,
}
SCHEMA: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "type": {"enum": TYPES},
            "id": _NUMBER,
            "categories": {"type": "array", "items": _TEXT},
            **{name: {"type": "array", "items": _NAME} for name in NAMES},
            **dict.fromkeys(DATES, _DATE),
            **dict.fromkeys(NUMBERS, _NUMBER),
            **dict.fromkeys(TEXTS, _TEXT),
        },
        "required": ["type", "id"],
        "additionalProperties": False,
    },
}
