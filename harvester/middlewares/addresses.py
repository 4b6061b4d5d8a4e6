"""Which addresses may be connected to: those of the public internet, and what the user names beside them.

Our own table instead of ``ipaddress``'s ``is_global``, which differs between the Python versions that we support.
"""

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from harvester.errors import UsageError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

PORTS = frozenset({80, 443, 8080, 8443})
"""Ports on which web servers listen; any other may be a mail server, a database or a router's console."""

_V4: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "unspecified (RFC 1122)"),
    ("10.0.0.0/8", "private (RFC 1918)"),
    ("100.64.0.0/10", "shared behind a carrier's NAT (RFC 6598)"),
    ("127.0.0.0/8", "loopback (RFC 1122)"),
    ("168.63.129.16/32", "a cloud's service for its own machines"),  # public by number, answers inside one cloud only
    ("169.254.0.0/16", "link-local (RFC 3927)"),  # also where clouds keep their machines' credentials
    ("172.16.0.0/12", "private (RFC 1918)"),
    ("192.0.0.0/24", "reserved for protocols (RFC 6890)"),
    ("192.0.2.0/24", "documentation (RFC 5737)"),
    ("192.88.99.0/24", "reserved, once 6to4 relays (RFC 7526)"),
    ("192.168.0.0/16", "private (RFC 1918)"),
    ("198.18.0.0/15", "benchmarking (RFC 2544)"),
    ("198.51.100.0/24", "documentation (RFC 5737)"),
    ("203.0.113.0/24", "documentation (RFC 5737)"),
    ("224.0.0.0/4", "multicast (RFC 5771)"),
    ("255.255.255.255/32", "broadcast (RFC 919)"),
    ("240.0.0.0/4", "reserved (RFC 1112)"),
)
_V6: tuple[tuple[str, str], ...] = (
    ("::/128", "unspecified (RFC 4291)"),
    ("::1/128", "loopback (RFC 4291)"),
    ("2001:2::/48", "benchmarking (RFC 5180)"),
    ("2001:10::/28", "reserved, once ORCHID (RFC 4843)"),
    ("2001:20::/28", "an identifier and no address (RFC 7343)"),
    ("2001:db8::/32", "documentation (RFC 3849)"),
    ("3fff::/20", "documentation (RFC 9637)"),
    ("fc00::/7", "private (RFC 4193)"),
    ("fe80::/10", "link-local (RFC 4291)"),
    ("fec0::/10", "private, once site-local (RFC 3879)"),
    ("ff00::/8", "multicast (RFC 4291)"),
)
_REFUSED = tuple((ip_network(network), what) for network, what in _V4 + _V6)
_PUBLIC_V6 = IPv6Network("2000::/3")  # all that is assigned to the public internet (RFC 4291, section 2.4)

# IPv6 addresses that lead to an IPv4 one: the network, and by how many bits to shift to find it.
_CARRIERS: tuple[tuple[IPv6Network, int], ...] = (
    (IPv6Network("::ffff:0:0/96"), 0),  # mapped (RFC 4291, section 2.5.5.2)
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64 (RFC 6052): what all of IPv4 looks like in an IPv6-only network
    (IPv6Network("2002::/16"), 80),  # 6to4 (RFC 3056)
    (IPv6Network("2001::/32"), 64),  # Teredo's server (RFC 4380); its client comes below
)
_TEREDO = IPv6Network("2001::/32")
_TRANSLATED = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))  # outside 2000::/3, yet public if v4 is
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})  # upper half of the interface's identifier (RFC 5214, section 6.1)
_U32 = 0xFFFF_FFFF

_HOST_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?")
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)\.?")
_YES = frozenset({"1", "true", "yes", "on", "all"})
_NO = frozenset({"", "0", "false", "no", "off", "none"})


@lru_cache(4096)
def trouble(address: Address) -> str | None:
    """Return what an address is that is not of the public internet; None for a public one.

    >>> trouble(ip_address("127.0.0.1")), trouble(ip_address("::ffff:10.0.0.1")), trouble(ip_address("8.8.8.8"))
    ('loopback (RFC 1122)', 'private (RFC 1918)', None)
    """
    for network, what in _REFUSED:
        if address.version == network.version and address in network:
            return what
    if isinstance(address, IPv4Address):
        return None
    for inner in carried(address):
        if within := trouble(inner):
            return within
    if address in _PUBLIC_V6 or any(address in network for network in _TRANSLATED):
        return None
    return "reserved (RFC 4291)"


def carried(address: IPv6Address) -> list[IPv4Address]:
    """Return the IPv4 addresses to which an IPv6 address leads through a translator or a tunnel.

    >>> carried(ip_address("2002:7f00:1::"))
    [IPv4Address('127.0.0.1')]
    """
    number = int(address)
    found = [number >> shift & _U32 for network, shift in _CARRIERS if address in network]
    if address in _TEREDO:
        found.append(number & _U32 ^ _U32)  # the client's, with every bit turned over
    if number >> 32 & _U32 in _ISATAP:
        found.append(number & _U32)
    return [IPv4Address(each) for each in found]


@lru_cache(4096)
def literal(host: str) -> Address | None:
    """Return the address that a host spells in any way that a resolver understands; None for a name.

    Besides the canonical spelling those of ``inet_aton``: decimal, octal, hexadecimal and short forms.

    >>> [str(literal(host)) for host in ("2130706433", "0177.0.0.1", "0x7f.1", "127.1", "[fe80::1%eth0]", "a.org")]
    ['127.0.0.1', '127.0.0.1', '127.0.0.1', '127.0.0.1', 'fe80::1', 'None']
    """
    bare = host.strip("[]").rstrip(".").lower()
    if ":" in bare:
        bare = bare.partition("%")[0]  # a zone (RFC 4007) says by which cable, not to whom
    elif not all(_NUMBER.fullmatch(part) for part in bare.split(".")):
        return None
    try:
        return ip_address(bare) if ":" in bare else IPv4Address(socket.inet_aton(bare))
    except (OSError, ValueError):
        return None


@lru_cache(4096)
def ascii_name(host: str) -> str:
    """Return a host name as it is asked for: lower case, in Punycode, without a final dot."""
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError:  # an empty or overlong label: no name at all, which others say
        name = host
    return name.lower().rstrip(".")


@lru_cache(4096)
def is_host(host: str) -> bool:
    """Return whether a text can be a host: a name of RFC 1123 (and "_", which is in use), or an address.

    >>> is_host("example.org"), is_host("127%2e0%2e0%2e1"), is_host("[::1]"), is_host("0x7f.x.1.2.3")
    (True, False, True, False)
    """
    if literal(host) is not None:
        return True
    last = host.rstrip(".").rpartition(".")[2].lower()
    # A last label that is a number makes it an address, and this one was none (WHATWG URL, host parsing).
    return bool(_HOST_NAME.fullmatch(host.lower())) and not _NUMBER.fullmatch(last) and len(host) <= 254


@dataclass(frozen=True, slots=True)
class Policy:
    """What the user allows beside the public internet: some hosts and networks, or all; and more ports.

    Where a host or an address is allowed, any port of it is; of public hosts, only the ``ports``.
    """

    everything: bool = False
    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    ports: frozenset[int] = field(default=PORTS)

    def refusal(self, host: str, address: Address, port: int) -> str | None:
        """Return why ``address``, to which ``host`` resolves, may not be connected to; None if it may."""
        if self.names(host, port) or self._has(address):
            return None
        if what := trouble(address):
            of = "" if literal(host) == address else f" of {host}"
            allow = f"--allow-host {host} allows it, --allow-private all that are not public"
            return None if self.everything else f"address {address}{of} is {what}; {allow}"
        return self.port_refusal(port)

    def port_refusal(self, port: int) -> str | None:
        """Return why a port of a public host may not be connected to; None if it may."""
        if port in self.ports:
            return None
        usual = ", ".join(map(str, sorted(self.ports)))
        return f"port {port} is none of {usual}; --allow-port {port} allows it"

    def names(self, host: str, port: int) -> bool:
        """Return whether the user allowed the host by its name, with or without the port."""
        name = ascii_name(host)
        return name in self.hosts or f"{name}:{port}" in self.hosts

    def _has(self, address: Address) -> bool:
        if not self.networks:
            return False
        inner = carried(address) if isinstance(address, IPv6Address) else []
        return any(
            each.version == network.version and each in network
            for each in [address, *inner]
            for network in self.networks
        )


def policy(allow_private: str | bool | Iterable[str], allow_ports: str | Iterable[str | int] = ()) -> Policy:
    """Return the policy of two settings.

    ``allow_private``: a yes or no, or hosts, host:port, addresses and networks, as a list or with commas.
    ``allow_ports``: ports beside `PORTS`. Raises `UsageError` for what is none of these.
    """
    ports = PORTS | {_port(port) for port in _listed(allow_ports)}
    hosts, networks, everything = set(), [], False
    for entry in _listed(str(allow_private) if isinstance(allow_private, bool) else allow_private):
        if entry.lower() in _YES | _NO:
            everything |= entry.lower() in _YES
            continue
        if (network := _network(entry)) is not None:
            networks.append(network)
        elif is_host(entry.rpartition(":")[0] or entry):
            hosts.add(_host(entry))
        else:
            raise UsageError(f"--allow-host {entry}: neither a host, an address nor a network such as 10.0.0.0/8")
    return Policy(everything, frozenset(hosts), tuple(networks), ports)


def _listed(value: str | Iterable[str | int]) -> list[str]:
    parts = value.split(",") if isinstance(value, str) else [str(part) for part in value]
    return [part.strip() for part in parts if part.strip()]


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise UsageError(f"--allow-port {text}: a port is a number from 1 to 65535")


def _network(entry: str) -> Network | None:
    try:
        return ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        return None


def _host(entry: str) -> str:
    name, colon, port = entry.rpartition(":")
    return f"{ascii_name(name)}:{port}" if colon else ascii_name(entry)
