"""Updates that are not as the Bot API promises: left out, and nothing else suffers."""

from __future__ import annotations

import json
import logging
from copy import deepcopy
from typing import Any

import pytest
from telegram.ext import ExtBot

from bot.intake.update_shape import NoUpdate, read_update
from tests.bot.running import Person, RunningBot

USER = {"id": 5, "is_bot": False, "first_name": "Ada"}
CHAT = {"id": 5, "type": "private", "first_name": "Ada"}
MESSAGE: dict[str, Any] = {"message_id": 7, "date": 1, "chat": CHAT, "from": USER, "text": "hello"}


def send_raw(bot: RunningBot, text: str) -> None:
    """Let the bot get this update."""
    bot.http.post("/local/update", json={"json": text}).raise_for_status()


@pytest.mark.parametrize(
    "message",
    [
        MESSAGE | {"text": 5},
        MESSAGE | {"text": "\ud83d"},
        MESSAGE | {"date": 2**40},
        MESSAGE | {"message_id": 2**70},
        MESSAGE | {"message_id": 0},
        MESSAGE | {"chat": None},
        MESSAGE | {"from": None},
        MESSAGE | {"from": USER | {"id": "5"}},
        MESSAGE | {"chat": CHAT | {"id": True}},
        MESSAGE | {"photo": {"file_id": "a"}},
        MESSAGE | {"photo": [{"file_id": "a"}]},
        MESSAGE | {"entities": [{"type": "bold", "offset": None, "length": 1}]},
        MESSAGE | {"sticker": 5},
        MESSAGE | {"web_app_data": {"data": float("nan"), "button_text": "x"}},
        MESSAGE | {"reply_to_message": {"message_id": 1}},
        MESSAGE | {"caption": json.loads("[" * 40 + "]" * 40)},
    ],
)
def test_an_update_out_of_shape_is_emptied_but_for_its_number(message: object) -> None:
    """It can be acknowledged and finished; no handler will see what was in it."""
    update, stored = read_update({"update_id": 3, "message": message}, ExtBot("1:a"))
    assert {"update_id": 3} == update.to_dict() == stored


def test_an_update_in_shape_is_read_whole() -> None:
    """Fields that nobody here reads, and kinds from after our time, do not lead to a refusal."""
    message = MESSAGE | {"reply_to_message": MESSAGE, "effect_id": "5", "from_the_future": [1]}
    payload = {"update_id": 3, "message": message, "new_kind": {}}
    came = deepcopy(payload)
    update, stored = read_update(payload, ExtBot("1:a"))
    assert update.message is not None
    assert ("hello", 5) == (update.message.text, update.message.chat_id)
    assert came == stored


@pytest.mark.parametrize("payload", [None, 5, [], {}, {"update_id": "3"}, {"update_id": -1}])
def test_what_has_no_number_is_no_update(payload: object) -> None:
    """It cannot be acknowledged, so the poll that brought it counts as failed."""
    with pytest.raises(NoUpdate):
        read_update(payload, ExtBot("1:a"))


def test_polling_goes_on_past_an_update_that_cannot_be_read(
    bot: RunningBot, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """One such update would otherwise come again with each poll, and nothing after it."""
    with caplog.at_level(logging.WARNING, logger="bot.intake.update_shape"):
        send_raw(bot, json.dumps({"message": MESSAGE | {"voice": {"duration": "long"}}}))
        send_raw(bot, json.dumps({"callback_query": {"id": ["private words"]}}))
        send_raw(bot, "{}")
        assert person.ask("hello").startswith("Send me a photo and")
    told = [
        record.getMessage() for record in caplog.records if record.name == "bot.intake.update_shape"
    ]
    assert 2 == len(told)
    assert "TypeError while reading it" in told[0]
    assert "callback_query.id: Input should be a valid string" in told[1]
    assert "private words" not in told[1]


def test_a_poll_without_numbers_is_tried_again(bot: RunningBot, person: Person) -> None:
    """The bot asks again after a pause, and takes what comes behind."""
    send_raw(bot, '{"update_id": null}')
    person.say("hello")
    heard = person.hear()
    assert heard["text"].startswith("Send me a photo and")
