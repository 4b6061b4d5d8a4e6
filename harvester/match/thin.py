"""A learnt score for thin records: title, authors, container and year are all there is, and some may sit in the title.

Fixed rules lose 30 points of recall on such records (field-notes, section 5), so a small set of decision trees weighs
about thirty similarities. `benchmarks/train_match.py` trains it and writes `thin.json`; the numbers are all that ships.
"""

import math
from functools import cache
from importlib.resources import files
from json import loads

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq, Prefix

from harvester.match import titles
from harvester.match.containers import DIFFERENT, EQUAL, LIKE, UNSURE, compare_containers
from harvester.match.locators import container_class
from harvester.match.names import shared
from harvester.match.record import Prepared
from harvester.match.words import words

FEATURES = (
    "title_ratio", "title_sort", "title_set", "title_partial", "title_jaccard", "prefix_words", "prefix_letters",
    "shorter_words", "longer_words", "left_least", "left_most", "unexplained_least", "unexplained_most", "numbers",
    "authors_share", "authors_common", "authors_least", "authors_most", "names_in_title", "first_author",
    "years", "container_ratio", "container_set", "container_verdict", "container_in_title", "container_shorter",
    "container_longer", "same_class",
    "all_jaccard", "all_sort", "generic", "part", "head", "rare_common", "order", "left_letters_least",
    "left_letters_most", "first_word", "last_word", "grey", "first_words_in", "longest_left", "given_names",
)  # fmt: skip
"""Names of the values that `features` returns, in order. -1 stands for "a record does not say"."""

_VERDICTS = {EQUAL: 3.0, LIKE: 2.0, UNSURE: 1.0, DIFFERENT: 0.0}


def is_thin(record: Prepared) -> bool:
    """Tell whether a record has no identifier and no place (volume, issue, page) that could decide."""
    return not (record.doi or record.ids or record.volume or record.issue or record.first_page or record.abstract)


def thin_weight(a: Prepared, b: Prepared) -> float:
    """Return the log-odds that two thin records with titles are one work."""
    values = features(a, b)
    start, trees = _model()
    weight = start
    for nodes in trees:
        index = 0
        while True:
            feature, threshold, left, right = nodes[index]
            if feature < 0:
                weight += threshold
                break
            index = left if values[feature] <= threshold else right
    return weight


@cache
def _model() -> tuple[float, list[list[tuple[int, float, int, int]]]]:
    raw = loads(files(__package__).joinpath("thin.json").read_text(encoding="utf-8"))
    if tuple(raw["features"]) != FEATURES:
        raise ValueError("thin.json was trained on other features: run benchmarks/train_match.py")
    return raw["start"], [[tuple(node) for node in tree] for tree in raw["trees"]]


def features(a: Prepared, b: Prepared) -> list[float]:
    """Return the similarities named in `FEATURES`; the order of the two records does not matter."""
    words_a, words_b = a.title.split(), b.title.split()
    if (len(words_a), a.title) > (len(words_b), b.title):
        a, b, words_a, words_b = b, a, words_b, words_a
    set_a, set_b = set(words_a), set(words_b)
    names_a, names_b = _names(a), _names(b)
    container_a, container_b = set(a.container.split()), set(b.container.split())
    years_a, years_b = _years(a, words_a), _years(b, words_b)
    all_a = set_a | names_a | container_a | {str(year) for year in years_a}
    all_b = set_b | names_b | container_b | {str(year) for year in years_b}
    left_a, left_b = titles.leftover(words_a, words_b)
    stray_a = _stray(left_a, names_b | container_b | {str(year) for year in years_b})
    stray_b = _stray(left_b, names_a | container_a | {str(year) for year in years_a})
    letters_a, letters_b = a.title.replace(" ", ""), b.title.replace(" ", "")
    common = shared(a.authors, b.authors) if a.authors and b.authors else -1
    least, most = sorted((len(a.authors), len(b.authors)))
    return [
        fuzz.ratio(a.title, b.title),
        fuzz.token_sort_ratio(a.title, b.title),
        fuzz.token_set_ratio(a.title, b.title),
        fuzz.partial_ratio(a.title, b.title),
        _jaccard(set_a, set_b),
        Prefix.similarity(words_a, words_b) / max(1, len(words_a)),
        Prefix.similarity(letters_a, letters_b) / max(1, min(len(letters_a), len(letters_b))),
        len(words_a),
        len(words_b),
        *sorted((len(left_a), len(left_b))),
        *sorted((stray_a, stray_b)),
        float(any(map(str.isdigit, left_a)) and any(map(str.isdigit, left_b))),
        common / max(1, least) if common >= 0 else -1.0,
        common,
        least,
        most,
        max(-1.0 if b.authors else _share(names_a, set_b), -1.0 if a.authors else _share(names_b, set_a)),
        _first(a, b),
        min((abs(x - y) for x in years_a for y in years_b), default=-1),
        fuzz.ratio(a.container, b.container) if a.container and b.container else -1.0,
        fuzz.token_set_ratio(a.container, b.container) if a.container and b.container else -1.0,
        _VERDICTS[compare_containers(a.container, b.container)] if a.container and b.container else -1.0,
        max(-1.0 if b.container else _share(container_a, set_b), -1.0 if a.container else _share(container_b, set_a)),
        *sorted((len(a.container), len(b.container))),
        _classes(a, b),
        _jaccard(all_a, all_b),
        fuzz.token_sort_ratio(" ".join(sorted(all_a)), " ".join(sorted(all_b))),
        float(a.generic or b.generic),
        -1.0 if not (a.part or b.part) else float(a.part == b.part),
        float(bool(a.head and a.head == b.head) or a.title == b.head or b.title == a.head),
        float(sum(len(word) for word in set_a & set_b if word not in words("small"))),
        LCSseq.similarity(words_a, words_b) / max(1, len(words_a)),
        *sorted((sum(map(len, left_a)), sum(map(len, left_b)))),
        fuzz.ratio(words_a[0], words_b[0]) if words_a else -1.0,
        fuzz.ratio(words_a[-1], words_b[-1]) if words_a else -1.0,
        float(not words("grey").isdisjoint(container_a)) + float(not words("grey").isdisjoint(container_b)),
        float(words_a[0] in set_b) + float(words_b[0] in set_a) if words_a else -1.0,
        min(max(map(len, left_a), default=0), max(map(len, left_b), default=0)),
        min(_given_letters(a), _given_letters(b)),
    ]  # fmt: skip


def _names(record: Prepared) -> set[str]:
    return {word for key in record.authors for word in key.replace("|", " ").split() if len(word) > 1}


def _years(record: Prepared, words: list[str]) -> list[int]:
    if record.year:
        return [record.year]
    return [int(word) for word in words if len(word) == 4 and word.isdigit() and 1950 <= int(word) <= 2099]


def _stray(left: list[str], explained: set[str]) -> int:
    return sum(1 for word in left if word not in explained and word not in words("small") and len(word) > 1)


def _given_letters(record: Prepared) -> float:
    """Return how many letters the given names have in the mean: a careful source writes them out."""
    given = [len(key.partition("|")[2]) for key in record.authors]
    return sum(given) / len(given) if given else -1.0


def _jaccard(a: set[str], b: set[str]) -> float:
    return len(a & b) / max(1, len(a | b))


def _share(part: set[str], whole: set[str]) -> float:
    return len(part & whole) / len(part) if part else -1.0


def _first(a: Prepared, b: Prepared) -> float:
    if not a.authors or not b.authors:
        return -1.0
    return fuzz.ratio(a.authors[0].partition("|")[0], b.authors[0].partition("|")[0])


def _classes(a: Prepared, b: Prepared) -> float:
    first, second = container_class(a.container), container_class(b.container)
    return float(first == second) if first and second else -1.0


def probability(weight: float) -> float:
    """Return log-odds as a probability."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, weight))))
