"""What the bot's tests share: a bot that runs for a whole module, and somebody to talk to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.process.database_thread import Records
from dataset.storage.database import Database
from tests.bot.doctor.machine import Machine
from tests.bot.running import Person, RunningBot
from tests.local.serving import LocalServer, Script


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBot]:
    """A running bot; the tests of a module share it and each brings its own people."""
    with RunningBot(tmp_path_factory.mktemp("bot")) as running:
        yield running


@pytest.fixture
def person(bot: RunningBot) -> Person:
    """Somebody who has not written yet."""
    return bot.person()


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Records]:
    """A database with its tables, behind its thread."""
    made = Records(Database(f"sqlite:///{tmp_path / 'detector.sqlite3'}"))
    await made.upgrade()
    yield made
    await asyncio.to_thread(made.close)


@pytest.fixture(scope="module")
def bot_api() -> Iterator[LocalServer]:
    """A Bot API server without a bot."""
    with LocalServer() as running:
        yield running


@pytest.fixture
def telegram(bot_api: LocalServer) -> Iterator[Script]:
    """Access to it; what a test set there is taken away."""
    script = Script(bot_api.url)
    yield script
    script.result("deleteWebhook", drop_pending_updates=True)
    script.close()


@pytest.fixture
def machine(tmp_path: Path, telegram: Script, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine on which all is well."""
    monkeypatch.chdir(tmp_path)
    return Machine(tmp_path, telegram.url)
