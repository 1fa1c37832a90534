"""/retrain where there is nothing to train with, or where one is under way; /rollback."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from dataset.storage.schema import Retraining
from tests.bot.running import RunningBot


def retrainings_of(bot: RunningBot) -> int:
    with bot.database.reading() as session:
        return session.scalar(select(func.count(Retraining.id))) or 0


@pytest.mark.parametrize("command", ["/retrain", "/retrain force"])
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "the dataset has no photos yet"),
        ("es", "el conjunto de datos aún no tiene fotos"),
        ("de", "Der Datensatz hat noch keine Fotos"),
    ],
)
def test_an_empty_dataset_is_said_first(
    bot: RunningBot, command: str, language: str, words: str
) -> None:
    """Before a question, a progress bar or a row: what is missing, and what to do."""
    bot.admin.ask(f"/language {language}")
    try:
        said = bot.admin.ask(command)
    finally:
        bot.admin.ask("/language en")
    assert words in said
    assert "bear-detector add" in said
    assert retrainings_of(bot) == 0


def test_a_rollback_to_what_there_is_not_names_the_command_that_lists(bot: RunningBot) -> None:
    """Of the chat, where the question was asked, not of a shell."""
    said = bot.admin.ask("/rollback foo")
    assert "I have no model of that name. /models lists those I have." == said


def test_a_missing_environment_is_said_first(tmp_path: Path) -> None:
    """A Python without what the head needs is found out without starting a retraining."""
    light = tmp_path / "python"
    light.write_text("#!/bin/sh\nexit 3\n")
    light.chmod(0o700)
    with RunningBot(tmp_path, training_python=light) as bot:
        said = bot.admin.ask("/retrain")
        assert said.startswith(f"I can't retrain: {light} lacks matplotlib, onnx.")
        assert "extra `head`" in said
        assert retrainings_of(bot) == 0
