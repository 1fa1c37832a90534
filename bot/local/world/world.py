"""Everything the server knows, in one place, passed to every method."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.local.world.faults import Faults
from bot.local.world.files import FileStore
from bot.local.world.history import History
from bot.local.world.people import BotIdentity, People
from bot.local.world.updates import UpdateQueue
from bot.local.world.webhook import Webhook

if TYPE_CHECKING:  # these two rooms of methods need the World itself
    from bot.local.world.command_lists import CommandMenu
    from bot.local.world.open_queries import Callbacks


@dataclass
class World:
    """One bot, its people, their chats and what waits for the bot."""

    identity: BotIdentity
    people: People
    history: History
    updates: UpdateQueue
    files: FileStore
    faults: Faults
    callbacks: Callbacks
    commands: CommandMenu
    webhook: Webhook
    admin_id: int
    privacy_mode: bool
    """In groups the bot sees only commands and replies to it."""
    clock: Callable[[], float]
    samples: Mapping[str, Path]
    """Photos that the page offers to try, by name."""

    def close(self) -> None:
        """End all waiting requests and delete the files."""
        self.webhook.close()
        self.callbacks.close()
        self.updates.close()
        self.history.close()
        self.files.close()
