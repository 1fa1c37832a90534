"""Real processes of the project for tests: started, talked to over HTTP, stopped or killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import httpx

from tests.conftest import PATIENCE_S, REPOSITORY, free_port

TOKEN = "4711:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


def threads() -> dict[str, str]:
    """How many threads the libraries of programs may take, where the environment says so."""
    return {name: value for name, value in os.environ.items() if name.endswith("_NUM_THREADS")}


class Program:
    """One `python -m …`, from `with` until the block ends; its output is collected."""

    def __init__(
        self, *arguments: str, folder: Path, settings: Mapping[str, str] | None = None
    ) -> None:
        self._arguments = arguments
        self._folder = folder
        self._settings = dict(settings or {})
        self._lines: list[str] = []
        self._ready = threading.Event()

    def __enter__(self) -> Program:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name in ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", *self._arguments],
            cwd=self._folder,
            env={**inherited, **threads(), "PYTHONPATH": str(REPOSITORY), **self._settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()

    @property
    def output(self) -> str:
        """Everything written to stdout and stderr so far."""
        return "".join(self._lines)

    def until_ready(self) -> Program:
        """Wait for the line that says so."""
        assert self._ready.wait(PATIENCE_S), self.output
        assert self.process.poll() is None, self.output
        return self

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait; the exit status."""
        self.process.send_signal(number)
        return self.status()

    def status(self) -> int:
        """The exit status, once the process has ended."""
        status = self.process.wait(timeout=PATIENCE_S)
        self._reader.join()
        return status

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.append(line)
            if line.startswith("Ready"):
                self._ready.set()
        self._ready.set()


def local_api(folder: Path) -> tuple[Program, httpx.Client]:
    """`python -m bot.local` and a client for it: Telegram's place in these tests."""
    port = free_port()
    http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=2 * PATIENCE_S)
    return Program("bot.local", "--port", str(port), folder=folder), http


def on_telegram(http: httpx.Client, folder: Path) -> dict[str, str]:
    """The settings of a bot that takes the local API for Telegram."""
    return {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": str(http.base_url).rstrip("/"),
        "ADMIN_IDS": "2",
        "WEB_PORT": "0",
        "DATA_DIR": str(folder / "data"),
        "MODELS_DIR": str(folder / "published"),
        "RETRAIN_CRON": "off",
    }
