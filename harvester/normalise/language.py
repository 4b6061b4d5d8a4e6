"""Languages: any spelling or code to ISO 639-1, and the language of a text.

`language` looks in a small table first and asks pycountry only for what is not there. `detect` decides by script
where the script decides, then by the function words of the common Latin-script languages, and asks py3langid (whose
model takes most of a second to load) only where neither is sure.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from harvester.normalise.characters import line

_CODE = re.compile(r"([a-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*$", re.IGNORECASE)
_URI = re.compile(r"^(?:https?://\S*?/|urn:[a-z0-9:-]*:|iso639-[123]:)(?:iso639-[0-9]/)?([a-z]{2,3})/?$", re.IGNORECASE)
_LONGEST = 100
_NOISE = re.compile(
    r"^(?:in|language|lang|text in|语种|语言|言語|sprache|langue|idioma)\s*[:：]?\s+|\s*\((?:[^()]*)\)$|[.;,]+$",
    re.IGNORECASE,
)
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u3400-\u9fff]")),
    ("el", re.compile("[\u0370-\u03ff\u1f00-\u1fff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hy", re.compile("[\u0530-\u058f]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
    ("cyrillic", re.compile("[\u0400-\u052f]")),
    ("arabic", re.compile("[\u0600-\u06ff]")),
    ("devanagari", re.compile("[\u0900-\u097f]")),
)
_NOT_LATIN = re.compile("[\u0370-\u1dff\u1f00-\u1fff\u2e80-\ud7ff\uf900-\ufaff]")
_ARABIC = (("fa", re.compile("[پچژگک]")), ("ar", re.compile("[ةىيك]")))
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_OTHER_CYRILLIC = re.compile("[ђћџљњјѓќѕўәғқңөұүһӣӯӘҒҚҢӨҰҮҺ]")
_RUSSIAN = re.compile("[ыэёЫЭЁ]")
_FEWEST_LETTERS = 4
_FEWEST_WORDS, _SHARE_OF_WORDS = 3, 5
"""Function words, and the part of all words that they are, which tell a language that has one more than its kin."""
_MODELLED_SCRIPTS = frozenset({"latin", "cyrillic", "devanagari"})
"""Scripts of many languages, so that a text in one of them is worth asking the model about."""
_MODELLED = 240
"""Characters that the model is asked about; its cost grows with them, its certainty hardly."""
_TOKEN = re.compile(r"[^\W\d_]+")
_LETTERS = re.compile("[a-z]+")
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_ELIDED = re.compile(r"\b([^\W\d_]+)['’](?=\w)")
_SAMPLE = 400
"""Characters that are looked at; more of them change no verdict and cost as much again."""


def language(raw: str) -> str | None:
    """Return a language as ISO 639-1; None for a language without such a code, and for several at once.

    >>> language("eng"), language("pt-BR"), language("Deutsch"), language("简体中文"), language("en; fr")
    ('en', 'pt', 'de', 'zh', None)
    """
    shown = line(raw)
    text = _NOISE.sub("", shown).strip() if len(shown) <= _LONGEST else ""
    if not text:
        return None
    names = _names()
    if found := names.get(text.casefold()):
        return found
    match = _URI.match(text) or _CODE.match(text)
    if match:
        code = match[1].lower()
        return names.get(code) or _by_code(code)
    return _by_name(text)


def detect(text: str) -> str | None:
    """Return the language that a title or an abstract is written in; None where it is too short to say.

    Format: ISO 639-1.

    >>> detect("本文研究了组织学习"), detect("The effect of learning on the public sector"), detect("Betula")
    ('zh', 'en', None)
    """
    sample = text[:_SAMPLE]
    letters = _letters(sample)
    script = _script(sample, letters)
    return _by_spelling(sample, script) or (_by_model(sample, letters) if script in _MODELLED_SCRIPTS else None)


def plain(text: str) -> str | None:
    """Return the language that script and function words tell; the model, which costs ten times as much, is not asked.

    >>> plain("The effect of learning on the public sector"), plain("Eesti keele ajaloo probleemid ja meetodid")
    ('en', None)
    """
    sample = text[:_SAMPLE]
    return _by_spelling(sample, _script(sample, _letters(sample)))


def _by_spelling(sample: str, script: str | None) -> str | None:
    if script == "latin":
        return _by_words(sample)
    if script == "cyrillic":
        return _cyrillic(sample)
    if script == "arabic":
        return next((code for code, sign in _ARABIC if sign.search(sample)), None)
    return None if script == "devanagari" else script


def _letters(sample: str) -> int:
    if sample.isascii():
        return len(sample.encode("ascii").translate(None, _NO_LETTERS))
    return sum(map(str.isalpha, sample))


def _script(sample: str, letters: int) -> str | None:
    """Return the script of most letters, unless they are too few; some kana among Han make it Japanese."""
    if letters < _FEWEST_LETTERS:
        return None
    if sample.isascii():
        return "latin"
    foreign = "".join(_NOT_LATIN.findall(sample))
    if 4 * len(foreign) < letters:
        return "latin"
    counts = {script: len(sign.findall(foreign)) for script, sign in _SCRIPTS}
    counts["latin"] = letters - sum(counts.values())
    han, kana, hangul = counts["zh"], counts["ja"], counts["ko"]
    if kana and 20 * kana >= han + kana:
        counts["ja"] += han
        counts["zh"] = 0
    elif hangul and 5 * hangul >= han:
        counts["ko"] += han
        counts["zh"] = 0
    # One ideograph says as much as a short word of letters.
    for script in ("ja", "ko", "zh"):
        counts[script] *= 3
    best = max(counts, key=lambda script: counts[script])
    return best if counts[best] * 2 > letters else None


def _cyrillic(sample: str) -> str | None:
    if _OTHER_CYRILLIC.search(sample):
        return None
    if _UKRAINIAN.search(sample):
        return None if _RUSSIAN.search(sample) else "uk"
    return "ru" if _RUSSIAN.search(sample) else None


def _by_words(sample: str) -> str | None:
    """Return the language whose function words stand out; each word counts once for each language that has it."""
    tables = _by_word("function_words")
    scores: dict[str, int] = {}
    lowered = sample.lower()
    tokens = (_LETTERS if lowered.isascii() else _TOKEN).findall(lowered)
    for token in tokens:
        for code in tables.get(token, ()):
            scores[code] = scores.get(code, 0) + 1
    found = _clear(scores, len(tokens))
    if found or not tokens:
        return found
    most = 1 + len(tokens) // 6
    for code, hits in _signs(lowered, tokens).items():
        scores[code] = scores.get(code, 0) + min(hits, most)
    return _clear(scores, len(tokens)) or _explaining_most(tokens)


def _explaining_most(tokens: list[str]) -> str | None:
    """Return the language that has all the function words which any other one has, and more."""
    tables = _by_word("function_words")
    known = {token: tables[token] for token in tokens if token in tables}
    words: dict[str, set[str]] = {}
    for token, codes in known.items():
        for code in codes:
            words.setdefault(code, set()).add(token)
    best = max(words, key=lambda code: len(words[code]), default="")
    found = words.get(best, set())
    alone = all(found > each for code, each in words.items() if code != best)
    return best if alone and len(found) >= _FEWEST_WORDS and _SHARE_OF_WORDS * len(found) >= len(tokens) else None


def _signs(lowered: str, tokens: list[str]) -> dict[str, int]:
    """Return how many words have an ending or a letter that only some languages have, or what these elide."""
    found: dict[str, int] = {}
    for code, (endings, letters) in _spelling().items():
        hits = 0
        if any(ending in lowered for ending in endings):
            hits = sum(token.endswith(endings) and token not in endings for token in tokens)
        for letter in letters:
            if letter in lowered:
                hits += sum(letter in token and not token.endswith(endings) for token in tokens)
        if hits:
            found[code] = hits
    if "'" in lowered or "’" in lowered:
        elided = _by_word("elided")
        for word in _ELIDED.findall(lowered):
            for code in elided.get(word, ()):
                found[code] = found.get(code, 0) + 1
    return found


def _clear(scores: dict[str, int], length: int) -> str | None:
    """Return the language that leads by a clear margin."""
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])
    if not ranked:
        return None
    (best, hits), others = ranked[0], (ranked[1][1] if len(ranked) > 1 else 0)
    enough = hits >= (3 if length > 12 else 2)
    clear = hits >= others + 2 and 2 * hits >= 3 * others
    return best if enough and clear and 10 * hits >= length else None


def _by_model(sample: str, letters: int) -> str | None:
    if letters < 40:
        return None
    code, certainty = _model().classify(sample[:_MODELLED])
    return str(code) if certainty > 0.95 and len(code) == 2 else None


@cache
def _model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("harvester.normalise") / "languages.toml").read_text("utf-8"))


@cache
def _names() -> dict[str, str]:
    return {name.casefold(): code for code, names in _table()["names"].items() for name in (code, *names)}


@cache
def _by_word(table: str) -> dict[str, tuple[str, ...]]:
    """Return the languages of each word of a table."""
    found: dict[str, tuple[str, ...]] = {}
    for code, words in _table()[table].items():
        for word in words.split():
            found[word] = (*found.get(word, ()), code)
    return found


@cache
def _spelling() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the endings and the letters that tell a language."""
    endings, letters = _table()["endings"], _table()["letters"]
    return {
        code: (tuple(endings.get(code, "").split()), tuple(letters.get(code, "").split())) for code in endings | letters
    }


@cache
def _by_code(code: str) -> str | None:
    from pycountry import languages

    key = "alpha_2" if len(code) == 2 else "alpha_3"
    entry = languages.get(**{key: code}) or (languages.get(bibliographic=code) if len(code) == 3 else None)
    return getattr(entry, "alpha_2", None)


@cache
def _by_name(name: str) -> str | None:
    from pycountry import languages

    try:
        return getattr(languages.lookup(name), "alpha_2", None)
    except LookupError:
        return None
