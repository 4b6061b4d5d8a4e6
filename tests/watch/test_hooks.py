import json
import logging
import re
import socket
import socketserver
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from harvester.errors import HookError
from harvester.middlewares.addresses import policy
from harvester.watch.alarms import Alarm, Detail
from harvester.watch.hooks import CommandHook, MailHook, WebHook, notify

NOON = datetime(2026, 11, 14, 12, tzinfo=UTC)
ALARM = Alarm(
    id=7,
    run_id=3,
    job="daily",
    host="www.example.org",
    kind="coverage",
    details=(Detail("abstract", 0.96, 0.12, 240, 1e-9),),
    pages=240,
    p=1e-9,
    reader_version=None,
    since=NOON,
    urls=("https://www.example.org/article/1", "https://www.example.org/article/2"),
    seen_at=NOON,
    opened_at=NOON,
)
LINE = "www.example.org: abstract 96 % -> 12 %, 240 pages, since 14 Nov 2026"
LOOPBACK = policy("127.0.0.1")


def place(address: str, port: int) -> tuple[Any, ...]:
    """What the system's resolver answers."""
    return socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)


class Taken:
    """What a server on loopback was sent, and what it answers: one status after the other, the last one for ever."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses) or [204]
        self.bodies: list[Any] = []
        self.hosts: list[str] = []
        self.port = 0

    def status(self) -> int:
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]


@contextmanager
def web(taken: Taken, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            taken.hosts.append(self.headers["Host"])
            status = taken.status()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler), tls) as port:
        taken.port = port
        yield f"http://127.0.0.1:{port}/hook?key=secret"


@contextmanager
def running(server: socketserver.TCPServer, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that goes away is part of the test
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def post_office(
    commands: list[str],
    mails: list[bytes],
    *,
    login: bool = False,
    tls: ssl.SSLContext | None = None,
    upgrade: ssl.SSLContext | None = None,
) -> Iterator[int]:
    """A mail server that speaks as much SMTP as one mail takes (RFC 5321)."""

    offers = b"250-AUTH PLAIN\r\n" * login + b"250-STARTTLS\r\n" * (upgrade is not None)
    answers = {"EHLO": b"250-loopback\r\n" + offers + b"250 HELP\r\n", "AUTH": b"235 welcome\r\n"}
    answers |= {"QUIT": b"221 bye\r\n", "STARTTLS": b"220 go ahead\r\n", "DATA": b"354 go on\r\n"}

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 loopback\r\n")
            while line := self.rfile.readline():
                commands.append(line.decode().strip())
                verb = commands[-1].partition(" ")[0].upper()
                self.wfile.write(answers.get(verb, b"250 ok\r\n"))
                if verb == "STARTTLS" and upgrade is not None:
                    self.request = upgrade.wrap_socket(self.request, server_side=True)
                    self.setup()
                if verb == "DATA":
                    mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                    self.wfile.write(b"250 ok\r\n")

        def finish(self) -> None:
            super().finish()
            self.request.close()  # the server closes the one that it knows, which an upgrade replaced

    with running(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler), tls) as port:
        yield port


def test_a_command_gets_the_alarms_on_its_standard_input(tmp_path: Path) -> None:
    script = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read())"
    hook = CommandHook((sys.executable, "-c", script, str(tmp_path / "got.json")))
    assert notify([hook], [ALARM]) == []
    (alarm,) = json.loads((tmp_path / "got.json").read_text())["alarms"]
    assert alarm["message"] == LINE
    assert alarm["details"] == [
        {"field": "abstract", "before": 0.96, "after": 0.12, "pages": 240, "p": 1e-9, "recovered": None}
    ]
    assert (alarm["id"], alarm["job"], alarm["since"]) == (7, "daily", "2026-11-14T12:00:00+00:00")
    assert alarm["urls"] == list(ALARM.urls)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (
            "import sys; print('first\\nno such room', file=sys.stderr); sys.exit(3)",
            "ended with status 3: no such room",
        ),
        ("import time; time.sleep(60)", "had not ended after 0.3 s and was killed"),
    ],
)
def test_a_command_that_fails_says_why(script: str, reason: str) -> None:
    with pytest.raises(HookError, match=reason):
        CommandHook((sys.executable, "-c", script), timeout=0.3 if "sleep" in script else 20).send([ALARM])


def test_a_hook_that_fails_is_logged_and_the_others_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    missing = CommandHook((str(tmp_path / "nobody"),))
    taken = Taken()
    with web(taken) as url, caplog.at_level(logging.ERROR, "harvester"):
        failures = notify([missing, WebHook(url)], [ALARM], LOOPBACK)
    assert failures == [f"command {tmp_path / 'nobody'}: cannot be run: No such file or directory"]
    assert failures[0] in caplog.text
    assert len(taken.bodies) == 1


def test_without_alarms_nobody_is_told(tmp_path: Path) -> None:
    assert notify([CommandHook((str(tmp_path / "nobody"),))], []) == []


def test_a_web_address_gets_them_as_json() -> None:
    taken = Taken()
    with web(taken) as url:
        WebHook(url).send([ALARM], LOOPBACK)
    assert [each["message"] for each in taken.bodies[0]["alarms"]] == [LINE]
    assert taken.hosts == [f"127.0.0.1:{taken.port}"]


def test_a_busy_server_is_asked_again_each_time_later() -> None:
    taken, waits = Taken(503, 429, 200), list[float]()
    with web(taken) as url:
        WebHook(url, wait=2).send([ALARM], LOOPBACK, sleep=waits.append)
    assert (len(taken.bodies), waits) == (3, [2, 4])
    taken = Taken(500)
    with web(taken) as url, pytest.raises(HookError, match=r"^HTTP 500$"):
        WebHook(url, attempts=3).send([ALARM], LOOPBACK, sleep=waits.append)
    assert len(taken.bodies) == 3


@pytest.mark.parametrize("status", [302, 400, 404])
def test_a_server_that_refuses_is_not_asked_again_and_redirects_are_not_followed(status: int) -> None:
    taken = Taken(status)
    with web(taken) as url, pytest.raises(HookError, match=f"^HTTP {status}$"):
        WebHook(url).send([ALARM], LOOPBACK, sleep=lambda _: None)
    assert len(taken.bodies) == 1


def test_a_server_that_is_not_there_is_asked_again() -> None:
    with running(socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler)) as port:
        pass
    waits: list[float] = []
    with pytest.raises(HookError, match="refused"):
        WebHook(f"http://127.0.0.1:{port}/").send([ALARM], LOOPBACK, sleep=waits.append)
    assert waits == [2, 4, 8]


def test_the_guard_is_asked_for_the_address_that_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = Taken()
    with web(taken) as url:
        with pytest.raises(HookError, match=r"address 127\.0\.0\.1 is loopback \(RFC 1122\)"):
            WebHook(url, attempts=1).send([ALARM], policy("no"))
        answers = iter([[place("127.0.0.1", taken.port)], AssertionError("asked twice")])
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: next(answers))
        named = url.replace("127.0.0.1", "hooks.example.org")
        with pytest.raises(HookError, match=r"address 127\.0\.0\.1 of hooks\.example\.org is loopback"):
            WebHook(named).send([ALARM], policy("no"))
        assert taken.bodies == []
        answers = iter([[place("10.0.0.1", taken.port), place("127.0.0.1", taken.port)]])
        WebHook(named).send([ALARM], LOOPBACK)
    assert taken.hosts == [f"hooks.example.org:{taken.port}"]


@pytest.mark.parametrize("url", ["ftp://a.example/", "https://", "http://a.example:99999/", "http://a b/", "hook"])
def test_an_address_that_is_none_is_told(url: str) -> None:
    with pytest.raises(HookError, match="is no "):
        WebHook(url).send([ALARM], LOOPBACK)


def test_a_secret_in_the_address_is_not_logged() -> None:
    (failure,) = notify([WebHook("https://me:secret@127.0.0.1/T0/secret", attempts=1)], [ALARM], policy("no"))
    assert "secret" not in failure


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's side with a certificate for hooks.example.org, and a client's side that believes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example.org")])
    begin = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example.org")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )
    (tmp_path / "both.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "both.pem")
    return server, ssl.create_default_context(cadata=certificate.decode())


def test_tls_is_spoken_with_the_host_that_was_named(
    tls: tuple[ssl.SSLContext, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = Taken()
    with web(taken, tls[0]) as url:
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [place("127.0.0.1", taken.port)])
        named = url.replace("http://127.0.0.1", "https://hooks.example.org")
        WebHook(named).send([ALARM], LOOPBACK, context=tls[1])
        other = named.replace("hooks", "others")
        for hook, context, reason in ((other, tls[1], "Hostname mismatch"), (named, None, "self-signed certificate")):
            with pytest.raises(HookError, match=reason):
                WebHook(hook, attempts=1).send([ALARM], LOOPBACK, context=context)
    assert len(taken.bodies) == 1


def test_mail_goes_over_tls_too(tls: tuple[ssl.SSLContext, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch) -> None:
    mails: list[bytes] = []
    with post_office([], mails, tls=tls[0]) as port:
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [place("127.0.0.1", port)])
        hook = MailHook("hooks.example.org", "a@example.org", ("b@example.org",), security="tls", port=port)
        hook.send([ALARM], tls[1])
        with pytest.raises(HookError, match="self-signed certificate"):
            hook.send([ALARM])
    with post_office(commands := [], mails, upgrade=tls[0]) as port:
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [place("127.0.0.1", port)])
        MailHook("hooks.example.org", "a@example.org", ("b@example.org",), port=port).send([ALARM], tls[1])
    assert commands[1] == "STARTTLS"
    assert len(mails) == 2


def test_mail_names_the_alarm_and_its_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[str] = []
    mails: list[bytes] = []
    monkeypatch.setenv("MAIL_PASSWORD", "sesame")
    with post_office(commands, mails, login=True) as port:
        hook = MailHook(
            "127.0.0.1",
            "harvester@example.org",
            ("ada@example.org", "bob@example.org"),
            security="none",
            port=port,
            user="ada",
            password_env="MAIL_PASSWORD",
        )
        assert notify([hook], [ALARM]) == []
    mail = message_from_bytes(mails[0], policy=default)
    assert mail["Subject"] == f"harvester: {LINE}"
    assert mail["Auto-Submitted"] == "auto-generated"
    body = mail.get_content()
    assert f"Alarm 7, job daily: {LINE}" in body
    assert "  https://www.example.org/article/2" in body
    assert "AUTH PLAIN AGFkYQBzZXNhbWU=" in commands
    assert [each for each in commands if each.startswith("rcpt")] == [
        "rcpt TO:<ada@example.org>",
        "rcpt TO:<bob@example.org>",
    ]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "STARTTLS extension not supported by server"),
        ({"security": "none", "user": "ada"}, r"no password for ada; set the environment variable \.\.\."),
        ({"security": "none", "user": "ada", "password_env": "NO_SUCH"}, "set the environment variable NO_SUCH"),
        ({"security": "tls", "timeout": 0.3}, "timed out|WRONG_VERSION|wrong version"),
    ],
)
def test_mail_that_cannot_be_sent_says_why(options: dict[str, Any], reason: str) -> None:
    with post_office([], []) as port:
        hook = MailHook("127.0.0.1", "a@example.org", ("b@example.org",), port=port, **options)
        (failure,) = notify([hook], [ALARM])
    assert re.search(reason, failure), failure


def test_a_host_cannot_add_a_header_to_the_mail() -> None:
    evil = replace(ALARM, host="www.example.org\r\nBcc: everybody@example.org")
    for alarms in ([evil], [evil, ALARM]):
        mail = MailHook("127.0.0.1", "a@example.org", ("b@example.org",)).message(alarms)
        assert mail["Bcc"] is None
        assert b"\nBcc" not in mail.as_bytes().split(b"\n\n")[0]
