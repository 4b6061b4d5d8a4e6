"""Which of several candidates becomes the value, where their places in the ranking alone would choose wrong."""

import json

import pytest

from harvester.extraction import examine, labelled
from harvester.extraction.zone import zone
from harvester.items import Work
from harvester.page import Page

TITLE = "On hens and the barns of three towns"
PROSE = "We count hens in three towns for three years. There are more hens than barns in each of them. "


def work_of(*tags: tuple[str, str], ld: object = None, body: str = "") -> Work:
    head = "".join(f'<meta name="{name}" content="{content}">' for name, content in tags)
    if ld:
        head += f'<script type="application/ld+json">{json.dumps(ld)}</script>'
    work = examine(Page("https://example.org/a/b", f"<title>{TITLE}</title>{head}<h1>{TITLE}</h1>{body}".encode())).work
    assert work is not None
    return work


TITLED = ("citation_title", TITLE)
ARTICLE = {"@type": "ScholarlyArticle", "headline": TITLE}


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("citation_conference_title", "proceedings-article"),
        ("citation_inbook_title", "book-chapter"),
        ("citation_dissertation_institution", "dissertation"),
        ("citation_technical_report_institution", "report"),
        ("citation_journal_title", "journal-article"),
    ],
)
def test_a_tag_of_the_work_tells_more_than_an_article_of_schema_org(tag, expected):
    assert work_of(TITLED, (tag, "Hens and Barns"), ld=ARTICLE).type == expected


def test_an_article_that_is_part_of_a_book_is_its_chapter():
    assert work_of(ld={**ARTICLE, "isPartOf": {"@type": "Book", "name": "Hens and Barns"}}).type == "book-chapter"
    assert work_of(ld={**ARTICLE, "isPartOf": {"@type": "Periodical", "name": "Hens"}}).type == "journal-article"


def test_journals_call_a_kind_of_article_software():
    tags = (TITLED, ("dc.type", "Software"))
    placed = (("citation_journal_title", "Hens and Barns"), ("citation_volume", "3"))
    assert work_of(*tags, *placed).type == "journal-article"
    assert work_of(*tags).type == "software"


def test_proceedings_have_a_title_and_the_meeting_a_name():
    work = work_of(TITLED, ("citation_conference_title", "Hens 2014"), ("citation_inbook_title", "Barns, Part II"))
    assert work.container_title == "Barns, Part II"


def test_a_description_that_breaks_off_loses_to_the_abstract_of_the_page():
    cut = PROSE * 2 + "We conclude that barns"
    whole = PROSE * 2 + "We conclude that barns need hens, and say why that is so and what follows from it."
    body = f"<h2>Abstract</h2><p>{PROSE}{whole}</p>"
    assert work_of(TITLED, ld={**ARTICLE, "description": cut}, body=body).abstract == PROSE + whole
    assert work_of(TITLED, ld={**ARTICLE, "description": cut}).abstract == cut.strip()


def test_the_history_of_an_article_ends_its_abstract():
    for line in ("Received 3 May 2004; accepted 9 June 2004.", "Published online: June 2, 2004, in colour."):
        work = work_of(TITLED, body=f"<h2>Abstract</h2><p>{PROSE}</p><p>{line}</p><p>{PROSE}</p>")
        assert work.abstract == PROSE.strip()
    work = work_of(TITLED, body=f"<h2>Abstract</h2><p>{PROSE}</p><p>Received wisdom is wrong, as 2004 shows.</p>")
    assert work.abstract == f"{PROSE}Received wisdom is wrong, as 2004 shows."


def test_the_same_heading_again_is_the_articles():
    parts = "".join(f"<h3>{name}</h3><p>{PROSE}</p>" for name in ("Background", "Results", "Conclusions"))
    work = work_of(TITLED, body=f"<h2>Abstract</h2>{parts}<h3>Background</h3><p>{PROSE * 3}</p>")
    assert work.abstract == " ".join(f"{name}: {PROSE.strip()}" for name in ("Background", "Results", "Conclusions"))


def test_a_long_abstract_ends_with_its_element():
    abstract, article = PROSE * 3, "".join(f"<p>{PROSE * 4}</p>" for _ in range(8))
    body = f'<section id="abstract"><h2>Abstract</h2><p>{abstract}</p></section>{article}'
    assert work_of(TITLED, body=body).abstract == abstract.strip()


def test_the_parts_of_an_abstract_on_software_have_names_of_their_own():
    names = ("Motivation", "Results", "Availability and implementation", "Contact", "Supplementary information")
    parts = "".join(f"<h3>{name}</h3><p>{PROSE}</p>" for name in names)
    assert work_of(TITLED, body=f"<h2>Abstract</h2>{parts}<h2>Footnotes</h2>").abstract == " ".join(
        f"{name}: {PROSE.strip()}" for name in names
    )


@pytest.mark.parametrize("tail", [" | NEJM", "|NEJM", " - NEJM", " — The Hen Site"])
def test_what_follows_the_heading_in_a_title_is_the_sites(tail):
    assert titled(f"{TITLE}{tail}", f"<h1>{TITLE}</h1><p>Jane Doe") == TITLE


def test_a_subtitle_below_the_heading_is_none_of_the_sites():
    whole = f"{TITLE} - A study"
    assert titled(whole, f"<h1>{TITLE}</h1><p>A study</p>") == whole
    assert titled(whole, f"<h1>{whole}</h1>") == whole


def test_a_heading_may_be_spelt_otherwise_than_the_tags():
    body = "<h1>Hens’ nests and CO<sub>2</sub> — three towns</h1><p>Annals of Hens 12 (3): 4-9, 2004</p>"
    page = Page("https://example.org/a/b", f"<title>Hens' nests and CO 2 - three towns</title>{body}".encode())
    assert zone(page).sure


def test_a_button_ends_the_keywords():
    body = "<h2>Keywords</h2><ul><li>hens<li>barns</ul><p>Download full-text PDF</p>"
    assert work_of(TITLED, body=body).keywords == ["hens", "barns"]


def test_keywords_that_lost_their_signs_are_taken_from_the_tag_that_has_them():
    body = "<h2>Keywords</h2><p>laying hens wooden barns moonlight</p>"
    tag = ("keywords", "laying hens, wooden barns, moonlight")
    assert work_of(TITLED, tag, body=body).keywords == ["laying hens", "wooden barns", "moonlight"]
    other = ("keywords", "laying hens, wooden barns, rain")
    assert work_of(TITLED, other, body=body).keywords == ["laying hens wooden barns moonlight"]


def titled(title: str, body: str) -> str | None:
    ld = json.dumps({**ARTICLE, "headline": title})
    head = f'<title>{title}</title><script type="application/ld+json">{ld}</script>'
    work = examine(Page("https://example.org/a/b", f"{head}{body}".encode())).work
    return work.title if work else None


def test_a_description_under_its_heading_stands_for_a_missing_abstract():
    doi = "<h2>DOI</h2><p>10.5555/hens.7</p>"
    described = f"<h2>Description</h2><p>{PROSE}</p>"
    assert work_of(TITLED, body=f"{doi}{described}").abstract == PROSE.strip()
    assert (
        work_of(TITLED, body=f"{doi}{described}<h2>Abstract</h2><p>No, {PROSE}</p>").abstract == f"No, {PROSE.strip()}"
    )
    assert work_of(TITLED, body=f"{doi}{described}<h2>Hens</h2>{described}").abstract is None


def test_a_description_makes_no_record():
    body = f"<title>{TITLE}</title><h1>{TITLE}</h1><p>Pages: 3-9<p>Volume: 3<h2>Description</h2><p>{PROSE}"
    page = Page("https://example.org/shop", body.encode())
    assert not labelled.is_record(page)


@pytest.mark.parametrize("label", ["Abstract [en]", "Abstract (en)", "Resumen [ES]"])
def test_a_label_may_name_the_language_of_what_follows(label):
    assert work_of(TITLED, body=f"<h2>{label}</h2><p>{PROSE}</p><h2>Series</h2>").abstract == PROSE.strip()


def test_the_last_page_is_looked_for_in_the_source_line_where_the_tag_marks_the_first():
    tags = (
        TITLED,
        ("citation_journal_title", "Hen Reading"),
        ("citation_volume", "19"),
        ("citation_firstpage", "p101"),
    )
    body = "<p>Hen Reading, v19 n2 p101-118 Jun 2014</p>"
    assert (work_of(*tags, body=body).first_page, work_of(*tags, body=body).last_page) == ("101", "118")


def test_no_keyword_says_that_there_is_none():
    assert work_of(TITLED, ("citation_keywords", "Not available")).keywords == []


def test_a_corporate_author_is_none_of_the_people():
    body = "<p>Author(s)</p><p>Doe, Jane ; Roe, Rui</p><p>Corporate author(s)</p><p>Council of Hens, Leeds</p>"
    body += f"<p>Publication year</p><p>1998</p><p>Pages</p><p>3-9</p><h2>Abstract</h2><p>{PROSE}</p>"
    assert [author.label for author in work_of(body=body).authors] == ["Doe, Jane", "Roe, Rui"]


def test_creators_of_a_data_set_are_its_authors_and_the_author_whom_to_ask():
    people = {"author": [{"name": "Jane Doe"}], "creator": [{"name": "Jane Doe"}, {"name": "Rui Roe"}]}
    assert len(work_of(ld={"@type": "Dataset", "name": TITLE, **people}).authors) == 2
    assert len(work_of(ld={**ARTICLE, **people}).authors) == 1


def test_a_catalogue_puts_people_behind_a_slash_and_imprint_in_one():
    row = {
        "Titel:": f"{TITLE} : a study / Jane Doe ; Rui Roe",
        "Verfasser:": "Doe, Jane [VerfasserIn]",
        "Beteiligt:": "Roe, Rui [VerfasserIn]",
        "Erschienen:": "Rostock : Hen Verlag, 2009",
        "ISBN:": "978-3-16-148410-0 (Pp.)",
        "Seiten:": "3-9",
    }
    body = "".join(f"<tr><td>{label}<td>{value}" for label, value in row.items())
    work = examine(Page("https://example.org/ppn/7", f"<title>Katalog</title><table>{body}</table>".encode())).work
    assert work is not None
    assert (work.title, work.publisher, work.published) == (f"{TITLE} : a study", "Hen Verlag", "2009")
    assert ([author.label for author in work.authors], work.type) == (["Doe, Jane"], "book")


def test_a_slash_without_people_is_part_of_the_title():
    assert work_of(("citation_title", "Hens / barns"), ("citation_author", "Doe, Jane")).title == "Hens / barns"


def test_of_a_review_the_reviewer_is_the_author():
    body = "<p>by Ian Roe</p><p>Cambridge: Hen Press, 2002</p><p>Reviewed by Jane Doe, Department of Hens, Leeds.</p>"
    assert [author.label for author in work_of(TITLED, body=body).authors] == ["Jane Doe"]


@pytest.mark.parametrize("buttons", [" 下载全文 导出 添加到引用通知", " 收藏 分享"])
def test_buttons_behind_a_title_are_none_of_it(buttons):
    title = "血清降钙素原对重症急性胰腺炎预后的预测价值"
    row = f"<p>摘要：目的 {title * 8}。<p>DOI：10.5555/x.1<p>页码：3-9"
    body = f"<title>{title} - 数据</title><h1>{title}{buttons}</h1>{row}"
    work = examine(Page("https://example.org/a/b", body.encode())).work
    assert work is not None
    assert work.title == title


def test_a_label_with_a_colon_goes_before_the_word_of_a_menu():
    menu = "<p>Autores<p>Por data<p>Entrar<p>Ajuda<p>Área pessoal"
    row = {"Título:": TITLE, "Autor:": "Doe, Jane<br>Roe, Rui", "Resumo:": PROSE, "Editora:": "Hens", "Páginas:": "3-9"}
    body = "".join(f"<p>{label}<p>{value}" for label, value in row.items())
    page = f"<title>{TITLE}</title>{menu}{body}"
    work = examine(Page("https://example.org/handle/1/2", page.encode())).work
    assert work is not None
    assert [author.label for author in work.authors] == ["Doe, Jane", "Roe, Rui"]


def test_numbered_addresses_are_institutions_and_others_are_the_sites():
    def places(address):
        row = {
            "作者：": "Doe J(Doe, Jane)[1]",
            "地址：": address,
            "年：": "2014",
            "卷：": "61",
            "页码：": "3-9",
            "摘要：": PROSE,
        }
        body = "".join(f"<p>{label}<p>{value}" for label, value in row.items())
        return [place.raw for place in work_of(TITLED, body=body).affiliations]

    assert places("[1] Univ Hens, Leeds, England") == ["Univ Hens, Leeds, England"]
    assert places("Univ Hens, Leeds, England") == []


def test_a_label_may_say_how_much_follows():
    body = f"<p>著者 (2件)：<p>中屋敷健太<p>林 恵子<p>抄録：<p>{PROSE}<p>引用文献 (12件)：<p>環境省. 平成23年度. 2012"
    work = work_of(TITLED, body=body)
    assert [author.label for author in work.authors] == ["中屋敷健太", "林 恵子"]
    assert work.abstract == PROSE.strip()


def test_a_tag_for_the_volume_may_hold_the_issue_as_well():
    work = work_of(TITLED, ("citation_volume", "8卷2期"))
    assert (work.volume, work.issue) == ("8", "2")


NORWEGIAN = "Hvordan vi teller høns i tre byer, og hvorfor det er flere høns enn låver i hver av dem"


def test_languages_that_look_alike_are_what_the_tags_say():
    assert work_of(("citation_title", NORWEGIAN), ("citation_language", "nob")).language in {"nb", "no"}
    assert work_of(("citation_title", NORWEGIAN), ("citation_language", "dan")).language == "da"


def test_a_tag_that_agrees_with_the_abstract_is_believed_over_a_guess_about_the_title():
    basque = ("citation_title", "Euskal Herriko hizkuntza politikaren azterketa historikoa")
    abstract = ("citation_abstract", PROSE)
    assert work_of(basque, abstract, ("citation_language", "en")).language == "en"
    assert work_of(basque, abstract, ("citation_language", "fr")).language == "eu"
    assert work_of(basque, abstract).language == "eu"


def test_a_table_of_fields_knows_the_language_of_a_work_whose_title_is_translated():
    row = {"Title:": TITLE, "Authors:": "Doe, Jane", "Pages:": "3-9", "Year:": "1998", "DOI:": "10.5555/hens.7"}
    body = "".join(f"<p>{label}<p>{value}" for label, value in {**row, "Language:": "Spanish"}.items())
    assert work_of(body=body).language == "es"
    assert work_of(TITLED, body="<p>Language: Spanish<p>DOI: 10.5555/hens.7").language == "en"


def test_a_tag_for_the_number_of_pages_may_hold_the_range():
    work = work_of(("eprints.title", TITLE), ("eprints.pages", "17-21"))
    assert (work.first_page, work.last_page, work.page_count) == ("17", "21", None)
    assert work_of(("eprints.title", TITLE), ("eprints.pages", "17")).first_page is None


def test_a_date_without_more_words_is_the_works_in_a_table_of_its_fields():
    row = {"Título:": TITLE, "Autor:": "Doe, Jane", "Páginas:": "3-9", "DOI:": "10.5555/hens.7", "Editora:": "Hens"}
    body = "".join(f"<p>{label}<p>{value}" for label, value in {**row, "Data:": "Out-2005"}.items())
    assert work_of(body=body).published == "2005-10"
    assert work_of(TITLED, body="<p>Date: May 2005<p>DOI: 10.5555/hens.7").published is None
