"""Pressed buttons: the query that goes to the bot and the answer that comes back."""

from __future__ import annotations

import asyncio

from bot.local.arguments import Arguments
from bot.local.errors import BadRequest
from bot.local.methods.keyboard import MAX_CALLBACK_DATA
from bot.local.world.history import Message
from bot.local.world.world import World

_MAX_ANSWER = 200


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
    text = arguments.text("text") or ""
    if len(text) > _MAX_ANSWER:
        raise BadRequest("MESSAGE_TOO_LONG")
    answer = {"text": text, "show_alert": arguments.flag("show_alert")}
    world.callbacks.answer(arguments.text("callback_query_id") or "", answer)
    return True


METHODS = {"answerCallbackQuery": answer_callback_query}
