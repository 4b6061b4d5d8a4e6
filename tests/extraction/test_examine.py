"""examine(): one record a page, by the bars, at any input, and without the crawler."""

import json
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harvester.extraction import candidates, examine, vocabulary_pages
from harvester.items import PageKind
from harvester.page import Page

SHARED = Path(__file__).resolve().parents[3] / "shared"
PAGES = SHARED / "pages"
SCORE = SHARED / "bench" / "extract" / "score.py"
needs_pages = pytest.mark.skipif(not PAGES.is_dir(), reason=f"the labelled pages are not at {PAGES}")


def gold():
    return [json.loads(line) for line in (PAGES / "gold.jsonl").read_text("utf-8").splitlines() if line.strip()]


def page_of(record):
    return Page(record["url"], (PAGES / record["file"]).read_bytes())


@needs_pages
def test_the_labelled_pages_reach_the_bars(tmp_path):
    predictions = tmp_path / "predictions.jsonl"
    with predictions.open("w", encoding="utf-8") as file:
        for record in gold():
            examined = examine(page_of(record))
            line = {"file": record["file"], "kind": examined.verdict.kind.value}
            line["work"] = examined.work.to_dict() if examined.work else None
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    told = subprocess.run(
        [sys.executable, SCORE, predictions, "--json"], check=True, capture_output=True, text=True
    ).stdout
    score = json.loads(told)
    assert score["core"]["f1"] >= 0.96
    assert score["core"]["p"] >= 0.97
    assert score["all"]["f1"] >= 0.90
    assert score["blocked"]["right"] == score["blocked"]["of"] == 10
    assert score["blocked"]["flagged"] >= 8
    assert score["blocked"]["articles_called_blocked"] == 0


@needs_pages
def test_mutated_pages_neither_raise_nor_take_long():
    random.seed(7)
    records = gold()
    for _ in range(60):
        record = random.choice(records)
        body = bytearray((PAGES / record["file"]).read_bytes()[:300_000])
        for _ in range(40):
            at = random.randrange(len(body))
            body[at : at + random.randrange(1, 200)] = random.choice((b"", b"<", b'"', b"\x00\xff", b"&amp;" * 50))
        start = time.process_time()
        examine(Page(record["url"], bytes(body)))
        assert time.process_time() - start < 1, record["file"]


UNTAGGED = b"""<title>Umbrellas in two lost property offices</title><meta name=citation_title content="Umbrellas in two
    lost property offices"><h1>Umbrellas in two lost property offices</h1>"""
AWKWARD = {
    "nothing": b"",
    "zero bytes": b"\x00" * 1000,
    "no markup": b"just a few words",
    "an open comment": b"<html><!-- " + b"x" * 1000,
    "nesting": b"<div>" * 5_000 + b"<meta name=citation_title content=x>",
    "nested state": b'<script type="application/json">' + b'{"doi":' * 2_000 + b"</script>",
    "nested JSON-LD": b'<script type="application/ld+json">' + b'{"isPartOf":' * 500 + b"1" + b"}" * 500 + b"</script>",
    "JSON-LD of odd types": b"""<script type="application/ld+json">{"@type": ["ScholarlyArticle", 7, null, {}],
        "name": ["A title of an odd kind", 3], "author": [[], 5, null, {"name": {"x": 1}}, {"name": ["Ada Byron"]}],
        "isPartOf": [1, "x", {"isPartOf": {"isPartOf": 3}}], "identifier": [{"value": []}, true], "keywords": [{}, 1],
        "encoding": "x", "datePublished": {}, "pageStart": 3.5}</script>""",
    "a title of 2 MB": b"<meta name=citation_title content='" + b"word " * 400_000 + b"'>",
    "an open title": b"<title>" + b"word, a word: <b>word</b> - \xc3\xa9 | " * 20_000,
    "many authors": b"<meta name=citation_title content='Many hands'>"
    + b"<meta name=citation_author content='A B'>" * 9_000,
    "entities": b"<meta name=citation_title content='" + b"&amp;" * 50_000 + b"'>",
    "spaces": b"<p>" + b" " * 500_000 + b"x</p><meta name=citation_abstract content='" + b" " * 100_000 + b"'>",
    "blanks around marks": UNTAGGED + b"<p>Jane Doe<sup>1</sup>" + (b" " * 9_000 + b"and Rui Poe") * 40,
    "signs for marks": UNTAGGED + b"<p>Jane Doe<sup>1</sup>" + b"~^ " * 30_000,
    "brackets": b"<meta name=citation_doi content='10.1234/"
    + b"(" * 50_000
    + b"'><meta name=citation_title content='((('>",
}


@pytest.mark.parametrize("body", AWKWARD.values(), ids=AWKWARD)
def test_awkward_pages_neither_raise_nor_take_long(body):
    for media_type in ("text/html", "text/plain"):
        start = time.process_time()
        examine(Page("https://example.org/a", body, media_type=media_type))
        assert time.process_time() - start < 1


def test_every_candidate_is_told_why_it_won_or_lost():
    page = Page(
        "https://example.org/a",
        b"""<meta name="citation_title" content="On Reasons"><meta name="dc.title" content="On reasons, again">
        <meta name="citation_doi" content="no doi"><meta name="dc.identifier" content="10.5555/reasons.1">
        <meta name="citation_author" content="Byron, Ada"><meta name="dc.creator" content="Byron, A.">
        <meta name="description" content="We are the best.">""",
    )
    told = {(each.candidate.field, each.candidate.reader): (each.outcome, each.why) for each in candidates(page)}
    assert told["title", "highwire"] == ("won", "the most trusted usable value")
    assert told["title", "dublin_core"] == ("lost", "highwire is more trusted")
    assert told["doi", "highwire"] == ("unusable", "it does not survive normalising")
    assert told["doi", "dublin_core"][0] == "won"
    assert told["authors", "highwire"][0] == "won"
    assert told["authors", "dublin_core"][0] == "lost"
    assert told["abstract", "plain_meta"] == ("unusable", "a description as short is a slogan")
    assert examine(page).sources["doi"] == "dublin_core"


def test_a_list_is_enriched_by_lists_of_the_same_people_only():
    page = Page(
        "https://example.org/a",
        b"""<meta name="citation_title" content="On Lists of People">
        <meta name="citation_author" content="Byron, Ada"><meta name="citation_author" content="Holt, M.">
        <script type="application/ld+json">{"@type": "ScholarlyArticle", "name": "On Lists of People", "author": [
        {"name": "Ada Byron", "@id": "https://orcid.org/0000-0002-1825-0097", "affiliation": "Institute of Engines"},
        {"name": "Somebody Else", "identifier": "https://orcid.org/0000-0001-5109-3700"}]}</script>""",
    )
    work = examine(page).work
    assert [(author.label, author.orcid, author.affiliations) for author in work.authors] == [
        ("Byron, Ada", "0000-0002-1825-0097", [0]),
        ("Holt, M.", None, []),
    ]
    assert [affiliation.raw for affiliation in work.affiliations] == ["Institute of Engines"]


@pytest.mark.parametrize(
    ("title", "names", "kept"),
    [
        ("数东西的方法", ["王芳", "Fang Wang", "李明", "Ming Li"], ["王芳", "李明"]),
        ("How to Count", ["王芳", "李明", "Fang Wang", "Ming Li"], ["Fang Wang", "Ming Li"]),
        ("数东西的方法", ["王芳", "John Smith"], ["王芳", "John Smith"]),
        ("数东西的方法", ["王芳", "李明", "John Smith"], ["王芳", "李明", "John Smith"]),
        ("数东西的方法", ["王芳", "Ming Li", "Ann Poe", "李明"], ["王芳", "Ming Li", "Ann Poe", "李明"]),
    ],
)
def test_people_named_in_two_scripts_are_named_once(title, names, kept):
    tags = "".join(f'<meta name="citation_author" content="{name}">' for name in names)
    body = f'<meta charset="utf-8"><meta name="citation_title" content="{title}">{tags}'
    work = examine(Page("https://example.org/a", body.encode())).work
    assert [each.label for each in work.authors] == kept


def test_a_thesis_named_in_two_scripts_has_one_author():
    body = """<meta charset="utf-8"><meta name="citation_title" content="數東西的方法"><meta name="citation_author"
    content="Fang Wang"><meta name="citation_author" content="王芳"><meta name="citation_dissertation_institution"
    content="例大學">"""
    assert [each.label for each in examine(Page("https://example.org/a", body.encode())).work.authors] == ["王芳"]


def test_the_name_of_the_site_is_no_author():
    page = Page(
        "https://hans.example.org/a",
        """<meta name="citation_title" content="On Publishers as Persons">
        <meta name="citation_author" content="Example Press"><meta name="citation_publisher" content="Example Press">
        <meta name="citation_authors" content="赵培">""".encode(),
    )
    assert [author.label for author in examine(page).work.authors] == ["赵培"]


def test_pages_are_read_without_scrapy_and_sqlalchemy():
    code = """
import sys
for name in ("scrapy", "sqlalchemy", "twisted", "alembic"):
    sys.modules[name] = None
from harvester.extraction import examine
from harvester.page import Page
print(examine(Page("https://example.org/a", b"<meta name=citation_title content='On Doing Without'>")).work.title)
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "On Doing Without\n"


def test_a_record_needs_a_title_or_a_doi():
    examined = examine(Page("https://example.org/a", b'<meta name="citation_title" content="404 Not Found">'))
    assert examined.verdict.kind is PageKind.NON_RECORD
    assert "neither title nor DOI is usable" in examined.verdict.reason
    assert examined.work is None


def tables_of_patterns():
    for name, table in vars(vocabulary_pages).items():
        if isinstance(table, vocabulary_pages.Phrases):
            yield from ((name, pattern) for pattern in table.patterns)
        for row in table if isinstance(table, tuple) else ():
            found = [each for each in (row if isinstance(row, tuple) else (row,)) if isinstance(each, re.Pattern)]
            yield from ((name, each.pattern) for each in found)


def test_what_is_asked_of_small_letters_holds_no_capital():
    found = dict(tables_of_patterns())
    assert {"WALL_TITLES", "WALL_SENTENCES", "LIST_TITLES", "LIST_COUNTS", "OTHER_TITLES"} <= found.keys()
    for name, pattern in tables_of_patterns():
        letters = re.sub(r"\\[A-Z]", "", pattern)
        assert letters == letters.lower(), name


def test_what_a_title_begins_with_is_asked_of_its_beginning_alone():
    phrases = vocabulary_pages.Phrases("^(?:login|sign in)$", r"\bcaptcha\b")
    assert [phrases.search(text) is not None for text in ("login", "no login", "sign in", "a captcha", "captchas")] == [
        True,
        False,
        True,
        True,
        False,
    ]
    # "^a|b" would look for b at the beginning alone, "a|^b" for b at every letter.
    for table in (each for each in vars(vocabulary_pages).values() if isinstance(each, vocabulary_pages.Phrases)):
        for pattern in table.patterns:
            assert len({each.startswith("^") for each in alternatives(pattern)}) == 1, pattern


def alternatives(pattern):
    depth, parts = 0, [""]
    for char in re.sub(r"\\.|\[[^\]]*\]", "_", pattern):
        depth += {"(": 1, ")": -1}.get(char, 0)
        parts = [*parts, ""] if char == "|" and depth == 0 else [*parts[:-1], parts[-1] + char]
    return parts


@pytest.mark.parametrize(
    ("page", "kind", "reason"),
    [
        ("<title>ACCESS DENIED</title><p>no", "blocked", "the title is 'ACCESS DENIED'"),
        ("<title>x</title><p>İ: This Page Could NOT Be Found", "blocked", "the page says 'Page Could NOT Be Found'"),
        ("<title>SEARCH RESULTS</title><p>no", "multi", "'SEARCH RESULTS' is the heading of a list"),
        (
            "<title>X</title><h1>Results of search for X</h1><p>Log in to your account",
            "multi",
            "'Results of search for X' is",
        ),
        ("<title>X</title><p>Your search returned 4 results.", "multi", "counts its items: 'Your search returned 4"),
        (
            "<title>X</title><p>Estamos verificando su navegador",
            "blocked",
            "'verificando su navegador'",
        ),
        ("<title>Search for: hens</title><p>no", "multi", "'Search for: hens' is the heading of a list"),
        ("<title>Search | Hens</title><p>no", "multi", "'Search | Hens' is the heading of a list"),
        ("<title>Archive - Hens</title><p>no", "multi", "'Archive - Hens' is the heading of a list"),
        ("<title>Search for heavy hens in barns</title><p>no", "non_record", "nothing on the page tells of one work"),
        ("<title>Search-based hens</title><p>no", "non_record", "nothing on the page tells of one work"),
        ("<title>Archives of hens</title><p>no", "non_record", "nothing on the page tells of one work"),
        ("<title>Results of a survey of hens</title><p>no", "non_record", "nothing on the page tells of one work"),
        ('<meta property="profile:username" content="ada"><title>Ada</title>', "non_record", "has profile.username"),
    ],
)
def test_verdicts_have_no_regard_to_case_and_quote_the_page_as_it_stands(page, kind, reason):
    verdict = examine(Page("https://example.org/a/b", page.encode())).verdict
    assert (verdict.kind.value, reason in verdict.reason) == (kind, True), verdict


PROSE = (
    "The smell of old books makes readers sleepy, according to a new study by people who read a lot, and who have "
    "noticed nothing of the kind. They asked sixty-four adults to sleep next to a book, and found that those who slept "
    "next to an old one slept twelve minutes longer than the others, whatever the book was about and whoever wrote it."
)
COINS = (
    '<span class="Z3988" title="ctx_ver=Z39.88-2004&amp;rft.atitle={}&amp;rft.jtitle=Gene&amp;rft.au=Ada+Doe"></span>'
)
NO_WORKS = {
    "an encyclopaedia that cites one work in COinS": (
        f"<title>Echolocation - Encyclopaedia</title><h1>Echolocation</h1><p>{PROSE}{COINS.format('A+gene+of+bats')}"
    ),
    "news that says so": (
        '<title>Old books</title><script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",'
        '"headline":"Old books make readers sleepy"}</script><h1>Old books make readers sleepy</h1><p>by Bob Byline<dl>'
        f"<dt>Source:<dd>University of X<dt>Summary:<dd>{PROSE}</dl><p>doi:10.5555/a.1"
    ),
    "news with labels": (
        "<title>Old books</title><h1>Old books make readers sleepy</h1><p>By: Anna Reporter<p>Date: 3 March 2019"
        f"<p>{PROSE}<p>Source: University of X<p>Keywords: sleep, books"
    ),
    "a press release above the reference to what it is about": (
        f"<title>Old books</title><h1>Old books make readers sleepy</h1><p>{PROSE}<h3>References</h3>"
        "<p>Doe J (2019) Sleep. Things in Psychology 6:1234. https://doi.org/10.5555/a.1"
    ),
    "a post with a byline": (
        '<title>Old books make readers sleepy</title><meta property="og:type" content="article">'
        '<meta property="article:published_time" content="2019-03-05">'
        f"<h1>Old books make readers sleepy</h1><p>By Anna Reporter<p>{PROSE}<p>{PROSE}"
    ),
    "a press release that names the article": (
        f"<title>Old books make readers sleepy</title><h1>Old books make readers sleepy</h1><p>{PROSE}<h4>Keywords</h4>"
        "<p>sleep; books<h4>DOI</h4><p>10.5555/a.1<h4>Article Title</h4><p>Olfactory paper ageing and sleep onset"
    ),
    "what a journal asks of its authors": (
        "<title>Normas de publicación - Anales de ejemplos</title><h1>Directrices para autores</h1>"
        f"<p>Título: en español.<p>Autores: nombre, apellidos y filiación.<p>Resumen: {PROSE}"
        "<p>Palabras clave: de tres a seis."
    ),
    "the same in Czech": (
        f"<title>Pokyny pro autory | Zprávy</title><h1>Pokyny pro autory</h1><p>Abstrakt: {PROSE}"
        "<p>Klíčová slova: nejvýše šest.<p>Autoři: jméno a příjmení."
    ),
    "a journal's own page": (
        f"<title>Annals of Sleep</title><h1>Annals of Sleep</h1><h2>About</h2><p>{PROSE}<dl><dt>ISSN:<dd>0378-5955"
        "<dt>Publisher:<dd>Press of X<dt>Keywords:<dd>sleep, books, smells</dl>"
    ),
}


@pytest.mark.parametrize("body", NO_WORKS.values(), ids=NO_WORKS)
def test_pages_that_speak_of_works_are_no_works(body):
    examined = examine(Page("https://example.org/a/b", body.encode()))
    assert (examined.verdict.kind, examined.work) == (PageKind.NON_RECORD, None), examined.verdict


def test_coins_that_names_what_the_page_shows_is_the_page():
    body = f"<title>A gene of bats - Library</title><p>{COINS.format('A+gene+of+bats')}"
    assert examine(Page("https://example.org/a/b", body.encode())).work.container_title == "Gene"


@pytest.mark.parametrize(
    "text",
    [
        "There was a problem providing the content you requested",
        "Die gewünschte Seite konnte leider nicht gefunden werden.",
        "La página que busca no se ha encontrado",
        "Страница, которую вы ищете, не найдена",
        "抱歉，页面不存在",
        "С вашего адреса поступает слишком много запросов.",
        "Vérifiez que vous n’êtes pas un robot",
    ],
)
def test_refusals_in_several_languages(text):
    assert examine(Page("https://example.org/a/b", f"<p>{text}</p>".encode())).verdict.kind is PageKind.BLOCKED


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("1,204 results", True),
        ("12 results for owls", True),
        ("5 results found", True),
        ("Showing 3 results", True),
        ("New submissions (showing 30 of 30 entries)", True),
        ("3. Results", False),
        ("3 Results", False),
        ("12. Results and discussion", False),
        ("2.1 Results of the survey", False),
        ("4.12 Results", False),
    ],
)
def test_a_list_counts_its_items_and_a_paper_its_sections(line, counts):
    body = f"<title>On owls</title><h1>On owls</h1><p>{line}<p>More".encode()
    assert (examine(Page("https://example.org/a/b", body)).verdict.kind is PageKind.MULTI) is counts


@pytest.mark.parametrize(
    "path",
    [
        "/login?url=x",
        "/user/login",
        "/signin",
        "/account/log-in.aspx",
        "/login",
        "/idp/profile/SAML2/Redirect/SSO?execution=e1s1",
        "/adfs/ls/?wa=1",
    ],
)
def test_the_address_of_a_login_is_a_wall(path):
    body = b"<title>My Library</title><h1>My Library</h1><form>Name <input></form>"
    assert examine(Page(f"https://example.org{path}", body)).verdict.kind is PageKind.BLOCKED
    assert examine(Page("https://example.org/logins-of-the-world/12", body)).verdict.kind is not PageKind.BLOCKED


def test_a_service_to_log_in_is_a_wall():
    body = b"<title>University of X Login Service</title><h1>Sign in to Hen Press</h1><form>Name <input></form>"
    assert examine(Page("https://id.example.org/a", body)).verdict.kind is PageKind.BLOCKED


def test_works_with_their_titles_under_labels_are_a_list():
    def kind(works):
        rows = "".join(
            f'<dt><a href="/abs/12{at}">12{at}</a><dd>Title: Hens and roads, part {at} of many<br>Authors: Jane Doe, '
            f"Sam Roe<br>DOI: 10.5555/hens.{at}<br>Abstract: {PROSE}"
            for at in range(works)
        )
        return examine(Page("https://example.org/new", f"<title>Hens</title><h1>Hens</h1>{rows}".encode())).verdict.kind

    assert kind(1) is PageKind.ARTICLE
    assert kind(9) is not PageKind.ARTICLE


def test_a_record_below_the_folder_of_a_search_is_no_list():
    body = (
        f"<title>On noise in rooms</title><h1>On noise in rooms</h1><p>DOI: 10.5555/a.1<p>Abstract:<p>{PROSE}".encode()
    )
    for path, kind in (
        ("search/detail/DetailView.do?id=1", "article"),
        ("search/result?q=1", "multi"),
        ("search/", "multi"),
        ("tr/pub/hens/issue/12/34567", "article"),
        ("issue/12", "multi"),
    ):
        assert examine(Page(f"https://example.org/{path}", body)).verdict.kind.value == kind


def test_turned_names_in_one_tag_are_people():
    def named(content):
        body = f'<meta name="citation_title" content="On Hens"><meta name="citation_authors" content="{content}">'
        return [each.label for each in examine(Page("https://example.org/a", body.encode())).work.authors]

    assert named("Okafor, Chidi N., de Jansen, Wilhelmina") == ["Okafor, Chidi N.", "de Jansen, Wilhelmina"]
    assert named("Ada M. Byron, Sam Doe-Roe") == ["Byron, Ada M.", "Sam Doe-Roe"]
    assert named("Byron, Ada M.") == ["Byron, Ada M."]


def test_a_translated_abstract_does_not_outvote_the_language_that_the_tags_tell():
    def spoken(told, text):
        tags = {"citation_title": "Perahu", "citation_language": told, "DC.Description": text}
        body = "".join(f'<meta name="{name}" content="{content}">' for name, content in tags.items())
        return examine(Page("https://example.org/a", body.encode())).work.language

    french = (
        "Le registre des parapluies montre quand il a plu, et ce que les gens avaient laissé dans les trains de nuit."
    )
    assert (spoken("id", PROSE), spoken("en", PROSE), spoken("en", french)) == ("id", "en", "fr")


def test_what_a_work_was_submitted_to_does_not_hold_it():
    body = (
        '<meta name="citation_title" content="On Hens"><meta name="citation_journal_title" content="submitted to Hens">'
    )
    assert examine(Page("https://example.org/a", body.encode())).work.container_title is None


@pytest.mark.parametrize("title", ["SpringerLink - Journal Article", "Journal Article", "Article abstract | Journals"])
def test_a_kind_of_page_is_no_title(title):
    body = f"<title>{title}</title><h1>{title}</h1><p>doi:10.5555/a.1<h2>Abstract</h2><p>{PROSE}<p>Keywords: hens"
    work = examine(Page("https://example.org/doi/10.5555/a.1", body.encode())).work
    assert work is None or work.title is None


@pytest.mark.parametrize(
    ("first", "page", "number"), [("184412", None, "184412"), ("12345", "12345", None), ("e12", None, "e12")]
)
def test_a_number_that_no_page_has_is_the_articles(first, page, number):
    body = f'<meta name="citation_title" content="On Hens"><meta name="citation_firstpage" content="{first}">'
    work = examine(Page("https://example.org/a", body.encode())).work
    assert (work.first_page, work.article_number) == (page, number)


def test_dublin_core_of_a_profile_makes_no_record():
    tags = '<meta name="DC.Title" content="Jane Doe"><meta name="DC.Creator" content="University of X">'
    body = f'{tags}<meta property="og:type" content="profile"><title>Jane Doe</title><h1>Jane Doe</h1>'
    assert examine(Page("https://example.org/jane", body.encode())).verdict.kind is PageKind.NON_RECORD


def test_the_type_of_a_work_is_none_of_its_keywords():
    def keywords(*tags):
        body = '<meta name="citation_title" content="On Hens"><meta name="DC.type" content="Article">'
        body += "".join(f'<meta name="citation_keywords" content="{tag}">' for tag in tags)
        return examine(Page("https://example.org/a", body.encode())).work.keywords

    assert keywords("hens; barns; Article") == ["hens", "barns"]
    assert keywords("hens", "article") == ["hens"]
    assert keywords("Article") == []
    assert keywords("hens; articles of trade") == ["hens", "articles of trade"]


def test_a_title_of_the_state_may_be_escaped():
    body = """<title>Hens &amp; Barns at Night</title><script>var state = {"doi": "10.5555/hens.1", "title":
    "Hens &amp; Barns at Night", "authors": [{"name": "Jane Doe"}], "publicationTitle": "Annals of Hens", "abstract":
    "We count hens and barns at night, in three towns, for three years, and find that there are more hens than barns.",
    "publicationYear": "2019", "startPage": "3", "endPage": "9"};</script><p>Hens"""
    work = examine(Page("https://example.org/document/123", body.encode())).work
    assert (work.title, work.doi) == ("Hens & Barns at Night", "10.5555/hens.1")


def test_print_and_online_number_may_stand_in_one_line():
    body = """<meta name="citation_title" content="On Hens"><h1>On Hens</h1>
    <p>ISSN (print): 0378-5955 | ISSN (online): 1878-5891</p>"""
    assert examine(Page("https://example.org/a", body.encode())).work.issn == ["0378-5955", "1878-5891"]


def test_a_wall_has_few_links():
    script = '<title>On hens</title><script src="/g-recaptcha.js"></script><h1>On hens</h1>'
    links = "".join(f'<a href="/{number}">Menu {number}</a> ' for number in range(70))
    bare, full = (Page("https://example.org/a/b", f"{script}{each}".encode()) for each in ("", links))
    assert examine(bare).verdict.kind is PageKind.BLOCKED
    assert examine(full).verdict.kind is not PageKind.BLOCKED


def test_what_watches_every_page_of_a_site_is_no_challenge():
    script = '<title>On hens</title><script src="/cdn-cgi/challenge-platform/{}"></script><h1>On hens</h1>'
    asked, watched = "h/g/orchestrate/chl_page/v1", "scripts/jsd/main.js"
    kinds = [
        examine(Page("https://example.org/a", script.format(each).encode())).verdict.kind for each in (asked, watched)
    ]
    assert kinds[0] is PageKind.BLOCKED
    assert kinds[1] is not PageKind.BLOCKED


def test_coins_with_the_first_of_january_tells_the_year():
    coins = COINS.format("A+gene+of+bats").replace("&amp;rft.au", "&amp;rft.date=2019-01-01&amp;rft.au")
    body = f"<title>A gene of bats - Library</title><p>{coins}"
    assert examine(Page("https://example.org/a/b", body.encode())).work.published == "2019"


def test_the_template_of_a_blog_does_not_tell_what_an_article_of_proceedings_is():
    body = """<meta name="citation_title" content="On Hens"><meta name="citation_conference_title" content="Hens 2008">
    <script type="application/ld+json">{"@type": "BlogPosting", "headline": "On Hens"}</script>"""
    assert examine(Page("https://example.org/a", body.encode())).work.type == "proceedings-article"


def test_lippincott_has_the_tags_of_highwire_under_its_own_prefix():
    tags = {
        "title": "On noise",
        "authors": "Doe, John A. MD*; de Roe, P. PhD",
        "journal_title": "Sleep",
        "volume": "100",
    }
    body = "".join(f'<meta name="wkhealth_{name}" content="{value}">' for name, value in tags.items())
    work = examine(Page("https://example.org/a/b", body.encode())).work
    assert (work.title, work.container_title, work.volume) == ("On noise", "Sleep", "100")
    assert [author.family for author in work.authors] == ["Doe", "de Roe"]


def test_several_numbers_in_one_tag_are_several_numbers():
    body = b'<meta name="citation_title" content="On noise"><meta name="citation_issn" content="0378-5955, 1932-6203">'
    assert examine(Page("https://example.org/a/b", body)).work.issn == ["0378-5955", "1932-6203"]


def test_a_button_may_stand_between_the_heading_and_the_abstract():
    for button in ("Read online", "Download PDF"):
        body = (
            f"<title>On noise in rooms</title><h1>On noise in rooms</h1><h2>Abstract</h2><a>{button}</a><p>{PROSE}</p>"
        )
        assert examine(Page("https://example.org/a/b", body.encode())).work.abstract == PROSE


def test_the_language_of_a_work_is_its_titles_and_not_that_of_a_translated_abstract():
    abstract = (
        "The clocks of forty small stations were read, and the neighbours were asked since when they had stopped."
    )
    body = f"""<meta name="citation_title" content="Les horloges arrêtées des petites gares et leurs voisins">
    <meta name="citation_author" content="Doe, Jane"><meta name="citation_language" content="en">
    <meta name="citation_abstract" content="{abstract}">"""
    assert examine(Page("https://example.org/1", body.encode())).work.language == "fr"


def test_private_characters_of_a_page_are_text_like_any_other():
    body = "<meta name=citation_title content='On Marks'><p>\ue001x</p>\ue000\ue001²".encode()
    assert examine(Page("https://example.org/1", body)).work.title == "On Marks"
