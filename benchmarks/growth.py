"""How records per second and memory of ``harvester load`` change as the database grows.

    .venv/bin/python benchmarks/growth.py [--records 300000] [--db URL] [--file RECORDS.jsonl] [--step 50000]

One load into one database (a SQLite file in a temporary folder unless ``--db`` names another). Printed for each step:
records per second of wall and of processor time of this process, the most memory so far and the size of the file; in
the end the rate of the last tenth in units of that from a twentieth of the records to three. Without ``--file`` the
records are made, as in ``benchmarks/store.py``. On a shared machine look at the processor time: rates in wall time tell
of the neighbours as well.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from store import made

from harvester.load import Progress, load


class Steps:
    """Prints a line whenever another step is done."""

    def __init__(self, step: int, database: Path | None) -> None:
        self._step = step
        self._database = database
        self._next = step
        self._started = time.perf_counter()
        self._before = (0, self._started, time.process_time())
        self._told: list[tuple[int, float]] = []

    def __call__(self, progress: Progress) -> None:
        """Print if it is time."""
        if not progress.known:  # the files are being read
            self._before = (0, time.perf_counter(), time.process_time())
            return
        if not self._told:
            print(f"{progress.known} records read and put in order in {self._before[1] - self._started:.0f} s")
        self._told.append((progress.records, time.perf_counter()))
        if progress.records < self._next:
            return
        self._next = progress.records + self._step
        now = (progress.records, time.perf_counter(), time.process_time())
        count, wall, processor = (new - old for new, old in zip(now, self._before, strict=True))
        self._before = now
        unit = 1024 if sys.platform == "linux" else 1
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
        size = ""
        if self._database is not None:
            size = f", file {self._database.stat().st_size / 1e9:.2f} GB"
        print(
            f"{progress.records:>9} records: {count / wall:6.0f}/s, {count / processor:6.0f} per second of processor,"
            f" {memory / 1e6:.0f} MB{size}",
            flush=True,
        )

    def share(self) -> float:
        """Return the rate of the last tenth in units of the early one."""
        count = self._told[-1][0]
        return self._rate(0.9 * count, count) / self._rate(0.05 * count, 0.15 * count)

    def _rate(self, start: float, end: float) -> float:
        first = next(each for each in self._told if each[0] >= start)
        last = next(each for each in self._told if each[0] >= end)
        return (last[0] - first[0]) / (last[1] - first[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=300_000)
    parser.add_argument("--step", type=int, default=50_000)
    parser.add_argument("--file", type=Path, help="records in JSON Lines, in place of made ones")
    parser.add_argument("--db", help="database URL")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = options.file or Path(folder, "records.jsonl")
        if not options.file:
            with file.open("w") as stream:
                stream.writelines(json.dumps(each) + "\n" for each in made(options.records))
        database = None if options.db else Path(folder, "growth.db")
        steps = Steps(options.step, database)
        load([file], options.db or f"sqlite:///{database}", steps)
        print(f"the last tenth is stored at {steps.share():.2f} of the rate from 5 to 15 %")


if __name__ == "__main__":
    main()
