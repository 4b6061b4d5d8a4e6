"""Why no page came, in words, and whether asking again may help."""

from typing import NamedTuple

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

RETRY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
"""HTTP statuses that say "not now" (RFC 9110; 52x are a well-known proxy's words for an unreachable origin)."""


class Why(NamedTuple):
    """Why no page came; ``may_pass``: True where another attempt may end better."""

    words: str
    may_pass: bool


# The first that fits counts.
_REASONS: tuple[tuple[type[BaseException], Why], ...] = (
    (DownloadConnectionRefusedError, Why("connection refused", may_pass=True)),
    (CannotResolveHostError, Why("host name does not resolve", may_pass=True)),
    (DownloadTimeoutError, Why("no answer in time", may_pass=True)),
    (DownloadCancelledError, Why("larger than the limit", may_pass=False)),
    (ResponseDataLossError, Why("connection broke off within the page", may_pass=True)),
    (DownloadFailedError, Why("connection broke off", may_pass=True)),
    (UnsupportedURLSchemeError, Why("scheme is not fetched", may_pass=False)),
    (FileNotFoundError, Why("no such file", may_pass=False)),
    (IsADirectoryError, Why("a folder, not a file", may_pass=False)),
    (PermissionError, Why("file may not be read", may_pass=False)),
    (TimeoutError, Why("no answer in time", may_pass=True)),
)


def why(error: BaseException) -> Why:
    """Return why a request ended without a page."""
    if isinstance(error, IgnoreRequest):
        message = str(error)
        return Why("too many redirects" if "redirections" in message else message or "dropped", may_pass=False)
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    return Why(f"{type(error).__name__}: {error}", may_pass=True)
