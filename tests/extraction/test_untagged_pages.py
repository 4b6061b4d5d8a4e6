"""Article pages as journals had them before tags: source, byline and abstract in the text alone."""

import pytest

from harvester.extraction import examine
from harvester.page import Page

TITLE = "Umbrellas in the lost property offices of two railways"
PROSE = (
    "We read the ledgers of two lost property offices for the years from 1920 to 1980 and counted the umbrellas by "
    "month. Rain explains a third of what was lost, and the age of the trains another third. What was found again "
    "depended on the clerks alone. We discuss what such ledgers tell of the towns along the lines, and what they hide."
)
MENU = "<div><a href='/'>Home</a> | <a href='/search'>Search</a> | <a href='/login'>Login</a></div>"
PLACES = "<p><sup>1</sup>University of X, X-town, USA<br><sup>2</sup>Institute of Y, Y-town, USA</p>"
NAMES = "<p>Jane A. Doe<sup>1</sup>, Rui Poe<sup>1,2</sup> and John Roe<sup>2</sup></p>"
THREE = ["Jane A. Doe", "Rui Poe", "John Roe"]
HEADED = f"<h2>{TITLE}</h2>{NAMES}{PLACES}"

PAGES = {
    "history behind the source": (
        f"<p><i>Things</i> 456, 88-91 (6 November 2008) | doi:10.5555/th.1; Received 1 June 2008; Accepted 9 June 2008"
        f"</p>{HEADED}<p>Correspondence to: Correspondence and requests for umbrellas and other materials should be "
        f"addressed to J.R. at the office (Email: j@example.org), from nine to noon.</p><p>{PROSE}</p><h3>MORE</h3>",
        f"{TITLE} : Abstract : Things",
        ("Things", "2008-11-06", "456", None, "88", "91"),
    ),
    "source in two lines": (
        f"<p><i>Science of Things</i> 12 September 2008:<br>Vol. 321. no. 5895, pp. 1420 - 1424</p>{HEADED}<p>{PROSE}",
        f"{TITLE} -- Doe et al. 321 (5895): 1420 -- Science of Things",
        ("Science of Things", "2008-09-12", "321", "5895", "1420", "1424"),
    ),
    "the title element has the issue": (
        f"<p>Things 2006;332:19-22 (7 January), doi:10.5555/th.2</p>{HEADED}<p>Abstract</p><p>{PROSE}</p>",
        f"{TITLE} -- Doe et al. 332 (7532): 19 -- Things",
        ("Things", "2006", "332", "7532", "19", "22"),
    ),
    "the title element names the journal": (
        f"{HEADED}<p><i>Umbrella Quarterly</i></p><p>Vol. 78, No. 3 (Jul., 2008), pp. 265-290</p>"
        f"<h3>Abstract</h3>{PROSE}",
        "JLIB: Umbrella Quarterly, Vol. 78, No. 3 (Jul., 2008), pp. 265-290",
        ("Umbrella Quarterly", "2008-07", "78", "3", "265", "290"),
    ),
    "article numbers": (
        f"<p>International Journal of Things<br>Volume 2008 (2008), Article ID 123456, 12 pages</p>{HEADED}"
        f"<h4>Abstract</h4><p>{PROSE}</p>",
        TITLE,
        ("International Journal of Things", "2008", "2008", None, "123456", None),
    ),
    "two references, one with the date": (
        f"<p>Volume 57 Issue 3 Page 262-273, February 2007</p><p>To cite this article: Jane A. Doe, Rui Poe, John Roe "
        f"(2007) <br>{TITLE}<br><i>Journal of Things</i> 57 (3), 262–273.</p><p><b>{TITLE}</b></p>{NAMES}{PLACES}"
        f"<h3>Abstract</h3><p>{PROSE}</p>",
        "J Things, Volume 57 Issue 3 Page 262-273, February 2007 (Article Abstract)",
        ("Journal of Things", "2007-02", "57", "3", "262", "273"),
    ),
    "fields between title and names": (
        f"<h1>{TITLE}</h1><table><tr><td>Journal<td>Archives of Things<tr><td>ISSN<td>0378-5955<tr><td>Issue"
        f"<td>Volume 12, Number 3 / June, 2008<tr><td>Pages<td>211-227<tr><td>Publisher<td>Press of X"
        f"<tr><td>DOI<td>10.5555/th.5<tr><td>Subject<td>Things</table>"
        f"{NAMES}<p>(1) University of X, X-town, USA</p><p>(2) Institute of Y, Y-town, USA</p>"
        f"<p><b>Abstract</b> {PROSE}</p><p><b>Keywords:</b> Umbrellas - Ledgers</p>",
        "Journal Article",
        ("Archives of Things", "2008-06", "12", "3", "211", "227"),
    ),
    "neither heading nor title element": (
        f"<table><tr><td>1: J Things. 2005 Jan;43(1):1-8. Epub 2004 Dec 12.<td>Related Articles, Links</table>"
        f"<p><b>{TITLE}.</b></p><p>Jane A. Doe, Rui Poe, John Roe.</p><p>Institute of Y, Y-town</p><p>{PROSE}</p>"
        f"<p>PMID: 15635410 [indexed]</p>",
        "Entrez",
        ("J Things", "2005-01", "43", "1", "1", "8"),
    ),
    "degrees and addresses below a reference": (
        f"<p>Journal of Things</p><h1>{TITLE}</h1><p>To cite this article:<br>Jane A. Doe, Rui Poe, John Roe. Journal "
        f"of Things. March 1, 2008, 12(3): 385-396. doi:10.5555/th.3.</p><p>Volume: 12 Issue: 3: March 28, 2008</p>"
        f"<p>Jane A. Doe, Ph.D.</p><p>University of X, X-town.</p><p>Rui Poe, M.D.</p><p>Institute of Y, Y-town.</p>"
        f"<p>John Roe, M.D.</p><p>Institute of Y, Y-town.</p><h3>ABSTRACT</h3><p>{PROSE}</p>",
        "Things Press - Journal of Things - 12(3):385 - Abstract",
        (None, "2008-03", "12", "3", "385", "396"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "title", "source"), PAGES.values(), ids=list(PAGES))
def test_a_page_without_tags_gives_its_record(body, title, source):
    html = f"<html><head><title>{title}</title></head><body>{MENU}{body}<p>Copyright 2009</p></body></html>"
    examined = examine(Page("https://journal.example.org/cgi/7", html.encode()))
    assert examined.verdict.kind.value == "article", examined.verdict.reason
    work = examined.work
    assert (work.title.rstrip("."), [each.name for each in work.authors], work.abstract) == (TITLE, THREE, PROSE)
    journal, published, *places = source
    assert work.container_title == journal
    assert work.published.startswith(published)
    assert [work.volume, work.issue, work.first_page or work.article_number, work.last_page] == places


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("Jane A. Doe, lecturer in things<sup>1</sup>, Rui Poe, professor<sup>2</sup>", THREE[:2]),
        ("Jane A. Doe<sup>a</sup>, Rui Poe<sup>b, <a href='#c'>Corresponding Author</a></sup>", THREE[:2]),
        ("Jane A. Doe, M.D. and Rui Poe, Ph.D., M.P.H.", THREE[:2]),
    ],
)
def test_roles_degrees_and_notes_are_no_names(byline, expected):
    html = f"<title>{TITLE}</title><h1>{TITLE}</h1><p>{byline}</p><p>Things 12 (3), 45-67 (2008)</p><p>{PROSE}</p>"
    work = examine(Page("https://journal.example.org/7", html.encode())).work
    assert [each.name for each in work.authors] == expected


def test_two_cited_works_make_no_title_of_what_stands_between_source_and_names():
    item = (
        "<p>1: J Things. 200{0} Jan;4{0}(1):1-8.</p><p>Umbrellas of the town {0}: a survey</p><p>Jane Doe, Rui Poe</p>"
    )
    html = f"<title>Results</title>{MENU}" + "".join(item.format(number) for number in range(3))
    assert examine(Page("https://journal.example.org/q", html.encode())).work is None


def test_a_record_of_a_database_names_source_date_and_authors():
    rows = {
        "Title": TITLE,
        "Authors": "Doe, Jane A.<sup>1</sup> j@example.org<br>Poe, Rui<sup>2</sup>",
        "Source": "Journal of Things; Mar2008, Vol. 12 Issue 3, p145-152, 8p, 2 Charts",
        "Publication year": "2008",
        "Publication date": "Mar 2008",
        "Abstract": PROSE,
        "DOI": "10.5555/th.4",
    }
    table = "".join(f"<tr><td>{label}:<td>{value}" for label, value in rows.items())
    html = f"<title>Record</title><h2>Record: 1</h2><table>{table}</table>"
    work = examine(Page("https://db.example.org/?id=4", html.encode())).work
    assert [each.name for each in work.authors] == ["Doe, Jane A.", "Poe, Rui"]
    assert (work.container_title, work.published, work.issue) == ("Journal of Things", "2008-03", "3")


def _untagged(body: str, title: str = TITLE, address: str = "https://journal.example.org/a/7"):
    return examine(Page(address, f"<html><head><title>{title}</title></head><body>{MENU}{body}</body></html>".encode()))


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("Published 12 May 2020", "2020-05-12"),
        ("Published on 28 February 1997", "1997-02-28"),
        ("First published: 12 May 2020", "2020-05-12"),
        ("Article first published online: 12 MAY 2020", "2020-05-12"),
        ("Available online May 12, 2020.", "2020-05-12"),
        ("Posted May 12, 2020.", "2020-05-12"),
        ("Publié le 12 mai 2020", "2020-05-12"),
        ("Epub 2020 May 12", "2020-05-12"),
        ("Issue Date May 2020", "2020-05"),
        ("Published by Things Press, 2020", None),
        ("Published works of 12 authors, 2020", None),
    ],
)
def test_a_line_begins_with_the_word_for_the_date_and_needs_no_colon(line, published):
    body = f"<h1>{TITLE}</h1>{NAMES}{PLACES}<p>{line}</p><p>Things 12 (3): 45-67</p><h3>Abstract</h3><p>{PROSE}</p>"
    news = "<h2>News</h2><p>From now on we print in colour.</p><p>Publication date: 30 January 2021.</p>"
    assert _untagged(body + news).work.published == published


def test_the_date_nearest_to_the_title_is_the_works():
    other = "<p>Another work on hats</p><p>Published 1 June 2021</p>"
    body = f"<h1>{TITLE}</h1>{NAMES}<p>Published 12 May 2020</p><h3>Abstract</h3><p>{PROSE}</p>{other}"
    assert _untagged(body).work.published == "2020-05-12"


@pytest.mark.parametrize(
    ("reference", "authors"),
    [
        ("Doe JA, Poe R, Roe J (2009) {}. Things 12(3): 45-67.", ["Doe, JA", "Poe, R", "Roe, J"]),
        ("Doe, J. A., R. Poe, and J. Roe. 2009. {}. Things 12(3): 45-67.", ["Doe, J. A.", "Poe, R.", "Roe, J."]),
        ("Doe, J. A., Poe, R., &amp; Roe, J. (2009). {}. Things, 12(3), 45-67.", ["Doe, J. A.", "Poe, R.", "Roe, J."]),
        (
            "Jane A. Doe, Rui Poe. {}. Things, 2009, 12 (3), pp.45-67. ⟨10.5555/th.9⟩. ⟨th-9⟩",
            ["Doe, Jane A.", "Rui Poe"],
        ),
        ("Editorial Office. {}. Things, 2009, 12 (3), pp.45-67.", []),
        ("{}. Things, 2009, 12 (3), pp.45-67.", []),
        ("Doe JA, Poe R, Roe J, et al. (2009) {}. Things 12(3): 45-67.", []),
    ],
)
def test_the_reference_by_which_to_cite_names_the_authors_where_no_byline_does(reference, authors):
    body = f"<h1>{TITLE}</h1><h3>Abstract</h3><p>{PROSE}</p><h3>How to cite</h3><p>{reference.format(TITLE)}</p>"
    work = _untagged(body).work
    assert [each.label for each in work.authors] == authors
    assert (work.container_title, work.volume, work.issue, work.first_page) == ("Things", "12", "3", "45")


def test_a_byline_is_believed_before_the_reference():
    reference = f"Doe JA, Poe R, Roe J (2009) {TITLE}. Things 12(3): 45-67."
    body = f"<h1>{TITLE}</h1>{NAMES}<h3>Abstract</h3><p>{PROSE}</p><h3>How to cite</h3><p>{reference}</p>"
    assert [each.name for each in _untagged(body).work.authors] == THREE


def test_a_column_of_names_may_have_the_word_between_them_at_the_ends():
    names = "<p>J. A. Doe<sup>1</sup> &amp;</p><p>Rui Poe<sup>1</sup> and</p><p>John Roe<sup>2</sup></p>"
    body = f"<h1>{TITLE}</h1>{names}<p>Things 12 (3): 45-67 (2009)</p><h3>Abstract</h3><p>{PROSE}</p>"
    assert [each.name for each in _untagged(body).work.authors] == ["J. A. Doe", "Rui Poe", "John Roe"]


def test_chinese_authors_stand_in_front_of_a_colon_and_their_institutions_behind_it():
    title, text = "两条铁路失物招领处的雨伞研究", "本文阅读了两个失物招领处的账本，并按月统计了雨伞的数量，" * 6
    people = "<p>作者: 张 三, 李四：某某大学，北京；王五：某某研究所，上海</p>"
    work = _untagged(f"<h1>{title}</h1>{people}<p>关键词: 雨伞；铁路</p><p>摘要: {text}</p>", title).work
    assert [each.name for each in work.authors] == ["张三", "李四", "王五"]
    assert [each.raw for each in work.affiliations] == ["某某大学，北京", "某某研究所，上海"]
    assert [each.affiliations for each in work.authors] == [[0], [0], [1]]


def test_links_behind_each_reference_do_not_make_a_list():
    references = "".join(f"<p>{at}. Roe J. Umbrellas. Things {at}: 1-9.</p><p>View Article</p>" for at in range(1, 9))
    body = f"<h1>{TITLE}</h1>{NAMES}{PLACES}<h3>Abstract</h3><p>{PROSE}</p><h2>References</h2>{references}"
    assert _untagged(body).verdict.kind.value == "article"
    items = "".join(f"<h3>Umbrellas of town {at}</h3><p>View Article</p>" for at in range(9))
    assert _untagged(f"<h1>Papers</h1>{items}", "Papers").verdict.kind.value == "multi"


def test_the_page_of_a_data_set_has_a_doi_and_a_description():
    body = f"<h1>{TITLE}</h1><h2>Overview</h2><p>DOI</p><p>10.5555/th.8</p><h2>Description</h2><p>{PROSE}</p>"
    work = _untagged(body).work
    assert (work.title, work.doi, work.abstract) == (TITLE, "10.5555/th.8", PROSE)


def test_a_subtitle_between_the_title_and_its_journal_belongs_to_neither():
    title = f"{TITLE}: A Study With Ledgers: Annals of Things: Vol 12, No 3"
    body = f"<h1>{TITLE}</h1><p>A Study With Ledgers</p>{NAMES}<h3>Abstract</h3><p>{PROSE}</p>"
    work = _untagged(body, title).work
    assert (work.container_title, work.volume, work.issue) == ("Annals of Things", "12", "3")


def test_a_column_of_names_is_read_to_its_end():
    names = [
        f"{given} Longname" for given in ("Ada", "Ben", "Cora", "Dan", "Eva", "Finn", "Gus", "Hal", "Ida", "Jo", "Kim")
    ]
    column = "".join(f"<p>{name},</p>" for name in names)
    body = f"<h1>{TITLE}</h1>{column}<p>Things 12 (3): 45-67 (2009)</p><h3>Abstract</h3><p>{PROSE}</p>"
    assert [each.name for each in _untagged(body).work.authors] == names


def test_roles_and_labelled_institutions_stand_below_each_name():
    person = "<p>{} ,</p><p>Roles Software, Writing – original draft</p><p>Affiliation {}, X-town, Y</p><p>⨯</p>"
    people = {"Jane A. Doe": "Sea Lab", "Rui Poe": "Hens Inc", "John Roe": "Institute of Y"}
    blocks = "".join(person.format(name, place) for name, place in people.items())
    body = f"<h1>{TITLE}</h1>{blocks}<p>Things 12 (3): 45-67 (2009)</p><h3>Abstract</h3><p>{PROSE}</p>"
    work = _untagged(body).work
    assert [each.name for each in work.authors] == THREE
    assert [each.raw for each in work.affiliations] == [f"{place}, X-town, Y" for place in people.values()]


@pytest.mark.parametrize(
    ("byline", "published"),
    [
        ("par Jane A. Doe , le 15 septembre 2009", "2009-09-15"),
        ("By Jane A. Doe | March 3, 2009", "2009-03-03"),
        ("By Jane A. Doe", None),
    ],
)
def test_the_date_behind_a_byline_is_the_works(byline, published):
    body = f"<h1>{TITLE}</h1><p>{byline}</p><h3>Abstract</h3><p>{PROSE}</p>"
    assert _untagged(body).work.published == published


ABSTRACT = f"<h3>Abstract</h3><p>{PROSE}</p>"


def test_a_badge_in_front_of_the_title_is_no_part_of_it():
    for badge in ("March/April 2014 ", "Research Article"):
        body = f"<div>{badge}{TITLE}</div><p>Jane A. Doe, Rui Poe</p><p>Things 19(3/4): 245-282</p>{ABSTRACT}"
        assert _untagged(body).work.title == TITLE, badge
    way = f"<div>Home > Studies > {TITLE}</div><p>Jane A. Doe, Rui Poe</p><p>A second page on them</p><p>{PROSE}</p>"
    assert _untagged(way).work is None


def test_the_title_may_stand_below_a_menu_of_any_length():
    menu = "".join(f"<li>Collection of hens number {at}</li>" for at in range(200))
    body = f"<ul>{menu}</ul><p>Things 12(3): 45-67</p><p>{TITLE}</p><p>Jane A. Doe, Rui Poe</p>{ABSTRACT}"
    work = _untagged(body, f"{TITLE} - Library of Hens").work
    assert (work.title, [each.name for each in work.authors]) == (TITLE, ["Jane A. Doe", "Rui Poe"])


def test_a_heading_of_a_menu_far_down_is_no_title():
    menu = "".join(f"<li>Collection of hens number {at}</li>" for at in range(200))
    references = "<h3>References</h3><p>1. Roe J. Hens. Things 1: 1-9.</p>"
    body = (
        f"{ABSTRACT}<h3>Keywords</h3><p>hens, roads</p>{references}<ul>{menu}</ul><h2>A simple directory of hens</h2>"
    )
    work = _untagged(f"{body}<p>Getting Started</p><p>Hen Education</p>", "Library of Hens").work
    assert work is None or work.title != "A simple directory of hens"


def test_the_title_stands_above_all_lines_of_the_byline():
    people = "".join(
        f"<p>{name}, University of X, X-town</p><p>{name[:4].strip()} [at] x.example</p>"
        for name in ("Jane A. Doe", "Rui Poe", "John Roe", "Lea Goe")
    )
    work = _untagged(f"<h3>Things Magazine</h3><p>May 2017</p><h3>{TITLE}</h3>{people}{ABSTRACT}", "").work
    assert (work.title, len(work.authors)) == (TITLE, 4)


def test_what_all_pages_of_a_site_are_called_is_no_title():
    body = f"<h1>Document details</h1><p>Things, Volume 62, Issue 1, 2020, Pages 321-336</p><h2>{TITLE}</h2>{NAMES}"
    assert _untagged(f"{body}{ABSTRACT}", "Library - Document details").work.title == TITLE


def test_of_a_reference_the_title_is_what_stands_in_quotes():
    journal = "Annals of Umbrellas of Two Railways and of the Hens in the Towns"
    cited = f'Jane A. Doe. Rui Poe. "{TITLE}." {journal} 19 (3/4) 245 - 282, March/April 2014. https://doi.org/10.5/th'
    body = f"<p>{TITLE}</p><p>Jane A. Doe, Rui Poe</p>{ABSTRACT}<p>Citation</p><p>{cited}</p><p>{journal}</p>"
    head = "<meta name=citation_doi content=10.5555/th.12>"
    shown = f"<html><head><title>Papers</title>{head}</head><body>{body}</body></html>"
    assert examine(Page("https://example.org/7", shown.encode())).work.title == TITLE


def test_the_way_to_a_page_and_what_announces_a_source_are_no_journal():
    for source in (
        "Home > Annals of Umbrellas > 2011, (94)",
        "Publication: Annals of UmbrellasJanuary 2011 Pages 371–372",
    ):
        body = f"<p>{source}</p>{HEADED}{ABSTRACT}"
        assert _untagged(body).work.container_title == "Annals of Umbrellas", source


def test_a_chinese_reference_has_the_journal_behind_the_kind_of_work():
    title, text = "两条铁路失物招领处的雨伞研究", "本文阅读了两个失物招领处的账本，并按月统计了雨伞的数量，" * 6
    cited = "赵培. 失物招领处雨伞之研究[J]. 雨伞研究, 2018, 8(2): 7-16."
    work = _untagged(f"<h1>{title}</h1><p>作者: 赵培</p><p>摘要: {text}</p><p>{cited}</p>", title).work
    assert (work.container_title, work.volume, work.first_page) == ("雨伞研究", "8", "7")


def test_a_single_name_above_its_source_may_have_the_sign_of_a_list():
    body = f"<h1>{TITLE}</h1><p>Jane A. Doe ;</p><p>Annals of Umbrellas 2011, (94)</p><p>{PROSE}</p>"
    work = _untagged(body).work
    assert ([each.name for each in work.authors], work.issue) == (["Jane A. Doe"], "94")


def test_headings_of_the_article_make_no_abstract():
    head = (
        "What the clerks of office {} wrote about umbrellas and hens between 1920 and 1980 in the towns along the lines"
    )
    heads = "".join(f"<p>{head.format(at)} of both of the railways of the north</p>" for at in range(7))
    body = f"{HEADED}<p>DOI: 10.5555/th.10</p><p>Keywords: hens, umbrellas</p><p>Abstract</p>{heads}"
    assert _untagged(body).work.abstract is None


def test_the_doi_of_a_part_is_the_works_where_the_pages_address_has_it():
    body = f"<p>DOI: 10.5555/book.7</p>{HEADED}{ABSTRACT}<p>Cite as {{}}</p>"

    def doi(address, cited):
        shown = f"<html><head><title>{TITLE}</title></head><body>{body.format(cited)}</body></html>"
        return examine(Page(f"https://example.org/doi/{address}", shown.encode())).work.doi

    assert doi("10.5555/book.7.31", "10.5555/book.7.31") == "10.5555/book.7.31"
    assert doi("10.5555/book.7.pdf", "10.5555/book.7") == "10.5555/book.7"
    assert doi("10.5555/book.7_31", "https://doi.org/10.5555/book.7_31") == "10.5555/book.7_31"


def test_a_paragraph_above_a_table_of_fields_is_no_title():
    table = "<p>Authors: Jane A. Doe</p><p>DOI: 10.5555/th.11</p><p>Pages: 1-9</p><p>Keywords: a; b</p>"
    work = _untagged(f"<p>{PROSE}</p>{table}<p>Abstract: {PROSE}</p>", "Library").work
    assert not (work.title or "").startswith(PROSE[:40])


def test_the_pdf_inside_of_a_page_around_it():
    head = f'<meta name=citation_title content="{TITLE}"><meta name=citation_author content="Doe, J">'
    tag = "<meta name=citation_pdf_url content=https://example.org/1/2/3.full.pdf+html>"
    work = examine(Page("https://example.org/1", f"<html><head>{head}{tag}</head><body>".encode())).work
    assert work.pdf_url == "https://example.org/1/2/3.full.pdf"


def test_a_reference_to_the_work_is_no_abstract():
    reference = (
        f"Jane A. Doe, Rui Poe, and John Roe. 2004. {TITLE}. In Proceedings of the Conference of the Association for "
        "the Study of Umbrellas and Other Things That Are Lost on Railways: Main Papers, pages 1-8, X-town, Y. "
        "Association for the Study of Umbrellas and Other Things That Are Lost on Railways in the North and the South."
    )
    assert _untagged(f"<h1>{TITLE}</h1>{NAMES}<p>{reference}</p>").work is None
    body = f"<p>Things 19(3): 245-282</p><h1>{TITLE}</h1>{NAMES}<p>{{}}</p>"
    assert _untagged(body.format(reference)).work.abstract is None
    assert _untagged(body.format(PROSE)).work.abstract == PROSE


def test_of_two_names_of_a_journal_the_one_in_the_letters_of_the_title_counts():
    text = "本文阅读了两个失物招领处的账本，并按月统计了雨伞的数量，" * 6
    names = "<p>雨伞杂志</p><p>Journal of Umbrella Studies</p><p>1987年12期</p>"

    def read(title):
        body = f"<h2>{title}</h2><p>DOI：10.5555/th.13</p><p>页码：7-10</p>{names}<p>ISSN：1001-1668</p>"
        return _untagged(f"{body}<p>摘要：{text}</p>", "").work.container_title

    assert read("两条铁路失物招领处的雨伞研究") == "雨伞杂志"
    assert read(TITLE) == "Journal of Umbrella Studies"


def test_a_button_that_is_marked_up_as_a_heading_is_no_title():
    head = "<meta name=citation_doi content=10.5555/th.14>"
    shown = f"<html><head>{head}</head><body><h1>Share</h1><p>Print</p></body></html>"
    assert examine(Page("https://example.org/7", shown.encode())).work.title is None
