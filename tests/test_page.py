"""Page: decoding by bytes, meta tags, typed links, JSON-LD."""

import pytest

from harvester.encodings import decode
from harvester.errors import PageError
from harvester.loose_json import DEEPEST, LARGEST, loads
from harvester.page import Page, select, select_texts, text_of

CHINESE = "图书馆学是研究图书馆事业的科学，本文介绍了它的方法和历史。" * 3
TRADITIONAL = "圖書館學是研究圖書館事業的科學，本文介紹了它的方法和歷史。" * 3
JAPANESE = "図書館の歴史について、これまでの研究をまとめて紹介する。" * 3
KOREAN = "도서관의 역사에 대한 지금까지의 연구를 정리하여 소개한다. " * 3
RUSSIAN = "Статья рассказывает об истории библиотек и о том, как читают книги. " * 3
FRENCH = "Une étude déjà ancienne sur les bibliothèques et l'été, à refaire. " * 3
POLISH = "Zażółć gęślą jaźń: o bibliotekach i książkach, które ktoś czytał. " * 3

WRITTEN = [
    (CHINESE, "gb18030"),
    (CHINESE, "utf-8"),
    (TRADITIONAL, "big5"),
    (JAPANESE, "shift_jis"),
    (JAPANESE, "euc_jp"),
    (JAPANESE, "iso2022_jp"),
    (KOREAN, "euc_kr"),
    (RUSSIAN, "windows-1251"),
    (RUSSIAN, "koi8-r"),
    (FRENCH, "windows-1252"),
    (POLISH, "windows-1250"),
    (POLISH, "iso8859-2"),
]


@pytest.mark.parametrize(("text", "encoding"), WRITTEN)
def test_a_right_label_in_the_header_is_believed(text, encoding):
    assert decode(text.encode(encoding), f"text/html; charset={encoding.replace('iso2022_jp', 'iso-2022-jp')}") == text


@pytest.mark.parametrize(("text", "encoding"), WRITTEN)
def test_a_right_label_in_the_page_is_believed(text, encoding):
    label = {"iso2022_jp": "iso-2022-jp", "gb18030": "gb2312", "euc_kr": "ks_c_5601-1987"}.get(encoding, encoding)
    page = f'<meta http-equiv="Content-Type" content="text/html; charset={label}"><p>{text}'
    assert decode(page.encode(encoding), "text/html").endswith(text)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [row for row in WRITTEN if row[1] not in {"iso2022_jp", "windows-1250", "iso8859-2"}],
)
@pytest.mark.parametrize("label", ["", "; charset=utf-8", "; charset=iso-8859-1", "; charset=no-such-thing"])
def test_a_missing_or_wrong_label_is_seen_through(text, encoding, label):
    assert decode(f"<p>{text}</p>".encode(encoding), "text/html" + label) == f"<p>{text}</p>"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_byte_order_mark_beats_every_label(encoding):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    assert decode(mark + CHINESE.encode(encoding), "text/html; charset=windows-1252") == CHINESE


def test_a_page_cut_off_within_a_character_stays_utf8():
    assert decode(CHINESE.encode()[:-1], None).startswith(CHINESE[:-2])


@pytest.mark.parametrize("shift", range(4))
def test_utf8_is_seen_far_down_and_wherever_a_part_ends(shift):
    text = "<p>ascii</p>\n" * 3_000 + "." * shift + "😀" * 9 + "." * 8_000 + "é" * 9 + "." * 9_000 + "😀"
    assert decode(text.encode(), "text/html; charset=iso-8859-1") == text


def test_a_western_page_with_one_accent_far_down_is_no_utf8():
    text = "<p>ascii</p>\n" * 3_000 + "A café au lait"
    assert decode(text.encode("cp1252"), "text/html; charset=utf-8") == text


def test_a_single_bad_byte_does_not_cost_the_label():
    assert decode(FRENCH.encode() + b"\xff", "text/html; charset=utf-8").startswith(FRENCH)


def test_gbk_page_is_read_through_the_tree():
    page = Page("https://example.org/", f"<meta charset=gbk><title>{CHINESE}</title>".encode("gbk"))
    assert page.title == CHINESE


@pytest.mark.parametrize(
    "body", [b"", b"\x00\x00", b"   ", b"<", b"<!-- -->", b"\xff\xfe", "\ud800".encode("utf-8", "surrogatepass")]
)
def test_a_body_without_elements_is_a_page_all_the_same(body):
    page = Page("https://example.org/", body)
    assert page.title == ""
    assert list(page.meta) == []
    assert page.select("table") == []


def test_selectors_name_elements_or_texts():
    page = Page("https://example.org/", b'<p class="a b">one <i>two</i></p><p class="ab" title="t">three</p>')
    assert [text_of(each) for each in page.select("p")] == ["one two", "three"]
    assert [text_of(each) for each in page.select("p.a")] == ["one two"]
    assert page.select_texts("p::text, p::attr(title)") == ["one ", "t", "three"]
    (first, _) = page.select("p")
    assert select_texts(first, "i::text") == ["two"]
    assert select(first, "p") == [first]


def test_meta_names_match_in_any_case_with_dot_or_colon_and_under_any_attribute():
    page = Page(
        "https://example.org/",
        b"""<META NAME="Citation_Title" CONTENT="A"><meta property="DC:Creator" content=" B ">
        <meta name="dc.creator" content="C"><meta name="empty" content=""><meta itemprop="name" content="D">
        <meta http-equiv="Content-Language" content="fr">""",
    )
    assert page.meta.all("citation_title") == ["A"]
    assert page.meta.all("dc.creator") == ["B", "C"]
    assert page.meta.first("no.such", "itemprop.name") == "D"
    assert "empty" not in page.meta
    assert page.meta.first("content-language") == "fr"


def test_typed_links_come_from_header_and_head():
    page = Page(
        "https://example.org/a/",
        b'<base href="/b/"><link rel="license nofollow" href="l"><link rel="NEXT" href="?p=2">',
        headers={"Link": '<https://doi.org/10.1234/5>; rel="cite-as", <x.pdf> ; rel=item; type="application/pdf"'},
    )
    assert page.linked("cite-as") == ["https://doi.org/10.1234/5"]
    assert [link for link in page.links if link.rel == "item"] == [
        ("item", "https://example.org/b/x.pdf", "application/pdf")
    ]
    assert page.linked("license") == ["https://example.org/b/l"]
    assert page.linked("next") == ["https://example.org/b/?p=2"]


def test_an_address_that_is_none_costs_nothing():
    page = Page("http://[broken", b'<base href="http://[worse"><link rel="next" href="http://[also">')
    assert page.host == ""
    assert page.absolute("http://[x") is None
    assert [link.rel for link in page.links] == ["next"]


def test_one_broken_json_ld_block_does_not_cost_its_siblings():
    page = Page(
        "https://example.org/",
        b"""<script type="application/ld+json">{"@type": "Article", </script>
        <script type="application/ld+json">
        <!-- {"@type": "Dataset", "name": "a // b", /* c */ "x": [1, 2,],} --></script>""",
    )
    assert page.json_ld == [{"@type": "Dataset", "name": "a // b", "x": [1, 2]}]
    assert len(page.problems) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1} {"a": 2}', [{"a": 1}, {"a": 2}]),
        ('{"a": "one\ntwo"}', {"a": "one\ntwo"}),
        ('{"a": "\\d and \\\\"}', {"a": "\\d and \\"}),
        ('// first\n{"url": "https://example.org//x"};', {"url": "https://example.org//x"}),
        ("//<![CDATA[\n[1,]\n//]]>", [1]),
    ],
)
def test_json_is_read_as_pages_write_it(text, value):
    assert loads(text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 200_000, "nested too deeply"),
        ("[" * (DEEPEST + 5) + "]" * (DEEPEST + 5), "nested too deeply"),
        ('"' + "x" * LARGEST + '"', "longer than"),
        ("no json", "cannot be read"),
    ],
)
def test_hostile_json_is_refused_in_words(text, message):
    with pytest.raises(PageError, match=message):
        loads(text)
