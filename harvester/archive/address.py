"""Addresses of archived pages: ``warc:///folder/file.warc.gz?offset=1234``, unique like any other address of a page."""

from pathlib import Path
from urllib.parse import urlsplit

from w3lib.url import file_uri_to_path

ENDINGS = (".warc", ".warc.gz")
"""How the names of WARC files end, in lower case."""

SCHEME = "warc"


def address_of(path: Path, offset: int) -> str:
    """Return the address of the page whose record begins at a byte of a file.

    >>> address_of(Path("/data/a b.warc.gz"), 1234)
    'warc:///data/a%20b.warc.gz?offset=1234'
    """
    return f"{SCHEME}{path.resolve().as_uri().removeprefix('file')}?offset={offset}"


def place_of(address: str) -> tuple[Path, int]:
    """Return file and offset of such an address. Raises ``ValueError`` for any other.

    >>> place_of("warc:///data/a%20b.warc.gz?offset=1234")
    (PosixPath('/data/a b.warc.gz'), 1234)
    """
    parts = urlsplit(address)
    name, _, offset = parts.query.partition("=")
    if parts.scheme != SCHEME or name != "offset":
        raise ValueError(f"{address!r} is no address of an archived page")
    return Path(file_uri_to_path(f"file://{parts.path}")), int(offset)
