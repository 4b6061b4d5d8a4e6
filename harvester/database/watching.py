"""The tables by which the harvester watches itself: what changed, what each run found where, and what is wrong."""

from sqlalchemy import JSON, BigInteger, Column, Float, ForeignKey, Index, Integer, String, Table

from harvester.database.tables import Moment, metadata

# Which fields a page gave, by which reader. Pages of one kind give the same, so there are few: a visit names its row.
shape = Table(
    "shape",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # a hash of the rest, see pipelines._history
    Column("reader_version", String(20), nullable=False),
    Column("fields", JSON, nullable=False),  # names, sorted
)

# A record said one thing and now says another. Counts are not here: they are a series in `observation`.
change = Table(
    "change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", Integer, ForeignKey("record.id", ondelete="CASCADE"), nullable=False),
    Column("work_id", Integer),  # the record's at the time; it may be gone since
    Column("run_id", Integer, ForeignKey("run.id")),  # None where kept pages were read again
    Column("at", Moment, nullable=False),
    Column("field", String(40), nullable=False),
    Column("before", JSON(none_as_null=True)),  # None: the page did not say; of a list of works, what was taken out
    Column("after", JSON(none_as_null=True)),  # as before; of a list of works, what came in
    Index(None, "at"),
    sqlite_autoincrement=True,  # a feed names its entries by these numbers
)


def _run() -> Column[int]:
    return Column("run_id", Integer, ForeignKey("run.id", ondelete="CASCADE"), primary_key=True)


# A run's books, reckoned from its visits; see harvester.watch.books.
run_host = Table(
    "run_host",
    metadata,
    _run(),
    Column("host", String(255), primary_key=True),
    Column("outcome", String(12), primary_key=True),
    Column("count", Integer, nullable=False),
)

coverage = Table(
    "coverage",
    metadata,
    _run(),
    Column("host", String(255), primary_key=True),
    Column("reader_version", String(20), primary_key=True),
    Column("field", String(40), primary_key=True),
    Column("pages", Integer, nullable=False),  # that were read
    Column("present", Integer, nullable=False),  # of these, with the field
    Column("had", Integer, nullable=False),  # of these, known before and then with the field
    Column("kept", Integer, nullable=False),  # of those that had it, still with it
    Column("fresh", Integer, nullable=False),  # of all, not known before
    Column("fresh_present", Integer, nullable=False),  # of the fresh, with the field
)

alarm = Table(
    "alarm",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, ForeignKey("run.id"), nullable=False),
    Column("job", String(200)),
    Column("host", String(255), nullable=False),
    Column("kind", String(12), nullable=False),  # coverage, blocked, non_record, failed
    Column("details", JSON, nullable=False),  # one for each field: see harvester.watch.alarms.Detail
    Column("pages", Integer, nullable=False),
    Column("p", Float, nullable=False),  # the smallest of its details
    Column("reader_version", String(20)),  # where it came with another version of the readers
    Column("since", Moment, nullable=False),
    Column("urls", JSON, nullable=False),
    Column("seen_at", Moment, nullable=False),  # when a run first showed it
    Column("opened_at", Moment),  # None as long as it may pass by itself
    Column("closed_at", Moment),
    Column("closed_by", String(12)),  # recovered, acknowledged
    sqlite_autoincrement=True,
)
