"""LaTeX in bibliographies to text, by pylatexenc; what needs no LaTeX, most values, never gets there."""

import re
from functools import cache
from typing import Any

_DEEPEST = 40  # braces in braces; pylatexenc calls itself for each
_BARE_SPECIAL = re.compile(r"(?<!\\)([%#&])")
_MATH = re.compile(r"(?<!\\)\$([^$]{1,300}?)(?<!\\)\$")
_IS_MATH = re.compile(r"[\\^_={}<>+]|^\s*[A-Za-z0-9]\s*$")
_RAISED = re.compile(r"\^(?:\{([^{}]*)\}|([0-9A-Za-z+*-]))")
_LOWERED = re.compile(r"_(?:\{([^{}]*)\}|([0-9A-Za-z+-]))")
_RAISED_TEXT = re.compile(r"\\textsuperscript\s*\{([^{}]*)\}")
_VERBATIM = re.compile(r"\\verb\b")
_URL = re.compile(r"\\(?:url|path)\s*\{([^{}]*)\}")
_LINK = re.compile(r"\\href\s*\{[^{}]*\}")
_ESCAPED = re.compile(r"\\([%_#&$~{}])")
_COMMAND = re.compile(r"\\[A-Za-z]+\s*|[\\{}]")


def decoded(raw: str) -> str:
    r"""Return the text of a value: accents composed, commands and braces gone, sub- and superscripts as markup.

    >>> decoded(r"Erd{\H o}s, P{\'a}l"), decoded(r"{CO}$_2$ at 50% \& $\alpha$"), decoded("pp. 1--9")
    ('Erdős, Pál', 'CO2 at 50% & α', 'pp. 1--9')
    """
    if not any(map(raw.__contains__, "\\${}~")):
        return raw
    text = _MATH.sub(_math, raw)
    text = _RAISED_TEXT.sub(r"<sup>\1</sup>", _LINK.sub("", _URL.sub(r"\1", text)))
    if "\\" not in text and "$" not in text:
        return text.replace("{", "").replace("}", "").replace("~", " ").replace("``", "“").replace("''", "”")
    text = _BARE_SPECIAL.sub(r"\\\1", _VERBATIM.sub("", text))
    if _depth(text) > _DEEPEST:
        return _COMMAND.sub("", text)
    return _by_pylatexenc(text)


def unescaped(raw: str) -> str:
    r"""Return a value that is no LaTeX, a DOI or an address, without what programs escape in it.

    >>> unescaped(r"10.1007/978-3-540\_12"), unescaped(r"\url{https://example.org/a\%20b}")
    ('10.1007/978-3-540_12', 'https://example.org/a%20b')
    """
    text = _URL.sub(r"\1", raw).replace("{\\textless}", "<").replace("{\\textgreater}", ">").replace("{\\_}", "_")
    return _ESCAPED.sub(r"\1", text.replace("\\textless", "<").replace("\\textgreater", ">")).strip()


def _math(found: re.Match[str]) -> str:
    """Return a formula without its dollars; two prices in a sentence are no formula."""
    inner = found[1]
    if not _IS_MATH.search(inner):
        return "\\$" + inner + "\\$"
    text = _RAISED.sub(lambda each: f"<sup>{each[1] or each[2]}</sup>", inner)
    return _LOWERED.sub(lambda each: each[1] or each[2] or "", text)


def _depth(text: str) -> int:
    depth = deepest = 0
    for char in text:
        if char == "{":
            depth += 1
            deepest = max(deepest, depth)
        elif char == "}":
            depth -= 1
    return deepest


def _by_pylatexenc(text: str) -> str:
    from pylatexenc.latexwalker import LatexWalkerError

    try:
        return str(_decoder().latex_to_text(text))
    except (LatexWalkerError, IndexError, KeyError, ValueError, TypeError, AttributeError, RecursionError):
        # Broken LaTeX ends in any of these; the words are still worth having.
        return _COMMAND.sub("", text)


@cache
def _decoder() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text

    return LatexNodes2Text(math_mode="text", keep_comments=True, strict_latex_spaces=False)
