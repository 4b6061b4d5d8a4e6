"""Citation lines in the shapes of journals, catalogues and reference styles; and lines that are none."""

import pytest

from harvester.extraction.citation_line import may_be, of_work, parse

CITATIONS = [
    (
        "2023. Acta Linguistica 70: 195–218 (online June 6, 2023)",
        ("Acta Linguistica", "2023", "70", None, "195", "218"),
    ),
    (
        "Acta Palaeontologica 68 (4), 2023: 709-718 doi:10.5555/x.1",
        ("Acta Palaeontologica", "2023", "68", "4", "709", "718"),
    ),
    ("Annals of Things 19(2), 1-3, 2000-12 [Table of Contents]", ("Annals of Things", "2000-12", "19", "2", "1", "3")),
    ("Acta de Cosas 2011, (94)", ("Acta de Cosas", "2011", None, "94", None, None)),
    ("Revista de Cosas, 2005, 53 (1-2)", ("Revista de Cosas", "2005", "53", "1-2", None, None)),
    ("Things, 1955, 16 (6), pp.4-5. ⟨10.5555/th.1⟩. ⟨th-001⟩", ("Things", "1955", "16", "6", "4", "5")),
    ("Ent. News 25: 227-229 (1914)", ("Ent. News", "1914", "25", None, "227", "229")),
    ("Journal of Things (2009) 12(3) 1-10", ("Journal of Things", "2009", "12", "3", "1", "10")),
    ("Tourism Examples, 2010, 31(2): 15-20.", ("Tourism Examples", "2010", "31", "2", "15", "20")),
    ("J Things. 2015 Jun 3;56(2):120-31. doi: 10.5555/jt.3.", ("J Things", "2015 Jun 3", "56", "2", "120", "31")),
    ("J Things. 2015 Mar 12;56:120-131. [Epub ahead of print]", ("J Things", "2015 Mar 12", "56", None, "120", "131")),
    ("Fractal Things, VOL. 12, NO. 03n04, 2004", ("Fractal Things", "2004", "12", "03n04", None, None)),
    ("Vol. 7, No. 1 and 2, 2007", (None, "2007", "7", "1 and 2", None, None)),
    (
        "Review of Things, Vol. 47: 1-23 (Volume publication date August 2016)",
        ("Review of Things", "August 2016", "47", None, "1", "23"),
    ),
    (
        "Plant Things • January 2008 • Volume 146 • Number 1 • 12-19",
        ("Plant Things", "January 2008", "146", "1", "12", "19"),
    ),
    ("Annals of Things: Vol 34, No sup1", ("Annals of Things", None, "34", "sup1", None, None)),
    ("Journal of Things 12 (S1), 2004: 3-9", ("Journal of Things", "2004", "12", "S1", "3", "9")),
    (
        "Review of Things 2003 Volume 3: 112-115 ( 14 February )",
        ("Review of Things", "2003", "3", None, "112", "115"),
    ),
    (
        "Rev. bras. coisas ; 12(2): 141-150, abr.-jun. 2010. tab, graf",
        ("Rev. bras. coisas", "abr.-jun. 2010", "12", "2", "141", "150"),
    ),
    ("№ 5 (126). Август. 2012 г. С. 17-21 УДК 314.8", (None, "Август. 2012", None, "5", "17", "21")),
    ("Vol.52 No.- [2011]", (None, "2011", "52", None, None, None)),
    ("Veshch. Mat., 2011, Number 7, Pages 34–41 (Mi vvm7391)", ("Veshch. Mat", "2011", None, "7", "34", "41")),
    ("Revue des choses 41, 3 (2007) 289-315", ("Revue des choses", "2007", "41", "3", "289", "315")),
    (
        "Rev. Coisas Públ. vol.12 no.3 São Paulo July/Sept. 1998",
        ("Rev. Coisas Públ", "July/Sept. 1998", "12", "3", None, None),
    ),
    ("Rev. Lusa v.12 n.3 Lisboa jul./set. 1998", ("Rev. Lusa", "jul./set. 1998", "12", "3", None, None)),
    ("지의류학회지 1998년 12권 3호 45-67", ("지의류학회지", "1998", "12", "3", "45", "67")),
    ("지의류학회지 제12권 제3호 (1998) pp.45-67", ("지의류학회지", "1998", "12", "3", "45", "67")),
    ("지의류학회지 12권 3호", ("지의류학회지", None, "12", "3", None, None)),
    ("Zeszyty Kurze, 2012, nr 3, s. 21-32, tabl., bibliogr. 15 poz.", ("Zeszyty Kurze", "2012", None, "3", "21", "32")),
    ("Rivista di cose, XII, 3 (1998), pp. 45-67", ("Rivista di cose", "1998", "XII", "3", "45", "67")),
    (
        "In: Zeitschrift für Dinge. Bd. 12, 1998, H. 3, S. 45–67",
        ("Zeitschrift für Dinge", "1998", "12", "3", "45", "67"),
    ),
    ("Things Review · Volume 12 · Issue 3 · pp. 1-10", ("Things Review", None, "12", "3", "1", "10")),
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
    # A word that begins like one of theirs is no page "l" and no volume "c".
    (
        "Gender, Place & Culture, Vol. 21, No. 4, April 2014, pp. 436-53",
        ("Gender, Place & Culture", "April 2014", "21", "4", "436", "53"),
    ),
    ("Volcanology, Vol. 24, No. 1, 2013, pp. 52-63", ("Volcanology", "2013", "24", "1", "52", "63")),
    ("Volume 12Number 3", (None, None, "12", "3", None, None)),
    ("Journal of Things, 12 (3). pp. 1-10. ISSN 1234-5679", ("Journal of Things", None, "12", "3", "1", "10")),
    ("Journal of Things, v. 12, n. 3, p. 1-10, 2010", ("Journal of Things", "2010", "12", "3", "1", "10")),
    ("Journal of Things, v12 n3 p1-10 Jul 2010", ("Journal of Things", "Jul 2010", "12", "3", "1", "10")),
    ("Atmos. Things, 10, 1-20, 2010", ("Atmos. Things", "2010", "10", None, "1", "20")),
    ("Journal of Things, 12 (2010), 1-10", ("Journal of Things", "2010", "12", None, "1", "10")),
    ("Journal of Things 12.3 (2010): 1-10", ("Journal of Things", "2010", "12", "3", "1", "10")),
    ("J. Things 2010, 12, 3, 1–10", ("J. Things", "2010", "12", "3", "1", "10")),
    ("2010 J. Things A: Math. Gen. 43 123456", ("J. Things A: Math. Gen", "2010", "43", None, "123456", None)),
    (
        "Phys. Things X 12, 041027 – Published 1 January 2022",
        ("Phys. Things X", "1 January 2022", "12", None, "041027", None),
    ),
    ("March 12, 2010 107 (11) 1-10", (None, "March 12, 2010", "107", "11", "1", "10")),
    ("Journal of Things, 01 Feb 2014, 23(1):78-86", ("Journal of Things", "01 Feb 2014", "23", "1", "78", "86")),
    ("Front. Things, 12 March 2020 | Volume 11 - 2020", ("Front. Things", "12 March 2020", "11", None, None, None)),
    (
        "Vol. 35, No. 4 (Sep., 1945), pp. 519-530 (12 pages)",
        (None, "Sep., 1945", "35", "4", "519", "530"),
    ),
    (
        "Nucleic Things Res. 2012 Jan; 40(Database issue): D789–D796.",
        ("Nucleic Things Res", "2012 Jan", "40", "Database issue", "D789", "D796"),
    ),
    (
        "Published in: Trans. on Things ( Volume: 12, Issue: 3, March 2010)",
        ("Trans. on Things", "March 2010", "12", "3"),
    ),
    (
        "Revista de cosas, ISSN 0210-1963, Nº. 731, 2007, pags. 345-362",
        ("Revista de cosas", "2007", None, "731", "345"),
    ),
    (
        "Cosas, y más, ISSN 0210-1963, ISSN-e 1989-1816, Vol. 3, Nº. 12, 2007 (Ejemplar dedicado a: Mar), págs. 3-9",
        ("Cosas, y más", "2007", "3", "12", "3", "9"),
    ),
    ("vol. 12, núm. 3, julio-septiembre, 2010, pp. 1-10", (None, "julio-septiembre, 2010", "12", "3", "1", "10")),
    ("Volume 12, numéro 3, automne 2010, p. 1–10", (None, "automne 2010", "12", "3", "1", "10")),
    ("Матем. вещи, 2010, том 12, выпуск 3, страницы 1–10", ("Матем. вещи", "2010", "12", "3", "1", "10")),
    ("《圖書資訊例刊》 15卷2期 (2021/06) Pp. 1-24", ("圖書資訊例刊", "2021", "15", "2", "1", "24")),
    ("《例馆学刊》 2018年第3期45-53,共9页", ("例馆学刊", "2018", None, "3", "45", "53")),
    (
        "《例馆学刊》 CSSCI 北大核心 2018年第3期45-53,共9页 Examples",
        ("例馆学刊", "2018", None, "3", "45", "53"),
    ),
    ("Zprávy o věcech, 56, 2011 (4): 281-290", ("Zprávy o věcech", "2011", "56", "4", "281", "290")),
    (
        "J. of Things, Vol. 62, No. 1 (Mar., 1998), pp. 33-58 (article consists of 26 pages)",
        ("J. of Things", "Mar., 1998"),
    ),
    ("1: J Things. 2008 Mar;48(3):415-22. Epub 2007 Dec 26. Links", ("J Things", "2008 Mar", "48", "3", "415", "22")),
    ("In: Zeitschrift für Dinge, 61 (2015) 4, S. 512-531", ("Zeitschrift für Dinge", "2015", "61", "4", "512", "531")),
    ("Acta Things (2021) 217 117125", ("Acta Things", "2021", "217", None, "117125", None)),
    ("Volume 52, Number 3 / May, 2007", (None, "May, 2007", "52", "3")),
    ("Матем. вещи. — 2008. — Т. 15, № 3. — С. 381-385.", ("Матем. вещи", "2008", "15", "3", "381", "385")),
    ("Матем. вещи. – 2010. – Вып. 3. – С. 1–10. — Библиогр.: 14 назв.", ("Матем. вещи", "2010", None, "3", "1", "10")),
    ("Published in JOURNAL OF THINGS 73(5):660–667; 2009.", ("JOURNAL OF THINGS", "2009", "73", "5", "660", "667")),
    ("Journal of Things 73:5 (2009), pp. 660–667", ("Journal of Things", "2009", "73", "5", "660", "667")),
    ("Матем. вещи, 77:5 (2005), 656–664", ("Матем. вещи", "2005", "77", "5", "656", "664")),
    ("Vol.46 No.3 [2015]", (None, "2015", "46", "3")),
    ("Vol. 12 No. 3 (2010): Things of June", (None, "2010", "12", "3", None, None)),
    # What stands behind a citation: history, rights, addresses.
    (
        "Things 456, 88-91 (6 November 2008) | doi:10.5555/th.1; Received 1 June 2008; Accepted 19 September 2008",
        ("Things", "6 November 2008", "456", None, "88", "91"),
    ),
    ("Things Res 2008;12:173-180 (DOI: 10.5555/000123456)", ("Things Res", "2008", "12", None, "173", "180")),
    (
        "Things 2006;332:19-22 (7 January), doi:10.5555/th.38678 (published 22 December 2005)",
        ("Things", "2006", "332", None, "19", "22"),
    ),
    ("Things 12:1-12, 2008 | DOI: 10.5555/1/2008-T", ("Things", "2008", "12", None, "1", "12")),
    ("Things 353:1-12 (2008) - doi:10.5555/things00001", ("Things", "2008", "353", None, "1", "12")),
    ("Vol 12 No 3 (2008) | Published: 2008-03-12", (None, "2008", "12", "3", None, None)),
    (
        "Am J Things 295: H1-H12, 2008. First published May 1, 2008; doi:10.5555/things.00123.2008",
        ("Am J Things", "2008", "295", None, "H1", "H12"),
    ),
    (
        "Journal of Things (2008), 18:3:293-311 Cambridge University Press",
        ("Journal of Things", "2008", "18", "3", "293", "311"),
    ),
    (
        "Things, 12, 1–12, 2008 www.things.example/12/1/2008/ © Author(s) 2008.",
        ("Things", "2008", "12", None, "1", "12"),
    ),
    (
        "J. Things, 2008, Vol. 12, No. 3, pp. 1-12. © Press of Things, Ltd., 2008.",
        ("J. Things", "2008", "12", "3", "1", "12"),
    ),
    (
        "Genetics of Things, Vol. 178, 1-12, January 2008, Copyright © 2008",
        ("Genetics of Things", "January 2008", "178", None, "1", "12"),
    ),
    (
        "Journal of Things; Mar2008, Vol. 12 Issue 3, p145-152, 8p, 2 Charts, 1 Graph",
        ("Journal of Things", "Mar2008", "12", "3", "145", "152"),
    ),
    # What words name.
    ("Volume 2008 (2008), Article ID 123456, 12 pages", (None, "2008", "2008", None, "123456", None)),
    (
        "Things, vol. 2014, Article ID 123456, 9 pages, 2014. https://doi.org/10.5555/2014/123456",
        ("Things", "2014", "2014", None, "123456", None),
    ),
    ("Reports on Things volume 7, Article number: 1234 (2017)", ("Reports on Things", "2017", "7", None, "1234", None)),
    (
        "Trans. Things. 12, 3, Article 34 (May 2017), 28 pages",
        ("Trans. Things", "May 2017", "12", "3", "34", None),
    ),
    (
        "Transactions on Things (TOT), Volume 12, Issue 3, Article No.: 34, Pages 1 - 28",
        ("Transactions on Things (TOT)", None, "12", "3", "1", "28"),
    ),
    ("Volume 12, Issue 3, March 2008 Page(s):1 - 12", (None, "March 2008", "12", "3", "1", "12")),
    ("Year : 2008 | Volume : 12 | Issue : 3 | Page : 1-12", (None, "2008", "12", "3", "1", "12")),
    ("Yıl 2008, Cilt: 12 Sayı: 3, 1 - 12, 31.03.2008", (None, "31.03.2008", "12", "3", "1", "12")),
    (
        "Proceedings of the 12th conference on Things, Pages: 1-12, Year of Publication: 2008",
        ("Proceedings of the 12th conference on Things", "2008", None, None, "1", "12"),
    ),
    ("N Engl J Things Volume 358:1-12 January 3, 2008 Number 1", ("N Engl J Things", "January 3, 2008", "358", "1")),
    (
        "Journal of Things, Vol 26, No 1 (January 1), 2008: pp. 1-12",
        ("Journal of Things", "January 1, 2008", "26", "1", "1", "12"),
    ),
    ("2008/3 (Vol. 12), pp. 1-12", (None, "2008", "12", "3", "1", "12")),
    ("Revue des choses 2008/3 (n° 12), p. 1-12.", ("Revue des choses", "2008", "12", "3", "1", "12")),
    ("2008/3 - Volume 12, pages 1 à 12", (None, "2008", "12", "3", "1", "12")),
    ("Zeitschrift für Dinge, Jg. 12, H. 3, 2008, S. 1-12", ("Zeitschrift für Dinge", "2008", "12", "3", "1", "12")),
    ("Jg. 12 Nr. 3 (2008)", (None, "2008", "12", "3", None, None)),
    ("Listy o věcech, roč. 12, č. 3, s. 1-12, 2008", ("Listy o věcech", "2008", "12", "3", "1", "12")),
    ("Rocznik 2008 | Tom 12 | Numer 3 | Strony 1-12", (None, "2008", "12", "3", "1", "12")),
    ("Population Année 1999 Volume 54 Numéro 3 pp. 421-448", ("Population", "1999", "54", "3", "421", "448")),
    ("In: Population, 54ᵉ année, n°3, 1999. pp. 421-448.", ("Population", "1999", "54", "3", "421", "448")),
    ("Gallinae, anno LIV, fasc. 3, 1999, pp. 421-448", ("Gallinae", "1999", "LIV", "3", "421", "448")),
    ("Rivista dei polli, a. LIV, n. 3, 1999, pp. 4-9", ("Rivista dei polli", "1999", "LIV", "3", "4", "9")),
    ("Quaderni, 54 (1999), fasc. 3, pp. 421-448", ("Quaderni", "1999", "54", "3", "421", "448")),
    ("Gallinas, año 54, núm. 3, 1999, pp. 421-448", ("Gallinas", "1999", "54", "3", "421", "448")),
    (
        "Bulletin des poules. Volume 12, livraison 1, 1999. pp. 3-9.",
        ("Bulletin des poules", "1999", "12", "1", "3", "9"),
    ),
    # What order and signs tell.
    ("Zeitschrift für Dinge. - 12(2008), 3, S. 1-12", ("Zeitschrift für Dinge", "2008", "12", "3", "1", "12")),
    ("Zeitschrift für Dinge 12.2008,3, S. 1-12", ("Zeitschrift für Dinge", "2008", "12", "3", "1", "12")),
    ("Acta Things (2008). A64, 1-12", ("Acta Things", "2008", "A64", None, "1", "12")),
    ("Thing Informatics 2007 23(1):1-8", ("Thing Informatics", "2007", "23", "1", "1", "8")),
    ("Proc. Natl. Acad. Things USA 2008 105:1-6", ("Proc. Natl. Acad. Things USA", "2008", "105", None, "1", "6")),
    ("J Med Things 2008 (Jan 12); 10(1):e1", ("J Med Things", "2008 (Jan 12)", "10", "1", "e1", None)),
    ("Synthesis of Things 2008(12): 1891-1897", ("Synthesis of Things", "2008", "2008", "12", "1891", "1897")),
    ("Chem. Thing., 2008, 1123 - 1125, DOI: 10.5555/b712345a", ("Chem. Thing", "2008", None, None, "1123", "1125")),
    (
        "A C Doe et al 2008 New J. Things 10 013001 (12pp) doi: 10.5555/1367",
        ("New J. Things", "2008", "10", None, "013001", None),
    ),
    ("J. Things Sci., 12: 1-12.", ("J. Things Sci", None, "12", None, "1", "12")),
    ("2008 年 12 巻 3 号 p. 1-12", (None, "2008", "12", "3", "1", "12")),
    ("例学会誌 12巻 3号 2008 pp.1-12", ("例学会誌", "2008", "12", "3", "1", "12")),
    ("12 巻 (2008) 3 号 p. 1-12", (None, "2008", "12", "3", "1", "12")),
]


@pytest.mark.parametrize(("line", "parts"), CITATIONS, ids=[line for line, _ in CITATIONS])
def test_a_citation_line_gives_its_parts(line, parts):
    assert parse(line)[: len(parts)] == parts
    assert may_be(line), "the cheap look refuses what the patterns read"


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
        "Vienna, Austria, July 12-14, 2010",
        "Received 12 Jan 2011, Accepted 01 Oct 2012",
        "Posted on March 12, 2010 107 comments",
        "ISSN 1234-5678, Vol. 3",
        "A reading of Genesis 1:1-5",
        "Monday 3 March 2008 10:30",
        "Monday 3 March 2008 10:30-11",
        "Opening hours, 2008, 10-18",
    ],
)
def test_prose_and_menus_are_no_citations(line):
    assert parse(line) is None


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        (
            "On Hens / J. Doe, R. Roe // Functional Hens. — 2008. — Т. 15, № 3. — С. 381-385.",
            ("Functional Hens", "2008", "15", "3", "381", "385"),
        ),
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


@pytest.mark.parametrize(
    "line", ["Version 1.2 (2010): 3", "Chapter 12 (2010) 1-10", "Table 3, 12-14, 2010", "Total views 1,234 (2010)"]
)
def test_a_work_is_published_in_no_version_and_no_table(line):
    assert of_work(line, "") is None
