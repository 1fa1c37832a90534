"""/teach LABEL … /done for admins: the photos in between become examples of the label.

A photo or an album captioned `/teach LABEL` is taught alone. Nothing of it is answered as a photo.
The next retraining learns what was taught; a new label joins once it has enough photos.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session
from telegram import InlineKeyboardMarkup, Message, Update, User
from telegram.constants import ChatType

from bot.admin.access import admitted
from bot.admin.teaching import request
from bot.admin.teaching.naming import label_asked_for
from bot.admin.teaching.wording import (
    Looked,
    began_text,
    count_text,
    done_buttons,
    done_text,
    shown_buttons,
    shown_text,
)
from bot.chat.context import Context
from bot.chat.corrections.label_matching import Perhaps, find_label
from bot.chat.feature import Buttons, Command, Feature, Handle, Menu
from bot.classifying.look_ahead import LookAhead
from bot.classifying.photo_message import photo_in
from bot.errors import PhotoUnavailable
from bot.intake.albums import Albums
from bot.speech.callback_data import button, pattern
from bot.speech.callback_data import read as read_press
from bot.speech.messages import edit_buttons, reply, toast
from bot.speech.wording import name_of
from dataset.errors import ForgottenError
from dataset.examples import joining, readiness
from dataset.photos.store import PhotoStore
from dataset.privacy import consents
from dataset.reviewing import teaching
from dataset.reviewing.teaching import Fate, Shown
from dataset.storage.schema import utc_now
from languages.catalogue import Words
from models.errors import PhotoError

PRESSES = pattern("unteach")


class Teaching:
    """Lessons, one for each admin at a time."""

    def __init__(self, store: PhotoStore, ahead: LookAhead, albums: Albums) -> None:
        self._store = store
        self._ahead = ahead
        self._albums = albums

    @property
    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command("teach", self.teach, (Menu.ADMINS,)),
                Command("done", self.done, (Menu.ADMINS,)),
            ),
            buttons=(Buttons(PRESSES, self.press),),
        )

    def show_or(self, handle: Handle) -> Handle:
        """Photos of a lesson go to it, all others to `handle`."""

        async def first(update: Update, context: Context) -> None:
            if not await self._show(update, context):
                await handle(update, context)

        return first

    def undo_or(self, handle: Handle) -> Handle:
        """During a lesson, /undo takes its last photos back; else `handle` knows what to do."""

        async def first(update: Update, context: Context) -> None:
            message, person = update.message, update.effective_user
            if message is None or message.reply_to_message or not _may_teach(context, message):
                return await handle(update, context)
            assert person is not None

            def take_back(session: Session) -> teaching.TakenBack | None:
                lesson = teaching.lesson_of(session, person.id)
                if lesson is None:
                    return None
                return teaching.take_back(session, self._store, person.id, label=lesson.label)

            back = await context.services.records.write(take_back)
            if back is None:
                return await handle(update, context)
            words = await context.words(person)
            await reply(context.bot, message, await _taken_back(context, back, words))

        return first

    async def teach(self, update: Update, context: Context) -> None:
        """/teach LABEL: begin a lesson; alone, it says how, or how far the lesson is."""
        message, person, words = await context.asked(update)
        if not await admitted(update, context, "teach"):
            return
        text = message.text or ""
        lesson = await context.services.records.read(
            lambda session: teaching.lesson_of(session, person.id)
        )
        if not context.args and lesson is not None:
            count = await _count(context, lesson.label)
            await reply(context.bot, message, count_text(lesson.label, count, words))
            return
        named = await label_asked_for(context, person, text, words)
        if isinstance(named, str):
            if lesson is not None:
                named += "\n" + words("teach-goes-on", label=lesson.label)
            elif context.args:
                named += "\n" + words("teach-not-begun")
            await reply(context.bot, message, named)
            return
        label = named.label
        await context.services.records.write(
            lambda session: teaching.begin(session, person.id, label)
        )
        began = began_text(label, named.place, await _count(context, label), words)
        found = find_label(label, context.services.host.manifest)
        if isinstance(found, Perhaps):
            name = name_of(found.label, context.services.host.manifest, words)
            began += "\n" + words("teach-perhaps", name=name, label=found.label)
        await reply(context.bot, message, began)
        await _ask_to_keep(context, message, person, words)

    async def done(self, update: Update, context: Context) -> None:
        """/done: end the lesson."""
        message, person, words = await context.asked(update)
        if not await admitted(update, context, "done"):
            return
        lesson = await context.services.records.write(
            lambda session: teaching.end(session, person.id)
        )
        if lesson is None:
            await reply(context.bot, message, words("teach-none"))
            return
        count = await _count(context, lesson.label)
        manifest = context.services.host.manifest
        wants = await context.services.records.read(
            lambda session: readiness.wants_of(session, manifest.labels)
        )
        text = done_text(lesson.label, count, wants, manifest, words)
        await reply(context.bot, message, text, done_buttons(person.id, count, wants, words))

    async def press(self, update: Update, context: Context) -> None:
        """Undo, under the answer to photos of a lesson."""
        query = update.callback_query
        assert query is not None
        pressed = read_press(query.data)
        if not await admitted(update, context, "teach") or pressed is None:
            return
        words = await context.words(query.from_user)
        back = await context.services.records.write(
            lambda session: teaching.take_back(
                session, self._store, query.from_user.id, verdict_id=pressed.id
            )
        )
        text = words("nothing-to-undo") if back is None else await _taken_back(context, back, words)
        await toast(query, text)
        await edit_buttons(query, None)

    async def _show(self, update: Update, context: Context) -> bool:
        """Whether these photos belong to a lesson, and are taken care of."""
        message, person = update.message, update.effective_user
        assert message is not None
        if person is None:
            return False
        if not _may_teach(context, message):
            if not request.is_teach(message.caption):
                return False
            await admitted(update, context, "teach")  # refuses, and notes it
            self._look_no_more(await self._parts(update, message))
            return True
        parts = await self._parts(update, message)
        words = await context.words(person)
        caption = next(
            (part.message.caption for part in parts if part.message and _captioned(part.message)),
            None,
        )
        if caption is not None:
            named = await label_asked_for(context, person, caption, words)
            if isinstance(named, str):
                self._look_no_more(parts)
                named += "\n" + words("teach-not-taken", count=len(parts))
                await reply(context.bot, message, named)
                return True
            label = named.label
        else:
            lesson = await context.services.records.read(
                lambda session: teaching.lesson_of(session, person.id)
            )
            if lesson is None:
                return False
            label = lesson.label
        await self._take(context, parts, label, person, words)
        return True

    async def _parts(self, update: Update, message: Message) -> list[Update]:
        """The updates of the message's album, or its own."""
        return await self._albums.gather(update) if message.media_group_id else [update]

    def _look_no_more(self, parts: Sequence[Update]) -> None:
        """End the look at photos that are not taken; it has begun before their turn."""
        for part in parts:
            assert part.message is not None
            self._ahead.drop(part.message)

    async def _take(
        self, context: Context, parts: Sequence[Update], label: str, person: User, words: Words
    ) -> None:
        """Take the photos of one message or album for examples, and answer it once."""
        first = parts[0].message
        assert first is not None
        consent = await context.services.records.read(
            lambda session: consents.current(session, person.id)
        )
        if consent is None:
            self._look_no_more(parts)
            await _ask_to_keep(context, first, person, words)
            return
        now = utc_now()
        looked = []
        for part in parts:
            assert part.message is not None
            sight = await self._ahead.sight(context.bot, part.message)
            photo = photo_in(part.message)
            outcome: Shown | str = sight if isinstance(sight, str) else ""
            if not isinstance(photo, str) and photo.is_preview:
                outcome = "teach-preview"
            if not outcome:
                outcome = await self._keep(context, part, label, consent.id, now)
            looked.append(Looked(outcome, sight))
        if await _is_told_full(context, person, looked):
            return
        count = await _count(context, label)
        text = shown_text(label, looked, count, context.services.host.manifest, words)
        await reply(context.bot, first, text, shown_buttons(looked, words))

    async def _keep(
        self, context: Context, part: Update, label: str, consent_id: int, now: datetime
    ) -> Shown | str:
        """The outcome for one photo, or the catalogue's sentence for why it is not taken."""
        message = part.message
        assert message is not None
        assert message.from_user is not None
        person = message.from_user.id
        photo = photo_in(message)
        if isinstance(photo, str):
            return photo
        keeper = context.services.keeper
        try:
            fetched = await keeper.fetch(photo.largest_file_id, person=person)
            shown = await keeper.keep(
                fetched,
                lambda session: teaching.show(
                    session,
                    self._store,
                    fetched.data,
                    fetched.of_person(consent_id),
                    user_id=person,
                    label=label,
                    now=now,
                ),
                is_kept=lambda shown: shown.fate is Fate.TAUGHT,
            )
        except PhotoUnavailable as exc:
            return exc.message_id
        except PhotoError as exc:
            return f"photo-{exc.code}"
        except ForgottenError:
            return "teach-forgotten"
        # A crash came between this photo and its answer: it was taken then.
        again = context.services.inbox.is_again(part.update_id)
        if again and shown.fate is Fate.KNOWN and shown.verdict_id is not None:
            return Shown(fate=Fate.TAUGHT, verdict_id=shown.verdict_id)
        return shown


def _may_teach(context: Context, message: Message) -> bool:
    return message.chat.type == ChatType.PRIVATE and context.is_admin(message.from_user)


def _captioned(message: Message) -> bool:
    return request.is_teach(message.caption)


async def _count(context: Context, label: str) -> joining.Count:
    return await context.services.records.read(lambda session: joining.count(session, label))


async def _taken_back(context: Context, back: teaching.TakenBack, words: Words) -> str:
    count = await _count(context, back.label)
    return "\n".join(
        [words("teach-undone", count=back.photos), count_text(back.label, count, words)]
    )


async def _ask_to_keep(context: Context, message: Message, person: User, words: Words) -> None:
    """Ask for consent where there is none: what is taught is kept."""
    if await context.services.records.read(
        lambda session: consents.current(session, person.id) is not None
    ):
        return
    keep = button(words("button-keep"), person.id, "keep")
    dont = button(words("button-dont-keep"), person.id, "dontkeep")
    text = "\n".join([words("teach-consent"), words("consent-ask")])
    await reply(context.bot, message, text, InlineKeyboardMarkup([[keep], [dont]]))


async def _is_told_full(context: Context, person: User, looked: Sequence[Looked]) -> bool:
    """Whether nothing of a message was taken, because the day is full, and they know it."""
    if not all(isinstance(one.outcome, Shown) and one.outcome.fate is Fate.FULL for one in looked):
        return False
    return await context.services.records.write(
        lambda session: teaching.is_told_full(session, person.id)
    )
