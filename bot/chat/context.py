"""A handler's context: PTB's, with what several features work with behind `services`.

A feature that needs more has it in its constructor.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from telegram import Message, Update, User
from telegram.ext import Application, CallbackContext

from bot.chat.keeping import Keeper
from bot.chat.questions import Questions
from bot.classifying.model_host import ModelHost
from bot.intake.inbox import Inbox, InboxBot
from bot.process.database_thread import Records
from bot.process.metrics import Metrics
from bot.settings import BotSettings
from bot.speech.preferences import People
from dataset.conversation.claims.claims import ClaimQuota
from languages.catalogue import Words


@dataclass(frozen=True, kw_only=True)
class Services:
    """Made once by `bot.program.application.build`, handed to every handler."""

    settings: BotSettings
    admins: frozenset[int]
    records: Records
    host: ModelHost
    people: People
    inbox: Inbox
    metrics: Metrics
    keeper: Keeper
    questions: Questions = field(default_factory=Questions)

    @property
    def quota(self) -> ClaimQuota:
        """Most claims of one person in a day."""
        return ClaimQuota(per_day=self.settings.claims_per_day)


class BotData:
    """PTB makes it empty; `bot.program.application.build` puts the services in."""

    services: Services


class Context(CallbackContext[InboxBot, dict[Any, Any], dict[Any, Any], BotData]):
    @property
    def services(self) -> Services:
        return self.bot_data.services

    async def words(self, user: User | None) -> Words:
        """The catalogue for this person's answers."""
        return await self.services.people.words(user)

    async def asked(self, update: Update) -> tuple[Message, User, Words]:
        """The message of a command, the person who gave it, and the catalogue for the answer."""
        message, person = update.message, update.effective_user
        assert message is not None
        assert person is not None
        return message, person, await self.words(person)

    def is_admin(self, user: User | None) -> bool:
        """Whether this person may do what admins may."""
        return user is not None and user.id in self.services.admins


DetectorApplication = Application[InboxBot, Context, dict[Any, Any], dict[Any, Any], BotData, None]
