"""How a bot changes what it sent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import draw_photo
from tests.local.serving import Script

KEYBOARD = {"inline_keyboard": [[{"text": "Right", "callback_data": "v1:1:right"}]]}


@pytest.fixture
def place(script: Script) -> dict[str, Any]:
    """Where a message of the bot with a button is."""
    sent = script.result("sendMessage", chat_id=1, text="looking", reply_markup=KEYBOARD)
    return {"chat_id": 1, "message_id": sent["message_id"]}


def test_an_edit_replaces_the_text_and_takes_the_keyboard(
    script: Script, place: dict[str, Any]
) -> None:
    """An edit without a keyboard removes the keyboard, and is counted."""
    script.result("editMessageText", text="<b>teddy</b>", parse_mode="HTML", **place)
    (message,) = script.messages()
    assert ("teddy", 1) == (message["text"], message["edits"])
    assert "reply_markup" not in message
    assert "edit_date" in message


def test_an_edit_that_changes_nothing_is_refused(script: Script, place: dict[str, Any]) -> None:
    """The same content again is an error in Telegram."""
    refusal = script.refusal("editMessageText", text="looking", reply_markup=KEYBOARD, **place)
    assert refusal.startswith("Bad Request: message is not modified: specified new message")


def test_only_the_keyboard_changes(script: Script, place: dict[str, Any]) -> None:
    """editMessageReplyMarkup leaves the text alone and shows no edit mark."""
    script.result("editMessageReplyMarkup", **place)
    (message,) = script.messages()
    assert ("looking", 1) == (message["text"], message["edits"])
    assert not {"reply_markup", "edit_date"} & message.keys()


def test_a_caption_is_edited(script: Script) -> None:
    """editMessageCaption replaces what stands under a photo."""
    received = script.photo(draw_photo(), user=1)["photo"]
    sent = script.result("sendPhoto", chat_id=1, photo=received[0]["file_id"], caption="one")
    script.result("editMessageCaption", chat_id=1, message_id=sent["message_id"], caption="two")
    assert "two" == script.messages(after=sent["message_id"] - 1)[0]["caption"]


def test_a_photo_is_replaced(script: Script) -> None:
    """editMessageMedia puts another photo in the same message."""
    first = script.photo(draw_photo(seed=1), user=1)["photo"]
    second = script.photo(draw_photo(seed=2), user=1)["photo"]
    sent = script.result("sendPhoto", chat_id=1, photo=first[0]["file_id"], caption="one")
    media = {"type": "photo", "media": second[0]["file_id"], "caption": "two"}
    edited = script.result(
        "editMessageMedia", chat_id=1, message_id=sent["message_id"], media=media
    )
    assert (second, "two") == (edited["photo"], edited["caption"])


@pytest.mark.parametrize(
    ("method", "arguments", "description"),
    [
        ("editMessageText", {"message_id": 3, "text": "x"}, "message to edit not found"),
        ("editMessageText", {"text": "x"}, "message identifier is not specified"),
        ("deleteMessage", {"message_id": 3}, "message to delete not found"),
        ("setMessageReaction", {"message_id": 3}, "message to react not found"),
    ],
)
def test_a_missing_message(
    script: Script, method: str, arguments: dict[str, Any], description: str
) -> None:
    """What is not there can be neither edited nor deleted."""
    assert f"Bad Request: {description}" == script.refusal(method, chat_id=1, **arguments)


def test_a_persons_message_cannot_be_edited(script: Script) -> None:
    """A bot edits its own messages only."""
    sent = script.send(user=1, text="mine")
    refusal = script.refusal(
        "editMessageText", chat_id=1, message_id=sent["message_id"], text="yours"
    )
    assert "Bad Request: message can't be edited" == refusal


def test_a_photo_has_no_text_to_edit(script: Script) -> None:
    """editMessageText is for text messages."""
    received = script.photo(draw_photo(), user=1)["photo"]
    sent = script.result("sendPhoto", chat_id=1, photo=received[0]["file_id"])
    refusal = script.refusal("editMessageText", chat_id=1, message_id=sent["message_id"], text="x")
    assert "Bad Request: there is no text in the message to edit" == refusal


def test_a_deleted_message_is_gone(script: Script, place: dict[str, Any]) -> None:
    """deleteMessage takes a message out of the chat; a second time it is missing."""
    assert script.result("deleteMessage", **place) is True
    assert [] == script.messages()
    assert "Bad Request: message to delete not found" == script.refusal("deleteMessage", **place)


def test_a_reaction_is_shown(script: Script) -> None:
    """A reaction stands with the message it is for."""
    sent = script.send(user=1, text="thanks")
    reaction = [{"type": "emoji", "emoji": "👍"}]
    script.result("setMessageReaction", chat_id=1, message_id=sent["message_id"], reaction=reaction)
    assert "👍" == script.messages()[0]["reaction"]
