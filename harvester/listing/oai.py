"""OAI-PMH 2.0 as a harvester has to speak it: what to ask next, and what an answer means for the harvest.

A harvest is one target (see `harvester.listing`). Its `Place` after each answer is stored with the answer's records:

- A resumption token is sent alone (section 3.5); one that is empty or missing ends the list.
- Records are kept as they come. The cursor, from which the next harvest of the same base URL, set and format asks, is
  the server's own time at the first answer; it is moved when the list has come to its end, and not before. The next
  harvest asks from one unit of the server's granularity before it, since ``from`` includes its own moment (2.7.1).
- ``badResumptionToken`` begins the window anew; records that came before change nothing when they come again.
- A server that sends one part again is asked again a few times; where the token that came with it is another one, the
  harvest goes on with that. Circles are found by Brent's algorithm, from two digests, however long they are.
- An answer that was cut off is asked for again. Where that does not help, its records are kept, and the harvest goes
  on if the token can still be read.
- ``completeListSize`` may be an estimate, so it judges nothing but the end: where fewer records came, the list counts
  as read, and the cursor stays, so that the next harvest asks for the same window again.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Self
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from harvester.items import Work
from harvester.listing.metadata import formats
from harvester.listing.oai_answer import Answer, Raw, child, read, text_of
from harvester.listing.oai_dates import moment, overlapping, stamp

_MOST_RESTARTS = 5
_MOST_REPEATS = 10
_MOST_EMPTY = 20  # answers in a row that have a token and no record
_STALE = timedelta(hours=24)
"""How long tokens live at least, as the implementation guidelines ask of servers; then a harvest that stopped begins
anew."""

_MISTAKES = {
    "badArgument": "the server refuses the request",
    "badVerb": "the server does not know ListRecords",
    "cannotDisseminateFormat": "the server does not serve this metadataPrefix",
    "noSetHierarchy": "the server has no sets; leave set away",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a harvest stands.

    ``token``: what the next request sends; None for the first one of the window, which begins at ``since``. ``begun``:
    the server's time at the first answer; ``granularity``: "" as long as nobody has asked. ``last``, ``mark``: digests
    of the last answer, and of the last one whose number is a power of two. ``at``: when the last answer came.
    """

    token: str | None = None
    since: str | None = None
    granularity: str = ""
    begun: str = ""
    at: str = ""
    parts: int = 0
    records: int = 0
    size: int | None = None
    last: str = ""
    mark: str = ""
    empty: int = 0
    repeats: int = 0
    restarts: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the place as JSON values."""
        return asdict(self)

    @classmethod
    def begin(cls, kept: dict[str, Any] | None, now: datetime) -> Self:
        """Return the place that was kept, or a new one where there is none or its token has grown too old."""
        place = cls(**kept) if kept else cls()
        at = moment(place.at) if place.at else None
        return place if at is None or now - at < _STALE else cls()


@dataclass(frozen=True, slots=True)
class Item:
    """One record. ``work`` None: it was deleted, or cannot be read, which ``reason`` then says."""

    identifier: str
    url: str
    deleted: bool = False
    work: Work | None = None
    sources: dict[str, str] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What one answer means. ``goes_on`` at which place; None where the harvest is over, and ``cursor`` is its yield.

    ``failure``: that it cannot go on, for the reason; ``again``: whether the same request may end better; ``stays``:
    where the next harvest tries it again, None where it begins anew.
    """

    reason: str
    items: list[Item] = field(default_factory=list)
    goes_on: Place | None = None
    cursor: str | None = None
    failure: bool = False
    again: bool = False
    stays: Place | None = None


def request_url(harvest: str, place: Place, cursor: str | None) -> str:
    """Return what to ask next. ``harvest``: the target's address, the request that begins it."""
    base, arguments = _parts(harvest)
    if needs_identify(harvest, place, cursor):
        return _url(base, [("verb", "Identify")])
    if place.token is not None:
        return _url(base, [("verb", "ListRecords"), ("resumptionToken", place.token)])
    given = dict(arguments)
    if place.since and "from" not in given and "until" not in given:
        arguments = [*arguments, ("from", place.since)]
    return _url(base, [("verb", "ListRecords"), *arguments])


def needs_identify(harvest: str, place: Place, cursor: str | None) -> bool:
    """Return whether the server's granularity has to be known before the list is asked for: to go on from a cursor."""
    explicit = {"from", "until"} & dict(_parts(harvest)[1]).keys()
    return bool(cursor) and not explicit and not place.granularity


def understand(
    body: bytes, harvest: str, place: Place, cursor: str | None, now: datetime, *, last_try: bool
) -> Part | None:
    """Return what an answer means for a harvest; None where it is no answer of OAI-PMH at all.

    ``last_try``: nobody asks again, so take what there is.
    """
    answer = read(body)
    if answer is None:
        return None
    place = replace(place, at=stamp(now))
    if needs_identify(harvest, place, cursor):
        # Whoever cannot tell knows days, as everybody must (section 3.3.1).
        days = "T" not in answer.granularity
        since = overlapping(cursor or "", days=days)
        return Part("Identify", goes_on=replace(place, granularity="day" if days else "second", since=since))
    if answer.errors:
        return _refused(answer, place, now)
    if not answer.whole and not last_try:
        return Part("the answer was cut off", failure=True, again=True)
    return _took(answer, harvest, place, now)


def _refused(answer: Answer, place: Place, now: datetime) -> Part:
    codes = [code for code, _ in answer.errors]
    said = "; ".join(f"{code}: {message}" if message else code for code, message in answer.errors)
    if "badResumptionToken" in codes:
        if place.token is None or place.restarts >= _MOST_RESTARTS:
            return Part(f"tokens end before the list does ({said}); harvest a window: from=...&until=...", failure=True)
        fresh = Place(since=place.since, granularity=place.granularity, at=place.at, restarts=place.restarts + 1)
        return Part(f"the list begins anew: {said}", goes_on=fresh)
    if "noRecordsMatch" in codes:
        return Part("no records match", cursor=_begun(answer.date, place, now))
    known = next((words for code, words in _MISTAKES.items() if code in codes), "the server refuses")
    return Part(f"{known} ({said})", failure=True)


def _took(answer: Answer, harvest: str, place: Place, now: datetime) -> Part:
    base, arguments = _parts(harvest)
    prefix = dict(arguments).get("metadataPrefix", "oai_dc")
    digest = _digest(answer.records)
    came_before = bool(answer.records) and digest in (place.last, place.mark)
    stuck = answer.token is not None and answer.token == place.token
    empty = place.empty + 1 if not answer.records else 0
    repeats = place.repeats + came_before
    if (came_before and (stuck or repeats > _MOST_REPEATS)) or (stuck and empty) or empty > _MOST_EMPTY:
        what = "no records" if empty else "the same records"
        return _stopped(f"the server sends {what} again and again", answer, place, now, again=stuck)
    items = [] if came_before else [_item(raw, base, prefix) for raw in answer.records]
    parts, records = place.parts + 1, place.records + len(items)
    after = replace(
        place,
        token=answer.token,
        begun=_begun(answer.date, place, now),
        parts=parts,
        records=records,
        size=answer.size if answer.size is not None else place.size,
        last=digest,
        mark=digest if parts & (parts - 1) == 0 else place.mark,
        empty=empty,
        repeats=repeats,
    )
    told = f"{len(items)} records" + (", which came before" if came_before else "")
    if answer.token is not None:
        return Part(told, items, goes_on=after)
    if not answer.whole:
        words = f"{told}; the answer was cut off, and how the list goes on with it"
        return Part(words, items, failure=True, stays=place)
    if after.size is not None and records < after.size:
        return Part(f"{told}; {records} of {after.size} announced, so the same window is asked for next time", items)
    return Part(f"{told}; the list is complete: {records}", items, cursor=_begun(answer.date, after, now))


def _stopped(words: str, answer: Answer, place: Place, now: datetime, *, again: bool) -> Part:
    """Return what it means that a list does not come to its end: where all records came, it has."""
    if place.size is not None and place.records >= place.size:
        return Part(f"{words}; all {place.size} announced came", cursor=_begun(answer.date, place, now))
    return Part(f"{words}, after {place.records} records", failure=True, again=again)


def _begun(date: str, place: Place, now: datetime) -> str:
    if place.begun:
        return place.begun
    told = moment(date)
    # A server that does not tell its time may be a day away from ours.
    return stamp(told) if told is not None else stamp(now - timedelta(days=1))


def _digest(records: Sequence[Raw]) -> str:
    headers = [text_of(child(raw.element, "header")) or raw.text for raw in records]
    return blake2b("\n".join(headers).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _item(raw: Raw, base: str, prefix: str) -> Item:
    header = child(raw.element, "header")
    identifier = text_of(child(header, "identifier"))
    if header is None or not identifier:
        return Item("", base, reason=f"a record that cannot be read: {' '.join(raw.text.split())[:120]}")
    url = _url(base, [("verb", "GetRecord"), ("metadataPrefix", prefix), ("identifier", identifier)])
    if header.get("status") == "deleted":
        return Item(identifier, url, deleted=True, reason="deleted")
    metadata = child(raw.element, "metadata")
    described = next((each for each in metadata if isinstance(each.tag, str)), None) if metadata is not None else None
    if described is None:
        return Item(identifier, url, reason="a record without metadata")
    name, reader = formats()[prefix]
    work = reader(described)
    sources = {each: f"oai:{name}" for each, value in work.to_dict().items() if value not in (None, [])}
    repaired = ", whose XML was broken" if raw.repaired else ""
    return Item(identifier, url, work=work, sources=sources, reason=f"{name} record{repaired}")


def _parts(harvest: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the base URL of a harvest, with a query of its own if it has one, and the arguments without the verb."""
    parts = urlsplit(harvest)
    query = parse_qsl(parts.query, keep_blank_values=True)
    at = next(place for place, (name, _) in enumerate(query) if name == "verb")
    base = urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query[:at]), ""))
    return base, query[at + 1 :]


def _url(base: str, arguments: Sequence[tuple[str, str]]) -> str:
    # Tokens may hold anything; all but the unreserved characters are escaped (section 3.1.1.3).
    query = "&".join(
        f"{name}={quote(value, safe='' if name == 'resumptionToken' else ':')}" for name, value in arguments
    )
    return f"{base}{'&' if urlsplit(base).query else '?'}{query}"
