"""`dedupe` over lines, and the bars on the shared corpora where they are at hand."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from harvester.match import Decision, compare
from harvester.match.corpus import dedupe

BENCH = Path(__file__).parents[3] / "shared" / "bench" / "dedupe"
needs_bench = pytest.mark.skipif(not BENCH.is_dir(), reason=f"the shared de-duplication corpora are not at {BENCH}")


def run(*records):
    written = []
    report = dedupe((each if isinstance(each, str) else json.dumps(each) for each in records), written.append)
    return report, [line.rstrip("\n").split("\t") for line in written]


def test_each_record_gets_one_line_in_order_and_bad_lines_are_named():
    title = "Magnetic ordering of thin films in strong fields"
    report, rows = run(
        {"record_id": "b", "title": title, "authors": ["Lovelace, A."], "year": 2018},
        "",
        "{broken",
        "[1]",
        {"title": title.upper(), "authors": ["A. Lovelace"], "year": "2018"},
        {"record_id": "c", "title": "Polar bears and their diet"},
    )
    assert rows == [["b", "b"], ["5", "b"], ["c", "c"]]
    assert (report.records, report.clusters) == (3, 2)
    assert [bad.partition(":")[0] for bad in report.bad] == ["line 3", "line 4"]


def test_no_lines_give_no_clusters():
    report, rows = run()
    assert (report.records, report.clusters, rows) == (0, 0, [])


def pairwise_f1(truth, found):
    def pairs(sizes):
        return sum(size * (size - 1) // 2 for size in sizes.values())

    both = pairs(Counter((truth[each], found[each]) for each in truth))
    return 2 * both / (pairs(Counter(truth.values())) + pairs(Counter(found[each] for each in truth)))


@needs_bench
@pytest.mark.parametrize("name", ["cytology_screening", "digital_work", "misq_baseline"])
def test_hand_labelled_sets(name):
    folder = BENCH / "real" / name
    found = {}
    with (folder / "records.jsonl").open(encoding="utf-8") as lines:
        dedupe(lines, lambda row: found.update([row.rstrip("\n").split("\t")]))
    rows = (line.split("\t") for line in (folder / "truth.tsv").read_text(encoding="utf-8").splitlines()[1:])
    assert pairwise_f1({row[0]: row[1] for row in rows}, found) >= 0.98


@needs_bench
@pytest.mark.parametrize(
    ("name", "bar"),
    [("structured-dblp-acm", 0.98), ("structured-dblp-googlescholar", 0.94), ("dirty-dblp-acm", 0.955),
     ("dirty-dblp-googlescholar", 0.90)],
)  # fmt: skip
def test_labelled_pairs(name, bar):
    right = said = real = 0
    with gzip.open(BENCH / "pairs" / f"{name}.valid.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            yes = compare(row["a"], row["b"]).decision is Decision.MERGE
            right, said, real = right + (yes and row["same"]), said + yes, real + row["same"]
    assert 2 * right / (said + real) >= bar
