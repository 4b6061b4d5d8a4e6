"""``mods``: MODS 3 (Library of Congress), the richer format that DSpace, EPrints and Islandora serve."""

from lxml import etree

from harvester.formats._draft import Draft, Person
from harvester.items import Work
from harvester.listing.metadata._values import found, identify, texts
from harvester.listing.oai_answer import text_of

PREFIXES = ("mods",)
_ROLES = {"author": None, "aut": None, "creator": None, "cre": None, "editor": "editor", "edt": "editor",
          "translator": "translator", "trl": "translator"}  # fmt: skip
_SCHEMES = {"doi", "issn", "isbn", "hdl", "handle", "pmid", "pmcid", "pmc", "arxiv"}
_DATES = ("dateIssued", "copyrightDate", "dateCreated")


def work(metadata: etree._Element) -> Work:
    """Return the work that a ``mods`` element describes; of a collection, its first member."""
    mods = next(found(metadata, "mods"), metadata)
    draft = Draft()
    _title(draft, mods)
    for name in found(mods, "name"):
        _person(draft, name)
    for origin in found(mods, "originInfo"):
        draft.add("publisher", *texts(origin, "publisher"))
        for element in _DATES:
            dates = sorted(found(origin, element), key=lambda each: each.get("keyDate") != "yes")
            draft.add("published", *(text_of(each) for each in dates if each.get("point") != "end"))
    draft.add("type", *texts(mods, "genre"), *texts(mods, "typeOfResource"))
    draft.add("language", *texts(mods, "language/languageTerm"))
    draft.add("abstract", *texts(mods, "abstract"))
    draft.add("keywords", *texts(mods, "subject/topic"))
    draft.add("license", *(text for text in texts(mods, "accessCondition") if text.startswith("http")))
    for each in found(mods, "identifier"):
        _identifier(draft, each)
    for text in texts(mods, "location/url"):
        identify(draft, text)
    for related in found(mods, "relatedItem"):
        if related.get("type") == "host":
            _host(draft, related)
    for part in found(mods, "part"):
        _part(draft, part)
    return draft.work()


def _title(draft: Draft, mods: etree._Element) -> None:
    """Read the title proper; one with a type is a translation, an abbreviation or another form of it."""
    for info in found(mods, "titleInfo"):
        if info.get("type") is None:
            start = "".join(texts(info, "nonSort"))
            for title in texts(info, "title"):
                draft.add("title", f"{start} {title}" if start and not start.endswith(("'", "’")) else start + title)
            draft.add("subtitle", *texts(info, "subTitle"))


def _person(draft: Draft, name: etree._Element) -> None:
    roles = [text.lower() for text in texts(name, "role/roleTerm")]
    known = [_ROLES[role] for role in roles if role in _ROLES]
    if roles and not known:
        return  # an advisor, a funder, a publisher: none of them made the work
    parts: dict[str, list[str]] = {}
    for each in found(name, "namePart"):
        parts.setdefault(each.get("type") or "", []).append(text_of(each))
    person = Person(
        " ".join(parts.get("", [])) or next(iter(texts(name, "displayForm")), ""),
        family=" ".join(parts.get("family", [])) or None,
        given=" ".join(parts.get("given", [])) or None,
        role=known[0] if known else None,
        places=texts(name, "affiliation"),
        literal=name.get("type") in ("corporate", "conference"),
    )
    identifiers = [each for each in found(name, "nameIdentifier") if (each.get("type") or "").lower() == "orcid"]
    person.orcid = text_of(identifiers[0]) if identifiers else None
    if person.name or person.family:
        draft.people.append(person)


def _identifier(draft: Draft, element: etree._Element) -> None:
    scheme, text = (element.get("type") or "").lower(), text_of(element)
    if element.get("invalid") == "yes" or not text:
        return
    if scheme in _SCHEMES:
        draft.identifiers.append((scheme, text))
    else:
        identify(draft, text)


def _host(draft: Draft, host: etree._Element) -> None:
    """Read what contains the work: its identifiers are the container's, only ISSN and ISBN of them are a field."""
    for info in found(host, "titleInfo"):
        name = "container_title_short" if info.get("type") == "abbreviated" else "container_title"
        draft.add(name, *texts(info, "title"))
    for each in found(host, "identifier"):
        if (scheme := (each.get("type") or "").lower()) in ("issn", "isbn"):
            draft.add(scheme, text_of(each))
    for part in found(host, "part"):
        _part(draft, part)


def _part(draft: Draft, part: etree._Element) -> None:
    for detail in found(part, "detail"):
        kind = (detail.get("type") or "").lower()
        if kind in ("volume", "issue", "number"):
            draft.add("issue" if kind == "number" else kind, *texts(detail, "number"))
    for extent in found(part, "extent"):
        if (extent.get("unit") or "pages").lower() in ("page", "pages", "pp"):
            draft.add("first_page", *texts(extent, "start"))
            draft.add("last_page", *texts(extent, "end"))
            draft.add("pages", *texts(extent, "list"))
    draft.add("published", *texts(part, "date"))
