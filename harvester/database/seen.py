"""What is kept of a page so that it need not be sent or read again as long as it stays the same."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Seen:
    """The last answer of a target that gave a record, kept with the target.

    ``url``: the address that answered, after redirects. ``body_hash``: SHA-256 of its body, hexadecimal; of a
    list, that of whose list it is and what of it is wanted.
    ``reader_version``: which version read it. ``etag``, ``last_modified``: its validators (RFC 9110, 8.8) as they
    came. ``archive_file``, ``archive_offset``: where it is kept. ``content_hash``: that of the record that it gave.
    """

    url: str
    body_hash: str
    reader_version: str
    etag: str | None = None
    last_modified: str | None = None
    archive_file: str | None = None
    archive_offset: int | None = None
    content_hash: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return what is not empty, as JSON values."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any] | None) -> Self | None:
        """Return what `to_dict` made; None for None."""
        return cls(**values) if values else None
