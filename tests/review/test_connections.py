"""Connections of those who ask for nothing, or never come to an end, shut nobody out."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from review import connections
from review.connections import BoundedHttp

Connect = Callable[[bytes], socket.socket]


@pytest.fixture
def port() -> Iterator[int]:
    """Of a server whose one page says how many bytes it was sent."""

    async def count(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    app = Starlette(routes=[Route("/", count, methods=["GET", "POST"])])
    config = uvicorn.Config(app, http=BoundedHttp, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join()


@pytest.fixture
def connect(port: int) -> Iterator[Connect]:
    """Opens a connection on which so much was sent; all are closed in the end."""
    opened: list[socket.socket] = []

    def connect(sent: bytes) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        opened.append(connection)
        connection.sendall(sent)
        return connection

    yield connect
    for connection in opened:
        connection.close()


def heard(connection: socket.socket) -> bytes:
    """All that comes back until the other side closes."""
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass  # closed with something unread
    return b"".join(parts)


def send_endlessly(connection: socket.socket, most_bytes: int) -> int:
    """Send until the other side is gone, or so much; how much went."""
    sent = 0
    try:
        while sent < most_bytes:
            sent += connection.send(b"a" * 8192)
    except OSError:
        pass  # any of the system's errors for a closed connection
    return sent


@pytest.mark.parametrize(
    "endless",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nA: ",
        b"GET /",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nA: ",
    ],
)
def test_a_head_without_an_end_is_cut_off(connect: Connect, endless: bytes) -> None:
    """Any part of a request that never ends: the server stops reading it."""
    most_bytes = 64 * 2**20
    assert send_endlessly(connect(endless), most_bytes) < most_bytes


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GE",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT",
    ],
)
def test_a_request_that_goes_silent_is_given_up(
    connect: Connect, begun: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that never began, and the second of a connection."""
    monkeypatch.setattr(connections, "SILENCE_S", 0.2)
    assert heard(connect(begun)).count(b"HTTP/1.1 200") == begun.count(b"\r\n\r\nGET")


def test_who_asks_for_nothing_makes_room(
    port: int, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many wait, the next request is answered."""
    monkeypatch.setattr(connections, "MOST_CONNECTIONS", 8)
    waiting = [connect(b"GET / HTTP/1.1\r\n") for _ in range(50)]
    assert "3" == httpx.post(f"http://127.0.0.1:{port}", content=b"abc").text
    assert b"" == heard(waiting[0])


def test_an_ordinary_large_request_is_answered(port: int) -> None:
    """The bound is on the head: bodies have their own, where they are read."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
        large = http.post("/", content=b"a" * 3_000_000, headers={"A": "a" * 30_000})
        again = http.get("/")
    assert ("3000000", "0") == (large.text, again.text)


def test_rubbish_fills_no_log(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    """Its sender gets an answer of one line."""
    assert heard(connect(b"\x00\xff rubbish\r\n\r\n")).startswith(b"HTTP/1.1 400")
    assert [] == [record for record in caplog.records if record.levelname != "INFO"]
