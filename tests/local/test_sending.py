"""What a bot may send, and what Telegram refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import draw_photo
from tests.local.serving import Script


def keyboard(data: str) -> dict[str, Any]:
    """An inline keyboard with one button."""
    return {"inline_keyboard": [[{"text": "Right", "callback_data": data}]]}


def test_a_sent_message_is_in_the_chat(script: Script) -> None:
    """sendMessage answers with the Message that people then see."""
    sent = script.result("sendMessage", chat_id=1, text="hello")
    assert [sent | {"edits": 0}] == script.messages()


def test_a_bot_message_comes_from_the_bot(script: Script) -> None:
    """The sender of a bot's message is the bot of getMe."""
    me = script.result("getMe")
    sender = script.result("sendMessage", chat_id=1, text="hello")["from"]
    assert (me["id"], True, me["username"]) == (sender["id"], sender["is_bot"], sender["username"])


@pytest.mark.parametrize(
    ("arguments", "description"),
    [
        ({"chat_id": 1, "text": ""}, "Bad Request: message text is empty"),
        ({"chat_id": 1, "text": " \n "}, "Bad Request: message text is empty"),
        ({"chat_id": 1, "text": "x" * 4097}, "Bad Request: message is too long"),
        ({"chat_id": 77, "text": "x"}, "Bad Request: chat not found"),
        ({"chat_id": "@nobody", "text": "x"}, "Bad Request: chat not found"),
        ({"text": "x"}, "Bad Request: chat_id is empty"),
        ({"chat_id": 1, "text": "x", "parse_mode": "BB"}, "Bad Request: unsupported parse_mode"),
        (
            {"chat_id": 1, "text": "x", "reply_to_message_id": 5},
            "Bad Request: message to be replied not found",
        ),
        (
            {"chat_id": 1, "text": "x", "reply_parameters": {"message_id": 5}},
            "Bad Request: message to be replied not found",
        ),
        (
            {"chat_id": 1, "text": "x", "reply_parameters": {"message_id": 5, "chat_id": 2}},
            "Bad Request: replies to messages of another chat are not supported here",
        ),
        (
            {"chat_id": 1, "text": "x", "reply_markup": keyboard("x" * 65)},
            "Bad Request: BUTTON_DATA_INVALID",
        ),
        (
            {"chat_id": 1, "text": "x", "reply_markup": keyboard("ü" * 33)},
            "Bad Request: BUTTON_DATA_INVALID",
        ),
        (
            {"chat_id": 1, "text": "x", "reply_markup": "{"},
            "Bad Request: can't parse reply markup JSON object",
        ),
    ],
)
def test_a_refused_message(script: Script, arguments: dict[str, Any], description: str) -> None:
    """What cannot be sent is refused in Telegram's words."""
    assert description == script.refusal("sendMessage", **arguments)


def test_a_text_of_4096_characters_is_sent(script: Script) -> None:
    """The longest text passes."""
    assert "x" * 4096 == script.result("sendMessage", chat_id=1, text="x" * 4096)["text"]


def test_callback_data_of_64_bytes_is_sent(script: Script) -> None:
    """The longest callback data passes."""
    sent = script.result("sendMessage", chat_id=1, text="x", reply_markup=keyboard("ü" * 32))
    assert keyboard("ü" * 32) == sent["reply_markup"]


def test_a_reply_carries_what_it_replies_to(script: Script) -> None:
    """A reply shows the message before it, but not that one's own quote."""
    first = script.send(user=1, text="first")
    second = script.send(user=1, text="second", reply_to=first["message_id"])
    reply = {"message_id": second["message_id"]}
    sent = script.result("sendMessage", chat_id=1, text="third", reply_parameters=reply)
    assert "second" == sent["reply_to_message"]["text"]
    assert "reply_to_message" not in sent["reply_to_message"]


def test_allow_sending_without_reply_sends(script: Script) -> None:
    """A missing message does not matter when the bot says so."""
    reply = {"message_id": 5, "allow_sending_without_reply": True}
    sent = script.result("sendMessage", chat_id=1, text="x", reply_parameters=reply)
    assert "reply_to_message" not in sent


def test_a_person_who_blocked_the_bot_gets_nothing(script: Script) -> None:
    """Sending to somebody who blocked the bot is forbidden."""
    script.http.post("/local/people", json={"id": 1, "blocked": True})
    refusal = script.call("sendMessage", chat_id=1, text="x")
    assert (403, "Forbidden: bot was blocked by the user") == (
        refusal["error_code"],
        refusal["description"],
    )


def test_a_photo_that_a_bot_uploads(script: Script) -> None:
    """sendPhoto takes an upload and a caption with markup."""
    answer = script.http.post(
        script.method("sendPhoto"),
        data={"chat_id": "1", "caption": "<b>bear</b>", "parse_mode": "HTML"},
        files={"photo": ("bear.jpg", draw_photo(), "image/jpeg")},
    ).json()["result"]
    assert "bear" == answer["caption"]
    assert [{"offset": 0, "length": 4, "type": "bold"}] == answer["caption_entities"]
    assert [(90, 68), (320, 240), (640, 480)] == [
        (size["width"], size["height"]) for size in answer["photo"]
    ]


def test_a_photo_sent_again_by_its_id(script: Script) -> None:
    """A file_id sends the same photo without an upload."""
    received = script.photo(draw_photo(), user=1)["photo"]
    sent = script.result("sendPhoto", chat_id=1, photo=received[0]["file_id"])
    assert received == sent["photo"]


@pytest.mark.parametrize(
    ("photo", "description"),
    [
        (None, "Bad Request: there is no photo in the request"),
        ("rubbish", "Bad Request: wrong file_id or the file is temporarily unavailable"),
        ("https://example.org/a.jpg", "Bad Request: failed to get HTTP URL content"),
    ],
)
def test_a_refused_photo(script: Script, photo: str | None, description: str) -> None:
    """A photo that is not there is refused in Telegram's words."""
    assert description == script.refusal("sendPhoto", chat_id=1, photo=photo)


def test_a_caption_has_1024_characters(script: Script) -> None:
    """A longer caption is refused, and nothing is sent."""
    answer = script.http.post(
        script.method("sendPhoto"),
        data={"chat_id": "1", "caption": "x" * 1025},
        files={"photo": ("bear.jpg", draw_photo(), "image/jpeg")},
    ).json()
    assert "Bad Request: message caption is too long" == answer["description"]
    assert [] == script.messages()


def test_a_document_keeps_its_bytes_and_name(script: Script) -> None:
    """sendDocument keeps name, type and bytes."""
    answer = script.http.post(
        script.method("sendDocument"),
        data={"chat_id": "1"},
        files={"document": ("notes.txt", b"hello", "text/plain")},
    ).json()["result"]["document"]
    assert ("notes.txt", "text/plain", 5) == (
        answer["file_name"],
        answer["mime_type"],
        answer["file_size"],
    )
    assert b"hello" == script.download(answer["file_id"])


def test_an_album_shares_one_group(script: Script) -> None:
    """sendMediaGroup sends one message a photo with one media_group_id."""
    answer = script.http.post(
        script.method("sendMediaGroup"),
        data={
            "chat_id": "1",
            "media": '[{"type":"photo","media":"attach://a","caption":"two"},'
            '{"type":"photo","media":"attach://b"}]',
        },
        files={
            "a": ("a.jpg", draw_photo(seed=1), "image/jpeg"),
            "b": ("b.jpg", draw_photo(seed=2), "image/jpeg"),
        },
    ).json()["result"]
    assert 2 == len(answer)
    assert 1 == len({message["media_group_id"] for message in answer})
    assert "two" == answer[0]["caption"]


def test_an_album_of_eleven_is_refused(script: Script) -> None:
    """An album holds ten photos."""
    media = [{"type": "photo", "media": "x"}] * 11
    assert "Bad Request: too many messages to send as an album" == script.refusal(
        "sendMediaGroup", chat_id=1, media=media
    )


def test_a_chat_action_is_shown_until_the_message(script: Script) -> None:
    """People see what the bot does, until its message is there."""
    script.result("sendChatAction", chat_id=1, action="typing")
    assert "typing" == script.http.get("/local/changes?chat=1").json()["action"]
    script.result("sendMessage", chat_id=1, text="done")
    assert "" == script.http.get("/local/changes?chat=1").json()["action"]


def test_an_unknown_chat_action_is_refused(script: Script) -> None:
    """Only Telegram's actions exist."""
    assert "Bad Request: wrong parameter action in request" == script.refusal(
        "sendChatAction", chat_id=1, action="thinking"
    )
