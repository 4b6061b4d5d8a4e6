"""Text that should be XML made readable: what breaks most documents on the web, and means nothing else."""

import re
from html.entities import html5

_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
    "|&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]));"
)
_OTHER = re.compile(r"<!\[CDATA\[.*?\]\]>|&(?!(?:#[0-9]+|#[xX][0-9A-Fa-f]+|amp|lt|gt|quot|apos);)(\w+;)?", re.DOTALL)


def without_controls(text: str) -> str:
    """Return a text without the characters that XML forbids (XML 1.0, section 2.2), written or escaped.

    >>> without_controls("a&#3;b&#xB;c")
    'abc'
    """
    return _CONTROL.sub("", text)


def with_known_entities(text: str) -> str:
    """Return a text whose ampersands all begin one of XML's own entities: HTML's are written out, others escaped.

    >>> with_known_entities("a & b &amp; c&eacute; &x; <![CDATA[&]]>")
    'a &amp; b &amp; cé &amp;x; <![CDATA[&]]>'
    """
    return _OTHER.sub(_known, text)


def _known(found: re.Match[str]) -> str:
    if found[0][0] == "<":
        return found[0]
    name = found[1] or ""
    char = html5.get(name)
    # "&nbsp;" is one character, and none of them is a markup character here: those have names that XML has too.
    return char if char is not None and char not in "&<>" else f"&amp;{name}"
