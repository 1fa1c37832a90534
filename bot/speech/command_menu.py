"""The command menus that Telegram shows. They are cosmetic: handlers check rights themselves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError
from telegram.ext import ExtBot

from languages.catalogue import SOURCE, Languages, Words

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Menus:
    """The names of the commands that each kind of chat offers, in their order."""

    private: tuple[str, ...]
    groups: tuple[str, ...]
    admins: tuple[str, ...]


async def set_menus(
    bot: ExtBot[int],
    menus: Menus,
    languages: Languages,
    admins: Iterable[int],
    *,
    after_s: float = 0.0,
) -> None:
    """Register the commands for every scope and language; failures are logged only.

    It waits a moment, so that photos from before the start come first.
    """
    await asyncio.sleep(after_s)
    scopes: list[tuple[BotCommandScope, tuple[str, ...]]] = [
        (BotCommandScopeAllPrivateChats(), menus.private),
        (BotCommandScopeAllGroupChats(), menus.groups),
        *(
            (BotCommandScopeChat(admin), (*menus.admins, *menus.private))
            for admin in sorted(admins)
        ),
    ]
    for scope, names in scopes:
        for words in languages.all():
            # In a thread, since the first use of a catalogue reads all of it.
            commands = await asyncio.to_thread(_commands, names, words)
            # Languages without a catalogue get English.
            code = None if words.language == SOURCE else words.language
            try:
                await bot.set_my_commands(commands, scope=scope, language_code=code)
            except TelegramError as exc:
                # An admin who never opened the chat cannot have a menu.
                logger.info("no menu for %s in %s: %s", scope.type, words.language, exc)
                break


def _commands(names: Iterable[str], words: Words) -> list[BotCommand]:
    return [BotCommand(name, words(f"command-{name}")) for name in names]
