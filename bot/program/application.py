"""Builds the bot: its parts, and which handler gets which update."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from telegram import Message
from telegram.ext import (
    ApplicationBuilder,
    BaseRateLimiter,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot.admin import model_versions, review, statistics
from bot.admin.retraining import commands
from bot.admin.retraining.commands import Follower
from bot.admin.retraining.process import Trainer
from bot.chat import (
    consent,
    correction_buttons,
    correction_commands,
    explain,
    failures,
    fallback,
    photos,
    talk,
)
from bot.chat.context import BotData, Context, DetectorApplication, Services
from bot.chat.erasing import Eraser
from bot.classifying.decoder import Decoder
from bot.classifying.model_host import ModelHost
from bot.connection.pace import Pace
from bot.connection.shared_rates import SharedPace, SharedRates
from bot.connection.transport import request_for
from bot.intake.admission import Gate
from bot.intake.albums import Albums
from bot.intake.inbox import Inbox, InboxBot
from bot.intake.pipeline import Intake
from bot.intake.waiting_signs import Patience
from bot.process.database_thread import Records
from bot.process.metrics import Metrics
from bot.process.process_name import own_name
from bot.process.timing import Timing
from bot.program.clock.keeping import Keeper
from bot.program.clock.leader import Leader
from bot.settings import BotSettings, Limits
from bot.speech.preferences import People
from dataset.photos.store import PhotoStore
from dataset.privacy.retention import Purged, Terms
from models.photo import MAX_BYTES
from models.registry.local import Registry

ALLOWED_UPDATES = ("message", "callback_query")
"""The bot ignores edited messages: an answer belongs to the photo that it was given for."""

_GROUP_MESSAGES_PER_MINUTE = 20


@dataclass(frozen=True)
class Built:
    """A bot that is ready to be started."""

    application: DetectorApplication
    services: Services
    intake: Intake


def build(
    *,
    settings: BotSettings,
    limits: Limits,
    token: str,
    api_url: str,
    admins: frozenset[int],
    records: Records,
    inbox: Inbox,
    store: PhotoStore,
    host: ModelHost,
    decoder: Decoder,
    people: People,
    metrics: Metrics,
    review_link: Callable[[int], str],
    registry: Registry,
    trainer: Trainer,
    purge: Callable[[Terms], Purged],
    eraser: Eraser,
    shares_rates: bool,
    timing: Timing,
) -> Built:
    """Put the parts together; this sends, opens and starts nothing.

    `shares_rates`: other processes may answer for the same bot, so that the rates hold for all
    together.
    """
    group_messages_per_minute = _GROUP_MESSAGES_PER_MINUTE if limits.messages_per_s else 0
    pace: BaseRateLimiter[int] = Pace(
        messages_per_s=limits.messages_per_s,
        group_messages_per_minute=group_messages_per_minute,
    )
    if shares_rates:
        pace = SharedPace(
            records,
            pace,
            messages_per_s=limits.messages_per_s,
            group_messages_per_minute=group_messages_per_minute,
        )
    bot = InboxBot(
        token,
        inbox=inbox,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=request_for(api_url, max_file_bytes=MAX_BYTES, read_timeout_s=timing.silence_s),
        get_updates_request=request_for(
            api_url, max_file_bytes=MAX_BYTES, read_timeout_s=timing.silence_s
        ),
        rate_limiter=pace,
    )
    albums = Albums()
    ahead = photos.LookAhead(host, decoder, metrics)
    intake = Intake(
        bot=bot,
        inbox=inbox,
        gate=Gate(
            admins=admins,
            allowed=settings.allowed_ids,
            denied=settings.denied_ids,
            per_person_per_minute=limits.per_person_per_minute,
            per_minute=limits.per_minute,
        ),
        albums=albums,
        ahead=ahead,
        patience=Patience(bot, people, is_full=lambda: host.is_full),
        people=people,
        metrics=metrics,
        shared=SharedRates(records, limits) if shares_rates else None,
        first_pause_s=timing.first_pause_s,
    )
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
    services = Services(
        settings=settings,
        admins=admins,
        records=records,
        store=store,
        host=host,
        decoder=decoder,
        people=people,
        inbox=inbox,
        metrics=metrics,
        albums=albums,
        ahead=ahead,
        delivering=photos.Delivering(),
        keeper=Keeper(
            bot,
            records,
            store,
            decoder,
            quorum=settings.claim_quorum,
            again_after_s=timing.keep_again_s,
        ),
        review_link=review_link,
        registry=registry,
        trainer=trainer,
        leader=Leader(records, holder=own_name()),
        follower=Follower(bot, trainer, people, admins, settings.models_dir),
        purge=purge,
        eraser=eraser,
    )
    application.bot_data.services = services
    register(application)
    return Built(application, services, intake)


class _ReplyToBot(filters.MessageFilter):
    """A reply to a message of the bot's own."""

    def filter(self, message: Message) -> bool:
        replied = message.reply_to_message
        own = message.get_bot().id
        return replied is not None and replied.from_user is not None and replied.from_user.id == own


def register(application: DetectorApplication) -> None:
    """Every handler, in the order of trying."""
    new = filters.UpdateType.MESSAGE
    private = new & filters.ChatType.PRIVATE
    groups = new & ~filters.ChatType.PRIVATE
    pictures = filters.PHOTO | filters.Document.ALL

    # Photos first: they are most updates. In groups only those that address the bot.
    application.add_handler(MessageHandler(private & pictures, photos.answer_photo))
    application.add_handler(
        MessageHandler(groups & pictures & filters.CaptionRegex(r"^/identify\b"), photos.identify)
    )
    application.add_handler(MessageHandler(groups & pictures & _ReplyToBot(), photos.answer_photo))

    # Buttons, each kind with its pattern; others are forged or outdated.
    for press, pattern in (
        (correction_buttons.press, correction_buttons.PRESSES),
        (explain.press, explain.PRESSES),
        (review.press, review.PRESSES),
        (commands.press, commands.PRESSES),
        (model_versions.press, model_versions.PRESSES),
        (consent.press, consent.PRESSES),
        (talk.press_language, talk.LANGUAGE_PRESSES),
        (fallback.press, None),
    ):
        application.add_handler(CallbackQueryHandler(press, pattern))

    # Commands, in private chats and in groups.
    for name, command in (
        ("start", talk.start),
        ("help", talk.help_),
        ("labels", talk.labels),
        ("language", talk.language),
        ("thanks", talk.thanks),
        ("identify", photos.identify),
        ("wrong", correction_commands.wrong),
        ("undo", correction_commands.undo),
        ("why", explain.why),
        ("privacy", consent.privacy),
        ("export", consent.export_data),
        ("forget", consent.ask_to_forget),
        ("review", review.review),
        ("retrain", commands.retrain),
        ("cancel", commands.cancel),
        ("models", model_versions.models),
        ("rollback", model_versions.rollback),
        ("stats", statistics.statistics),
    ):
        application.add_handler(CommandHandler(name, command, new))

    # Everything else gets a sentence in private chats and silence in groups.
    application.add_handler(MessageHandler(private & filters.COMMAND, fallback.command))
    application.add_handler(MessageHandler(private & ~filters.StatusUpdate.ALL, fallback.no_photo))
    application.add_error_handler(failures.handle_error)
