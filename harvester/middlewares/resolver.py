"""A name resolver that gives out no address that may not be connected to.

Every connection of Scrapy's downloader asks the reactor's resolver, for names and for spelled-out addresses alike,
and connects to what it answers without asking again. So what was checked is what is connected to, and a name that
answers differently the second time (DNS rebinding) is checked the second time.
"""

from collections.abc import Sequence
from typing import Any, Self

from scrapy.resolver import CachingHostnameResolver
from scrapy.utils.datatypes import LocalCache
from twisted.internet.interfaces import (
    IAddress,
    IHostnameResolver,
    IHostResolution,
    IResolutionReceiver,
)
from zope.interface import implementer  # type: ignore[import-untyped]

from harvester.middlewares.addresses import Policy, ascii_name, literal, policy

_REMEMBERED = 10_000  # refusals, each with its words


@implementer(IResolutionReceiver)
class _Sieve:
    """Passes on the addresses that may be connected to, and keeps why the others may not."""

    def __init__(self, receiver: Any, guard: "GuardedResolver", host: str, port: int) -> None:
        self._receiver = receiver
        self._guard = guard
        self._host, self._port = host, port
        self._passed = False
        self._reason: str | None = None

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802  # Twisted's name
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        reason = self._guard.refusal(self._host, str(address.host), self._port)
        if reason is None:
            self._passed = True
            self._receiver.addressResolved(address)
        else:
            self._reason = reason

    def resolutionComplete(self) -> None:  # noqa: N802
        self._guard.remember(self._host, self._port, None if self._passed else self._reason)
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class GuardedResolver:
    """The class for ``TWISTED_DNS_RESOLVER``: Scrapy's resolver for IPv4 and IPv6, and a sieve behind its cache."""

    def __init__(self, reactor: Any, inner: Any, rules: Policy) -> None:
        self.policy = rules
        self.proxies: frozenset[tuple[str, int]] = frozenset()
        """Proxies that the user named: wherever they are, they may be connected to."""
        self._reactor = reactor
        self._inner = inner
        self._refused: LocalCache[tuple[str, int], str] = LocalCache(_REMEMBERED)

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> Self:
        """Make the resolver; ``crawler`` is anything with settings, as for Scrapy's own."""
        settings = crawler.settings
        rules = policy(settings.get("HARVESTER_ALLOW_PRIVATE", ""), settings.getlist("HARVESTER_ALLOW_PORTS"))
        return cls(reactor, CachingHostnameResolver.from_crawler(crawler, reactor), rules)

    def install_on_reactor(self) -> None:
        """Put the resolver in place of the reactor's."""
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        """Resolve as `IHostnameResolver` says, but report only the addresses that the policy lets through."""
        sieve = _Sieve(resolutionReceiver, self, hostName, portNumber)
        answer: IHostResolution = self._inner.resolveHostName(
            sieve, hostName, portNumber, addressTypes, transportSemantics
        )
        return answer

    def refusal(self, host: str, address: str, port: int) -> str | None:
        """Return why an address that a host resolved to may not be connected to; None if it may."""
        if (ascii_name(host), port) in self.proxies:
            return None
        number = literal(address)
        if number is None:  # what cannot be read cannot be judged
            return f"address {address!r} of {host} cannot be read"
        return self.policy.refusal(host, number, port)

    def remember(self, host: str, port: int, reason: str | None) -> None:
        """Keep why no address of a host was left, or forget it where one was."""
        key = (ascii_name(host), port)
        if reason is not None:
            self._refused[key] = reason
        else:
            self._refused.pop(key, None)

    def refused(self, host: str, port: int) -> str | None:
        """Return why no address of a host was left when it was last asked for; None if one was, or none was known."""
        return self._refused.get((ascii_name(host), port))
