"""Each test of this room runs on SQLite, and on PostgreSQL where its server is installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dataset.photos.store import PhotoStore
from dataset.storage.database import Database
from tests.dataset.world import World
from tests.postgresql import Server, find_programs, running_server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server program is installed (initdb, pg_ctl)")
    with running_server(programs) as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    server: Server = request.getfixturevalue("postgresql")
    return server.empty()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with its tables, empty, to be copied."""
    file = tmp_path_factory.mktemp("empty") / "detector.sqlite3"
    database = Database(f"sqlite:///{file}")
    database.upgrade()
    database.dispose()
    return file


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(
    request: pytest.FixtureRequest, tmp_path: Path, empty_file: Path
) -> Iterator[Database]:
    """A database with its tables, empty."""
    if request.param == "sqlite":
        shutil.copy(empty_file, tmp_path / "detector.sqlite3")
        database = Database(f"sqlite:///{tmp_path / 'detector.sqlite3'}")
    else:
        server: Server = request.getfixturevalue("postgresql")
        database = Database(server.fresh())
    yield database
    database.dispose()


@pytest.fixture
def store(tmp_path: Path) -> PhotoStore:
    return PhotoStore(tmp_path / "photos")


@pytest.fixture
def world(database: Database, store: PhotoStore) -> World:
    return World(database, store)
