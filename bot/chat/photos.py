"""Answering photos: one message as a reply, linked to the recorded prediction."""

from __future__ import annotations

import time

from sqlalchemy import Connection
from telegram import Message, Update, User

from bot.chat import consent
from bot.chat.context import Context
from bot.chat.corrections.commands import correct
from bot.chat.delivery import Delivering
from bot.chat.feature import Command, Feature, Menu
from bot.classifying.look_ahead import LookAhead, Sight
from bot.classifying.photo_message import photo_in
from bot.intake.albums import Albums
from bot.speech.addressing import (
    has_command,
    is_about_elsewhere,
    replied_to,
    replies_to_bot,
    said_with_command,
    sender_of,
)
from bot.speech.messages import reply
from bot.speech.wording import album_buttons, album_line, buttons, full_text
from dataset.conversation import predictions as stored
from dataset.storage.schema import Prediction as Row
from dataset.storage.schema import Verdict
from languages.catalogue import Words
from models.inference.classifier import Prediction
from models.photo import MAX_BYTES

_IDENTIFY = "identify"
_WRONG = "wrong"


class Photos:
    """Answers photos: alone, as albums, and where somebody asks for it."""

    def __init__(self, ahead: LookAhead, albums: Albums, delivering: Delivering) -> None:
        self._ahead = ahead
        self._albums = albums
        self._delivering = delivering

    @property
    def feature(self) -> Feature:
        return Feature(
            commands=(Command(_IDENTIFY, self.identify, (Menu.GROUPS,), by_anybody=True),)
        )

    async def answer_photo(self, update: Update, context: Context) -> None:
        """A photo, or a picture as a file, in a private chat or in reply to the bot."""
        message = update.message
        assert message is not None
        if message.media_group_id is None:
            row = await self.answer_one(
                context, message, update_id=update.update_id, asked_by=sender_of(message)
            )
            await _corrected(context, [message], [row] if row else [])
            return
        parts = await self._albums.gather(update)
        rows = await self._answer_album(context, parts)
        await _corrected(context, [part.message for part in parts if part.message], rows)

    async def answer_album_if_asked(self, update: Update, context: Context) -> None:
        """A part of an album in a group: the whole album is answered if any part addresses the bot.

        Where privacy mode hides the other parts, the bot says how to have them answered, too.
        """
        parts = await self._albums.gather(update)
        asked = [part.message for part in parts if part.message and _is_addressed(part.message)]
        if not asked:
            return
        await self._answer_album(context, parts)
        if len(parts) == 1 and asks_by_caption(asked[0]):
            words = await context.words(sender_of(asked[0]))
            await reply(context.bot, asked[0], words("identify-one-of-album"))

    async def identify(self, update: Update, context: Context) -> None:
        """/identify: look at this message's own photo, else at that of the message replied to."""
        message = update.message
        assert message is not None
        replied = replied_to(message)
        shown = message if _has_photo(message) else replied
        if shown is None or not _has_photo(shown):
            words = await context.words(sender_of(message))
            if is_about_elsewhere(message):
                asked = "elsewhere"
            else:
                asked = "identify-no-photo" if replied else "identify-how"
            await reply(context.bot, message, words(asked))
            return
        await self.answer_one(
            context, shown, update_id=update.update_id, asked_by=sender_of(message)
        )

    async def answer_one(
        self, context: Context, message: Message, *, update_id: int, asked_by: User | None
    ) -> Row | None:
        """Answer the photo of `message`, for the update that asked for it; the answer's record,
        where there is a new one."""
        services = context.services
        begun = time.perf_counter()
        words = await context.words(asked_by)
        row = await _recorded(context, update_id)
        if row is not None and row.answer_message_id is not None:
            return None
        if row is None:
            sight = await self._ahead.sight(context.bot, message)
            if isinstance(sight, str):
                await reply(context.bot, message, sentence_for(sight, words))
                return None
            (row,) = await _record(context, [(update_id, message, sight)])
        manifest = services.host.manifest
        text = full_text(row, manifest, words)
        pressable = buttons(row.id, row, manifest, words)
        await self._delivering.deliver(
            update_id,
            message.chat,
            send=lambda: reply(context.bot, message, text, pressable),
            record=lambda sent: _answered(context, [update_id], [row], sent),
        )
        services.metrics.answer_seconds.observe(time.perf_counter() - begun)
        await _afterwards(context, message, [row], words)
        return row

    async def _answer_album(self, context: Context, parts: list[Update]) -> list[Row]:
        """One numbered answer to the photos of an album, as a reply to its first; the new records
        of it."""
        services = context.services
        unanswered: list[tuple[int, Message, Row | None]] = []
        for part in parts:
            assert part.message is not None
            row = await _recorded(context, part.update_id)
            if row is None or row.answer_message_id is None:
                unanswered.append((part.update_id, part.message, row))
        numbers = [part.update_id for part in parts]
        if len(parts) == 1 and unanswered:
            update_id, message, _ = unanswered[0]
            one = await self.answer_one(
                context, message, update_id=update_id, asked_by=sender_of(message)
            )
            return [one] if one else []
        if not unanswered:
            await services.inbox.finish(numbers, lambda connection: None)
            return []
        begun = time.perf_counter()
        first = unanswered[0][1]
        words = await context.words(sender_of(first))
        sights: list[Sight | Row] = []
        for _, message, row in unanswered:
            sights.append(row or await self._ahead.sight(context.bot, message))
        seen = [
            (update_id, message, sight, position)
            for position, ((update_id, message, _), sight) in enumerate(
                zip(unanswered, sights, strict=True), start=1
            )
            if isinstance(sight, Prediction)
        ]
        recorded = await _record(
            context,
            [(update_id, message, sight) for update_id, message, sight, _ in seen],
            positions=[position for *_, position in seen],
        )
        for (*_, position), row in zip(seen, recorded, strict=True):
            sights[position - 1] = row
        await self._send_album_answer(context, first, sights, numbers, words)
        services.metrics.answer_seconds.observe(time.perf_counter() - begun)
        rows = [row for row in sights if isinstance(row, Row)]
        await _afterwards(context, first, rows, words)
        return rows

    async def _send_album_answer(
        self,
        context: Context,
        first: Message,
        sights: list[Sight | Row],
        numbers: list[int],
        words: Words,
    ) -> None:
        manifest = context.services.host.manifest
        lines = []
        rows = []
        for position, sight in enumerate(sights, start=1):
            if isinstance(sight, Row):
                rows.append((sight, position))
                line = album_line(sight, manifest, words)
            else:
                assert isinstance(sight, str)
                line = sentence_for(sight, words)
            lines.append(f"{position}. {line}")
        pressable = album_buttons([(row.id, position) for row, position in rows], words)
        await self._delivering.deliver(
            numbers[0],
            first.chat,
            send=lambda: reply(context.bot, first, "\n".join(lines), pressable),
            record=lambda sent: _answered(context, numbers, [row for row, _ in rows], sent),
        )


async def _corrected(context: Context, shown: list[Message], rows: list[Row]) -> None:
    """Take the caption "/wrong grizzly" for a correction of the answer that photos just got."""
    for message in shown:
        if rows and has_command(message, _WRONG):
            words = await context.words(sender_of(message))
            await correct(context, message, rows, said_with_command(message).split(), words)
            return


def asks_by_caption(message: Message) -> bool:
    """Whether a photo's caption asks this bot to look at it."""
    return has_command(message, _IDENTIFY)


def _is_addressed(message: Message) -> bool:
    return asks_by_caption(message) or replies_to_bot(message)


def _has_photo(message: Message) -> bool:
    """Whether a message has a photo, perhaps one that is too large to fetch."""
    found = photo_in(message)
    return not isinstance(found, str) or found == "photo-too_large"


def sentence_for(message_id: str, words: Words) -> str:
    """The sentence for a photo that could not be read."""
    return words(message_id, megabytes=MAX_BYTES // 2**20)


async def _recorded(context: Context, update_id: int) -> Row | None:
    """The records of an earlier attempt at this update, if any."""
    services = context.services
    if not services.inbox.is_again(update_id):
        return None
    return await services.records.read(lambda session: stored.find_by_update(session, update_id))


async def _record(
    context: Context,
    seen: list[tuple[int, Message, Prediction]],
    *,
    positions: list[int] | None = None,
) -> list[Row]:
    services = context.services
    share = services.settings.sample_share

    def record(connection: Connection) -> list[Row]:
        return [
            _record_one(
                connection,
                update_id,
                message,
                sight,
                position=None if positions is None else positions[place],
                sampled=stored.draws_sample(str(update_id), share),
            )
            for place, (update_id, message, sight) in enumerate(seen)
        ]

    return await services.records.record(record)


def _record_one(
    connection: Connection,
    update_id: int,
    message: Message,
    sight: Prediction,
    *,
    position: int | None,
    sampled: bool,
) -> Row:
    photo = photo_in(message)
    assert not isinstance(photo, str)
    person = sender_of(message)
    return stored.record_prediction(
        connection,
        stored.NewPrediction(
            update_id=update_id,
            chat_id=message.chat_id,
            user_id=person.id if person else 0,
            photo_message_id=message.message_id,
            album_position=position,
            file_id=photo.largest_file_id,
            sampled=sampled,
            model_version=sight.model_version,
            label=sight.label,
            probability=sight.probability,
            probabilities=sight.probabilities,
            verdict=sight.verdict,
            candidates=sight.candidates,
            outside_score=sight.outside_score,
            looks_like=sight.looks_like,
            milliseconds=sight.milliseconds,
            is_incomplete=sight.is_incomplete,
            looked_again=sight.looked_again,
            is_preview=photo.is_preview,
        ),
    )


async def _answered(context: Context, numbers: list[int], rows: list[Row], sent: Message) -> None:
    """Bind the answer to its predictions and end the updates, in one transaction."""

    def bind(connection: Connection) -> None:
        for row in rows:
            moved_to = None if sent.chat_id == row.chat_id else sent.chat_id
            stored.set_answer(connection, row.id, sent.message_id, moved_to=moved_to)

    await context.services.inbox.finish(numbers, bind)
    for row in rows:
        context.services.metrics.photos.labels(row.verdict.value).inc()


async def _afterwards(context: Context, message: Message, rows: list[Row], words: Words) -> None:
    """Keep photos that a reviewer should see, if consent allows, and ask once for consent."""
    person = sender_of(message)
    if person is None:
        return
    if any(row.verdict is not Verdict.SURE or row.sampled for row in rows):
        context.services.keeper.sweep_soon(person.id)
    if any(row.verdict is Verdict.UNSURE for row in rows):
        await consent.ask_once(context, message, person, words)
