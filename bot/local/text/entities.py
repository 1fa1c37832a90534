"""Text with entities: what Telegram marks by itself, and parse modes.

Offsets and lengths of entities count UTF-16 code units, as in the Bot API.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.local.errors import BadRequest
from bot.local.text.links import link_fields

MAX_TEXT = 4096
MAX_CAPTION = 1024
_MOST_OFFSET = 1_000_000
_PLAIN = frozenset(
    {
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
    }
)
"""Kinds that a bot may give and that say no more than where they are."""

Entity = dict[str, object]

_RANKS = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 1,
    "code": 2,
    "text_link": 3,
    "text_mention": 3,
    "bold": 5,
    "italic": 6,
    "underline": 7,
    "strikethrough": 8,
    "spoiler": 9,
}
"""The order in which Telegram lists entities of the same words."""
_RANK_OF_FOUND = 4

_DETECTED = re.compile(
    r"(?P<url>\bhttps?://[^\s<>\"]*[^\s<>\".,;:!?)\]'])"
    r"|(?P<email>\b[\w.+-]+@[\w-]+\.[\w.-]*\w)"
    r"|(?<![\w/<>])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/<>])"
    r"|(?<!\w)(?P<mention>@[A-Za-z]\w{3,31})\b"
    r"|(?<!\w)(?P<hashtag>#\w*[^\W\d]\w*)"
)


def utf16(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass
class Builder:
    """Plain text that grows, with entities opened and closed along the way."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    entities: list[Entity] = field(default_factory=list)

    def write(self, text: str) -> None:
        self.parts.append(text)
        self.length += utf16(text)

    def mark(self, start: int, kind: str, **more: object) -> None:
        """An entity from `start` to here; nothing when it would be empty."""
        if self.length > start:
            entity: Entity = {"offset": start, "length": self.length - start, "type": kind}
            self.entities.append(entity | more)


@dataclass(frozen=True)
class Rich:
    """Text as a message carries it."""

    text: str
    entities: list[Entity]

    def fields(self, text_key: str, entities_key: str) -> dict[str, object]:
        """The two fields of a Message; entities only when there are some."""
        found: dict[str, object] = {text_key: self.text}
        if self.entities:
            found[entities_key] = self.entities
        return found


def detect(text: str, given: list[Entity]) -> list[Entity]:
    """`given` and what Telegram finds by itself outside code: commands, links, mentions."""
    taken = [
        (int(str(entity["offset"])), int(str(entity["offset"])) + int(str(entity["length"])))
        for entity in given
        if entity["type"] in {"code", "pre", "text_link"}
    ]
    found = list(given)
    for match in _DETECTED.finditer(text):
        start = utf16(text[: match.start()])
        length = utf16(match.group())
        if not any(start < end and begin < start + length for begin, end in taken):
            found.append({"offset": start, "length": length, "type": match.lastgroup})
    found.sort(
        key=lambda entity: (
            entity["offset"],
            -int(str(entity["length"])),
            _RANKS.get(str(entity["type"]), _RANK_OF_FOUND),
        )
    )
    return found


def trim(text: str, entities: list[Entity]) -> Rich:
    """Without white space at both ends, as Telegram sends it, entities moved along."""
    kept = text.strip()
    if kept == text:
        return Rich(text, entities)
    cut = utf16(text[: len(text) - len(text.lstrip())])
    end = utf16(kept)
    moved = []
    for entity in entities:
        start = int(str(entity["offset"])) - cut
        stop = min(start + int(str(entity["length"])), end)
        start = max(start, 0)
        if stop > start:
            moved.append(entity | {"offset": start, "length": stop - start})
    return Rich(kept, moved)


def typed(text: str) -> Rich:
    """What a person typed: plain, with commands and links found. May be empty.

    Telegram drops carriage returns, which every form of a browser sends.
    """
    plain = trim(text.replace("\r", ""), [])
    return Rich(plain.text, detect(plain.text, []))


def explicit_entities(structure: object, text: str) -> list[Entity]:
    """The `entities` argument of a method, as far as a bot may mark this text by it.

    Telegram finds links, commands and mentions by itself, and passes over what it does not know.
    Raises BadRequest for anything but entities.
    """
    if not isinstance(structure, list):
        raise BadRequest("can't parse entities: expected an Array of MessageEntity")
    read = [_explicit(entity, utf16(text)) for entity in structure]
    return [entity for entity in read if entity is not None]


def _explicit(entity: object, end: int) -> Entity | None:
    if not isinstance(entity, dict) or not isinstance(entity.get("type"), str):
        raise BadRequest("can't parse entities: expected a MessageEntity")
    for key in ("offset", "length"):
        number = entity.get(key)
        if type(number) is not int:
            raise BadRequest("can't parse entities: offset and length must be numbers")
        if not 0 <= number <= _MOST_OFFSET:
            raise BadRequest(f"Receive an entity with incorrect {key} {number}")
    kind, start = entity["type"], entity["offset"]
    length = min(entity["length"], end - start)
    if length <= 0:
        return None
    read: Entity = {"offset": start, "length": length, "type": kind}
    if kind in _PLAIN:
        return read
    if kind == "pre":
        language = entity.get("language")
        return read | ({"language": language} if language and isinstance(language, str) else {})
    address = entity.get("url")
    if kind == "text_mention":
        user = entity.get("user")
        address = f"tg://user?id={user.get('id')}" if isinstance(user, dict) else None
    if kind not in ("text_link", "text_mention") or not isinstance(address, str):
        return None
    link = link_fields(address)
    return None if link is None else read | {"type": link[0]} | link[1]


Parser = Callable[[str], Builder]


def formatted(text: str, parse: Parser | None, entities: list[Entity]) -> Rich:
    """A bot's text by its parse mode (None: plain) or by explicit entities."""
    if parse is None:
        rich = trim(text, entities)
    else:
        built = parse(text)
        rich = trim("".join(built.parts), built.entities)
    return Rich(rich.text, detect(rich.text, rich.entities))
