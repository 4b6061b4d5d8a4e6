"""Full-text search over titles, authors and abstracts: FTS5 on SQLite, tsvector on PostgreSQL, words cut alike.

Words are those of `harvester.normalise.words`, where each Chinese, Japanese or Korean character is one, and a run of
them in a query is a phrase: 图书馆 finds 高校图书馆 and not 图书.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, text

from harvester.database.bulk import delete_rows, write_rows
from harvester.normalise.words import words

TABLE = "work_text"

_LONGEST_WORD = 200
_MOST_PLACES = 16_000
_MOST_LETTERS = 250_000
_MOST_HELD = 255  # places of one word

_TERM = re.compile(r'"([^"]*)"?|(\S+)')


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
    """Index works: id, then title, authors and abstract, each `harvester.normalise.words.folded`.

    What was indexed under these ids before must be removed.
    """
    if connection.dialect.name == "postgresql":
        vectors = [(work_id, _vector([text.split() for text in texts])) for work_id, *texts in rows]
        write_rows(connection, TABLE, ("work_id", "words"), vectors)
    else:
        write_rows(connection, TABLE, ("rowid", "title", "authors", "abstract"), rows)


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
    delete_rows(connection, TABLE, "work_id" if connection.dialect.name == "postgresql" else "rowid", ids)


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
