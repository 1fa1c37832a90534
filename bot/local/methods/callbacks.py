"""Pressed buttons: the query that goes to the bot and the answer that comes back."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.local.arguments import Arguments
from bot.local.errors import BadRequest
from bot.local.methods.keyboard import MAX_CALLBACK_DATA
from bot.local.world.history import Message
from bot.local.world.world import World

ANSWERABLE_S = 60.0
"""After this Telegram takes no answer."""
_MAX_ANSWER = 200


@dataclass(frozen=True)
class Open:
    """One query without an answer yet."""

    created: float
    answer: asyncio.Future[dict[str, object]]


class Callbacks:
    """Queries that wait for answerCallbackQuery."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._open: dict[str, Open] = {}

    def ask(self) -> tuple[str, asyncio.Future[dict[str, object]]]:
        """A new query's id and where its answer will be."""
        too_old = self._clock() - ANSWERABLE_S
        for query_id in [key for key, query in self._open.items() if query.created < too_old]:
            self._open.pop(query_id).answer.cancel()
        query_id = str(10**17 + secrets.randbelow(9 * 10**17))
        answer = asyncio.get_running_loop().create_future()
        self._open[query_id] = Open(self._clock(), answer)
        return query_id, answer

    def answer(self, query_id: str, answer: dict[str, object]) -> None:
        """Give the answer. Raises BadRequest when it was given already or comes too late."""
        query = self._open.pop(query_id, None)
        if query is None or query.created < self._clock() - ANSWERABLE_S:
            raise BadRequest("query is too old and response timeout expired or query ID is invalid")
        if not query.answer.done():
            query.answer.set_result(answer)

    def close(self) -> None:
        """Give up on every open query."""
        for query in self._open.values():
            query.answer.cancel()
        self._open.clear()


def press(
    world: World, user_id: int, message: Message, data: str
) -> tuple[str, asyncio.Future[dict[str, object]]]:
    """A person presses a button of a message; the query's id and its future answer.

    Any data may be sent, as by a forged client: the bot must not trust it.
    """
    if not 0 < len(data.encode()) <= MAX_CALLBACK_DATA:
        raise BadRequest("BUTTON_DATA_INVALID")
    query_id, answer = world.callbacks.ask()
    query = {
        "id": query_id,
        "from": world.people.person(user_id).as_user(),
        "message": message,
        "chat_instance": str(abs(hash(("chat", message["chat"]["id"])))),
        "data": data,
    }
    world.updates.put("callback_query", query)
    return query_id, answer


def answer_callback_query(world: World, arguments: Arguments) -> bool:
    """answerCallbackQuery."""
    text = arguments.text("text") or ""
    if len(text) > _MAX_ANSWER:
        raise BadRequest("MESSAGE_TOO_LONG")
    answer = {"text": text, "show_alert": arguments.flag("show_alert")}
    world.callbacks.answer(arguments.text("callback_query_id") or "", answer)
    return True


METHODS = {"answerCallbackQuery": answer_callback_query}
