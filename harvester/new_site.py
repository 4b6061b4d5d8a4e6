"""A new site's module and its test folder, from a saved page: the function behind ``harvester new-site``."""

import json
import re
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from harvester.errors import UsageError
from harvester.extraction import examine
from harvester.page import Page
from harvester.sources import media_type

_MODULE = '''"""{title}: say here how its pages differ from the general order.

Checked {month} against one page.
"""

from harvester.sites import Site

SITE = Site(
    name="{name}",
    hosts=("{host}",),
    fields={{
        # A CSS selector, or a function of the page, for each field that the general readers get wrong; for instance
        # "published": "time.online-date::attr(datetime)"
    }},
)
'''


def new_site(name: str, page: Path, url: str, root: Path) -> list[Path]:
    """Write ``harvester/sites/NAME.py`` and ``tests/sites/NAME/page/``; return the files.

    ``expected.json`` holds what is read from the page today: correct it by hand to what should be read, then make the
    test pass. ``root``: the checkout. Raises `UsageError` for a name that is no module name, for an address without
    host, and where a file is there already.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise UsageError(f"{name!r} is no module name; use small letters, digits and underscores")
    host = urlsplit(url).hostname
    if not host:
        raise UsageError(f"--url {url!r} has no host; name the address that the page came from")
    module = root / "harvester" / "sites" / f"{name}.py"
    case = root / "tests" / "sites" / name / "page"
    if not module.parent.is_dir():
        raise UsageError(f"{root} is no checkout of the harvester: it has no harvester/sites")
    saved = case / f"page{'.txt' if page.suffix.lower() == '.txt' else '.html'}"
    expected = case / "expected.json"
    for file in (module, saved, expected):
        if file.exists():
            raise UsageError(f"{file} is there already; choose another name, or edit it")
    body = page.read_bytes()
    text = _MODULE.format(
        title=name.replace("_", " ").capitalize(), month=f"{date.today():%Y-%m}", name=name, host=host
    )
    case.mkdir(parents=True)
    module.write_text(text, encoding="utf-8")
    saved.write_bytes(body)
    expected.write_text(json.dumps(_read(page, body, url), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return [module, saved, expected]


def _read(page: Path, body: bytes, url: str) -> dict[str, object]:
    examined = examine(Page(url, body, media_type=media_type(page)))
    values = examined.work.to_dict() if examined.work else {}
    told = {name: value for name, value in values.items() if value not in (None, []) and name != "url"}
    if examined.work:
        for name, labels in (
            ("authors", [author.label for author in examined.work.authors]),
            ("affiliations", [affiliation.raw for affiliation in examined.work.affiliations]),
        ):
            if labels:
                told[name] = labels
    for name in ("related", "classifications", "identifiers"):
        if name in told:
            told[name] = [{key: each for key, each in one.items() if each not in (None, [])} for one in told[name]]
    return {"url": url, "kind": examined.verdict.kind, **told}
