"""Saved pages without a database: the function behind ``harvester extract``."""

from pathlib import Path
from typing import Any

from harvester.errors import UsageError
from harvester.extraction import examine
from harvester.page import Page
from harvester.sources import media_type


def extract_file(file: Path, url: str | None) -> dict[str, Any]:
    """Return what a saved page gives: file, url, kind, reason, work (None unless there is a record), sources.

    Raises `UsageError` for a file that cannot be read.
    """
    try:
        body = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error
    examined = examine(Page(url or file.resolve().as_uri(), body, media_type=media_type(file)))
    return {
        "file": file.name,
        "url": url,
        "kind": examined.verdict.kind,
        "reason": examined.verdict.reason,
        "work": examined.work.to_dict() if examined.work else None,
        "sources": examined.sources,
    }


def addresses(table: Path) -> dict[str, str]:
    """Read a tab-separated file of file names and URLs.

    Raises `UsageError` with the line for one that has no tab.
    """
    found = {}
    for number, line in enumerate(table.read_text(encoding="utf-8-sig").splitlines(), 1):
        name, tab, url = line.partition("\t")
        if line.strip() and not tab:
            raise UsageError(f"{table}:{number}: {line!r} has no tab; write file name, tab, URL")
        found[Path(name).name] = url.strip()
    return found
