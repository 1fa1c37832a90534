"""The transport speaks HTTP with servers that behave and with servers that do not."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from telegram.error import NetworkError, TimedOut

from bot.connection.transport import PlainRequest, request_for
from bot.errors import DownloadTooLarge, StartError

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[str]:
    """A server on loopback whose every connection is handled by `answer`."""
    handlers: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        handlers.add(task)
        try:
            await answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            handlers.discard(task)

    listening = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        for task in handlers:
            task.cancel()
        listening.close()
        await listening.wait_closed()


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """One request's head, and its body read past."""
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            await reader.readexactly(int(line.partition(b":")[2]))
    return head


def plain(**options: float) -> PlainRequest:
    """A transport that gives up soon."""
    return PlainRequest(max_file_bytes=1000, **options)  # type: ignore[arg-type]


async def test_a_connection_is_kept_for_the_next_request() -> None:
    """Two requests in a row need one connection."""
    connections = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while True:
            await read_request(reader)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    request = plain()
    async with server(answer) as url:
        assert await request.do_request(f"{url}/a", "GET") == (200, b"ok")
        assert await request.do_request(f"{url}/b", "GET") == (200, b"ok")
        await request.shutdown()
    assert connections == 1


async def test_a_connection_that_the_server_closed_is_not_used_again() -> None:
    """The next request opens another instead of failing."""
    connections = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")

    request = plain()
    async with server(answer) as url:
        for _ in range(3):
            assert (await request.do_request(url, "GET"))[1] == b"ok"
        await request.shutdown()
    assert connections == 3


async def test_a_chunked_body_is_put_together() -> None:
    """As a proxy between may send it."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        writer.write(b"3\r\nbea\r\n2\r\nrs\r\n0\r\n\r\n")

    request = plain()
    async with server(answer) as url:
        assert await request.do_request(url, "GET") == (200, b"bears")
        await request.shutdown()


async def test_a_body_without_a_length_ends_with_the_connection() -> None:
    """HTTP/1.0 servers do so."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.0 200 OK\r\n\r\nbears")

    request = plain()
    async with server(answer) as url:
        assert await request.do_request(url, "GET") == (200, b"bears")


async def test_a_half_written_file_is_a_network_error() -> None:
    """What is shorter than announced is never taken for the file."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nonly this")

    request = plain()
    async with server(answer) as url:
        with pytest.raises(NetworkError, match="before the answer was complete"):
            await request.do_request(url, "GET")


@pytest.mark.parametrize(
    "head",
    [b"Content-Length: 5000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n1388\r\n"],
    ids=["announced", "not announced"],
)
async def test_a_file_larger_than_allowed_is_not_read_on(head: bytes) -> None:
    """Announced or not: memory stays bounded."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n" + head + b"x" * 5000)
        await reader.read()

    request = plain()
    async with server(answer) as url:
        with pytest.raises(DownloadTooLarge):
            await request.do_request(url, "GET")


async def test_silence_ends_in_a_timeout() -> None:
    """A server that takes the request and says nothing."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    request = plain(read_timeout_s=0.05)
    async with server(answer) as url:
        with pytest.raises(TimedOut):
            await request.do_request(url, "GET")


async def test_no_server_is_a_network_error() -> None:
    """A refused connection is worth another attempt, no crash."""
    async with server(lambda reader, writer: asyncio.sleep(0)) as url:
        pass
    with pytest.raises(NetworkError, match="no connection"):
        await plain().do_request(url, "GET")


async def test_rubbish_is_a_network_error() -> None:
    """A server that speaks something else."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")

    request = plain()
    async with server(answer) as url:
        with pytest.raises(NetworkError, match="not HTTP"):
            await request.do_request(url, "GET")


async def test_a_cancelled_request_leaves_no_connection_behind() -> None:
    """Its late answer must not be taken for the next request's."""
    asked = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await read_request(reader)
        if b"/slow" in head:
            asked.set()
            await reader.read()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfast")

    request = plain()
    async with server(answer) as url:
        slow = asyncio.create_task(request.do_request(f"{url}/slow", "GET"))
        await asked.wait()
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        assert await request.do_request(f"{url}/fast", "GET") == (200, b"fast")
        await request.shutdown()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that names neither proxies nor certificates."""
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name}_proxy".upper(), raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


async def answer_as_the_bot_api(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Tells, as a result, what was asked for."""
    head = await read_request(reader)
    body = json.dumps({"ok": True, "result": head.decode().partition("\r")[0]}).encode()
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
async def test_requests_take_the_environments_proxy(
    environment: pytest.MonkeyPatch, name: str
) -> None:
    """Asked for the whole address; what it answers is checked as everywhere."""
    async with server(answer_as_the_bot_api) as proxy:
        environment.setenv(name, proxy.removeprefix("http://"))
        request = request_for("http://api.example", max_file_bytes=1)
        await request.initialize()
        told = await request.post("http://api.example/bot1:a/getMe")
        await request.shutdown()
    assert "POST http://api.example/bot1:a/getMe HTTP/1.1" == told


@pytest.mark.parametrize("no_proxy", ["", "localhost", "example.org"])
async def test_no_proxy_leads_to_this_machine(
    environment: pytest.MonkeyPatch, no_proxy: str
) -> None:
    """The local chat is here, whatever else the environment sends elsewhere."""
    for name in ("http_proxy", "https_proxy", "ALL_PROXY"):
        environment.setenv(name, "socks5://127.0.0.1:9")
    environment.setenv("no_proxy", no_proxy)
    async with server(answer_as_the_bot_api) as url:
        request = request_for(url, max_file_bytes=1)
        assert "POST /bot1:a/getMe HTTP/1.1" == await request.post(f"{url}/bot1:a/getMe")
        await request.shutdown()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ALL_PROXY", "socks5://proxy.example:1080", r"names a SOCKS proxy.*EXTRAS=socks"),
        ("https_proxy", "ftp://me:hunter2@proxy.example", "HTTPS_PROXY is not the address of a"),
        ("https_proxy", "http://", "HTTPS_PROXY is not the address of a proxy"),
        ("https_proxy", "http://[nonsense", "HTTPS_PROXY is not the address of a proxy"),
        ("SSL_CERT_FILE", "/nowhere.pem", "SSL_CERT_FILE, /nowhere.pem, cannot be read: No such"),
        ("SSL_CERT_FILE", "/dev/null", "SSL_CERT_FILE, /dev/null, cannot be read"),
    ],
)
def test_what_cannot_be_used_is_named_and_no_value_shown(
    environment: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    """One sentence, before anything is sent."""
    environment.setitem(sys.modules, "socksio", None)  # as where the extra is not installed
    environment.setenv(name, value)
    with pytest.raises(StartError, match=sentence) as caught:
        request_for("https://api.telegram.org", max_file_bytes=1)
    assert 2 == caught.value.exit_code
    assert "hunter2" not in str(caught.value)
