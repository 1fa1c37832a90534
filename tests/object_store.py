"""An object store of the tests' own: moto's server on loopback, in this process."""

from __future__ import annotations

import itertools
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from tests.conftest import free_port

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "a-key-of-the-tests",
    "AWS_SECRET_ACCESS_KEY": "a-secret-of-the-tests",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}

_NUMBERS = itertools.count(1)
"""Of buckets: moto keeps objects by process, for all its servers."""


class ObjectStore:
    """A running store, which can be taken down and comes back with everything in it."""

    def __init__(self) -> None:
        self._port = free_port()
        self.endpoint_url = f"http://127.0.0.1:{self._port}"
        self._server: ThreadedMotoServer | None = None
        self.up()

    def up(self) -> None:
        """Answer from now on."""
        if self._server is None:
            self._server = ThreadedMotoServer("127.0.0.1", self._port, verbose=False)
            self._server.start()

    def down(self) -> None:
        """Answer nobody, until `up`."""
        if self._server is not None:
            self._server.stop()
            assert self._server._server is not None
            self._server._server.server_close()
            self._server = None

    def empty(self) -> str:
        """The URL of a folder in a new bucket."""
        name = f"bears-{next(_NUMBERS)}"
        request = urllib.request.Request(  # noqa: S310 - on loopback
            f"{self.endpoint_url}/{name}", method="PUT", headers={"Host": "127.0.0.1"}
        )
        with urllib.request.urlopen(request):  # noqa: S310 - on loopback
            return f"s3://{name}/one"


@contextmanager
def running_store() -> Iterator[ObjectStore]:
    """A store for as long as the block lasts."""
    store = ObjectStore()
    try:
        yield store
    finally:
        store.down()
