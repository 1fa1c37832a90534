"""Puts the bot together, from the parts that the service makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from telegram.ext import ApplicationBuilder, BaseRateLimiter, ContextTypes

from bot.admin.model_versions import ModelVersions
from bot.admin.retraining.commands import Retraining
from bot.admin.retraining.following import Follower
from bot.admin.retraining.from_pages import FromPages
from bot.admin.retraining.process import Trainer
from bot.admin.review import Reviewing
from bot.admin.teaching.lessons import Teaching
from bot.chat.consent import OwnData
from bot.chat.context import BotData, Context, DetectorApplication, Services
from bot.chat.delivery import Delivering
from bot.chat.erasing import Eraser
from bot.chat.explain import Explaining
from bot.chat.keeping import Keeper
from bot.chat.photos import Photos
from bot.classifying.decoder import Decoder
from bot.classifying.look_ahead import LookAhead
from bot.classifying.model_host import ModelHost
from bot.connection.pace import Pace
from bot.connection.shared_pace import SharedPace
from bot.connection.transport import request_for
from bot.intake.admission import Gate
from bot.intake.albums import Albums
from bot.intake.inbox import Inbox, InboxBot
from bot.intake.moved_chats import MovedChats
from bot.intake.pipeline import Intake
from bot.intake.shared_admission import SharedRates
from bot.intake.waiting_signs import Patience
from bot.process.database_thread import Records
from bot.process.metrics import Metrics
from bot.process.process_name import own_name
from bot.process.timing import Timing
from bot.program.clock.leader import Leader
from bot.program.clock.occasion import ClockServices
from bot.program.handlers import features, menus_of, register
from bot.program.serving.review_pages import ReviewPages
from bot.settings import BotSettings, Limits
from bot.speech.command_menu import Menus
from bot.speech.preferences import People
from bot.speech.wording import name_of
from dataset.photos.store import PhotoStore
from dataset.privacy.retention import Purged, Terms
from models.photo import MAX_BYTES
from models.registry.local import Registry

ALLOWED_UPDATES = ("message", "callback_query", "message_reaction")
"""The bot ignores edited messages: an answer belongs to the photo that it was given for."""

_GROUP_MESSAGES_PER_MINUTE = 20


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a bot is put together from; the service makes and ends them."""

    settings: BotSettings
    limits: Limits
    token: str
    api_url: str
    admins: frozenset[int]
    records: Records
    inbox: Inbox
    store: PhotoStore
    host: ModelHost
    decoder: Decoder
    people: People
    metrics: Metrics
    registry: Registry
    trainer: Trainer
    eraser: Eraser
    pages: ReviewPages
    """The review pages, for links into them."""
    purge: Callable[[Terms], Purged]
    shares_rates: bool
    """Other processes may answer for the same bot, and the rates hold for all."""
    timing: Timing


@dataclass(frozen=True)
class Built:
    """A bot that is ready to be started."""

    application: DetectorApplication
    parts: Parts
    services: Services
    clock_services: ClockServices
    intake: Intake
    menus: Menus
    for_pages: FromPages


def build(parts: Parts) -> Built:
    """Put the parts together; this sends, opens and starts nothing."""
    bot = _bot(parts)
    albums = Albums()
    ahead = LookAhead(parts.host, parts.decoder, parts.metrics)
    intake = _intake(parts, bot, albums, ahead)
    application = (
        ApplicationBuilder()
        .bot(bot)
        .job_queue(None)
        .context_types(ContextTypes(context=Context, bot_data=BotData))
        .concurrent_updates(intake)
        .build()
    )
    intake.run_handlers = application.process_update
    bot.on_news(intake.foresee)
    services = application.bot_data.services = _services(parts, bot)
    clock_services = _clock_services(parts, bot)
    photos = Photos(ahead, albums, Delivering())
    teaching = Teaching(parts.store, ahead, albums)
    declared = features(
        photos=photos,
        explaining=Explaining(parts.decoder),
        own_data=OwnData(parts.store, parts.eraser),
        reviewing=Reviewing(parts.store, parts.pages.link, parts.pages.app_url),
        retraining=Retraining(parts.trainer, clock_services.follower, parts.pages.link),
        model_versions=ModelVersions(parts.registry),
        teaching=teaching,
    )
    register(application, photos, teaching, declared)
    for_pages = FromPages(parts.trainer, clock_services.follower, parts.registry, parts.records)
    menus = menus_of(declared)
    return Built(application, parts, services, clock_services, intake, menus, for_pages)


def _bot(parts: Parts) -> InboxBot:
    limits, timing, api_url = parts.limits, parts.timing, parts.api_url
    group_messages_per_minute = _GROUP_MESSAGES_PER_MINUTE if limits.messages_per_s else 0
    pace: BaseRateLimiter[int] = Pace(
        messages_per_s=limits.messages_per_s,
        group_messages_per_minute=group_messages_per_minute,
    )
    if parts.shares_rates:
        pace = SharedPace(
            parts.records,
            pace,
            messages_per_s=limits.messages_per_s,
            group_messages_per_minute=group_messages_per_minute,
        )
    return InboxBot(
        parts.token,
        inbox=parts.inbox,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=request_for(api_url, max_file_bytes=MAX_BYTES, read_timeout_s=timing.silence_s),
        get_updates_request=request_for(
            api_url, max_file_bytes=MAX_BYTES, read_timeout_s=timing.silence_s
        ),
        rate_limiter=pace,
    )


def _intake(parts: Parts, bot: InboxBot, albums: Albums, ahead: LookAhead) -> Intake:
    settings, limits, host = parts.settings, parts.limits, parts.host
    lists_groups = any(number < 0 for number in settings.allowed_ids | settings.denied_ids)
    return Intake(
        bot=bot,
        inbox=parts.inbox,
        gate=Gate(
            admins=parts.admins,
            allowed=settings.allowed_ids,
            denied=settings.denied_ids,
            per_person_per_minute=limits.per_person_per_minute,
            per_minute=limits.per_minute,
        ),
        albums=albums,
        ahead=ahead,
        patience=Patience(
            bot,
            parts.people,
            is_full=lambda: host.is_full,
            busy_after_s=parts.timing.busy_after_s,
        ),
        people=parts.people,
        metrics=parts.metrics,
        shared=SharedRates(parts.records, limits) if parts.shares_rates else None,
        moved=MovedChats(parts.records) if lists_groups else None,
        first_pause_s=parts.timing.first_pause_s,
    )


def _services(parts: Parts, bot: InboxBot) -> Services:
    return Services(
        settings=parts.settings,
        admins=parts.admins,
        records=parts.records,
        host=parts.host,
        people=parts.people,
        inbox=parts.inbox,
        metrics=parts.metrics,
        keeper=Keeper(
            bot,
            parts.records,
            parts.store,
            parts.decoder,
            quorum=parts.settings.claim_quorum,
            again_after_s=parts.timing.keep_again_s,
        ),
    )


def _clock_services(parts: Parts, bot: InboxBot) -> ClockServices:
    return ClockServices(
        settings=parts.settings,
        admins=parts.admins,
        records=parts.records,
        store=parts.store,
        host=parts.host,
        people=parts.people,
        registry=parts.registry,
        trainer=parts.trainer,
        follower=Follower(
            bot,
            parts.trainer,
            parts.records,
            parts.people,
            parts.admins,
            parts.settings.models_dir,
            called=lambda label, words: name_of(label, parts.host.manifest, words),
        ),
        leader=Leader(parts.records, holder=own_name()),
        purge=parts.purge,
    )
