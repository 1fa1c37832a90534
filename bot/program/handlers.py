"""Which update goes where: the one table of features, gathered from what each declares."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import Message
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.admin import bans, statistics
from bot.admin.model_versions import ModelVersions
from bot.admin.retraining.commands import Retraining
from bot.admin.review import Reviewing
from bot.chat import failures, fallback, talk
from bot.chat.consent import OwnData
from bot.chat.context import DetectorApplication
from bot.chat.corrections import buttons, commands
from bot.chat.explain import Explaining
from bot.chat.feature import Feature, Menu
from bot.chat.photos import Photos
from bot.speech.command_menu import Menus


def features(
    *,
    photos: Photos,
    explaining: Explaining,
    own_data: OwnData,
    reviewing: Reviewing,
    retraining: Retraining,
    model_versions: ModelVersions,
) -> tuple[Feature, ...]:
    """All features, in the order of the menus."""
    return (
        photos.feature,
        talk.INTRODUCTION,
        commands.FEATURE,
        buttons.FEATURE,
        explaining.feature,
        own_data.feature,
        talk.CHOICES,
        reviewing.feature,
        statistics.FEATURE,
        retraining.feature,
        model_versions.feature,
        bans.FEATURE,
    )


def menus_of(declared: Sequence[Feature]) -> Menus:
    """The menus that these features want to stand in."""
    known = [command for feature in declared for command in feature.commands]

    def names(menu: Menu) -> tuple[str, ...]:
        return tuple(command.name for command in known if menu in command.menus)

    return Menus(names(Menu.PRIVATE), names(Menu.GROUPS), names(Menu.ADMINS))


class _ReplyToBot(filters.MessageFilter):
    """A reply to a message of the bot's own."""

    def filter(self, message: Message) -> bool:
        replied = message.reply_to_message
        own = message.get_bot().id
        return replied is not None and replied.from_user is not None and replied.from_user.id == own


def register(application: DetectorApplication, photos: Photos, declared: Sequence[Feature]) -> None:
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
    for feature in declared:
        for pressed in feature.buttons:
            application.add_handler(CallbackQueryHandler(pressed.handle, pressed.pattern))
    application.add_handler(CallbackQueryHandler(fallback.press))

    # Commands, in private chats and in groups.
    for feature in declared:
        for command in feature.commands:
            application.add_handler(CommandHandler(command.name, command.handle, new))

    # Everything else gets a sentence in private chats and silence in groups.
    application.add_handler(MessageHandler(private & filters.COMMAND, fallback.command))
    application.add_handler(MessageHandler(private & ~filters.StatusUpdate.ALL, fallback.no_photo))
    application.add_error_handler(failures.handle_error)
