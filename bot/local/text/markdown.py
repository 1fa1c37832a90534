"""The MarkdownV2 parse mode of the Bot API, and the old Markdown one."""

from __future__ import annotations

import re

from bot.local.errors import BadRequest
from bot.local.text.entities import Builder

_RESERVED = set("_*[]()~`>#+-=|{}.!")
_KINDS = {
    "*": ("bold", "Bold"),
    "_": ("italic", "Italic"),
    "__": ("underline", "Underline"),
    "~": ("strikethrough", "Strikethrough"),
    "||": ("spoiler", "Spoiler"),
}
_LANGUAGE = re.compile(r"([A-Za-z0-9+#.-]+)\n|\n?")


def _problem(what: str) -> BadRequest:
    return BadRequest(f"can't parse entities: {what}")


class _Reader:
    """One pass over MarkdownV2 source."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.place = 0
        self.built = Builder()
        self.stack: list[tuple[str, int, int]] = []
        self.quote: tuple[int, int] | None = None

    def where(self, place: int | None = None) -> int:
        return len(self.source[: self.place if place is None else place].encode())

    def take_until(self, end: str, kind: str) -> str:
        """Literal text up to `end`, escapes resolved."""
        start, taken = self.place, []
        while not self.source.startswith(end, self.place):
            if self.place >= len(self.source):
                raise _problem(
                    f"Can't find end of {kind} entity at byte offset {self.where(start)}"
                )
            if self.source[self.place] == "\\" and self.place + 1 < len(self.source):
                self.place += 1
            taken.append(self.source[self.place])
            self.place += 1
        self.place += len(end)
        return "".join(taken)

    def code(self) -> None:
        start = self.built.length
        if self.source.startswith("```", self.place):
            self.place += 3
            language = _LANGUAGE.match(self.source, self.place)
            more: dict[str, object] = {}
            if language is not None:
                self.place = language.end()
                more = {"language": language[1]} if language[1] else {}
            self.built.write(self.take_until("```", "Pre"))
            self.built.mark(start, "pre", **more)
        else:
            self.place += 1
            self.built.write(self.take_until("`", "Code"))
            self.built.mark(start, "code")

    def link_end(self) -> None:
        """`](address)`: closes the link that `[` opened."""
        opened, start, _ = self.stack.pop() if self.stack else ("", 0, 0)
        if opened != "[":
            raise self.reserved("]")
        self.place += 1
        if self.source.startswith("(", self.place):
            self.place += 1
            address = self.take_until(")", "TextUrl")
            self.built.mark(start, "text_link", url=address)

    def reserved(self, character: str) -> BadRequest:
        return _problem(
            f"Character '{character}' is reserved and must be escaped with the preceding '\\'"
        )

    def toggle(self, mark: str) -> None:
        if self.stack and self.stack[-1][0] == mark:
            _, start, _ = self.stack.pop()
            self.built.mark(start, _KINDS[mark][0])
        else:
            self.stack.append((mark, self.built.length, self.where()))
        self.place += len(mark)

    def end_quote(self) -> None:
        if self.quote is not None:
            self.built.mark(self.quote[0], "blockquote")
            self.quote = None

    def step(self) -> None:
        source, place = self.source, self.place
        character = source[place]
        at_line_start = place == 0 or source[place - 1] == "\n"
        if at_line_start and character == ">":
            self.quote = self.quote or (self.built.length, place)
            self.place += 1
        elif character == "\n":
            if not source.startswith(">", place + 1):
                self.end_quote()
            self.plain(character)
        elif character == "\\" and place + 1 < len(source):
            self.place += 1
            self.plain(source[place + 1])
        elif character == "`":
            self.code()
        elif character == "[":
            self.stack.append(("[", self.built.length, self.where()))
            self.place += 1
        elif character == "]":
            self.link_end()
        elif mark := next(
            (m for m in ("||", "__", "*", "_", "~") if source.startswith(m, place)), ""
        ):
            self.toggle(mark)
        elif character in _RESERVED:
            raise self.reserved(character)
        else:
            self.plain(character)

    def plain(self, character: str) -> None:
        self.built.write(character)
        self.place += 1

    def read(self) -> Builder:
        while self.place < len(self.source):
            self.step()
        if self.stack:
            mark, _, where = self.stack[-1]
            kind = "TextUrl" if mark == "[" else _KINDS[mark][1]
            raise _problem(f"Can't find end of {kind} entity at byte offset {where}")
        self.end_quote()
        return self.built


def parse_markdown_v2(source: str) -> Builder:
    """Text and entities of MarkdownV2. Raises BadRequest, worded as Telegram does."""
    return _Reader(source).read()


_LEGACY = re.compile(
    r"\\([_*`\[])|```(?:[A-Za-z0-9+#.-]+\n|\n)?(.*?)```|`([^`]*)`|\*([^*]*)\*|_([^_]*)_"
    r"|\[([^\]]*)\]\(([^)]*)\)|([_*`\[])|([^\\_*`\[]+|\\)",
    re.DOTALL,
)
_LEGACY_KINDS = {2: "pre", 3: "code", 4: "bold", 5: "italic", 6: "text_link"}


def parse_markdown(source: str) -> Builder:
    """Text and entities of the old Markdown mode. Raises BadRequest for an entity left open."""
    built = Builder()
    for match in _LEGACY.finditer(source):
        if match[8]:
            where = len(source[: match.start()].encode())
            raise _problem(f"Can't find end of the entity starting at byte offset {where}")
        start = built.length
        kind = next(
            (_LEGACY_KINDS[group] for group in _LEGACY_KINDS if match[group] is not None), None
        )
        inner = next(match[group] for group in (1, 2, 3, 4, 5, 6, 9) if match[group] is not None)
        built.write(inner)
        if kind is not None:
            built.mark(start, kind, **({"url": match[7]} if kind == "text_link" else {}))
    return built
