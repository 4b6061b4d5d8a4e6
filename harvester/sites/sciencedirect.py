"""ScienceDirect: articles, most of them behind a subscription.

- Names are buttons that open a panel; the institutions are only in the page's embedded state, by the ids that the
  names point to (``bAFF1`` to ``AFF1``).
- ``citation_publication_date`` is there, names and institutions in tags are not.
- "Get rights and content" is glued to the DOI.

Checked 2026-11 against articles of 1985 and 1997.
"""

import json
import re

from harvester.extraction.candidates import RawAuthor
from harvester.page import Page, select_texts
from harvester.sites import Site

_PLACE = re.compile(
    rb'"#name":"affiliation","\$":\{"id":"(?P<id>[^"]{1,40})"[^\]]{0,200}?"#name":"textfn"[^}]{0,200}?"_":(?P<text>"(?:[^"\\]|\\.){1,900}")'
)


def _places(page: Page) -> dict[str, str]:
    found = {}
    for match in _PLACE.finditer(page.body):
        try:
            text = json.loads(match["text"].decode("utf-8", "replace"), strict=False)
        except ValueError:
            # A bad escape in one name costs that name.
            continue
        found[match["id"].decode("ascii", "replace")] = str(text)
    return found


def _authors(page: Page) -> list[RawAuthor]:
    places = _places(page)
    people = []
    for entry in page.select("div.author-group .button-link-text, div.author-group a.author .content"):
        given = " ".join(select_texts(entry, ".given-name::text"))
        family = " ".join(select_texts(entry, ".surname::text"))
        refs = [each.removeprefix("b") for each in select_texts(entry, ".author-ref::attr(id)")]
        if family:
            people.append(
                RawAuthor(family=family, given=given, affiliations=tuple(places[ref] for ref in refs if ref in places))
            )
    return people


SITE = Site(
    name="sciencedirect",
    hosts=("sciencedirect.com",),
    blocked_if="div#px-captcha, form#challenge-form",
    fields={"authors": _authors},
)
