"""Parse modes become entities; broken markup is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.serving import Script


def entity(offset: int, length: int, kind: str, **more: Any) -> dict[str, Any]:
    """A MessageEntity."""
    return {"offset": offset, "length": length, "type": kind} | more


@pytest.mark.parametrize(
    ("mode", "source", "text", "entities"),
    [
        ("HTML", "<b>bold</b>", "bold", [entity(0, 4, "bold")]),
        ("HTML", "🐻 <i>x</i>", "🐻 x", [entity(3, 1, "italic")]),
        (
            "HTML",
            "<b>a<i>b</i></b>",
            "ab",
            [entity(0, 2, "bold"), entity(1, 1, "italic")],
        ),
        ("HTML", "1 &lt; 2 &amp; &#51;", "1 < 2 & 3", []),
        (
            "HTML",
            '<a href="https://example.org/?a=1&amp;b=2">x</a>',
            "x",
            [entity(0, 1, "text_link", url="https://example.org/?a=1&b=2")],
        ),
        (
            "HTML",
            '<pre><code class="language-python">x</code></pre>',
            "x",
            [entity(0, 1, "pre", language="python")],
        ),
        ("HTML", "  <b> x </b>  ", "x", [entity(0, 1, "bold")]),
        ("HTML", '<span class="tg-spoiler">x</span>', "x", [entity(0, 1, "spoiler")]),
        (
            "HTML",
            "<blockquote expandable>x</blockquote>",
            "x",
            [entity(0, 1, "expandable_blockquote")],
        ),
        ("MarkdownV2", "*bold* _it_", "bold it", [entity(0, 4, "bold"), entity(5, 2, "italic")]),
        ("MarkdownV2", r"97\.5\%\!", "97.5%!", []),
        (
            "MarkdownV2",
            "__u__ ~s~",
            "u s",
            [entity(0, 1, "underline"), entity(2, 1, "strikethrough")],
        ),
        ("MarkdownV2", "||x||", "x", [entity(0, 1, "spoiler")]),
        ("MarkdownV2", "```py\nx=1\n```", "x=1", [entity(0, 3, "pre", language="py")]),
        (
            "MarkdownV2",
            r"[a\]b](https://example.org/\))",
            "a]b",
            [entity(0, 3, "text_link", url="https://example.org/)")],
        ),
        ("MarkdownV2", ">a\n>b\nc", "a\nb\nc", [entity(0, 3, "blockquote")]),
        ("Markdown", "*a* `b`", "a b", [entity(0, 1, "bold"), entity(2, 1, "code")]),
        ("", "<b>", "<b>", []),
    ],
)
def test_markup_becomes_entities(
    script: Script, mode: str, source: str, text: str, entities: list[dict[str, Any]]
) -> None:
    """Marked-up text arrives plain, with entities counted in UTF-16 units."""
    sent = script.result("sendMessage", chat_id=1, text=source, parse_mode=mode)
    assert (text, entities) == (sent["text"], sent.get("entities", []))


@pytest.mark.parametrize(
    ("mode", "source", "problem"),
    [
        ("HTML", "<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("HTML", "<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("HTML", "x</b>", "Unexpected end tag at byte offset 1"),
        ("HTML", "ü<font>x</font>", 'Unsupported start tag "font" at byte offset 2'),
        ("HTML", "1 < 2", 'Unsupported start tag "" at byte offset 2'),
        (
            "MarkdownV2",
            "97.5",
            "Character '.' is reserved and must be escaped with the preceding '\\'",
        ),
        ("MarkdownV2", "a *b", "Can't find end of Bold entity at byte offset 2"),
        ("MarkdownV2", "`b", "Can't find end of Code entity at byte offset 1"),
        ("Markdown", "a *b", "Can't find end of the entity starting at byte offset 2"),
    ],
)
def test_broken_markup_is_refused(script: Script, mode: str, source: str, problem: str) -> None:
    """Telegram says where markup is broken, and sends nothing."""
    refusal = script.refusal("sendMessage", chat_id=1, text=source, parse_mode=mode)
    assert f"Bad Request: can't parse entities: {problem}" == refusal
    assert [] == script.messages()


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("/start", [entity(0, 6, "bot_command")]),
        ("/wrong@some_bot teddy", [entity(0, 15, "bot_command")]),
        ("🐻 see https://example.org/a.", [entity(7, 21, "url")]),
        ("mail a.b@example.org", [entity(5, 15, "email")]),
        ("@somebody #bears", [entity(0, 9, "mention"), entity(10, 6, "hashtag")]),
        ("1/2 and a/b", []),
    ],
)
def test_what_a_person_types_is_marked(
    script: Script, text: str, entities: list[dict[str, Any]]
) -> None:
    """Commands, links and mentions are found without markup."""
    assert entities == script.send(user=1, text=text).get("entities", [])


def test_explicit_entities_are_kept(script: Script) -> None:
    """A bot may give entities instead of a parse mode."""
    given = [entity(0, 4, "bold")]
    sent = script.result("sendMessage", chat_id=1, text="bold text", entities=given)
    assert given == sent["entities"]
