"""What earlier runs gave up is asked for again: the function behind ``harvester retry``."""

from dataclasses import dataclass

from sqlalchemy import Engine

from harvester.database.frontier import Frontier
from harvester.settings import VERSION


@dataclass(frozen=True, slots=True)
class Requeued:
    """A run that wants what others gave up. ``sources`` names it; ``left``: how many addresses it has to ask for."""

    sources: list[str]
    left: int


def requeue(engine: Engine, reason: str | None, host: str | None, spider: str, follow_depth: int) -> Requeued:
    """Begin a run, or go on with an unfinished one, that wants what earlier runs gave up, and return it.

    ``reason``: only what was given up for a reason with these words; ``host``: only what is there, with its port where
    that is not the usual one. ``spider``, ``follow_depth``: who will crawl it, and how many links away. What a killed
    process requeued stays requeued; the same call goes on with it.
    """
    sources = ["retry", *(f"{name}: {value}" for name, value in (("reason", reason), ("host", host)) if value)]
    frontier = Frontier(engine)
    run = frontier.open_run(spider, sources, VERSION, {"follow_depth": follow_depth})
    frontier.requeue(run.id, reason, host)
    pending = frontier.pending(run.id)
    left = pending.ready + pending.leased + pending.waiting
    if not left:
        frontier.close_run(run.id)
    return Requeued(sources, left)
