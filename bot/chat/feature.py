"""How a feature declares what it answers to: its commands, their menus, and its buttons.

The declaration stands beside the handlers; `bot.program.handlers` gathers all of them. What a menu
says of a command is `command-<name>` in the catalogues.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from telegram import Update

from bot.chat.context import Context

Handle = Callable[[Update, Context], Coroutine[Any, Any, None]]


class Menu(Enum):
    """Where Telegram offers a command."""

    PRIVATE = auto()
    GROUPS = auto()
    ADMINS = auto()


@dataclass(frozen=True)
class Command:
    """`/name`, and the menus that it stands in."""

    name: str
    handle: Handle
    menus: tuple[Menu, ...] = (Menu.PRIVATE,)
    by_anybody: bool = False
    """Also for anonymous admins, of whom nobody knows who they are; all else is one person's."""


@dataclass(frozen=True)
class Buttons:
    """Callback data of this pattern goes to this handler."""

    pattern: str
    handle: Handle


@dataclass(frozen=True)
class Feature:
    """What one feature answers to."""

    commands: tuple[Command, ...] = ()
    buttons: tuple[Buttons, ...] = ()
