"""Train the learnt score for thin records and write its numbers to ``harvester/match/thin.json``.

    python benchmarks/train_match.py PAIRS_DIRECTORY [--trees 160]

Reads the ``*.train.jsonl.gz`` files of the directory (never another split): one JSON object a line, ``{"a": {...},
"b": {...}, "same": 0|1}``. Gradient-boosted trees on logistic loss, with histograms, in numpy; a minute or so. Prints
the F1 on the ``*.valid.jsonl.gz`` files beside them, which are read for that only.
"""

import argparse
import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from harvester.match.record import prepare
from harvester.match.thin import FEATURES, features

Pair = tuple[dict[str, Any], dict[str, Any], int]
Array = np.ndarray[Any, np.dtype[Any]]

OUTPUT = Path(__file__).parents[1] / "harvester" / "match" / "thin.json"
NEGATIVES_IN_LIFE = 4.4
"""Negatives per positive among blocked candidates; balanced files are weighted up to it."""
SIBLINGS = 0.01
"""Weight of the made siblings of a file, as a share of the file's."""
BINS = 64


def read_pairs(path: Path) -> list[Pair]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [(row["a"], row["b"], int(row["same"])) for row in map(json.loads, lines)]


def soiled(record: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """Return the record with some values moved into its title, as careless sources do."""
    out = dict(record)
    for name in dice.sample(["authors", "container_title", "year"], 3):
        value = out.get(name)
        if value and dice.random() < 0.5:
            text = " , ".join(value) if isinstance(value, list) else str(value)
            out["title"] = f"{out['title']} {text}"
            out[name] = [] if name == "authors" else None
    return out


def siblings(pairs: list[Pair], dice: random.Random) -> list[Pair]:
    """Return negatives made of positives: one content word of one title exchanged, as in studies of one series.

    The labelled files hold few of them, and a score that forgives an exchanged word joins "in rats" and "in mice".
    """
    words = sorted({word for a, _, _ in pairs for word in str(a["title"]).split() if word.isalpha() and len(word) > 4})
    made = []
    for a, b, same in pairs:
        title = str(b["title"]).split()
        spots = [place for place, word in enumerate(title) if word.isalpha() and len(word) > 4]
        if same and len(spots) > 1:
            title[dice.choice(spots)] = dice.choice(words)
            made.append((a, {**b, "title": " ".join(title)}, 0))
    return made


def rows(pairs: list[Pair]) -> tuple[Array, Array]:
    x = np.array([features(prepare(a), prepare(b)) for a, b, _ in pairs], dtype=np.float32)
    return x, np.array([same for _, _, same in pairs], dtype=np.float64)


def training_rows(directory: Path, seed: int) -> tuple[Array, Array, Array]:
    """Return features, labels and weights of all train files, each also with values moved into titles."""
    dice = random.Random(seed)
    parts = []
    for path in sorted(directory.glob("*.train.jsonl.gz")):
        pairs = read_pairs(path)
        copies = [pairs]
        if not path.name.startswith("dirty"):
            copies += [[(soiled(a, dice), soiled(b, dice), same) for a, b, same in pairs] for _ in range(2)]
        for copy in copies:
            x, y = rows(copy)
            negative = NEGATIVES_IN_LIFE * y.sum() / max(1.0, (1 - y).sum())
            weight = np.where(y == 1, 1.0, negative) / len(copies)
            parts.append((x, y, weight * 1000 / weight.sum()))
        if not path.name.startswith("dirty"):
            x, y = rows(siblings(pairs, dice))
            parts.append((x, y, np.full(len(y), SIBLINGS * 1000 / len(y))))
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))  # type: ignore[return-value]


class Boosting:
    """Gradient-boosted trees on logistic loss: depth-wise growth on binned features, second-order leaf values."""

    def __init__(self, trees: int, depth: int, rate: float, seed: int, ridge: float = 1.0, least: float = 0.5) -> None:
        self.trees, self.depth, self.rate, self.ridge, self.least = trees, depth, rate, ridge, least
        self.dice = np.random.default_rng(seed)

    def fit(self, x: Array, y: Array, weight: Array) -> dict[str, Any]:
        """Return the model as plain values: start, and trees of [feature, threshold or value, left, right]."""
        edges = [np.unique(np.quantile(column, np.linspace(0, 1, BINS + 1)[1:-1])) for column in x.T]
        binned = np.stack([np.searchsorted(edge, column) for edge, column in zip(edges, x.T, strict=True)], axis=1)
        share = (weight * y).sum() / weight.sum()
        start = float(np.log(share / (1 - share)))
        score = np.full(len(y), start)
        grown = []
        for _ in range(self.trees):
            chance = 1 / (1 + np.exp(-score))
            gradient, hessian = weight * (chance - y), np.maximum(weight * chance * (1 - chance), 1e-9)
            picked = self.dice.random(len(y)) < 0.7
            columns = np.flatnonzero(self.dice.random(x.shape[1]) < 0.7)
            tree: list[list[float]] = []
            self._grow(tree, binned, edges, gradient, hessian, np.flatnonzero(picked), columns, self.depth)
            score += _apply(tree, x)
            grown.append(tree)
        return {"features": list(FEATURES), "start": round(start, 4), "trees": grown}

    def _grow(self, tree: list[list[float]], binned: Array, edges: list[Array], g: Array, h: Array, at: Array,
              columns: Array, depth: int) -> int:  # fmt: skip
        node = len(tree)
        tree.append([-1, float(-self.rate * g[at].sum() / (h[at].sum() + self.ridge)), 0, 0])
        best = self._split(binned, g, h, at, columns) if depth else None
        if best is None:
            tree[node][1] = round(tree[node][1], 4)
            return node
        column, place = best
        goes_left = binned[at, column] <= place
        threshold = float(edges[column][place])
        left = self._grow(tree, binned, edges, g, h, at[goes_left], columns, depth - 1)
        right = self._grow(tree, binned, edges, g, h, at[~goes_left], columns, depth - 1)
        tree[node] = [int(column), round(threshold, 4), left, right]
        return node

    def _split(self, binned: Array, g: Array, h: Array, at: Array, columns: Array) -> tuple[int, int] | None:
        total_g, total_h = g[at].sum(), h[at].sum()
        if total_h < 2 * self.least:
            return None
        parent = total_g**2 / (total_h + self.ridge)
        best, found = 1e-3, None
        for column in columns:
            bins = binned[at, column]
            left_g = np.bincount(bins, g[at], BINS).cumsum()[:-1]
            left_h = np.bincount(bins, h[at], BINS).cumsum()[:-1]
            right_h = total_h - left_h
            gain = left_g**2 / (left_h + self.ridge) + (total_g - left_g) ** 2 / (right_h + self.ridge) - parent
            gain[(left_h < self.least) | (right_h < self.least)] = 0
            place = int(gain.argmax())
            if gain[place] > best:
                best, found = float(gain[place]), (int(column), place)
        return found


def _apply(tree: list[list[float]], x: Array) -> Array:
    out = np.zeros(len(x))
    stack: list[tuple[int, Array]] = [(0, np.arange(len(x)))]
    while stack:
        node, at = stack.pop()
        feature, threshold, left, right = tree[node]
        if feature < 0:
            out[at] = threshold
            continue
        goes_left = x[at, int(feature)] <= threshold
        stack += [(int(left), at[goes_left]), (int(right), at[~goes_left])]
    return out


def predict(model: dict[str, Any], x: Array) -> Array:
    score: Array = np.full(len(x), model["start"])
    for tree in model["trees"]:
        score = score + _apply(tree, x)
    return score


def f1(y: Array, yes: Array) -> float:
    right = float((yes & (y == 1)).sum())
    return 2 * right / max(1.0, float(yes.sum() + y.sum()))


def report(model: dict[str, Any], directory: Path) -> Iterator[str]:
    for path in sorted(directory.glob("*.valid.jsonl.gz")):
        x, y = rows(read_pairs(path))
        yield f"{path.name:44s} F1 {f1(y, predict(model, x) > 0):.4f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--trees", type=int, default=160)
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    chosen = parser.parse_args()
    x, y, weight = training_rows(chosen.pairs, chosen.seed)
    model = Boosting(chosen.trees, chosen.depth, chosen.rate, chosen.seed).fit(x, y, weight)
    trees = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in model.pop("trees"))
    head = json.dumps(model)[:-1]
    chosen.output.write_text(f'{head}, "trees": [\n{trees}\n]}}\n', encoding="utf-8")
    model = json.loads(chosen.output.read_text(encoding="utf-8"))
    print("\n".join(report(model, chosen.pairs)))


if __name__ == "__main__":
    main()
