"""Codes of classification schemes."""

import pytest

from harvester.normalise.subjects import clc, cn_discipline

CLC = [
    ("C93 [管理学]; D035 [国家行政管理];", [("C93", "管理学"), ("D035", "国家行政管理")]),
    ("TP391.41", [("TP391.41", None)]),
    ("ＴＰ３９１．４１", [("TP391.41", None)]),
    ("F275；F832.5", [("F275", None), ("F832.5", None)]),
    ("F275 F832", [("F275", None), ("F832", None)]),
    ("TP391.41+R73", [("TP391.41", None), ("R73", None)]),
    ("G40-054", [("G40-054", None)]),
    ("K825.6=6", [("K825.6=6", None)]),
    ("中图分类号：F27", [("F27", None)]),
    ("C93 管理学", [("C93", "管理学")]),
    ("F27; F27", [("F27", None)]),
    ("A", []),
    ("W12", []),
    ("L5", []),
    ("TA123", []),
    ("1000-1234(2020)01-0001-05", []),
    ("文献标识码:A", []),
    ("管理学", []),
    ("10.1234/abc", []),
    ("", []),
]

DISCIPLINES = [
    ("12 ; 1201 ; 1202 ; 120202 ; 1204 ; 120401 ;", ["12", "1201", "1202", "120202", "1204", "120401"]),
    ("510.1010", ["5101010"]),
    ("510.10", ["51010"]),
    ("5101010", ["5101010"]),
    ("学科分类号：630", ["630"]),
    ("12345678", []),
    ("1", []),
    ("1000-1234(2020)01-0001-05", []),
    ("管理学", []),
    ("", []),
]


@pytest.mark.parametrize(("raw", "expected"), CLC, ids=[raw for raw, _ in CLC])
def test_clc(raw: str, expected: list[tuple[str, str | None]]) -> None:
    found = clc(raw)
    assert [(each.code, each.label) for each in found] == expected
    assert {each.scheme for each in found} <= {"clc"}


@pytest.mark.parametrize(("raw", "expected"), DISCIPLINES, ids=[raw for raw, _ in DISCIPLINES])
def test_cn_discipline(raw: str, expected: list[str]) -> None:
    found = cn_discipline(raw)
    assert [each.code for each in found] == expected
    assert {each.scheme for each in found} <= {"cn-discipline"}


def test_a_discipline_keeps_its_label() -> None:
    assert [(each.code, each.label) for each in cn_discipline("1201 [管理科学]; 1202")] == [
        ("1201", "管理科学"),
        ("1202", None),
    ]
