"""Keys under which records meet: identity keys, which mean sameness, and blocking keys, which only suggest it.

A key is a short text ``kind:value``, made to be a row in an index. Two records are compared when they share one.

A key that very many records share tells nothing: above its cap (`KEY_CAPS`, records per key) it links nobody at all.
Which key is crowded depends on the set of records alone, not on the order in which they came. A record whose coarse
keys are crowded is still found by finer ones (title with place in the volume).
"""

from typing import Final

from harvester.match.record import Prepared, short_key

KEY_CAPS: Final = {"t": 20, "g": 30, "fp": 60, "z": 8, "p": 8, "x": 8, "v": 8, "f": 8, "y": 8, "u": 8, "w": 8}
"""How many records may share a blocking key of each kind before it stops to link. Identity keys have no cap.

Keys of a piece of the title, of the place or of single words meet by chance, and the more so the more records there
are; eight records is as many as one work usually has. Of 125,000 records of the corpora, keys of up to eight led to
24,000 pairs that were one work and 25,000 that were not, and keys of nine to sixty to 500 and 490,000. So the
neighbours of a record stay few in a database of a million.
"""


def identity_keys(record: Prepared) -> list[str]:
    """Return the keys that mean sameness: identifiers, then the fingerprint.

    ``doi:`` carries the DOI without its version tail, so that versions of one DOI meet. The fingerprint (folded title,
    first author's family name, year, as far as known) is missing for generic titles and for records that have neither
    author nor year. Sameness of keys is still subject to `compare`, which knows the vetoes.
    """
    keys = [f"doi:{record.stem}"] if record.doi else []
    keys += record.ids
    if record.title and not record.generic and (record.authors or record.year):
        family = record.authors[0].partition("|")[0] if record.authors else ""
        text = f"{record.title.replace(' ', '')}|{record.kind}|{record.part}|{family}|{record.year or ''}"
        keys.append(f"fp:{short_key(text)}")
    return keys


def blocking_keys(record: Prepared) -> list[str]:
    """Return the keys that survive the usual noise, each of a kind named in `KEY_CAPS`.

    ========  ===================================================================================
    ``t``     title without spaces; also its head before the subtitle, and a title in brackets
    ``z``     last 24 letters of the title (survives labels in front, typos before the end)
    ``p``     first 40 letters of the title (survives cut-off titles)
    ``x``     family name of the first author with the first 16 letters of the title (survives crowded beginnings)
    ``w``     the three longest words of the title (survives exchanged order, added words)
    ``v``     volume, first page and year, and the same with the year after (online, print)
    ``y``     first and last page and year
    ``f``     family name of the first and of the last author with the first page
    ``u``     family name of the first author with volume and issue
    ``g``     for generic titles: title, volume, issue
    ========  ===================================================================================
    """
    keys = _place_keys(record)
    if not record.title:
        return keys
    if record.generic:
        if record.volume and record.issue:
            keys.append(f"g:{short_key(f'{record.title}|{record.volume}|{record.issue}')}")
        return keys
    letters = record.title.replace(" ", "")
    keys.append(f"t:{short_key(letters)}")
    keys += [f"t:{short_key(each.replace(' ', ''))}" for each in (record.head, record.other) if each]
    if len(letters) > 24:
        keys.append(f"z:{letters[-24:]}")
    if len(letters) > 40:
        keys.append(f"p:{short_key(letters[:40])}")
    if len(letters) > 16 and record.authors:
        keys.append(f"x:{short_key(letters[:16] + '|' + record.authors[0].partition('|')[0])}")
    longest = sorted(set(record.title.split()), key=lambda word: (-len(word), word))[:3]
    if len(longest) == 3 and len(longest[2]) > 4:
        keys.append(f"w:{short_key(' '.join(longest))}")
    return list(dict.fromkeys(keys))


def _place_keys(record: Prepared) -> list[str]:
    keys = []
    page = record.first_page
    if record.volume and page and record.year:
        keys += [f"v:{record.volume[:12]}:{page[:12]}:{year}" for year in (record.year, record.year + 1)]
    if page and page != "1" and record.last_page and record.last_page != page and record.year:
        keys.append(f"y:{page[:12]}:{record.last_page[:12]}:{record.year}")
    if record.volume and record.issue and record.authors:
        keys.append(f"u:{record.authors[0].partition('|')[0][:24]}:{record.volume[:12]}:{record.issue[:12]}")
    if page and page != "1" and record.authors:
        families = {record.authors[0].partition("|")[0], record.authors[-1].partition("|")[0]}
        keys += [f"f:{family[:24]}:{page[:12]}" for family in sorted(families)]
    return keys
