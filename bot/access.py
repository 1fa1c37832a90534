"""Who may do what admins may, and where: every command and button of theirs asks here.

An admin's word counts in a private chat only: what the answers show is not for a group. Where it
is not certain who asks, or where, the answer is no.
"""

from __future__ import annotations

from telegram import Update
from telegram.constants import ChatType

from bot.context import Context
from bot.saying import reply, toast
from dataset import audit

_LONGEST_SUBJECT = 128


async def admitted(update: Update, context: Context, action: str) -> bool:
    """Whether this command or press may go on; if not, its sender is told.

    Somebody who is no admin is noted in the audit trail, as `<action>_refused`.
    """
    person, chat, query = update.effective_user, update.effective_chat, update.callback_query
    words = await context.words(person)
    if not context.is_admin(person):
        where = f"press:{query.data}" if query else f"chat:{chat.id if chat else None}"
        await context.services.records.write(
            lambda session: audit.record(
                session,
                actor_id=person.id if person else 0,
                action=f"{action}_refused",
                subject=where[:_LONGEST_SUBJECT],
            )
        )
        refusal = words("admins-only")
    elif chat is None or chat.type != ChatType.PRIVATE:
        refusal = words("private-only")
    else:
        return True
    if query is not None:
        await toast(query, refusal)
    elif update.effective_message is not None:
        await reply(context.bot, update.effective_message, refusal)
    return False
