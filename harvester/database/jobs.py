"""What is known of the jobs of a schedule: who runs each of them now, what it ran last, and whether a person paused it.

What a job does is said in a file (see `harvester.jobs`); here is what must survive a restart and be known to all
machines. At most one process runs a job at a time: it holds the job's lease and renews it while it lives.
"""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from harvester.database.tables import Moment, metadata

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
