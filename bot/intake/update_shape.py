"""Checks updates against the Bot API's types, for the parts that the bot reads.

PTB accepts any value, or raises any error. If a text is not a text, a handler would fail long after
the update was acknowledged; if PTB itself fails, the same poll would come back for ever. The bot
logs a wrong update and finishes it unread.
"""

from __future__ import annotations

import json
import logging
from typing import Any, NamedTuple

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
    return _mismatch(payload, _UPDATE, "update")


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


class _Shape:
    """The types of an object's fields; `needed` ones must exist."""

    def __init__(self, *needed: str, **fields: Any) -> None:
        """A field is a key of `_RANGES`, another plain type, a shape, or a list of one of these."""
        # Python's keywords cannot be arguments: `from_` stands for `from`.
        self.fields = {name.rstrip("_"): expected for name, expected in fields.items()}
        self.needed = needed


def _mismatch(value: object, expected: Any, path: str) -> str | None:
    """The path of the first part that is not as expected, and what it should be."""
    if isinstance(expected, _Shape):
        return _mismatch_in_object(value, expected, path)
    if isinstance(expected, list):
        if not isinstance(value, list):
            return f"{path} is not a list"
        return next(filter(None, (_mismatch(item, expected[0], path) for item in value)), None)
    if expected in _RANGES:
        low, high = _RANGES[expected]
        # True and false are numbers to Python, and no numbers to Telegram.
        fits = type(value) is int and low < value < high
        return None if fits else f"{path} is not a whole number in its range"
    return None if isinstance(value, expected) else f"{path} is not of type {expected.__name__}"


def _mismatch_in_object(value: object, shape: _Shape, path: str) -> str | None:
    if not isinstance(value, dict):
        return f"{path} is not an object"
    for name in shape.needed:
        if value.get(name) is None:
            return f"{path}.{name} is missing"
    for name, inner in value.items():
        rule = shape.fields.get(name)
        if rule is not None and inner is not None:
            found = _mismatch(inner, rule, f"{path}.{name}")
            if found is not None:
                return found
    return None


_ID = object()
_MESSAGE_ID = object()
_RANGES: dict[Any, tuple[int, int]] = {
    int: (-_NUMBER_BOUND, _NUMBER_BOUND),
    _ID: (-_ID_BOUND, _ID_BOUND),
    _MESSAGE_ID: (0, _NUMBER_BOUND),
}
_USER = _Shape(
    "id",
    "is_bot",
    "first_name",
    id=_ID,
    is_bot=bool,
    first_name=str,
    last_name=str,
    username=str,
    language_code=str,
)
_CHAT = _Shape("id", "type", id=_ID, type=str, title=str, username=str, first_name=str)
_ENTITY = _Shape("type", "offset", "length", type=str, offset=int, length=int, user=_USER)
_PHOTO_SIZE = _Shape(
    "file_id",
    "file_unique_id",
    "width",
    "height",
    file_id=str,
    file_unique_id=str,
    width=int,
    height=int,
    file_size=_ID,
)
_DOCUMENT = _Shape(
    "file_id",
    "file_unique_id",
    file_id=str,
    file_unique_id=str,
    file_name=str,
    mime_type=str,
    file_size=_ID,
    thumbnail=_PHOTO_SIZE,
)
_MEDIA = _Shape(
    "file_id",
    "file_unique_id",
    file_id=str,
    file_unique_id=str,
    thumbnail=_PHOTO_SIZE,
)
"""A video, a GIF, a sticker: the bot reads its preview only."""
_CONTENT: dict[str, Any] = {
    "message_id": _MESSAGE_ID,
    "date": int,
    "edit_date": int,
    "chat": _CHAT,
    "from_": _USER,
    "sender_chat": _CHAT,
    "text": str,
    "entities": [_ENTITY],
    "caption": str,
    "caption_entities": [_ENTITY],
    "photo": [_PHOTO_SIZE],
    "document": _DOCUMENT,
    "animation": _MEDIA,
    "video": _MEDIA,
    "video_note": _MEDIA,
    "sticker": _MEDIA,
    "media_group_id": str,
    "migrate_to_chat_id": _ID,
    "migrate_from_chat_id": _ID,
    "message_thread_id": int,
    "is_topic_message": bool,
    "forum_topic_created": dict,
    "external_reply": dict,
    "reply_to_story": dict,
}
_REPLIED = _Shape("message_id", "date", "chat", **_CONTENT)
_NEW = _Shape("message_id", "date", "chat", "from", **_CONTENT, reply_to_message=_REPLIED)
_PRESS = _Shape(
    "id",
    "from",
    "chat_instance",
    id=str,
    from_=_USER,
    chat_instance=str,
    message=_REPLIED,
    data=str,
)
_REACTION = _Shape("type", type=str, emoji=str)
_REACTIONS = _Shape(
    "chat",
    "message_id",
    "date",
    "old_reaction",
    "new_reaction",
    chat=_CHAT,
    message_id=_MESSAGE_ID,
    date=int,
    user=_USER,
    actor_chat=_CHAT,
    old_reaction=[_REACTION],
    new_reaction=[_REACTION],
)
_UPDATE = _Shape("update_id", message=_NEW, callback_query=_PRESS, message_reaction=_REACTIONS)
