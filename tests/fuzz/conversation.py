"""What people, and forged clients, may send a bot: updates as hypothesis makes them up.

They are as the Bot API promises in their types and in nothing else: texts, ids, buttons, names
and languages are whatever somebody can write.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

COMMANDS = (
    *("start", "help", "labels", "language", "thanks", "identify", "wrong", "undo", "why"),
    *("privacy", "export", "forget", "review", "retrain", "cancel", "models", "rollback"),
    *("teach", "done", "stats", "nonsense", "wrong@somebody_else"),
)
VERBS = (
    *("right", "wrong", "label", "none", "other", "back", "undo", "allright", "keep", "dontkeep"),
    *("withdraw", "forget", "dontforget", "language", "force", "stopasking", "goback", "why"),
    "putback",
    *("unteach",),
)
ADMIN = 2

# Whatever UTF-8 can hold: Telegram delivers no half characters.
written = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
labels = st.sampled_from(
    ["black", "Grizzly bear", "GRIZZLI", "none", "../etc/passwd", "1", "2 teddy"]
)
ids = st.integers(1, 2**52 - 1)
people = st.sampled_from([ADMIN, 11, 12, 13]) | ids
numbers = st.integers(1, 40) | st.integers(1, 2**31 - 1)


def users() -> st.SearchStrategy[dict[str, Any]]:
    """A person, known or not; names and languages are as free as Telegram leaves them."""
    return st.fixed_dictionaries(
        {"id": people, "is_bot": st.booleans(), "first_name": written},
        optional={
            "last_name": written,
            "username": written,
            "language_code": st.sampled_from(["de", "es", "en-GB", "zz", "", "x-" * 40]) | written,
        },
    )


def entities(kind: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Marks in a text, at places that may lie outside of it."""
    places = st.integers(0, 8) | st.integers(0, 2**31 - 1)
    mark = st.fixed_dictionaries(
        {
            "type": st.sampled_from([kind, "bold", "mention", "url", "a kind from after our time"]),
            "offset": places,
            "length": places,
        }
    )
    return st.lists(mark, max_size=3)


@st.composite
def commands(draw: st.DrawFn) -> dict[str, Any]:
    """A text that begins with a command, marked as Telegram marks it, mostly."""
    name = draw(st.sampled_from(COMMANDS))
    rest = draw(st.just("") | labels | written)
    text = f"/{name} {rest}".strip()
    marks = [{"type": "bot_command", "offset": 0, "length": len(name) + 1}]
    return {"text": text, "entities": draw(st.just(marks) | entities("bot_command"))}


def pictures(file_ids: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Photos and files, to be had or not."""
    file_id = st.sampled_from(file_ids) | written
    side = st.integers(0, 4000) | st.integers(0, 2**31 - 1)
    named = {"file_id": file_id, "file_unique_id": written}
    size = st.fixed_dictionaries(
        {**named, "width": side, "height": side}, optional={"file_size": ids}
    )
    document = st.fixed_dictionaries(
        named,
        optional={
            "file_name": written | st.sampled_from(["a.jpg", "../../a.png", ".heic"]),
            "mime_type": st.sampled_from(["image/jpeg", "image/", "", "video/mp4"]) | written,
            "file_size": ids,
        },
    )
    return st.one_of(
        st.fixed_dictionaries({"photo": st.lists(size, max_size=4)}),
        st.fixed_dictionaries({"document": document}),
    )


def contents(file_ids: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """What a message holds."""
    captions = st.fixed_dictionaries(
        {}, optional={"caption": written | st.just("/identify"), "media_group_id": written}
    )
    texts = st.fixed_dictionaries({"text": written}, optional={"entities": entities("bold")})
    bodies = st.one_of(commands(), texts, pictures(file_ids), st.just({}))
    return st.builds(lambda body, caption: {**caption, **body}, bodies, captions)


@st.composite
def messages(draw: st.DrawFn, file_ids: list[str], *, replies: bool = True) -> dict[str, Any]:
    """A message in a private chat or a group, to which the bot may have written before."""
    user = draw(users())
    kind = draw(st.sampled_from(["private", "private", "private", "group", "supergroup", "odd"]))
    chat = {"id": user["id"] if kind == "private" else -draw(ids), "type": kind}
    message = {
        "message_id": draw(numbers),
        "date": draw(st.integers(0, 2**31 - 1)),
        "chat": chat,
        "from": user,
        **draw(contents(file_ids)),
    }
    if replies and draw(st.booleans()):
        message["reply_to_message"] = draw(messages(file_ids, replies=False))
        message["reply_to_message"]["chat"] = chat
    return message


@st.composite
def presses(draw: st.DrawFn, file_ids: list[str]) -> dict[str, Any]:
    """A press with any data of up to 64 bytes, mostly nearly right."""
    number, verb, index = draw(numbers), draw(st.sampled_from(VERBS) | written), draw(numbers)
    forged = draw(
        st.sampled_from([f"v1:{number}:{verb}", f"v1:{number}:{verb}:{index % 5}", "v1::", ""])
        | st.just(f"v2:{number}:{verb}")
        | written
    )
    press = {
        "id": str(draw(ids)),
        "from": draw(users()),
        "chat_instance": "1",
        "data": forged.encode()[:64].decode("utf-8", "ignore"),
    }
    if draw(st.integers(0, 9)):
        press["message"] = draw(messages(file_ids, replies=False))
        if draw(st.booleans()):  # as is usual: the person's own private chat
            press["message"]["chat"] = {"id": press["from"]["id"], "type": "private"}
    return press


def updates(file_ids: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """One update without its number."""
    return st.one_of(
        st.fixed_dictionaries({"message": messages(file_ids)}),
        st.fixed_dictionaries({"callback_query": presses(file_ids)}),
    )
