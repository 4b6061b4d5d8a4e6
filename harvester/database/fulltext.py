"""Full-text search over titles, authors and abstracts: FTS5 on SQLite, tsvector on PostgreSQL, words cut alike.

Chinese, Japanese and Korean have no spaces between words, so each of their characters is a word here, and a run of them
in a query is a phrase: 图书馆 finds 高校图书馆 and not 图书.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, text

from harvester.database.bulk import write_rows

TABLE = "work_text"

_LONGEST_WORD = 200
_MOST_PLACES = 16_000
_MOST_LETTERS = 250_000
_MOST_HELD = 255  # places of one word

# Han, kana, hangul syllables, and the ideographs beyond the basic plane.
_CJK = re.compile(r"([\u3005\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff])")
# Combining marks, but not those of kana: が is not か.
_ACCENTS = re.compile(
    r"[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_WORD = re.compile(r"[^\W_]+")
_TERM = re.compile(r'"([^"]*)"?|(\S+)')


def words(raw: str) -> list[str]:
    """Cut a text into words: case, accents and punctuation gone, each CJK character a word.

    >>> words("Électre : 图书馆 (2nd ed.)")
    ['electre', '图', '书', '馆', '2nd', 'ed']
    """
    if raw.isascii():
        return _WORD.findall(raw.casefold())
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", raw).casefold())
    return _WORD.findall(_CJK.sub(r" \1 ", unicodedata.normalize("NFC", _ACCENTS.sub("", folded))))


def create(connection: Connection) -> None:
    """Create the index; called by the migration."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            text(
                f"CREATE TABLE {TABLE} (work_id INTEGER PRIMARY KEY REFERENCES work (id) ON DELETE CASCADE,"
                " words tsvector NOT NULL)"
            )
        )
        connection.execute(text(f"CREATE INDEX ix_{TABLE}_words ON {TABLE} USING gin (words)"))
    else:
        # The words are cut and folded already; FTS5 is only to split them at spaces.
        connection.execute(text(f"CREATE VIRTUAL TABLE {TABLE} USING fts5(title, authors, abstract)"))


def write(connection: Connection, rows: Sequence[tuple[int, str, str, str]]) -> None:
    """Index works: id, title, authors, abstract. What was indexed under these ids before must be removed."""
    if not rows:
        return
    cut = [(work_id, [words(raw) for raw in texts]) for work_id, *texts in rows]
    if connection.dialect.name == "postgresql":
        write_rows(connection, TABLE, ("work_id", "words"), [(work_id, _vector(texts)) for work_id, texts in cut])
    else:
        joined = [(work_id, *map(" ".join, texts)) for work_id, texts in cut]
        write_rows(connection, TABLE, ("rowid", "title", "authors", "abstract"), joined)


def _vector(texts: Sequence[Sequence[str]]) -> str:
    """Return the words of title, authors and abstract as a tsvector, in the order of their weights."""
    places: dict[str, list[str]] = {}
    place = size = 0
    for weight, text_words in zip("ABC", texts, strict=True):
        for word in text_words:
            # A tsvector holds at most 1 MB, 16,383 places and words of 2 kB; the end of a longer text is not an error.
            place += 1
            size += len(word) + 8
            if place > _MOST_PLACES or size > _MOST_LETTERS:
                break
            places.setdefault(word[:_LONGEST_WORD], []).append(f"{place}{weight}")
    return " ".join(f"'{word}':{','.join(held[:_MOST_HELD])}" for word, held in places.items())


def remove(connection: Connection, ids: Iterable[int]) -> None:
    """Take works out of the index."""
    column = "work_id" if connection.dialect.name == "postgresql" else "rowid"
    rows = [{"id": each} for each in ids]
    if rows:
        connection.execute(text(f"DELETE FROM {TABLE} WHERE {column} = :id"), rows)  # noqa: S608  # constants only


def search(connection: Connection, query: str, most: int) -> list[int]:
    """Return the ids of the works that hold every term of a query, the best first.

    A term is a word, the beginning of one (``libr*``) or a phrase in double quotes; a query without any finds nothing.
    """
    asked = _asked(connection, query)
    if asked is None:
        return []
    if connection.dialect.name == "postgresql":
        statement = (
            f"SELECT work_id FROM {TABLE}, CAST(:asked AS tsquery) AS asked WHERE words @@ asked"  # noqa: S608
            " ORDER BY ts_rank(words, asked) DESC, work_id LIMIT :most"
        )
    else:
        statement = (
            f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH :asked"  # noqa: S608  # constants only
            " ORDER BY bm25(work_text, 10, 5, 1), rowid LIMIT :most"
        )
    return list(connection.scalars(text(statement), {"asked": asked, "most": most}))


def matching(connection: Connection, query: str) -> Iterator[int]:
    """Yield the ids of all works that hold every term of a query, in their order; see `search`."""
    asked = _asked(connection, query)
    if asked is None:
        return
    if connection.dialect.name == "postgresql":
        statement = f"SELECT work_id FROM {TABLE} WHERE words @@ CAST(:asked AS tsquery) ORDER BY work_id"  # noqa: S608
    else:
        statement = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH :asked ORDER BY rowid"  # noqa: S608
    yield from connection.scalars(text(statement), {"asked": asked}, execution_options={"yield_per": 1000})


def _asked(connection: Connection, query: str) -> str | None:
    """Return a query in the database's own language; None for one without any term."""
    terms = [(words(match[1] or match[2] or ""), (match[2] or "").endswith("*")) for match in _TERM.finditer(query)]
    terms = [(term, prefix) for term, prefix in terms if term]
    if not terms:
        return None
    if connection.dialect.name == "postgresql":
        return " & ".join(
            "(" + " <-> ".join(f"'{word[:_LONGEST_WORD]}'" for word in term) + (":*" if prefix else "") + ")"
            for term, prefix in terms
        )
    return " ".join('"' + " ".join(term) + '"' + ("*" if prefix else "") for term, prefix in terms)
