"""/unban for admins: the corrections of somebody whom a reviewer banned count again."""

from __future__ import annotations

from sqlalchemy.orm import Session
from telegram import Update

from bot.admin.access import admitted
from bot.chat.context import Context
from bot.chat.feature import Command, Feature, Menu
from bot.speech.messages import reply
from dataset.conversation.claims import claims
from dataset.storage.schema import Person


async def unban(update: Update, context: Context) -> None:
    """/unban PERSON: by the number that the audit page shows; old corrections count again, too."""
    message, person, words = await context.asked(update)
    if not await admitted(update, context, "unban"):
        return
    said = context.args[0] if context.args else ""
    if not (said.isascii() and said.isdigit() and len(said) <= 18):
        await reply(context.bot, message, words("unban-how"))
        return
    quorum = context.services.settings.claim_quorum

    def lift(session: Session) -> bool:
        banned = session.get(Person, int(said))
        if banned is None or banned.claims_banned_at is None:
            return False
        claims.unban_claims(session, int(said), unbanned_by=person.id, quorum=quorum)
        return True

    done = await context.services.records.write(lift)
    await reply(context.bot, message, words("unban-done" if done else "unban-none", person=said))


FEATURE = Feature(commands=(Command("unban", unban, (Menu.ADMINS,)),))
