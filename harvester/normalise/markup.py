"""Markup to plain text that a person can read: tags, entities, mojibake, white space."""

import re

from harvester.normalise.characters import decode_entities, has_invisible, squeeze, visible

_BLOCK_NAMES = (
    "abstract|article|blockquote|body|br|caption|center|dd|div|dl|dt|fieldset|figure|footer|form|h[1-6]|head|header|hr|html|label|li"
    "|list|list-item|main|nav|ol|option|p|pre|sec|section|select|table|tbody|td|th|thead|title|tr|ul"
)
_INLINE_NAMES = (
    "a|abbr|acronym|b|bdi|bdo|big|bold|button|cite|code|del|dfn|em|ext-link|fn|font|i|img|inf|inline-formula|input|ins|ital|italic|kbd"
    "|link|mark|math|meta|m[a-z]{1,10}|monospace|named-content|nobr|overline|q|rp|rt|ruby|s|samp|sc|scp|semantics|small|span|strike"
    "|strong|styled-content|sub|sup|svg|tex-math|tt|u|underline|uri|var|wbr|xref"
)
_NAME = rf"(?:[A-Za-z][A-Za-z0-9-]*:[A-Za-z][A-Za-z0-9-]*|{_BLOCK_NAMES}|{_INLINE_NAMES})"
# Only what bears a tag's name is a tag: physics writes averages as <N>.
_TAG = re.compile(
    rf"<(?:/?{_NAME}(?:\s[^<>]*=[^<>]*|\s*/?)|/{_NAME}\s*|!--[^<>]*--|\?[^<>]*\?|!DOCTYPE[^<>]*)>|<!\[CDATA\[|\]\]>",
    re.IGNORECASE,
)
_BLOCK = re.compile(rf"</?(?:jats:)?(?:{_BLOCK_NAMES})(?:\s[^<>]*=[^<>]*|\s*/?)>", re.IGNORECASE)
_DROPPED = re.compile(r"<(script|style|annotation|noscript)\b[^<>]*>[^<]*</\1\s*>", re.IGNORECASE)
# The same formula again, where it is written in MathML as well.
_TEX = re.compile(r"<(tex-math)\b[^<>]*>[^<]*</\1\s*>", re.IGNORECASE)
_PREAMBLE = re.compile(r"\\documentclass.*?\\begin\{document\}|\\end\{document\}", re.DOTALL)
_MATHML = re.compile("<(?:[a-z]+:)?math[ >]", re.IGNORECASE)
_SUP = re.compile(r"<(?:[a-z]+:)?sup\b[^<>]*>([0-9+\-−–=()n]{1,12})</(?:[a-z]+:)?sup\s*>", re.IGNORECASE)
_RAISED = str.maketrans("0123456789+-−–=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿ")
# A letter that UTF-8 read as Latin-1 or Windows-1252 begins with, then one that it goes on with.
_MOJIBAKE = re.compile(
    # One class first: so `re` steps over all other characters.
    "[ÂÃâÅÄÐÑØÙÎÏàáèéêëïðãäåæç](?:[\u0080-\u009f\u00a1-\u00aa\u00ac-\u00ba\u00bc-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6"
    "\u2030\u0160\u2039\u0152\u017d\u201c\u201d\u2022\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]|(?<=Â)[\u00a0\u00ab\u00bb]|(?<=Ã)\u00a0|(?<=\u00ef)\u00bb\u00bf)"
)


def plain(raw: str) -> str | None:
    """Return the text without markup, as one line; None where nothing is left.

    Superscript figures become Unicode's, for 10 to the 6th is not 106; subscripts and other markup become plain
    characters. Unicode is composed (NFC).

    >>> plain("CO<sub>2</sub> at 10<sup>6</sup>&nbsp;m &amp;amp; p &lt; 0.05")
    'CO2 at 10⁶ m & p < 0.05'
    >>> plain("<p>One</p><p>two</p>"), plain("<p> </p>")
    ('One two', None)
    """
    return lines(raw).replace("\n", " ") or None


def lines(raw: str) -> str:
    r"""Return the text without markup, block elements and line breaks as line breaks.

    >>> lines("one<br>two<ul><li>three</ul>")
    'one\ntwo\nthree'
    """
    text = raw
    # What was hidden in an entity or between two tags may be markup itself.
    for _ in range(4):
        if _is_bare(text):
            return _squeezed(text)
        again = _decoded(text)
        if again == text:
            return text
        text = again
    return _decoded(text.translate({38: " ", 60: " ", 62: " "}))


def _is_bare(text: str) -> bool:
    """Return True for text without markup, entities, mojibake and invisible marks, as most is."""
    if "&" in text or "<" in text or "]]>" in text:
        return False
    return not has_invisible(text) and (text.isascii() or not _MOJIBAKE.search(text))


def _squeezed(text: str) -> str:
    return "\n".join(filter(None, map(squeeze, text.splitlines())))


def _decoded(raw: str) -> str:
    text = decode_entities(raw)
    if "<" in text or "]]>" in text:
        text = _DROPPED.sub(" ", text)
        if _MATHML.search(text):
            text = _TEX.sub(" ", text)
        elif "\\documentclass" in text:
            text = _PREAMBLE.sub("", text)
        text = _SUP.sub(lambda found: found[1].translate(_RAISED), text)
        text = _TAG.sub("", _BLOCK.sub("\n", text))
    return _squeezed(visible(repaired(text)))


def repaired(text: str) -> str:
    r"""Return the text with its mojibake repaired; a text without signs of it is not looked at.

    >>> repaired("LariviÃ¨re and â€œopenâ€\x9d"), repaired("São Paulo à «Paris»")
    ('Larivière and “open”', 'São Paulo à «Paris»')
    """
    if not _MOJIBAKE.search(text):
        return text
    from ftfy import fix_encoding

    return visible(fix_encoding(text))
