"""Why no page came, in words, and whether asking again may help."""

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

# (exception, words, may another attempt help?); the first that fits counts
_REASONS: tuple[tuple[type[BaseException], str, bool], ...] = (
    (DownloadConnectionRefusedError, "connection refused", True),
    (CannotResolveHostError, "host name does not resolve", True),
    (DownloadTimeoutError, "no answer in time", True),
    (DownloadCancelledError, "larger than the limit", False),
    (ResponseDataLossError, "connection broke off within the page", True),
    (DownloadFailedError, "connection broke off", True),
    (UnsupportedURLSchemeError, "scheme is not fetched", False),
    (FileNotFoundError, "no such file", False),
    (PermissionError, "file may not be read", False),
    (TimeoutError, "no answer in time", True),
)


def why(error: BaseException) -> tuple[str, bool]:
    """Return the reason in words, and True where another attempt may end better."""
    if isinstance(error, IgnoreRequest):
        return _ignored(str(error)), False
    for kind, words, may_pass in _REASONS:
        if isinstance(error, kind):
            return words, may_pass
    return f"{type(error).__name__}: {error}", True


def _ignored(message: str) -> str:
    if "robots.txt" in message:
        return "robots.txt forbids it"
    if "redirections" in message:
        return "too many redirects"
    return message or "the request was dropped"
