"""OAI-PMH: whatever a server does, all records come once, and the harvest ends or says why not."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from harvester.listing import names, oai
from harvester.listing.oai import Item, Part, Place
from tests.listing.repository import BEGIN, Faults, Repository

BASE = "http://repo.example/oai"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Harvested:
    items: list[Item] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    cursor: str | None = None
    failed: str = ""

    @property
    def numbers(self) -> list[int]:
        return [int(each.identifier.rpartition(":")[2]) for each in self.items if each.identifier]


def harvest(repository: Repository, query: str = "", cursor: str | None = None, attempts: int = 3) -> Harvested:
    """Do as the spider does, without a network: keep the place as JSON, ask again where that may help."""
    wanted = names.wanted(f"oai:{BASE}{query}")
    assert not isinstance(wanted, str), wanted
    repository.now = NOW
    place, tries, done = Place(), 0, Harvested()
    for _ in range(1000):
        url = oai.request_url(wanted.url, place, cursor)
        asked = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        status, body, _ = repository.answer(asked)
        if status == 503:
            continue
        tries += 1
        part = oai.understand(body, wanted.url, place, cursor, NOW, last_try=tries >= attempts)
        assert part is not None
        if part.again and tries < attempts:
            continue
        tries = 0
        done.parts.append(part)
        done.items += part.items
        if part.failure:
            done.failed = part.reason
            return done
        if part.goes_on is None:
            done.cursor = part.cursor
            return done
        place = Place.begin(part.goes_on.to_dict(), NOW)
    raise AssertionError(f"the harvest does not end: {repository.log[-5:]}")


def test_a_list_comes_whole_and_tells_from_when_to_go_on() -> None:
    done = harvest(Repository(250))
    assert done.numbers == list(range(250))
    assert (done.cursor, done.failed) == ("2026-03-01T12:00:00Z", "")
    assert [each.deleted for each in done.items[5:10]] == [False, False, True, False, False]
    one = done.items[3]
    assert one.work is not None
    assert one.work.doi == "10.5555/loop.000003"
    assert one.url == f"{BASE}?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:loop.example:3"
    assert one.sources["title"] == "oai:oai_dc"


@pytest.mark.parametrize(
    "faults",
    [
        Faults(busy_every=3),
        Faults(same_token=frozenset({1, 3})),
        Faults(part_before=frozenset({2})),
        Faults(cut_off=frozenset({0, 2, 4})),
        Faults(packed=frozenset({1, 2})),
        Faults(dirty=10),
        Faults(never_ends=True),
    ],
)
def test_faults_that_pass_cost_no_record_and_double_none(faults: Faults) -> None:
    done = harvest(Repository(450, faults=faults))
    assert done.numbers == list(range(450))
    assert done.cursor == "2026-03-01T12:00:00Z"
    assert not done.failed
    assert all(each.deleted or each.work for each in done.items)


def test_a_token_that_has_expired_begins_the_list_anew() -> None:
    done = harvest(Repository(450, faults=Faults(expired=frozenset({3}))))
    assert done.numbers == [*range(300), *range(450)]
    assert done.cursor
    always = harvest(Repository(450, faults=Faults(expired=frozenset({1}), same_token=frozenset())), attempts=1)
    assert set(always.numbers) == set(range(450))


def test_tokens_that_never_live_long_enough_end_the_harvest_with_advice() -> None:
    class Forgetful(Repository):
        def _once(self, what: str, part: int, parts: frozenset[int]) -> bool:
            return what == "expired" and part == 2

    done = harvest(Forgetful(450))
    assert done.failed.startswith("tokens end before the list does (badResumptionToken: expired & gone)")
    assert "from=" in done.failed
    assert done.cursor is None


def test_a_server_that_sends_one_part_for_ever_is_left_with_what_came() -> None:
    done = harvest(Repository(450, faults=Faults(never_ends=True), tells_size=False))
    assert done.numbers == list(range(450))
    assert done.failed == "the server sends the same records again and again, after 450 records"
    assert done.cursor is None


@pytest.mark.parametrize("length", [2, 3, 7])
def test_a_server_that_goes_in_circles_is_found_out(length: int) -> None:
    class Circle(Repository):
        def _part(self, prefix: str, begin: str, part: int) -> tuple[int, bytes, dict[str, str]]:
            status, body, headers = super()._part(prefix, begin, part % length)
            return status, body.replace(f"!{part % length + 1}<".encode(), f"!{part + 1}<".encode()), headers

    repository = Circle(5000, tells_size=False)
    done = harvest(repository)
    assert set(done.numbers) == set(range(length * 100))
    assert "again and again" in done.failed
    assert len(repository.log) < 100


def test_the_same_token_for_all_parts_is_a_way_to_go_on_as_long_as_records_come() -> None:
    class Stateful(Repository):
        def answer(self, query: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
            if "resumptionToken" in query:
                self.asked["part"] += 1
                query = query | {"resumptionToken": f"oai_dc!!{self.asked['part']}"}
            status, body, headers = super().answer(query)
            return status, body.replace(f"oai_dc!!{self.asked['part'] + 1}<".encode(), b"next<"), headers

    assert harvest(Stateful(450)).numbers == list(range(450))


def test_a_list_shorter_than_announced_is_asked_for_again_the_next_time() -> None:
    class Forgetful(Repository):
        def _part(self, prefix: str, begin: str, part: int) -> tuple[int, bytes, dict[str, str]]:
            status, body, headers = super()._part(prefix, begin, part)
            return status, body.replace(b'completeListSize="250"', b'completeListSize="300"'), headers

    done = harvest(Forgetful(250))
    assert done.numbers == list(range(250))
    assert done.parts[-1].reason.endswith("250 of 300 announced, so the same window is asked for next time")
    assert (done.cursor, done.failed) == (None, "")


def test_an_answer_that_is_always_cut_off_gives_its_records_and_no_cursor() -> None:
    class Short(Repository):
        def answer(self, query: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
            status, body, headers = super().answer(query)
            return status, body[: len(body) // 2], headers

    done = harvest(Short(250))
    assert 20 < len(done.items) < 60
    assert "how the list goes on with it" in done.failed
    assert done.parts[-1].stays == Place(at="2026-03-01T12:00:00Z")


@pytest.mark.parametrize(
    ("days", "begin"), [(False, "2026-02-28T23:59:59Z"), (True, "2026-02-28")], ids=["seconds", "days"]
)
def test_the_next_harvest_asks_from_one_unit_before_the_cursor(days: bool, begin: str) -> None:
    cursor = "2026-03-01T00:00:00Z"
    repository = Repository(450, days=days, changed={7: datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC), 9: NOW})
    done = harvest(repository, cursor=cursor)
    assert repository.log == ["verb=Identify", f"verb=ListRecords&metadataPrefix=oai_dc&from={begin}"]
    assert sorted(done.numbers) == [7, 9]
    assert done.cursor == "2026-03-01T12:00:00Z"


def test_nothing_new_is_no_failure() -> None:
    done = harvest(Repository(50), cursor="2026-02-01T00:00:00Z")
    assert (done.items, done.cursor, done.failed) == ([], "2026-03-01T12:00:00Z", "")


def test_a_window_that_the_user_gives_goes_before_the_cursor() -> None:
    repository = Repository(50)
    harvest(repository, "?from=2020-01-01T00:10:00Z", cursor="2026-02-01T00:00:00Z")
    assert repository.log[0] == "verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-01T00:10:00Z"


def test_a_richer_format_is_read_where_it_is_asked_for() -> None:
    done = harvest(Repository(30), "?metadataPrefix=mods&set=x:y")
    work = done.items[3].work
    assert work is not None
    assert (work.title, work.authors[0].family) == ("On the meadow and the harbour of example number 3", "Lovelace")
    assert done.items[3].sources["title"] == "oai:mods"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("noSetHierarchy", "the server has no sets; leave set away (noSetHierarchy: no sets)"),
        ("cannotDisseminateFormat", "the server does not serve this metadataPrefix"),
        ("badArgument", "the server refuses the request"),
        ("unheardOf", "the server refuses (unheardOf: no sets)"),
    ],
)
def test_a_refusal_is_told_in_words(error: str, words: str) -> None:
    class Refusing(Repository):
        def answer(self, query: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
            return 200, self._error(error, "no sets"), {}

    assert harvest(Refusing(1)).failed.startswith(words)


def test_what_is_no_answer_of_oai_is_no_part() -> None:
    assert oai.understand(b"<html>Be right back", f"{BASE}?verb=ListRecords", Place(), None, NOW, last_try=True) is None


def test_a_place_with_an_old_token_begins_anew() -> None:
    kept = Place(token="t", at="2026-03-01T10:00:00Z", parts=3).to_dict()
    assert Place.begin(kept, NOW).token == "t"
    assert Place.begin(kept, NOW + timedelta(days=1)) == Place()


def test_a_record_that_cannot_be_read_costs_no_other() -> None:
    class Broken(Repository):
        def record(self, number: int, prefix: str) -> str:
            text = super().record(number, prefix)
            broken = {
                3: text.replace("</dc:title>", ""),
                5: text.replace("</record>", ""),
                9: text.replace("<identifier>oai:loop.example:9</identifier>", ""),
                11: f"<record>{text[8:].partition('<metadata>')[0]}</record>",
            }
            return broken.get(number, text)

    done = harvest(Broken(20))
    assert sorted(done.numbers) == [number for number in range(20) if number != 9]
    by_number = dict(zip(done.numbers, (each for each in done.items if each.identifier), strict=True))
    assert all(by_number[number].work for number in (3, 5))
    assert by_number[3].reason == "oai_dc record, whose XML was broken"
    assert by_number[11].reason == "a record without metadata"
    assert [each.reason[:30] for each in done.items if not each.identifier] == ["a record that cannot be read: "]


def test_the_servers_time_is_kept_and_ours_stands_in_with_a_day_to_spare() -> None:
    class Timeless(Repository):
        def _said(self, inner: str) -> bytes:
            return super()._said(inner).replace(b"2026-03-01T12:00:00Z", b"")

    assert harvest(Timeless(10)).cursor == "2026-02-28T12:00:00Z"
    assert BEGIN < NOW
