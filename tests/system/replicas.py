"""Several processes of the bot behind one address, with one database."""

from __future__ import annotations

import http.client
import itertools
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from tests.system.processes import Program, free_port, on_telegram

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


@contextmanager
def replicas(
    folder: Path,
    telegram: httpx.Client,
    database_url: str,
    *,
    count: int = 3,
    settings: Mapping[str, str] | None = None,
) -> Iterator[tuple[Replicas, Balancer]]:
    """`count` processes, started and ready, to which Telegram delivers in turn."""
    ports = [free_port() for _ in range(count)]
    with ExitStack() as stack:
        balancer = Balancer(ports)
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
