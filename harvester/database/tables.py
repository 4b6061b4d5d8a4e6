"""All tables. The migrations in ``migrations/versions`` build them; a test holds the two equal.

``record`` is what one page said. ``work`` and its children are a pure function of the records that ``match`` gives it;
whoever wants to change a work changes the records or the matches and has it built again.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)


class Moment(TypeDecorator[datetime]):
    """A point in time in UTC, aware in Python also where the database (SQLite) knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; raise ``ValueError`` for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; use datetime.now(UTC)")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware time."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _of(table: str, **options: Any) -> Column[int]:
    return Column(f"{table}_id", Integer, ForeignKey(f"{table}.id"), **options)


def _of_work() -> Column[int]:
    return Column("work_id", Integer, ForeignKey("work.id", ondelete="CASCADE"), primary_key=True)


def _position() -> Column[int]:
    return Column("position", Integer, primary_key=True)


run = Table(
    "run",
    metadata,
    _id(),
    Column(
        "signature", String(64), nullable=False
    ),  # of what was asked for: the same again continues an unfinished run
    Column("spider", String(40), nullable=False),
    Column("sources", JSON, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("reader_version", String(20), nullable=False),
    Column("job", String(200)),  # of the schedule; None for a run by hand
    Column("slot", Moment),  # when the schedule wanted it, to the second: intervals are counted from here
    Column("ended", String(12)),  # how its last process ended, see harvester.database.jobs.Ended; None: without a word
    Column("ended_at", Moment),
    Column("error", Text),  # what stopped it, in words
    Index("ix_run_job", "job", "id"),
)

target = Table(
    "target",
    metadata,
    _id(),
    Column("key", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("host", String(255), nullable=False),
    # page, or the kind of a list: see harvester.database.targets.Kind
    Column("kind", String(8), nullable=False, server_default="page"),
    Column("state", String(8), nullable=False),  # ready, list (ready, and a list), suspect, leased, retry, done, dead
    _of("run", nullable=False),
    Column("depth", Integer, nullable=False),  # links followed since the source
    Column("parent_id", Integer, ForeignKey("target.id")),  # the target whose page offered the link
    Column("list_id", Integer),  # the target whose list named it; no foreign key, for which SQLite would copy the table
    Column("lastmod", Moment),  # when it changed last, as the list says
    Column("attempts", Integer, nullable=False),
    Column("losses", Integer, nullable=False, default=0),  # leases whose process ended without a word
    Column("not_before", Moment),
    Column("leased_by", String(200)),
    Column("leased_until", Moment),
    Column("reason", Text),
    Column("finished_at", Moment),
    Column("seen", JSON(none_as_null=True)),  # its last answer that gave a record, see harvester.database.seen
    # Of a target that a job watches; see harvester.revisit for what the numbers mean.
    Column("job", String(200)),  # the last job that wanted it
    Column("looked_at", Moment),  # the slot of the last run that saw what it says
    Column("next_visit", Moment),  # from when on it is due; None: at once
    Column("rate_changes", Float),
    Column("rate_days", Float),
    Column("misses", Integer, nullable=False, server_default="0"),  # looks in vain since then
    UniqueConstraint("key"),
    Index("ix_target_claim", "run_id", "state", "host", "id"),
    Index(None, "leased_by"),
)
# The links that a run has followed are counted for each page that offers some.
Index("ix_target_followed", target.c.run_id, sqlite_where=target.c.parent_id.is_not(None),
      postgresql_where=target.c.parent_id.is_not(None))  # fmt: skip
# Only what is watched has a row in it, so that harvests of lists pay nothing for it.
Index("ix_target_due", target.c.job, target.c.next_visit, sqlite_where=target.c.job.is_not(None),
      postgresql_where=target.c.job.is_not(None))  # fmt: skip

# What two processes and the next one must know together about whom they ask; see `harvester.database.hosts`.
host = Table(
    "host",
    metadata,
    Column("host", String(255), primary_key=True),  # as in target.host
    Column("next_at", Moment),  # when the next request may start
    Column("parked_until", Moment),
    Column("reason", Text),  # why it is parked
    Column("failures", Integer, nullable=False),  # since the last good answer
    Column("opened", Integer, nullable=False),  # how often the circuit breaker opened since then
    Column("robots_status", Text),
    Column("crawl_delay", Float),
    Column("robots_fetched_at", Moment),
    Column("robots_expires_at", Moment),
)

visit = Table(
    "visit",
    metadata,
    _id(),
    _of("target"),
    _of("run"),
    Column("at", Moment, nullable=False),
    Column("url", Text, nullable=False),
    Column("final_url", Text),
    Column("status", Integer),
    Column("kind", String(16)),
    Column("outcome", String(12), nullable=False),
    Column("reason", Text, nullable=False),
    Column("body_hash", String(64)),
    Column("bytes", Integer),
    Column("archive_file", Text),  # where the raw response lies
    Column("archive_offset", Integer),
    Column("tdm_reserved", Boolean),  # what the server says about mining, see harvester.middlewares
    Column("tdm_policy", Text),
    Column("robots_tags", JSON, nullable=False),
    _of("record"),
    Column("host", String(255)),  # of the page after redirects, "" for a local file
    Column("shape", BigInteger),  # the fields that were read, see harvester.database.watching.shape; None if none were
    Column("shape_before", BigInteger),  # the record's ``shape`` before this visit; None for a new record
    Index(None, "run_id", "outcome"),
)

record = Table(
    "record",
    metadata,
    _id(),
    Column("page_key", Text, nullable=False),  # url_key of the page after redirects: two targets may share a record
    Column("url", Text, nullable=False),
    Column("data", JSON, nullable=False),  # items.Work.to_dict()
    Column("sources", JSON, nullable=False),
    Column("keys", JSON, nullable=False),  # its rows in record_key
    Column("derived", JSON, nullable=False),  # what the matcher of reader_version compares, see pipelines._identity
    Column("content_hash", String(64), nullable=False),
    Column("reader_version", String(20), nullable=False),
    Column("shape", BigInteger),  # every field that the page ever had, see harvester.database.watching.shape
    Column("first_seen", Moment, nullable=False),
    Column("last_seen", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("deleted_at", Moment),  # when its source said that it is gone; it is of no work from then on
    _of("work"),
    UniqueConstraint("page_key"),
    Index(None, "work_id"),
    sqlite_autoincrement=True,
)

# What identity is asked by. By far the most rows, so they are bare: one tree on SQLite, no second index (whoever drops
# a record's keys reads them in the record), and no foreign key, which PostgreSQL would check row by row.
record_key = Table(
    "record_key",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),  # see harvester.match.key_numbers
    Column("record_id", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

work = Table(
    "work",
    metadata,
    _id(),
    Column("doi", Text),
    Column("title", Text),
    Column("year", Integer),
    Column("published", String(10)),
    Column("type", String(40)),
    Column("language", String(8)),
    Column("container_title", Text),
    Column("volume", Text),
    Column("issue", Text),
    Column("first_page", Text),
    Column("last_page", Text),
    Column("abstract", Text),
    Column("data", JSON, nullable=False),  # the merged items.Work.to_dict()
    Column("origins", JSON, nullable=False),  # field -> [record id, reader] of the winning value
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    UniqueConstraint("doi"),
    sqlite_autoincrement=True,  # the number of a work that is gone is never another work's
)

author = Table(
    "author",
    metadata,
    _of_work(),
    _position(),
    Column("family", Text),
    Column("given", Text),
    Column("name", Text),
    Column("orcid", String(19)),
    Column("role", String(20)),
    Column("corresponding", Boolean),
    Column("affiliations", JSON, nullable=False),  # positions in the table affiliation
)

affiliation = Table(
    "affiliation",
    metadata,
    _of_work(),
    _position(),
    Column("raw", Text, nullable=False),
    Column("organization", Text),
    Column("country", String(2)),
    Column("ror", Text),
)

keyword = Table(
    "keyword",
    metadata,
    _of_work(),
    _position(),
    Column("kind", String(6), nullable=False),  # author, plus (Web of Science's Keywords Plus)
    Column("value", Text, nullable=False),
)

classification = Table(
    "classification",
    metadata,
    _of_work(),
    _position(),
    Column("scheme", String(40), nullable=False),
    Column("code", Text, nullable=False),
    Column("label", Text),
)

identifier = Table(
    "identifier",
    metadata,
    _of_work(),
    Column("scheme", String(40), primary_key=True),
    Column("value", Text, primary_key=True),
    Index(None, "value"),
)

match = Table(
    "match",
    metadata,
    Column("record_id", Integer, ForeignKey("record.id", ondelete="CASCADE"), primary_key=True),
    Column("work_id", Integer, ForeignKey("work.id", ondelete="CASCADE"), nullable=False),
    Column("other_id", Integer, ForeignKey("record.id", ondelete="SET NULL")),  # the record that it was matched with
    Column("rule", String(40), nullable=False),
    Column("score", Float),
    Column("evidence", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "work_id"),
)


def _pair() -> tuple[Column[int], Column[int]]:
    """Return the columns of two records, the smaller id first."""
    a, b = (
        Column(name, Integer, ForeignKey("record.id", ondelete="CASCADE"), primary_key=True)
        for name in ("a_id", "b_id")
    )
    return a, b


# What the matcher found about two records: `edge` says merge, `review` says that a person should look, `relation` says
# that they are two works and how these are related.
edge = Table("edge", metadata, *_pair(), Index(None, "b_id"))

review = Table(
    "review",
    metadata,
    *_pair(),
    Column("rule", String(40), nullable=False),
    Column("score", Float, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("put_off_at", Moment),  # when a person said "later"
)

relation = Table(
    "relation",
    metadata,
    *_pair(),
    Column("kind", String(24), nullable=False),
    Column("forward", Boolean, nullable=False),  # from a to b, or both ways; else from b to a
    Index(None, "b_id"),
)

# What a person decided about two records; no rule goes against it.
decision = Table(
    "decision",
    metadata,
    *_pair(),
    Column("same", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "b_id"),
)

citation = Table(
    "citation",
    metadata,
    Column("record_id", Integer, ForeignKey("record.id", ondelete="CASCADE"), primary_key=True),
    _position(),
    Column("key", BigInteger),  # as in record_key: joins the cited work, whichever of the two came first
    Column("title", Text),
    Column("authors", JSON, nullable=False),
    Column("container_title", Text),
    Column("year", Integer),
    Column("volume", Text),
    Column("issue", Text),
    Column("first_page", Text),
    Column("last_page", Text),
    Column("doi", Text),
    Column("url", Text),
)

observation = Table(
    "observation",
    metadata,
    Column("record_id", Integer, ForeignKey("record.id", ondelete="CASCADE"), primary_key=True),
    Column("field", String(40), primary_key=True),
    Column("at", Moment, primary_key=True),
    Column("value", Integer, nullable=False),
    Index(None, "at"),
)

quarantine = Table(
    "quarantine",
    metadata,
    _id(),
    _of("run"),
    _of("target"),
    Column("url", Text, nullable=False),
    Column("item", JSON, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
