"""The command menu: scopes, languages, and what each person sees."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.serving import Script

START = [{"command": "start", "description": "How this works"}]
REVIEW = [{"command": "review", "description": "Look at what is disputed"}]
ANFANG = [{"command": "start", "description": "Wie das geht"}]


def menu(script: Script, user: int, chat: int | None = None) -> list[dict[str, str]]:
    """What a person sees."""
    found: list[dict[str, str]] = script.http.get(
        "/local/menu", params={"user": user, "chat": chat or user}
    ).json()
    return found


def test_commands_are_kept_by_scope(script: Script) -> None:
    """Each scope has its own list."""
    admin = {"type": "chat", "chat_id": 2}
    script.result("setMyCommands", commands=START)
    script.result("setMyCommands", commands=REVIEW, scope=admin)
    assert START == script.result("getMyCommands")
    assert REVIEW == script.result("getMyCommands", scope=admin)
    assert [] == script.result("getMyCommands", scope={"type": "all_group_chats"})


def test_the_narrowest_scope_is_shown(script: Script) -> None:
    """The admin sees the list for their chat, others the general one."""
    script.result("setMyCommands", commands=START)
    script.result("setMyCommands", commands=REVIEW, scope={"type": "chat", "chat_id": 2})
    assert (START, REVIEW) == (menu(script, 1), menu(script, 2))


def test_a_group_has_its_own_menu(script: Script) -> None:
    """Group chats show the list for groups."""
    script.result("setMyCommands", commands=START, scope={"type": "all_private_chats"})
    script.result("setMyCommands", commands=REVIEW, scope={"type": "all_group_chats"})
    assert (START, REVIEW) == (menu(script, 1), menu(script, 1, -5))


def test_the_menu_speaks_the_persons_language(script: Script) -> None:
    """A list in the person's language goes before the one without."""
    script.result("setMyCommands", commands=START)
    script.result("setMyCommands", commands=ANFANG, language_code="de")
    script.http.post("/local/people", json={"id": 1, "language_code": "de-AT"})
    assert (ANFANG, START) == (menu(script, 1), menu(script, 2))


def test_deleted_commands_are_gone(script: Script) -> None:
    """deleteMyCommands empties one list."""
    script.result("setMyCommands", commands=START)
    script.result("deleteMyCommands")
    assert [] == script.result("getMyCommands")


@pytest.mark.parametrize(
    ("arguments", "description"),
    [
        ({"commands": START, "scope": {"type": "chat", "chat_id": 77}}, "chat not found"),
        (
            {"commands": START, "scope": {"type": "everywhere"}},
            "can't parse BotCommandScope: unsupported type specified",
        ),
        ({"commands": [{"command": "Start!", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        (
            {"commands": [{"command": "start", "description": ""}]},
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
    ],
)
def test_refused_commands(script: Script, arguments: dict[str, Any], description: str) -> None:
    """An unknown chat, a wrong scope or a malformed command is refused."""
    assert f"Bad Request: {description}" == script.refusal("setMyCommands", **arguments)


def test_the_texts_about_the_bot(script: Script) -> None:
    """Descriptions are kept by language and fall back to the general one."""
    script.result("setMyDescription", description="Tells bears apart")
    script.result("setMyDescription", description="Erkennt Bären", language_code="de")
    told = [
        script.result("getMyDescription", language_code=code)["description"]
        for code in ("de", "fr")
    ]
    assert ["Erkennt Bären", "Tells bears apart"] == told


def test_get_chat_and_members(script: Script) -> None:
    """getChat tells what kind of chat it is; the admin owns every group."""
    script.send(user=1, chat=-5, text="/start", title="Bears")
    assert ("private", "group", "Bears") == (
        script.result("getChat", chat_id=1)["type"],
        script.result("getChat", chat_id=-5)["type"],
        script.result("getChat", chat_id=-5)["title"],
    )
    statuses = [
        script.result("getChatMember", chat_id=-5, user_id=user)["status"] for user in (1, 2)
    ]
    assert ["member", "creator"] == statuses
