"""A site on 127.0.0.1, on a free port, that stops by itself."""

import gzip
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import brotli

ARTICLE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="citation_title" content="{title}"><meta name="citation_author" content="Lovelace, Ada">
<meta name="citation_publication_date" content="2024/03/09">
<meta name="citation_journal_title" content="Journal of Examples">
<meta name="citation_doi" content="{doi}"></head><body><h1>{title}</h1>{more}</body></html>"""


def article(number: int, more: str = "", doi: str | None = None) -> str:
    """Return a page about a work of its own."""
    names = ("harbour", "ladder", "window", "meadow", "copper", "signal", "thistle", "quarry", "lantern", "orchard")
    title = f"On the {names[number % 10]} and the {names[number // 10 % 10]} of example number {number}"
    return ARTICLE.format(title=title, doi=doi or f"10.5555/loop.{number:06}", more=more)


@dataclass
class Answer:
    """What a path answers."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})
    encoding: str = ""

    def sent(self) -> tuple[bytes, dict[str, str]]:
        """Return the body and the headers as they go over the wire."""
        body = self.body.encode() if isinstance(self.body, str) else self.body
        headers = dict(self.headers)
        if self.encoding:
            body = {"gzip": gzip.compress, "br": brotli.compress}[self.encoding](body)
            headers["Content-Encoding"] = self.encoding
        return body, headers | {"Content-Length": str(len(body))}


Route = Answer | Callable[[int], Answer]
"""An answer, or a function from how often the path was asked for before to an answer."""


class Site:
    """The running site: its address, and how often each path was asked for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: Counter[str] = Counter()
        self.user_agents: set[str] = set()
        self.conditions: dict[str, tuple[str | None, str | None]] = {}
        """If-None-Match and If-Modified-Since of the last request for each path."""

    def __truediv__(self, path: str) -> str:
        return f"{self.url}/{path}"


@contextmanager
def serve(routes: Mapping[str, Route]) -> Iterator[Site]:
    """Serve the routes; what is not among them is a 404, robots.txt included.

    An answer with an ETag or a Last-Modified is a 304 where the request has it already (RFC 9110, 13.2.2).
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            route = routes.get(self.path, Answer("<html><title>Not Found</title><h1>Not Found</h1></html>", 404))
            answer = route(site.asked[self.path]) if callable(route) else route
            site.asked[self.path] += 1
            site.user_agents.add(self.headers.get("User-Agent", ""))
            body, headers = answer.sent()
            etag, since = self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")
            site.conditions[self.path] = etag, since
            if answer.status == 200 and (etag == headers.get("ETag") if etag else since is not None
                                         and since == headers.get("Last-Modified")):  # fmt: skip
                answer, body = replace(answer, status=304), b""
                del headers["Content-Length"]
            self.send_response(answer.status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    server = Server(("127.0.0.1", 0), Handler)
    site = Site(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
