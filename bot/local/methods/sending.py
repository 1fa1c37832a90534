"""The methods with which the bot sends messages."""

from __future__ import annotations

import secrets
from typing import Any

from bot.local.arguments import Arguments, Upload
from bot.local.errors import BadRequest
from bot.local.methods.composing import compose, read_caption, read_text, reply_target
from bot.local.methods.keyboard import read_keyboard
from bot.local.world.history import Message
from bot.local.world.world import World

MAX_ALBUM = 10
ACTION_S = 5.0
"""How long a chat action is shown."""
_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def _deliver(world: World, arguments: Arguments, content: dict[str, object]) -> Message:
    chat = world.people.find(arguments.text("chat_id") or "")
    chat_id: Any = chat["id"]
    world.people.writable_chat(chat_id)
    keyboard = read_keyboard(arguments)
    if keyboard:
        content = content | {"reply_markup": keyboard}
    if arguments.flag("protect_content"):
        content = content | {"has_protected_content": True}
    target = reply_target(world, chat_id, arguments)
    message = compose(world, chat, world.identity.as_user(), content, reply_to=target)
    world.history.clear_action(chat_id)
    world.history.add(message)
    return message


def send_message(world: World, arguments: Arguments) -> Message:
    return _deliver(world, arguments, read_text(arguments).fields("text", "entities"))


def attachment(arguments: Arguments, name: str, reference: object) -> Upload | str:
    """The file of an argument: an upload, or the file_id of a known file.

    Raises BadRequest when it is missing.
    """
    if isinstance(reference, str) and reference.startswith("attach://"):
        upload = arguments.upload(reference.removeprefix("attach://"))
    else:
        upload = arguments.upload(name)
    if upload is not None:
        return upload
    if not isinstance(reference, str) or not reference:
        raise BadRequest(f"there is no {name} in the request")
    if reference.startswith(("http://", "https://")):
        # Telegram would fetch it; this server never opens connections to the outside.
        raise BadRequest("failed to get HTTP URL content")
    return reference


async def photo_content(world: World, arguments: Arguments, reference: object) -> dict[str, object]:
    """The `photo` field of a message that carries this photo."""
    found = attachment(arguments, "photo", reference)
    if isinstance(found, Upload):
        return {"photo": await world.files.add_photo(found)}
    return {"photo": await world.files.photo(found)}


async def document_content(
    world: World, arguments: Arguments, reference: object
) -> dict[str, object]:
    """The `document` field of a message that carries this document."""
    found = attachment(arguments, "document", reference)
    if isinstance(found, Upload):
        return {"document": await world.files.add_document(found)}
    return {"document": world.files.document(found)}


async def send_photo(world: World, arguments: Arguments) -> Message:
    content = await photo_content(world, arguments, arguments.text("photo"))
    content |= read_caption(arguments)
    if arguments.flag("has_spoiler"):
        content["has_media_spoiler"] = True
    return _deliver(world, arguments, content)


async def send_document(world: World, arguments: Arguments) -> Message:
    content = await document_content(world, arguments, arguments.text("document"))
    return _deliver(world, arguments, content | read_caption(arguments))


async def media_content(world: World, arguments: Arguments, item: object) -> dict[str, object]:
    """The fields of a message that carries an InputMedia object, caption included."""
    if not isinstance(item, dict):
        raise BadRequest("can't parse InputMedia: expected an Object")
    kind = item.get("type")
    if kind == "photo":
        content = await photo_content(world, arguments, item.get("media"))
    elif kind == "document":
        content = await document_content(world, arguments, item.get("media"))
    else:
        raise BadRequest("can't parse InputMedia: type of media is not supported")
    own = Arguments({str(key): [value] for key, value in item.items() if value is not None})
    return content | read_caption(own)


async def send_media_group(world: World, arguments: Arguments) -> list[Message]:
    media = arguments.structure("media")
    if not isinstance(media, list) or not media:
        raise BadRequest("there are no messages to send")
    if len(media) > MAX_ALBUM:
        raise BadRequest("too many messages to send as an album")
    contents = [await media_content(world, arguments, item) for item in media]
    if len({"photo" in content for content in contents}) > 1:
        raise BadRequest("document can't be mixed with other media types")
    group = {"media_group_id": new_album_id()} if len(contents) > 1 else {}
    return [_deliver(world, arguments, content | group) for content in contents]


def new_album_id() -> str:
    """A media_group_id."""
    return str(10**16 + secrets.randbelow(9 * 10**16))


def send_chat_action(world: World, arguments: Arguments) -> bool:
    action = (arguments.text("action") or "").lower()
    if action not in _ACTIONS:
        raise BadRequest("wrong parameter action in request")
    chat: Any = world.people.find(arguments.text("chat_id") or "")
    world.people.writable_chat(chat["id"])
    world.history.set_action(chat["id"], action, world.clock() + ACTION_S)
    return True


METHODS = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
}
