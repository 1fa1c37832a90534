"""One installation of the real programs, and what an operator does to it."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
from alembic import command
from sqlalchemy import create_engine

from benchmarks.months.clock import SharedClock
from dataset.storage.migrations.run import alembic_config
from models.bundles.bundle import Bundle
from models.registry.local import Registry
from tests.conftest import free_port
from tests.system.processes import TOKEN, Program, threads

ADMINS = (2, 3)
PATIENCE_S = 300.0
RETRAINS_AT = "0 4 * * mon"
UNREVIEWED_DAYS, PREDICTIONS_DAYS, UPDATES_DAYS = 45, 60, 7
MOST_A_MINUTE = 40
MOST_CLAIMS_A_DAY = 12
_TOLD_FOR_S = 100.0
_SMALL_DISK_BYTES = 4096
TRAINS = "status = 'running' AND worker IS NOT NULL"
_ACTIVE = "status IN ('requested', 'running')"


class Installation:
    """The Bot API, the bot on it, and the folders in which it keeps everything."""

    def __init__(self, folder: Path, clock: SharedClock) -> None:
        self.folder, self.clock = folder, clock
        self.data_dir, self.models_dir = folder / "data", folder / "models"
        self.database = self.data_dir / "detector.sqlite3"
        self.logs: list[str] = []
        """What bots that have ended wrote."""
        self._port = free_port()
        self.api = Program(
            "bot.local", "--port", str(self._port), folder=folder, settings=clock.environment
        )
        self.http = httpx.Client(
            base_url=f"http://127.0.0.1:{self._port}", timeout=PATIENCE_S, trust_env=False
        )
        self.bot: Program | None = None
        self.provoked: set[str] = set()
        """Words of errors that today's trouble is expected to bring into the logs."""
        self._read: dict[str, int] = {}
        self._freed_at = -_TOLD_FOR_S
        self._web_port = free_port()
        self.web = f"http://127.0.0.1:{self._web_port}"

    @property
    def settings(self) -> dict[str, str]:
        """The environment of everything that is started here."""
        return {
            **self.clock.environment,
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": f"http://127.0.0.1:{self._port}",
            "ADMIN_IDS": ",".join(map(str, ADMINS)),
            "WEB_PORT": str(self._web_port),
            "DATA_DIR": str(self.data_dir),
            "MODELS_DIR": str(self.models_dir),
            "RETRAIN_CRON": RETRAINS_AT,
            "RELOAD_EVERY_S": "0.2",
            "LOG_FORMAT": "json",
            "PHOTOS_PER_MINUTE": str(MOST_A_MINUTE),
            "CLAIMS_PER_DAY": str(MOST_CLAIMS_A_DAY),
            "SAMPLE_SHARE": "0.1",
            "KEEP_UNREVIEWED_DAYS": str(UNREVIEWED_DAYS),
            "KEEP_PREDICTIONS_DAYS": str(PREDICTIONS_DAYS),
            "KEEP_UPDATES_DAYS": str(UPDATES_DAYS),
            "KEEP_BUNDLES": "4",
        }

    # The processes

    def start(self) -> None:
        """Start the bot; returns once it answers."""
        self.bot = Program("benchmarks.months.hasty", folder=self.folder, settings=self.settings)
        self.bot.__enter__().until_ready()

    def stop(self) -> int:
        """An orderly stop; the exit status."""
        assert self.bot is not None
        return self._ended(self.bot.end())

    def kill(self) -> None:
        """As a machine that loses its power would end it."""
        assert self.bot is not None
        self._ended(self.bot.end(signal.SIGKILL))

    def close(self) -> None:
        """End whatever runs."""
        if self.bot is not None:
            self.kill()
        if self.database.exists():
            self.kill_training()
        self.http.close()

    def kill_training(self) -> None:
        """End the process of a retraining under way, if there is one."""
        for row in self.rows(f"SELECT worker FROM retrainings WHERE {TRAINS}"):  # noqa: S608 - our own words
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(row["worker"].rpartition(":")[2]), signal.SIGKILL)

    def fill_disk(self) -> None:
        """Let no file of the bot grow any more."""
        self._limit_files(_SMALL_DISK_BYTES)

    def free_disk(self) -> None:
        self._limit_files(resource.RLIM_INFINITY)
        self._freed_at = time.monotonic()

    @property
    def tells_of_disk(self) -> bool:
        """Whether /healthz may still tell of a disk that was full: it does for 90 seconds."""
        return time.monotonic() - self._freed_at < _TOLD_FOR_S

    def unread_log(self) -> str:
        """What the bots and the retrainings wrote since this was last asked for."""
        retrainings = sorted((self.data_dir / "logs").glob("*.log"))
        texts = {path.name: path.read_text() for path in retrainings}
        outputs = [*self.logs, *([] if self.bot is None else [self.bot.output])]
        texts |= {f"bot {number}": output for number, output in enumerate(outputs)}
        unread = [text[self._read.get(name, 0) :] for name, text in texts.items()]
        self._read = {name: len(text) for name, text in texts.items()}
        return "".join(unread)

    def run(self, module: str, *arguments: str) -> str:
        """One of the project's commands; what it printed. Raises CalledProcessError."""
        inherited = {"PATH": "/usr/bin:/bin", **threads()}
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=self.folder,
            env=inherited | self.settings,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{module} {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    # What an operator does

    def back_up(self, file: Path) -> None:
        """While the bot runs."""
        self.run("dataset.backup", str(file))

    def restore(self, file: Path) -> None:
        """In place of what is there; the bot is stopped for it."""
        self.stop()
        self.run("dataset.restore", str(file), "--force")
        # The operator looks, and lets go of what was moved aside: it is a copy like any backup.
        for aside in list(self.folder.rglob("*.before-*")):
            shutil.rmtree(aside) if aside.is_dir() else aside.unlink()
        self.start()

    def upgrade_from(self, revision: str) -> dict[str, tuple[int, int]]:
        """Take the database back to an older release's tables and start the present one on it;
        tables with other numbers of rows afterwards."""
        self.stop()
        before = self._rows_of_tables()
        # A plain engine: steps that make a table anew drop the old, and rows refer to it.
        engine = create_engine(f"sqlite:///{self.database}")
        with engine.begin() as connection:
            command.downgrade(alembic_config(connection), revision)
        engine.dispose()
        self.start()
        after = self._rows_of_tables()
        return {
            table: (count, after.get(table, 0))
            for table, count in before.items()
            if after.get(table, 0) != count
        }

    # What one sees from outside

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """What the database says."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(query, values)]

    def number(self, query: str, *values: object) -> int:
        """The same, of one number."""
        [row] = self.rows(query, *values)
        return int(next(iter(row.values())) or 0)

    def health(self) -> Mapping[str, Any]:
        """What the bot says of itself."""
        found: dict[str, Any] = self.http.get(f"{self.web}/healthz").json()
        return found

    def champion(self) -> Bundle:
        """The model in use, verified. Raises ModelsError when it cannot be loaded."""
        registry = Registry(self.models_dir)
        return registry.open()

    def until(self, what: str, holds: Callable[[], bool], *, look_every_s: float = 0.03) -> None:
        """Wait for something. Raises TimeoutError."""
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            if self.bot is not None and self.bot.process.poll() is not None:
                raise TimeoutError(
                    f"the bot ended while waiting: {what}\n{self.bot.output[-2000:]}"
                )
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited in vain: {what}")
            time.sleep(look_every_s)

    def until_idle(self) -> None:
        """Wait until every update was handled."""

        def is_idle() -> bool:
            query = {"chat": ADMINS[0], "limit": 1, "since": 2**50}
            waiting = self.http.get("/local/changes", params=query).json()["waiting"]
            return not waiting and not self.health()["updates_open"]

        self.until("an idle bot", is_idle)

    def until_retrained(self) -> None:
        """Wait until no retraining is under way, and the model in use answers."""
        active = f"SELECT count(*) FROM retrainings WHERE {_ACTIVE}"  # noqa: S608 - our own words
        self.until("the end of a retraining", lambda: not self.number(active), look_every_s=0.2)
        current = (self.models_dir / "CURRENT").read_text().strip()
        self.until(f"answers of {current}", lambda: self.health()["model"] == current)

    def _ended(self, status: int) -> int:
        assert self.bot is not None
        self.logs.append(self.bot.output)
        self.bot.__exit__(None, None, None)
        self.bot = None
        return status

    def _limit_files(self, size_bytes: int) -> None:
        assert self.bot is not None
        limits = (size_bytes, resource.RLIM_INFINITY)
        resource.prlimit(self.bot.process.pid, resource.RLIMIT_FSIZE, limits)

    def _rows_of_tables(self) -> dict[str, int]:
        tables = self.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' "
            "AND name NOT IN ('leases', 'notes', 'rates', 'alembic_version')"
        )
        return {
            row["name"]: self.number(f"SELECT count(*) FROM {row['name']}")  # noqa: S608 - as above
            for row in tables
        }
