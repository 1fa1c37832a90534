"""A server of the review pages for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dataset.storage.database import Database
from review.access.mini_app import mini_app_key
from tests.review.serving import TOKEN, Reviewer, ReviewServer, explain


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with its tables, empty, to be copied."""
    file = tmp_path_factory.mktemp("empty") / "detector.sqlite3"
    database = Database(f"sqlite:///{file}")
    database.upgrade()
    database.dispose()
    return file


@pytest.fixture
def server(tmp_path: Path, empty_file: Path) -> Iterator[ReviewServer]:
    shutil.copy(empty_file, tmp_path)
    running = ReviewServer(tmp_path, mount="/review", explain=explain, app_key=mini_app_key(TOKEN))
    yield running
    running.stop()


@pytest.fixture
def reviewer(server: ReviewServer) -> Iterator[Reviewer]:
    with server.reviewer() as somebody:
        yield somebody
