"""What answers in an object store's place is never taken for its word."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from objects.bucket import Bucket
from objects.errors import StoreUnreachable
from tests.object_store import CREDENTIALS


@contextmanager
def stranger(status: int, page: bytes) -> Iterator[Bucket]:
    """A bucket at an address where a captive portal answers."""

    class Portal(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(page)

        do_GET = do_PUT = do_POST = do_HEAD = answer

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing on the console."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Portal) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Bucket(
                "s3://bears/one", endpoint_url=f"http://127.0.0.1:{server.server_address[1]}"
            )
        finally:
            server.shutdown()
            thread.join()


ASKED: tuple[Callable[[Bucket], object], ...] = (
    lambda bucket: bucket.get("x"),
    lambda bucket: bucket.etag("x"),
    lambda bucket: bucket.written_at("x"),
    lambda bucket: bucket.put("x", b"1"),
    lambda bucket: bucket.put_if("x", b"1", etag=None),
    lambda bucket: bucket.delete(["x"]),
    lambda bucket: list(bucket.list()),
)


@pytest.mark.parametrize("status", [200, 403, 404])
def test_a_page_in_its_place_is_an_outage(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """No object is missing, none written, none removed, no listing empty."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    page = b"<html><body>Please sign in</body></html>" if status == 200 else b"<p>Please sign in"
    with stranger(status, page) as bucket:
        for ask in ASKED:
            with pytest.raises(StoreUnreachable, match="is not an object store"):
                ask(bucket)
