"""Checks updates against the Bot API's types, for the parts that the bot reads.

PTB accepts any value, or raises any error. If a text is not a text, a handler would fail long after
the update was acknowledged; if PTB itself fails, the same poll would come back for ever. The bot
logs a wrong update and finishes it unread.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic_core import SchemaValidator, ValidationError
from pydantic_core import core_schema as cs
from telegram import Update
from telegram.ext import ExtBot

logger = logging.getLogger(__name__)

_NUMBER_BOUND = 2**31
_ID_BOUND = 2**53
"""Telegram's ids have at most 52 significant bits."""
_MOST_LEVELS = 24
"""Levels of objects and lists in an update: a reply with a keyboard and entities has six."""


class NoUpdate(ValueError):
    """The update has no update_id, so it cannot be marked as done."""


class Incoming(NamedTuple):
    """An update, and what is stored of it: what came, or its number alone where it is left out."""

    update: Update
    payload: dict[str, Any]


def read_update(payload: object, bot: ExtBot[int]) -> Incoming:
    """The update; one with nothing but its number when it is not as the Bot API promises.

    Raises NoUpdate when it has no number.
    """
    number = payload.get("update_id") if isinstance(payload, dict) else None
    if not isinstance(payload, dict) or type(number) is not int or not 0 <= number < 2**63:
        raise NoUpdate("this is not an update: it has no update_id")
    problem = _problem_in(payload)
    if problem is None:
        try:
            return Incoming(Update.de_json(payload, bot), payload)
        # On damaged updates PTB raises many errors, from TypeError to OverflowError.
        except Exception as exc:
            problem = f"{type(exc).__name__} while reading it"
    logger.warning("update %d is not as the Bot API promises and is left out: %s", number, problem)
    return Incoming(Update(number), {"update_id": number})


def _problem_in(payload: dict[str, Any]) -> str | None:
    """What is wrong, without people's texts; None when all is right."""
    try:
        # JSON that cannot be written again cannot be stored: lone surrogates, NaN.
        json.dumps(payload, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as exc:
        return f"{type(exc).__name__} while writing it down"
    if _levels(payload) > _MOST_LEVELS:
        return "it is nested too deeply"
    try:
        _UPDATE.validate_python(payload, strict=True)
    except ValidationError as exc:
        (first, *_) = exc.errors(include_url=False, include_input=False, include_context=False)
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return None


def _levels(value: object) -> int:
    """How deeply objects and lists are nested, counted only as far as it matters."""
    level, layer = 0, [value]
    while layer and level <= _MOST_LEVELS:
        inner: list[object] = []
        for item in layer:
            if isinstance(item, dict):
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        level, layer = level + 1, inner
    return level


def _whole(*, above: int, below: int) -> cs.CoreSchema:
    return cs.int_schema(gt=above, lt=below)


def _object(
    needed: Mapping[str, cs.CoreSchema],
    optional: Mapping[str, cs.CoreSchema] = MappingProxyType({}),
) -> cs.CoreSchema:
    """An object with fields of these types; `optional` ones may be null, and others anything."""
    perhaps = {name: cs.nullable_schema(expected) for name, expected in optional.items()}
    return cs.typed_dict_schema(
        {name: cs.typed_dict_field(expected) for name, expected in needed.items()}
        | {name: cs.typed_dict_field(one, required=False) for name, one in perhaps.items()}
    )


_NUMBER = _whole(above=-_NUMBER_BOUND, below=_NUMBER_BOUND)
_ID = _whole(above=-_ID_BOUND, below=_ID_BOUND)
_MESSAGE_ID = _whole(above=0, below=_NUMBER_BOUND)
_TEXT = cs.str_schema()
_FLAG = cs.bool_schema()
_ANY_OBJECT = cs.dict_schema()

_USER = _object(
    {"id": _ID, "is_bot": _FLAG, "first_name": _TEXT},
    {"last_name": _TEXT, "username": _TEXT, "language_code": _TEXT},
)
_CHAT = _object(
    {"id": _ID, "type": _TEXT}, {"title": _TEXT, "username": _TEXT, "first_name": _TEXT}
)
_ENTITIES = cs.list_schema(
    _object({"type": _TEXT, "offset": _NUMBER, "length": _NUMBER}, {"user": _USER})
)
_FILE = {"file_id": _TEXT, "file_unique_id": _TEXT}
_PHOTO_SIZE = _object(_FILE | {"width": _NUMBER, "height": _NUMBER}, {"file_size": _ID})
_MEDIA = _object(_FILE, {"thumbnail": _PHOTO_SIZE})
"""A video, a GIF, a sticker: the bot reads its preview only."""
_DOCUMENT = _object(
    _FILE,
    {"file_name": _TEXT, "mime_type": _TEXT, "file_size": _ID, "thumbnail": _PHOTO_SIZE},
)
_REPLIED = {"message_id": _MESSAGE_ID, "date": _NUMBER, "chat": _CHAT}
_CONTENT = {
    "edit_date": _NUMBER,
    "sender_chat": _CHAT,
    "text": _TEXT,
    "entities": _ENTITIES,
    "caption": _TEXT,
    "caption_entities": _ENTITIES,
    "photo": cs.list_schema(_PHOTO_SIZE),
    "document": _DOCUMENT,
    "animation": _MEDIA,
    "video": _MEDIA,
    "video_note": _MEDIA,
    "sticker": _MEDIA,
    "media_group_id": _TEXT,
    "migrate_to_chat_id": _ID,
    "migrate_from_chat_id": _ID,
    "message_thread_id": _NUMBER,
    "is_topic_message": _FLAG,
    "forum_topic_created": _ANY_OBJECT,
    "external_reply": _ANY_OBJECT,
    "reply_to_story": _ANY_OBJECT,
}
_ANSWERED = _object(_REPLIED, _CONTENT | {"from": _USER})
_NEW = _object(_REPLIED | {"from": _USER}, _CONTENT | {"reply_to_message": _ANSWERED})
_PRESS = _object(
    {"id": _TEXT, "from": _USER, "chat_instance": _TEXT}, {"message": _ANSWERED, "data": _TEXT}
)
_REACTED = cs.list_schema(_object({"type": _TEXT}, {"emoji": _TEXT}))
_REACTIONS = _object(
    _REPLIED | {"old_reaction": _REACTED, "new_reaction": _REACTED},
    {"user": _USER, "actor_chat": _CHAT},
)
_UPDATE = SchemaValidator(
    _object({}, {"message": _NEW, "callback_query": _PRESS, "message_reaction": _REACTIONS})
)
