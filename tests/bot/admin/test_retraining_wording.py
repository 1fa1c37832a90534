"""What the chat says when a retraining has ended, and what it offers."""

from __future__ import annotations

from typing import Any

import pytest

from bot.admin.retraining.wording import end_buttons, end_text
from bot.speech.language import Languages
from dataset.storage.schema import Retraining, RetrainingStatus


def ended(status: RetrainingStatus, **metrics: Any) -> Retraining:
    return Retraining(
        id=7, status=status, candidate="new", reason="Held: so.", blind_spot="", metrics=metrics
    )


def offered(row: Retraining) -> list[str]:
    """The verbs of the buttons below the message."""
    keyboard = end_buttons(row, Languages().words("en"))
    rows = keyboard.inline_keyboard if keyboard else ()
    return [str(key.callback_data).split(":")[2] for keys in rows for key in keys]


@pytest.mark.parametrize("language", ["en", "es", "de"])
def test_a_hold_says_what_an_admin_can_do(language: str) -> None:
    """The reason is followed by what helps, in the admin's language."""
    text = end_text(ended(RetrainingStatus.HELD), Languages().words(language))
    assert "Held: so." in text
    assert "/retrain force" in text.splitlines()[-1]


@pytest.mark.parametrize("language", ["en", "es", "de"])
def test_a_cancelled_run_says_so_once(language: str) -> None:
    """The row's own sentence is the same again."""
    row = ended(RetrainingStatus.CANCELLED)
    row.reason = "Cancelled; the model in use stays."
    assert len(end_text(row, Languages().words(language)).splitlines()) == 1


def test_photos_in_question_have_a_button() -> None:
    """Set aside or lost photos can be opened from the message; a published model taken back."""
    aside = {"set_aside": [{"photos": [1]}]}
    assert offered(ended(RetrainingStatus.HELD)) == []
    assert offered(ended(RetrainingStatus.HELD, lost=[3])) == ["doubted"]
    assert offered(ended(RetrainingStatus.HELD, **aside)) == ["doubted"]
    assert offered(ended(RetrainingStatus.PUBLISHED, lost=[3])) == ["goback"]
    assert offered(ended(RetrainingStatus.PUBLISHED, **aside)) == ["doubted", "goback"]
