"""``oai_datacite``: the DataCite schema (kernel 3 and 4), which Invenio (Zenodo), Dataverse and DataCite serve.

``oai_openaire`` (OpenAIRE guidelines 4) is the same with a few elements of its own, ``citationTitle`` and the like.
"""

import re

from lxml import etree

from harvester.formats._draft import Draft, Person
from harvester.items import Work
from harvester.listing.metadata._values import found, identify, texts
from harvester.listing.oai_answer import text_of

PREFIXES = ("oai_datacite", "oai_datacite4", "datacite", "oai_openaire")
_FIELDS = {
    "publisher": "publisher",
    "language": "language",
    "subjects/subject": "keywords",
    "description": "abstract",
    "citationTitle": "container_title",
    "citationVolume": "volume",
    "citationIssue": "issue",
    "citationStartPage": "first_page",
    "citationEndPage": "last_page",
}
_DATES = ("Issued", "Available", "Created", "Submitted")
_PERIODICALS = ("journal", "book", "conferenceproceeding")
_NUMBER = re.compile(r"(?P<title>.+?)(?:,\s*(?P<volume>[0-9]+)(?:\((?P<issue>[^)]+)\))?,\s*(?P<pages>[^,]+))")


def work(metadata: etree._Element) -> Work:
    """Return the work that a ``resource`` element describes, wherever its wrappers put it."""
    resource = next(metadata.iter("{*}resource"), metadata)
    draft = Draft(single=frozenset({"keywords"}))
    _names(draft, resource)
    _dates(draft, resource)
    for path, name in _FIELDS.items():
        draft.add(name, *texts(resource, path))
    for each in found(resource, "resourceType"):
        draft.add("type", text_of(each), each.get("resourceTypeGeneral"))
    for each in found(resource, "descriptions/description"):
        if each.get("descriptionType") == "Abstract":
            draft.add("abstract", text_of(each))
        elif each.get("descriptionType") == "SeriesInformation":
            _series(draft, text_of(each))
    licenses = (each.get("rightsURI") or "" for each in found(resource, "rightsList/rights"))
    draft.add("license", *(uri for uri in licenses if not uri.startswith("info:")))
    _relate(draft, resource)
    return draft.work()


def _names(draft: Draft, resource: etree._Element) -> None:
    """Read what the work is called, and who made it."""
    for each in found(resource, "identifier"):
        if (each.get("identifierType") or "DOI").upper() == "DOI":
            draft.add("doi", text_of(each))
        else:
            identify(draft, text_of(each))
    for each in found(resource, "titles/title"):
        kind = each.get("titleType")
        if kind in (None, "Subtitle"):
            draft.add("title" if kind is None else "subtitle", text_of(each))
    people = [_person(each, "creatorName") for each in found(resource, "creators/creator")]
    for each in found(resource, "contributors/contributor"):
        if each.get("contributorType") == "Editor":
            people.append(_person(each, "contributorName", "editor"))
    draft.people = list(filter(None, people))


def _dates(draft: Draft, resource: etree._Element) -> None:
    dates = {each.get("dateType"): text_of(each) for each in reversed(list(found(resource, "dates/date")))}
    draft.add("published", *(dates[kind].partition("/")[0] for kind in _DATES if kind in dates))
    draft.add("published", *texts(resource, "publicationYear"))


def _relate(draft: Draft, resource: etree._Element) -> None:
    """Read the other identifiers, and what the work is a part of."""
    for each in found(resource, "alternateIdentifiers/alternateIdentifier"):
        if (each.get("alternateIdentifierType") or "").lower() != "oai":
            identify(draft, text_of(each))
    for each in found(resource, "relatedIdentifiers/relatedIdentifier"):
        if each.get("relationType") == "IsPartOf" and (each.get("relatedIdentifierType") or "") in ("ISSN", "ISBN"):
            draft.add(str(each.get("relatedIdentifierType")).lower(), text_of(each))
    for each in found(resource, "relatedItems/relatedItem"):
        if each.get("relationType") in ("IsPublishedIn", "IsPartOf"):
            _container(draft, each)


def _person(element: etree._Element, name_of: str, role: str | None = None) -> Person | None:
    name = next(found(element, name_of), None)
    family, given = (next(iter(texts(element, each)), None) for each in ("familyName", "givenName"))
    person = Person(
        text_of(name),
        family=family,
        given=given,
        role=role,
        places=texts(element, "affiliation"),
        literal=name is not None and name.get("nameType") == "Organizational",
    )
    for each in found(element, "nameIdentifier"):
        if "orcid" in (each.get("nameIdentifierScheme") or "").lower():
            person.orcid = text_of(each)
    return person if person.name or person.family else None


def _series(draft: Draft, text: str) -> None:
    """Read DataCite's recommended form: "Journal, 12(3), 45-67"."""
    if parts := _NUMBER.fullmatch(text):
        draft.add("container_title", parts["title"])
        draft.add("volume", parts["volume"])
        draft.add("issue", parts["issue"])
        draft.add("pages", parts["pages"])


def _container(draft: Draft, item: etree._Element) -> None:
    """Read the periodical that a work is published in (kernel 4.4)."""
    if (item.get("relatedItemType") or "").lower() not in _PERIODICALS:
        return
    draft.add("container_title", *texts(item, "titles/title"))
    for element, name in (
        ("volume", "volume"),
        ("issue", "issue"),
        ("firstPage", "first_page"),
        ("lastPage", "last_page"),
    ):
        draft.add(name, *texts(item, element))
    for each in found(item, "relatedItemIdentifier"):
        if (kind := (each.get("relatedItemIdentifierType") or "").lower()) in ("issn", "isbn"):
            draft.add(kind, text_of(each))
