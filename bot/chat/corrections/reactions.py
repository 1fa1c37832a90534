"""Corrections by reaction: 👍 on an answer is Right, 👎 is Wrong; taken away, so is the claim."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session
from telegram import Message, MessageReactionUpdated, ReactionType, ReactionTypeEmoji, Update
from telegram.constants import ChatType

from bot.chat.context import Context
from bot.chat.corrections.claims import note, record, refusal
from bot.chat.corrections.commands import offer, take_back_one
from dataset.conversation import predictions as stored
from dataset.conversation.claims import claims
from dataset.storage.schema import ClaimKind, Prediction
from languages.catalogue import Words

RIGHT, WRONG = "👍", "👎"


async def react(update: Update, context: Context) -> None:
    """A reaction to an answer, or to its photo. Others mean nothing here."""
    reaction = update.message_reaction
    assert reaction is not None
    before, after = _emojis(reaction.old_reaction), _emojis(reaction.new_reaction)
    added, gone = after - before, before - after
    if reaction.user is None or not {RIGHT, WRONG} & (added | gone):
        return
    rows = await context.services.records.read(
        lambda session: stored.find_predictions(session, reaction.chat.id, reaction.message_id)
    )
    if not rows:
        return
    words = await context.words(reaction.user)
    if RIGHT in gone:
        await _take_back(context, reaction, rows)
    if RIGHT in added:
        await _say(context, reaction, await _right(context, reaction, rows, words))
    elif WRONG in added and reaction.chat.type == ChatType.PRIVATE:
        message = Message(reaction.message_id, reaction.date, reaction.chat)
        await offer(context, message, rows, words)


async def _right(
    context: Context, reaction: MessageReactionUpdated, rows: Sequence[Prediction], words: Words
) -> str:
    """Every photo that this person has said nothing about was answered rightly."""
    assert reaction.user is not None
    person = reaction.user

    def silent(session: Session) -> list[Prediction]:
        return [row for row in rows if claims.claim_of(session, row.id, person.id) is None]

    said = words("claim-right")
    for row in await context.services.records.read(silent):
        claimed = await record(context, row, person, ClaimKind.RIGHT)
        if isinstance(claimed, str):
            return refusal(claimed, context, words)
        said = note(claimed.claim, context, words)
    return said


async def _take_back(
    context: Context, reaction: MessageReactionUpdated, rows: Sequence[Prediction]
) -> None:
    """Take back what the reaction said; what was said otherwise since stays."""
    assert reaction.user is not None
    person = reaction.user

    def take_back(session: Session) -> None:
        for row in rows:
            claim = claims.claim_of(session, row.id, person.id)
            if claim is not None and claim.kind is ClaimKind.RIGHT:
                take_back_one(session, context, row.id, person.id)

    await context.services.records.write(take_back)


async def _say(context: Context, reaction: MessageReactionUpdated, text: str) -> None:
    """A word on it, where it is between two; in a group a reaction answers itself."""
    if reaction.chat.type == ChatType.PRIVATE:
        await context.bot.send_message(reaction.chat.id, text)


def _emojis(reactions: Sequence[ReactionType]) -> set[str]:
    """The emojis, without the skin's colour."""
    return {one.emoji[:1] for one in reactions if isinstance(one, ReactionTypeEmoji)}
