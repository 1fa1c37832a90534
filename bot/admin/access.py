"""Who may do what admins may, and where: every command and button of theirs asks here.

An admin's word counts in a private chat only: what the answers show is not for a group. Where it
is not certain who asks, or where, the answer is no.
"""

from __future__ import annotations

from telegram import Chat, Update
from telegram.constants import ChatType

from bot.chat.context import Context
from bot.speech.messages import reply, toast
from dataset.storage import audit

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
        if person is not None and query is None and _is_private(chat):
            # How an operator learns what belongs into ADMIN_IDS.
            refusal += " " + words("your-id", id=str(person.id))
    elif not _is_private(chat):
        refusal = words("private-only")
    else:
        return True
    if query is not None:
        await toast(query, refusal)
    elif update.effective_message is not None:
        await reply(context.bot, update.effective_message, refusal)
    return False


def _is_private(chat: Chat | None) -> bool:
    return chat is not None and chat.type == ChatType.PRIVATE
