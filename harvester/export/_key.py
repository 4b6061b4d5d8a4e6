"""Keys of works in files: the same in every format, every file and, as a rule, every database.

``lovelace2014counting-3ah23wgivf`` is the first author's family name, the year, the first word of the title that says
something, and a hash of what identifies the work: its DOI, or else title, year, container, volume, issue and first
page. The hash makes a key unique, so it depends on no other work of the file; only where several works say the same
in all of these, the younger ones count on. It has 50 bits: among a million works of one name, year and word the chance
that any two share it is one in two thousand. A key changes when the fields that it is made of are corrected.
"""

import base64
import re
import unicodedata
from hashlib import blake2b

from harvester.items import Work

_LONGEST = 20
_DIGITS = 10  # of 5 bits
# Letters that do not come apart into a plain one and a mark.
_PLAIN = str.maketrans({
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n",
})  # fmt: skip
_OTHER = re.compile(r"[^a-z0-9]+")
_WORD = re.compile(r"[^\s\-–—/:.,;]+")
# Articles and short words that begin titles, in the languages that have most of them.
_SAY_NOTHING = frozenset({
    "a", "an", "the", "on", "of", "in", "to", "for", "and", "from", "der", "die", "das", "des", "dem", "den", "ein",
    "eine", "zur", "zum", "uber", "von", "le", "la", "les", "l", "un", "une", "du", "de", "sur", "el", "los", "las",
    "una", "en", "sobre", "il", "lo", "gli", "i", "o", "os", "as", "um", "uma", "da", "do", "sull", "al",
})  # fmt: skip


def citation_key(work: Work, twin: int = 1) -> str:
    """Return the key of a work, in small ASCII letters, digits and one hyphen; it begins with a letter.

    ``twin``: see `harvester.works.Stored`.

    >>> from harvester.items import Author
    >>> work = Work(title="On Counting Things", authors=[Author("Løvelace", "Ada")], published="2014-01")
    >>> citation_key(work), citation_key(Work(title="图书馆", doi="10.5555/1"))
    ('lovelace2014counting-3ah23wgivf', 'work-bbm24ltahs')
    """
    name = _folded(_family(work))
    readable = f"{name}{_year(work)}{_first_word(work.title or '')}"
    return f"{readable if readable[:1].isalpha() else 'work' + readable}-{_hash(work, twin)}"


def _family(work: Work) -> str:
    people = sorted(work.authors, key=lambda author: author.role is not None)  # the authors before the editors
    if not people:
        return ""
    first = people[0]
    if first.family:
        return first.family
    # Nothing splits this name. Long ones are organisations; of the others most are people, whose last word it is.
    words = _WORD.findall(first.name or first.given or "")
    return "" if not words else words[0] if len(words) > 4 else words[-1]


def _first_word(title: str) -> str:
    words = [_folded(word) for word in _WORD.findall(title)[:12]]
    said = [word for word in words if word]
    return next((word for word in said if word not in _SAY_NOTHING), said[0] if said else "")


def _year(work: Work) -> str:
    return (work.published or work.published_online or "")[:4]


def _hash(work: Work, twin: int) -> str:
    # The values as the database compares them when it looks for twins: a space more is another value.
    said = (work.title, _year(work), work.container_title, work.volume, work.issue, work.first_page)
    told = (work.doi,) if work.doi else (*said, str(twin) if twin > 1 else None)
    joined = "\x1f".join("\x1e" if each is None else str(each) for each in told)
    digest = blake2b(joined.encode("utf-8", "replace"), digest_size=8).digest()
    return base64.b32encode(digest).decode().lower()[:_DIGITS]


def _folded(text: str) -> str:
    plain = text.casefold().translate(_PLAIN)
    return _OTHER.sub("", unicodedata.normalize("NFKD", plain))[:_LONGEST]
