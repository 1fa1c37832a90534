"""The command menu: setMyCommands with its scopes and languages."""

from __future__ import annotations

import re
from typing import Any

from bot.local.arguments import Arguments
from bot.local.errors import BadRequest
from bot.local.world.command_lists import Commands, Scope
from bot.local.world.world import World

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_MAX_COMMANDS = 100
_MAX_DESCRIPTION = 256
_GENERAL = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
_OF_A_CHAT = {"chat", "chat_administrators", "chat_member"}


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
    commands = _read(arguments.structure("commands"))
    world.commands.set(_scope(world, arguments), _language(arguments), commands)
    return True


def delete_my_commands(world: World, arguments: Arguments) -> bool:
    world.commands.set(_scope(world, arguments), _language(arguments), [])
    return True


def get_my_commands(world: World, arguments: Arguments) -> Commands:
    return world.commands.get(_scope(world, arguments), _language(arguments))


METHODS = {
    "setMyCommands": set_my_commands,
    "deleteMyCommands": delete_my_commands,
    "getMyCommands": get_my_commands,
}
