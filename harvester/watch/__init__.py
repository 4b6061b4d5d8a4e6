"""The harvester watches itself: what each run brought, host by host, and whether that is what its past lets expect."""

from harvester.watch.after import LASTING, after_run
from harvester.watch.alarms import Alarm, acknowledge, alarms
from harvester.watch.books import RunBooks, books, settle

__all__ = ["LASTING", "Alarm", "RunBooks", "acknowledge", "after_run", "alarms", "books", "settle"]
