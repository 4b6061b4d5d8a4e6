"""A server that answers every request with given bytes, however wrong, on any loopback address."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

Answers = Callable[[str], Iterable[bytes]]
"""From the path asked for to the bytes that go over the wire, piece by piece."""


def http(body: bytes = b"", status: int = 200, **headers: str) -> list[bytes]:
    """Return an answer whose connection is not used again."""
    given = {
        "Content_Type": "text/html; charset=utf-8",
        "Content_Length": str(len(body)),
        "Connection": "close",
    } | headers
    lines = [f"HTTP/1.1 {status} X"] + [f"{name.replace('_', '-')}: {value}" for name, value in given.items()]
    return ["\r\n".join(lines).encode() + b"\r\n\r\n" + body]


class Raw:
    """The running server: its port, the paths asked for, and how many bytes it could send of each."""

    def __init__(self, listening: socket.socket) -> None:
        self.host, self.port = listening.getsockname()[:2]
        self.asked: list[str] = []
        self.sent: dict[str, int] = {}

    def url(self, path: str = "/", host: str | None = None) -> str:
        """Return the address of a path, under any name for the host."""
        return f"http://{host or self.host}:{self.port}{path}"


@contextmanager
def listen(
    answers: Answers, host: str = "127.0.0.1", port: int = 0, encrypted: ssl.SSLContext | None = None
) -> Iterator[Raw]:
    """Serve until the block ends."""
    listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.settimeout(0.1)
    raw, ended = Raw(listening), threading.Event()

    def answer(connection: socket.socket) -> None:
        with suppress(OSError):
            connection.settimeout(10)
            talk(encrypted.wrap_socket(connection, server_side=True) if encrypted else connection)

    def talk(connection: socket.socket) -> None:
        with connection:
            request = b""
            while b"\r\n\r\n" not in request:
                request += (piece := connection.recv(4096))
                if not piece:
                    return
            path = request.split(b" ", 2)[1].decode("latin-1")
            raw.asked.append(path)
            raw.sent[path] = 0
            for piece in answers(path):
                if ended.is_set():
                    return
                connection.sendall(piece)
                raw.sent[path] += len(piece)

    def accept() -> None:
        while not ended.is_set():
            with suppress(TimeoutError):
                threading.Thread(target=answer, args=(listening.accept()[0],), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield raw
    finally:
        ended.set()
        thread.join()
        listening.close()
