"""Whom alarms are told to beside the log: a command, people by e-mail, a web address.

A hook that fails is logged with its reason; the run goes on, and the other hooks are told.
"""

import json
import logging
import smtplib
import ssl
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from http.client import HTTPException

from harvester.errors import HookError
from harvester.middlewares.addresses import Policy, policy
from harvester.settings import HARVESTER_ALLOW_PORTS, HARVESTER_ALLOW_PRIVATE, secret
from harvester.watch.alarms import Alarm
from harvester.watch.post import post

logger = logging.getLogger("harvester")

_SMTP_PORTS = {"starttls": 587, "tls": 465, "none": 25}
SECURITIES = tuple(_SMTP_PORTS)
"""How a mail server may be spoken to: encrypted after a plain greeting (RFC 3207), from the start (RFC 8314), never."""

_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses after which a web address is asked again."""


@dataclass(frozen=True, slots=True)
class CommandHook:
    """Run a program, with ``{"alarms": [...]}`` on its standard input. No shell is between."""

    command: tuple[str, ...]
    """The program and its arguments."""
    timeout: float = 60.0
    """Seconds after which it is killed."""

    def __str__(self) -> str:
        return f"command {self.command[0]}"

    def send(self, alarms: Sequence[Alarm]) -> None:
        """Run it. Raises `HookError` where it cannot be run, takes too long, or ends with another status than 0."""
        try:
            ended = subprocess.run(  # noqa: S603  # the user's own configuration
                self.command, input=_json(alarms), capture_output=True, timeout=self.timeout, check=False
            )
        except OSError as error:
            raise HookError(f"cannot be run: {error.strerror}") from error
        except subprocess.TimeoutExpired as error:
            raise HookError(f"had not ended after {self.timeout:g} s and was killed") from error
        if ended.returncode:
            said = ended.stderr.decode("utf-8", "replace").strip().splitlines()
            raise HookError(f"ended with status {ended.returncode}" + (f": {said[-1][:200]}" if said else ""))


@dataclass(frozen=True, slots=True)
class MailHook:
    """Send one e-mail for all alarms of a run."""

    host: str
    sender: str
    recipients: tuple[str, ...]
    security: str = "starttls"
    """One of `SECURITIES`."""
    port: int | None = None
    """By default the usual one of the security: 587, 465 or 25."""
    user: str | None = None
    password_env: str | None = None
    """Name of the environment variable that holds the password of ``user``."""
    timeout: float = 30.0
    """Seconds that connecting, and each answer of the server, may take."""

    def __str__(self) -> str:
        return f"mail through {self.host}"

    def send(self, alarms: Sequence[Alarm], context: ssl.SSLContext | None = None) -> None:
        """Send it. Raises `HookError` where the server cannot be reached or does not take it."""
        context = context or ssl.create_default_context()
        port = self.port or _SMTP_PORTS[self.security]
        try:
            if self.security == "tls":
                server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, port, timeout=self.timeout, context=context)
            else:
                server = smtplib.SMTP(self.host, port, timeout=self.timeout)
            with server:
                if self.security == "starttls":
                    server.starttls(context=context)
                if self.user is not None:
                    server.login(self.user, self._password())
                refused = server.send_message(self.message(alarms))
        except (OSError, smtplib.SMTPException) as error:  # certificates and time-outs are among the first
            raise HookError(str(error) or type(error).__name__) from error
        if refused:
            raise HookError(f"the server does not take mail for {', '.join(refused)}")

    def message(self, alarms: Sequence[Alarm]) -> EmailMessage:
        """Return the e-mail."""
        hosts = dict.fromkeys(alarm.host for alarm in alarms)
        mail = EmailMessage()
        subject = f"harvester: {alarms[0]}" if len(alarms) == 1 else _subject(len(alarms), hosts)
        mail["Subject"] = " ".join(subject.split())  # a line break would begin another header
        mail["From"] = self.sender
        mail["To"] = ", ".join(self.recipients)
        mail["Date"] = formatdate(localtime=True)
        mail["Message-ID"] = make_msgid(domain="harvester.invalid")
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
        mail.set_content("\n\n".join(map(_paragraph, alarms)) + "\n")
        return mail

    def _password(self) -> str:
        password = secret(self.password_env) if self.password_env else None
        if password is None:
            raise HookError(f"no password for {self.user}; set the environment variable {self.password_env or '...'}")
        return password


@dataclass(frozen=True, slots=True)
class WebHook:
    """POST ``{"alarms": [...]}`` as JSON to a web address."""

    url: str = ""
    url_env: str | None = None
    """Name of the environment variable that holds the address, where a token is part of it."""
    timeout: float = 10.0
    """Seconds that connecting, and each answer of the server, may take."""
    attempts: int = 4
    """How often a server that cannot be reached, or says that it is busy, is asked."""
    wait: float = 2.0
    """Seconds before the second attempt; each further one waits twice as long."""

    def __str__(self) -> str:
        # What follows the host may be a password.
        place = f"at {self.url.partition('://')[2].partition('/')[0].rpartition('@')[2]}"
        return f"web address {place if self.url else f'in {self.url_env}'}"

    def send(
        self,
        alarms: Sequence[Alarm],
        rules: Policy | None = None,
        sleep: Callable[[float], None] = time.sleep,
        context: ssl.SSLContext | None = None,
    ) -> None:
        """Send it. Raises `HookError` where the guard refuses the address, or no attempt was taken with a status 2xx.

        ``rules``: the guard's policy, by default that of the settings.
        """
        rules = rules or policy(HARVESTER_ALLOW_PRIVATE, HARVESTER_ALLOW_PORTS)
        failure = ""
        for attempt in range(self.attempts):
            if attempt:
                sleep(self.wait * 2 ** (attempt - 1))
            try:
                status = post(self._address(), _json(alarms), rules, self.timeout, context)
            except (OSError, HTTPException) as error:
                failure = str(error) or type(error).__name__
                continue
            if 200 <= status < 300:
                return
            failure = f"HTTP {status}"
            if status not in _PASSING:
                break
        raise HookError(failure)

    def _address(self) -> str:
        address = self.url or (secret(self.url_env) if self.url_env else None)
        if not address:
            raise HookError(f"no address; set the environment variable {self.url_env or '...'}")
        return address


Hook = CommandHook | MailHook | WebHook


def notify(hooks: Iterable[Hook], alarms: Sequence[Alarm], rules: Policy | None = None) -> list[str]:
    """Tell alarms to hooks; return what went wrong with which, as it is logged.

    ``rules``: the guard's policy for web addresses, by default that of the settings. Without alarms nobody is told.
    """
    failures = []
    for hook in hooks if alarms else ():
        try:
            if isinstance(hook, WebHook):
                hook.send(alarms, rules)
            else:
                hook.send(alarms)
        except HookError as error:
            failures.append(f"{hook}: {error}")
            logger.error("%d alarms could not be told: %s", len(alarms), failures[-1])
    return failures


def _json(alarms: Sequence[Alarm]) -> bytes:
    return json.dumps({"alarms": [alarm.to_dict() for alarm in alarms]}).encode()


def _subject(count: int, hosts: Iterable[str]) -> str:
    named = list(hosts)
    return f"harvester: {count} alarms about {', '.join(named[:3])}" + (" and others" if len(named) > 3 else "")


def _paragraph(alarm: Alarm) -> str:
    job = f", job {alarm.job}" if alarm.job else ""
    return "\n".join((f"Alarm {alarm.id}{job}: {alarm}", *(f"  {url}" for url in alarm.urls)))
