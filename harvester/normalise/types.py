"""Types of works: any vocabulary to Crossref's.

The vocabularies and their terms are in ``types.toml`` beside this module.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files

from harvester.normalise.characters import line

_NOT_WORD = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NAMESPACE = re.compile(
    r"^(?:info:[a-z-]+/semantics/|info:eu-repo/semantics/|https?://\S*[/#]|[a-z]+:(?=[A-Za-z]))", re.IGNORECASE
)


def work_type(raw: str) -> str | None:
    """Return the type of a work in Crossref's vocabulary; None for a term that says nothing, such as ``Text``.

    >>> work_type("ScholarlyArticle"), work_type("info:eu-repo/semantics/doctoralThesis"), work_type("学位论文")
    ('journal-article', 'dissertation', 'dissertation')
    >>> work_type("Text"), work_type("journal-article")
    (None, 'journal-article')
    """
    text = line(raw)
    if not text or len(text) > 120:
        return None
    terms = _terms()
    for form in (text, _NAMESPACE.sub("", text), text.rpartition(".")[2], text.partition(";")[0]):
        if found := terms.get(_folded(form)):
            return found
    return None


def _folded(term: str) -> str:
    return _NOT_WORD.sub("", _CAMEL.sub(" ", term).lower())


@cache
def _terms() -> dict[str, str]:
    table = tomllib.loads((files("harvester.normalise") / "types.toml").read_text("utf-8"))
    return {_folded(term): kind for kind, terms in table.items() for term in (kind, *terms)}
