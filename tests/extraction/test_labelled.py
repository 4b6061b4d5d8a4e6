"""One record, many markups: whatever renders to the same lines gives the same record."""

import json
from html import escape
from pathlib import Path

import pytest

from harvester.extraction import examine, labelled
from harvester.extraction.lines import lines
from harvester.page import Page

TITLE = "How reading rooms learn from one another"
CITED = "被引:7"
FIELDS = [
    ("作者", ["Doe, Jane [1 ,2 ]", "Roe-Poe, Richard [2 ]"]),
    (
        "机构",
        ["[1] Univ Examples, Dept Lib Studies, Leeds, W Yorkshire, England", "[2] Inst Samples, Bergen, Norway"],
    ),
    ("关键词", ["reading rooms; mutual visits; GIS; KNOWLEDGE TRANSFER; ORGANIZATIONS; LIBRARIES;"]),
    ("D O I", ["10.5555/rr.2016.0042"]),
    ("中图分类号", ["G25 [图书馆学、图书馆事业]; D63 [国家行政管理];"]),
    ("学科分类号", ["1205 ; 120501 ;"]),
    (
        "摘要",
        [
            "Reading rooms of two towns sent their staff to visit one another for a year. Points for practitioners "
            "center dot Visits work best in pairs. center dot A short note after each visit is enough."
        ],
    ),
    ("引用", []),
    ("收藏", []),
]
PAIRS = [("页码", "57 / 63"), ("页数", "7")]
RELATED = [
    [
        "Visits between museums: what curators bring home",
        "Poe, Ann",
        "Van der Berg, Jan",
        "MUSEUM EXAMPLES, 2011, 14 (02) : 88 - 97",
    ],
    ["A theory of short notes", "Low, Kim", "CONFERENCE ON NOTES, VOLS 1 AND 2, 2014, : 5 - 9"],
    ["Notes, and how they end up in drawers", "Low, Kim", "JOURNAL OF DRAWERS, 2020, 3 (01)"],
    ["Drawers of the future", "Poe, Ann", "JOURNAL OF DRAWERS, 2025,"],
]


def text() -> str:
    rows = [TITLE, "", CITED, "|"]
    for label, values in FIELDS:
        rows += [label, *values]
    rows += [f"{label}:{value}" for label, value in PAIRS]
    rows += ["相关论文", "共 23 条"]
    for at, (title, *rest) in enumerate(RELATED, 1):
        rows += [f"• [{at}] {title}", *(f"  {line}" for line in rest)]
    return "\n".join(rows)


def related_items(tag: str = "div") -> str:
    return "".join(
        f"<li><span>[{at}]</span> <{tag}>{escape(title)}</{tag}>"
        + "".join(f"<div>{escape(line)}</div>" for line in rest)
        + "</li>"
        for at, (title, *rest) in enumerate(RELATED, 1)
    )


def related_list(tag: str = "div", label: str = "h3", rows: str = "ul") -> str:
    return f"<{label}>相关论文</{label}><p>共 <b>23</b> 条</p><{rows}>{related_items(tag)}</{rows}>"


def html(body: str, head: str = "") -> str:
    head = f"<head><meta charset='utf-8'><title>{TITLE}</title>{head}</head>"
    return f"<!doctype html><html>{head}<body>{body}</body></html>"


def table() -> str:
    rows = "".join(f"<tr><th>{label}</th><td>{'<br>'.join(map(escape, values))}</td></tr>" for label, values in FIELDS)
    rows += "".join(f"<tr><th>{label}</th><td>{value}</td></tr>" for label, value in PAIRS)
    return html(f"<h1>{TITLE}</h1><p>{CITED}</p><table>{rows}</table>{related_list()}")


def definition_list() -> str:
    rows = "".join(
        f"<dt>{label}：</dt>" + "".join(f"<dd>{escape(value)}</dd>" for value in values)
        for label, values in (*FIELDS, *((a, [b]) for a, b in PAIRS))
    )
    return html(f"<h2>{TITLE}</h2><div>{CITED}</div><dl>{rows}</dl>{related_list('h4', 'div', 'ol')}")


def breaks() -> str:
    return html("<div>" + "<br>".join(escape(line) for line in text().splitlines() if line) + "</div>")


def preformatted() -> str:
    return html(f"<pre>{escape(text())}</pre>")


def nested_spans() -> str:
    rows = ""
    for label, values in FIELDS:
        spelled = " ".join(label.replace(" ", ""))
        rows += f"<div><b><span>{'</span><span>'.join(spelled)}</span></b></div>"
        rows += "".join(f"<div><span><em>{escape(value[:3])}</em>{escape(value[3:])}</span></div>" for value in values)
    rows += "".join(f"<p><span>{label}</span><i>：</i><span> {value}</span></p>" for label, value in PAIRS)
    return html(f"<div>{TITLE}</div><div>{CITED}</div><div>|</div>{rows}{related_list('b', 'p')}")


def one_line_each() -> str:
    """Label and value in one line where the value is one line; DOI without blanks, colons of full width."""
    rows = ""
    for spelled, values in FIELDS:
        label = spelled.replace("D O I", "DOI")
        if len(values) == 1:
            rows += f"<p><strong>{label}：</strong>{escape(values[0])}</p>"
        else:
            rows += f"<p>{label}：</p>" + "".join(f"<p>{escape(value)}</p>" for value in values)
    rows += f"<p>{PAIRS[0][0]}：{PAIRS[0][1]}　{PAIRS[1][0]}：{PAIRS[1][1]}</p>"
    chrome = (
        "<nav><a>首页</a><a>作者</a><a>关键词</a></nav><script>var 作者 = 'none';</script>"
        "<div style='display:none'>D O I</div>"
    )
    return html(
        f"{chrome}<article><h1>{TITLE}</h1><p>{CITED}</p>{rows}{related_list(label='h2')}</article>"
        "<footer><p>友情链接</p><p>© 2026 网站</p></footer>"
    )


def sections() -> str:
    rows = "".join(
        f"<section><h4>【{label}】</h4><ul>{''.join(f'<li>{escape(value)}</li>' for value in values)}</ul></section>"
        for label, values in FIELDS
        if values
    )
    pairs = "".join(f"<div>{label}: {value}</div>" for label, value in PAIRS)
    return html(f"<h1>{TITLE}</h1><div>{CITED}</div>{rows}{pairs}{related_list('a', 'h4')}")


MARKUPS = {
    "table": table,
    "definition_list": definition_list,
    "breaks": breaks,
    "preformatted": preformatted,
    "nested_spans": nested_spans,
    "one_line_each": one_line_each,
    "sections": sections,
}


def record(page: Page) -> dict:
    examined = examine(page)
    assert examined.work is not None, examined.verdict
    return {"kind": examined.verdict.kind} | {
        name: value for name, value in examined.work.to_dict().items() if name != "url"
    }


@pytest.fixture(scope="module")
def from_text() -> dict:
    return record(Page("https://records.example.org/1", text().encode(), media_type="text/plain"))


def test_text_gives_the_record(from_text):
    assert from_text["kind"] == "article"
    assert from_text["title"] == TITLE
    assert from_text["doi"] == "10.5555/rr.2016.0042"
    assert [(each["family"], each["given"], each["affiliations"]) for each in from_text["authors"]] == [
        ("Doe", "Jane", [0, 1]),
        ("Roe-Poe", "Richard", [1]),
    ]
    assert [(each["raw"], each["country"]) for each in from_text["affiliations"]] == [
        ("Univ Examples, Dept Lib Studies, Leeds, W Yorkshire, England", "GB"),
        ("Inst Samples, Bergen, Norway", "NO"),
    ]
    assert from_text["keywords"] == ["reading rooms", "mutual visits", "GIS"]
    assert from_text["keywords_plus"] == ["KNOWLEDGE TRANSFER", "ORGANIZATIONS", "LIBRARIES"]
    assert [(each["scheme"], each["code"], each["label"]) for each in from_text["classifications"]] == [
        ("clc", "G25", "图书馆学、图书馆事业"),
        ("clc", "D63", "国家行政管理"),
        ("cn-discipline", "1205", None),
        ("cn-discipline", "120501", None),
    ]
    assert (from_text["first_page"], from_text["last_page"], from_text["page_count"]) == ("57", "63", 7)
    assert (from_text["cited_by_count"], from_text["related_total"]) == (7, 23)
    assert from_text["abstract"].endswith("• Visits work best in pairs. • A short note after each visit is enough.")
    assert from_text["language"] == "en"
    assert all(
        from_text[name] in (None, []) for name in ("container_title", "published", "volume", "issue", "publisher")
    )


def test_related_works_keep_their_parts(from_text):
    parts = ("title", "authors", "container_title", "year", "volume", "issue", "first_page", "last_page")
    assert [tuple(each[part] for part in parts) for each in from_text["related"]] == [
        (
            "Visits between museums: what curators bring home",
            ["Poe, Ann", "Van der Berg, Jan"],
            *("MUSEUM EXAMPLES", 2011, "14", "2", "88", "97"),
        ),
        ("A theory of short notes", ["Low, Kim"], "CONFERENCE ON NOTES, VOLS 1 AND 2", 2014, None, None, "5", "9"),
        ("Notes, and how they end up in drawers", ["Low, Kim"], "JOURNAL OF DRAWERS", 2020, "3", "1", None, None),
        ("Drawers of the future", ["Poe, Ann"], "JOURNAL OF DRAWERS", 2025, None, None, None, None),
    ]


@pytest.mark.parametrize("markup", MARKUPS.values(), ids=MARKUPS)
def test_any_markup_gives_the_record_of_the_text(markup, from_text):
    assert record(Page("https://records.example.org/1", markup().encode())) == from_text


SEEDS = sorted((Path(__file__).parents[3] / "shared" / "seeds").glob("*.expected.json"))


@pytest.mark.skipif(not SEEDS, reason="the seed texts are not beside this checkout")
@pytest.mark.parametrize("expected_file", SEEDS, ids=lambda path: path.name.partition("_")[0])
def test_seed_comes_out_exactly(expected_file):
    expected = json.loads(expected_file.read_text("utf-8"))
    page = Page(
        "file:///" + expected["file"], expected_file.with_name(expected["file"]).read_bytes(), media_type="text/plain"
    )
    found = record(page)
    assert found["abstract"].startswith(expected.pop("abstract_head"))
    assert found["abstract"].endswith(expected.pop("abstract_tail"))
    del expected["file"]
    for name, value in expected.items():
        assert pick(found[name], value) == value, name


def pick(found, expected):
    """Reduce items to the parts that the expected ones name."""
    if isinstance(expected, list) and expected and isinstance(expected[0], dict):
        return [{name: each[name] for name in expected[0]} for each in found]
    return found


THIN = """A ledger of umbrellas: the case of one railway
Abstract
{}
Sign up today - FREE
Mendeley saves you time finding and organizing research. Learn more
- All your research in one place
"""
PROSE = (
    "The ledger covers eighty years (see Doe, 1999; Roe and Poe, 2004, 12(3): 5-9). Volume 3 is lost. "
    "We describe what is left, and what people stopped asking for."
)


def test_a_thin_text_gives_title_and_abstract_and_nothing_else():
    found = record(Page("file:///thin.txt", THIN.format(PROSE).encode(), media_type="text/plain"))
    told = {name for name, value in found.items() if value not in (None, [])}
    assert told == {"kind", "title", "abstract", "language"}
    assert found["abstract"] == PROSE


LABELS = [
    ("Keywords", "Abstract", "Title"),
    ("關鍵詞", "摘要", "題名"),
    ("キーワード", "抄録", "タイトル"),
    ("키워드", "초록", "제목"),
    ("Schlagwörter", "Zusammenfassung", "Titel"),
    ("Mots-clés", "Résumé", "Titre"),
    ("Palabras clave", "Resumen", "Título"),
    ("Palavras-chave", "Resumo", "Título"),
    ("Ключевые слова", "Аннотация", "Название"),
    ("Parole chiave", "Riassunto", "Titolo"),
    ("Trefwoorden", "Samenvatting", "Titel"),
    ("Nyckelord", "Sammanfattning", "Titel"),
    ("Słowa kluczowe", "Streszczenie", "Tytuł"),
    ("Klíčová slova", "Souhrn", "Název"),
    ("Anahtar kelimeler", "Özet", "Başlık"),
    ("Ключові слова", "Анотація", "Назва"),
    ("Kata kunci", "Abstrak", "Title"),
    ("الكلمات المفتاحية", "الملخص", "Title"),
    ("کلیدواژه‌ها", "چکیده", "Title"),
]


@pytest.mark.parametrize(("keywords", "abstract", "title"), LABELS, ids=[row[1] for row in LABELS])
def test_labels_in_many_languages(keywords, abstract, title):
    body = f"{title}: A ledger of umbrellas\n{abstract}: {PROSE}\n{keywords}: ledgers; umbrellas\n"
    body += "DOI: 10.5555/jfo.2011.14\n"
    found = record(Page("file:///a.txt", body.encode(), media_type="text/plain"))
    assert (found["title"], found["abstract"], found["doi"]) == ("A ledger of umbrellas", PROSE, "10.5555/jfo.2011.14")
    assert found["keywords"] == ["ledgers", "umbrellas"]


TABLES = [
    ("Autor", "Tytuł", "Źródło", "Rok", "Strony", "Język", "Wydawca", "Uniwersytet X"),
    ("Autore", "Titolo", "Rivista", "Anno", "Pagine", "Lingua", "Editore", "Università di X"),
    ("Autoři", "Název", "Časopis", "Rok vydání", "Strany", "Jazyk", "Vydavatel", "Univerzita X"),
    ("Yazar", "Başlık", "Dergi", "Yayın yılı", "Sayfalar", "Dil", "Yayıncı", "X Üniversitesi"),
    ("Автор", "Назва", "Джерело", "Рік", "Сторінки", "Мова", "Видавець", "Институт X"),
]


@pytest.mark.parametrize("labels", TABLES, ids=[row[1] for row in TABLES])
def test_tables_in_many_languages(labels):
    people, title, journal, year, pages, language, publisher, place = labels
    rows = {people: f"Doe Anna ({place}), Roe Jan (Lab Y)", title: "Kury a drogi", journal: "Hen Letters", year: "2012"}
    rows |= {pages: "21-32", language: "English", publisher: "Hen Press", "ISSN": "0378-5955", "DOI": "10.5555/hens.7"}
    body = "<table>" + "".join(f"<tr><td>{label}<td>{value}" for label, value in rows.items())
    work = examine(Page("https://example.org/a", html(body).encode())).work
    assert (work.title, work.container_title, work.publisher) == ("Kury a drogi", "Hen Letters", "Hen Press")
    assert (work.published, work.first_page, work.last_page, work.language) == ("2012", "21", "32", "en")
    assert work.authors[0].name == "Doe Anna"
    assert work.affiliations[0].raw == place


BOOK = {
    "Personal name": "Doe, Jane, 1950-",
    "Main title": "Hens and the road : a history / Jane Doe.",
    "Publisher": "Ithaca, N.Y. : Hen Press, 2003.",
    "Description": "xii, 345 p. : ill. ; 24 cm.",
    "ISBN": "0801439124 (alk. paper)",
}


@pytest.mark.parametrize("publisher", ["Ithaca, N.Y. : Hen Press, 2003.", "Hen Press, 2003", "Hen Press, [2003]"])
def test_a_title_an_author_and_an_isbn_are_a_book(publisher):
    rows = BOOK | {"Publisher": publisher}
    body = "".join(f"<li><h3>{label}</h3><span>{value}</span>" for label, value in rows.items())
    page = Page("https://example.org/a", f"<title>Catalogue</title><h1>Catalogue</h1><ul>{body}".encode())
    work = examine(page).work
    assert (work.title, work.type, work.isbn) == ("Hens and the road : a history", "book", ["9780801439124"])
    assert (work.authors[0].name, work.publisher, work.published) == ("Doe, Jane", "Hen Press", "2003")


@pytest.mark.parametrize("label", ["DOI", "DOI and Other Identifiers"])
def test_reports_have_labels_of_their_own(label):
    rows = {"Accession Number": "ADA123456", "Title": TITLE, "Personal Author(s)": "Doe, Jane; Roe, Sam"}
    rows |= {"Report Date": "1984-06-01", "Abstract": PROSE, "Descriptors": "*HENS, ROADS", label: "10.5555/hens.7"}
    body = "".join(f"<p><b>{name}:</b> {value}</p>" for name, value in rows.items())
    work = examine(Page("https://example.org/a", f"<title>ADA123456: {TITLE}</title>{body}".encode())).work
    assert (work.title, work.published, work.abstract, work.doi) == (TITLE, "1984-06-01", PROSE, "10.5555/hens.7")
    assert [author.label for author in work.authors] == ["Doe, Jane", "Roe, Sam"]
    assert work.keywords == []


def test_keywords_between_dashes_need_no_colon():
    def terms(line):
        body = f"<h1>{TITLE}</h1><p>Jane Doe, Sam Roe<h3>Abstract</h3><p>{PROSE}<p>{line}<p>Jane Doe<p>Email: jd"
        work = examine(Page("https://example.org/a", f"<title>{TITLE}</title>{body}".encode())).work
        return work.keywords

    assert terms("Keywords Hens - Roads - Width of graphs") == ["Hens", "Roads", "Width of graphs"]
    assert terms("Keywords: Hens; Roads (search for similar items)") == ["Hens", "Roads"]
    assert terms("Keywords are what a reader looks for - as we know.") == []
    assert terms("keywords = {Hens - Roads - Width}") == []


def test_names_end_where_the_next_label_begins_though_nobody_knows_it():
    body = "<table><tr><td>Authors<td>Jane Doe; Sam Roe<tr><td>Promenade<td>Hen Letters"
    body += f"<tr><td>DOI<td>10.5555/hens.7<tr><td>Pages<td>3-9<tr><td>Abstract<td>{PROSE}"
    named = record(Page("https://example.org/a", html(body).encode()))["authors"]
    assert [each["name"] for each in named] == ["Jane Doe", "Sam Roe"]


def test_japanese_repositories_write_the_surname_and_a_comma():
    def people(*lines):
        rows = {"タイトル": "鶏の道路横断", "著者": "<br>".join(lines), "ページ": "101-115", "DOI": "10.5555/hens.7"}
        body = "<table>" + "".join(f"<tr><td>{label}<td>{value}" for label, value in rows.items())
        named = record(Page("https://example.org/a", html(body).encode()))["authors"]
        return [each["name"] for each in named]

    assert people("鈴木, 一郎", "佐藤, 花子") == ["鈴木, 一郎", "佐藤, 花子"]
    assert people("张三, 李四") == ["张三", "李四"]


def test_full_width_letters_and_colons_are_read():
    body = f"A ledger of umbrellas\nＤＯＩ：10.5555/jfo.2011.14\n摘　要：{PROSE}\n"
    found = record(Page("file:///a.txt", body.encode(), media_type="text/plain"))
    assert (found["doi"], found["abstract"]) == ("10.5555/jfo.2011.14", PROSE)


MENU = "<ul><li>Authors</li><li>Reviewers</li><li>Keywords</li><li>Volume</li><li>DOI</li></ul>"


def test_words_of_a_menu_are_no_labels():
    page = Page("https://journal.example.org/", html(f"{MENU}<h1>Welcome</h1><p>{PROSE}</p>").encode())
    assert not labelled.is_record(page)
    assert list(labelled.read(page)) == []


def test_a_list_of_addresses_is_no_record():
    page = Page(
        "file:///urls.txt", b"# a list\nhttps://example.org/1\nhttps://example.org/2\n", media_type="text/plain"
    )
    assert not labelled.is_record(page)
    assert lines(page)[0] == "# a list"


CHINESE_ABSTRACT = (
    "以三十个社区阅读空间为对象，通过问卷与观察了解使用者的年龄、职业和停留时间，发现老年读者与带孩子的家长占七成，停留时间与座位的舒适程度"
    "相关，建议增加适合老年人的座位和照明。"
)


def of_page(title: str, *lines: str):
    body = f"<title>{title}-例馆平台</title><h1>{title}</h1>" + "".join(f"<p>{line}</p>" for line in lines)
    return examine(Page("https://example.org/a/b", body.encode()))


def test_a_blank_behind_a_chinese_label_is_enough():
    work = of_page(
        "城市社区阅读空间调查",
        f"摘要 {CHINESE_ABSTRACT}",
        "出处 《例馆学刊》 2018年第3期45-53,共9页",
        "关键词 社区 阅读空间 使用者",
        "分类号 G258.2 [文化科学]",
    ).work
    assert (work.abstract, work.keywords) == (CHINESE_ABSTRACT, ["社区", "阅读空间", "使用者"])
    assert [each.code for each in work.classifications] == ["G258.2"]
    assert (work.container_title, work.published, work.issue, work.first_page) == ("例馆学刊", "2018", "3", "45")


def test_a_menu_of_chinese_labels_is_no_record():
    examined = of_page("例馆平台高级检索说明", "题名 关键词 作者 机构 刊名 分类号", "作者 机构 刊名", "机构 刊名 作者")
    assert examined.work is None


def test_a_thesis_of_taiwan_has_its_labels_above_the_values():
    work = of_page(
        "鄉鎮圖書館志工之參與動機研究",
        *(
            "研究生:",
            "黃淑芬",
            "論文名稱:",
            "鄉鎮圖書館志工之參與動機研究",
            "指導教授:",
            "吳明德",
            "論文出版年:",
            "2012",
        ),
        *("論文頁數:", "142", "中文關鍵詞:", "志工、參與動機、公共圖書館", "摘要", CHINESE_ABSTRACT),
    ).work
    assert [each.name for each in work.authors] == ["黃淑芬"]
    assert (work.published, work.page_count) == ("2012", 142)
    assert work.keywords == ["志工", "參與動機", "公共圖書館"]


def test_a_button_glued_to_the_title_is_no_part_of_it():
    title = "山区流动书车服务的二十年"
    body = f"<title>{title}-期刊-例馆平台</title><p>{title}引用<p>摘要：<p>{CHINESE_ABSTRACT}<p>关键词：<p>书车 山区"
    assert examine(Page("https://example.org/a/b", body.encode())).work.title == title


def test_an_abstract_below_a_citation_line_and_tabs_makes_a_record():
    work = of_page(
        "大學生使用討論室之行為研究",
        *("陳怡君(Yi-Chun Chen) ; 林志明(Chih-Ming Lin)", "《圖書例學研究》 15卷2期 (2021/06) Pp. 1-24"),
        *(
            "https://doi.org/10.5555/x.1",
            "繁體中文",
            "下載全文",
            "摘要",
            "參考文獻",
            "延伸閱讀",
            f"<h3>摘要</h3>{CHINESE_ABSTRACT}",
        ),
    ).work
    assert (work.abstract, work.doi, work.volume, work.first_page) == (CHINESE_ABSTRACT, "10.5555/x.1", "15", "1")


def test_an_abstract_with_its_keywords_under_one_korean_heading():
    work = of_page("조선 후기 세책본의 유통과 독자", "DOI", "10.5555/klr.2015", f"<h3>초록· 키워드</h3>{PROSE}").work
    assert (work.abstract, work.doi) == (PROSE, "10.5555/klr.2015")


def test_a_chinese_index_puts_the_translation_behind_names_terms_and_source():
    work = of_page(
        "社区书房的使用者调查",
        "作者 <a>何静</a> <a>罗远</a> He Jing;Luo Yuan(School of Examples,Lizhou 610065)",
        "机构地区 例州大学公共管理学院",
        "出处 《例馆学刊》 CSSCI 2018年第3期45-53,共9页 Journal of Examples",
        "关键词 社区书房 使用者 问卷调查 Community reading User Questionnaire",
        "分类：G258.2 [文化科学—图书馆学]",
        f"摘要 {CHINESE_ABSTRACT}",
        "<h4>期刊信息</h4>",
        "被引量：3051",
    ).work
    assert [each.label for each in work.authors] == ["何静", "罗远"]
    assert (work.container_title, work.published, work.issue) == ("例馆学刊", "2018", "3")
    assert work.keywords == ["社区书房", "使用者", "问卷调查"]
    assert [each.code for each in work.classifications] == ["G258.2"]
    assert work.cited_by_count is None


def test_a_title_with_a_hyphen_behind_a_number_is_whole():
    title = "Сельские читатели в 1920-е годы"
    assert of_page(title, f"Аннотация: {PROSE}", "DOI: 10.5555/x.1").work.title == title


def test_a_heading_with_its_english_in_brackets_is_the_heading():
    prose = f"{PROSE} Most asked for umbrellas, some for gloves and hats, and three for a dog, year after year."
    work = of_page(
        "농촌 작은도서관의 운영 실태",
        "수록면: 125-147(23쪽)",
        f"<h4>국문 초록 (Abstract)</h4>{prose}",
        "<h4>참고문헌 (Reference)</h4>이진우, 작은도서관, 예시학보, 44 (1): 33-55, 2013",
    ).work
    assert (work.abstract, work.first_page, work.last_page, work.volume) == (prose, "125", "147", None)


TABLE = (
    "<tr><td>作者</td><td>王芳; 李明</td></tr><tr><td>年份</td><td>2013</td></tr><tr><td>卷</td><td>39</td></tr>"
    "<tr><td>出版者</td><td>例州出版社</td></tr><tr><td>导师</td><td>张三</td></tr><tr><td>英文摘要</td><td>{}</td></tr>"
    "<tr><td>英文关键词</td><td>ledgers; umbrellas</td></tr><tr><td>参考文献：</td></tr><tr><td>DOI</td>"
    "<td>10.5555/a.39</td></tr>"
)


def in_table(url: str = "https://example.org/a/b"):
    logo = "<h1><a href='/'>例州大学机构知识库</a></h1><p>Home</p>"
    titles = "<h3>How people lost umbrellas</h3><h4>人们如何丢失雨伞</h4>"
    return examine(Page(url, f"<title>IR</title>{logo}{titles}<table>{TABLE.format(PROSE)}</table>".encode()))


def test_in_a_table_of_fields_no_label_is_a_button_and_a_translation_will_do():
    work = in_table().work
    assert (work.title, work.publisher, work.type) == ("How people lost umbrellas", "例州出版社", "dissertation")
    assert (work.abstract, work.keywords) == (PROSE, ["ledgers", "umbrellas"])
    assert work.doi == "10.5555/a.39", "an empty row of references ends no table"


@pytest.mark.parametrize(
    "path", ["/login?o=a&id=3", "/search/12", "/citations?user=ab&id=3", "/profile/3", "/a?q=ledger"]
)
def test_no_address_outweighs_a_table_of_fields(path):
    assert in_table(f"https://example.org{path}").work is not None
    bare = Page(f"https://example.org{path}", b"<title>IR</title><h1>Library of Examples</h1><p>DOI")
    assert examine(bare).work is None


def test_an_article_has_its_number_under_a_label():
    work = of_page(
        "A ledger of umbrellas", "Authors: Doe, J (Doe, Jane)", "Volume: 115 Article Number: C04002", "DOI: 10.5555/a"
    ).work
    assert (work.volume, work.issue, work.article_number) == ("115", None, "C04002")


def test_badges_of_indexes_are_no_part_of_the_journal():
    lines = (f"摘要 {CHINESE_ABSTRACT}", "刊名：例州雨伞杂志 ISTIC PKU", "关键词：雨伞；账册", "DOI：10.5555/a")
    assert of_page("人们如何丢失雨伞", *lines).work.container_title == "例州雨伞杂志"


def test_print_and_online_number_may_stand_behind_one_label():
    lines = ("ISSN: 0378-5955 (Print) 1878-5891 (Online)", f"Abstract: {PROSE}", "DOI: 10.5555/a")
    assert of_page("A ledger of umbrellas", *lines).work.issn == ["0378-5955", "1878-5891"]


def test_the_only_text_below_a_table_is_the_abstract():
    table = ("作者: 王芳", "卷: 39", "期: 4", "DOI: 10.5555/a.39", "关键词: 雨伞; 账册")
    prose = f"{PROSE} Most asked for umbrellas, some for gloves and hats, and three for a dog, year after year. {PROSE}"
    assert of_page("人们如何丢失雨伞", *table, prose).work.abstract == prose
    assert of_page("人们如何丢失雨伞", *table, prose, prose, prose).work.abstract is None


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (("Source: 2008 Conference on Hens", "ISBN: 9781424414840", "ISSN: 1520-6149"), "proceedings-article"),
        (("Source: Proceedings of Hens",), "proceedings-article"),
        (("Source: Proceedings of the Academy of Hens", "Volume: 3"), "journal-article"),
        (("Source: Handbook of Hens", "ISBN: 9781424414840"), None),
    ],
)
def test_what_holds_a_work_tells_what_it_is(lines, kind):
    assert of_page("A ledger of umbrellas", f"Abstract: {PROSE}", "DOI: 10.5555/a.1", *lines).work.type == kind


def test_a_list_of_tables_is_no_table():
    item = "<h3>Ledger {0}</h3><p>Authors: Doe, J<p>Year: 201{0}<p>Volume: {0}<p>Keywords: hens<p>DOI: 10.5555/a.{0}"
    body = f"<title>Library</title><h1>Library of Examples</h1>{item.format(1)}{{}}".encode()
    one = Page("https://example.org/search?q=hens", body.replace(b"{}", b""))
    two = Page("https://example.org/search?q=hens", body.replace(b"{}", item.format(2).encode()))
    assert (examine(one).verdict.kind.value, examine(two).verdict.kind.value) == ("article", "multi")


def test_the_source_behind_a_journal_is_no_part_of_its_name():
    lines = ("Journal: Quarterly of Lost Things / Vol. 58, No. 3, Aug., 2005 Previous Item Next Item",)
    work = of_page("Where umbrellas go", *lines, "DOI: 10.5555/q.3", f"Abstract: {PROSE}").work
    assert work.container_title == "Quarterly of Lost Things"
