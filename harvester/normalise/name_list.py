"""Lists of names: where one person ends and the next begins."""

import re
from collections.abc import Sequence

from harvester.items import Author
from harvester.normalise import name_words as words_of
from harvester.normalise.characters import decode_entities, narrow
from harvester.normalise.cjk_name import cjk_parts
from harvester.normalise.markup import lines
from harvester.normalise.name_marks import affiliation_marks, bare_name
from harvester.normalise.name_words import CJK, capitals, initials, particle
from harvester.normalise.plain_name import plain_person
from harvester.normalise.single_name import person

_LONGEST = 200_000
_SUP = re.compile(r"\s*<sup\b[^<>]*>([^<>]*)</sup\s*>", re.IGNORECASE)
_RAISED = re.compile(r"[¹²³⁴⁵⁶⁷⁸⁹⁰](?:[,⁺¹²³⁴⁵⁶⁷⁸⁹⁰*]*[¹²³⁴⁵⁶⁷⁸⁹⁰])?")
_LOWERED = re.compile(r"(?<=[^\W\d_])\.?([0-9]{1,2}(?:\s?[,，]\s?[0-9]{1,2}(?![0-9]))*)(?=[\s,，;；、*†‡]|$)")
_FIGURE = re.compile("[0-9¹²³⁴⁵⁶⁷⁸⁹⁰]")
_BRACKETS = re.compile(r"[\[(（][^\[\]()（）]{0,200}[\])）]")
_STRONG = re.compile(r"\s*(?:[;；\n|•]|\s[·/]\s)\s*")
_AND = re.compile(r"\s*,?\s+(?:and|&|und|et(?!\.?\s+al\b)|y|e|og|och|en)\s+|\s*&\s*", re.IGNORECASE)
_SURE_AND = re.compile(r"(?:and|&|und)", re.IGNORECASE)
_CJK_COMMA = re.compile(r"\s*[、，,]\s*|(?<=[\u3400-\u9fff]{2})\s*・\s*(?=[\u3400-\u9fff]{2})")
_INNER = str.maketrans({",": "\ue000", "，": "\ue000", ";": "\ue001", "；": "\ue001", "、": "\ue000"})
_OUTER = str.maketrans({"\ue000": ",", "\ue001": ";"})


def people(raw: str | Sequence[str], *, natural_order: bool | None = None) -> list[Author]:
    """Return the persons and organisations of a list of names, in its order.

    A string is split at ``;`` and line breaks, at ``and``, at the separators of Chinese and Japanese, and at commas
    only where the parts cannot be the halves of one name: each has two words or more, or ends in initials. Elements
    of a longer list are names already, and are split at ``;`` only. ``natural_order`` is that of `person`. A name in
    capitals keeps them where the names around it are not in capitals.

    >>> [each.label for each in people("Hartley, J (Hartley, Jean) [ 1 ] ; Rashman, L (Rashman, Lyndsay) [ 2 ]")]
    ['Hartley, Jean', 'Rashman, Lyndsay']
    >>> [each.label for each in people("Smith J, Jones K, and Lee P")], len(people("Ahumada Sempoal, Miguel Angel"))
    (['Smith, J', 'Jones, K', 'Lee, P'], 1)
    """
    return [author for author, _ in people_with_marks(raw, natural_order=natural_order)]


def people_with_marks(
    raw: str | Sequence[str], *, natural_order: bool | None = None
) -> list[tuple[Author, tuple[int, ...]]]:
    """Return what `people` does, each with the numbers of the affiliations that stand beside the name.

    >>> [(author.label, marks) for author, marks in people_with_marks("John A. Smith1,2, Jane B. Doe3")]
    [('Smith, John A.', (1, 2)), ('Doe, Jane B.', (3,))]
    """
    if isinstance(raw, str):
        if natural_order is None and (plain := plain_person(raw)):
            return [(plain, ())]
        names = _names(raw)
    elif len(raw) == 1:
        # A list of one may be one field with everybody in it.
        names = _names(raw[0])
    else:
        names = [name for each in raw for name in _STRONG.split(_marked(each)) if name.strip()]
    split = [affiliation_marks(name.translate(_OUTER)) for name in names]
    shouted = [_in_capitals(name) for name, _ in split if _in_capitals(name) is not None]
    undo = len(shouted) < 3 or all(shouted) or sum(map(bool, shouted)) * 2 > len(shouted)
    found = ((person(name, natural_order=natural_order, undo_capitals=undo), marks) for name, marks in split)
    return [(author, marks) for author, marks in found if author]


def _names(raw: str) -> list[str]:
    text = _marked(raw[:_LONGEST])
    names = []
    for piece in _STRONG.split(text):
        names.extend(_split_piece(piece.strip()) if piece.strip() else [])
    return names


def _marked(raw: str) -> str:
    """Bring numbers of affiliations into brackets, and hide the commas inside of any brackets."""
    text = decode_entities(raw)
    text = _SUP.sub(lambda found: f"[{found[1]}] " if any(map(str.isdigit, found[1])) else " ", text)
    text = narrow(lines(text)) if not CJK.search(text) else lines(text)
    if not _FIGURE.search(text):
        return _BRACKETS.sub(lambda found: found[0].translate(_INNER), text)
    text = _RAISED.sub(lambda found: f"[{','.join(map(str, affiliation_marks('x' + found[0])[1]))}]", text)
    text = _LOWERED.sub(lambda found: f"[{found[1]}]", text)
    return _BRACKETS.sub(lambda found: found[0].translate(_INNER), text)


def _split_piece(piece: str) -> list[str]:
    """Split what no stronger separator parts."""
    if CJK.search(piece):
        return _split_cjk(piece)
    if words_of.group(piece) and "," not in piece:
        return [piece]
    joined = _AND.split(piece)
    sure = len(joined) > 1 and bool(_SURE_AND.search(piece))
    if len(joined) > 1 and not _may_part(joined, sure=sure):
        joined = [piece]
    names: list[str] = []
    for part in joined:
        names.extend(_split_commas(part.strip(" ,"), several=len(joined) > 1))
    return names


def _may_part(chunks: list[str], *, sure: bool) -> bool:
    """Tell whether ``and`` stands between people: all have two words, or all have one."""
    counts = [len(chunk.split()) for chunk in chunks if chunk.strip(" ,")]
    if all(count > 1 for count in counts):
        return True
    return (
        sure
        and all(count == 1 for count in counts)
        and all(chunk.strip()[:1].isupper() for chunk in chunks if chunk.strip())
    )


def _split_commas(text: str, *, several: bool) -> list[str]:
    parts, honoured = _parts(text)
    several = several or honoured
    if len(parts) < 2:
        return [text] if text else []
    if all(_family_and_initials(part) for part in parts):
        return parts
    if len(parts) % 2 == 0 and (len(parts) > 2 or several) and all(_only_initials(part) for part in parts[1::2]):
        return [f"{family}, {given}" for family, given in zip(parts[::2], parts[1::2], strict=True)]
    if _first_is_turned(parts):
        return [f"{parts[0]}, {parts[1]}", *parts[2:]]
    full = [len(_real_words(part)) > 1 or words_of.group(part) for part in parts]
    if len(parts) == 2:
        return parts if all(full) and (several or _two_people(parts)) else [text]
    if all(full) or (full[0] and sum(full) * 3 >= 2 * len(full) and not any(_only_initials(part) for part in parts)):
        return parts
    # Family names alone, or pairs of names in an order that nothing tells: silence is better than a wrong name.
    return [] if len(parts) > 3 else [text]


def _first_is_turned(parts: list[str]) -> bool:
    """Tell the style of references that turns the first name only: ``Doe, J., R. Roe, L. Li``."""
    family, given, *others = parts
    if not others or len(_real_words(family)) != 1 or any(len(_real_words(other)) < 2 for other in others):
        return False
    words = given.split()
    return all(map(initials, words)) or (words_of.given_name(words[0]) and all(map(initials, words[1:])))


def _parts(text: str) -> tuple[list[str], bool]:
    """Split at commas; a suffix goes with the name before it, a degree goes and tells that a name is complete."""
    parts: list[str] = []
    honoured = False
    for part in (each.strip() for each in text.split(",")):
        if not part:
            continue
        if parts and words_of.suffix(part):
            parts[-1] += f" {part}"
        elif parts and words_of.degree(part) and len(parts[-1].split()) > 1:
            honoured = True
        elif bare_name(f"{part} x"):
            parts.append(part)
    return parts, honoured


def _real_words(part: str) -> list[str]:
    return [word for word in _BRACKETS.sub("", part).split() if any(map(str.isalpha, word)) and not particle(word)]


def _family_and_initials(part: str) -> bool:
    words = _BRACKETS.sub("", part).split()
    if len(words) < 2 or not initials(words[-1]):
        return False
    return not any(initials(word) and not capitals(word) for word in words[:-1]) and len(words[-1].replace(".", "")) < 5


def _only_initials(part: str) -> bool:
    words = _BRACKETS.sub("", part).split()
    return bool(words) and all(initials(word) for word in words)


def _two_people(parts: list[str]) -> bool:
    """Tell two people from the two halves of one name: an initial before the last word, or given names first."""
    words = [_real_words(part) for part in parts]
    if any(initials(word) for each in words for word in each[:-1]):
        return not any(initials(each[-1]) for each in words)
    return all(words_of.given_name(each[0]) and not words_of.given_name(each[-1]) for each in words)


def _split_cjk(piece: str) -> list[str]:
    """Split names in characters: at marks of enumeration, or at spaces between whole names."""
    parts = [part for part in _CJK_COMMA.split(piece) if part.strip()]
    if len(parts) == 2 and "," in piece and not _whole(parts[0]):
        return [piece]
    names: list[str] = []
    for part in parts:
        spaced = part.split()
        plain_names = [affiliation_marks(name)[0] for name in spaced]
        whole = len(spaced) > 1 and all(len(name) > 1 and cjk_parts(name) for name in plain_names if name)
        names.extend(spaced if whole else [part])
    return names


def _whole(part: str) -> bool:
    """Tell whether a part is a name of its own and no family name: 山田, 太郎 is one person."""
    name = affiliation_marks(part)[0]
    return len(name) > 2 or (
        len(name) == 2 and cjk_parts(name) is not None and name not in words_of.cjk_surnames("japanese")
    )


def _in_capitals(name: str) -> bool | None:
    """Tell whether a name is all in capitals; None for one that is too short to say."""
    letters = [char for char in name if char.isalpha()]
    return name.isupper() if len(letters) > 3 and not words_of.group(name) else None
