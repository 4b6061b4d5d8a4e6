"""The address guard: nothing inside the user's network is fetched because a list or a redirect says so.

Three parts. `Guard` refuses before anything is sent what an address shows by itself: its scheme, its port, an address
in place of a name. `harvester.middlewares.resolver` refuses, at the moment of connecting, what a name resolves to.
`Redirects` refuses redirects to what is never fetched. The settings ``HARVESTER_ALLOW_PRIVATE`` and
``HARVESTER_ALLOW_PORTS`` say what is allowed beside the public internet.

A proxy resolves names by itself, so behind one the guard could not keep its promise. The environment's proxies are
used only where ``HTTPPROXY_ENABLED`` is set; then the guard still judges schemes, ports and spelled-out addresses,
and what a name may resolve to is for the proxy to say.
"""

import logging
from typing import Self
from urllib.parse import SplitResult, urljoin, urlsplit
from urllib.request import getproxies

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.utils.misc import load_object
from w3lib.url import safe_url_string

from harvester.errors import UsageError
from harvester.middlewares.addresses import Policy, ascii_name, is_host, literal, policy
from harvester.middlewares.resolver import GuardedResolver, resolver_of
from harvester.middlewares.transport import Transport

logger = logging.getLogger("harvester")

_PORT = {"http": 80, "https": 443}
_LOCAL = frozenset({"file", "warc"})
_TOLD = 10  # refused hosts that are named in the log; all of them are in the report


class Refused(IgnoreRequest):
    """The address guard forbids the address; the message says why, and how to allow it."""


class Guard:
    """Downloader middleware before all others, so that not even robots.txt is asked for where it refuses."""

    def __init__(self, rules: Policy, resolver: GuardedResolver, proxies: frozenset[tuple[str, int]] | None) -> None:
        self._policy = rules
        self._resolver = resolver
        self._proxies = proxies  # None: none is used
        self._told: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware. Raises `UsageError` where another downloader would connect to names unchecked."""
        settings = crawler.settings
        handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
        for scheme in _PORT:
            handler = handlers.get(scheme)
            if handler is None or not issubclass(load_object(handler), Transport):
                raise UsageError(
                    f"DOWNLOAD_HANDLERS[{scheme!r}] is {handler!r}, which connects to any address;"
                    f" the address guard needs {Transport.__module__}.{Transport.__name__}"
                )
        rules = policy(settings.get("HARVESTER_ALLOW_PRIVATE", ""), settings.getlist("HARVESTER_ALLOW_PORTS"))
        resolver, proxies = resolver_of(crawler), _proxies(settings.getbool("HTTPPROXY_ENABLED"))
        resolver.proxies = proxies or frozenset()
        return cls(rules, resolver, proxies)

    def process_request(self, request: Request) -> None:
        """Let a request pass whose address may be fetched, as far as it shows. Raises `Refused` otherwise."""
        parts = split(request.url)
        if parts.scheme in _LOCAL:
            self._file(request, parts)
            return
        host, port = place(parts)
        if reason := self._reason(request, host, port):
            raise self._refused(host, reason)

    def process_response(self, request: Request, response: Response) -> Response:
        """Return the response. Raises `Refused` if it came from where it should not have been asked for.

        No known way leads here: this is the second lock.
        """
        if response.ip_address is not None and not request.meta.get("proxy"):
            host, port = place(split(request.url))
            if reason := self._resolver.refusal(host, str(response.ip_address), port):
                raise self._refused(host, reason)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Raise `Refused` where a host did not resolve because none of its addresses may be connected to.

        The resolver has no words of its own: all that a connection learns is that no address was found. If that was
        the connection for robots.txt, so says the exception about robots.txt, and the reason is the same.
        """
        parts = split(request.url)
        if isinstance(exception, Refused) or parts.scheme not in _PORT:
            return
        host, port = place(parts)
        if reason := self._resolver.refused(host, port):
            raise self._refused(host, reason) from exception

    def _refused(self, host: str, reason: str) -> Refused:
        """Return the refusal, and say it at once: whoever forgot to allow a host need not wait for the report."""
        if host not in self._told and len(self._told) < _TOLD:
            self._told.add(host)
            logger.warning("%s is not fetched: %s", host, reason)
        return Refused(reason)

    def _reason(self, request: Request, host: str, port: int) -> str | None:
        proxied = bool(request.meta.get("proxy"))
        if self._proxies is None and proxied:
            return "a proxy is asked for, and HTTPPROXY_ENABLED does not allow proxies"
        if self._proxies and (ascii_name(host), port) in self._proxies:
            return f"{host}:{port} is the proxy itself"
        address = literal(host)
        if address is not None:
            return self._policy.refusal(host, address, port)
        allowed = self._policy
        if allowed.names(host, port) or allowed.everything or (allowed.networks and not proxied):
            return None  # whether the host is in a network that the user allows, only the resolver sees
        return self._policy.port_refusal(port)

    def _file(self, request: Request, parts: SplitResult) -> None:
        """Let a saved page pass that the user named; a file that a server names is none of its business."""
        if request.meta.get("redirect_times"):
            raise Refused("redirect to a local file; files are read only where a source names them")
        if parts.netloc not in ("", "localhost"):
            raise Refused(f"{parts.netloc} in a file address; only local files are read")


class Redirects:
    """Downloader middleware right before Scrapy's `RedirectMiddleware`, which passes over what this refuses."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Return the response. Raises `Refused` for a redirect that leads to no web address (RFC 9110, 10.2.2)."""
        location = response.headers.get("Location")
        if location is None or response.status not in (301, 302, 303, 307, 308) or request.meta.get("is_robots_txt"):
            return response
        text = location.decode("utf-8", "replace").strip()
        try:
            parts = split(urljoin(request.url, safe_url_string(text)))
            if parts.scheme in _PORT:
                place(parts)
        except ValueError as error:
            raise Refused(f"redirect to {text[:200]!r}, which is no address") from error
        except Refused as error:
            raise Refused(f"redirect to {text[:200]!r}: {error}") from error
        if parts.scheme not in _PORT:
            raise Refused(f"redirect to {text[:200]!r}: scheme {parts.scheme!r} is not fetched")
        return response


def split(url: str) -> SplitResult:
    """Return the parts of an address. Raises `Refused` for one that cannot be read."""
    try:
        return urlsplit(url)
    except ValueError as error:
        raise Refused(f"{url[:200]!r} is no address: {error}") from error


def place(parts: SplitResult) -> tuple[str, int]:
    """Return host and port of a web address. Raises `Refused` for a scheme, host or port that cannot be fetched."""
    if parts.scheme not in _PORT:
        raise Refused(f"scheme {parts.scheme!r} is not fetched")
    if "@" in parts.netloc:  # RFC 9110, section 4.2.4: an error, likely made to hide the host that follows
        raise Refused("a user name in the address, which hides where it leads")
    try:
        port = parts.port
    except ValueError as error:
        raise Refused(f"port of {parts.netloc!r} cannot be read") from error
    host = parts.hostname or ""
    if not is_host(host):
        raise Refused(f"host {host!r} is no host name")
    return host, _PORT[parts.scheme] if port is None else port


def _proxies(used: bool) -> frozenset[tuple[str, int]] | None:
    """Return host and port of the environment's proxies; None where they are not used, which is said once."""
    named = {scheme: url for scheme, url in getproxies().items() if scheme in _PORT}
    if not used:
        if named:
            logger.warning(
                "%s_proxy is set and not used, since a proxy resolves names unchecked; -s HTTPPROXY_ENABLED=1 uses it",
                min(named),
            )
        return None
    found = set()
    for url in named.values():
        parts = urlsplit(url if "//" in url else f"//{url}")
        found.add((ascii_name(parts.hostname or ""), parts.port or (443 if parts.scheme == "https" else 80)))
    return frozenset(found)
