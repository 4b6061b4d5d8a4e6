"""Names: split on clear signals only, nobody invented, nobody lost."""

from itertools import product

import pytest

from harvester.items import Author
from harvester.normalise import single_name
from harvester.normalise.person import (
    affiliation_marks,
    cjk_parts,
    people,
    people_with_marks,
    person,
    person_from_parts,
    suffix_of,
)
from harvester.normalise.plain_name import plain_person

# Name as given, family, given, name as printed. The first ones are the seeds of field notes 3.4.
ONE = [
    ("van der Waals, Johannes", "van der Waals", "Johannes", "van der Waals, Johannes"),
    ("Xi Jinping", None, None, "Xi Jinping"),
    ("Hartley, Jean [1 ]", "Hartley", "Jean", "Hartley, Jean"),
    ("Hartley, J (Hartley, Jean) [ 1,2 ]", "Hartley", "Jean", "Hartley, Jean"),
    ("CMS Collaboration", None, None, "CMS Collaboration"),
    ("European Organization for Nuclear Research", None, None, "European Organization for Nuclear Research"),
    ("DEL RIO GONZALEZ Pablo", "del Rio Gonzalez", "Pablo", "DEL RIO GONZALEZ Pablo"),
    ("Petrov, Sergey V.", "Petrov", "Sergey V.", "Petrov, Sergey V."),
    ("Prasad, V.", "Prasad", "V.", "Prasad, V."),
    ("Petrov, I. V.", "Petrov", "I. V.", "Petrov, I. V."),
    ("Smith J. K.", "Smith", "J. K.", "Smith J. K."),
    ("Petrov A. V.", "Petrov", "A. V.", "Petrov A. V."),
    ("Gupta, V. V.", "Gupta", "V. V.", "Gupta, V. V."),
    ("Moore SR", "Moore", "SR", "Moore SR"),
    ("de la Cruz, JR", "de la Cruz", "JR", "de la Cruz, JR"),
    ("Sammy Davis, JR", None, None, "Sammy Davis JR"),
    ("King, Henry, V", "King", "Henry, V", "King, Henry, V"),
    ("欧阳修", None, None, "欧阳修"),
    ("熊易群1", None, None, "熊易群"),
    ("XIONG Yi-qun", "Xiong", "Yi-qun", "XIONG Yi-qun"),
    ("Ahumada Sempoal, Miguel Angel", "Ahumada Sempoal", "Miguel Angel", "Ahumada Sempoal, Miguel Angel"),
    ("King, Martin Luther, Jr.", "King", "Martin Luther, Jr.", "King, Martin Luther, Jr."),
    ("O'NEIL, MCDONALD", "O'Neil", "McDonald", "O'NEIL, MCDONALD"),
    ("David Ayuso", None, None, "David Ayuso"),
    # Commas.
    ("YUKAWA,Tomohisa", "Yukawa", "Tomohisa", "YUKAWA, Tomohisa"),
    ("POUYET, Simone", "Pouyet", "Simone", "POUYET, Simone"),
    ("EVENHUIS, NEAL L.", "Evenhuis", "Neal L.", "EVENHUIS, NEAL L."),
    ("LAZARUS, JEAN-PIERRE", "Lazarus", "Jean-Pierre", "LAZARUS, JEAN-PIERRE"),
    ("SMITH, JK", "Smith", "JK", "SMITH, JK"),
    ("VAN DER BERG, J.", "van der Berg", "J.", "VAN DER BERG, J."),
    ("Rendek, Louis J., Jr", "Rendek", "Louis J., Jr", "Rendek, Louis J., Jr"),
    ("King, Jr., Martin Luther", "King", "Martin Luther, Jr.", "King, Martin Luther, Jr."),
    ("Calvert, P P", "Calvert", "P P", "Calvert, P P"),
    ("Kannel, W.B.", "Kannel", "W.B.", "Kannel, W.B."),
    ("Sousa S., Mario", "Sousa S.", "Mario", "Sousa S., Mario"),
    ("King, Martin Luther, 1929-1968", "King", "Martin Luther", "King, Martin Luther"),
    ("Smith, John (Editor)", "Smith", "John", "Smith, John"),
    ("山田, 太郎", "山田", "太郎", "山田, 太郎"),
    ("Bachoud-L&amp;#xe9;vi, Anne-Catherine", "Bachoud-Lévi", "Anne-Catherine", "Bachoud-Lévi, Anne-Catherine"),
    ("Doe, Jane 0002", "Doe", "Jane", "Doe, Jane"),
    # Initials on one side.
    ("Powell DJ , et al.", "Powell", "DJ", "Powell DJ"),
    ("et al. CMS Collaboration", None, None, "CMS Collaboration"),
    ("Smith JA", "Smith", "JA", "Smith JA"),
    ("van der Berg JP", "van der Berg", "JP", "van der Berg JP"),
    ("de Rond M", "de Rond", "M", "de Rond M"),
    ("Garcia Marquez GJ", "Garcia Marquez", "GJ", "Garcia Marquez GJ"),
    ("Doe MD", "Doe", "MD", "Doe MD"),
    ("A. Wallner", "Wallner", "A.", "A. Wallner"),
    ("M. A. C. Hotchkis", "Hotchkis", "M. A. C.", "M. A. C. Hotchkis"),
    ("Heather A. Piwowar", "Piwowar", "Heather A.", "Heather A. Piwowar"),
    ("John F Kennedy", "Kennedy", "John F", "John F Kennedy"),
    ("Wouter JP de Jong", "de Jong", "Wouter JP", "Wouter JP de Jong"),
    ("Robert A. Van Dyke", "Van Dyke", "Robert A.", "Robert A. Van Dyke"),
    ("J.-L. Dupont", "Dupont", "J.-L.", "J.-L. Dupont"),
    ("Th. Müller", "Müller", "Th.", "Th. Müller"),
    ("J. Craig Venter", None, None, "J. Craig Venter"),
    ("Mario  Sousa S.", None, None, "Mario Sousa S."),
    # Capitals.
    ("Jean-Luc DUPONT", "Dupont", "Jean-Luc", "Jean-Luc DUPONT"),
    ("LI Wei", "Li", "Wei", "LI Wei"),
    ("Wei LI", None, None, "Wei LI"),
    ("Jean LEE", None, None, "Jean LEE"),
    ("JOHN SMITH", None, None, "JOHN SMITH"),
    ("MA Smith", "Smith", "MA", "MA Smith"),
    # Particles.
    ("Ludwig van Beethoven", "van Beethoven", "Ludwig", "Ludwig van Beethoven"),
    ("Johannes Diderik van der Waals", "van der Waals", "Johannes Diderik", "Johannes Diderik van der Waals"),
    ("João da Silva", "da Silva", "João", "João da Silva"),
    ("José Ortega y Gasset", "Ortega y Gasset", "José", "José Ortega y Gasset"),
    ("María de los Ángeles Pérez", None, None, "María de los Ángeles Pérez"),
    # No signal.
    ("Ivan Heibi", None, None, "Ivan Heibi"),
    ("Plato", None, None, "Plato"),
    ("Martin Luther King Jr.", None, None, "Martin Luther King Jr."),
    ("Anne-Catherine Bachoud-Lévi", None, None, "Anne-Catherine Bachoud-Lévi"),
    # Degrees, forms of address, labels.
    ("Jane Doe, PhD", None, None, "Jane Doe"),
    ("Jane Doe, M.D., Ph.D.", None, None, "Jane Doe"),
    ("Jane Doe MD", None, None, "Jane Doe"),
    ("Doe, Jane, MD, MPH", "Doe", "Jane", "Doe, Jane"),
    ("Dr. Jane Doe", None, None, "Jane Doe"),
    ("Prof. Dr. Hans Müller", None, None, "Hans Müller"),
    ("By John Smith", None, None, "John Smith"),
    ("Author: John Smith", None, None, "John Smith"),
    # Organisations.
    ("Hindawi Publishing Corporation", None, None, "Hindawi Publishing Corporation"),
    ("Centre for Disease Control, Atlanta", None, None, "Centre for Disease Control, Atlanta"),
    ("International Genetics Consortium (IGC)", None, None, "International Genetics Consortium (IGC)"),
    ("本刊编辑部", None, None, "本刊编辑部"),
    # Chinese, Japanese, Korean.
    ("赵  培", None, None, "赵培"),
    ("山田 太郎", None, None, "山田 太郎"),
    ("김철수", None, None, "김철수"),
    ("XIONG Yi-qun (熊易群)", None, None, "XIONG Yi-qun (熊易群)"),
    # Marks.
    ("*Jane B. Doe†", "Doe", "Jane B.", "Jane B. Doe"),
    ("Jane B. Doe<sup>a,1</sup>", "Doe", "Jane B.", "Jane B. Doe"),
    ("Doe, J.¹²", "Doe", "J.", "Doe, J."),
    ("Doe, Jane 0000-0002-1825-0097", "Doe", "Jane", "Doe, Jane"),
    ("Doe, Jane <jane@example.org>", "Doe", "Jane", "Doe, Jane"),
]

NATURAL = [
    ("Ivan Heibi", "Heibi", "Ivan"),
    ("David Ayuso", "Ayuso", "David"),
    ("Martin Luther King Jr.", "King", "Martin Luther, Jr."),
    ("Victoria Van Hyning", "Van Hyning", "Victoria"),
    ("Melissa L. Knothe Tate", "Tate", "Melissa L. Knothe"),
    ("J. Craig Venter", "Venter", "J. Craig"),
    ("Gabriel García Márquez", "García Márquez", "Gabriel"),
    ("JOHN SMITH", "Smith", "John"),
    ("Smith JA", "Smith", "JA"),
    ("XIONG Yi-qun", "Xiong", "Yi-qun"),
    ("Jinping Xi", "Xi", "Jinping"),
    ("Xi Jinping", None, None),
    ("Nguyen Van Anh", None, None),
    ("Plato", None, None),
    ("CMS Collaboration", None, None),
    ("欧阳修", None, None),
]

NOBODY = [
    "",
    " ",
    "et al.",
    "et al",
    "and others",
    "See more",
    "See all authors",
    "Show all authors",
    "and 3 others",
    "+ 3 more",
    "3 more",
    "[...] 5 authors",
    "Admin",
    "admin",
    "Anonymous",
    "Unknown Author",
    "n/a",
    "null",
    "jane@example.org",
    "https://orcid.org/0000-0002-1825-0097",
    "www.example.org",
    "@example",
    "12",
    "*",
    "†‡",
    "佚名",
    "等",
    "View ORCID Profile",
    "Search for other works by this author on:",
    "Corresponding author",
    "© 2014 All rights reserved",
]

LISTS = [
    (
        "Hartley, J (Hartley, Jean) [ 1 ] ; Rashman, L (Rashman, Lyndsay) [ 2 ]",
        [("Hartley, Jean", (1,)), ("Rashman, Lyndsay", (2,))],
    ),
    ("Hartley, Jean [1 ]\nRashman, Lyndsay [1,2 ]", [("Hartley, Jean", (1,)), ("Rashman, Lyndsay", (1, 2))]),
    ("Smith J, Jones K, and Lee P", [("Smith, J", ()), ("Jones, K", ()), ("Lee, P", ())]),
    ("Kannel WB, Wilson P, Blair SN.", [("Kannel, WB", ()), ("Wilson, P", ()), ("Blair, SN", ())]),
    ("Smith, J., Doe, K., and Lee, P.", [("Smith, J.", ()), ("Doe, K.", ()), ("Lee, P.", ())]),
    ("Smith, J., Doe, K.", [("Smith, J.", ()), ("Doe, K.", ())]),
    ("Smith, J.", [("Smith, J.", ())]),
    ("Smith, J., K. Doe, P. Lee", [("Smith, J.", ()), ("Doe, K.", ()), ("Lee, P.", ())]),
    ("Smith, John, Kim A. Doe, and P. Lee", [("Smith, John", ()), ("Doe, Kim A.", ()), ("Lee, P.", ())]),
    ("Moore SR, Smith JA", [("Moore, SR", ()), ("Smith, JA", ())]),
    ("John Smith, Jane Doe and Bob Lee", [("John Smith", ()), ("Jane Doe", ()), ("Bob Lee", ())]),
    ("John Smith & Jane Doe", [("John Smith", ()), ("Jane Doe", ())]),
    ("Jean Dupont et Marie Durand", [("Jean Dupont", ()), ("Marie Durand", ())]),
    ("Marx and Engels", [("Marx", ()), ("Engels", ())]),
    ("Smith, John and Doe, Jane", [("Smith, John", ()), ("Doe, Jane", ())]),
    (
        "Johansson, Emma; Berglund, Sten; van As, Dirk",
        [("Johansson, Emma", ()), ("Berglund, Sten", ()), ("van As, Dirk", ())],
    ),
    ("Jacquemot, Charlotte; Dupoux, Emmanuel; et al.", [("Jacquemot, Charlotte", ()), ("Dupoux, Emmanuel", ())]),
    ("Ahumada Sempoal, Miguel Angel", [("Ahumada Sempoal, Miguel Angel", ())]),
    ("José Ortega y Gasset", [("Ortega y Gasset, José", ())]),
    ("García López, María y Pérez Ruiz, Juan", [("García López, María", ()), ("Pérez Ruiz, Juan", ())]),
    ("David Lucca, Jonathan H. Wright", [("David Lucca", ()), ("Wright, Jonathan H.", ())]),
    ("Joshua Goodman, Joseph Winkelmann", [("Joshua Goodman", ()), ("Joseph Winkelmann", ())]),
    ("Jane Doe, PhD, Bob Lee, MD, MPH", [("Jane Doe", ()), ("Bob Lee", ())]),
    ("John Smith<sup>1,2</sup>, Jane Doe<sup>a,*</sup>", [("John Smith", (1, 2)), ("Jane Doe", ())]),
    ("John Smith1,2, Jane Doe3*, Bob Lee1", [("John Smith", (1, 2)), ("Jane Doe", (3,)), ("Bob Lee", (1,))]),
    ("John Smith¹,², Jane Doe³, Bob Lee¹", [("John Smith", (1, 2)), ("Jane Doe", (3,)), ("Bob Lee", (1,))]),
    ("John and Jane Smith", [("John and Jane Smith", ())]),
    ("Department of Health and Human Services", [("Department of Health and Human Services", ())]),
    (
        "John Smith, Jane Doe, and the CMS Collaboration",
        [("John Smith", ()), ("Jane Doe", ()), ("the CMS Collaboration", ())],
    ),
    ("Smith, Jones, Brown, Lee", []),
    ("张三, 李四, 王五", [("张三", ()), ("李四", ()), ("王五", ())]),
    ("张三 李四 王五", [("张三", ()), ("李四", ()), ("王五", ())]),
    ("税玉民1、黄素华2", [("税玉民", (1,)), ("黄素华", (2,))]),
    ("朱仁康；周鸣岐；任继学，等", [("朱仁康", ()), ("周鸣岐", ()), ("任继学", ())]),
    ("山田太郎・鈴木一郎", [("山田太郎", ()), ("鈴木一郎", ())]),
    ("山田, 太郎", [("山田, 太郎", ())]),
    ("", []),
    ("et al.", []),
]


@pytest.mark.parametrize(("raw", "family", "given", "name"), ONE, ids=[case[0] for case in ONE])
def test_one_name(raw: str, family: str | None, given: str | None, name: str) -> None:
    assert person(raw) == Author(family=family, given=given, name=name)


@pytest.mark.parametrize(("raw", "family", "given"), NATURAL, ids=[case[0] for case in NATURAL])
def test_one_name_of_a_source_with_given_names_first(raw: str, family: str | None, given: str | None) -> None:
    author = person(raw, natural_order=True)
    assert author is not None
    assert (author.family, author.given) == (family, given)


def test_one_name_of_a_source_with_family_names_first() -> None:
    assert [a.label for a in people(["Nagy János", "van Dam Piet"], natural_order=False)] == [
        "Nagy, János",
        "van Dam, Piet",
    ]


@pytest.mark.parametrize("raw", NOBODY)
def test_what_is_no_name_is_nobody(raw: str) -> None:
    assert person(raw) is None
    assert people(raw) == []


@pytest.mark.parametrize(("raw", "expected"), LISTS, ids=[case[0] for case in LISTS])
def test_list_of_names(raw: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(author.label, marks) for author, marks in people_with_marks(raw)] == expected


def test_elements_of_a_list_are_names_already() -> None:
    assert [a.label for a in people(["Lucca, David", "Goodman Smith, Joseph Lee"])] == [
        "Lucca, David",
        "Goodman Smith, Joseph Lee",
    ]
    assert [a.label for a in people(["David Lucca, Jonathan H. Wright"])] == ["David Lucca", "Wright, Jonathan H."]
    assert [a.label for a in people(["Lucca, David; Wright, Jonathan"])] == ["Lucca, David", "Wright, Jonathan"]


def test_capitals_are_undone_where_all_names_have_them() -> None:
    assert [a.label for a in people(["LAZARUS, DAVID", "SUZUKI, NORITOSHI", "GOLL, I."])] == [
        "Lazarus, David",
        "Suzuki, Noritoshi",
        "Goll, I.",
    ]
    assert [a.name for a in people(["LAZARUS, DAVID", "SUZUKI, NORITOSHI"])] == ["LAZARUS, DAVID", "SUZUKI, NORITOSHI"]


def test_capitals_stay_where_only_one_name_has_them() -> None:
    labels = [a.label for a in people(["LAZARUS, DAVID", "Suzuki, Noritoshi", "Lee, Kim", "Goll, Irina"])]
    assert labels == ["LAZARUS, DAVID", "Suzuki, Noritoshi", "Lee, Kim", "Goll, Irina"]


@pytest.mark.parametrize(
    ("raw", "name", "marks"),
    [
        ("Hartley, Jean [1 ]", "Hartley, Jean", (1,)),
        ("Hartley, Jean [ 1,2 ]", "Hartley, Jean", (1, 2)),
        ("Hartley, Jean [1] [3]", "Hartley, Jean", (1, 3)),
        ("Hartley, Jean (1)", "Hartley, Jean", (1,)),
        ("Doe J<sup>2,*</sup>", "Doe J", (2,)),
        ("Doe J&lt;sup&gt;2&lt;/sup&gt;", "Doe J", (2,)),
        ("Doe J¹⁻³", "Doe J", (1, 2, 3)),
        ("Jane Doe 1,2*", "Jane Doe", (1, 2)),
        ("熊易群1，2", "熊易群", (1, 2)),
        ("熊易群", "熊易群", ()),
        ("Jane Doe", "Jane Doe", ()),
        ("Jane Doe *†", "Jane Doe", ()),
        ("John XXIII", "John XXIII", ()),
        ("", "", ()),
    ],
)
def test_affiliation_marks(raw: str, name: str, marks: tuple[int, ...]) -> None:
    assert affiliation_marks(raw) == (name, marks)


@pytest.mark.parametrize(
    ("family", "given", "label"),
    [
        ("Heibi", "Ivan", "Heibi, Ivan"),
        ("Heibi", "I", "Heibi, I"),
        ("LAZARUS", "DAVID", "Lazarus, David"),
        ("van As", "Dirk", "van As, Dirk"),
        ("Plato", None, "Plato"),
        ("", "Plato", "Plato"),
        ("CMS Collaboration", "", "CMS Collaboration"),
        ("欧阳", "修", "欧阳, 修"),
        ("Doe<sup>1</sup>", "Jane*", "Doe, Jane"),
    ],
)
def test_person_from_parts(family: str, given: str | None, label: str) -> None:
    author = person_from_parts(family, given)
    assert author is not None
    assert author.label == label


def test_parts_that_name_nobody() -> None:
    assert person_from_parts("et al.", None) is None
    assert person_from_parts("", "") is None


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("欧阳修", ("欧阳", "修")),
        ("诸葛孔明", ("诸葛", "孔明")),
        ("司馬相如", ("司馬", "相如")),
        ("熊易群", ("熊", "易群")),
        ("赵培", ("赵", "培")),
        ("爱新觉罗溥仪", ("爱新觉罗", "溥仪")),
        ("山田太郎", ("山田", "太郎")),
        ("長谷川誠", ("長谷川", "誠")),
        ("山田 太郎", ("山田", "太郎")),
        ("김철수", ("김", "철수")),
        ("남궁민수", ("남궁", "민수")),
        ("ジョン・スミス", None),
        ("Smith", None),
        ("约翰·史密斯", None),
        ("修", None),
        ("", None),
    ],
)
def test_cjk_parts(name: str, parts: tuple[str, str] | None) -> None:
    assert cjk_parts(name) == parts


def test_suffix_of() -> None:
    assert suffix_of("Louis J., Jr") == ("Louis J.", "Jr")
    assert suffix_of(None) == (None, None)


PIECES = [
    "Ada",
    "Lovelace",
    "Xu",
    "Jean-Pierre",
    "Émile",
    "Van",
    "Ma",
    "Press",
    "Dr",
    "Junior",
    "A.",
    "M.",
    "D.",
    "V.",
    "J",
    "MD",
    "O'Hara",
    "McDonald",
    "C",
    "LI",
    "van",
]


def test_the_short_cut_for_plain_names_says_what_the_long_way_says(monkeypatch):
    names = [
        separator.join(words)
        for length in (2, 3)
        for words in product(PIECES, repeat=length)
        for separator in (" ", ", ")[: 4 - length]
    ]
    names += [f"{first}, {second} {third}" for first, second, third in product(PIECES, repeat=3)]
    short = {name: found for name in names if (found := plain_person(name))}
    assert len(short) > 900
    monkeypatch.setattr(single_name, "plain_person", lambda text: None)
    assert {name: person(name) for name in short} == short


def test_the_short_cut_for_two_fields_says_what_the_long_way_says(monkeypatch):
    given = [*PIECES, *(" ".join(words) for words in product(PIECES, repeat=2))]
    short = {parts: person_from_parts(*parts) for parts in product(PIECES, given)}
    monkeypatch.setattr(single_name, "plain_person", lambda text: None)
    assert {parts: person_from_parts(*parts) for parts in short} == short
