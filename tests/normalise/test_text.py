"""Titles, abstracts, keywords, and plain text of any kind."""

import pytest

from harvester.normalise.text import abstract, keyword, keyword_list, keywords, lines, plain, repaired, title

PLAIN = [
    ("  a \n b ", "a b"),
    ("a&nbsp;b", "a b"),
    ("R&amp;D", "R&D"),
    ("R&amp;amp;D", "R&D"),
    ("R&D", "R&D"),
    ("AT&T &copy 2014", "AT&T &copy 2014"),
    ("&amp;amp;amp;", "&amp;amp;amp;"),
    ("<i>E. coli</i> O157", "E. coli O157"),
    ("&lt;i&gt;E. coli&lt;/i&gt;", "E. coli"),
    ("H<sub>2</sub>O", "H2O"),
    ("10<sup>6</sup> m<sup>2</sup>", "10⁶ m²"),
    ("Ca<sup>2+</sup>", "Ca²⁺"),
    ("1<sup>st</sup>", "1st"),
    ("<jats:p>One</jats:p><jats:p>Two</jats:p>", "One Two"),
    ("one<br/>two", "one two"),
    ("a <!-- hidden --> b", "a b"),
    ("<script>x()</script>a", "a"),
    ("p < 0.05 and q > 1", "p < 0.05 and q > 1"),
    ("mean <N> of", "mean <N> of"),
    ("x<y and y>z", "x<y and y>z"),
    ("<mml:math><mml:mi>x</mml:mi></mml:math>", "x"),
    ("<![CDATA[a]]>", "a"),
    ("<mml:math><mml:mi>x</mml:mi></mml:math><tex-math>$x$</tex-math>", "x"),
    ("so <tex-math>$x$</tex-math> is", "so $x$ is"),
    (
        r"<tex-math>\documentclass{minimal} \usepackage{amsmath} \begin{document}$$x$$\end{document}</tex-math> is",
        "$$x$$ is",
    ),
    ("e\u0301", "é"),
    ("a\u200bb\u00adc\ufeff", "abc"),
    ("a\x00b", "ab"),
    ("می\u200cخواهم", "می\u200cخواهم"),
    ("　全角　空白　", "全角 空白"),
    ("LariviÃ¨re", "Larivière"),
    ("â€œopenâ€\x9d", "“open”"),
    ("São Paulo à «Paris»", "São Paulo à «Paris»"),
    ("naïve Ångström", "naïve Ångström"),
    ("", None),
    ("<p></p>", None),
]

TITLES = [
    ("On <i>E. coli</i> *", "On E. coli"),
    ("On counting†", "On counting"),
    ("On counting.", "On counting."),
    ("Title: On counting", "On counting"),
    ("[On counting in two towns].", "On counting in two towns"),
    ("[On] counting [in two towns]", "[On] counting [in two towns]"),
    ("题名：论计数", "论计数"),
    ("What is C++?", "What is C++?"),
    ("A* search", "A* search"),
    ("404", None),
    ("404 Not Found", None),
    ("404 - Page Not Found", None),
    ("Error 403", None),
    ("403 Forbidden", None),
    ("Access denied", None),
    ("Access Denied!", None),
    ("Just a moment...", None),
    ("Attention Required! | Cloudflare", None),
    ("Are you a robot?", None),
    ("Untitled", None),
    ("Untitled Document", None),
    ("untitled-1", None),
    ("paper_final.docx", None),
    ("S0009-2614(97)04014-1.pdf", None),
    ("Microsoft Word - draft.doc", None),
    ("https://example.org/a", None),
    ("10.1038/nphys1170", None),
    ("{{title}}", None),
    ("***", None),
    ("登录", None),
    ("锟斤拷锟斤拷", None),
    ("", None),
    ("404 ways to fail", "404 ways to fail"),
    ("500 years of printing", "500 years of printing"),
    ("Access denied: how walls shape reading", "Access denied: how walls shape reading"),
    ("Errors in counting", "Errors in counting"),
    ("Abstract algebra", "Abstract algebra"),
    ("The Search", "The Search"),
    ("Untitled works of Mark Rothko", "Untitled works of Mark Rothko"),
]

CHINESE = "我们在三个城市把所有的东西数了两遍，并且为了好运又数了一遍，发现第二遍比第一遍多一个，第三遍比第二遍少一个。"
LATIN = (
    "In three towns we counted all things twice, and once more for luck, and found that the second count always gave "
    "one more than the first, and the third one less than the second."
)
LONG = "We count things twice, and once more for luck, in seven towns."
ABSTRACTS = [
    (LONG, LONG),
    (f"Abstract {LONG}", LONG),
    (f"ABSTRACT: {LONG}", LONG),
    (f"<h2>Abstract</h2><p>{LONG}</p>", LONG),
    (f"Abstract. Summary: {LONG}", LONG),
    (f"Résumé : {LONG}", LONG),
    (f"Abstract{LONG}", LONG),
    (f"SUMMARY{LONG}", LONG),
    (f"Zusammenfassung. {LONG}", LONG),
    (f"[Abstract] {LONG}", LONG),
    ("摘要：本文研究了组织学习与创新之间的关系及其影响", "本文研究了组织学习与创新之间的关系及其影响"),
    ("【摘 要】 本文研究了组织学习与创新之间的关系及其影响", "本文研究了组织学习与创新之间的关系及其影响"),
    (
        "Abstract algebra is a field of mathematics that we like.",
        "Abstract algebra is a field of mathematics that we like.",
    ),
    (
        "Summary statistics are given for five of the seven towns.",
        "Summary statistics are given for five of the seven towns.",
    ),
    (f"Background: {LONG} Methods: We walked.", f"Background: {LONG} Methods: We walked."),
    (f"<b>Background</b> {LONG}", f"Background {LONG}"),
    (f"{LONG} © 2014 Example Ltd. All rights reserved.", LONG),
    (f"{LONG} Copyright (c) 2014 by the authors.", LONG),
    (f"{LONG} (C) 2014 Example Ltd.", LONG),
    (f"{LONG} Published by Elsevier B.V.", LONG),
    (f"{LONG} All rights reserved.", LONG),
    (f"{LONG} Keywords: counting; luck", LONG),
    (f"{LONG} Read more", LONG),
    (f"{LONG} Ⓒ the author", LONG),
    (f"{LONG} This article is protected by copyright and belongs to somebody.", LONG),
    (f"{LONG} (PsycINFO Database Record (c) 2012 APA, all rights reserved)", LONG),
    (f"{LONG} (PsycInfo Database Record (c) 2020 APA)", LONG),
    (f"{LONG} Mots-clés : compter, chance", LONG),
    (f"{LONG} Palabras clave: contar", LONG),
    (f"{LONG} Palavras-chave: contar", LONG),
    (f"{LONG} Schlüsselwörter: Zählen", LONG),
    (f"{LONG} Index terms: counting", LONG),
    (f"{LONG} 关键词：计数", LONG),
    (f"{LONG} 關鍵詞：計數", LONG),
    (f"{LONG} キーワード：数", LONG),
    (f"{LONG} (Show less)", LONG),
    (f"{LONG} Hide abstract", LONG),
    (f"{LONG} more »", LONG),
    (f"{LONG} [less]", LONG),
    (f"{LONG} Peer reviewed summary: good", LONG),
    (f"{LONG} Corresponding author: Ada Example", LONG),
    (f"{LONG} [ABSTRACT FROM AUTHOR]", LONG),
    (f"{LONG} [Summary from the publisher]", LONG),
    (f"{LONG} The term (C) 20 is kept.", f"{LONG} The term (C) 20 is kept."),
    (
        "Points center dot We count things here. center dot Luck helps us all.",
        "Points • We count things here. • Luck helps us all.",
    ),
    ("The salt CuSO4 center dot 5H(2)O is blue and well known.", "The salt CuSO4·5H(2)O is blue and well known."),
    ("Look at the center dot of the figure while we count.", "Look at the center dot of the figure while we count."),
    (f"{CHINESE}{LATIN}", CHINESE),
    (f"{CHINESE} {LATIN}", CHINESE),
    (f"{LATIN} {CHINESE}", LATIN),
    (
        f"{CHINESE}其中的 GIS (Geographic Information System) 可用。",
        f"{CHINESE}其中的 GIS (Geographic Information System) 可用。",
    ),
    (f"{LATIN} The sign 数 stands for a number.", f"{LATIN} The sign 数 stands for a number."),
    ("", None),
    ("Abstract", None),
    ("No abstract available.", None),
    ("Abstract not available", None),
    ("There is no abstract for this article.", None),
    ("This article has no abstract.", None),
    ("n/a", None),
    ("Too short", None),
    ("https://example.org/graphical-abstract.png", None),
    ("image.jpg", None),
    (f"{LONG[:-1]}...", None),
    (f"{LONG[:-1]}…", None),
    ("Journal of Examples 2014, 12(3): 45-67.", None),
    ("Example, J. (2014). On counting. Journal of Examples, 12(3), 45-67.", None),
    ("This website uses cookies to improve your experience of counting.", None),
    ("ScienceDirect is the world's leading source for research.", None),
    ('Semantic Scholar extracted view of "On counting" by J. Example', None),
    ("Sign up today for free and find more things to count.", None),
    ("Find the latest published papers in Counting and more research.", None),
    ("bioRxiv - the preprint server for biology, operated by somebody", None),
    ("《现代计数》是一本开放获取、关注计数领域最新进展的国际中文期刊", None),
    ("Jane DOE, PhD | Cited by 42 | of Example University | Read 12 publications", None),
    ("© 2014 Example Ltd. All rights reserved and so on for ever.", None),
]

KEYWORDS = [
    ("a1; b2; c3", ["a1", "b2", "c3"]),
    ("counting;luck;", ["counting", "luck"]),
    ("counting, luck, towns", ["counting", "luck", "towns"]),
    ("counting, twice; luck", ["counting, twice", "luck"]),
    ("电子商务；物流配送；淘宝网", ["电子商务", "物流配送", "淘宝网"]),
    ("电子商务，物流配送", ["电子商务", "物流配送"]),
    ("电子商务、物流配送", ["电子商务", "物流配送"]),
    ("电子商务　物流配送　淘宝网", ["电子商务", "物流配送", "淘宝网"]),
    ("关键词：电子商务；物流", ["电子商务", "物流"]),
    ("电子商务 物流配送 Electronic commerce Delivery", ["电子商务", "物流配送"]),
    ("电子商务 Th17细胞 pH值", ["电子商务", "Th17细胞", "pH值"]),
    ("电子商务 物流配送 GIS", ["电子商务", "物流配送", "GIS"]),
    ("电子商务 物流配送 淘宝网 Landsat TM", ["电子商务 物流配送 淘宝网 Landsat TM"]),
    ("Keywords: counting, luck, towns", ["counting", "luck", "towns"]),
    ("Key words: counting – luck – towns", ["counting", "luck", "towns"]),
    ("counting | luck", ["counting", "luck"]),
    ("counting · luck · towns", ["counting", "luck", "towns"]),
    ("counting • luck", ["counting", "luck"]),
    ("counting / luck", ["counting", "luck"]),
    ("and/or logic", ["and/or logic"]),
    ("Leguminosae, México>>>Legumes, Mexico", ["Leguminosae", "México", "Legumes", "Mexico"]),
    ("<li>counting</li><li>luck</li>", ["counting", "luck"]),
    ("Medicine, Health and Life Sciences", ["Medicine, Health and Life Sciences"]),
    ("1,2-dichloroethane, water, salt", ["1,2-dichloroethane", "water", "salt"]),
    ("salts (sodium, potassium), water, luck", ["salts (sodium, potassium)", "water", "luck"]),
    ("counting, luck, and towns", ["counting", "luck", "towns"]),
    ("Luck; luck; LUCK", ["Luck"]),
    ("@supplement; @citable; luck", ["luck"]),
    ("约翰·史密斯；计数", ["约翰·史密斯", "计数"]),
    ("luck", ["luck"]),
    ("", []),
    ("; ; ,", []),
]


@pytest.mark.parametrize(("raw", "expected"), PLAIN, ids=[raw for raw, _ in PLAIN])
def test_plain(raw: str, expected: str | None) -> None:
    assert plain(raw) == expected


@pytest.mark.parametrize(("raw", "expected"), TITLES, ids=[raw for raw, _ in TITLES])
def test_title(raw: str, expected: str | None) -> None:
    assert title(raw) == expected


@pytest.mark.parametrize(
    ("raw", "sites", "expected"),
    [
        ("On Counting | Journal of Examples", ["Journal of Examples"], "On Counting"),
        ("On Counting - Journal of Examples - Example Press", ["Example Press", "Journal of Examples"], "On Counting"),
        ("Example Press: On Counting", ["Example Press"], "Example Press: On Counting"),
        ("Example Press | On Counting", ["Example Press"], "On Counting"),
        ("On Counting - a history", ["Example Press"], "On Counting - a history"),
        ("On Counting | Journal of Examples", [], "On Counting | Journal of Examples"),
        ("Journal of Examples", ["Journal of Examples"], "Journal of Examples"),
    ],
)
def test_a_site_name_goes_only_where_it_is_named(raw: str, sites: list[str], expected: str) -> None:
    assert title(raw, site_names=sites) == expected


@pytest.mark.parametrize(("raw", "expected"), ABSTRACTS, ids=[raw[-60:] for raw, _ in ABSTRACTS])
def test_abstract(raw: str, expected: str | None) -> None:
    assert abstract(raw) == expected


@pytest.mark.parametrize(("raw", "expected"), KEYWORDS, ids=[raw for raw, _ in KEYWORDS])
def test_keywords(raw: str, expected: list[str]) -> None:
    assert keywords(raw) == expected


def test_a_list_in_each_of_several_languages_is_split() -> None:
    assert keyword_list(["luck, towns, counting", "suerte, villas, cuenta"]) == [
        *("luck", "towns", "counting"),
        *("suerte", "villas", "cuenta"),
    ]
    assert keyword_list(["luck, good", "towns, small, old"]) == ["luck, good", "towns, small, old"]


def test_several_values_are_a_keyword_each() -> None:
    assert keyword_list(["Medicine, Health", "Law; Order", " "]) == ["Medicine, Health", "Law", "Order"]
    assert keyword_list(["a1, b2, c3"]) == ["a1", "b2", "c3"]
    assert keyword_list([]) == []


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (" luck. ", "luck."),
        ("1. luck", "luck"),
        ("• luck", "luck"),
        ("C++", "C++"),
        ("42", None),
        ("https://x.org", None),
        ("x" * 200, None),
    ],
)
def test_keyword(raw: str, expected: str | None) -> None:
    assert keyword(raw) == expected


def test_lines_keep_the_breaks_of_blocks() -> None:
    assert lines("<p>one</p>\n\n<p>two<br>three</p>") == "one\ntwo\nthree"


def test_clean_text_is_not_repaired() -> None:
    assert repaired("Ã la carte") == "Ã la carte"
