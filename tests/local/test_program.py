"""`python -m bot.local` as a program."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.serving import Script

REPOSITORY = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "bot.local"]


@pytest.fixture
def program() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running program and its address."""
    with subprocess.Popen(
        [*COMMAND, "--port", "0"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline().split()[-1]
        process.kill()


def test_it_serves_once_ready(program: tuple[subprocess.Popen[str], str]) -> None:
    """After the line Ready, page and Bot API answer."""
    script = Script(program[1], "42:any-token")
    assert 42 == script.result("getMe")["id"]
    assert "<title>" in script.http.get("/").text
    script.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_told(
    program: tuple[subprocess.Popen[str], str], number: signal.Signals
) -> None:
    """SIGTERM and Ctrl-C end it without a traceback, even while somebody polls."""
    process, url = program
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as polling:
        polling.sendall(b"GET /bot1:a/getUpdates?timeout=50 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        script = Script(url, "1:a")
        script.result("getMe")
        script.close()
        process.send_signal(number)
        _, complaints = process.communicate(timeout=40)
    assert "" == complaints


def test_a_taken_port_is_one_sentence() -> None:
    """A port in use ends it with a sentence that says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        finished = subprocess.run(
            [*COMMAND, "--port", str(port)],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
    assert (1, "") == (finished.returncode, finished.stdout)
    expected = f"Cannot listen on 127.0.0.1:{port}: it is taken by another program; "
    assert finished.stderr.startswith(expected)


def test_a_malformed_token_is_refused() -> None:
    """--token must look like a token."""
    finished = subprocess.run(
        [*COMMAND, "--token", "rubbish"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 2 == finished.returncode
    assert "--token must look like" in finished.stderr
