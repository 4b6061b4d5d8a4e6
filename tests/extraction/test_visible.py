"""The visible page without labels; what is not sure is left out."""

import pytest

from harvester.extraction import abstract_text, examine, highwire, visible
from harvester.extraction.candidates import LateCandidate
from harvester.extraction.choose import choose
from harvester.page import Page

PROSE = (
    "The ledger of a railway's lost property office covers eighty years of umbrellas. It shows when it rained, when "
    "the trains were late, and when people stopped asking for what they had left behind. We read all of its volumes, "
    "count the entries by month, and compare them with the records of two weather stations on the line."
)
TITLE = "A ledger of lost umbrellas"


def page(body: str, head: str = "", title: str = TITLE) -> Page:
    return Page(
        "https://journal.example.org/7",
        f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode(),
    )


def told(body: str, head: str = "", title: str = TITLE) -> dict:
    found: dict = {}
    for candidate in visible.read(page(body, head, title)):
        if candidate.value:
            found.setdefault(candidate.field, candidate.value)
    return found


def names(body: str) -> list[str]:
    return [person.name for person in told(body).get("authors", [])]


THREE = ["Jane Doe", "Rui Poe", "John Roe"]


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ("<p>Jane P. Doe and Richard Roe</p>", ["Jane P. Doe", "Richard Roe"]),
        ("<p>By JANE DOE</p>", ["JANE DOE"]),
        ("<p>par Jeanne Doe , le 15 septembre 2009</p>", ["Jeanne Doe"]),
        (
            "<p>Jane Doe1, Richard van der Roe1,2</p><p>1 University of X</p><p>2 Institute of Y</p>",
            ["Jane Doe", "Richard van der Roe"],
        ),
        (f"<p>{TITLE} by Jane Doe and Richard Roe</p>", ["Jane Doe", "Richard Roe"]),
        ("<p>Jane Doe,</p><p>Richard Roe</p>", ["Jane Doe", "Richard Roe"]),
        ("<li>Jane Doe<sup>1</sup>,</li><li>Richard Roe<sup>2</sup></li>", ["Jane Doe", "Richard Roe"]),
        ("<p>Jane Doe<sup>a</sup>, Rui Poe<sup>b,*</sup> and John Roe<sup>1</sup><sup>,2</sup></p>", THREE),
        ("<p>Jane Doe <sup>a, *</sup>, Rui Poe<sup>†</sup>,* and John Roe</p>", THREE),
        ("<p>Jane Doe1,*, Rui Poe2,3 and John Roe<sup>1</sup>,<sup>*</sup></p>", THREE),
        ("<p>ИВАНОВ С.П.<sup>1</sup>, ПЕТРОВА А.А.<sup>2</sup></p>", ["ИВАНОВ С.П.", "ПЕТРОВА А.А."]),
        ("<p>P P Calvert</p><p>News of X 25: 227-229 (1914)</p>", ["P P Calvert"]),
        ("<p>王小明</p><p>例州大学</p>", ["王小明"]),
        ("<p>Open Access</p><p>Research Article</p>", []),
        ("<p>Download PDF</p><p>Share This</p>", []),
        ("<p>Table of Contents</p>", []),
        ("<p>Essai Économie, 12 mars 2009</p><p>Print</p>", []),
        (f"<p>{PROSE}</p>", []),
    ],
)
def test_a_byline_is_names_and_nothing_else(below, expected):
    found = names(f"<h1>{TITLE}</h1>{below}")
    assert found == expected


def test_letters_above_the_line_tie_people_to_institutions():
    work = examine(
        page(
            f"<h1>{TITLE}</h1><p>Jane Doe<sup>a,b</sup>, Richard Roe<sup>b, *</sup></p>"
            f"<p><sup>a</sup>University of X</p><p><sup>b</sup>Institute of Y</p><h2>Abstract</h2><p>{PROSE}</p>"
        )
    ).work
    assert [(each.label, each.affiliations) for each in work.authors] == [("Jane Doe", [0, 1]), ("Richard Roe", [1])]
    assert [each.raw for each in work.affiliations] == ["University of X", "Institute of Y"]


def test_names_with_place_and_mail_are_people():
    people = told(
        f"<h3>{TITLE}</h3><p>Jane Doe, University of X<br>jane [at] x.org<br>"
        "Richard Roe, Institute of Y<br>rr [at] y.org</p>"
    )["authors"]
    assert [(each.name, each.affiliations) for each in people] == [
        ("Jane Doe", ("University of X",)),
        ("Richard Roe", ("Institute of Y",)),
    ]


TAGS = "<meta name='citation_title' content='A ledger of lost umbrellas'>" + "".join(
    f"<meta name='citation_author' content='{name}'>" for name in ("Doe, Jane", "Roe, Richard")
)


def test_institutions_behind_marks_are_tied_to_known_people():
    byline = f"<h1>{TITLE}</h1><p>Jane Doe,<sup>1,2</sup> Richard Roe<sup>2</sup></p>"
    body = byline + "<p><sup>1</sup>Univ of X, Leeds, UK</p><p><sup>2</sup>Institute of Y, Bergen, Norway</p>"
    work = examine(page(body, TAGS)).work
    assert [each.affiliations for each in work.authors] == [[0, 1], [1]]
    assert [each.country for each in work.affiliations] == ["GB", "NO"]


def test_institutions_behind_marks_may_stand_behind_names_that_begin_with_the_family():
    byline = f"<h1>{TITLE}</h1><p>Doe, Jane <sup>1</sup> ; Roe, Richard <sup>2</sup></p>"
    work = examine(page(byline + "<p><sup>1</sup> Univ of X, Leeds, UK<p><sup>2</sup> Univ of Y, Norway", TAGS)).work
    assert [each.affiliations for each in work.authors] == [[0], [1]]


def test_institutions_below_names_are_tied_to_known_people():
    body = f"<h1>{TITLE}</h1><div>Jane Doe<div>University of X, Leeds, UK</div></div>"
    body += "<div>Richard Roe<div>Institute of Y, Bergen, Norway</div></div>"
    work = examine(page(body, TAGS)).work
    assert [each.affiliations for each in work.authors] == [[0], [1]]


def test_an_orcid_belongs_to_the_one_person_in_its_block():
    item = "<li><span>{}</span><span><a href='https://orcid.org/{}'>https://orcid.org/{}</a></span></li>"
    ids = ("0000-0002-1825-0097", "0000-0001-5109-3700")
    items = item.format("Jane Doe", ids[0], ids[0]) + item.format("Richard Roe", ids[1], ids[1])
    body = f"<h1>{TITLE}</h1><ul>{items}</ul>"
    assert [each.orcid for each in examine(page(body, TAGS)).work.authors] == list(ids)
    crowd = f"<h1>{TITLE}</h1><p>Jane Doe, Richard Roe <a href='https://orcid.org/{ids[0]}'>iD</a></p>"
    assert [each.orcid for each in examine(page(crowd, TAGS)).work.authors] == [None, None]


@pytest.mark.parametrize(
    "item",
    [
        "{name} [ORCID: <a href='https://orcid.org/{id}'>https://orcid.org/{id}], Department of Rain. ",
        "{name} (<a href='https://orcid.org/{id}'>{id}</a>), Department of Rain. ",
        "<li><a href='https://orcid.org/{id}'>{id}</a> {name}</li>",
    ],
    ids=["links left open", "behind the name", "in front of the name"],
)
def test_an_orcid_that_is_spelt_out_belongs_to_the_name_in_front_of_it(item):
    people = {"Jane Doe": "0000-0002-1825-0097", "Richard Roe": "0000-0001-5109-3700"}
    body = f"<h1>{TITLE}</h1><p>" + "".join(item.format(name=name, id=known) for name, known in people.items()) + "</p>"
    assert [each.orcid for each in examine(page(body, TAGS)).work.authors] == list(people.values())


@pytest.mark.parametrize(
    "body",
    [
        "<div class='abstract'><p>{}</p></div>",
        "<section id='abstractSection'><h2>Abstract</h2><p>{}</p></section>",
        "<p>Jane Doe and Richard Roe</p><p>{}</p><p>Key words: umbrellas, rain</p>",
        "<p>Jane Doe and Richard Roe</p><p>{}</p><p>Format:</p><p>[ pdf ]</p>",
        "<h3>Abstract:</h3>{}",
        "<p><b>Résumé.</b> — {}</p>",
    ],
)
def test_the_abstract_is_found_by_heading_name_or_place(body):
    work = examine(page(f"<h1>{TITLE}</h1>" + body.format(PROSE), TAGS)).work
    assert work.abstract == PROSE


@pytest.mark.parametrize(
    "body",
    [
        "<div class='graphical-abstract'><p>{0}</p></div><p>{0}</p><p>{0} Twice.</p><p>{0} Thrice.</p>",
        "<div class='abstract-toggle'>{0}</div><p>{0}</p><p>{0} Twice.</p><p>{0} Thrice.</p>",
        "<h2>Author Summary</h2><p>{0}</p><h2>Introduction</h2><p>{0}</p><p>{0}</p><p>{0}</p>",
        "<p>{0}</p><p>{0} Twice.</p><p>{0} Thrice.</p><p>{0} And again.</p>",
    ],
)
def test_other_texts_are_no_abstracts(body):
    assert examine(page(f"<h1>{TITLE}</h1>" + body.format(PROSE), TAGS)).work.abstract is None


def test_an_abstract_without_heading_whose_parts_have_headings():
    parts = "".join(f"<h2>{head}:</h2><p>{PROSE}</p>" for head in ("Background", "Design", "Results", "Conclusion"))
    abstract = told(f"<h1>{TITLE}</h1>{parts}<h2>References</h2>")["abstract"]
    assert abstract.startswith("Background: The ledger")
    assert abstract.count(PROSE) == 4


def test_the_journal_is_the_heading_above_a_citation_line_that_has_none():
    found = told(f"<h3>Umbrella Examples</h3><p>May/June 2017<br>Volume 23, Number 5/6</p><h3>{TITLE}</h3>")
    assert (found["container_title"], found["volume"], found["issue"]) == ("Umbrella Examples", "23", "5/6")
    assert "container_title" not in told(f"<p>Previous</p><p>Volume 23, Number 5</p><h1>{TITLE}</h1>")


def test_the_citation_line_is_the_one_nearest_above_the_title():
    other = "<h3>Related Articles</h3><p>Annals of Other Things, Volume 141, Issue 1, 2007, Pages 53-60</p>"
    own = "<p>Journal of Things</p><p>Volume 92, Issues 3-4, June 2008, Pages 118-126</p>"
    work = examine(
        page(f"{other}{own}<h1>{TITLE}</h1><p>Jane Doe, Richard Roe</p><h2>Abstract</h2><p>{PROSE}</p>")
    ).work
    assert (work.volume, work.issue, work.first_page) == ("92", "3-4", "118")


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ("<p>T-Lib Magazine<br>April 2006</p><p>Volume 12 Number 4</p>", ("T-Lib Magazine", "April 2006", "12", "4")),
        (
            "<p>Journal of Things</p><p>Vol. 12, No. 4</p><p>Spring 2006</p>",
            ("Journal of Things", "Spring 2006", "12", "4"),
        ),
        ("<p>Home &gt; Vol. 9, No. 2 (2008) &gt; Doe</p>", (None, "2008", "9", "2")),
        ("<p>Browse journal</p><p>Vol. 12, No. 4</p>", (None, None, "12", "4")),
        ("<p>Home &gt; Things &gt; Doe</p>", (None, None, None, None)),
        ("<p>Book Review</p><p>Vol. 12, No. 4</p>", (None, None, "12", "4")),
        ("<p>Rural Things Review</p><p>Vol. 12, No. 4</p>", ("Rural Things Review", None, "12", "4")),
        ("<h1>Things</h1><p>Home &gt; Vol. 9, No. 2 (2008) &gt; Doe</p>", ("Things", "2008", "9", "2")),
    ],
)
def test_journal_and_date_may_stand_in_lines_of_their_own(above, expected):
    found = told(f"{above}<h1>{TITLE}</h1><p>Jane Doe and Richard Roe</p>")
    assert tuple(found.get(name) for name in ("container_title", "published", "volume", "issue")) == expected


def test_the_last_date_of_a_history_is_the_one_of_publication():
    below = f"<h1>{TITLE}</h1><p>Jane Doe and Richard Roe</p>"
    history = "<p>Received 11 November 2004; revised 2 February 2005; {} 13 May 2005</p>"
    assert told(below + history.format("published"))["published"] == "13 May 2005"
    assert told(below + history.format("published online"))["published_online"] == "13 May 2005"
    assert "published" not in told(below + history.format("accepted"))


def test_a_line_about_another_journal_gives_neither_volume_nor_pages():
    tags = '<meta name="citation_journal_title" content="{}">'
    below = f"<h1>{TITLE}</h1><p>Jane Doe and Richard Roe</p><h2>Abstract</h2><p>{PROSE}</p>"
    body = f"<p>Annals of Things 122(3): 448-511</p>{below}"
    own, other = (examine(page(body, tags.format(name))).work for name in ("Ann. Things", "Journal of Found Objects"))
    assert (own.volume, own.first_page, own.last_page) == ("122", "448", "511")
    assert (other.volume, other.first_page, other.last_page) == (None, None, None)


def test_works_below_the_heading_of_related_ones_are_not_the_work():
    related = "<h3>相关文献</h3><p>12</p><p>Things 122: 448-511 (2017)</p>"
    body = f"<h1>{TITLE}</h1><p>Jane Doe</p><h2>Abstract</h2><p>{PROSE}</p>{related}"
    assert "volume" not in told(body)


@pytest.mark.parametrize("end", ["...", "… - PubMed Result"])
def test_the_title_goes_on_where_the_title_element_stops(end):
    below = f"<p>Jane Doe and Richard Roe</p><p>{PROSE}</p><h3>Abstract</h3><p>{PROSE}</p>"
    body = f"<h2>{TITLE} of three railways</h2>{below}"
    found = examine(Page("https://example.org/a/1", f"<title>{TITLE}{end}</title>{body}".encode())).work
    assert found.title == f"{TITLE} of three railways"


def test_the_title_is_what_the_reference_repeats_and_no_citation_line():
    source = "Vol. 77 (2009) , No. 3 pp.311-318"
    cited = f"To cite this article:<br>Jane Doe: {TITLE}. Journal of Things, Vol. 77, 311-318 (2009)"
    below = f"<p>{TITLE}</p><p>Jane Doe</p><p>Abstract: {PROSE}</p><p>DOI: 10.5555/a</p>"
    body = f"<p>Journal of Things</p><p>{source}</p>{below}"
    found = examine(Page("https://example.org/a/1", f"<title>{source}</title>{body}<p>{cited}</p>".encode())).work
    assert (found.title, found.volume, found.first_page) == (TITLE, "77", "311")


def test_where_a_report_appeared_later_is_not_its_source():
    reference = f'Doe, Jane and Richard Roe. "{TITLE}," Journal of Things, vol. 30(2), pages 341-388, April 2012.'
    body = f"<h1>{TITLE}</h1><p>Jane Doe and Richard Roe</p><p>Published: {reference}</p>"
    assert told(body)["volume"] == "30"
    assert "volume" not in told(body, '<meta name="citation_technical_report_institution" content="Bureau of Things">')


def test_the_banner_that_ends_the_title_element_is_the_journal():
    way = "".join(f"<p>{step}</p>" for step in ("About", "Log in", "Search", *6 * ["News"]))
    way += "<p>Home &gt; Vol. 9, No. 2 (2008) &gt; Doe</p>"
    body = f"<h1>Things Today</h1>{way}<h3>{TITLE}</h3><p>Jane Doe and Richard Roe</p>"
    assert told(body, title=f"{TITLE} | Doe | Things Today")["container_title"] == "Things Today"
    assert "container_title" not in told(body)


def test_the_source_may_stand_below_the_comments_on_a_work():
    body = f"<h1>{TITLE}</h1><p>Jane Doe</p><h4>Abstract</h4><p>{PROSE}</p><h4>Comments</h4>"
    found = told(f"{body}<p>Published in <i>Journal of Things</i> 73(5):660–667; 2009.</p>")
    assert (found["container_title"], found["volume"], found["first_page"]) == ("Journal of Things", "73", "660")
    assert "volume" not in told(f"{body}<p>I read of it in Journal of Things 73(5):660-667; 2009.</p>")


def test_works_that_the_page_lists_are_not_the_work():
    listed = "<h2>References</h2><ol><li>Doe J. Rain. J Things. 2015;56:120-31. doi:10.5555/other.1</li></ol>"
    related = "<h3>Related articles</h3><p>J Things 12(3): 4-5 (2011) doi:10.5555/other.2</p>"
    found = told(f"<h1>{TITLE}</h1><p>{PROSE}</p>{listed}{related}")
    assert not {"doi", "volume", "container_title"} & set(found)


def test_another_version_of_the_work_is_not_the_work():
    other = f"Doe, 2024. {TITLE}, The Journal of Rain, vol 79(2), pages 1055-1085."
    body = f"<h1>{TITLE}</h1><p>{PROSE}</p><h2>Published Versions</h2><p>{other}</p>"
    assert "volume" not in told(body)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ISSN 0378-5955", ["0378-5955"]),
        ("ISSN: 0378-5955 (print) | 1932-6203 (online)", ["0378-5955", "1932-6203"]),
        ("ISSN 0378-5955 ISSN 1932-6203 ISSN 2050-084X", None),
        ("0378-5955", None),
    ],
)
def test_an_issn_counts_in_a_masthead_of_one_journal(line, expected):
    assert told(f"<h1>{TITLE}</h1><p>{line}</p>").get("issn") == expected


@pytest.mark.parametrize(
    "words",
    ["Télécharger au format PDF", "Download full article in PDF format", "Texto completo (PDF)", "PDF herunterladen",
     "PDF (English)", "全文PDF", "下载PDF", "PDF (412K)", "Скачать PDF", "View/Open PDF"],
)  # fmt: skip
def test_the_words_of_a_link_tell_the_full_text(words):
    body = f"<h1>{TITLE}</h1><a href='/7.pdf'>{words}</a><a href='/g.pdf'>Poster PDF</a><a href='/h.pdf'>PDF, how</a>"
    assert told(body)["pdf_url"] == "https://journal.example.org/7.pdf"


def test_a_pdf_counts_where_the_page_offers_one():
    one = "<a href='/7.pdf'>Full text (1,061.8 kB)</a> <a href='/guide.pdf'>Instructions for authors</a>"
    assert told(f"<h1>{TITLE}</h1>{one}")["pdf_url"] == "https://journal.example.org/7.pdf"
    assert "pdf_url" not in told(f"<h1>{TITLE}</h1><a href='/7.pdf'>PDF</a><a href='/8.pdf'>PDF</a>")


def test_a_licence_counts_where_the_page_links_one():
    link = "<a rel='x' href='http://creativecommons.org/licenses/{}/4.0/'>CC</a>"
    assert (
        told(f"<h1>{TITLE}</h1>{link.format('by')}{link.format('by')}")["license"]
        == "https://creativecommons.org/licenses/by/4.0/"
    )
    assert "license" not in told(f"<h1>{TITLE}</h1>{link.format('by')}{link.format('by-nc')}")


def test_the_list_of_references_is_counted_where_it_counts_itself():
    items = "".join(f"<p>{n}. Doe J. Rain {n}. J Things. 19{50 + n};1:{n}.</p>" for n in range(1, 13))
    assert told(f"<h1>{TITLE}</h1><p>{PROSE}</p><h2>References</h2>{items}")["references_count"] == "12"
    assert told(f"<h1>{TITLE}</h1><p>{PROSE}</p><h2>References (35)</h2><p>1. Doe</p>")["references_count"] == "35"


def test_a_reference_may_have_its_number_and_each_author_in_lines_of_their_own():
    items = "".join(
        f"<li><span>{number}</span><p>Rain</p>{'<p>Doe J</p>' * 4 * number}<p>(2015)</p></li>" for number in range(1, 8)
    )
    body = f"<h1>{TITLE}</h1><p>{PROSE}</p><h2>Notes</h2><p>1. No. <p>2. No.<h2>References</h2><ol>{items}</ol>"
    assert told(body)["references_count"] == "7"
    assert "references_count" not in told(body.replace("<span>7</span>", "<span>47</span>"))


UNNUMBERED = "".join(
    f"<li>Doe J, Roe R ({1990 + n}) On rain in town {n}. Journal of Things, {n}, 1-9. <p>Crossref</p>"
    f"<p>Google Scholar</p><p>doi: https://doi.org/10.5555/r.{n}, accessed 5 May 2020.</p></li>"
    for n in range(7)
)


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        (UNNUMBERED, "7"),
        (UNNUMBERED + "<li>Poe E. An essay that is still in press. Journal of Things." + UNNUMBERED, "15"),
        (UNNUMBERED + "<h3>You may also like</h3>" + UNNUMBERED, "7"),
        (UNNUMBERED + "<p>Editorial history<p>Received 1 May 2019; accepted 2 June 2020.<p>Rain in town, 2020", "7"),
        (UNNUMBERED + "<p>Show all<p>12 more" + UNNUMBERED, None),
        (UNNUMBERED.replace("(199", "(n.d. "), None),
        ("<li>Doe J (1990) On rain in towns. Journal of Things 1:1.", None),
        ("<p>1.<p>Doe J, On rain in towns (2020).<p>Download references", "1"),
        ("<p>[1] Doe J, On rain (2019).<p>[2] Roe R, On snow (2020).<p>Cited by", "2"),
        ("<p>1. Doe J, On rain (2019).<p>View<p>2. Roe R (2020).<p>View<p>22. Poe E, On hail (2021).<p>View", None),
        ("<p>1. Open the box.<p>2. Close the box.", None),
    ],
)
def test_a_list_of_references_is_counted_where_each_line_is_one(below, expected):
    found = told(f"<h1>{TITLE}</h1><p>{PROSE}</p><h2>References</h2><ol>{below}</ol>")
    assert found.get("references_count") == expected


@pytest.mark.parametrize("tab", ["148 References", "References (148)", "参考文献 (148)"])
def test_a_tab_tells_how_many_references_there_are(tab):
    body = f"<ul><li>Abstract<li>{tab}<li>12 Citations</ul><h1>{TITLE}</h1><p>{PROSE}</p>"
    assert told(body)["references_count"] == "148"
    assert "references_count" not in told(f"<ul><li>{tab.replace('48', '2')}</ul>{body}")


def test_numbered_notes_are_no_references():
    notes = "".join(f"<p>{number}. See above.</p>" for number in range(1, 9))
    assert "references_count" not in told(f"<h1>{TITLE}</h1><p>{PROSE}</p><h2>Notes</h2>{notes}")


def test_what_better_sources_tell_is_not_looked_for_in_the_lines():
    told_by_tags = "".join(
        f'<meta name="{name}" content="{value}">'
        for name, value in {
            "citation_title": TITLE,
            "citation_doi": "10.5555/tags.1",
            "citation_issn": "0378-5955",
            "citation_reference": "x",
        }.items()
    )
    read = page(f"<h1>{TITLE}</h1><p>doi:10.5555/line.1</p><p>ISSN 2049-3630</p>", told_by_tags)
    asked = []
    found = []
    for each in visible.read(read):
        look = LateCandidate(each.field, lambda each=each: asked.append(each.field) or each.value, each.reader)
        found.append(look if each.late else each)
    work = choose(read, [*highwire.read(read), *found]).work
    assert (work.doi, work.issn) == ("10.5555/tags.1", ["0378-5955"])
    assert {"doi", "issn", "references_count"}.isdisjoint(asked)
    assert "volume" in asked


def test_people_with_institution_and_mail_in_lines_of_their_own():
    body = (
        f"<h3>{TITLE}</h3><p>by<p><b>J. Philip O'Hara</b><br>Department of Lost Things<br>University of X, Y, "
        "New Zealand<br>&lt;johara@x.example&gt;<p>and<p><b>Ruth van Houten</b><br>Rijksuniversiteit Y<p>ABSTRACT: none"
    )
    assert [(each.name, each.affiliations) for each in told(body)["authors"]] == [
        ("J. Philip O'Hara", ("Department of Lost Things", "University of X, Y, New Zealand")),
        ("Ruth van Houten", ("Rijksuniversiteit Y",)),
    ]


def test_keywords_end_where_the_journal_is_named():
    body = f"<h1>{TITLE}</h1><h2>Abstract</h2><p>{PROSE}<h2>Keywords</h2><ul><li>hens<li>roads</ul>"
    work = examine(page(f"{body}<p>Published in <em>Hen Letters</em><p>DOI: 10.5555/hens.7")).work
    assert work.keywords == ["hens", "roads"]


def test_a_line_that_is_nothing_but_a_doi():
    assert told(f"<p>10.5555/hens.2008.7<h1>{TITLE}</h1><p>{PROSE}")["doi"] == "10.5555/hens.2008.7"
    assert "doi" not in told(f"<p>10.5555/hens.2008.7 is not ours<h1>{TITLE}</h1><p>{PROSE}")


def test_who_published_a_book_is_no_institution_of_its_author():
    line = "<p>Jane Doe<p>Cornell University Press, Jan 1, 2003 - Social Science - 345 pages"
    work = examine(page(f"<h1>{TITLE}</h1>{line}<h3>Abstract</h3><p>{PROSE}")).work
    assert ([each.label for each in work.authors], work.affiliations) == (["Jane Doe"], [])


def test_a_doi_that_only_a_link_called_by_that_name_holds():
    link = '<p><a href="http://dx.doi.org/10.5555/Hens.7">Full Text: DOI</a>'
    assert told(f"<h1>{TITLE}</h1>{link}{link}<p>{PROSE}")["doi"] == "http://dx.doi.org/10.5555/Hens.7"
    other = '<p><a href="https://doi.org/10.5555/ducks.8">DOI</a>'
    assert "doi" not in told(f"<h1>{TITLE}</h1>{link}{other}<p>{PROSE}")
    assert "doi" not in told(f"<h1>{TITLE}</h1>{link.replace('Full Text: DOI', 'see a study')}<p>{PROSE}")


def test_a_year_behind_the_title_is_when_the_work_was_published():
    def read(heading, title=TITLE):
        body = f"<h2>{heading}</h2><p>Jane Doe, Sam Roe<h3>Abstract</h3><p>{PROSE}"
        work = examine(page(body, title=f"{title} - Hens")).work
        return work.title, work.published

    assert read(f"{TITLE} (2003)") == read(f"{TITLE} [2003]") == (TITLE, "2003")
    assert read(f"{TITLE} (1903)", title=f"{TITLE} (1903)") == (f"{TITLE} (1903)", None)
    assert read(f"{TITLE} (II)", title=f"{TITLE} (II)") == (f"{TITLE} (II)", None)


def test_people_whom_only_links_part():
    def linked(*names, to="/author?q="):
        return f"<p>{' '.join(f'<a href={to}{at}>{name}</a>' for at, name in enumerate(names))}"

    def people(line, *, body="<p>Abstract<p>"):
        return [each.name for each in told(f"<h1>{TITLE}</h1>{line}{body}{PROSE}").get("authors", ())]

    names = ["Jane Doe", "Richard van Roe", "Sam O'Hara", "Lea Li"]
    assert people(linked(*names[:2])) == names[:2]
    assert people(linked(*names)) == names
    assert people(linked("Doe, Jane", "Roe, Richard")) == ["Doe, Jane", "Roe, Richard"]
    assert people(linked("Public Health", "Climate Change", "Lost Things", "Rural Hens", to="/tag/")) == []
    # One person, each of whose names is a link.
    assert people(linked("Ana", "Maria", "van", "Houten")) == ["Ana Maria van Houten"]
    record = "<p>Volume: 12<p>Pages: 3-9<p>DOI: 10.5555/hens.7<p>Abstract<p>"
    assert people(f"<p>Authors:{linked(*names[:2])}", body=record) == names[:2]


def test_names_and_behind_a_comma_where_they_work():
    line = "<p>Jane Doe and Rui Roe, University of X; Li Wei, Y Labs; Sam O'Hara, Intel, Road Division"
    found = [(each.name, each.affiliations) for each in told(f"<h1>{TITLE}</h1>{line}, Inst of Y")["authors"]]
    assert found == [
        ("Jane Doe", ("University of X",)),
        ("Rui Roe", ("University of X",)),
        ("Li Wei", ("Y Labs",)),
        ("Sam O'Hara", ("Intel, Road Division, Inst of Y",)),
    ]
    assert names(f"<h1>{TITLE}</h1><p>Doe, Jane; Roe, Rui; Wei, Li") == ["Doe, Jane", "Roe, Rui", "Wei, Li"]


def test_an_abstract_without_a_heading_stands_alone_but_for_what_the_site_says_of_itself():
    def abstract(below):
        page_body = f"<h1>{TITLE}</h1><p>Jane Doe, Sam Roe<p>{PROSE}<p>Hens 2012{below}"
        return told(page_body).get("abstract")

    site = f"<p>The society is committed to hens. {PROSE}"
    assert abstract(f"<h2>Open Access</h2>{site}") == PROSE
    assert abstract(site) is None
    assert abstract(f"<h2>Hens at night</h2>{site}{site}") is None


def test_people_behind_the_source_in_one_line():
    line = "<p><i>《家禽科学》</i> 2010年第3期 | <a>张三</a> <a>李四</a> <a>王小五</a> 某农业大学动物科学学院，杨凌"
    found = told(f"<h1>家鸡穿越道路行为的研究</h1>{line}<p>摘要：{PROSE}", title="家鸡穿越道路行为的研究")
    assert [each.name for each in found["authors"]] == ["张三", "李四", "王小五"]


def test_people_with_their_institutions_behind_a_comma():
    body = f"<h1>{TITLE}</h1><p>Jane Doe , University of X<p>Richard Roe , University of Y<p>Abstract<p>{PROSE}"
    assert [(each.name, each.affiliations) for each in told(body)["authors"]] == [
        ("Jane Doe", ("University of X",)),
        ("Richard Roe", ("University of Y",)),
    ]


def test_an_institution_is_no_person():
    assert names(f"<h1>{TITLE}</h1><p>Rijksuniversiteit Leiden</p><p>{PROSE}</p>") == []


def test_a_paragraph_about_the_journal_is_no_abstract():
    body = f"<h1>{TITLE}</h1><p>Jane Doe</p><h2>Journal Information</h2><p>{PROSE}</p><h2>Keywords</h2>"
    assert "abstract" not in told(body)
    assert told(body.replace("Journal Information", "Lost umbrellas"))["abstract"] == PROSE


def test_a_title_in_two_lines_is_the_heading_and_what_completes_it():
    found = told(
        "<h3>Things lost for good</h3><h4>A ledger of all umbrellas</h4>",
        title="Things lost for good: A ledger of all umbrellas",
    )
    assert found["title"] == "Things lost for good: A ledger of all umbrellas"


def test_the_number_under_which_a_site_keeps_a_work_is_no_title():
    assert told("<p>2010ThgsJ...50..525S</p>", title="2010ThgsJ...50..525S Abstract").get("title") is None


def test_pages_in_a_line_of_their_own_complete_the_citation_line():
    body = (
        f"<p>Volume 21, 2014 - Issue 4</p><h1>{TITLE}</h1>"
        "<p>Pages 436-453 | Received 12 Jan 2011, Accepted 01 Oct 2012, Published online: 21 May 2013</p>"
    )
    found = told(body)
    assert [found[part] for part in ("volume", "issue", "first_page", "last_page")] == ["21", "4", "436", "453"]


def test_the_description_names_the_journal_that_the_citation_line_leaves_out():
    line = "No. 4 (Sep., 1945), pp. 519-530"
    body = f"<h1>{TITLE}</h1><p>F. A. Doe</p><cite>Things Today</cite><p>Vol. 35, {line} (12 pages)</p>"
    head = f'<meta name="description" content="F. A. Doe, {TITLE}, Things Today, Vol. {{}}, {line}">'
    assert told(body, head.format(35))["container_title"] == "Things Today"
    assert "container_title" not in told(body, head.format(36))


def test_keywords_named_as_jats_names_them_need_no_heading():
    tags = '<meta name="citation_title" content="A ledger of lost umbrellas">'
    body = f'<h1>{TITLE}</h1><p>{PROSE}</p><ul class="kwd-group"><li>umbrellas,</li><li>loss</li><li>loss</li></ul>'
    assert told(body, tags)["keywords"] == ["umbrellas", "loss"]
    assert "keywords" not in told(body.replace("kwd-group", "other-group"), tags)


def test_the_heading_of_a_list_of_keywords_is_none():
    terms = "<ul class=kwd-group><li class=kwd-title>Key Words<li><a>lithium</a><li><a>surface treatment</a></ul>"
    for group in (terms, terms.replace("<a>", "").replace("</a>", "")):
        found = told(f"<h1>{TITLE}</h1>{group}", head=f"<meta name=citation_title content='{TITLE}'>")
        assert found["keywords"] == ["lithium", "surface treatment"]


def test_an_abstract_ends_before_its_translation():
    translated = (
        "El libro de la oficina de objetos perdidos de un ferrocarril abarca ochenta años de paraguas. Muestra cuándo "
        "llovió, cuándo los trenes llegaron tarde y cuándo la gente dejó de preguntar por lo que había dejado."
    )
    assert abstract_text.gather([PROSE, translated]) == PROSE
    assert abstract_text.gather([PROSE, PROSE]) == f"{PROSE} {PROSE}"


def test_the_article_begins_where_it_says_so():
    text = "Eyes are the organs that see, and this article goes on for long about what it is that they see, and why."
    assert abstract_text.gather([PROSE, f"INTRODUCTION: {text}", text]) == PROSE
    assert abstract_text.gather([PROSE, "1. Introduction", text]) == PROSE
    structured = ["Introduction", PROSE, "Results", text]
    assert abstract_text.gather(structured) == f"Introduction: {PROSE} Results: {text}"


def test_the_name_of_a_language_stands_above_a_version_of_the_abstract():
    translated = "El libro de la oficina abarca ochenta años de paraguas y muestra cuándo llovió y cuándo no."
    assert abstract_text.gather(["English", PROSE, "español", translated]) == PROSE
    assert abstract_text.gather([PROSE, "Deutsch:", translated]) == PROSE


@pytest.mark.parametrize("button", ["... weniger", "… mehr", "더보기", "もっと見る", "(show less)"])
def test_a_button_behind_the_abstract_is_no_part_of_it(button):
    assert abstract_text.gather([f"{PROSE} {button}"]) == PROSE


def test_the_abstract_is_the_one_in_the_language_of_the_title():
    french = (
        "Le registre des objets trouvés d'une compagnie de chemins de fer couvre quatre-vingts ans de parapluies. Il "
        "montre quand il a plu, quand les trains étaient en retard, et quand les gens ont cessé de demander ce qu'ils "
        "avaient laissé."
    )
    own = "Le registre des parapluies perdus dans les trains"
    body = f"<h1>{own}</h1><p>Jeanne Doe</p><h2>Abstract</h2><p>{PROSE}</p><h2>Résumé</h2><p>{french}</p>"
    assert examine(page(body, title=own)).work.abstract == french
    assert examine(page(body.replace(own, TITLE))).work.abstract == PROSE


def test_identifiers_and_sources_that_are_citations_give_their_parts():
    head = f'<meta name="dc.title" content="{TITLE}"><meta name="dc.creator" content="Jane Doe">'

    def found(name, content):
        work = examine(page(f"<h1>{TITLE}</h1>", f'{head}<meta name="{name}" content="{content}">')).work
        return work.container_title, work.volume, work.issue, work.first_page, work.last_page

    line = "Place &amp; Things, Vol. 21, No. 4, April 2014, pp. 436-53"
    # What an identifier begins with may be anybody's name, a source begins with its own.
    assert found("dc.identifier", line) == (None, "21", "4", "436", "453")
    assert found("dc.source", line) == ("Place & Things", "21", "4", "436", "453")
    whole = f"Doe, J. (2010) {TITLE}. Place &amp; Things, 21 (4). pp. 436-453."
    assert found("dcterms.bibliographicCitation", whole) == ("Place & Things", "21", "4", "436", "453")
    assert found("dc.identifier", "10.5555/12 345") == (None, None, None, None, None)


def test_a_list_of_whole_names_between_commas_is_people():
    head = f'<meta name="citation_title" content="{TITLE}"><meta name="citation_authors" content="{{}}">'

    def people(content):
        return [each.label for each in examine(page(f"<h1>{TITLE}</h1>", head.format(content))).work.authors]

    assert people("Ada M. Byron, Sam Doe-Roe") == ["Byron, Ada M.", "Sam Doe-Roe"]
    assert people("Byron, Ada; Doe, Sam") == ["Byron, Ada", "Doe, Sam"]
    assert people("Byron, Ada") == ["Byron, Ada"]
    assert people("García Márquez, Gabriel José") == ["García Márquez, Gabriel José"]
    assert people("Byron AM, Doe S") == ["Byron, AM", "Doe, S"]


@pytest.mark.parametrize("sign", [": ", " | ", " - "])
def test_the_title_of_a_page_may_end_with_the_issue_that_its_cover_repeats(sign):
    body = f"<h1>{TITLE}</h1><p>{PROSE}</p>" + "<p>Umbrellas and rain.</p>" * 80
    body += "<p>7 April 2020<p>Volume 12, Issue 3<p>Page: 45-52"
    found = told(body, title=f"{TITLE}{sign}Annals of Umbrellas: Vol 12, No 3")
    assert {name: found.get(name) for name in ("container_title", "volume", "issue", "first_page", "last_page")} == {
        "container_title": "Annals of Umbrellas",
        "volume": "12",
        "issue": "3",
        "first_page": "45",
        "last_page": "52",
    }


def test_pages_below_another_issue_are_not_the_works():
    body = f"<h1>{TITLE}</h1><p>{PROSE}</p>" + "<p>Umbrellas and rain.</p>" * 80 + "<p>Volume 13, Issue 3<p>Page: 45-52"
    assert "first_page" not in told(body, title=f"{TITLE}: Annals of Umbrellas: Vol 12, No 3")


def test_the_title_of_a_list_of_contents_names_no_work():
    assert "volume" not in told(f"<h1>{TITLE}</h1><p>{PROSE}</p>", title=f"{TITLE}: Vol 12, No 3")


def test_degrees_are_no_people_and_marks_behind_commas_no_names():
    line = "Jane Doe, MD,<sup>1</sup> Rui de Poe, PhD, MPH,<sup>1,2</sup> and John Roe, MD<sup>2,*</sup>"
    places = (
        "<p>Author information ► Article notes ►<p><sup>1</sup>Univ of Rain, Bergen<p><sup>2</sup>Inst of Fog, Leeds"
    )
    found = told(f"<h1>{TITLE}</h1><p>{line}</p>{places}<h2>Abstract</h2><p>{PROSE}")["authors"]
    assert [(each.name, each.affiliations) for each in found] == [
        ("Jane Doe", ("Univ of Rain, Bergen",)),
        ("Rui de Poe", ("Univ of Rain, Bergen", "Inst of Fog, Leeds")),
        ("John Roe", ("Inst of Fog, Leeds",)),
    ]
    assert names(f"<h1>{TITLE}</h1><p>Jane Doe, MD, John Roe, PhD, and Rui Poe, MPH</p>") == [
        "Jane Doe",
        "John Roe",
        "Rui Poe",
    ]
    assert names(f"<h1>{TITLE}</h1><p>Jane Doe,<sup>1</sup> John Roe<sup>2</sup></p>") == ["Jane Doe", "John Roe"]


def test_a_heading_below_its_source_is_a_title_whatever_the_page_is_called():
    source = "Journal of Umbrellas, Vol. 6, No. 2 (Autumn 1999), pp. 113-138"
    body = f"<p>{source}</p><h2>Drains, wells and umbrellas:<br>the parish magazine</h2><p>Jane Doe and Rui Poe"
    work = examine(page(f"{body}<p>ABSTRACT. {PROSE}", title="JU 6:2")).work
    assert (work.title, work.first_page) == ("Drains, wells and umbrellas: the parish magazine", "113")
    assert [each.name for each in work.authors] == ["Jane Doe", "Rui Poe"]
    contents = body.replace(", pp. 113-138", "")
    assert examine(page(f"{contents}<p>{PROSE}", title="JU 6:2")).work is None


def test_a_title_that_was_translated_stands_in_brackets():
    title = "Hereditary multiple umbrellas with early-onset deafness: a new family"
    body = f"<p>Clin Things. 2003 Apr;63(4):285-8.<h1>[{title}].</h1><p>Doe J, Van Poe R.<p>{PROSE}<p>PMID: 12653961"
    work = examine(
        page(body, title="Hereditary multiple umbrellas with early-ons... [Clin Things. 2003] - PubMed result")
    ).work
    assert (work.title, work.volume, work.pmid) == (title, "63", "12653961")


def test_marks_in_brackets_may_be_raised_or_not():
    for first, second in (("(<sup>1</sup>)", "(<sup>2</sup>)"), ("[<sup>1</sup>]", "[<sup>2</sup>]"), ("(1)", "(2)")):
        assert names(f"<h1>{TITLE}</h1><p>Jane Doe {first}, Rui Poe {second}, John Roe {first}</p>") == THREE


def test_a_long_paragraph_among_others_is_no_abstract():
    short = (
        "It is rare for a history of umbrellas to keep one awake at night, and this one did until the rain was over."
    )
    short = f"{short} We slept well."
    assert "abstract" in told(f"<h1>{TITLE}</h1><p>Jane Doe and Rui Poe<p>{PROSE}")
    assert "abstract" not in told(f"<h1>{TITLE}</h1><p>Jane Doe and Rui Poe<p>{short}<p>{PROSE}<p>{short}")


def test_names_that_are_turned_and_followed_by_numbered_places():
    line = "DOE, Jane<sup>1</sup>, POE, Rui<sup>1,2</sup>, and ROE, A.<sup>2</sup>, (1) Univ of Rain, (2) Inst of Fog"
    found = told(f"<h1>{TITLE}</h1><p>{line}</p><p>{PROSE}")["authors"]
    assert [(each.name, each.affiliations) for each in found] == [
        ("DOE, Jane", ("Univ of Rain",)),
        ("POE, Rui", ("Univ of Rain", "Inst of Fog")),
        ("ROE, A.", ("Inst of Fog",)),
    ]


SIGNED = f"<h1>{TITLE}</h1><p>Jane Doe, Rui Poe and John Roe</p>"
LONG = "<p>The office was open on Mondays. </p>" + "<p>Nobody came. </p>" * 90


@pytest.mark.parametrize(
    "body",
    [
        f"{SIGNED}<h3>Abstract</h3><p>{PROSE}{LONG}",
        f"<center><b>{TITLE}</b></center><p>Jane Doe, Rui Poe and John Roe</p><p>Abstract. {PROSE}{LONG}",
        f"<p>Office Papers, Volume 12, Number 3, 1998</p>{SIGNED}{LONG}",
        f"<p class=title>{TITLE}</p><p>Jane Doe, Rui Poe and John Roe</p><p>Abstract: {PROSE}</p><p>Keywords: a, b</p>",
    ],
    ids=["heading and abstract", "bold", "source without pages", "no heading"],
)
def test_an_article_is_known_without_the_help_of_the_pages_title(body):
    for title in ("Untitled Document", "Office Papers", TITLE):
        examined = examine(page(body, title=title))
        assert examined.verdict.kind.value == "article", title
        assert (examined.work.title, [each.name for each in examined.work.authors]) == (TITLE, THREE)
        if "Abstract" in body:
            assert examined.work.abstract == PROSE


def test_a_list_of_abstracts_is_no_article():
    item = "<p>Umbrellas of town {0}: a survey</p><p>Jane Doe and Rui Poe</p><p>Abstract: {1}</p>"
    body = "".join(item.format(number, PROSE) for number in range(9))
    for head in ("", "<h1>Publications of our group</h1>"):
        assert examine(page(f"{head}{body}", title="Publications of our group")).work is None


def test_an_issue_is_no_article():
    items = "".join(
        f"<h3>Umbrellas of town {number}</h3><p>Jane Doe</p><p>{number}-{number + 1}</p>" for number in range(9)
    )
    body = f"<h1>Office Papers</h1><p>Volume 12, Number 3, 1998</p>{items}"
    assert examine(page(body, title="Office Papers")).work is None


@pytest.mark.parametrize("line", ["Doe, J., Poe, R. S. and Roe, J.", "Doe, J., Poe, R. S., Roe, J. (1998)"])
def test_names_that_are_turned_have_a_comma_each(line):
    assert names(f"<h1>{TITLE}</h1><p>{line}</p><p>Office Papers, 12 (3). pp. 45-67.") == [
        "Doe, J.",
        "Poe, R. S.",
        "Roe, J",
    ]


def test_pages_stand_in_a_longer_line_of_the_same_issue():
    body = f"<p>Volume 12, Issue 3<p>March 1998{SIGNED}<p>Office Pap. (1998) 12 (3): 45–67.<p>{PROSE}"
    found = told(body)
    assert [found[name] for name in ("volume", "issue", "first_page", "last_page")] == ["12", "3", "45", "67"]
    other = body.replace("12 (3): 45", "13 (3): 45")
    assert "first_page" not in told(other)


def test_the_title_of_an_issue_is_none_of_a_work():
    items = "<p>Umbrellas of two towns</p><p>Jane Doe and Rui Poe</p><p>pp. 45-67</p><p>Rain</p><p>John Roe</p>"
    body = f"<h1>Annals of Umbrellas</h1><h2>Volume 12, Number 3, 1998</h2>{items}"
    assert examine(page(body, title="Annals of Umbrellas, Vol. 12, No. 3")).work is None


def test_a_byline_and_paragraphs_alone_are_news():
    assert examine(page(f"<h1>{TITLE}</h1><p>By Jane Doe</p><p>May 3, 2004</p><p>{PROSE}</p>")).work is None
    assert examine(page(f"<h1>{TITLE}</h1><p>Jane Doe</p><p>{PROSE}</p>")).work is not None
    assert examine(page(f"<h1>{TITLE}</h1><p>By Jane Doe and Rui Poe</p><p>{PROSE}</p>")).work is not None


def test_a_japanese_name_has_a_blank_and_a_list_of_them_commas():
    assert names(f"<h1>{TITLE}</h1><p>山田 太郎, 鈴木 花子</p>") == ["山田 太郎", "鈴木 花子"]
    assert names(f"<h1>{TITLE}</h1><p>王小明 李红</p>") == ["王小明", "李红"]
