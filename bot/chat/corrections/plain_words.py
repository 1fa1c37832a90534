"""Corrections without a command: "wrong grizzly", or "grizzly" in reply to the bot."""

from __future__ import annotations

from sqlalchemy.orm import Session
from telegram import Message, Update, User

from bot.chat.context import Context
from bot.chat.corrections.commands import correct, denies_all, denies_only, read_claim
from bot.chat.corrections.label_matching import find_label
from bot.chat.corrections.meaning import is_question, meant_by
from bot.chat.questions import RECENT
from bot.speech.addressing import (
    is_about_elsewhere,
    is_private,
    replied_to,
    replies_to_bot,
    sender_of,
)
from dataset.conversation import predictions as stored
from dataset.storage.schema import ClaimKind, Prediction, Verdict, utc_now
from languages.catalogue import Words

_LONGEST = 200
"""Who writes more than this names no label."""


async def take_plain_words(update: Update, context: Context) -> bool:
    """Take a text for a correction where it is one; False where it is something else.

    It is one if it begins with "wrong", if it replies to the bot's question what a photo shows, or
    if it replies to a photo or an answer and names a label or "none of these". In a private chat
    the message after the question needs no reply to name a label, nor do "not a teddy" and "no,
    that's a teddy" soon after an answer.
    """
    message = update.message
    assert message is not None
    text, person = message.text or "", sender_of(message)
    if person is None or not 0 < len(text) <= _LONGEST:
        return False
    words = await context.words(person)
    said = _after_wrong(text, context, words)
    if said is None and replied_to(message) is None:
        if not is_private(message) or is_about_elsewhere(message):
            return False
        said, meant = text, await _spoken_of(context, message, person, text, words)
    else:
        meant = await meant_by(context, message)
    if not meant:
        return False
    if said is None:
        if not (await _is_asked(context, message) or _contradicts(text, context, words, meant)):
            return False
        said = text
    await correct(context, message, meant, said.split(), words)
    return True


async def take_plain_words_in_group(update: Update, context: Context) -> None:
    """The same in reply to the bot in a group, where it says nothing to anything else."""
    await take_plain_words(update, context)


def _after_wrong(text: str, context: Context, words: Words) -> str | None:
    """What follows "wrong", in the person's language or in English; None where it does not come
    first."""
    plain = text.strip()
    english = context.services.people.languages.words(None)
    known = {*words.words("wrong-words"), *english.words("wrong-words")}
    for word in sorted(known, key=len, reverse=True):
        rest = plain[len(word) :]
        if plain[: len(word)].casefold() == word and not rest[:1].isalnum():
            return rest.strip(" \t\r\n:,;.!=-–—")
    return None


async def _spoken_of(
    context: Context, message: Message, person: User, text: str, words: Words
) -> list[Prediction]:
    """What a text that replies to nothing corrects, in a private chat: the photo that the bot has
    just asked about, or its last answer, if the text denies that. Mostly nothing."""
    question = context.services.questions.take(message.chat_id)
    denies = denies_only(text, context, words) or denies_all(text, context, words)
    if question is None:
        if not (denies or _begins_with_no(text, words)):
            return []
        meant = await meant_by(context, message)
        recent = [row for row in meant if utc_now() - row.made_at < RECENT]
        return recent if denies or _contradicts(text, context, words, recent) else []
    if not (denies or find_label(text, context.services.host.manifest)):
        return []
    asked_at, asked_about = question.asked_at, question.prediction_id

    def find(session: Session) -> list[Prediction]:
        found = session.get(Prediction, asked_about)
        last = stored.last_prediction(session, message.chat_id, person.id)
        is_there = found is not None and found.chat_id == message.chat_id
        # After a newer photo nobody knows which one is spoken of.
        is_newest = last is None or last.made_at <= asked_at
        return [found] if found is not None and is_there and is_newest else []

    return await context.services.records.read(find)


def _begins_with_no(text: str, words: Words) -> bool:
    """Whether a text says no and goes on: "No, that's a black bear"."""
    first, _, rest = text.casefold().strip().partition(" ")
    known = (*words.words("none-words"), *words.words("denying-words"))
    return bool(rest) and first.rstrip(",;:.!") in known


async def _is_asked(context: Context, message: Message) -> bool:
    """Whether it replies to a question of the bot's about an answer, not to the answer itself."""
    replied = replied_to(message)
    if replied is None or not replies_to_bot(message) or not is_question(replied):
        return False
    answers = await context.services.records.read(
        lambda session: stored.find_predictions(session, message.chat_id, replied.message_id)
    )
    return not answers


def _contradicts(text: str, context: Context, words: Words, meant: list[Prediction]) -> bool:
    """Whether a reply to an answer names something: "grizzly", "No, it's a grizzly"."""
    kind, _ = read_claim(text, context, words)
    if kind in (ClaimKind.LABEL, ClaimKind.NONE) or denies_only(text, context, words):
        return True
    found = find_label(text, context.services.host.manifest)
    if found is None:
        return False
    answered = {row.label for row in meant if row.verdict is Verdict.SURE}
    return found.label not in answered
