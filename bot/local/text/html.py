"""The HTML parse mode of the Bot API."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from bot.local.errors import BadRequest
from bot.local.text.entities import Builder
from bot.local.text.links import link_fields

_SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
_UNMARKED = {"tg-emoji", "tg-time"}
"""Their text stays: custom emoji need a name bought for the bot, and dates are not shown here."""
_KNOWN = {*_SIMPLE, *_UNMARKED, "a", "code", "pre", "blockquote"}
_ENTITY = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(lt|gt|amp|quot));?")
_TAG_NAME = re.compile(r"[^\s>]*")
_SPACE = re.compile(r"\s*")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>/\"']*")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")


@dataclass
class _Open:
    """A start tag whose end has not come yet."""

    tag: str
    argument: str
    start: int
    part: int
    """How many parts of the text came before it."""


def parse_html(source: str) -> Builder:
    """Text and entities of HTML. Raises BadRequest, worded as Telegram does, for broken markup."""
    return _Reader(source).read()


class _Reader:
    """One pass over HTML source."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.place = 0
        self.built = Builder()
        self.stack: list[_Open] = []

    def read(self) -> Builder:
        while self.place < len(self.source):
            character = self.source[self.place]
            if character == "<":
                self._tag()
            elif character == "&":
                self.built.write(self._reference())
            else:
                self.built.write(character)
                self.place += 1
        if self.stack:
            raise _problem(f'Can\'t find end tag corresponding to start tag "{self.stack[-1].tag}"')
        return self.built

    def _at(self, pattern: re.Pattern[str]) -> str:
        """What of the pattern stands here; goes behind it."""
        found = pattern.match(self.source, self.place)
        assert found is not None  # all of them match nothing as well
        self.place = found.end()
        return found.group()

    def _next(self) -> str:
        """The character here; empty at the end."""
        return self.source[self.place : self.place + 1]

    def _reference(self) -> str:
        found = _ENTITY.match(self.source, self.place)
        if found is None:
            self.place += 1
            return "&"
        self.place = found.end()
        if found[3]:
            return html.unescape(f"&{found[3]};")
        digits = found[1] or found[2]
        number = int(digits, 16 if found[1] else 10) if len(digits) < 9 else 0
        is_character = 0 < number < 0x110000 and not 0xD800 <= number < 0xE000
        return chr(number) if is_character else found.group()

    def _tag(self) -> None:
        begin = len(self.source[: self.place].encode())
        self.place += 1
        if self._next() == "/":
            self.place += 1
            self._end_tag(begin)
            return
        tag = self._at(_TAG_NAME).lower()
        if not self._next():
            raise _problem(f"Unclosed start tag at byte offset {begin}")
        if tag not in _KNOWN:
            raise _problem(f'Unsupported start tag "{tag}" at byte offset {begin}')
        argument = ""
        while self._at(_SPACE) is not None and self._next() != ">":
            if not self._next():
                raise _problem(f'Unclosed start tag "{tag}" at byte offset {begin}')
            name, value = self._attribute(tag, begin)
            if (tag, name) in {("a", "href"), ("span", "class"), ("tg-emoji", "emoji-id")}:
                argument = value
            elif (tag, name) == ("code", "class") and value.startswith("language-"):
                argument = value.removeprefix("language-")
            elif (tag, name) == ("blockquote", "expandable"):
                argument = "expandable"
        self.place += 1
        if tag == "span" and argument != "tg-spoiler":
            raise _problem(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        opened = _Open(tag, argument, self.built.length, len(self.built.parts))
        self.stack.append(opened)

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self._at(_ATTRIBUTE_NAME).lower()
        if not name:
            raise _problem(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        self._at(_SPACE)
        if self._next() != "=":
            return name, ""
        self.place += 1
        self._at(_SPACE)
        quote = self._next()
        if quote not in ("'", '"'):
            start = len(self.source[: self.place].encode())
            value = self._at(_TOKEN).lower()
            if self._next() and not self._next().isspace() and self._next() != ">":
                raise _problem(f"Unexpected end of name token at byte offset {start}")
            return name, value
        self.place += 1
        value = ""
        while self._next() not in ("", quote):
            if self._next() == "&":
                value += self._reference()
            else:
                value += self._next()
                self.place += 1
        self.place += 1
        return name, value

    def _end_tag(self, begin: int) -> None:
        if not self.stack:
            raise _problem(f"Unexpected end tag at byte offset {begin}")
        tag = self._at(_TAG_NAME).lower()
        self._at(_SPACE)
        if self._next() != ">":
            raise _problem(f"Unclosed end tag at byte offset {begin}")
        self.place += 1
        opened = self.stack.pop()
        if tag and tag != opened.tag:
            raise _problem(
                f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", '
                f'found "</{tag}>"'
            )
        self._mark(opened)

    def _mark(self, opened: _Open) -> None:
        tag, argument, start = opened.tag, opened.argument, opened.start
        if tag in _SIMPLE:
            self.built.mark(start, _SIMPLE[tag])
        elif tag == "a":
            link = link_fields(argument or "".join(self.built.parts[opened.part :]))
            if link is not None:
                self.built.mark(start, link[0], **link[1])
        elif tag == "blockquote":
            self.built.mark(start, "expandable_blockquote" if argument else "blockquote")
        elif tag in ("code", "pre"):
            self._mark_code(tag, argument, start)

    def _mark_code(self, tag: str, language: str, start: int) -> None:
        """`<pre><code class="language-x">` is one entity, the pre, which takes the language."""
        if tag == "code" and self.stack and self.stack[-1].tag == "pre":
            outer = self.stack[-1]
            if outer.start == start and self.source.startswith("</pre", self.place):
                outer.argument = language
                return
        self.built.mark(start, tag, **({"language": language} if language and tag == "pre" else {}))


def _problem(what: str) -> BadRequest:
    return BadRequest(f"can't parse entities: {what}")
