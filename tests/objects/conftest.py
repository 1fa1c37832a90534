"""Tests of this room talk to a real server of S3's protocol."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from objects.bucket import Bucket
from tests.object_store import CREDENTIALS, ObjectStore, running_store


@pytest.fixture(scope="session")
def _server() -> Iterator[ObjectStore]:
    with running_store() as store:
        yield store


@pytest.fixture
def server(_server: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    """The store, with credentials for it in the environment."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    _server.up()
    return _server


@pytest.fixture
def bucket(server: ObjectStore) -> Bucket:
    """A folder of a bucket, empty."""
    return Bucket(server.empty(), endpoint_url=server.endpoint_url)
