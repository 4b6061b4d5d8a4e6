"""Step 1: take any item type, and reject what nobody could cite, with a named reason."""

from enum import StrEnum
from typing import Any

from harvester.items import PageKind, Visit, Work


class Rejection(StrEnum):
    """Why a work is not worth a record. The list of reasons is this list."""

    NO_TITLE = "no title"
    TITLE_ALONE = "a title alone: no author, abstract, identifier or container"


class Validate:
    """Turn every item into a `Visit`; take away a work that cannot be cited, and say why.

    Spiders of this project yield visits. Other spiders may yield works in any type that ItemAdapter knows
    (dict, dataclass, attrs, pydantic, scrapy.Item) with the field names of `Work`.
    """

    def process_item(self, item: Any) -> Visit:
        """Return the item as a visit. Raises ``TypeError`` for fields that no work has."""
        visit = item if isinstance(item, Visit) else _visit(item)
        for each in (visit, *(visit.listed.records if visit.listed is not None else ())):
            if each.work is not None and (reason := rejection(each.work)):
                each.work = each.derived = None
                each.kind = PageKind.NON_RECORD
                each.reason = f"rejected: {reason}"
        return visit


def rejection(work: Work) -> Rejection | None:
    """Return why nobody could cite this work; None if somebody could."""
    if not work.title:
        return Rejection.NO_TITLE
    told = (work.authors, work.abstract, work.doi, work.pmid, work.pmcid, work.arxiv_id, work.isbn, work.identifiers)
    if not any(told) and not work.container_title:
        return Rejection.TITLE_ALONE
    return None


def _visit(item: Any) -> Visit:
    from itemadapter import ItemAdapter  # brings Scrapy with it, which whoever loads a file can do without

    values = ItemAdapter(item).asdict()
    authors = values.get("authors")
    if authors and isinstance(authors[0], str):
        values["authors"] = [{"name": name} for name in authors]
    work = Work.from_dict(values)
    return Visit(
        url=work.url or "",
        kind=PageKind.ARTICLE,
        reason="item of another spider",
        work=work,
        sources={name: "item" for name, value in work.to_dict().items() if value},
    )
