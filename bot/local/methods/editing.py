"""The methods with which the bot changes what it sent."""

from __future__ import annotations

from typing import Any

from bot.local.arguments import Arguments
from bot.local.errors import BadRequest
from bot.local.methods.composing import read_caption, read_text
from bot.local.methods.keyboard import read_keyboard
from bot.local.methods.sending import media_content
from bot.local.world.history import Message
from bot.local.world.world import World

_MEDIA = ("photo", "document")
_CAPTION = ("caption", "caption_entities")
_MAX_DELETED = 100


def _own_message(world: World, arguments: Arguments) -> Message:
    """The message that the arguments name, if the bot sent it."""
    if arguments.text("inline_message_id"):
        raise BadRequest("MESSAGE_ID_INVALID")
    chat: Any = world.people.find(arguments.text("chat_id") or "")
    message_id = arguments.integer("message_id")
    if not message_id:
        raise BadRequest("message identifier is not specified")
    message = world.history.find(chat["id"], message_id)
    if message is None:
        raise BadRequest("message to edit not found")
    if not message["from"]["is_bot"]:
        raise BadRequest("message can't be edited")
    return message


def _edited(
    world: World,
    arguments: Arguments,
    message: Message,
    content: dict[str, object],
    *,
    replaces: tuple[str, ...],
) -> Message:
    """The message with other content and the keyboard that the arguments give (none: none)."""
    kept = {key: value for key, value in message.items() if key not in (*replaces, "reply_markup")}
    changed = kept | content
    keyboard = read_keyboard(arguments)
    if keyboard:
        changed["reply_markup"] = keyboard
    if changed == message:
        raise BadRequest(
            "message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message"
        )
    if replaces:
        changed["edit_date"] = int(world.clock())
    world.history.replace(changed)
    return changed


def edit_message_text(world: World, arguments: Arguments) -> Message:
    message = _own_message(world, arguments)
    rich = read_text(arguments)
    if "text" not in message:
        raise BadRequest("there is no text in the message to edit")
    content = rich.fields("text", "entities")
    return _edited(world, arguments, message, content, replaces=("text", "entities"))


def edit_message_caption(world: World, arguments: Arguments) -> Message:
    message = _own_message(world, arguments)
    if "text" in message:
        raise BadRequest("there is no caption in the message to edit")
    return _edited(world, arguments, message, read_caption(arguments), replaces=_CAPTION)


async def edit_message_media(world: World, arguments: Arguments) -> Message:
    message = _own_message(world, arguments)
    content = await media_content(world, arguments, arguments.structure("media"))
    replaces = (*_MEDIA, *_CAPTION, "text", "entities")
    return _edited(world, arguments, message, content, replaces=replaces)


def edit_message_reply_markup(world: World, arguments: Arguments) -> Message:
    return _edited(world, arguments, _own_message(world, arguments), {}, replaces=())


def delete_message(world: World, arguments: Arguments) -> bool:
    chat: Any = world.people.find(arguments.text("chat_id") or "")
    if not world.history.delete(chat["id"], arguments.integer("message_id") or 0):
        raise BadRequest("message to delete not found")
    return True


def delete_messages(world: World, arguments: Arguments) -> bool:
    """deleteMessages: those that exist, silently passing over the others."""
    chat: Any = world.people.find(arguments.text("chat_id") or "")
    numbers = arguments.structure("message_ids")
    if not isinstance(numbers, list) or not 0 < len(numbers) <= _MAX_DELETED:
        raise BadRequest("message identifiers are not specified")
    for number in numbers:
        if isinstance(number, int):
            world.history.delete(chat["id"], number)
    return True


def set_message_reaction(world: World, arguments: Arguments) -> bool:
    chat: Any = world.people.find(arguments.text("chat_id") or "")
    message = world.history.find(chat["id"], arguments.integer("message_id") or 0)
    if message is None:
        raise BadRequest("message to react not found")
    reactions = arguments.structure("reaction") or []
    if not isinstance(reactions, list) or len(reactions) > 1:
        raise BadRequest("REACTIONS_TOO_MANY")
    emoji = [one["emoji"] for one in reactions if isinstance(one, dict) and one.get("emoji")]
    if len(emoji) != len(reactions):
        raise BadRequest("REACTION_INVALID")
    world.history.set_reaction(chat["id"], message["message_id"], "".join(emoji))
    return True


METHODS = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "setMessageReaction": set_message_reaction,
}
