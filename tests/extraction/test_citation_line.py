"""Citation lines in the shapes of journals, catalogues and reference styles; and lines that are none."""

import pytest

from harvester.extraction.citation_line import of_work, parse

CITATIONS = [
    (
        "2023. Acta Linguistica 70: 195–218 (online June 6, 2023)",
        ("Acta Linguistica", "2023", "70", None, "195", "218"),
    ),
    (
        "Acta Palaeontologica 68 (4), 2023: 709-718 doi:10.5555/x.1",
        ("Acta Palaeontologica", "2023", "68", "4", "709", "718"),
    ),
    ("Ent. News 25: 227-229 (1914)", ("Ent. News", "1914", "25", None, "227", "229")),
    ("Journal of Things (2009) 12(3) 1-10", ("Journal of Things", "2009", "12", "3", "1", "10")),
    ("Tourism Examples, 2010, 31(2): 15-20.", ("Tourism Examples", "2010", "31", "2", "15", "20")),
    ("J Things. 2015 Jun 3;56(2):120-31. doi: 10.5555/jt.3.", ("J Things", "2015 Jun 3", "56", "2", "120", "31")),
    ("J Things. 2015 Mar 12;56:120-131. [Epub ahead of print]", ("J Things", "2015 Mar 12", "56", None, "120", "131")),
    ("52(4):789-96", (None, None, "52", "4", "789", "96")),
    ("Volume 25, Number 10", (None, None, "25", "10", None, None)),
    ("Volume 25, Number 10 - 5 October 2020", (None, "5 October 2020", "25", "10", None, None)),
    ("Volume 278, Issues 4–6, 31 October 1997, Pages 285-290", (None, "31 October 1997", "278", "4-6", "285", "290")),
    ("Letters on Things, Vol. 12, No. 3 (2012), pp. 1-10", ("Letters on Things", "2012", "12", "3", "1", "10")),
    (
        "Journal of ThingsVolume 62, Issue 1, 2020, Pages 321-336",
        ("Journal of Things", "2020", "62", "1", "321", "336"),
    ),
    (
        "Proc. 7th Conf. on Things 2020January 2021 Pages 37–38",
        ("Proc. 7th Conf. on Things 2020", "January 2021", None, None, "37", "38"),
    ),
    (
        "Annals, Volume 21 Issue 1, Page 49-66, ISSN 0001-0006 Available Online Jul 2010",
        ("Annals", None, "21", "1", "49", "66"),
    ),
    ("Nature of Things volume 585, pages 1–2 (2020)", ("Nature of Things", "2020", "585", None, "1", "2")),
    ("Bd. 12 Nr. 3 (2012)", (None, "2012", "12", "3", None, None)),
    ("Issue 58, Fall 2013", (None, "Fall 2013", None, "58", None, None)),
    ("1999年21卷01期 11-24页", (None, "1999", "21", "01", "11", "24")),
    ("植物例刊 1999年21卷01期 11-24页", ("植物例刊", "1999", "21", "01", "11", "24")),
    ("1987年12期", (None, "1987", None, "12", None, None)),
    ("2020年第37卷第2期", (None, "2020", "37", "2", None, None)),
]


@pytest.mark.parametrize(("line", "parts"), CITATIONS, ids=[line for line, _ in CITATIONS])
def test_a_citation_line_gives_its_parts(line, parts):
    assert parse(line) == parts


@pytest.mark.parametrize(
    "line",
    [
        "",
        "pp. 3-12",
        "We read Volume 25 in 2020.",
        "Volume 3 is lost.",
        "Home > Journals > Volume 25",
        "Showing 1-10 of 25",
        "Call us: 555 (12): 34",
        "12:30-13:30 (2020)",
        "See Doe (2004) and Roe (2005), pages 3-4 of the report by Poe",
        "x" * 5_000 + " 12(3): 4-5",
    ],
)
def test_prose_and_menus_are_no_citations(line):
    assert parse(line) is None


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        (
            "Doe J (2019) On Hens. PLoS ONE 14(4): e21. https://doi.org/10.5555/h",
            ("PLoS ONE", "2019", "14", "4", "e21", None),
        ),
        ("Cite this article as: eLife 2019;8:e44753", ("eLife", "2019", "8", None, "e44753", None)),
        ("文章引用：王一. On Hens[J]. 现代例刊, 2018, 8(2): 7-16.", ("现代例刊", "2018", "8", "2", "7", "16")),
    ],
)
def test_a_reference_to_the_work_is_read_behind_its_title(line, parts):
    assert of_work(line, "On Hens") == parts


def test_a_reference_to_another_work_is_left_alone():
    assert of_work("Doe J (2019) On Ducks. PLoS ONE 14(4): e21.", "On Hens") is None
