"""What the metadata formats of OAI-PMH tell of a work, as repositories write them."""

from typing import Any

import pytest
from lxml import etree

from harvester.items import Work
from harvester.listing.metadata import formats

NAMES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
    ' xmlns:oaire="http://namespace.openaire.eu/schema/oaire/" xmlns:datacite="http://datacite.org/schema/kernel-4"'
)


def work(prefix: str, xml: str) -> Work:
    element = etree.fromstring(f"<metadata {NAMES}>{xml}</metadata>")[0]
    return formats()[prefix][1](element)


def dc(*values: str) -> Work:
    inner = "".join(f"<dc:{name}>{text}</dc:{name}>" for name, _, text in (each.partition(": ") for each in values))
    return work("oai_dc", f"<oai_dc:dc><dc:title>On shelves</dc:title>{inner}</oai_dc:dc>")


OJS = (
    "creator: Lovelace, Ada",
    "creator: Hopper, Grace",
    "subject: shelves",
    "subject: libraries",
    "description: We measure shelves in four libraries over three winters, and find them long.",
    "date: 2019-03-01",
    "type: info:eu-repo/semantics/article",
    "type: info:eu-repo/semantics/publishedVersion",
    "identifier: https://journal.example/article/view/7",
    "identifier: 10.5555/joe.7",
    "source: Journal of Examples; Vol. 3 No. 2 (2019): Spring; 12-34",
    "source: 2049-3630",
    "language: eng",
    "relation: https://journal.example/article/download/7/9.pdf",
    "rights: https://creativecommons.org/licenses/by/4.0",
)


def test_a_journal_of_ojs() -> None:
    found = dc(*OJS)
    assert [each.label for each in found.authors] == ["Lovelace, Ada", "Hopper, Grace"]
    assert found.abstract is not None
    assert {name: getattr(found, name) for name in ("doi", "published", "type", "language", "url", "license")} == {
        "doi": "10.5555/joe.7",
        "published": "2019-03-01",
        "type": "journal-article",
        "language": "en",
        "url": "https://journal.example/article/view/7",
        "license": "https://creativecommons.org/licenses/by/4.0",
    }
    place = (found.container_title, found.volume, found.issue, found.first_page, found.last_page, found.issn)
    assert place == ("Journal of Examples", "3", "2", "12", "34", ["2049-3630"])
    assert found.keywords == ["shelves", "libraries"]


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        ("identifier: http://hdl.handle.net/10255/dryad.7898", {"identifiers": [("handle", "10255/dryad.7898")]}),
        ("identifier: http://hdl.handle.net/123456789/12", {"identifiers": []}),
        ("identifier: urn:ISBN:978-1-939133-27-4", {"isbn": ["9781939133274"]}),
        ("identifier: https://pubmed.ncbi.nlm.nih.gov/25108162/", {"pmid": "25108162"}),
        ("relation: info:eu-repo/semantics/altIdentifier/doi/10.5555/ALT.1", {"doi": "10.5555/alt.1"}),
        ("relation: https://doi.org/10.5555/another-work", {"doi": None}),
        ("identifier: https://repo.example/7/paper.pdf", {"pdf_url": "https://repo.example/7/paper.pdf", "url": None}),
        ("rights: info:eu-repo/semantics/openAccess", {"license": None}),
        ("description: Peer reviewed", {"abstract": None}),
        (
            "identifier: Lovelace, A. (2019) On shelves. Journal of Examples, 12 (3). pp. 4-9. ISSN 2049-3630",
            {"container_title": "Journal of Examples", "volume": "12", "issue": "3", "first_page": "4"},
        ),
    ],
)
def test_a_value_of_dublin_core_is_told_by_its_shape(value: str, fields: dict[str, Any]) -> None:
    found = dc(value)
    plain = {name: getattr(found, name) for name in fields}
    if "identifiers" in plain:
        plain["identifiers"] = [(each.scheme, each.value) for each in plain["identifiers"]]
    assert plain == fields


def test_of_the_dates_of_dspace_the_one_of_publication_counts() -> None:
    assert dc("date: 2013-01-08T12:00:00Z", "date: 2013-01-09T08:00:00Z", "date: 2010-05").published == "2010-05"


MODS = """<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo type="translated"><title>Regale</title></titleInfo>
<titleInfo><nonSort>The</nonSort><title>long shelf</title><subTitle>a history</subTitle></titleInfo>
<name type="personal"><namePart type="given">Ada</namePart><namePart type="family">Lovelace</namePart>
 <nameIdentifier type="orcid">0000-0002-1825-0097</nameIdentifier><affiliation>Univ Example, London</affiliation>
 <role><roleTerm type="text">author</roleTerm></role></name>
<name type="personal"><namePart>Hopper, Grace</namePart><role><roleTerm type="code">edt</roleTerm></role></name>
<name type="personal"><namePart>Nobody, Ever</namePart><role><roleTerm>advisor</roleTerm></role></name>
<name type="corporate"><namePart>The Shelf, Group</namePart></name>
<originInfo><publisher>Example Press</publisher><dateIssued>2018</dateIssued>
 <dateIssued keyDate="yes">2019-03</dateIssued></originInfo>
<genre>article</genre><language><languageTerm type="code">eng</languageTerm></language>
<abstract>We measure shelves in four libraries over three winters, and find them long.</abstract>
<subject><topic>shelves</topic></subject><identifier type="doi">10.5555/mods.1</identifier>
<identifier type="uri">https://repo.example/7</identifier>
<relatedItem type="host"><titleInfo><title>Journal of Examples</title></titleInfo>
 <identifier type="issn">2049-3630</identifier><identifier type="doi">10.5555/journal</identifier>
 <part><detail type="volume"><number>3</number></detail><detail type="issue"><number>2</number></detail>
 <extent unit="pages"><start>12</start><end>34</end></extent></part></relatedItem>
<relatedItem type="series"><titleInfo><title>Another</title></titleInfo></relatedItem></mods>"""


def test_mods() -> None:
    found = work("mods", MODS)
    assert (found.title, found.subtitle, found.doi) == ("The long shelf", "a history", "10.5555/mods.1")
    assert [(each.label, each.role, each.orcid) for each in found.authors] == [
        ("Lovelace, Ada", None, "0000-0002-1825-0097"),
        ("Hopper, Grace", "editor", None),
        ("The Shelf, Group", None, None),
    ]
    assert [each.raw for each in found.affiliations] == ["Univ Example, London"]
    place = (found.container_title, found.volume, found.issue, found.first_page, found.last_page, found.issn)
    assert place == ("Journal of Examples", "3", "2", "12", "34", ["2049-3630"])
    assert (found.published, found.publisher, found.language, found.type) == (
        "2019-03", "Example Press", "en", "journal-article",
    )  # fmt: skip
    assert (found.keywords, found.url) == (["shelves"], "https://repo.example/7")


DATACITE = """<oai_datacite xmlns="http://schema.datacite.org/oai/oai-1.1/"><payload>
<resource xmlns="http://datacite.org/schema/kernel-4"><identifier identifierType="DOI">10.5555/DC.1</identifier>
<creators><creator><creatorName nameType="Personal">Lovelace, Ada</creatorName><givenName>Ada</givenName>
 <familyName>Lovelace</familyName><nameIdentifier nameIdentifierScheme="ORCID">0000-0002-1825-0097</nameIdentifier>
 <affiliation>Univ Example</affiliation></creator>
 <creator><creatorName nameType="Organizational">The Shelf, Group</creatorName></creator></creators>
<titles><title titleType="TranslatedTitle">Regale</title><title>On shelves</title></titles>
<publisher>Repository</publisher><publicationYear>2019</publicationYear>
<resourceType resourceTypeGeneral="JournalArticle">Journal article</resourceType>
<subjects><subject>shelves, long</subject></subjects>
<contributors><contributor contributorType="Editor"><contributorName>Hopper, Grace</contributorName></contributor>
 <contributor contributorType="Funder"><contributorName>Bank</contributorName></contributor></contributors>
<dates><date dateType="Updated">2022-01-01</date><date dateType="Issued">2019-03-01</date></dates>
<language>eng</language><alternateIdentifiers><alternateIdentifier alternateIdentifierType="url">https://repo.example/1
 </alternateIdentifier></alternateIdentifiers>
<relatedIdentifiers>
 <relatedIdentifier relatedIdentifierType="DOI" relationType="Cites">10.5555/other</relatedIdentifier>
 <relatedIdentifier relatedIdentifierType="ISSN" relationType="IsPartOf">2049-3630</relatedIdentifier>
</relatedIdentifiers>
<relatedItems><relatedItem relatedItemType="Journal" relationType="IsPublishedIn"><titles>
 <title>Journal of Examples</title></titles><volume>3</volume><issue>2</issue><firstPage>12</firstPage>
 <lastPage>34</lastPage></relatedItem></relatedItems>
<rightsList><rights rightsURI="info:eu-repo/semantics/openAccess">Open</rights>
 <rights rightsURI="https://creativecommons.org/licenses/by/4.0/">CC BY</rights></rightsList>
<descriptions><description descriptionType="Other">Notes on notes.</description>
 <description descriptionType="Abstract">We measure shelves in four libraries, and find them long.</description>
</descriptions></resource></payload></oai_datacite>"""


def test_datacite() -> None:
    found = work("oai_datacite", DATACITE)
    assert (found.title, found.doi, found.published, found.language) == (
        "On shelves",
        "10.5555/dc.1",
        "2019-03-01",
        "en",
    )
    assert [(each.label, each.role, each.orcid) for each in found.authors] == [
        ("Lovelace, Ada", None, "0000-0002-1825-0097"),
        ("The Shelf, Group", None, None),
        ("Hopper, Grace", "editor", None),
    ]
    place = (found.container_title, found.volume, found.issue, found.first_page, found.last_page, found.issn)
    assert place == ("Journal of Examples", "3", "2", "12", "34", ["2049-3630"])
    assert found.abstract == "We measure shelves in four libraries, and find them long."
    assert (found.license, found.keywords, found.type) == (
        "https://creativecommons.org/licenses/by/4.0/", ["shelves, long"], "journal-article",
    )  # fmt: skip
    assert found.url == "https://repo.example/1"


def test_openaire_is_datacite_with_elements_of_its_own() -> None:
    found = work(
        "oai_openaire",
        "<oaire:resource><datacite:titles><datacite:title>On shelves</datacite:title></datacite:titles>"
        "<datacite:creators><datacite:creator><datacite:creatorName>Lovelace, Ada</datacite:creatorName>"
        '</datacite:creator></datacite:creators><datacite:identifier identifierType="Handle">'
        "http://hdl.handle.net/10255/7</datacite:identifier><dc:language>eng</dc:language>"
        "<dc:description>We measure shelves in four libraries, and find them long.</dc:description>"
        "<oaire:citationTitle>Journal of Examples</oaire:citationTitle><oaire:citationVolume>3</oaire:citationVolume>"
        "<oaire:citationStartPage>12</oaire:citationStartPage><oaire:citationEndPage>34</oaire:citationEndPage>"
        "</oaire:resource>",
    )
    assert (found.title, found.container_title, found.volume, found.first_page) == (
        "On shelves", "Journal of Examples", "3", "12",
    )  # fmt: skip
    assert [(each.scheme, each.value) for each in found.identifiers] == [("handle", "10255/7")]
    assert (found.doi, found.authors[0].label) == (None, "Lovelace, Ada")


def test_the_formats_are_found_by_being_there() -> None:
    assert {"oai_dc", "mods", "oai_datacite", "datacite"} <= set(formats())
