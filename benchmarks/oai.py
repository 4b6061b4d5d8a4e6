"""An OAI-PMH harvest of 10,000 records from a faulty repository, killed in the middle: each record once.

    .venv/bin/python benchmarks/oai.py [--records 10000] [--kills 3] [--page 100]

The repository of the tests, on 127.0.0.1, answers now and then 503 with Retry-After, sends tokens and whole parts
again, cuts answers off, packs them without saying so, forgets a token, and has control characters and bare "&" in its
records; every 25th record is deleted. The harvest is ended with SIGKILL at even distances and started again in the same
words. Printed: how many records are there, and how often each was told of in the run's visits; requests made against
those that an undisturbed harvest of a faultless repository needs; processor time and memory of the last process. Status
1 where a record is missing, doubled or wrong.
"""

import argparse
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # the tests' repository is no part of the installed package

from tests.listing.repository import Faults, Repository, serve


def faults(parts: int) -> Faults:
    """Return faults all over a list of so many parts."""

    def every(distance: int, begin: int) -> frozenset[int]:
        return frozenset(range(begin, parts - 1, distance))

    return Faults(
        busy_every=17,
        retry_after="1",
        same_token=every(13, 2),
        part_before=every(19, 5),
        cut_off=every(11, 3),
        expired=frozenset({parts // 2}),
        packed=every(5, 4),
        dirty=40,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--page", type=int, default=100, help="records in one answer")
    options = parser.parse_args()
    parts = -(-options.records // options.page)
    repository = Repository(options.records, page=options.page, faults=faults(parts))
    with serve(repository) as base, tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "oai.db")
        command = [sys.executable, "-m", "harvester", "harvest", f"oai:{base}", "--db", f"sqlite:///{database}"]
        command += ["--no-archive", "--allow-private", "--delay", "0", "--retry-delay", "0.1", "--attempts", "4"]
        for kill in range(options.kills):
            with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                until = parts * (kill + 1) // (options.kills + 1)
                while _stored(database) < until and process.poll() is None:
                    time.sleep(0.02)
                os.kill(process.pid, signal.SIGKILL)
            print(f"killed after {_stored(database)} of {parts} parts")
        last = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(last.pid, 0)
        wrong = status != 0 or judge(database, repository)
    print(f"{len(repository.log)} requests; {parts} would do without faults and kills")
    print(f"last process: {usage.ru_utime + usage.ru_stime:.1f} s of processor time, {usage.ru_maxrss / 1024:.0f} MB")
    sys.exit(1 if wrong else 0)


def judge(database: Path, repository: Repository) -> bool:
    """Print what the database holds of a repository, and return whether anything is wrong."""
    with sqlite3.connect(database) as connection:
        kept = [url.rpartition(":")[2] for (url,) in connection.execute("SELECT url FROM record")]
        (works,) = connection.execute("SELECT count(*) FROM work").fetchone()
        told = Counter(url for (url,) in connection.execute("SELECT url FROM visit WHERE target_id IS NULL"))
        cursors = connection.execute("SELECT progress, cursor FROM listing").fetchall()
        outcomes = dict(connection.execute("SELECT outcome, count(*) FROM visit GROUP BY outcome"))
    numbers = range(repository.records)
    expected = {str(number) for number in numbers if not repository.is_deleted(number)}
    missing, doubled = expected - set(kept), sum(count > 1 for count in told.values())
    print(f"{len(kept):,} records and {works:,} works of {len(expected):,}; visits by outcome: {outcomes}")
    print(f"{len(missing)} missing; {doubled} told of twice; {len(told):,} of {len(numbers):,} told of")
    print(f"cursor: {cursors}")
    right = set(kept) == expected and len(kept) == works == len(expected) and len(told) == len(numbers)
    return not right or bool(doubled) or [progress for progress, _ in cursors] != [None]


def _stored(database: Path) -> int:
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            return int(connection.execute("SELECT count(*) FROM visit WHERE outcome = 'listed'").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


if __name__ == "__main__":
    main()
