"""People's side of the chats, whatever language the bot speaks there: by ids and button data."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from benchmarks.months.installation import PATIENCE_S

Message = dict[str, Any]


class Chats:
    """All chats of a Bot API server."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def meet(self, user: int, *, name: str, language: str) -> None:
        """Somebody appears who has a name and a language."""
        about = {"id": user, "first_name": name, "language_code": language}
        self._http.post("/local/people", json=about).raise_for_status()

    def show(
        self, user: int, chat: int, photos: Sequence[bytes], **options: object
    ) -> list[Message]:
        """Send a photo or an album; the messages."""
        files = [("photo", (f"{n}.jpg", data, "image/jpeg")) for n, data in enumerate(photos)]
        form = {"user": user, "chat": chat, **options}
        body = {name: str(value) for name, value in form.items()}
        sent = self._http.post("/local/send", data=body, files=files).raise_for_status().json()
        messages: list[Message] = sent.get("album_messages", [sent])
        return messages

    def say(self, user: int, text: str, *, chat: int | None = None, reply_to: int = 0) -> int:
        """Send a text; its id."""
        body: dict[str, object] = {"user": user, "chat": chat or user, "text": text}
        if reply_to:
            body["reply_to"] = reply_to
        sent = self._http.post("/local/send", json=body).raise_for_status().json()
        return int(sent["message_id"])

    def press(self, user: int, chat: int, message_id: int, data: str) -> str:
        """Press a button; the text that the bot answers it with."""
        body = {"user": user, "chat": chat, "message_id": message_id, "data": data, "wait": 30}
        answer = self._http.post("/local/press", json=body).raise_for_status().json()["answer"]
        return "" if answer is None else str(answer.get("text", ""))

    def after(self, chat: int, message_id: int, *, wait_s: float = 0) -> list[Message]:
        """The bot's messages of a chat after one, in their latest state."""
        query: dict[str, float] = {"chat": chat, "after": message_id, "wait": wait_s}
        found = self._http.get("/local/messages", params=query).raise_for_status().json()
        return [message for message in found if message["from"]["is_bot"]]

    def until(
        self, chat: int, message_id: int, holds: Callable[[Message], bool], what: str
    ) -> Message:
        """The first message of the bot after one for which this holds. Raises TimeoutError."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            found = self.after(chat, message_id)
            for message in found:
                if holds(message):
                    return message
            if time.monotonic() > deadline:
                said = [message.get("text", "")[:60] for message in found]
                raise TimeoutError(f"{what} did not come in chat {chat}; said was {said}")
            time.sleep(0.02)


def keys_of(message: Message) -> list[str]:
    """The data of a message's buttons."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [key["callback_data"] for row in rows for key in row if "callback_data" in key]


def verb(data: str) -> str:
    """What a button says, of `v1:ID:VERB[:INDEX]`."""
    return data.split(":")[2]


def key_that_says(message: Message, said: str) -> str | None:
    """The data of the button with this verb, if there is one."""
    return next((data for data in keys_of(message) if verb(data) == said), None)


def replies(messages: Sequence[Message], to: int) -> list[Message]:
    """Those that reply to this message."""
    return [one for one in messages if one.get("reply_to_message", {}).get("message_id") == to]
