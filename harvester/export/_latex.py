r"""Text to LaTeX that no text can break out of.

BibTeX counts braces without regard to backslashes ("BibTeXing", section 4), so a brace of the text becomes a command:
what is written here has balanced braces, whatever the text. A bare ``@`` could begin an entry for programs that look
for one on every line; in braces it cannot. Letters stay UTF-8.
"""

import re

from harvester.export._text import one_line

_SPECIAL = str.maketrans({
    "\\": r"\textbackslash{}",
    # Not \textbraceleft, \textless and \textbar, which fewer readers know.
    "{": r"\ensuremath{\lbrace}",
    "}": r"\ensuremath{\rbrace}",
    "<": r"\ensuremath{<}",
    ">": r"\ensuremath{>}",
    "|": r"\ensuremath{|}",
    "^": r"\string^",
    "~": r"\textasciitilde{}",
    "@": "{@}",
    "#": r"\#",
    "$": r"\$",
    "%": r"\%",
    "&": r"\&",
    "_": r"\_",
})  # fmt: skip
_IS_PLAIN = re.compile(r"[^\\{}<>|^~@#$%&_`'\-,?!]*")
# What TeX's fonts draw as one sign: an empty group keeps its two halves apart.
_LIGATURES = re.compile(r"(?<=-)(?=-)|(?<=`)(?=`)|(?<=')(?=')|(?<=,)(?=,)|(?<=[?!])(?=`)")


def latex(value: object) -> str:
    r"""Return a value as one line of LaTeX.

    >>> print(latex("50% of A&B {x}"), latex("} @article{x"))
    50\% of A\&B \ensuremath{\lbrace}x\ensuremath{\rbrace} \ensuremath{\rbrace} {@}article\ensuremath{\lbrace}x
    """
    text = one_line(value)
    if _IS_PLAIN.fullmatch(text):
        return text
    return _LIGATURES.sub("{}", text.translate(_SPECIAL))


def title(value: object, language: str | None) -> str:
    """Return a title whose capitals survive styles that write titles in small letters.

    In English these are words with a capital inside, in other languages the title as a whole.

    >>> title("Folding of mRNA in E. coli", "en"), title("Über das Zählen", "de")
    ('Folding of {mRNA} in E. coli', '{Über das Zählen}')
    """
    if language not in (None, "en"):
        return f"{{{latex(value)}}}"
    return " ".join(
        f"{{{latex(word)}}}" if _has_capital_inside(word) else latex(word) for word in one_line(value).split(" ")
    )


def _has_capital_inside(word: str) -> bool:
    first = next((at for at, char in enumerate(word) if char.isalpha()), len(word))
    return any(map(str.isupper, word[first + 1 :]))
