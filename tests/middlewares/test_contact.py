import pytest
from scrapy.http import Request

from harvester.middlewares.addresses import policy
from harvester.middlewares.contact import Contact, is_contact
from harvester.middlewares.guard import Refused

PUBLIC = ["https://example.org/a", "http://8.8.8.8/", "https://localhost.example.org/", "https://intranet.example/"]
OWN = ["http://127.0.0.1:8000/", "http://10.0.0.7/", "http://[::1]/", "http://localhost/", "file:///tmp/page.html"]


@pytest.mark.parametrize("url", PUBLIC)
@pytest.mark.parametrize("contact", ["", "me", "example.org"])
def test_a_public_host_is_not_asked_by_nobody(url: str, contact: str) -> None:
    with pytest.raises(Refused, match="set HARVESTER_CONTACT to your mail address or to a page about your project"):
        Contact(contact, policy("all")).process_request(Request(url))


@pytest.mark.parametrize("url", PUBLIC + OWN)
@pytest.mark.parametrize("contact", ["ada@example.org", "https://example.org/harvest"])
def test_who_can_be_reached_may_ask(url: str, contact: str) -> None:
    assert Contact(contact, policy("no")).process_request(Request(url)) is None


@pytest.mark.parametrize("url", OWN)
def test_ones_own_network_needs_no_contact(url: str) -> None:
    assert Contact("", policy("no")).process_request(Request(url)) is None


def test_a_host_that_the_user_allowed_is_his_own() -> None:
    contact = Contact("", policy("intranet.example"))
    assert contact.process_request(Request("https://intranet.example/")) is None
    with pytest.raises(Refused):
        contact.process_request(Request("https://example.org/"))


@pytest.mark.parametrize(
    "raw", ["", " ", "a@b", "@example.org", "ftp://example.org", "https://nowhere", "a b@example.org"]
)
def test_what_reaches_nobody_is_no_contact(raw: str) -> None:
    assert not is_contact(raw)
