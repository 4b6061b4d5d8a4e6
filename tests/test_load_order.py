"""Records in the order of their titles, however many there are."""

import errno
import random
import tempfile
from pathlib import Path
from typing import Any

import pytest

from harvester.errors import UsageError
from harvester.formats import Raw, format_of, split
from harvester.load_order import Ordered, title_key


@pytest.mark.parametrize("run", [10**9, 400, 1])
def test_items_come_by_key_and_those_of_one_key_as_they_were_added(run: int) -> None:
    dice = random.Random(run)
    items = [(dice.choice("abcdefgh"), number) for number in range(1000)]
    with Ordered(run) as order:
        for key, number in items:
            order.add(key, (key, number), 3)
        assert len(order) == 1000
        assert list(order) == sorted(items, key=lambda item: item[0])


def test_nothing_added_is_nothing() -> None:
    with Ordered() as order:
        assert (len(order), list(order)) == (0, [])


def test_what_waits_in_a_file_is_seen_by_nobody_and_gone_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Ordered(1) as order:
        order.add("b", 1, 2)
        order.add("a", 2, 2)
        assert list(tmp_path.iterdir()) == []
        assert next(iter(order)) == 2
    with pytest.raises(ValueError, match="closed"):
        list(order)


def test_a_full_temporary_folder_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def tell(self) -> int:
            return 0

        def write(self, packed: bytes) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self) -> None:
            pass

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(tempfile, "TemporaryFile", Full)
    with Ordered(1) as order, pytest.raises(UsageError, match=rf"{tmp_path}: No space left.*another folder in TMPDIR"):
        order.add("a", 1, 2)


def test_where_there_is_no_temporary_folder_that_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "TemporaryFile", none)
    with Ordered(1) as order, pytest.raises(UsageError, match=r"no folder for temporary files: No usable.*TMPDIR"):
        order.add("a", 1, 2)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Harbour: a study", "the  harbour — A Study"),
        ("Über <i>Bären</i>", "Uber Baren"),
        ("{\\'E}tudes on {L}ight", "\u0045\u0301tudes on Light"),
        ("Fish &amp; chips", "Fish & Chips!"),
        ("深度学习", "深 度 学 习"),
    ],
)
def test_titles_of_one_work_have_one_key(one: str, other: str) -> None:
    assert title_key(one) == title_key(other) != ""


def test_the_key_of_a_long_title_is_its_beginning() -> None:
    assert title_key("word " * 100_000) == ("word" * 10)


FILES: dict[str, Any] = {
    "a.jsonl": '{"container_title": "No", "title" : "On \\"ants\\" \\u00e9", "doi": "10.5555/1"}\n',
    "a.csv": 'Authors,Article Title,Year\nLovelace,"On ""ants"" é",2014\n',
    "a.ris": 'TY  - JOUR\nT2  - No\nTI  - On "ants" é\nER  - \n',
    "a.nbib": 'PMID- 1\nJT  - No\nTI  - On "ants" é\n',
    "a.enw": '%0 Journal Article\n%J No\n%T On "ants" é\n',
    "a.bib": '@article{a,\n  booktitle = {No},\n  title = {{On} "ants" é},\n  year = 2014}\n',
    "a.ciw": 'FN Clarivate\nVR 1.0\nPT J\nSO No\nTI On "ants" é\nER\nEF\n',
    "a.tab": 'PT\tSO\tTI\tUT\nJ\tNo\tOn "ants" é\tWOS:1\n',
}


@pytest.mark.parametrize("name", FILES)
def test_every_format_shows_the_title_of_a_raw_record(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(FILES[name], encoding="utf-8")
    kind = format_of(file)
    (raw,) = split(file, kind)
    assert isinstance(raw, Raw)
    assert title_key(kind.title(raw.value)) == "onantse"


@pytest.mark.parametrize(
    "line", ['{"doi": "10.5555/1"}', '{"title": null}', '{"title": "cut \\', '{"title": ["a"]}', "?"]
)
def test_a_line_whose_title_is_not_seen_has_none(tmp_path: Path, line: str) -> None:
    assert format_of(tmp_path / "a.jsonl").title(line) == ""
