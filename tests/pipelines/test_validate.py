from dataclasses import dataclass

import pytest
import scrapy

from harvester.items import Author, PageKind, Visit, Work
from pipelines.validate import Rejection, Validate, rejection


class ScrapyItem(scrapy.Item):
    title = scrapy.Field()
    doi = scrapy.Field()
    url = scrapy.Field()


@dataclass
class OwnItem:
    title: str
    doi: str
    url: str


SAID = {"title": "Weighing shelves", "doi": "10.5555/x.1", "url": "https://a.example/1"}


@pytest.mark.parametrize(
    "item", [SAID, ScrapyItem(SAID), OwnItem(**SAID), Work(**SAID)], ids=lambda i: type(i).__name__
)
def test_any_item_type_becomes_a_visit(item: object) -> None:
    visit = Validate().process_item(item)
    assert isinstance(visit, Visit)
    assert visit.work == Work(**SAID)
    assert visit.url == SAID["url"]


def test_names_of_other_spiders_may_be_plain_text() -> None:
    work = Validate().process_item({**SAID, "authors": ["Lovelace, Ada"]}).work
    assert work is not None
    assert work.authors == [Author(name="Lovelace, Ada")]


def test_a_field_that_no_work_has_is_named() -> None:
    with pytest.raises(TypeError, match="colour"):
        Validate().process_item({"title": "x", "colour": "blue"})


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        (Work(doi="10.5555/x.1"), Rejection.NO_TITLE),
        (Work(title="Home", language="en", published="2020"), Rejection.TITLE_ALONE),
        (Work(title="A title", abstract="And what it is about."), None),
        (Work(title="A title", authors=[Author(name="Ada")]), None),
        (Work(title="A title", container_title="A journal"), None),
    ],
)
def test_what_nobody_could_cite_is_rejected_with_a_named_reason(work: Work, reason: Rejection | None) -> None:
    assert rejection(work) is reason
    visit = Validate().process_item(Visit(url="x", kind=PageKind.ARTICLE, reason="told", work=work))
    assert (visit.work is None) == (reason is not None)
    if reason:
        assert (visit.kind, visit.reason) == (PageKind.NON_RECORD, f"rejected: {reason}")
