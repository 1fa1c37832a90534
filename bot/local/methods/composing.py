"""Making Message objects: what every way of sending shares."""

from __future__ import annotations

from typing import Any

from bot.local.arguments import Arguments
from bot.local.errors import BadRequest
from bot.local.text.entities import (
    MAX_CAPTION,
    MAX_TEXT,
    Parser,
    Rich,
    explicit_entities,
    formatted,
    utf16,
)
from bot.local.text.html import parse_html
from bot.local.text.markdown import parse_markdown, parse_markdown_v2
from bot.local.world.history import Message
from bot.local.world.world import World

_PARSERS: dict[str, Parser] = {
    "html": parse_html,
    "markdownv2": parse_markdown_v2,
    "markdown": parse_markdown,
}


def parser_named(name: str | None) -> Parser | None:
    """The parser of a parse_mode; None for plain text. Raises BadRequest for an unknown mode."""
    if not name or name.lower() == "none":
        return None
    try:
        return _PARSERS[name.lower()]
    except KeyError:
        raise BadRequest("unsupported parse_mode") from None


def read_text(arguments: Arguments) -> Rich:
    """The text of a sendMessage or editMessageText. Raises BadRequest when empty or too long."""
    rich = _formatted(arguments, "text", "entities")
    if not rich.text:
        raise BadRequest("message text is empty")
    if utf16(rich.text) > MAX_TEXT:
        raise BadRequest("message is too long")
    return rich


def read_caption(arguments: Arguments) -> dict[str, object]:
    """The caption fields of a message; empty without a caption."""
    return caption_fields(_formatted(arguments, "caption", "caption_entities"))


def _formatted(arguments: Arguments, text_key: str, entities_key: str) -> Rich:
    text = arguments.text(text_key) or ""
    parse = parser_named(arguments.text("parse_mode"))
    given = arguments.structure(entities_key)
    return formatted(text, parse, [] if given is None else explicit_entities(given, text))


def caption_fields(rich: Rich) -> dict[str, object]:
    """The caption fields for this text. Raises BadRequest when it is too long."""
    if utf16(rich.text) > MAX_CAPTION:
        raise BadRequest("message caption is too long")
    return rich.fields("caption", "caption_entities") if rich.text else {}


def reply_target(world: World, chat_id: int, arguments: Arguments) -> Message | None:
    """The message that a bot's message replies to, in either spelling of the arguments.

    Raises BadRequest when it does not exist, unless sending without it is allowed.
    """
    parameters = arguments.mapping("reply_parameters")
    wanted: Any = arguments.integer("reply_to_message_id")
    optional = arguments.flag("allow_sending_without_reply")
    if parameters is not None:
        other = parameters.get("chat_id")
        if other is not None and world.people.find(str(other))["id"] != chat_id:
            raise BadRequest("replies to messages of another chat are not supported here")
        wanted = parameters.get("message_id")
        optional = optional or parameters.get("allow_sending_without_reply") is True
    if not wanted:
        return None
    found = world.history.find(chat_id, wanted) if isinstance(wanted, int) else None
    if found is None and not optional:
        raise BadRequest("message to be replied not found")
    return found


def compose(
    world: World,
    chat: dict[str, object],
    sender: dict[str, object],
    content: dict[str, object],
    *,
    reply_to: Message | None = None,
) -> Message:
    """A new Message object with the next id of the chat; not yet in the history."""
    chat_id = chat["id"]
    assert isinstance(chat_id, int)  # the type of every chat's id
    message: Message = {
        "message_id": world.history.next_id(chat_id),
        "from": sender,
        "chat": chat,
        "date": int(world.clock()),
    }
    if reply_to is not None:
        # A quoted message does not quote in turn.
        message["reply_to_message"] = {
            key: value for key, value in reply_to.items() if key != "reply_to_message"
        }
    return message | content
