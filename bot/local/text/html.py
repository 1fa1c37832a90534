"""The HTML parse mode of the Bot API."""

from __future__ import annotations

import html
import re

from bot.local.errors import BadRequest
from bot.local.text.entities import Builder

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
    "code": "code",
    "pre": "pre",
}
_TOKEN = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)([^<>]*)>|<|&(#x?[0-9A-Fa-f]+|[a-z]+);?|[^<&]+|&")
_ATTRIBUTE = re.compile(r"([a-z-]+)\s*(?:=\s*(?:\"([^\"]*)\"|'([^']*)'|(\S+)))?")
_NAMED = {"lt", "gt", "amp", "quot"}


def _at(source: str, position: int) -> int:
    return len(source[:position].encode())


def _problem(what: str) -> BadRequest:
    return BadRequest(f"can't parse entities: {what}")


def _opened(tag: str, attributes: dict[str, str], where: int) -> tuple[str, dict[str, object]]:
    """The kind of entity that a start tag opens, and its further fields."""
    if tag in _SIMPLE:
        return _SIMPLE[tag], {}
    if tag == "a":
        address = attributes.get("href", "")
        mention = re.fullmatch(r"tg://user\?id=(\d+)", address)
        if mention:
            user = {"id": int(mention[1]), "is_bot": False, "first_name": ""}
            return "text_mention", {"user": user}
        return "text_link", {"url": address}
    if tag == "blockquote":
        return ("expandable_blockquote" if "expandable" in attributes else "blockquote"), {}
    if tag == "span":
        if attributes.get("class") != "tg-spoiler":
            raise _problem(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
        return "spoiler", {}
    if tag == "tg-emoji":
        return "custom_emoji", {"custom_emoji_id": attributes.get("emoji-id", "")}
    raise _problem(f'Unsupported start tag "{tag}" at byte offset {where}')


def parse_html(source: str) -> Builder:
    """Text and entities of HTML. Raises BadRequest, worded as Telegram does, for broken markup."""
    built = Builder()
    stack: list[tuple[str, str, int, dict[str, object]]] = []
    for token in _TOKEN.finditer(source):
        written = token.group()
        if written == "<":
            where = _at(source, token.start())
            raise _problem(f'Unsupported start tag "" at byte offset {where}')
        if written[0] == "<":
            if token[1]:
                _close(built, stack, token[2].lower(), _at(source, token.start()))
            else:
                attributes = {
                    match[1]: html.unescape(match[2] or match[3] or match[4] or "")
                    for match in _ATTRIBUTE.finditer(token[3])
                }
                tag = token[2].lower()
                kind, more = _opened(tag, attributes, _at(source, token.start()))
                language = attributes.get("class", "")
                if tag == "code" and language.startswith("language-"):
                    more = {"language": language.removeprefix("language-")}
                stack.append((tag, kind, built.length, more))
        elif token[4] and (token[4][0] == "#" or token[4] in _NAMED):
            built.write(html.unescape(f"&{token[4]};"))
        else:
            built.write(written)
    if stack:
        raise _problem(f'Can\'t find end tag corresponding to start tag "{stack[-1][0]}"')
    return built


def _close(
    built: Builder, stack: list[tuple[str, str, int, dict[str, object]]], tag: str, where: int
) -> None:
    if not stack:
        raise _problem(f"Unexpected end tag at byte offset {where}")
    opened, kind, start, more = stack.pop()
    if opened != tag:
        raise _problem(
            f'Unmatched end tag at byte offset {where}, expected "</{opened}>", found "</{tag}>"'
        )
    nested_code = kind == "code" and bool(stack) and stack[-1][1] == "pre"
    if nested_code:
        # <pre><code class="language-x"> is one entity, the pre, which takes the language.
        stack[-1][3].update(more)
    else:
        built.mark(start, kind, **({} if kind == "code" else more))
