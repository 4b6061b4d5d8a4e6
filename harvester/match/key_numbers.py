"""Keys as numbers: a key of `harvester.match.keys` in 8 bytes, its kind in the last four bits.

A million records have twelve million keys, and these meet in one index in no order at all; as numbers it takes a third
of the space, so much more of it stays in memory. Two keys with one number are no harm: records are compared before they
are called the same.
"""

from collections.abc import Iterable
from hashlib import blake2b

from harvester.match.keys import KEY_CAPS

# Stored in databases: a kind never changes its number, and a new one gets a new number. 0 is every identifier.
CODES = {"t": 1, "z": 2, "p": 3, "v": 4, "f": 5, "y": 6, "u": 7, "g": 8, "w": 9, "fp": 10, "x": 11}
_KINDS = {code: kind for kind, code in CODES.items()}


def number(key: str) -> int:
    """Return the number of a key: positive, below 2^63, the same on every machine."""
    code = CODES.get(key[: key.index(":")], 0)
    raw = key.encode() if key.isascii() else key.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(raw, digest_size=8).digest(), "big") >> 5 << 4 | code


def numbers(keys: Iterable[str]) -> list[int]:
    """Return the numbers of keys, each once."""
    return list(dict.fromkeys(map(number, keys)))


def caps() -> list[int]:
    """Return how many records may share a key before it stops to link, by the last four bits of its number.

    0, as it is for identifiers, stands for any number.
    """
    return [KEY_CAPS[_KINDS[code]] if code in _KINDS else 0 for code in range(16)]


def is_identifier(key: int) -> bool:
    """Tell whether a key is an identifier's, which no number of records makes crowded."""
    return not key & 15
