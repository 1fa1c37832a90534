"""Admins' rights: every command and button of theirs checks here who asks, and where.

An admin's word counts in a private chat only, because the answers are not for a group. When person
or place is unknown, the answer is no.
"""

from __future__ import annotations

from telegram import Chat, Update
from telegram.constants import ChatType

from bot.chat.context import Context
from bot.speech.addressing import person_of
from bot.speech.messages import reply, toast
from dataset.storage import audit

_LONGEST_SUBJECT = 128


async def admitted(update: Update, context: Context, action: str) -> bool:
    """Whether this command or press may go on; if not, its sender gets a refusal.

    The audit trail notes everybody who is not an admin, as `<action>_refused`.
    """
    person, chat, query = person_of(update), update.effective_chat, update.callback_query
    words = await context.words(person)
    if not context.is_admin(person):
        where = f"press:{query.data}" if query else f"chat:{chat.id if chat else None}"
        await context.services.records.write(
            lambda session: audit.attempt(
                session,
                actor_id=person.id if person else 0,
                action=f"{action}_refused",
                subject=where[:_LONGEST_SUBJECT],
            )
        )
        refusal = words("admins-only")
        if person is not None and query is None and _is_private(chat):
            # This is how an operator learns their id for ADMIN_IDS.
            refusal += " " + words("your-id", id=str(person.id))
    elif not _is_private(chat):
        refusal = words("private-only")
    else:
        if person is not None:
            # Progress, alerts and digests come when they are not writing.
            await context.services.people.note(person)
        return True
    if query is not None:
        await toast(query, refusal)
    elif update.effective_message is not None:
        await reply(context.bot, update.effective_message, refusal)
    return False


def _is_private(chat: Chat | None) -> bool:
    return chat is not None and chat.type == ChatType.PRIVATE
