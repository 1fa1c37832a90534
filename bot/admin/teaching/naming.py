"""Which label a lesson is about: as the dataset spells it, described as asked."""

from __future__ import annotations

from sqlalchemy.orm import Session
from telegram import Message, User

from bot.admin.teaching import request
from bot.chat.context import Context
from bot.chat.corrections.label_matching import Exactly, find_label
from bot.speech.messages import reply
from dataset.conversation.claims.label_names import renamed
from dataset.errors import InvalidLabel, NameTaken
from dataset.examples import labels
from dataset.examples.label_order import label_order
from languages.catalogue import Words


async def ask_for_label(
    context: Context, message: Message, person: User, text: str, words: Words
) -> str | None:
    """The label that is asked for, as the dataset spells it, described as asked; None when
    the request was answered with what is wrong with it."""
    asked = request.read(text, words)
    if isinstance(asked, str):
        await reply(context.bot, message, asked)
        return None
    manifest = context.services.host.manifest
    found = find_label(asked.label, manifest)
    meant = found.label if isinstance(found, Exactly) else asked.label

    others = {
        one: (*manifest.names.get(one, {}).values(), *manifest.aliases.get(one, ()))
        for one in manifest.labels
    }

    def resolve(session: Session) -> str | None:
        label = renamed(session).get(meant, meant)
        same = [one for one in label_order(session) if one.casefold() == label.casefold()]
        label = label if label in same or not same else renamed(session).get(same[0], same[0])
        if label in labels.retired(session):
            return None
        if asked.describes:
            before = labels.texts(session).get(label)
            labels.describe(
                session,
                label,
                names={**(before.names if before else {}), **asked.names},
                aliases=[*(before.aliases if before else ()), *asked.aliases],
                actor_id=person.id,
                others=others,
            )
        return label

    try:
        label = await context.services.records.write(resolve)
    except NameTaken as exc:
        await reply(context.bot, message, words("teach-name-taken", name=exc.name, label=exc.other))
        return None
    except InvalidLabel:
        await reply(context.bot, message, words("teach-bad-name"))
        return None
    if label is None:
        await reply(context.bot, message, words("teach-retired", label=meant))
    return label
