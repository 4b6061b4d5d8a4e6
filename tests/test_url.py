import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.normalise.url import host_of, url_key

SAME = [
    ("http://example.org", "http://example.org/"),
    ("https://example.org:443/a", "https://EXAMPLE.org/a"),
    ("https://example.org/a#part", "https://example.org/a"),
    ("https://example.org/a?utm_source=x&b=1&fbclid=2", "https://example.org/a?b=1"),
    ("https://example.org/a;jsessionid=12AB", "https://example.org/a"),
    ("https://example.org/%7Eada", "https://example.org/~ada"),
    ("https://example.org/a%2fb", "https://example.org/a%2Fb"),
    ("http://dx.doi.org/10.5555/ABC", "https://doi.org/10.5555/abc"),
    ("https://doi.org/10.5555%2Fabc", "https://www.doi.org/10.5555/abc"),
    ("https://example.org/ü", "https://example.org/%C3%BC"),
]
APART = [
    ("https://example.org/a?a=1&b=2", "https://example.org/a?b=2&a=1"),
    ("https://example.org/a", "https://example.org/a/"),
    ("https://example.org/a", "https://example.org/A"),
    ("https://example.org/a?id=1", "https://example.org/a?id=2"),
    ("https://example.org/a%2Fb", "https://example.org/a/b"),
    ("https://example.org:8443/a", "https://example.org/a"),
    ("https://doi.org/10.5555/a", "https://doi.org/10.5555/b"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_address_have_one_key(one: str, other: str) -> None:
    assert url_key(one) == url_key(other) is not None


@pytest.mark.parametrize(("one", "other"), APART)
def test_addresses_that_may_be_different_pages_keep_apart(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize("value", [
    "", "ftp://example.org", "nonsense", "https://", "http://[::1", "javascript:a", "https://a.example/\x00",
    "https://a\x00.example/", "https://a b.example/", f"https://{'a' * 60}.{'b' * 200}.example/",
    "https://a.example/" + "a" * 3000,
])  # fmt: skip
def test_what_is_no_web_address_has_no_key(value: str) -> None:
    assert url_key(value) is None


@given(
    st.one_of(st.text(), st.text().map("https://example.org/".__add__), st.from_regex(r"https?://[a-z.:/?&=%0-9#]+"))
)
def test_never_raises_and_a_key_is_its_own_key(value: str) -> None:
    key = url_key(value)
    assert key is None or url_key(key) == key
    if key:
        assert host_of(key) == host_of(key).lower()
