"""One photo as /review shows it: what the model and people say of it, and what may be answered."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat.context import Context
from bot.speech.callback_data import button
from bot.speech.wording import likeliest, name_of
from dataset.conversation.claims.settling import asserts
from dataset.examples.labels import choosable
from dataset.reviewing import queue
from dataset.reviewing.cards import cards
from dataset.storage.schema import OUTSIDE, Claim, Photo, Prediction, Verdict
from languages.catalogue import Words

_MOST_BANS = 3


@dataclass(frozen=True)
class Shown:
    """A photo, and the labels to choose from."""

    photo: Photo
    caption: str
    claimants: list[tuple[int, str]]
    """User ids of people who made a claim, and what they say."""
    labels: tuple[str, ...]
    likely: dict[str, float]
    """How likely each label is, what people say first."""


async def look_at(context: Context, photo_id: int, words: Words) -> Shown | None:
    """The photo with this id; None when it is gone."""

    def look(session: Session) -> Shown | None:
        found = cards(session, [photo_id])
        if not found:
            return None
        card = found[0]
        progress = queue.progress(session)
        lines = [words("review-progress", done=str(progress.done + 1), total=str(progress.total))]
        if card.prediction is not None:
            lines.append(_saw(card.prediction, words))
        said = [
            words("review-claim", count=str(item.people), what=_what(item.asserts, words))
            for item in card.said
        ]
        lines.append(
            words("review-claims", claims=", ".join(said)) if said else words("review-no-claims")
        )
        likely = dict(card.prediction.probabilities) if card.prediction is not None else {}
        likely |= {item.asserts: 1.0 + item.people for item in card.said if item.asserts}
        claimants = _claimants(session, context, photo_id, words)
        labels = choosable(session, context.services.host.manifest.labels)
        return Shown(card.photo, "\n".join(lines), claimants, labels, likely)

    return await context.services.records.read(look)


def _claimants(
    session: Session, context: Context, photo_id: int, words: Words
) -> list[tuple[int, str]]:
    rows = session.execute(
        select(Claim, Prediction)
        .join(Prediction, Claim.prediction_id == Prediction.id)
        .join(Photo, Prediction.photo_id == Photo.id)
        .where((Photo.id == photo_id) | (Photo.duplicate_of_id == photo_id))
        .order_by(Claim.id)
    )
    said = {claim.user_id: _what(asserts(claim, row), words) for claim, row in rows}
    admins = context.services.admins
    return [(user_id, what) for user_id, what in said.items() if user_id not in admins]


def _saw(prediction: Prediction, words: Words) -> str:
    """The answer; for a refusal first that it was one, then the nearest label."""
    if prediction.verdict is Verdict.OUTSIDE:
        return words(
            "review-refused",
            label=prediction.label,
            percent=words.percent(prediction.probability),
        )
    return words(
        "review-saw",
        label=prediction.label,
        percent=words.percent(prediction.probability),
        verdict=words(f"verdict-{prediction.verdict.value}"),
    )


def _what(said: str | None, words: Words) -> str:
    """What a claim asserts, in words."""
    if said is None:
        return words("what-other")
    return words("what-none") if said == OUTSIDE else said


def buttons_of(context: Context, shown: Shown, words: Words) -> InlineKeyboardMarkup:
    """The labels, the other verdicts, and a ban for each claimant."""
    manifest, photo_id = context.services.host.manifest, shown.photo.id
    mark = mark_of(*shown.labels)
    offered = likeliest(shown.labels, shown.likely)
    labels = [
        button(name_of(label, manifest, words), photo_id, "rlabel", place, mark=mark)
        for place, label in enumerate(shown.labels)
        if label in offered
    ]
    rows: list[list[InlineKeyboardButton]] = [
        labels[start : start + 2] for start in range(0, len(labels), 2)
    ]
    rows.append([button(words("review-button-none"), photo_id, "rnone")])
    rows.append(
        [
            button(words("review-button-unusable"), photo_id, "rreject"),
            button(words("review-button-skip"), photo_id, "rskip"),
        ]
    )
    for place, (user_id, what) in enumerate(shown.claimants[:_MOST_BANS]):
        text = words("review-button-ban", what=what)
        rows.append([button(text, photo_id, "rban", place, mark=mark_of(str(user_id)))])
    return InlineKeyboardMarkup(rows)


def mark_of(*items: str) -> str:
    """A fingerprint of a list that a button's index counts."""
    joined = "\0".join(items)
    return f"{zlib.crc32(joined.encode()):08x}"
