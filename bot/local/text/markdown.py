"""The MarkdownV2 parse mode of the Bot API, and the old Markdown one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.local.errors import BadRequest
from bot.local.text.entities import Builder
from bot.local.text.links import link_fields

_RESERVED = set("_*[]()~`>#+-=|{}.!")
_MARKS = ("||", "__", "```", "![", "*", "_", "~", "[", "`")
"""Of two that fit, the longer one comes first."""
_NAMES = {
    "*": ("bold", "Bold"),
    "_": ("italic", "Italic"),
    "__": ("underline", "Underline"),
    "~": ("strikethrough", "Strikethrough"),
    "||": ("spoiler", "Spoiler"),
    "`": ("code", "Code"),
    "```": ("pre", "Pre"),
    "[": ("text_link", "TextUrl"),
    "![": ("", "CustomEmoji"),
    ">": ("blockquote", "BlockQuote"),
}
_ENDS = {"[": "]", "![": "]"}
_LANGUAGE = re.compile(r"(?:([^\s`]+)(?=[^\S`]))?(?:\r\n|\n\r|\r|\n)?")


@dataclass
class _Open:
    """A mark whose end has not come yet."""

    mark: str
    start: int
    part: int
    where: int
    """In bytes of the source."""
    language: str = ""


def parse_markdown_v2(source: str) -> Builder:
    """Text and entities of MarkdownV2. Raises BadRequest, worded as Telegram does."""
    return _Reader(source).read()


class _Reader:
    """One pass over MarkdownV2 source."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.place = 0
        self.built = Builder()
        self.stack: list[_Open] = []
        self.may_quote = True
        """Whether nothing was written on this line yet."""

    def read(self) -> Builder:
        while self.place < len(self.source):
            self._step()
        if self.stack and self.stack[-1].mark == ">":
            self._close_quote()
        if self.stack:
            raise self._unclosed()
        return self.built

    def _step(self) -> None:
        source, place = self.source, self.place
        character = source[place]
        innermost = self.stack[-1].mark if self.stack else ""
        if character == "\\" and "\0" < source[place + 1 : place + 2] < "\x7f":
            self.place += 1
            self._write(source[place + 1])
        elif innermost and self._is_end(innermost):
            self._close(innermost)
        elif innermost in ("`", "```"):
            self._write(character)
        elif character == "\n":
            self._end_line()
        elif character in _RESERVED:
            self._open(character)
        else:
            self._write(character)

    def _end_line(self) -> None:
        """The next line of a quotation goes on in it, whatever is open there."""
        is_quoted = any(each.mark == ">" for each in self.stack)
        if is_quoted and not self.source.startswith(">", self.place + 1):
            raise self._unclosed()
        self._write("\n")
        if is_quoted:
            self.place += 1
        else:
            self.may_quote = True

    def _unclosed(self) -> BadRequest:
        left = self.stack[-1]
        name = "PreCode" if left.language else _NAMES[left.mark][1]
        return _problem(f"Can't find end of {name} entity at byte offset {left.where}")

    def _write(self, text: str) -> None:
        self.built.write(text)
        self.place += 1
        self.may_quote = False

    def _is_end(self, mark: str) -> bool:
        if mark == ">":
            if self.source.startswith("||", self.place):
                after = self.source[self.place + 2 : self.place + 4]
                return not after or (after[0] == "\n" and after[1:] != ">")
            return self.source[self.place] == "\n" and not self.source.startswith(
                ">", self.place + 1
            )
        end = _ENDS.get(mark, mark)
        if mark == "_" and self.source.startswith("__", self.place):
            return False
        return self.source.startswith(end, self.place)

    def _open(self, character: str) -> None:
        where = len(self.source[: self.place].encode())
        mark = next((each for each in _MARKS if self.source.startswith(each, self.place)), "")
        if character == ">" and self.may_quote:
            mark = ">"
        if not mark:
            raise _problem(
                f"Character '{character}' is reserved and must be escaped with the preceding '\\'"
            )
        self.place += len(mark)
        opened = _Open(mark, self.built.length, len(self.built.parts), where)
        if mark == "```":
            found = _LANGUAGE.match(self.source, self.place)
            assert found is not None  # it matches nothing as well
            opened.language = found[1] or ""
            self.place = found.end()
        self.stack.append(opened)

    def _close(self, mark: str) -> None:
        if mark == ">":
            self._close_quote()
            return
        opened = self.stack.pop()
        self.place += len(_ENDS.get(mark, mark))
        if mark in ("[", "!["):
            self._close_link(opened)
        elif mark == "```" and opened.language:
            self.built.mark(opened.start, "pre", language=opened.language)
        else:
            self.built.mark(opened.start, _NAMES[mark][0])

    def _close_link(self, opened: _Open) -> None:
        address = "".join(self.built.parts[opened.part :])
        if self.source.startswith("(", self.place):
            address = self._address()
        elif opened.mark == "![":
            raise _problem("Custom emoji entity must contain a tg://emoji URL")
        link = link_fields(address)
        if opened.mark == "[" and link is not None:
            self.built.mark(opened.start, link[0], **link[1])

    def _address(self) -> str:
        self.place += 1
        begin, taken = len(self.source[: self.place].encode()), ""
        while not self.source.startswith(")", self.place):
            if self.place >= len(self.source):
                raise _problem(f"Can't find end of a URL at byte offset {begin}")
            is_escape = self.source[self.place] == "\\"
            if is_escape and "\0" < self.source[self.place + 1 : self.place + 2] < "\x7f":
                self.place += 1
            taken += self.source[self.place]
            self.place += 1
        self.place += 1
        return taken

    def _close_quote(self) -> None:
        opened = self.stack.pop()
        kind = "blockquote"
        if self.source.startswith("||", self.place):
            kind = "expandable_blockquote"
            self.place += 2
        self.built.mark(opened.start, kind)
        self.may_quote = True


_LEGACY_KINDS = {"_": "italic", "*": "bold", "`": "code", "```": "pre", "[": "text_link"}


def parse_markdown(source: str) -> Builder:
    """Text and entities of the old Markdown mode. Raises BadRequest for an entity left open."""
    built = Builder()
    place = 0
    while place < len(source):
        if source[place] == "\\" and source[place + 1 : place + 2] in {*"_*`["}:
            place += 1
        elif source[place] in _LEGACY_KINDS:
            place = _legacy_entity(source, place, built)
            continue
        built.write(source[place])
        place += 1
    return built


def _legacy_entity(source: str, place: int, built: Builder) -> int:
    """Write the entity that begins here; the place behind it."""
    mark = "```" if source.startswith("```", place) else source[place]
    inner = place + len(mark)
    fields: dict[str, object] = {}
    if mark == "```":
        found = _LANGUAGE.match(source, inner)
        assert found is not None  # it matches nothing as well
        inner = found.end()
        fields = {"language": found[1]} if found[1] else {}
    end = source.find("]" if mark == "[" else mark, inner)
    if end < 0:
        where = len(source[:place].encode())
        raise _problem(f"Can't find end of the entity starting at byte offset {where}")
    start, text = built.length, source[inner:end]
    behind = end + len(mark)
    kind: str | None = _LEGACY_KINDS[mark]
    if mark == "[":
        address = text
        if source.startswith("(", behind):
            close = source.find(")", behind)
            close = len(source) if close < 0 else close
            address, behind = source[behind + 1 : close], close + 1
        link = link_fields(address)
        kind, fields = link or (None, {})
    built.write(text)
    if kind is not None:
        built.mark(start, kind, **fields)
    return behind


def _problem(what: str) -> BadRequest:
    return BadRequest(f"can't parse entities: {what}")
