"""Lines as a browser would show them."""

import time

import pytest

from harvester.extraction.lines import lines, rendered
from harvester.page import Page


def of(body: str) -> list[str]:
    return lines(Page("https://example.org/", body.encode()))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>one</p><p>two</p>", ["one", "two"]),
        ("<p>one <b>and</b> <i>a</i>half</p>", ["one and ahalf"]),
        ("one<br>two<br/>three", ["one", "two", "three"]),
        ("<div>one<div>two</div>three</div>", ["one", "two", "three"]),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", ["a", "b", "c"]),
        ("<dl><dt>term</dt><dd>value</dd></dl>", ["term", "value"]),
        ("<p>kept\n  in\tone\u00a0line</p>", ["kept in one line"]),
        ("<p>one  and\u2003two\u00a0 \u3000 of é  them</p>", ["one and two of é them"]),
        ("<p>~h is ~h2~</p><h2>~h1~ or more</h2>", ["~h is ~h2~", "~h1~ or more"]),
        ("<pre>two\nlines</pre>", ["two", "lines"]),
        ("<p>H<sub>2</sub>O</p>", ["H2O"]),
        ("<p>a</p><script>b</script><style>c</style><noscript>d</noscript><template>e</template>", ["a"]),
        ("<p>a</p><!-- b --><nav>menu</nav><select><option>x</option></select><button>Go</button>", ["a"]),
        (
            "<p>a</p><div hidden>b</div><div style='color:red; display:none'>c</div><div style='display: none'>d</div>",
            ["a"],
        ),
        ("<div>a<div style='display: inline-block'>b</div>, <div style='display:inline'>c</div></div>", ["ab, c"]),
        ("<ul><li>a</li><li><span>b</span></li></ul>", ["a", "b"]),
        ("<p> </p><div>\u3000</div>", []),
        ("", []),
    ],
)
def test_lines_break_where_blocks_do(body, expected):
    assert of(body) == expected


def test_headings_are_known_by_their_level():
    page = Page("https://example.org/", b"<p>a</p><h1>b</h1><h4> c <i>d</i></h4><h2></h2>")
    assert rendered(page).headings == {1: 1, 2: 4}
    assert rendered(page).lines == ["a", "b", "c d"]


@pytest.mark.parametrize(
    ("body", "line", "raised"),
    [
        ("Ada<sup>a, *</sup>", "Adaa, *", "Ada[a+*]"),
        ("Ada <sup>1</sup>,<sup>2</sup>, Bo<sup>†</sup>,*", "Ada 1,2, Bo†,*", "Ada[1+2], Bo[†+*]"),
        ("10<sup>-3</sup> m<sup>2</sup>", "10-3 m2", "10-3 m[2]"),
        ("the 19<sup>th</sup>  <sup> </sup> year", "the 19th year", "the 19th year"),
        ("a ~^ b<sup>c<p>d</p></sup>", "a  bc", "a bc"),
    ],
)
def test_superscripts_are_kept_apart(body, line, raised):
    found = rendered(Page("https://example.org/", f"<p>first</p>{body}".encode()))
    assert (found.lines[1], found.marked(0, 2)) == (" ".join(line.split()), ["first", raised])


def test_an_empty_superscript_is_no_line():
    page = Page("https://example.org/", b"<p><sup></sup></p><h2>one</h2><p><sup> </sup><p>Ada<sup>1</sup></p>")
    found = rendered(page)
    assert (found.lines, found.headings, found.marked(1, 2)) == (["one", "Ada1"], {0: 2}, ["Ada[1]"])


def test_plain_text_has_its_own_lines():
    page = Page("file:///a.txt", b"one\r\n\r\n  two <p>\rthree", media_type="text/plain")
    assert lines(page) == ["one", "two <p>", "three"]


def test_lines_are_rendered_once():
    page = Page("https://example.org/", b"<p>a</p>")
    assert lines(page) is lines(page)


def test_deep_nesting_is_quick_and_keeps_what_the_parser_keeps():
    began = time.perf_counter()
    assert of("<div>word" * 20_000)[0] == "word"
    assert time.perf_counter() - began < 5
