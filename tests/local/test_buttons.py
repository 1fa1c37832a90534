"""Pressed buttons and the answers to them."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.local.serving import LocalServer, Script
from tests.local.test_updates import in_background

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
KEYBOARD = {"inline_keyboard": [[{"text": "Right", "callback_data": "v1:1:right"}]]}


def press(script: Script, message_id: int, **more: Any) -> dict[str, Any]:
    """What the server says to a press."""
    body = {"user": 1, "chat": 1, "message_id": message_id, "data": "v1:1:right"} | more
    answer: dict[str, Any] = script.http.post("/local/press", json=body).json()
    return answer


@pytest.fixture
def message_id(script: Script) -> int:
    """A message of the bot with a button."""
    sent = script.result("sendMessage", chat_id=1, text="teddy", reply_markup=KEYBOARD)
    return int(sent["message_id"])


def test_a_press_is_a_callback_query(script: Script, message_id: int) -> None:
    """The bot learns who pressed what on which message."""
    press(script, message_id, user=2)
    query = script.updates()[0]["callback_query"]
    assert (2, "v1:1:right", message_id, KEYBOARD) == (
        query["from"]["id"],
        query["data"],
        query["message"]["message_id"],
        query["message"]["reply_markup"],
    )


def test_a_waiting_press_gets_the_answer(script: Script, message_id: int) -> None:
    """With `wait` the press returns what answerCallbackQuery said."""
    thread, results = in_background(press, script, message_id, wait=50)
    query = script.updates(timeout=50)[0]["callback_query"]
    script.result(
        "answerCallbackQuery", callback_query_id=query["id"], text="Noted.", show_alert=True
    )
    thread.join()
    assert [{"text": "Noted.", "show_alert": True}] == [result["answer"] for result in results]


def test_a_press_without_wait_returns_at_once(script: Script, message_id: int) -> None:
    """Without `wait` there is no answer yet."""
    assert press(script, message_id)["answer"] is None


def test_a_query_is_answered_once(script: Script, message_id: int) -> None:
    """A second answer to the same press is refused."""
    query_id = press(script, message_id)["callback_query_id"]
    assert script.result("answerCallbackQuery", callback_query_id=query_id) is True
    assert TOO_OLD == script.refusal("answerCallbackQuery", callback_query_id=query_id)


def test_an_unknown_query_is_refused(script: Script) -> None:
    """A made-up query id is refused in Telegram's words."""
    assert TOO_OLD == script.refusal("answerCallbackQuery", callback_query_id="1")


def test_a_late_answer_is_refused() -> None:
    """After a minute Telegram takes no answer."""
    now = [time.time()]
    with LocalServer(clock=lambda: now[0]) as server:
        script = Script(server.url)
        sent = script.result("sendMessage", chat_id=1, text="teddy", reply_markup=KEYBOARD)
        query_id = press(script, sent["message_id"])["callback_query_id"]
        now[0] += 61
        assert TOO_OLD == script.refusal("answerCallbackQuery", callback_query_id=query_id)
        script.close()


def test_forged_data_reaches_the_bot(script: Script, message_id: int) -> None:
    """The data need not be on any button: the bot must check it itself."""
    press(script, message_id, data="v1:999:admin")
    assert "v1:999:admin" == script.updates()[0]["callback_query"]["data"]


@pytest.mark.parametrize(
    ("change", "description"),
    [
        ({"message_id": 5}, "Bad Request: message to be pressed not found"),
        ({"data": "x" * 65}, "Bad Request: BUTTON_DATA_INVALID"),
        ({"data": ""}, "Bad Request: BUTTON_DATA_INVALID"),
    ],
)
def test_an_impossible_press(
    script: Script, message_id: int, change: dict[str, Any], description: str
) -> None:
    """A press on nothing, or with data no button can have, is refused."""
    assert description == press(script, **({"message_id": message_id} | change))["description"]


def test_a_message_has_at_most_a_hundred_buttons(script: Script) -> None:
    """As many as Telegram takes, in however many rows."""
    button = {"text": "Right", "callback_data": "v1:1:right"}
    rows = [[button] * 4] * 25
    sent = {"chat_id": 1, "text": "teddy"}
    script.result("sendMessage", **sent, reply_markup={"inline_keyboard": rows})
    too_many = {"inline_keyboard": [*rows, [button]]}
    assert "Bad Request: reply markup is too long" == script.refusal(
        "sendMessage", **sent, reply_markup=too_many
    )
