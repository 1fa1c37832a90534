"""Corrections by command: /wrong and /undo.

A claim is bound to one prediction: that of the photo or answer replied to, else that of the
person's last photo in the chat. Labels are a closed set, in any unambiguous spelling.
"""

from __future__ import annotations

from sqlalchemy.orm import Session
from telegram import InlineKeyboardMarkup, Message, Update, User

from bot.chat.context import Context
from bot.chat.corrections.claims import ask_for_photo, full_note, record, refusal
from bot.chat.corrections.label_matching import Perhaps, find_label
from bot.chat.corrections.meaning import meant_by, numbered, why_not_meant
from bot.chat.feature import Command, Feature, Handle, Menu
from bot.speech.addressing import is_about_elsewhere, replied_to, sender_of
from bot.speech.callback_data import button
from bot.speech.messages import reply
from bot.speech.wording import choices, more_can_be_written, name_of
from dataset.conversation.claims import claims
from dataset.errors import NothingToUndo
from dataset.storage import audit
from dataset.storage.schema import ClaimKind, Prediction
from languages.catalogue import Words

_ECHOED = 40


async def wrong(update: Update, context: Context) -> None:
    """/wrong [NUMBER] [LABEL], as a reply to a photo or an answer, or for the last photo."""
    message, person, words = await context.asked(update)
    meant = await meant_by(context, message)
    if meant:
        await correct(context, message, meant, list(context.args or ()), words)
        return
    if replied_to(message) is not None:
        await _audit(context, person, "wrong_without_answer", f"chat:{message.chat_id}", "")
    await reply(context.bot, message, words(why_not_meant(message)))


async def correct(
    context: Context, message: Message, meant: list[Prediction], said: list[str], words: Words
) -> None:
    """Take a person's words for what one of these photos shows, or ask what they leave open."""
    prediction = meant[0] if len(meant) == 1 else None
    if prediction is None and said and said[0].isdecimal():
        prediction = numbered(meant, int(said.pop(0)))
    text = " ".join(said)
    if prediction is None:
        await _ask_which(context, message, meant, text, words)
    elif text:
        await _claim(context, message, prediction, text, words)
    else:
        await _offer(context, message, prediction, words("wrong-offer"), words)


async def undo(update: Update, context: Context) -> None:
    """/undo, as a reply to a photo or an answer, or for the last correction in this chat."""
    message, person, words = await context.asked(update)
    is_reply = replied_to(message) is not None or is_about_elsewhere(message)
    meant = [row.id for row in await meant_by(context, message)] if is_reply else None

    def take_back(session: Session) -> bool:
        numbers = meant
        if numbers is None:
            last = claims.last_claim(session, person.id, chat_id=message.chat_id)
            numbers = [] if last is None else [last.prediction_id]
        return any(take_back_one(session, context, number, person.id) for number in numbers)

    done = await context.services.records.write(take_back)
    await reply(context.bot, message, words("undone" if done else "nothing-to-undo"))


def take_back_one(session: Session, context: Context, prediction_id: int, user_id: int) -> bool:
    """Take back this person's claim on one answer; False if they made none."""
    quorum = context.services.settings.claim_quorum
    try:
        claims.undo_claim(session, prediction_id=prediction_id, user_id=user_id, quorum=quorum)
    except NothingToUndo:
        return False
    return True


async def offer(context: Context, message: Message, meant: list[Prediction], words: Words) -> None:
    """Ask what the photo of an answer shows; of an album's, first which photo is meant."""
    if len(meant) == 1:
        await _offer(context, message, meant[0], words("wrong-offer"), words)
    else:
        await _ask_which(context, message, meant, "", words)


async def _ask_which(
    context: Context, message: Message, meant: list[Prediction], text: str, words: Words
) -> None:
    """An album's photos as buttons; with a label that is clear already, one press is enough."""
    found = find_label(text, context.services.host.manifest) if text else None
    row = []
    for prediction in meant:
        number = str(prediction.album_position)
        known = list(prediction.probabilities)
        if found is not None and found.label in known:
            row.append(button(number, prediction.id, "label", known.index(found.label)))
        else:
            row.append(button(number, prediction.id, "wrong"))
    rows = [row[start : start + 5] for start in range(0, len(row), 5)]
    await reply(context.bot, message, words("wrong-which"), InlineKeyboardMarkup(rows))


async def _offer(
    context: Context, message: Message, prediction: Prediction, text: str, words: Words
) -> None:
    manifest = context.services.host.manifest
    offered = choices(prediction.id, prediction, manifest, words, can_go_back=False)
    context.services.questions.ask(message.chat, prediction.id)
    text = "\n".join(filter(None, [text, more_can_be_written(prediction, words)]))
    await reply(context.bot, message, text, offered)


async def _claim(
    context: Context, message: Message, prediction: Prediction, text: str, words: Words
) -> None:
    """Take `text` for a label, for "none of these", or for something to ask back about."""
    person = sender_of(message)
    assert person is not None
    kind, label = read_claim(text, context, words)
    if kind is None:
        await _ask_back(context, message, person, prediction, text, words)
        return
    claimed = await record(context, prediction, person, kind, label)
    if isinstance(claimed, str):
        await reply(context.bot, message, refusal(claimed, context, words))
        return
    await reply(context.bot, message, await full_note(claimed, context, words))
    await ask_for_photo(context, message, claimed, person)


def read_claim(text: str, context: Context, words: Words) -> tuple[ClaimKind | None, str | None]:
    """What a text says beyond doubt that a photo shows, and which label; None for no such text."""
    found = find_label(text, context.services.host.manifest)
    if found is not None and not isinstance(found, Perhaps):
        return ClaimKind.LABEL, found.label
    plain = text.casefold().strip(" .!")
    if plain in words.words("none-words") or denies_all(plain, context, words):
        return ClaimKind.NONE, None
    if plain in words.words("other-words"):
        return ClaimKind.OTHER, None
    return None, None


async def _ask_back(
    context: Context,
    message: Message,
    person: User,
    prediction: Prediction,
    text: str,
    words: Words,
) -> None:
    """The text matches no label: suggest the close one, or offer all."""
    manifest = context.services.host.manifest
    shown = text if len(text) <= _ECHOED else f"{text[:_ECHOED]}…"
    if denies_only(text, context, words):
        await _offer(context, message, prediction, words("wrong-offer"), words)
        return
    found = find_label(text, manifest)
    known = list(prediction.probabilities)
    if found is None or found.label not in known:
        await _audit(context, person, "unknown_label", f"prediction:{prediction.id}", text)
        await _offer(context, message, prediction, words("unknown-label", text=shown), words)
        return
    name = name_of(found.label, manifest, words)
    yes = button(name, prediction.id, "label", known.index(found.label))
    other = button(words("button-other-label"), prediction.id, "wrong")
    context.services.questions.ask(message.chat, prediction.id)
    question = words("did-you-mean", text=shown, name=name)
    await reply(context.bot, message, question, InlineKeyboardMarkup([[yes, other]]))


def denies_only(text: str, context: Context, words: Words) -> bool:
    """Whether a text says what a photo does not show, and no more: "not a teddy"."""
    plain = text.casefold().strip()
    for denial in words.words("denying-words"):
        if plain.startswith(f"{denial} "):
            kind, _ = read_claim(plain.removeprefix(denial), context, words)
            if kind is ClaimKind.LABEL:
                return True
    return False


def denies_all(text: str, context: Context, words: Words) -> bool:
    """Whether a text says that a photo shows none of the labels: "that is not a bear"."""
    noun = context.services.host.manifest.noun.get(words.language, "").casefold()
    plain = text.casefold().strip(" .!")
    return bool(noun) and any(
        plain == f"{denial} {noun}" for denial in words.words("denying-words")
    )


async def _audit(context: Context, person: User, action: str, subject: str, text: str) -> None:
    await context.services.records.write(
        lambda session: audit.attempt(
            session,
            actor_id=person.id,
            action=action,
            subject=subject,
            details={"text": text[:_ECHOED]},
        )
    )


def feature(undo: Handle = undo) -> Feature:
    """What this answers to; `undo` may look first whether something else is to be taken back."""
    return Feature(
        commands=(
            Command("wrong", wrong, (Menu.PRIVATE, Menu.GROUPS)),
            Command("undo", undo, (Menu.PRIVATE, Menu.GROUPS)),
        )
    )
