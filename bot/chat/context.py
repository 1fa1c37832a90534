"""A handler's context: PTB's, with the bot's parts behind `services`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from telegram import User
from telegram.ext import Application, CallbackContext

from bot.admin.retraining.process import Trainer
from bot.chat.erasing import Eraser
from bot.classifying.decoder import Decoder
from bot.classifying.model_host import ModelHost
from bot.intake.inbox import Inbox, InboxBot
from bot.process.database_thread import Records
from bot.process.metrics import Metrics
from bot.program.clock.leader import Leader
from bot.settings import BotSettings
from bot.speech.language import Words
from bot.speech.preferences import People
from dataset.claims.claims import ClaimQuota
from dataset.photos.store import PhotoStore
from dataset.privacy.retention import Purged, Terms
from models.registry.local import Registry

if TYPE_CHECKING:  # features, which know the context themselves
    from bot.admin.retraining.commands import Follower
    from bot.chat.photos import Delivering, LookAhead
    from bot.intake.albums import Albums
    from bot.program.clock.keeping import Keeper


@dataclass(frozen=True, kw_only=True)
class Services:
    """Made once by `bot.program.application.build`, handed to every handler."""

    settings: BotSettings
    admins: frozenset[int]
    records: Records
    store: PhotoStore
    host: ModelHost
    decoder: Decoder
    people: People
    inbox: Inbox
    metrics: Metrics
    albums: Albums
    ahead: LookAhead
    keeper: Keeper
    eraser: Eraser
    delivering: Delivering
    registry: Registry
    trainer: Trainer
    follower: Follower
    leader: Leader
    purge: Callable[[Terms], Purged]
    review_link: Callable[[int], str]
    """A one-time address of the review pages for an admin."""

    @property
    def quota(self) -> ClaimQuota:
        """Most claims of one person in a day."""
        return ClaimQuota(per_day=self.settings.claims_per_day)


class BotData:
    """PTB makes it empty; `bot.program.application.build` puts the services in."""

    services: Services


class Context(CallbackContext[InboxBot, dict[Any, Any], dict[Any, Any], BotData]):
    """The context of every handler."""

    @property
    def services(self) -> Services:
        """The bot's parts."""
        return self.bot_data.services

    async def words(self, user: User | None) -> Words:
        """The catalogue for this person's answers."""
        return await self.services.people.words(user)

    def is_admin(self, user: User | None) -> bool:
        """Whether this person may do what admins may."""
        return user is not None and user.id in self.services.admins


DetectorApplication = Application[InboxBot, Context, dict[Any, Any], dict[Any, Any], BotData, None]
