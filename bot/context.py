"""What a handler finds: PTB's context, with everything the bot works with behind `services`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from telegram import User
from telegram.ext import Application, CallbackContext

from bot.decoder import Decoder
from bot.erasing import Eraser
from bot.inbox import Inbox, InboxBot
from bot.language import Words
from bot.leader import Leader
from bot.metrics import Metrics
from bot.model_host import ModelHost
from bot.people import People
from bot.records import Records
from bot.settings import BotSettings
from bot.trainer import Trainer
from dataset.claims import ClaimQuota
from dataset.photos import PhotoStore
from dataset.retention import Purged, Terms
from models.registry import Registry

if TYPE_CHECKING:  # features, which know the context themselves
    from bot.albums import Albums
    from bot.identify import Delivering, LookAhead
    from bot.keeping import Keeper
    from bot.retraining import Follower


@dataclass(frozen=True, kw_only=True)
class Services:
    """Made once by `bot.application.build`, handed to every handler."""

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
        """How many claims one person may make in a day."""
        return ClaimQuota(per_day=self.settings.claims_per_day)


class BotData:
    """PTB makes it empty; `bot.application.build` puts the services in."""

    services: Services


class Context(CallbackContext[InboxBot, dict[Any, Any], dict[Any, Any], BotData]):
    """The context of every handler."""

    @property
    def services(self) -> Services:
        """What the bot works with."""
        return self.bot_data.services

    async def words(self, user: User | None) -> Words:
        """The catalogue in which this person is answered."""
        return await self.services.people.words(user)

    def is_admin(self, user: User | None) -> bool:
        """Whether this person may do what admins may."""
        return user is not None and user.id in self.services.admins


DetectorApplication = Application[InboxBot, Context, dict[Any, Any], dict[Any, Any], BotData, None]
