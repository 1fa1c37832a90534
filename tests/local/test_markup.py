"""Parse modes become entities; broken markup is refused."""

from __future__ import annotations

import json
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
        ("HTML", "<b>x</> &laquo; &#0; &", "x &laquo; &#0; &", [entity(0, 1, "bold")]),
        (
            "HTML",
            "<a href=Example.org>x</a> <a>example.org/y</a> <a href='#'>z</a>",
            "x example.org/y z",
            [
                entity(0, 1, "text_link", url="http://example.org/"),
                entity(2, 13, "text_link", url="http://example.org/y"),
            ],
        ),
        ("HTML", '<tg-emoji emoji-id="5">👍</tg-emoji>', "👍", []),
        (
            "MarkdownV2",
            "[x](tg://user?id=1)",
            "x",
            [entity(0, 1, "text_mention", user={"id": 1, "is_bot": False, "first_name": ""})],
        ),
        ("MarkdownV2", "![👍](tg://emoji?id=5) [a](b)", "👍 a", []),
        (
            "MarkdownV2",
            ">a\n>*b\n>c*\nd",
            "a\nb\nc\nd",
            [entity(0, 5, "blockquote"), entity(2, 3, "bold")],
        ),
        (
            "MarkdownV2",
            ">a\n**>b\n>c||",
            "a\nb\nc",
            [entity(0, 1, "blockquote"), entity(2, 3, "expandable_blockquote")],
        ),
        ("MarkdownV2", "*_a_*", "a", [entity(0, 1, "bold"), entity(0, 1, "italic")]),
        ("MarkdownV2", "`a\\`b` ```\nx```", "a`b x", [entity(0, 3, "code"), entity(4, 1, "pre")]),
        (
            "Markdown",
            "```py\nx``` [y](example.org) [z]",
            "x y z",
            [
                entity(0, 1, "pre", language="py"),
                entity(2, 1, "text_link", url="http://example.org/"),
            ],
        ),
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
        ("MarkdownV2", "`b", "Can't find end of Code entity at byte offset 0"),
        ("HTML", "<b", "Unclosed start tag at byte offset 0"),
        ("HTML", "<b x='y>z</b>", 'Unclosed start tag "b" at byte offset 0'),
        ("HTML", "<b>x</b", "Unclosed end tag at byte offset 4"),
        ("HTML", "<b ='x'>y</b>", 'Empty attribute name in the tag "b" at byte offset 0'),
        ("HTML", "<a href=x:y>z</a>", "Unexpected end of name token at byte offset 8"),
        ("MarkdownV2", "[a](b", "Can't find end of a URL at byte offset 4"),
        ("MarkdownV2", ">*a\nb*", "Can't find end of Bold entity at byte offset 1"),
        ("MarkdownV2", "![x]", "Custom emoji entity must contain a tg://emoji URL"),
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
        ("<b>photo</b>", []),
    ],
)
def test_what_a_person_types_is_marked(
    script: Script, text: str, entities: list[dict[str, Any]]
) -> None:
    """Commands, links and mentions are found without markup."""
    assert entities == script.send(user=1, text=text).get("entities", [])


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([entity(0, 4, "bold", foreign=1)], [entity(0, 4, "bold")]),
        ([entity(5, 5, "hashtag")], []),
        ([entity(5, 400, "italic"), entity(400, 1, "bold")], [entity(5, 5, "italic")]),
        ([entity(0, 4, "sparkling"), entity(0, 4, "text_link"), entity(0, 0, "bold")], []),
        ([entity(0, 4, "pre", language="py")], [entity(0, 4, "pre", language="py")]),
    ],
)
def test_explicit_entities_are_kept_as_far_as_a_bot_may_give_them(
    script: Script, given: list[dict[str, Any]], kept: list[dict[str, Any]]
) -> None:
    """What Telegram finds by itself comes once, ends are trimmed, the unknown is passed over."""
    sent = script.result("sendMessage", chat_id=1, text="bold #text", entities=given)
    assert [*kept, entity(5, 5, "hashtag")] == [
        each for each in sent["entities"] if each["type"] != "hashtag"
    ] + [each for each in sent["entities"] if each["type"] == "hashtag"]


@pytest.mark.parametrize("key", ["offset", "length"])
def test_entities_at_no_place_are_refused(script: Script, key: str) -> None:
    """As Telegram does."""
    wrong = [entity(0, 4, "bold") | {key: -1}]
    texts = {"chat_id": "1", "caption": "bold", "caption_entities": json.dumps(wrong)}
    file = {"document": ("a.txt", b"x")}
    captioned = script.http.post(script.method("sendDocument"), data=texts, files=file).json()
    said = script.refusal("sendMessage", chat_id=1, text="bold", entities=wrong)
    assert {f"Bad Request: Receive an entity with incorrect {key} -1"} == {
        said,
        captioned["description"],
    }
