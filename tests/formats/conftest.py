"""Write a file, read its records."""

from collections.abc import Callable
from pathlib import Path

import pytest

from harvester.formats import BadRecord, Loaded, read

Reader = Callable[..., list[Loaded | BadRecord]]


@pytest.fixture
def reading(tmp_path: Path) -> Reader:
    """Return a function that writes a text (or bytes) under a name and reads it."""

    def run(name: str, content: str | bytes, format_name: str | None = None) -> list[Loaded | BadRecord]:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(read(file, format_name))

    return run
