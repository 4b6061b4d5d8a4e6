"""Run the matcher over the de-duplication corpora and labelled pairs, and print what the scorers say.

    python benchmarks/dedupe_corpora.py BENCH_DIRECTORY [--n 10000 50000] [--seeds 1 2] [--work DIRECTORY] [--no-pairs]

BENCH_DIRECTORY holds ``make_corpus.py``, ``score_clusters.py``, ``score_pairs.py``, ``real/`` and ``pairs/``. Corpora
are made under ``--work`` where they are missing, and kept. One line a set: records, seconds, records per second, peak
memory of the run, then the scorer's line. Each set runs in a process of its own, so that memory is its own.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harvester.match.corpus import dedupe

PROJECT = Path(__file__).parents[1]


def run(arguments: list[str]) -> str:
    """Return what a script prints, run with this interpreter and the project importable."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True, env=environment)
    return done.stdout.strip()


def corpora(bench: Path, work: Path, sizes: list[int], seeds: list[int]) -> list[Path]:
    """Return the directories of the generated corpora, made where missing, and of the hand-labelled sets."""
    made = []
    for size in sizes:
        for seed in seeds:
            target = work / f"generated-{size}-{seed}"
            if not (target / "manifest.json").exists():
                run([str(bench / "make_corpus.py"), "--n", str(size), "--seed", str(seed), "--out", str(target)])
            made.append(target)
    return made + sorted(each for each in (bench / "real").iterdir() if each.is_dir())


def dedupe_one(corpus: Path, clusters: Path) -> str:
    """De-duplicate one corpus and return records, time and memory as one line."""
    start = time.perf_counter()
    with (corpus / "records.jsonl").open(encoding="utf-8") as lines, clusters.open("w", encoding="utf-8") as out:
        done = dedupe(lines, out.write)
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{done.records} records {seconds:.1f} s {done.records / seconds:.0f}/s {memory:.0f} MiB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=Path)
    parser.add_argument("--n", type=int, nargs="+", default=[10_000, 50_000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "dedupe-corpora")
    parser.add_argument("--no-pairs", action="store_true")
    parser.add_argument("--one", type=Path, nargs=2, metavar=("CORPUS", "CLUSTERS"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        print(dedupe_one(*chosen.one))
        return
    if not chosen.no_pairs:
        pairs = sorted(str(path) for path in (chosen.bench / "pairs").glob("*.valid.jsonl.gz"))
        print(run([str(chosen.bench / "score_pairs.py"), *pairs]), flush=True)
    for corpus in corpora(chosen.bench, chosen.work, chosen.n, chosen.seeds):
        clusters = chosen.work / f"{corpus.name}.clusters.tsv"
        chosen.work.mkdir(parents=True, exist_ok=True)
        figures = run([__file__, str(chosen.bench), "--one", str(corpus), str(clusters)])
        scorer = [str(chosen.bench / "score_clusters.py"), "--truth", str(corpus / "truth.tsv")]
        print(corpus.name, figures, "|", run([*scorer, "--pred", str(clusters), "--brief"]), flush=True)


if __name__ == "__main__":
    main()
