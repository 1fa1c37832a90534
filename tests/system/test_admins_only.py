"""What is for admins: refused to everybody else, in groups, and to all people without an admin."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from bot.admin import model_versions, review
from bot.admin.retraining import commands
from bot.admin.teaching import lessons
from tests.bot.running import Person
from tests.system.processes import Program, local_api, on_telegram

ADMIN, STRANGER, GROUP = 2, 5, -100700
REFUSAL = "Only admins can do that."
ELSEWHERE = "Please ask me that in a private chat."

NAMES = ("review", "stats", "retrain", "cancel", "models", "rollback", "unban", "teach", "done")
COMMANDS = [
    *(f"/{name}" for name in NAMES),
    "/retrain force",
    "/rollback starter",
    "/unban 5",
    "/teach polar",
]


def verbs(pattern: str) -> list[str]:
    """The verbs that a pattern of callback data lets through."""
    found = re.search(r":\(\?:([a-z|]+)\)", pattern)
    assert found is not None
    return found[1].split("|")


PRESSES = [
    f"v1:{about}:{verb}{tail}"
    for room in (commands, review, model_versions, lessons)
    for verb in verbs(room.PRESSES)
    for about, tail in ((1, ""), (ADMIN, ":0"), (1, ":0.0123abcd"))
]


class Chat(NamedTuple):
    """A bot that runs, its Telegram, and its folder."""

    telegram: httpx.Client
    data: Path

    def changed(self) -> dict[str, int]:
        """How much of what only admins may do was done."""
        tables = ("retrainings", "verdicts", "examples", "lessons")
        with sqlite3.connect(self.data / "detector.sqlite3") as database:
            counts = {
                name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608
                for name in tables
            }
            counts["audit"] = database.execute(
                "SELECT count(*) FROM audit WHERE action NOT LIKE '%\\_refused' ESCAPE '\\'"
            ).fetchone()[0]
        database.close()
        return counts


def chat_with(folder: Path, admin_ids: str) -> Iterator[Chat]:
    """A bot with these admins."""
    api, telegram = local_api(folder)
    settings = on_telegram(telegram, folder) | {"ADMIN_IDS": admin_ids}
    with api, telegram:
        api.until_ready()
        with Program("bot", folder=folder, settings=settings) as program:
            program.until_ready()
            yield Chat(telegram, folder / "data")


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """A bot with one admin."""
    yield from chat_with(tmp_path_factory.mktemp("bot"), str(ADMIN))


@pytest.fixture(scope="module")
def orphan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """A bot with no admin."""
    yield from chat_with(tmp_path_factory.mktemp("orphan"), "")


def refused(chat: Chat, person: Person, expected: str, *, also: str = "") -> None:
    """Each press is answered with `expected`, each command with `also` after it, and nothing was
    done."""
    before = chat.changed()
    assert {command: person.ask(command) for command in COMMANDS} == dict.fromkeys(
        COMMANDS, expected + also
    )
    said = person.say("/labels")
    person.seen = max(person.seen, said["message_id"])
    message = person.hear()
    assert {data: person.press_data(message, data) for data in PRESSES} == dict.fromkeys(
        PRESSES, expected
    )
    assert before == chat.changed()


def your_id(user: int) -> str:
    """What lets an operator find their own number."""
    return f" (To become one, the operator adds {user} to ADMIN_IDS.)"


@pytest.mark.parametrize("place", ["private", "group"])
def test_a_stranger_is_refused_everywhere(chat: Chat, place: str) -> None:
    """Every command and every button of admins, forged ones too; each refusal is noted."""
    stranger = Person(chat.telegram, STRANGER)
    if place == "private":
        refused(chat, stranger, REFUSAL, also=your_id(STRANGER))
    else:
        refused(chat, stranger.in_chat(GROUP), REFUSAL)
    with sqlite3.connect(chat.data / "detector.sqlite3") as database:
        noted = database.execute(
            "SELECT DISTINCT action FROM audit WHERE actor_id = ?", (STRANGER,)
        ).fetchall()
    database.close()
    assert {f"{name}_refused" for name in NAMES} == {action for (action,) in noted}


def test_an_admin_is_refused_in_a_group(chat: Chat) -> None:
    """What the answers show is not for everybody there."""
    refused(chat, Person(chat.telegram, ADMIN).in_chat(GROUP - 1), ELSEWHERE)


def test_without_admins_everybody_is_refused(orphan: Chat) -> None:
    """An empty ADMIN_IDS admits nobody: it fails closed."""
    for user in (ADMIN, STRANGER):
        refused(orphan, Person(orphan.telegram, user), REFUSAL, also=your_id(user))


def test_an_admin_is_not_refused_in_private(chat: Chat) -> None:
    """The refusals above are about who asks and where, not about what is asked."""
    admin = Person(chat.telegram, ADMIN)
    assert admin.ask("/models").startswith("Models")
    assert admin.ask("/cancel") == "No retraining is running."
