"""Where the archive of a database's pages lies."""

from pathlib import Path

from sqlalchemy import make_url

AUTO = "auto"
"""Beside a SQLite database, in the current folder for other databases."""

NAME = "harvest-archive"

_NONE = frozenset({"", "no"})


def folder_of(wanted: str, database_url: str) -> Path | None:
    """Return the folder that the setting ``HARVESTER_ARCHIVE`` means; None where no page is to be kept.

    >>> folder_of("auto", "sqlite:////data/harvest.db"), folder_of("auto", "postgresql://ada@localhost/works")
    (PosixPath('/data/harvest-archive'), PosixPath('harvest-archive'))
    >>> folder_of("pages", "sqlite:////data/harvest.db"), folder_of("no", "sqlite:////data/harvest.db")
    (PosixPath('pages'), None)
    """
    if wanted in _NONE:
        return None
    if wanted != AUTO:
        return Path(wanted)
    url = make_url(database_url)
    is_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    return (Path(url.database or "").parent if is_file else Path()) / NAME
