"""Who wrote a message, to whom, and which other message it speaks of.

Telegram's fields hold more than they seem to. Who writes as a group or a channel comes from an
account that all groups share. In a topic every message replies to the topic's beginning. A reply
may mean a message of another chat.
"""

from __future__ import annotations

import re

from telegram import Message, Update, User
from telegram.constants import ChatType, MessageEntityType

_AFTER_COMMAND = re.compile(r"^[\s:,;=]*(?:[-–—]+\s+)?")


def sender_of(message: Message) -> User | None:
    """The person who wrote a message; None for anonymous admins, channels and bots."""
    user = message.from_user
    return None if user is None or user.is_bot or message.sender_chat is not None else user


def person_of(update: Update) -> User | None:
    """The person behind an update. A press always has one, also from an anonymous admin."""
    query, message, reaction = update.callback_query, update.message, update.message_reaction
    if query is not None:
        return query.from_user
    if reaction is not None:
        return reaction.user
    return None if message is None else sender_of(message)


def actor_id(update: Update) -> int:
    """A number for who is behind an update, person or chat: rates and lists count by it."""
    if update.message is not None:
        return sender_id(update.message)
    reaction = update.message_reaction
    if reaction is not None and reaction.actor_chat is not None:
        return reaction.actor_chat.id
    person = person_of(update)
    return person.id if person else 0


def sender_id(message: Message) -> int:
    """A number for who sent a message: the person's, else that of the chat that they write as."""
    if message.sender_chat is not None:
        return message.sender_chat.id
    return message.from_user.id if message.from_user else 0


def replied_to(message: Message) -> Message | None:
    """The message of this chat that a person replied to, if they did."""
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created is not None:
        return None
    is_root = replied.message_id == message.message_thread_id
    return None if message.is_topic_message and is_root else replied


def is_private(message: Message) -> bool:
    """Whether its chat is one person's with the bot: in groups only what addresses it counts."""
    return message.chat.type == ChatType.PRIVATE


def is_about_elsewhere(message: Message) -> bool:
    """Whether it replies to something outside this chat's messages."""
    elsewhere = message.external_reply is not None or message.reply_to_story is not None
    return elsewhere and replied_to(message) is None


def replies_to_bot(message: Message) -> bool:
    """Whether a person replied to a message of the bot's own."""
    replied = replied_to(message)
    if replied is None or replied.from_user is None:
        return False
    return replied.from_user.id == message.get_bot().id


def topic_of(message: Message) -> int | None:
    """The topic that an answer must go to; other threads are Telegram's own affair."""
    return message.message_thread_id if message.is_topic_message else None


def has_command(message: Message, name: str) -> bool:
    """Whether the caption begins with this command, meant for this bot."""
    caption, entities = message.caption, message.caption_entities
    if not caption or not entities or entities[0].offset:
        return False
    if entities[0].type != MessageEntityType.BOT_COMMAND:
        return False
    command, _, addressee = caption[1 : entities[0].length].lower().partition("@")
    return command == name and addressee in ("", message.get_bot().username.lower())


def said_with_command(message: Message) -> str:
    """What follows the command of a message or caption: "/wrong: grizzly" says "grizzly"."""
    text = message.text or message.caption
    entities = message.entities or message.caption_entities
    if not text or not entities:
        return ""
    return _AFTER_COMMAND.sub("", text[entities[0].length :]).rstrip()
