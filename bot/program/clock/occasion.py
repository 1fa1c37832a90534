"""What the clock's work has at hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from telegram.ext import ExtBot

from bot.admin.retraining.following import Follower
from bot.admin.retraining.process import Trainer
from bot.classifying.model_host import ModelHost
from bot.process.database_thread import Records
from bot.program.clock.leader import Leader
from bot.settings import BotSettings
from bot.speech.preferences import People
from dataset.photos.store import PhotoStore
from dataset.privacy.retention import Purged, Terms
from models.registry.local import Registry


@dataclass(frozen=True, kw_only=True)
class ClockServices:
    """Made once by `bot.program.application.build`."""

    settings: BotSettings
    admins: frozenset[int]
    records: Records
    store: PhotoStore
    host: ModelHost
    people: People
    registry: Registry
    trainer: Trainer
    follower: Follower
    leader: Leader
    purge: Callable[[Terms], Purged]


@dataclass(frozen=True)
class Occasion:
    """What each piece of work is handed when it is due."""

    bot: ExtBot[int]
    services: ClockServices
