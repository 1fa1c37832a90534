"""A running server and a script that talks to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.local.serving import LocalServer, Script


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """A server of its own for the test."""
    with LocalServer() as running:
        yield running


@pytest.fixture
def script(server: LocalServer) -> Iterator[Script]:
    """HTTP access to that server."""
    client = Script(server.url)
    yield client
    client.close()
