"""Names in Chinese, Japanese and Korean characters."""

import re

from harvester.items import Author
from harvester.normalise import name_words as words_of

_PADDED_HAN = re.compile("([\u3400-\u9fff])\\s+([\u3400-\u9fff])$")
_HANGUL = re.compile("[\uac00-\ud7af]+$")
_HAN = re.compile("[\u3005\u3400-\u9fff]+$")


def cjk_person(text: str) -> Author:
    """Return the person of a name in characters: split at a comma only, for everything else stays as it is written.

    >>> cjk_person("欧阳修").name, cjk_person("山田, 太郎").label
    ('欧阳修', '山田, 太郎')
    """
    text = _PADDED_HAN.sub(r"\1\2", text)
    family, comma, given = text.partition(",")
    if comma and family.strip() and given.strip() and "," not in given and not words_of.group(text):
        return Author(family=family.strip(), given=given.strip(), name=text)
    return Author(name=text)


def cjk_parts(name: str) -> tuple[str, str] | None:
    """Split a name in Chinese or Korean characters, and a Japanese one of a well-known family, into family and given.

    >>> cjk_parts("欧阳修"), cjk_parts("熊易群"), cjk_parts("김철수"), cjk_parts("山田太郎"), cjk_parts("高橋誠")
    (('欧阳', '修'), ('熊', '易群'), ('김', '철수'), ('山田', '太郎'), ('高橋', '誠'))
    """
    parts = name.split()
    if len(parts) == 2 and all(_HAN.match(part) or _HANGUL.match(part) for part in parts):
        return parts[0], parts[1]
    if _HANGUL.match(name) and 2 <= len(name) <= 4:
        for length, kind in ((2, "korean_compound"), (1, "korean_single")):
            if len(name) > length and name[:length] in words_of.cjk_surnames(kind):
                return name[:length], name[length:]
    if not _HAN.match(name) or not 2 <= len(name) <= 6:
        return None
    for length in (4, 3, 2):
        if len(name) > length and name[:length] in words_of.chinese_compound():
            return name[:length], name[length:]
    if len(name) > 3 and name[:3] in words_of.cjk_surnames("japanese"):
        return name[:3], name[3:]
    if len(name) > 2 and name[:2] in words_of.cjk_surnames("japanese"):
        # Three characters after a Chinese family name are as likely a Chinese name: 田中一.
        known = len(name) > 3 or name[0] not in words_of.cjk_surnames("chinese_single") or name[1] in "橋藤辺邊"
        return (name[:2], name[2:]) if known else None
    if len(name) <= 3 and name[0] in words_of.cjk_surnames("chinese_single"):
        return name[0], name[1:]
    return None
