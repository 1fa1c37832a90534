"""The command menu: setMyCommands with its scopes and languages."""

from __future__ import annotations

import re
from typing import Any

from bot.local.arguments import Arguments
from bot.local.errors import BadRequest
from bot.local.world.world import World

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_MAX_COMMANDS = 100
_MAX_DESCRIPTION = 256
_GENERAL = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
_OF_A_CHAT = {"chat", "chat_administrators", "chat_member"}

Commands = list[dict[str, str]]
Scope = tuple[str, int, int]
"""Type, chat and user; 0 where the type has none."""


class CommandMenu:
    """Command lists by scope and language."""

    def __init__(self) -> None:
        self._lists: dict[tuple[Scope, str], Commands] = {}

    def set(self, scope: Scope, language: str, commands: Commands) -> None:
        """Replace one list; an empty one removes it."""
        if commands:
            self._lists[scope, language] = commands
        else:
            self._lists.pop((scope, language), None)

    def get(self, scope: Scope, language: str) -> Commands:
        """One list exactly as set."""
        return self._lists.get((scope, language), [])

    def shown(self, chat_id: int, user_id: int, language: str) -> Commands:
        """What this person sees in this chat: the narrowest scope, their language first."""
        if chat_id > 0:
            scopes: list[Scope] = [("chat", chat_id, 0), ("all_private_chats", 0, 0)]
        else:
            scopes = [
                ("chat_member", chat_id, user_id),
                ("chat", chat_id, 0),
                ("all_group_chats", 0, 0),
            ]
        for scope in [*scopes, ("default", 0, 0)]:
            for spoken in (language.partition("-")[0], ""):
                if found := self.get(scope, spoken):
                    return found
        return []


def _scope(world: World, arguments: Arguments) -> Scope:
    given: Any = arguments.mapping("scope") or {"type": "default"}
    kind = given.get("type")
    if kind in _GENERAL:
        return (kind, 0, 0)
    if kind not in _OF_A_CHAT:
        raise BadRequest("can't parse BotCommandScope: unsupported type specified")
    chat: Any = world.people.find(str(given.get("chat_id", "")))
    if kind == "chat_administrators" and chat["id"] > 0:
        raise BadRequest("can't use specified scope in private chats")
    user = given.get("user_id", 0) if kind == "chat_member" else 0
    if not isinstance(user, int):
        raise BadRequest("invalid user_id specified")
    return (kind, chat["id"], user)


def _language(arguments: Arguments) -> str:
    code = arguments.text("language_code") or ""
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise BadRequest("language_code must be a two-letter ISO 639-1 language code")
    return code


def _read(commands: object) -> Commands:
    if not isinstance(commands, list) or len(commands) > _MAX_COMMANDS:
        raise BadRequest("can't parse commands: expected an Array of BotCommand")
    kept: Commands = []
    for one in commands:
        if not isinstance(one, dict):
            raise BadRequest("can't parse BotCommand: expected an Object")
        command = str(one.get("command", "")).strip().removeprefix("/")
        description = str(one.get("description", "")).strip()
        if not _COMMAND.fullmatch(command):
            raise BadRequest("BOT_COMMAND_INVALID")
        if not 0 < len(description) <= _MAX_DESCRIPTION:
            raise BadRequest("BOT_COMMAND_DESCRIPTION_INVALID")
        kept.append({"command": command, "description": description})
    return kept


def set_my_commands(world: World, arguments: Arguments) -> bool:
    """setMyCommands."""
    commands = _read(arguments.structure("commands"))
    world.commands.set(_scope(world, arguments), _language(arguments), commands)
    return True


def delete_my_commands(world: World, arguments: Arguments) -> bool:
    """deleteMyCommands."""
    world.commands.set(_scope(world, arguments), _language(arguments), [])
    return True


def get_my_commands(world: World, arguments: Arguments) -> Commands:
    """getMyCommands."""
    return world.commands.get(_scope(world, arguments), _language(arguments))


METHODS = {
    "setMyCommands": set_my_commands,
    "deleteMyCommands": delete_my_commands,
    "getMyCommands": get_my_commands,
}
