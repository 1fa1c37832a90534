"""Several processes of the bot behind one address, with one database."""

from __future__ import annotations

import http.client
import itertools
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import REPOSITORY, free_port
from tests.system.processes import Program, on_telegram

SECRET = "a-secret-of-the-test"


class Balancer:
    """Hands each request to the next backend in turn; where one is down, to the one after it."""

    def __init__(self, ports: list[int]) -> None:
        turns = itertools.cycle(range(len(ports)))
        lock = threading.Lock()
        handed: list[int] = [0] * len(ports)
        self.handed = handed
        """How many requests each backend has answered."""

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with lock:
                    first = next(turns)
                for step in range(len(ports)):
                    place = (first + step) % len(ports)
                    backend = http.client.HTTPConnection("127.0.0.1", ports[place], timeout=60)
                    try:
                        backend.request("POST", self.path, body, dict(self.headers.items()))
                        status = backend.getresponse().status
                    except (OSError, http.client.HTTPException):
                        continue
                    finally:
                        backend.close()
                    with lock:
                        handed[place] += 1
                    break
                else:
                    status = 502
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing: the bots' own output is what a failure shows."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Replicas:
    """The processes, by number; each with a folder of its own, as on a machine of its own."""

    def __init__(self, folder: Path, ports: list[int], settings: Mapping[str, str]) -> None:
        self._folder = folder
        self._ports = ports
        self._settings = settings
        self._running: dict[int, Program] = {}

    def start(self, number: int) -> None:
        """Start one; see `until_ready`."""
        folder = self._folder / f"machine-{number}"
        folder.mkdir(exist_ok=True)
        own = {
            "WEB_PORT": str(self._ports[number]),
            "DATA_DIR": str(folder / "data"),
            "MODELS_DIR": str(folder / "published"),
        }
        program = Program("bot", folder=folder, settings={**self._settings, **own})
        self._running[number] = program.__enter__()

    def until_ready(self, number: int) -> None:
        self._running[number].until_ready()

    def program(self, number: int) -> Program:
        return self._running[number]

    def kill(self, number: int) -> None:
        """kill -9."""
        self._running.pop(number).__exit__(None, None, None)

    def version(self, number: int) -> str:
        """The model that this one answers with."""
        port = self._ports[number]
        answer = httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=30).json()
        return str(answer["model"])

    def close(self) -> None:
        for number in list(self._running):
            self.kill(number)


class Haproxy:
    """The balancer that docs/scale.md shows, in front of these ports, without a certificate.

    It asks more often than there, and so a test takes less time.
    """

    def __init__(self, ports: list[int], *, asks_every: str = "200ms") -> None:
        page = (REPOSITORY / "docs" / "scale.md").read_text(encoding="utf-8")
        shown = page.partition("```haproxy\n")[2].partition("```")[0]
        self.url = f"http://127.0.0.1:{(own := free_port())}"
        here, _ = re.subn(r"bind .*", f"bind 127.0.0.1:{own}", shown)
        here, _ = re.subn(r"inter \S+", f"inter {asks_every}", here)
        here, servers = re.subn(r"10\.0\.0\.1(\d):8080", lambda n: _local(ports, n[1]), here)
        assert servers == len(ports), "docs/scale.md shows as many machines as the test has"
        self._file = tempfile.NamedTemporaryFile("w", suffix=".cfg")  # noqa: SIM115 - see `close`
        self._file.write(here)
        self._file.flush()
        program = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin") or ""
        self._process = subprocess.Popen([program, "-db", "-q", "-f", self._file.name])

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._file.close()


def _local(ports: list[int], number: str) -> str:
    return f"127.0.0.1:{ports[int(number) - 1]}"


@contextmanager
def replicas(
    folder: Path,
    telegram: httpx.Client,
    database_url: str,
    *,
    count: int = 3,
    settings: Mapping[str, str] | None = None,
    make_balancer: Callable[[list[int]], Any] = Balancer,
) -> Iterator[tuple[Replicas, Any]]:
    """`count` processes, started and ready, to which Telegram delivers in turn."""
    ports = [free_port() for _ in range(count)]
    with ExitStack() as stack:
        balancer = make_balancer(ports)
        stack.callback(balancer.close)
        common = {
            **on_telegram(telegram, folder),
            "DATABASE_URL": database_url,
            "WEBHOOK_URL": balancer.url,
            "WEBHOOK_SECRET": SECRET,
            **(settings or {}),
        }
        running = Replicas(folder, ports, common)
        stack.callback(running.close)
        for number in range(count):
            running.start(number)
        for number in range(count):
            running.until_ready(number)
        yield running, balancer
