"""`compare`: vetoes first, then identifiers, then the weighed agreement of the fields."""

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from harvester.items import Work
from harvester.match import titles
from harvester.match.agreement import agreement, compare_prepared_titles
from harvester.match.containers import DIFFERENT, compare_containers
from harvester.match.decision import Decision, Match, Relation
from harvester.match.locators import container_class
from harvester.match.markers import Kind
from harvester.match.record import Prepared, prepare
from harvester.match.thin import is_thin, thin_weight

_RELATIONS = {
    Kind.ERRATUM: Relation.ERRATUM_OF,
    Kind.RETRACTION: Relation.RETRACTION_OF,
    Kind.COMMENT: Relation.COMMENT_ON,
    Kind.REPLY: Relation.REPLY_TO,
    Kind.DATA: Relation.SUPPLEMENT_TO,
    Kind.SUPPLEMENT: Relation.SUPPLEMENT_TO,
    Kind.REVIEW: Relation.REVIEW_OF,
}
_EXCLUSIVE = ("pmid:", "pmcid:", "arxiv:")
MERGE_AT = 2.5
"""Weight (log-odds) from which two records are one work."""
THIN_MERGE_AT = 0.15
"""The same for the learnt weight of thin records; above 0 because a wrong merge costs more than a missed one."""
REVIEW_AT = 0.0
"""Weight from which a person should look."""


def compare(a: Prepared | Work | Mapping[str, Any], b: Prepared | Work | Mapping[str, Any]) -> Match:
    """Compare two records: are they one work?

    Takes prepared records, `Work` items, or mappings with the same field names (authors as strings, ``year`` for
    ``published``). Symmetric but for `Match.forward`. Order of the rules: a veto keeps apart whatever else agrees; a
    shared DOI or other strong identifier merges unless the titles clearly differ (review); otherwise the fields are
    weighed, and generic titles need container, volume and page.
    """
    left = a if isinstance(a, Prepared) else prepare(a)
    right = b if isinstance(b, Prepared) else prepare(b)
    if (left.title, left.authors) <= (right.title, right.authors):
        return _judge(left, right)
    # One order for both directions, so that no greedy pairing of words or people depends on it.
    match = _judge(right, left)
    if match.relation in (None, Relation.PART_OF):
        return match
    return replace(match, forward=not match.forward)


def _judge(a: Prepared, b: Prepared) -> Match:
    return _veto(a, b) or _identified(a, b) or _weighed(a, b)


def _apart(rule: str, relation: Relation | None = None, *, forward: bool = True) -> Match:
    return Match(Decision.KEEP_APART, 0.0, f"veto:{rule}", dict, relation, forward)


def _veto(a: Prepared, b: Prepared) -> Match | None:
    if a.doi and b.doi:
        # With one DOI between them, a marker that only one of them shows is for `_identified` to weigh.
        return None if a.stem == b.stem else _two_dois(a, b)
    if a.kind != b.kind:
        forward = a.kind != Kind.NONE
        return _apart(a.kind or b.kind, _RELATIONS[a.kind if forward else b.kind], forward=forward)
    if a.part and b.part and a.part != b.part:
        return _apart("part", Relation.PART_OF)
    for scheme in _EXCLUSIVE if a.ids and b.ids else ():
        ids_a = {each for each in a.ids if each.startswith(scheme)}
        ids_b = {each for each in b.ids if each.startswith(scheme)}
        if ids_a and ids_b and not ids_a & ids_b:
            return _apart(scheme[:-1])
    return _other_container(a, b)


def _other_container(a: Prepared, b: Prepared) -> Match | None:
    """Keep a preprint and its article, a data set and its paper apart, where both containers are known."""
    if not a.container or not b.container:
        return None
    first, second = container_class(a.container), container_class(b.container)
    if first != second and compare_containers(a.container, b.container) == DIFFERENT:
        if "preprint" in (first, second):
            return _apart("preprint", Relation.PREPRINT_OF, forward=first == "preprint")
        if "data" in (first, second):
            return _apart("data", Relation.SUPPLEMENT_TO, forward=first == "data")
    return None


def _two_dois(a: Prepared, b: Prepared) -> Match:
    """Name the relation of two works with a DOI each, if their titles show one."""
    parts = bool(a.part and b.part and a.part != b.part)
    if a.kind == b.kind and not parts and container_class(a.container) == container_class(b.container):
        return _apart("doi")  # nothing that the titles say would make a relation; and such pairs are many
    if titles.compare_titles(a.title, b.title).verdict in (titles.EQUAL, titles.NEAR):
        if a.kind != b.kind:
            forward = a.kind != Kind.NONE
            return _apart("doi", _RELATIONS[a.kind if forward else b.kind], forward=forward)
        found = _other_container(a, b)
        return replace(found, rule="veto:doi") if found else _apart("doi")
    if parts and titles.compare_titles(a.title, b.title).words <= 1:
        return _apart("doi", Relation.PART_OF)
    return _apart("doi")


def _identified(a: Prepared, b: Prepared) -> Match | None:
    if a.doi and a.stem == b.stem:
        rule = "doi" if a.doi == b.doi else "doi version"
    else:
        common = set(a.ids).intersection(b.ids)
        if not common:
            return None
        rule = min(common).partition(":")[0]
    marked = a.kind != b.kind or (a.part and b.part and a.part != b.part)
    if a.title == b.title and not marked:
        return Match(Decision.MERGE, 1.0, rule, partial(_evidence, a, b))
    found = agreement(a, b)
    if found.agrees_a_little() if not marked else found.page and found.volume is not False:
        return Match(Decision.MERGE, 1.0, rule, found.words)
    return Match(Decision.REVIEW, 0.5, f"veto:{rule} with another title", found.words)


def _evidence(a: Prepared, b: Prepared) -> dict[str, str]:
    return agreement(a, b).words()


def _weighed(a: Prepared, b: Prepared) -> Match:
    if not a.title or not b.title:
        return Match(Decision.KEEP_APART, 0.0, "no title")
    thin = is_thin(a) and is_thin(b)
    about = compare_prepared_titles(a, b)
    if not thin and about.hopeless and (not a.first_page or a.first_page != b.first_page):
        return Match(Decision.KEEP_APART, 0.0, "title", partial(dict, title=about.verdict))
    found = agreement(a, b, about)
    if found.title.numbers and found.title.words <= 2:
        return _apart("number")
    rule = "thin record" if thin else "fields"
    weight = thin_weight(a, b) + MERGE_AT - THIN_MERGE_AT if thin else found.weight()
    score = 1 / (1 + math.exp(-weight))
    if (a.generic or b.generic) and not found.same_place():
        return Match(Decision.KEEP_APART, min(score, 0.3), "veto:generic title", found.words)
    if weight >= MERGE_AT:
        if thin and (found.looks_like_a_sibling() or found.looks_like_another()):
            return Match(Decision.REVIEW, min(score, 0.5), rule, found.words)
        return Match(Decision.MERGE, score, rule, found.words)
    if weight >= REVIEW_AT:
        return Match(Decision.REVIEW, score, rule, found.words)
    return Match(Decision.KEEP_APART, score, rule, found.words)
