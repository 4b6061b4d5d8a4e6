"""An answer of OAI-PMH as visits, made where pages are read: all that costs time and asks no database."""

from dataclasses import dataclass
from datetime import datetime

from harvester.derive import derive
from harvester.items import PageKind, Visit
from harvester.listing import oai


@dataclass(frozen=True, slots=True)
class VisitedPart:
    """What `harvester.listing.oai.Part` says, its records as visits."""

    reason: str
    visits: list[Visit]
    goes_on: oai.Place | None
    cursor: str | None
    failure: bool
    again: bool
    stays: oai.Place | None


def oai_part(
    body: bytes, harvest: str, place: oai.Place, cursor: str | None, now: datetime, *, run_id: int, last_try: bool
) -> VisitedPart | None:
    """Return what an answer means, see `harvester.listing.oai.understand`."""
    part = oai.understand(body, harvest, place, cursor, now, last_try=last_try)
    if part is None:
        return None
    visits = [_visit(item, run_id) for item in part.items]
    return VisitedPart(part.reason, visits, part.goes_on, part.cursor, part.failure, part.again, part.stays)


def _visit(item: oai.Item, run_id: int) -> Visit:
    kind = PageKind.ARTICLE if item.work is not None else PageKind.NON_RECORD if item.identifier else None
    return Visit(
        url=item.url,
        kind=kind,
        reason=item.reason,
        run_id=run_id,
        work=item.work,
        sources=item.sources,
        derived=derive(item.work, item.sources) if item.work is not None else None,
        deleted=item.deleted,
    )
