"""A small bot of the tests: looks at photos without looking, so that the page has company."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

import httpx

from tests.local.serving import TOKEN, Script

RIGHT_OR_WRONG = {
    "inline_keyboard": [
        [
            {"text": "Right", "callback_data": "v1:1:right"},
            {"text": "Wrong", "callback_data": "v1:1:wrong"},
        ],
        [{"text": "Why?", "callback_data": "v1:1:why"}],
    ]
}
BARS = "<code>grizzly ▇▇▇▇▇▇▇▇▇▇ 97%\nblack   ▏            2%\nteddy                1%</code>"
ANSWER = f"<b>Grizzly bear, 97%</b>\n{BARS}"


class ScriptedBot:
    """Polls in a thread and answers everything it gets by a simple rule."""

    def __init__(self, url: str) -> None:
        self._api = Script(url, TOKEN)
        self.answers_buttons = threading.Event()
        """Cleared, the bot leaves whoever presses a button waiting."""
        self.answers_buttons.set()
        self._stopping = False
        self._albums: dict[str, int] = {}
        self._thread = threading.Thread(target=self._poll, daemon=True)
        commands = [
            {"command": "start", "description": "How this works"},
            {"command": "wrong", "description": "Say what a photo really shows"},
            {"command": "labels", "description": "What I can tell apart"},
        ]
        self._api.result("setMyCommands", commands=commands)
        review = {"command": "review", "description": "Look at what people dispute"}
        scope = {"type": "chat", "chat_id": 2}
        self._api.result("setMyCommands", commands=[*commands, review], scope=scope)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; another poll ends the one that waits."""
        self._stopping = True
        self.answers_buttons.set()
        while self._thread.is_alive():
            self._api.call("getUpdates")
            self._thread.join(timeout=0.2)
        self._api.close()

    def _poll(self) -> None:
        offset = 0
        while not self._stopping:
            with contextlib.suppress(httpx.HTTPError, AssertionError):
                for update in self._api.updates(offset=offset, timeout=50):
                    offset = update["update_id"] + 1
                    self._handle(update)

    def _handle(self, update: dict[str, Any]) -> None:
        if query := update.get("callback_query"):
            self._pressed(query)
        elif message := update.get("message"):
            self._received(message)

    def _received(self, message: dict[str, Any]) -> None:
        chat, number = message["chat"]["id"], message["message_id"]
        reply = {"message_id": number}
        text = message.get("text", "")
        if "photo" in message:
            album = message.get("media_group_id")
            if album in self._albums:
                return
            if album:
                self._albums[album] = number
            self._api.result("sendChatAction", chat_id=chat, action="typing")
            self._api.result(
                "sendMessage",
                chat_id=chat,
                text=ANSWER,
                parse_mode="HTML",
                reply_parameters=reply,
                reply_markup=RIGHT_OR_WRONG,
            )
        elif text.startswith("/wrong"):
            label = text.partition(" ")[2]
            thanks = f"Thank you. I noted: {label}. /labels shows what I know."
            self._api.result("sendMessage", chat_id=chat, text=thanks, reply_parameters=reply)
        else:
            self._api.result("sendMessage", chat_id=chat, text="Send me a photo of a bear. /labels")

    def _pressed(self, query: dict[str, Any]) -> None:
        self.answers_buttons.wait()
        verb = query["data"].split(":")[2]
        message = query["message"]
        place = {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}
        if verb == "why":
            why = "It has a hump."
            self._api.result(
                "answerCallbackQuery", callback_query_id=query["id"], text=why, show_alert=True
            )
            return
        self._api.result("answerCallbackQuery", callback_query_id=query["id"], text="Noted.")
        self._api.result(
            "editMessageText", text=f"{ANSWER}\n\nYou say: {verb}", parse_mode="HTML", **place
        )
