"""Buttons pressed late: under messages that Telegram has no more, or answers no more."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from tests.bot.running import Person, RunningBot, button_data, photo


def press_late(bot: RunningBot, person: Person, data: str, message: object) -> None:
    """A press that waited: its query is too old to be answered, its message perhaps gone."""
    query: dict[str, Any] = {
        "id": "1",
        "from": {"id": person.id, "is_bot": False, "first_name": "Ada"},
        "chat_instance": "1",
        "data": data,
    }
    if message is not None:
        query["message"] = message
    update = json.dumps({"callback_query": query})
    bot.http.post("/local/update", json={"json": update}).raise_for_status()


def gone(message: dict[str, Any]) -> dict[str, Any]:
    """What Telegram says of a message that it no longer hands out."""
    return {"chat": message["chat"], "message_id": message["message_id"], "date": 0}


def test_what_a_press_did_is_said_below_a_message_that_is_gone(
    bot: RunningBot, person: Person
) -> None:
    """The button of a very old question still works, and the person learns that it did."""
    person.seen = person.say("/privacy")["message_id"]
    question = person.hear()
    question["message_id"] = 1  # as if it had been deleted
    press_late(bot, person, button_data(question, "Keep my photos"), gone(question))
    assert person.hear()["text"].startswith("Thank you")
    assert person.ask("/privacy").startswith("You allow me")


@pytest.mark.parametrize("button", ["Right", "Wrong", "Why?"])
def test_a_button_under_a_very_old_answer_is_no_mishap(
    bot: RunningBot, person: Person, button: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever can no longer be changed or answered is let be."""
    person.show(photo())
    answer = person.hear()
    for message in (gone(answer), answer, None):
        press_late(bot, person, button_data(answer, button), message)
    person.say("hello")
    person.hear_all(at_least=1, starting="Send me a photo and")
    assert [] == [record for record in caplog.records if record.levelno >= logging.ERROR]
