"""What the bot's tests share: a bot that runs for a whole module, and somebody to talk to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bot.running import Person, RunningBot


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBot]:
    """A running bot; the tests of a module share it and each brings its own people."""
    with RunningBot(tmp_path_factory.mktemp("bot")) as running:
        yield running


@pytest.fixture
def person(bot: RunningBot) -> Person:
    """Somebody who has not written yet."""
    return bot.person()
