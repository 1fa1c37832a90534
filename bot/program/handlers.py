"""Which update goes where: the one table of features, gathered from what each declares."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import Message, Update
from telegram.ext import (
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    MessageReactionHandler,
    filters,
)

from bot.admin import bans, statistics
from bot.admin.model_versions import ModelVersions
from bot.admin.retraining.commands import Retraining
from bot.admin.review import Reviewing
from bot.admin.teaching.lessons import Teaching
from bot.chat import failures, fallback, talk
from bot.chat.consent import OwnData
from bot.chat.context import Context, DetectorApplication
from bot.chat.corrections import buttons, commands, reactions
from bot.chat.corrections.plain_words import take_plain_words_in_group
from bot.chat.explain import Explaining
from bot.chat.feature import Command, Feature, Handle, Menu
from bot.chat.photos import Photos, asks_by_caption
from bot.speech.addressing import replies_to_bot, said_with_command, sender_of
from bot.speech.command_menu import Menus
from bot.speech.messages import reply


def features(
    *,
    photos: Photos,
    explaining: Explaining,
    own_data: OwnData,
    reviewing: Reviewing,
    retraining: Retraining,
    model_versions: ModelVersions,
    teaching: Teaching,
) -> tuple[Feature, ...]:
    """All features, in the order of the menus."""
    return (
        photos.feature,
        talk.INTRODUCTION,
        commands.feature(undo=teaching.undo_or(commands.undo)),
        buttons.FEATURE,
        explaining.feature,
        own_data.feature,
        talk.CHOICES,
        reviewing.feature,
        teaching.feature,
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
        return replies_to_bot(message)


class _InAlbum(filters.MessageFilter):
    """A part of an album."""

    def filter(self, message: Message) -> bool:
        return message.media_group_id is not None


class _AsksByCaption(filters.MessageFilter):
    """A caption that begins with /identify."""

    def filter(self, message: Message) -> bool:
        return asks_by_caption(message)


def _handler(command: Command) -> Handle:
    """The command's handler, with the words after the command as its arguments.

    Who writes as a group or a channel may not be taken for one person; the account that they write
    from is everybody's.
    """

    async def handle(update: Update, context: Context) -> None:
        message = update.message
        assert message is not None
        if not command.by_anybody and sender_of(message) is None:
            words = await context.words(None)
            await reply(context.bot, message, words("anonymous"))
            return
        context.args = said_with_command(message).split()
        await command.handle(update, context)

    return handle


def register(
    application: DetectorApplication,
    photos: Photos,
    teaching: Teaching,
    declared: Sequence[Feature],
) -> None:
    """Every handler, in the order of trying."""
    new = filters.UpdateType.MESSAGE
    private = new & filters.ChatType.PRIVATE
    groups = new & ~filters.ChatType.PRIVATE
    pictures = (
        filters.PHOTO
        | filters.Document.ALL
        | filters.VIDEO
        | filters.VIDEO_NOTE
        | filters.ANIMATION
        | filters.Sticker.ALL
    )

    # Photos first: they are most updates. In groups only those that address the bot.
    application.add_handler(
        MessageHandler(private & pictures, teaching.show_or(photos.answer_photo))
    )
    application.add_handler(
        MessageHandler(groups & pictures & _InAlbum(), photos.answer_album_if_asked)
    )
    application.add_handler(MessageHandler(groups & pictures & _AsksByCaption(), photos.identify))
    application.add_handler(MessageHandler(groups & pictures & _ReplyToBot(), photos.answer_photo))

    # Buttons, each kind with its pattern; others are forged or outdated.
    for feature in declared:
        for pressed in feature.buttons:
            application.add_handler(CallbackQueryHandler(pressed.handle, pressed.pattern))
    application.add_handler(CallbackQueryHandler(fallback.press))

    # 👍 and 👎 on an answer.
    application.add_handler(
        MessageReactionHandler(
            reactions.react,
            message_reaction_types=MessageReactionHandler.MESSAGE_REACTION_UPDATED,
        )
    )

    # Commands, in private chats and in groups.
    for feature in declared:
        for command in feature.commands:
            application.add_handler(CommandHandler(command.name, _handler(command), new))

    # Everything else gets a sentence in private chats and, unless it corrects, silence in groups.
    application.add_handler(MessageHandler(private & filters.COMMAND, fallback.command))
    application.add_handler(MessageHandler(private & ~filters.StatusUpdate.ALL, fallback.no_photo))
    words = filters.TEXT & ~filters.COMMAND
    application.add_handler(
        MessageHandler(groups & words & _ReplyToBot(), take_plain_words_in_group)
    )
    application.add_error_handler(failures.handle_error)
