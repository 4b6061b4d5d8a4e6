"""Values as one line of text that every format takes."""

from typing import Any

# Controls: some program takes them for the end of a line, none shows them. Other line ends are white space anyway.
_TO_SPACE = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")


def one_line(value: Any) -> str:
    r"""Return a value as a text of one line, every run of white space and control characters one space.

    >>> one_line("Counting\r\nER  - \u2028 twice"), one_line(12)
    ('Counting ER - twice', '12')
    """
    text = str(value)
    return " ".join((text if text.isprintable() else text.translate(_TO_SPACE)).split())


def whole_title(title: str | None, subtitle: str | None) -> str:
    """Return title and subtitle as one line, for formats that have one place for both.

    >>> whole_title("On Counting", "A Subtitle"), whole_title("On Counting", None)
    ('On Counting: A Subtitle', 'On Counting')
    """
    return ": ".join(line for each in (title, subtitle) if each and (line := one_line(each)))


def encoded(text: str) -> bytes:
    """Return a text in UTF-8; a lone surrogate, which no file can hold, becomes a question mark."""
    return text.encode("utf-8", "replace")
