"""Corrections by button: under an answer, an album's answer, or one of the bot's questions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session
from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatType

from bot.chat.context import Context
from bot.chat.corrections.claims import ask_for_photo, full_note, note, record, refusal
from bot.chat.corrections.commands import take_back_one
from bot.chat.corrections.meaning import ABOUT_ANSWERS
from bot.chat.feature import Buttons, Feature
from bot.speech.callback_data import Press, button, pattern, read
from bot.speech.messages import edit_buttons, edit_text, toast
from bot.speech.wording import album_buttons, buttons, choices, full_text, more_can_be_written
from dataset.conversation import predictions as stored
from dataset.conversation.claims import claims
from dataset.errors import NotFoundError
from dataset.storage import audit
from dataset.storage.schema import Claim, ClaimKind, Prediction
from languages.catalogue import Words

PRESSES = pattern(*ABOUT_ANSWERS)

_KINDS = {
    "right": ClaimKind.RIGHT,
    "label": ClaimKind.LABEL,
    "none": ClaimKind.NONE,
    "other": ClaimKind.OTHER,
}


async def press(update: Update, context: Context) -> None:
    """A press on a button about an answer. Pressing twice changes nothing more."""
    query = update.callback_query
    assert query is not None
    words = await context.words(query.from_user)
    pressed = read(query.data)
    prediction = await pressed_prediction(context, query, pressed)
    if pressed is None or prediction is None:
        await toast(query, words("old-button"))
        return
    if pressed.verb == "wrong":
        if query.message is not None:
            context.services.questions.ask(query.message.chat, prediction.id)
        await toast(query, more_can_be_written(prediction, words))
        manifest = context.services.host.manifest
        is_answer = _is_answer(query, prediction)
        offered = choices(
            prediction.id,
            prediction,
            manifest,
            words,
            can_go_back=is_answer,
            number=prediction.album_position,
        )
        await edit_buttons(query, offered)
    elif pressed.verb == "back":
        context.services.questions.take(prediction.chat_id)
        await toast(query)
        await edit_buttons(query, await _usual_buttons(context, prediction, words))
    elif pressed.verb == "undo":
        await _undo(context, query, prediction, words)
    elif pressed.verb == "allright":
        await _all_right(context, query, prediction, words)
    else:
        await _claim(context, query, prediction, pressed, words)


async def pressed_prediction(
    context: Context, query: CallbackQuery, pressed: Press | None
) -> Prediction | None:
    """The prediction that the button is about; forged ones are noted in the audit trail.

    A button that the bot did make outlives its answer: `/forget` and retention delete answers and
    leave messages. Nobody forges anything by pressing such a button.
    """
    message = query.message
    if pressed is None or message is None:
        return None

    def find(session: Session) -> Prediction | None:
        try:
            found = stored.prediction(session, pressed.id)
        except NotFoundError:
            found = None
        if found is not None and found.chat_id == message.chat.id:
            known = len(found.probabilities)
            if pressed.verb != "label" or (pressed.index is not None and pressed.index < known):
                return found
        is_gone = found is None or not found.chat_id
        if is_gone and _is_offered(query):
            return None
        audit.attempt(
            session,
            actor_id=query.from_user.id,
            action="forged_press",
            subject=f"prediction:{pressed.id}",
            details={"data": (query.data or "")[:64]},
        )
        return None

    return await context.services.records.write(find)


def _is_offered(query: CallbackQuery) -> bool:
    """Whether the pressed message offers this button; of one too old to be shown, nobody knows."""
    message = query.message
    if not isinstance(message, Message) or not message.is_accessible:
        return True
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return any(each.callback_data == query.data for row in rows for each in row)


async def _claim(
    context: Context, query: CallbackQuery, prediction: Prediction, pressed: Press, words: Words
) -> None:
    kind = _KINDS[pressed.verb]
    label = None
    if kind is ClaimKind.LABEL:
        assert pressed.index is not None
        label = list(prediction.probabilities)[pressed.index]
    claimed = await record(context, prediction, query.from_user, kind, label)
    if isinstance(claimed, str):
        await toast(query, refusal(claimed, context, words))
        return
    await toast(query, note(claimed.claim, context, words))
    message = query.message
    if not isinstance(message, Message):
        return
    if not _is_answer(query, prediction):
        undo = InlineKeyboardMarkup([[button(words("button-undo"), prediction.id, "undo")]])
        await edit_text(query, await full_note(claimed, context, words), undo)
    else:
        await _refresh(context, query, prediction, words)
    await ask_for_photo(context, message, claimed, query.from_user)


async def _all_right(
    context: Context, query: CallbackQuery, prediction: Prediction, words: Words
) -> None:
    """Every photo of an album that this person has said nothing about was answered rightly."""
    rows = await _siblings(context, prediction)
    spoken_of = {claim.prediction_id for claim in await _said(context, query, rows) if claim}
    for row in rows:
        if row.id not in spoken_of:
            claimed = await record(context, row, query.from_user, ClaimKind.RIGHT)
            if isinstance(claimed, str):
                await toast(query, refusal(claimed, context, words))
                return
    await toast(query, words("claim-right"))
    await _refresh(context, query, prediction, words)


async def _undo(
    context: Context, query: CallbackQuery, prediction: Prediction, words: Words
) -> None:
    rows = await _siblings(context, prediction) if _is_answer(query, prediction) else [prediction]

    def take_back(session: Session) -> int:
        user_id = query.from_user.id
        return sum(take_back_one(session, context, row.id, user_id) for row in rows)

    done = await context.services.records.write(take_back)
    await toast(query, words("undone" if done else "nothing-to-undo"))
    if _is_answer(query, prediction):
        await _refresh(context, query, prediction, words)
    elif done:
        await edit_text(query, words("undone"))


async def _refresh(
    context: Context, query: CallbackQuery, prediction: Prediction, words: Words
) -> None:
    """Write the answer anew with this person's claims below it.

    In a group it only restores the buttons: an answer there is everybody's, and the person who
    pressed has seen the toast.
    """
    if query.message is None or query.message.chat.type != ChatType.PRIVATE:
        await edit_buttons(query, await _usual_buttons(context, prediction, words))
        return
    rows = await _siblings(context, prediction)
    said = await _said(context, query, rows)
    text = _with_notes(context, query, rows, said, words)
    if any(said):
        keys = [[button(words("button-undo"), prediction.id, "undo")]]
        silent = [row for row, claim in zip(rows, said, strict=True) if claim is None]
        rest = album_buttons([(row.id, row.album_position or 0) for row in silent], words)
        if rest is not None:
            keys = [*(list(line) for line in rest.inline_keyboard), *keys]
        pressable: InlineKeyboardMarkup | None = InlineKeyboardMarkup(keys)
    else:
        pressable = await _usual_buttons(context, prediction, words)
    if text is None:
        await edit_buttons(query, pressable)
    else:
        await edit_text(query, text, pressable)


async def _said(
    context: Context, query: CallbackQuery, rows: Sequence[Prediction]
) -> list[Claim | None]:
    """The claims of the person who pressed, on each of these answers."""
    user_id = query.from_user.id
    return await context.services.records.read(
        lambda session: [claims.claim_of(session, row.id, user_id) for row in rows]
    )


def _with_notes(
    context: Context,
    query: CallbackQuery,
    rows: Sequence[Prediction],
    said: Sequence[Claim | None],
    words: Words,
) -> str | None:
    """The answer, and under it what was said of it; None where nobody knows the answer's text."""
    if len(rows) == 1:
        answer = full_text(rows[0], context.services.host.manifest, words)
        notes = [note(claim, context, words) for claim in said if claim]
    else:
        # Only the message itself still knows the lines of photos that could not be read.
        text = query.message.text if isinstance(query.message, Message) else None
        if not text:  # Telegram says nothing of messages that are too old
            return None
        answer = text.partition("\n\n")[0]
        notes = [
            f"{row.album_position}. {note(claim, context, words)}"
            for row, claim in zip(rows, said, strict=True)
            if claim
        ]
    return "\n\n".join([answer, "\n".join(notes)] if notes else [answer])


async def _usual_buttons(
    context: Context, prediction: Prediction, words: Words
) -> InlineKeyboardMarkup | None:
    rows = await _siblings(context, prediction)
    if len(rows) > 1:
        return album_buttons([(row.id, row.album_position or 0) for row in rows], words)
    return buttons(prediction.id, prediction, context.services.host.manifest, words)


async def _siblings(context: Context, prediction: Prediction) -> list[Prediction]:
    """The predictions that share this one's answer: those of its album, or it alone."""
    answer_id = prediction.answer_message_id
    if prediction.album_position is None or answer_id is None:
        return [prediction]
    return await context.services.records.read(
        lambda session: stored.find_predictions(session, prediction.chat_id, answer_id)
    )


def _is_answer(query: CallbackQuery, prediction: Prediction) -> bool:
    """Whether the button belongs to the answer itself, not to a question about it."""
    return query.message is not None and (query.message.message_id == prediction.answer_message_id)


FEATURE = Feature(buttons=(Buttons(PRESSES, press),))
