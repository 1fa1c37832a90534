"""Which label a lesson is about: as the dataset spells it, described as asked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session
from telegram import User

from bot.admin.teaching import request
from bot.admin.teaching.wording import bad_place_text
from bot.chat.context import Context
from bot.chat.corrections.label_matching import Exactly, find_label
from dataset.conversation.claims.label_names import renamed
from dataset.errors import InvalidLabel, NameTaken, PlaceTaken
from dataset.examples import labels
from dataset.examples.label_order import present_order
from languages.catalogue import Words


@dataclass(frozen=True)
class Named:
    """The label that was asked for, as the dataset spells it."""

    label: str
    place: int | None
    """In menus, from 1, where the request says it."""


async def label_asked_for(context: Context, person: User, text: str, words: Words) -> Named | str:
    """The label that is asked for, described and placed as asked, or the sentence for what is wrong
    with the request: nothing of it counts then."""
    free_place = await context.services.records.read(labels.free_place)
    asked = request.read(text, words, free_place=free_place)
    if isinstance(asked, str):
        return asked
    manifest = context.services.host.manifest

    others = {
        one: (*manifest.names.get(one, {}).values(), *manifest.aliases.get(one, ()))
        for one in manifest.labels
    }

    def resolve(session: Session) -> tuple[str, bool]:
        """The label, and whether it may be taught."""
        said, now_called = labels.texts(session), renamed(session)
        present = [now_called.get(one, one) for one in manifest.labels]
        known = replace(
            manifest,
            labels=tuple(dict.fromkeys([*present, *present_order(session)])),
            names={**manifest.names, **{label: one.names for label, one in said.items()}},
            aliases={**manifest.aliases, **{one: tuple(said[one].aliases) for one in said}},
        )
        found = find_label(asked.label, known)
        label = found.label if isinstance(found, Exactly) else asked.label
        label = now_called.get(label, label)
        if label in labels.retired(session):
            return label, False
        if asked.describes:
            before = said.get(label)
            labels.describe(
                session,
                label,
                names={**(before.names if before else {}), **asked.names},
                aliases=[*(before.aliases if before else ()), *asked.aliases],
                actor_id=person.id,
                others=others,
            )
        if asked.place is not None:
            labels.place(session, label, asked.place, learned=present, actor_id=person.id)
        return label, True

    try:
        label, open_to_lessons = await context.services.records.write(resolve)
    except NameTaken as exc:
        return words("teach-name-taken", name=exc.name, label=exc.other)
    except PlaceTaken as exc:
        return bad_place_text(asked.label, exc.places, words)
    except InvalidLabel:
        return words("teach-bad-name")
    if not open_to_lessons:
        return words("teach-retired", label=label)
    return Named(label, asked.place)
