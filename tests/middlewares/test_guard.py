"""What the guard refuses, what it lets pass, and that what was checked is what is connected to."""

import asyncio
import os
import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.helpers import is_ip_address
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from scrapy.http import Request, Response
from scrapy.settings import Settings
from yarl import URL

from harvester.errors import UsageError
from harvester.middlewares.addresses import literal, policy, trouble
from harvester.middlewares.failures import why
from harvester.middlewares.guard import Guard, Redirects, Refused
from harvester.middlewares.resolver import GuardedResolver
from tests.middlewares.rawserver import http, listen
from tests.middlewares.tinycrawl import GUARD, crawl

NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "rebound.example.com": ["127.0.0.1"],
    "intranet.example.com": ["10.1.2.3", "fd00::3"],
    "metadata.example.com": ["169.254.169.254"],
    "mapped.example.com": ["::ffff:192.168.1.1"],
    "both.example.com": ["127.0.0.1", "8.8.8.8"],
    "public.example.com": ["8.8.8.8", "2606:4700::6810:84e5"],
    "six.example.com": ["2606:4700::6810:84e5"],
    "nat64.example.com": ["64:ff9b::808:808"],
    "xn--bcher-kva.example.com": ["8.8.4.4"],
    "under_score.example.com": ["8.8.4.4"],
}


class Names(AbstractResolver):
    """A name server that answers from a list, and as the system does where an address is spelled out."""

    def __init__(self, answers: dict[str, list[str]] | None = None) -> None:
        self.answers = NAMES if answers is None else answers

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        spelled = literal(host)
        texts = [str(spelled)] if spelled else self.answers.get(host.lower().rstrip("."), [])
        if not texts:
            raise OSError("name or service not known")
        kind = {True: socket.AF_INET6, False: socket.AF_INET}
        return [
            {"hostname": host, "host": text, "port": port, "family": kind[":" in text], "proto": 0, "flags": 0}
            for text in texts
        ]

    async def close(self) -> None:
        pass


def guard(private: str | bool = "", ports: str = "", names: Names | None = None) -> tuple[Guard, GuardedResolver]:
    rules = policy(private, ports)
    resolver = GuardedResolver(rules, names or Names())
    return Guard(rules, resolver, None), resolver


def resolved(resolver: GuardedResolver, host: str, port: int = 80) -> list[str]:
    return [each["host"] for each in asyncio.run(resolver.resolve(host, port))]


def connected(url: str, private: str | bool = "", ports: str = "") -> list[str]:
    """The addresses to which a request for an address may connect, by the middleware and the resolver together."""
    middleware, resolver = guard(private, ports)
    request = Request(url)
    middleware.process_request(request)
    asked = URL(request.url, encoded=True)
    assert asked.raw_host
    assert asked.port
    if is_ip_address(asked.raw_host):  # the downloader asks no resolver for these
        return [str(literal(asked.raw_host))]
    try:
        return resolved(resolver, asked.raw_host, asked.port)
    except OSError as error:
        middleware.process_exception(request, error)
        return []


HOSTILE = """\
http://127.0.0.1/ | loopback
http://127.255.255.254/ | loopback
http://127.1/ | loopback
http://127.0.1/ | loopback
http://2130706433/ | loopback
http://0x7f000001/ | loopback
http://0x7f.1/ | loopback
http://0X7F.0.0.1/ | loopback
http://0177.0.0.1/ | loopback
http://017700000001/ | loopback
http://127.0.0.1./ | loopback
http://127。0。0。1/ | loopback
http://１２７.０.０.１/ | loopback
http://①②⑦.⓪.⓪.①/ | loopback
http://localhost/ | loopback
http://LOCALHOST./ | loopback
http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/ | loopback
http://loc\u00adalhost/ | loopback
http://rebound.example.com/ | loopback
http://[::1]/ | loopback
http://[0:0:0:0:0:0:0:1]/ | loopback
http://[::ffff:127.0.0.1]/ | loopback
http://[::ffff:7f00:1]/ | loopback
http://[0:0:0:0:0:ffff:127.0.0.1]/ | loopback
http://[::127.0.0.1]/ | reserved
http://[2002:7f00:1::]/ | loopback
http://[64:ff9b::7f00:1]/ | loopback
http://[64:ff9b::10.0.0.1]/ | private
http://[64:ff9b:1::1]/ | reserved
http://[2001:0:808:808::f5ff:fffe]/ | private
http://[2001:0:a00:1::f7f7:f7f7]/ | private
http://[2a00:1450::5efe:10.0.0.1]/ | private
http://0.0.0.0/ | unspecified
http://0/ | unspecified
http://[::]/ | unspecified
http://10.0.0.1/ | private
http://167772161/ | private
http://172.16.0.1/ | private
http://172.31.255.255/ | private
http://192.168.0.1/ | private
http://192.168.257/ | private
http://intranet.example.com/ | private
http://mapped.example.com/ | private
http://[fd00:ec2::254]/ | private
http://[fec0::1]/ | private
http://100.64.0.1/ | carrier
http://100.100.100.200/latest/ | carrier
http://168.63.129.16/ | cloud
http://169.254.169.254/latest/meta-data | link-local
http://0xa9fea9fe/ | link-local
http://metadata.example.com/ | link-local
http://[fe80::1]/ | link-local
http://[fe80::1%25eth0]/ | link-local
http://[fe80::1%eth0]/ | link-local
http://192.0.0.192/ | reserved
http://192.0.2.1/ | documentation
http://198.51.100.7/ | documentation
http://203.0.113.9/ | documentation
http://[2001:db8::1]/ | documentation
http://[3fff::1]/ | documentation
http://198.18.0.1/ | benchmarking
http://224.0.0.1/ | multicast
http://[ff02::1]/ | multicast
http://240.0.0.1/ | reserved
http://255.255.255.255/ | broadcast
http://[100::1]/ | reserved
http://[5f00::1]/ | reserved
http://public.example.com:22/ | port 22 is none of 80, 443, 8080, 8443
http://public.example.com:6379/ | port 6379
http://8.8.8.8:25/ | port 25
http://[2606:4700::6810:84e5]:3306/ | port 3306
https://public.example.com:0/ | port 0
http://good@127.0.0.1/ | a user name in the address
http://public.example.com@127.0.0.1/ | a user name in the address
http://public.example.com:80@127.0.0.1/ | a user name in the address
http://1.1.1.1 &@2.2.2.2# @3.3.3.3/ | a user name in the address
http://127%2e0%2e0%2e1/ | no host name
http://%31%32%37.0.0.1/ | no host name
http://127.0.0.1%00.example.com/ | no host name
http://0x7f.0.0.0.1/ | no host name
http://127.0.0.256/ | no host name
http:///127.0.0.1/ | no host name
http:/127.0.0.1/ | no host name
ftp://public.example.com/ | scheme 'ftp' is not fetched
gopher://127.0.0.1:6379/_INFO | scheme 'gopher' is not fetched
dict://127.0.0.1:11211/stats | scheme 'dict' is not fetched
data:text/html,hello | scheme 'data' is not fetched
s3://bucket/key | scheme 's3' is not fetched
jar:http://127.0.0.1!/ | scheme 'jar' is not fetched
file://fileserver.example.com/etc/hosts | only local files are read
"""
HOSTILE_ROWS = [line.split(" | ") for line in HOSTILE.splitlines()]


@pytest.mark.parametrize(("url", "words"), HOSTILE_ROWS, ids=ascii)
def test_hostile_address_is_refused_with_the_reason(url: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        connected(url)


def test_the_table_of_hostile_addresses_is_long_enough() -> None:
    assert len({url for url, _ in HOSTILE_ROWS}) >= 80


@pytest.mark.parametrize(
    "url", ["http://x.org:６３７９/", "http://x.org:80:6379/", "http://x.org:99999/", "http://[::1", "http:127.0.0.1"]
)
def test_what_scrapy_itself_does_not_take_for_an_address(url: str) -> None:
    with pytest.raises(ValueError, match=r"[Pp]ort|IPv6|scheme"):
        Request(url)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://public.example.com/", "8.8.8.8"),
        ("https://public.example.com/a?b=127.0.0.1#@10.0.0.1", "8.8.8.8"),
        ("https://PUBLIC.example.com./", "8.8.8.8"),
        ("https://public.example.com:443/", "8.8.8.8"),
        ("http://public.example.com:8080/", "8.8.8.8"),
        ("https://public.example.com:8443/", "8.8.8.8"),
        ("https://public.example.com/login?next=http://localhost/", "8.8.8.8"),
        ("https://public.example.com/@author", "8.8.8.8"),
        ("https://public.example.com\\@127.0.0.1/", "8.8.8.8"),
        ("https://six.example.com/", "2606:4700::6810:84e5"),
        ("http://nat64.example.com/", "64:ff9b::808:808"),
        ("http://bücher.example.com/", "8.8.4.4"),
        ("http://under_score.example.com/", "8.8.4.4"),
        ("http://both.example.com/", "8.8.8.8"),
        ("http://8.8.8.8/", "8.8.8.8"),
        ("http://134744072/", "8.8.8.8"),
        ("http://[2606:4700::6810:84e5]/", "2606:4700::6810:84e5"),
        ("http://[2002:808:808::1]/", "2002:808:808::1"),
        ("http://172.15.0.1/", "172.15.0.1"),
        ("http://172.32.0.1/", "172.32.0.1"),
        ("http://100.63.255.255/", "100.63.255.255"),
        ("http://100.128.0.1/", "100.128.0.1"),
        ("http://126.255.255.255/", "126.255.255.255"),
        ("http://128.0.0.1/", "128.0.0.1"),
        ("http://169.253.1.1/", "169.253.1.1"),
        ("http://192.0.1.1/", "192.0.1.1"),
        ("http://192.167.1.1/", "192.167.1.1"),
        ("http://198.20.0.1/", "198.20.0.1"),
        ("http://223.255.255.1/", "223.255.255.1"),
        ("http://[2001:4860:4860::8888]/", "2001:4860:4860::8888"),
    ],
    ids=ascii,
)
def test_legitimate_address_passes(url: str, address: str) -> None:
    assert connected(url)[0] == address


def test_a_name_with_public_and_private_addresses_keeps_the_public_ones_only() -> None:
    assert connected("http://both.example.com/") == ["8.8.8.8"]


def test_a_name_that_does_not_resolve_keeps_its_own_reason() -> None:
    assert connected("http://nobody.example.com/") == []


def test_a_saved_page_is_read_and_never_by_redirect() -> None:
    middleware, _ = guard()
    middleware.process_request(Request("file:///home/somebody/page.html"))
    with pytest.raises(Refused, match="redirect to a local file"):
        middleware.process_request(Request("file:///etc/hostname", meta={"redirect_times": 1}))


@pytest.mark.parametrize(
    ("private", "url", "passes"),
    [
        (True, "http://127.0.0.1:45678/", True),
        (True, "http://8.8.8.8:22/", False),
        ("all", "http://public.example.com:22/", False),
        ("localhost, all", "http://127.0.0.1:45678/", True),
        ("yes", "http://intranet.example.com:81/", True),
        (False, "http://127.0.0.1/", False),
        ("no", "http://127.0.0.1/", False),
        ("127.0.0.1", "http://127.0.0.1:45678/", True),
        ("127.0.0.1", "http://2130706433:45678/", True),
        ("127.0.0.1", "http://localhost:45678/", True),
        ("127.0.0.1", "http://127.0.0.2:45678/", False),
        ("localhost", "http://localhost:45678/", True),
        ("localhost", "http://127.0.0.1/", False),
        ("localhost:45678", "http://localhost:45678/", True),
        ("localhost:45678", "http://localhost:45679/", False),
        ("10.0.0.0/8, fd00::/8", "http://intranet.example.com/", True),
        ("10.0.0.0/8", "http://metadata.example.com/", False),
        ("192.168.0.0/16", "http://mapped.example.com/", True),
        ("[::1]", "http://[::1]:45678/", True),
        ("Intranet.Example.com.", "http://intranet.example.com:9000/", True),
        ("127.0.0.1", "http://public.example.com:22/", False),
        ("127.0.0.1", "ftp://127.0.0.1/", False),
        (True, "gopher://127.0.0.1/", False),
    ],
)
def test_what_the_user_allows_and_nothing_beside_it(private: str | bool, url: str, passes: bool) -> None:
    if passes:
        assert connected(url, private)
    else:
        with pytest.raises(Refused):
            connected(url, private)


def test_a_port_the_user_names() -> None:
    assert connected("http://public.example.com:8081/", ports="8081, 9000")
    with pytest.raises(Refused, match="--allow-port 8082"):
        connected("http://public.example.com:8082/", ports="8081")
    with pytest.raises(Refused, match="loopback"):
        connected("http://127.0.0.1:8081/", ports="8081")


@pytest.mark.parametrize(
    ("private", "ports", "words"),
    [
        ("10.0.0.0/99", "", "--allow-host 10.0.0.0/99"),
        ("a b", "", "--allow-host a b"),
        ("", "http", "--allow-port http"),
        ("", "70000", "1 to 65535"),
    ],
)
def test_a_setting_that_cannot_be_read_is_an_error_in_words(private: str, ports: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        policy(private, ports)


def test_the_words_say_which_address_of_which_host_and_how_to_allow_it() -> None:
    with pytest.raises(Refused) as refused:
        connected("http://rebound.example.com/")
    reason, may_pass = why(refused.value)
    assert reason == (
        "address 127.0.0.1 of rebound.example.com is loopback (RFC 1122); --allow-host rebound.example.com allows it,"
        " --allow-private all that are not public"
    )
    assert not may_pass


def test_a_name_that_answers_differently_the_second_time_is_checked_the_second_time() -> None:
    names = Names({"rebound.example.com": ["8.8.8.8"]})
    middleware, resolver = guard(names=names)
    request = Request("http://rebound.example.com/")
    assert resolved(resolver, "rebound.example.com") == ["8.8.8.8"]
    names.answers = {"rebound.example.com": ["127.0.0.1"]}
    with pytest.raises(OSError, match="loopback"):
        resolved(resolver, "rebound.example.com")
    with pytest.raises(Refused, match=r"127\.0\.0\.1 of rebound\.example\.com is loopback"):
        middleware.process_exception(request, OSError("no address"))
    names.answers = {"rebound.example.com": ["8.8.8.8"]}
    assert resolved(resolver, "rebound.example.com") == ["8.8.8.8"]
    middleware.process_exception(request, OSError("connection broke off"))


def test_a_response_from_elsewhere_is_not_taken() -> None:
    middleware, _ = guard()
    request = Request("http://public.example.com/")
    fine = Response(request.url, ip_address=ip_address("8.8.8.8"))
    assert middleware.process_response(request, fine) is fine
    with pytest.raises(Refused, match="loopback"):
        middleware.process_response(request, Response(request.url, ip_address=ip_address("127.0.0.1")))


def test_without_proxies_no_request_goes_through_one() -> None:
    middleware, _ = guard()
    with pytest.raises(Refused, match="HTTPPROXY_ENABLED"):
        middleware.process_request(Request("http://public.example.com/", meta={"proxy": "http://8.8.8.8:80"}))


def test_a_proxy_that_the_user_named_may_be_anywhere_and_what_goes_through_it_is_still_judged() -> None:
    rules = policy("", "")
    resolver = GuardedResolver(rules, Names())
    middleware = Guard(rules, resolver, frozenset({("localhost", 3128)}))
    resolver.proxies = frozenset({("localhost", 3128)})
    assert resolved(resolver, "localhost", 3128) == ["127.0.0.1", "::1"]
    through = {"proxy": "http://localhost:3128"}
    middleware.process_request(Request("http://public.example.com/", meta=through))
    for url in ("http://127.1/", "http://public.example.com:22/", "http://localhost:3128/"):
        with pytest.raises(Refused):
            middleware.process_request(Request(url, meta=through))


@pytest.mark.parametrize(
    ("location", "words"),
    [
        (b"file:///etc/passwd", "redirect to 'file:///etc/passwd': scheme 'file' is not fetched"),
        (b"FILE:///etc/passwd", "scheme 'file' is not fetched"),
        (b"ftp://public.example.com/", "scheme 'ftp'"),
        (b"data:text/html,x", "scheme 'data'"),
        (b"javascript:alert(1)", "scheme 'javascript'"),
        (b"gopher://127.0.0.1:6379/_x", "scheme 'gopher'"),
        (b"http://public.example.com:99999/", "port of 'public.example.com:99999' cannot be read|no address"),
        (b"http://public.example.com:80:22/", "cannot be read|no address"),
        (b"http://[::1/", "no address"),
        (b"http://good@127.0.0.1/", "a user name"),
        (b"https:///", "no host name"),
        (b"//127.0.0.1%2f@x/", "a user name"),
    ],
)
def test_a_redirect_that_leads_to_no_web_address_is_refused(location: bytes, words: str) -> None:
    request = Request("http://public.example.com/")
    with pytest.raises(Refused, match=words):
        Redirects().process_response(request, Response(request.url, status=302, headers={"Location": location}))


@pytest.mark.parametrize(
    "location",
    [
        b"/there",
        b"there",
        b"//public.example.com/",
        b"https://b\xc3\xbccher.example.com/",
        b"?q=1",
        b"",
        b"/a b",
        b"/a@b:c",
    ],
)
def test_an_ordinary_redirect_passes(location: bytes) -> None:
    request = Request("http://public.example.com/a/")
    response = Response(request.url, status=301, headers={"Location": location})
    assert Redirects().process_response(request, response) is response


def test_the_table_agrees_with_the_registry_that_python_has() -> None:
    ours_only = {"168.63.129.16", "192.88.99.1", "192.0.0.9", "2001:1::1"}
    for text in [
        "8.8.8.8",
        "10.9.9.9",
        "127.3.4.5",
        "169.254.9.9",
        "192.168.9.9",
        "240.1.1.1",
        "fe80::9",
        "2606:4700::1",
    ]:
        address = ip_address(text)
        assert (trouble(address) is None) == (address.is_global or text in ours_only)


# With servers --------------------------------------------------------------------------------------------------


def test_names_and_redirects_to_private_addresses_reach_no_server() -> None:
    """127.0.0.2 plays the public internet: it alone is allowed."""
    with listen(lambda path: http(b"secret")) as inside:
        targets = {
            "/literal": inside.url("/literal"),
            "/name": inside.url("/name", "localhost"),
            "/short": inside.url("/short", "127.1"),
            "/number": inside.url("/number", "2130706433"),
            "/mapped": inside.url("/mapped", "[::ffff:127.0.0.1]"),
            "/user": inside.url("/user", "good@127.0.0.1"),
            "/wide": inside.url("/wide", "１２７.０.０.１"),
            "/file": "file:///etc/hostname",
            "/bad-port": "http://127.0.0.2:99999/",
            "/two-steps": "/literal",
        }

        def answers(path: str) -> list[bytes]:
            if path in targets:
                return http(status=302, Location=targets[path].encode().decode("latin-1"))
            return http(b"public")

        with listen(answers, "127.0.0.2") as outside:
            urls = [outside.url("/page"), *map(outside.url, targets), inside.url("/direct")]
            ended = crawl(urls, GUARD | {"HARVESTER_ALLOW_PRIVATE": "127.0.0.2"})
    assert inside.asked == []
    assert ended[0]["text"] == "public"
    assert {each["error"] for each in ended[1:]} == {"Refused"}
    assert not any(each["may_pass"] for each in ended[1:])
    reasons = dict(zip(targets, [each["reason"] for each in ended[1:-1]], strict=True))
    assert reasons["/name"].startswith(
        ("address 127.0.0.1 of localhost is loopback", "address ::1 of localhost is loop")
    )
    assert "--allow-host 127.0.0.1" in reasons["/two-steps"]
    assert reasons["/file"] == "redirect to 'file:///etc/hostname': scheme 'file' is not fetched"


REBINDING = """
import socket
from harvester.middlewares import resolver as module, transport
from aiohttp import ThreadedResolver

class Rebinding(ThreadedResolver):
    answers = iter(["127.0.0.2", "127.0.0.1", "127.0.0.1"])

    async def resolve(self, host, port=0, family=socket.AF_UNSPEC):
        return await super().resolve(next(self.answers), port, family)

module.ThreadedResolver = Rebinding
transport._NAMES_KEPT = 0
"""


def test_a_name_that_is_bound_anew_between_two_requests_reaches_no_server() -> None:
    with (
        listen(lambda path: http(b"public"), "127.0.0.2") as outside,
        listen(lambda path: http(b"secret"), "127.0.0.1", outside.port) as inside,
    ):
        urls = [outside.url(f"/{number}", "rebound.example.com") for number in range(3)]
        settings = GUARD | {"HARVESTER_ALLOW_PRIVATE": "127.0.0.2", "CONCURRENT_REQUESTS_PER_DOMAIN": 1}
        ended = crawl(urls, settings, before=REBINDING, at_once=1)
    assert inside.asked == []
    assert sorted(each.get("text", each.get("reason", "")[:41]) for each in ended) == [
        "address 127.0.0.1 of rebound.example.com ",
        "address 127.0.0.1 of rebound.example.com ",
        "public",
    ]


def test_robots_txt_of_a_private_host_is_not_asked_for_and_the_reason_is_the_address() -> None:
    robots = {
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
        "harvester.middlewares.robots.Robots": 100,
    }
    middlewares = {"DOWNLOADER_MIDDLEWARES": GUARD["DOWNLOADER_MIDDLEWARES"] | robots}  # type: ignore[operator]
    settings = GUARD | middlewares | {"ROBOTSTXT_USER_AGENT": "harvester"}
    with listen(lambda path: http(b"secret")) as inside:
        ended = crawl([inside.url("/a", "localhost"), inside.url("/b")], settings)
    assert inside.asked == []
    assert [each["error"] for each in ended] == ["Refused", "Refused"]
    assert "robots.txt" not in ended[0]["reason"]


@pytest.mark.parametrize("handlers", [{}, {"https": "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"}])
def test_a_downloader_that_connects_to_names_unchecked_is_refused(handlers: dict[str, str]) -> None:
    ours = {"http": "harvester.middlewares.transport.Transport"} if handlers else {}
    crawler: Any = SimpleNamespace(settings=Settings({"DOWNLOAD_HANDLERS": ours | handlers}))
    with pytest.raises(UsageError, match=r"DOWNLOAD_HANDLERS\['https?'\] is 'scrapy"):
        Guard.from_crawler(crawler)


def test_a_proxy_of_the_environment_is_used_only_where_the_user_says_so() -> None:
    with listen(lambda path: http(b"by proxy")) as proxy, listen(lambda path: http(b"direct"), "127.0.0.2") as outside:
        environment = os.environ | {"http_proxy": proxy.url(), "no_proxy": ""}
        allowed = GUARD | {"HARVESTER_ALLOW_PRIVATE": "127.0.0.2"}
        (direct,) = crawl([outside.url()], allowed, environment=environment)
        assert proxy.asked == []
        urls = [outside.url(), "http://never.example.com/", "http://10.0.0.1/"]
        through = crawl(urls, allowed | {"HTTPPROXY_ENABLED": True}, environment=environment)
    assert direct["text"] == "direct"
    assert [each.get("text", each.get("error")) for each in through] == ["by proxy", "by proxy", "Refused"]


@pytest.fixture
def six() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 here")


@pytest.mark.usefixtures("six")
def test_ipv6_is_fetched_where_it_is_allowed() -> None:
    with listen(lambda path: http(b"six"), "::1") as server:
        (ended,) = crawl([server.url("/", "[::1]")], GUARD | {"HARVESTER_ALLOW_PRIVATE": "::1"})
        (refused,) = crawl([server.url("/", "[::1]")], GUARD)
    assert ended["text"] == "six"
    assert "loopback" in refused["reason"]


def certificate(folder: Path) -> ssl.SSLContext:
    """A context with a certificate that nobody signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begin = datetime.now(UTC) - timedelta(days=1)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=2))
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "both.pem").write_bytes(pem + signed.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


def test_encrypted_connections_are_guarded_alike(tmp_path: Path) -> None:
    context = certificate(tmp_path)
    headers = {f"X-{number}": "y" for number in range(300)}

    def answers(path: str) -> list[bytes]:
        return http(b"encrypted", **(headers if path == "/headers" else {}))

    with listen(answers, "127.0.0.1", encrypted=context) as server:
        urls = [server.url(path, "localhost").replace("http:", "https:") for path in ("/", "/headers")]
        (refused,) = crawl(urls[:1], GUARD)
        assert server.asked == []
        fine, large = crawl(urls, GUARD | {"HARVESTER_ALLOW_PRIVATE": "localhost"})
    assert refused["error"] == "Refused"
    assert fine["text"] == "encrypted"
    assert large["reason"] == "more than 256 headers, or one larger than 64 KiB"
