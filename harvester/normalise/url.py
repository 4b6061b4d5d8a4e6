"""Addresses: the one key under which a URL is known, and what makes a text an address."""

import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from w3lib.url import safe_url_string

from harvester.normalise.doi import doi

RECORD_OF_FILE = "load:"
"""What the key of a record begins with that came out of a file and has no address."""

LONGEST = 2_500
"""Characters of a key; sitemaps.org allows 2,047, and PostgreSQL's indexes take 2,700."""

_LONGEST_HOST = 253  # RFC 1035, section 2.3.4, as text
_NO_HOST = re.compile(r"[\x00-\x20\x7f<>\"\\^`{|}]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# Parameters that say where a visitor came from, never which page it is.
_TRACKING = re.compile(
    r"(utm_.*|mtm_.*|pk_.*|_hs(enc|mi)|hsctatracking|mc_[ce]id|gclid|gclsrc|dclid|gbraid|wbraid|fbclid|msclkid|yclid"
    r"|igshid|twclid|_ga|_gl|s_cid|cmpid|wt\.mc_id|wt_mc|ref_src|spm|jsessionid|phpsessid|sid_session)",
    re.IGNORECASE,
)
_SESSION_IN_PATH = re.compile(r";(jsessionid|phpsessid)=[^/?#;]*", re.IGNORECASE)
_DOI_HOST = re.compile(r"(dx\.|www\.)?doi\.org")
_DEFAULT_PORT = {"http": 80, "https": 443}


def doi_url(key: str) -> str:
    """Return the address that resolves a DOI, escaped for use in a request (DOI Handbook, 3.7.3).

    >>> doi_url("10.1002/1521-3951(200203)230:1<197::aid-pssb197>3.0.co;2-#")
    'https://doi.org/10.1002/1521-3951(200203)230:1%3C197::aid-pssb197%3E3.0.co;2-%23'
    """
    return "https://doi.org/" + quote(key, safe="/:;(),.-_~!$&'*+=@")


def is_doi_url(url: str) -> bool:
    """Return whether an address is a DOI's.

    >>> is_doi_url("http://dx.doi.org/10.1038/nphys1170"), is_doi_url("https://example.org/10.1038/nphys1170")
    (True, False)
    """
    try:
        return _DOI_HOST.fullmatch((urlsplit(url).hostname or "").lower()) is not None and doi(url) is not None
    except ValueError:
        return False


def url_key(url: str) -> str | None:
    """Return the one key of an address; None if it is not an http, https, file or warc address, or too long for one.

    Two spellings of one address have one key: the scheme and the host in lower case, no default port, no fragment,
    no tracking or session parameters, the percent-encoding of RFC 3986, every spelling of a DOI's address alike. The
    order of the other parameters stays, and so does a slash at the end of a path: both can matter.

    >>> url_key("HTTPS://Example.org:443/a%7eb?b=2&utm_source=x&a=1#top")
    'https://example.org/a~b?b=2&a=1'
    >>> url_key("http://dx.doi.org/10.1038/NPHYS1170")
    'https://doi.org/10.1038/nphys1170'
    """
    key = None if _CONTROL.search(url.strip()) else _key(url.strip())
    return key if key is not None and len(key) <= LONGEST else None


def _key(url: str) -> str | None:
    try:
        parts = urlsplit(safe_url_string(url))
        port = parts.port
    except ValueError:  # an unclosed bracket or a port that is no number
        return None
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower().rstrip(".")
    if scheme == "file" and not host and parts.path:
        return urlunsplit(("file", "", parts.path, "", ""))
    if scheme == "warc" and not host and parts.path:  # a page in an archive, see harvester.archive.address
        return f"warc://{parts.path}?{parts.query}"
    if scheme not in _DEFAULT_PORT or not host or len(host) > _LONGEST_HOST or _NO_HOST.search(host):
        return None
    if _DOI_HOST.fullmatch(host) and (key := doi(url)):
        return doi_url(key)
    place = f"[{host}]" if ":" in host else host
    if port not in (None, _DEFAULT_PORT[scheme]):
        place += f":{port}"
    path = _SESSION_IN_PATH.sub("", parts.path) or "/"
    return urlunsplit((scheme, place, _reencoded(path), _query(parts.query), ""))


def host_of(url: str) -> str:
    """Return the host of an address in lower case with its port where it is not the usual one; "" for a local file.

    >>> host_of("http://127.0.0.1:8080/a"), host_of("https://Example.org/")
    ('127.0.0.1:8080', 'example.org')
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    usual = parts.port in (None, _DEFAULT_PORT.get(parts.scheme))
    return host if usual or not host else f"{host}:{parts.port}"


def is_near(address: str, url: str) -> bool:
    """Return whether a web address is on the host of another one.

    What a page or an answer names as its next part may be any address, a file of whoever reads it included.

    >>> is_near("https://example.org/2", "http://Example.org/1"), is_near("file:///etc/passwd", "file:///1")
    (True, False)
    """
    try:
        return urlsplit(address).scheme in _DEFAULT_PORT and host_of(address) == host_of(url)
    except ValueError:  # no address
        return False


def _query(query: str) -> str:
    if not query:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _TRACKING.fullmatch(name)]
    # Untouched where nothing was dropped: some servers tell "a" from "a=", and "+" from "%20".
    return query if len(kept) == len(pairs) else urlencode(kept)


def _reencoded(path: str) -> str:
    """Decode what RFC 3986 calls unreserved, write other escapes in capitals (section 6.2.2)."""

    def one(match: re.Match[str]) -> str:
        char = chr(int(match[1], 16))
        return char if char.isascii() and (char.isalnum() or char in "-._~") else match[0].upper()

    return re.sub(r"%([0-9A-Fa-f]{2})", one, path)
