"""A name resolver that gives out no address that may not be connected to.

Every connection of `harvester.middlewares.transport` asks it for a name's addresses and connects to what it answers
without asking again. So what was checked is what is connected to, and a name that answers differently the second time
(DNS rebinding) is checked the second time. Spelled-out addresses need no resolver; `harvester.middlewares.guard` judges
them before.
"""

import socket
from weakref import WeakKeyDictionary

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult
from scrapy.crawler import Crawler
from scrapy.utils.datatypes import LocalCache

from harvester.middlewares.addresses import Policy, ascii_name, literal, policy

_REMEMBERED = 10_000  # refusals, each with its words


class GuardedResolver(AbstractResolver):
    """A resolver for IPv4 and IPv6, and a sieve behind it."""

    def __init__(self, rules: Policy, inner: AbstractResolver | None = None) -> None:
        self._policy = rules
        self.proxies: frozenset[tuple[str, int]] = frozenset()
        """Proxies that the user named: wherever they are, they may be connected to."""
        self._inner = inner
        self._refused: LocalCache[tuple[str, int], str] = LocalCache(_REMEMBERED)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses that the policy lets through. Raises ``OSError`` where none is left or known."""
        self._inner = self._inner or ThreadedResolver()  # it wants a running event loop
        passed, reason = [], None
        for found in await self._inner.resolve(host, port, family):
            refusal = self.refusal(host, found["host"], port)
            if refusal is None:
                passed.append(found)
            reason = reason or refusal
        key = (ascii_name(host), port)
        if passed or reason is None:
            self._refused.pop(key, None)
        else:
            self._refused[key] = reason
            raise OSError(reason)
        return passed

    async def close(self) -> None:
        """End the resolver behind the sieve."""
        if self._inner is not None:
            await self._inner.close()

    def refusal(self, host: str, address: str, port: int) -> str | None:
        """Return why an address that a host resolved to may not be connected to; None if it may."""
        if (ascii_name(host), port) in self.proxies:
            return None
        number = literal(address)
        if number is None:  # what cannot be read cannot be judged
            return f"address {address!r} of {host} cannot be read"
        return self._policy.refusal(host, number, port)

    def refused(self, host: str, port: int) -> str | None:
        """Return why no address of a host was left when it was last asked for; None if one was, or none was known."""
        return self._refused.get((ascii_name(host), port))


_resolvers: WeakKeyDictionary[Crawler, GuardedResolver] = WeakKeyDictionary()


def resolver_of(crawler: Crawler) -> GuardedResolver:
    """Return the one resolver of a crawl, which its guard and its downloaders share."""
    if crawler not in _resolvers:
        settings = crawler.settings
        rules = policy(settings.get("HARVESTER_ALLOW_PRIVATE", ""), settings.getlist("HARVESTER_ALLOW_PORTS"))
        _resolvers[crawler] = GuardedResolver(rules)
    return _resolvers[crawler]
