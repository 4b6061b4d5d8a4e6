"""What is known of the jobs of a schedule: who runs each of them now, what it ran last, and whether a person paused it.

What a job does is said in a file (see `harvester.jobs`); here is what must survive a restart and be known to all
machines. At most one process runs a job at a time: it holds the job's lease and renews it while it lives.
"""

from sqlalchemy import Column, Engine, ForeignKey, Integer, String, Table, Text, or_, select, update

from harvester.clock import utc_now
from harvester.database.revisits import Watch
from harvester.database.session import writing
from harvester.database.tables import Moment, metadata, target
from harvester.database.targets import FRESH, READY, Kind

_AT_ONCE = 2000  # targets that one transaction takes over: others write between two

job = Table(
    "job",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("first_seen", Moment, nullable=False),  # the schedule begins here
    Column("slot", Moment),  # the last one that a run was begun for
    Column("run_id", Integer, ForeignKey("run.id")),  # that run
    Column("paused_at", Moment),
    Column("leased_by", Text),
    Column("leased_until", Moment),
    Column("resume_at", Moment),  # when that run goes on; None where it does not
    Column("tries", Integer, nullable=False),  # how often it was gone on with after an error
)


def take_over(engine: Engine, watch: Watch, run_id: int) -> int:
    """Want in a run all pages of its job that are due, and what an earlier run of it left; return how many.

    Lists are wanted by the sources that name them.
    """
    which = (
        select(target.c.id)
        .where(
            target.c.job == watch.job,
            target.c.run_id != run_id,
            target.c.kind == Kind.PAGE,
            or_(target.c.state != "leased", target.c.leased_until < utc_now()),
            watch.due(),
        )
        .limit(_AT_ONCE)
    )
    total = 0
    while True:
        with writing(engine) as connection:
            statement = update(target).where(target.c.id.in_(which)).values(run_id=run_id, state=READY, **FRESH)
            taken = connection.execute(statement).rowcount
        total += taken
        if taken < _AT_ONCE:
            return total
