"""Real updates, spoilt: fields gone, of another type, at the edge of their range, or strange."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Sequence
from typing import Any

_STRANGE: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, -(2**31) - 1, 2**53, 2**63, 2**70, 1.5, -0.0),
    *("", "0", "null", "/", "/wrong", "/identify@", "v1:1:right", "v1:99999999999999999999:undo"),
    *("\x00", "\ud83d", "\u202e", "a" * 5000, "🐻" * 200, "%s{0}%(x)d", "<b>", "'; DROP TABLE--"),
    *([], {}, [None], [[]], {"id": None}, ["a", 1, {}]),
)
_NAMES = (
    *("message", "callback_query", "edited_message", "channel_post", "poll", "my_chat_member"),
    *("text", "photo", "document", "entities", "chat", "from", "reply_to_message", "date", "data"),
    *("sticker", "animation", "video", "voice", "location", "contact", "dice", "game", "invoice"),
    *("forward_origin", "via_bot", "new_chat_members", "migrate_to_chat_id", "pinned_message"),
    *("media_group_id", "caption", "sender_chat", "message_thread_id", "link_preview_options"),
)


def spoilt(chance: random.Random, corpus: Sequence[dict[str, Any]]) -> str:
    """An update of the corpus after one change or a few, as the text that comes over the wire."""
    update = copy.deepcopy(chance.choice(corpus))
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        places = list(_places(update))
        if not places:
            break
        _spoil(chance, *chance.choice(places), corpus)
    return json.dumps(update)


def _spoil(chance: random.Random, inside: Any, key: Any, corpus: Sequence[dict[str, Any]]) -> None:
    """Change one place: `inside[key]`."""
    value = inside[key]
    way = chance.randrange(7)
    if way == 0:
        del inside[key]
    elif way == 1:
        inside[key] = copy.deepcopy(chance.choice(_STRANGE))
    elif way == 2 and isinstance(value, int):
        inside[key] = value + chance.choice((-1, 1, 2**31, 2**52, -(2**62)))
    elif way == 2 and isinstance(value, str):
        inside[key] = value + chance.choice((" ", "\n", "\x00", "🐻", value * 20))
    elif way == 3:
        inside[key] = [value] if chance.random() < 0.5 else {"value": value}
    elif way == 4 and isinstance(inside, dict):
        inside[chance.choice(_NAMES)] = value
    elif way == 5:  # a piece of another update
        found = list(_places(chance.choice(corpus)))
        other, place = chance.choice(found)
        inside[key] = copy.deepcopy(other[place])
    elif isinstance(inside, dict):
        inside[chance.choice(_NAMES)] = copy.deepcopy(chance.choice(_STRANGE))
    else:
        inside.append(value)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every container with each of its keys, at all depths."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    found = [(value, key) for key in keys]
    for key in keys:
        if isinstance(value[key], (dict, list)):
            found += _places(value[key])
    return found
