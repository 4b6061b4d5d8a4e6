"""One POST that goes only where the address guard lets it: the address that was checked is the one connected to."""

import socket
import ssl
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from harvester.errors import HookError
from harvester.middlewares.addresses import Policy, is_host, literal

_PORTS = {"http": 80, "https": 443}


class _Pinned(HTTPConnection):
    """A connection whose host is resolved once, and judged before it is connected to."""

    def __init__(self, host: str, port: int, rules: Policy, timeout: float, context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=timeout)
        self._rules = rules
        self._context = context
        if context is not None:
            self.default_port = _PORTS["https"]  # which the header Host leaves out

    def connect(self) -> None:
        """Connect to an address that may be connected to. Raises `HookError` where the host has none."""
        refusals, failure = [], None
        for family, kind, protocol, _, place in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
            address = literal(str(place[0]))
            reason = "cannot be read" if address is None else self._rules.refusal(self.host, address, self.port)
            if reason is not None:
                refusals.append(reason)
                continue
            self.sock = socket.socket(family, kind, protocol)
            self.sock.settimeout(self.timeout)
            try:
                self.sock.connect(place)
                if self._context is not None:
                    self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)
            except OSError as error:
                self.sock.close()
                failure = error
                continue
            return
        if failure is not None:
            raise failure
        raise HookError("; ".join(dict.fromkeys(refusals)) or f"{self.host} has no address")


def post(url: str, body: bytes, rules: Policy, timeout: float, context: ssl.SSLContext | None = None) -> int:
    """Send JSON and return the status; redirects are not followed.

    ``timeout``: seconds that connecting, and each answer of the server, may take. ``context``: which certificates are
    believed, by default those that the system believes. Raises `HookError` for an address that is none or that the
    guard refuses, ``OSError`` or ``HTTPException`` where the server cannot be reached or speaks no HTTP.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError) as error:
        raise HookError("the address is no http or https URL") from error
    if not parts.hostname or not is_host(parts.hostname):
        raise HookError(f"{parts.hostname!r} is no host name")
    safe = (context or ssl.create_default_context()) if parts.scheme == "https" else None
    connection = _Pinned(parts.hostname, port, rules, timeout, safe)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, {"Content-Type": "application/json", "User-Agent": "harvester"})
        return connection.getresponse().status
    except UnicodeError as error:  # of a path or host that is not in ASCII
        raise HTTPException(f"the address cannot be written into a request: {error}") from error
    finally:
        connection.close()
