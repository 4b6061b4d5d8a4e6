"""An OAI-PMH repository on loopback, with the faults that are seen in the wild. The benchmark uses it too."""

import gzip
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

WORDS = ("harbour", "ladder", "window", "meadow", "copper", "signal", "thistle", "quarry", "lantern", "orchard")
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
HEAD = '<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
DC = 'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'


@dataclass
class Faults:
    """Which requests for a part of the list go wrong. Parts are numbered from 0; each fault happens once a part."""

    busy_every: int = 0
    """Every so many requests: 503 with Retry-After."""
    retry_after: str = "0"
    same_token: frozenset[int] = frozenset()
    """Parts that come with the token that asked for them."""
    part_before: frozenset[int] = frozenset()
    """Parts in whose place the one before comes, with its own token."""
    cut_off: frozenset[int] = frozenset()
    expired: frozenset[int] = frozenset()
    packed: frozenset[int] = frozenset()
    """Parts that are gzip, without a header that says so."""
    dirty: int = 0
    """Every so many records hold a control character and a bare "&"; this they do always."""
    never_ends: bool = False
    """The last part has its own token, always."""
    no_until: bool = False


@dataclass
class Repository:
    """Records by number: every 25th is deleted; the title tells the number."""

    records: int
    page: int = 100
    faults: Faults = field(default_factory=Faults)
    days: bool = False
    tells_size: bool = True
    changed: dict[int, datetime] = field(default_factory=dict)
    """Records that are newer than their number says."""
    gone: set[int] = field(default_factory=set)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    asked: Counter[str] = field(default_factory=Counter)
    log: list[str] = field(default_factory=list)
    delay: float = 0.0

    def is_deleted(self, number: int) -> bool:
        return number % 25 == 7 or number in self.gone

    def datestamp(self, number: int) -> datetime:
        return self.changed.get(number, BEGIN + timedelta(minutes=number))

    def record(self, number: int, prefix: str) -> str:
        when = self.datestamp(number).strftime("%Y-%m-%d" if self.days else "%Y-%m-%dT%H:%M:%SZ")
        status = ' status="deleted"' if self.is_deleted(number) else ""
        header = (
            f"<header{status}><identifier>oai:loop.example:{number}</identifier><datestamp>{when}</datestamp></header>"
        )
        if status:
            return f"<record>{header}</record>"
        title = f"On the {WORDS[number % 10]} and the {WORDS[number // 10 % 10]} of example number {number}"
        again = f", edition of {when}" if number in self.changed else ""
        if self.faults.dirty and number % self.faults.dirty == 3:
            again += " \x02& more"
        if prefix == "mods":
            body = (
                '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>' + escape(title) + "</title></titleInfo>"
                '<name type="personal"><namePart type="family">Lovelace</namePart><namePart type="given">Ada</namePart>'
                "<role><roleTerm>author</roleTerm></role></name><originInfo><dateIssued>2024</dateIssued></originInfo>"
                f'<identifier type="doi">10.5555/loop.{number:06}</identifier></mods>'
            )
        else:
            body = (
                f"<oai_dc:dc {DC}><dc:title>{title}{again}</dc:title><dc:creator>Lovelace, Ada</dc:creator>"
                f"<dc:date>2024-03-09</dc:date><dc:identifier>https://doi.org/10.5555/loop.{number:06}</dc:identifier>"
                "</oai_dc:dc>"
            )
        return f"<record>{header}<metadata>{body}</metadata></record>"

    def answer(self, query: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        """Return status, body and headers."""
        self.log.append("&".join(f"{name}={value}" for name, value in query.items()))
        self.asked["requests"] += 1
        faults = self.faults
        if faults.busy_every and self.asked["requests"] % faults.busy_every == 0:
            return 503, b"busy", {"Retry-After": faults.retry_after}
        if query.get("verb") == "Identify":
            unit = "YYYY-MM-DD" if self.days else "YYYY-MM-DDThh:mm:ssZ"
            return 200, self._said(f"<Identify><granularity>{unit}</granularity></Identify>"), {}
        if query.get("verb") != "ListRecords":
            return 200, self._error("badVerb", "only ListRecords"), {}
        if (token := query.get("resumptionToken")) is not None:
            if set(query) != {"verb", "resumptionToken"}:
                return 200, self._error("badArgument", "resumptionToken is exclusive"), {}
            prefix, begin, part = token.split("!")
            return self._part(prefix, begin, int(part))
        prefix, begin = query.get("metadataPrefix", ""), query.get("from", "")
        if prefix not in ("oai_dc", "mods"):
            return 200, self._error("cannotDisseminateFormat", prefix), {}
        if begin and len(begin) > 10 and self.days:
            return 200, self._error("badArgument", "granularity is YYYY-MM-DD"), {}
        return self._part(prefix, begin, 0)

    def _part(self, prefix: str, begin: str, part: int) -> tuple[int, bytes, dict[str, str]]:
        faults = self.faults
        numbers = [n for n in range(self.records) if not begin or self._stamp(n)[: len(begin)] >= begin]
        if not numbers:
            return 200, self._error("noRecordsMatch", ""), {}
        if self._once("expired", part, faults.expired):
            return 200, self._error("badResumptionToken", "expired & gone"), {}
        shown = part - 1 if self._once("before", part, faults.part_before) else part
        here = numbers[shown * self.page : (shown + 1) * self.page]
        last = (shown + 1) * self.page >= len(numbers)
        following = shown if self._once("same", part, faults.same_token) else shown + 1
        if last and faults.never_ends:
            last, following = False, shown
        size = f' completeListSize="{len(numbers)}" cursor="{shown * self.page}"' if self.tells_size else ""
        token = "" if last else f"{prefix}!{begin}!{following}"
        body = "".join(self.record(n, prefix) for n in here)
        text = self._said(f"<ListRecords>{body}<resumptionToken{size}>{token}</resumptionToken></ListRecords>")
        if self._once("cut", part, faults.cut_off):
            text = text[: len(text) * 2 // 3]
        if part in faults.packed:
            text = gzip.compress(text)
        return 200, text, {}

    def _stamp(self, number: int) -> str:
        return self.datestamp(number).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _once(self, what: str, part: int, parts: frozenset[int]) -> bool:
        self.asked[f"{what} {part}"] += 1
        return part in parts and self.asked[f"{what} {part}"] == 1

    def _said(self, inner: str) -> bytes:
        date = self.now.strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"{HEAD}<responseDate>{date}</responseDate><request>x</request>{inner}</OAI-PMH>".encode()

    def _error(self, code: str, message: str) -> bytes:
        return self._said(f'<error code="{code}">{escape(message)}</error>')


@contextmanager
def serve(repository: Repository) -> Iterator[str]:
    """Serve a repository; yield its base URL."""
    lock = threading.Lock()
    wait = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path != "/oai":
                status, body, headers = 404, b"", dict[str, str]()
            else:
                wait.wait(repository.delay)
                with lock:
                    query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
                    status, body, headers = repository.answer(query)
            self.send_response(status)
            for name, value in {"Content-Type": "text/xml; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/oai"
    finally:
        wait.set()
        server.shutdown()
        server.server_close()
        thread.join()
