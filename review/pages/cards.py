"""The words of a tile and of the large view about a photo."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from dataset.conversation.claims.settling import BY_QUORUM, answered
from dataset.reviewing.browsing import Shelf
from dataset.reviewing.cards import Card, Said, held_by_other
from dataset.storage.schema import (
    OUTSIDE,
    Prediction,
    QueueReason,
    ReviewVerdict,
    Verdict,
    VerdictKind,
)
from review.pages.labelling import NONE_OF_THESE, hue, shown
from review.rendering import percent, plural

UNUSABLE = "unusable"

REASONS: Mapping[QueueReason, str] = {
    QueueReason.DISAGREEMENT: "people disagree with each other",
    QueueReason.DISPUTED: "somebody says the answer is wrong",
    QueueReason.OUTSIDE: "the model saw none of these",
    QueueReason.UNSURE: "the model was unsure",
    QueueReason.SAMPLE: "drawn at random, to see how good “sure” is",
}
SUSPICIONS: Mapping[str, str] = {
    "label": "The other examples suggest another label",
    "odd": "It looks unlike all other examples",
    "set_aside": "It contradicts everything else, so a retraining set it aside",
    "conflict": "The same picture is in the dataset under another label",
}


@dataclass(frozen=True, kw_only=True)
class TileView:
    """The words of one tile."""

    label: str | None
    """An example's label, else what the bot answered, in words."""
    hue: int
    probability: float
    """Of that label, 0…1; 0 for a refusal."""
    share: str
    line: str
    badge: str | None
    badge_kind: str
    settled: str | None
    taken: bool
    alt: str


def tile_view(
    card: Card, shelf: Shelf, *, labels: Sequence[str], reviewer_id: int, now: datetime
) -> TileView:
    """The words of a photo's tile on a shelf, for one reviewer."""
    prediction = card.prediction
    in_dataset = card.example.label if card.example and shelf is not Shelf.QUEUE else None
    label = in_dataset or (answered(prediction) if prediction else None)
    probability = 0.0
    if prediction is not None and label is not None:
        probability = prediction.probabilities.get(label, 0.0)
    elif in_dataset and card.photo.loss is not None:
        probability = math.exp(-card.photo.loss)
    words = _answered(prediction) if prediction and not in_dataset else shown(label)
    badge, badge_kind = _badge(card, shelf)
    settled = _settled(card, shelf)
    known = f"in the dataset as {shown(in_dataset)}" if in_dataset else f"answered {words}"
    return TileView(
        label=words if label else None,
        hue=hue(labels, label or ""),
        probability=probability,
        share=_share(prediction, label) if prediction and label else noted_share(card),
        line=_line(card, shelf),
        badge=badge,
        badge_kind=badge_kind,
        settled=settled,
        taken=settled is None and held_by_other(card.photo, reviewer_id, now),
        alt=f"Photo {card.photo.id}, {known if label else 'not answered yet'}",
    )


def verdict_words(verdict: ReviewVerdict) -> str:
    """A verdict in words, as the stamp on a tile shows it."""
    words = {VerdictKind.NONE: NONE_OF_THESE, VerdictKind.REJECT: UNUSABLE}
    said = words.get(verdict.kind) or str(verdict.label)
    return f"{said} → gate" if verdict.to_gate else said


def who(actor_id: int | None, reviewer_id: int) -> str:
    """A person in the words of the pages: "you" for the reader, else an id."""
    if actor_id is None:
        return "the machine"
    if actor_id == reviewer_id:
        return "you"
    return f"person {actor_id}" if actor_id else "the operator"


def decided_by(verdict: ReviewVerdict, reviewer_id: int) -> str:
    """Who made a verdict: a person, or the agreement of several."""
    return "agreement" if verdict.via == BY_QUORUM else who(verdict.reviewer_id, reviewer_id)


def voices(said: Sequence[Said]) -> list[str]:
    """`2 people say grizzly`, most people first."""
    return [_voice(one) for one in said]


def answer_words(card: Card) -> str:
    """How sure the answer was, in words."""
    prediction = card.prediction
    if prediction is None:
        return ""
    if prediction.verdict is Verdict.OUTSIDE:
        return "It saw none of these"
    if prediction.verdict is Verdict.SURE:
        return "It was sure"
    return f"It was unsure between {' and '.join(prediction.candidates)}"


def noted_share(card: Card) -> str:
    """How likely the newest model finds the label of an example that nobody sent."""
    if card.prediction is not None or card.example is None or card.photo.loss is None:
        return ""
    return percent(math.exp(-card.photo.loss))


def suspicion_words(card: Card) -> str:
    """Why `training.clean` suspects an example."""
    if card.suspicion is None:
        return ""
    words = SUSPICIONS.get(card.suspicion.kind, card.suspicion.kind)
    suggested = f": {shown(card.suspicion.suggested)}" if card.suspicion.suggested else ""
    return f"{words}{suggested} (score {card.suspicion.score:.2f})."


ORIGINS: Mapping[str, str] = {
    "verdict": "decided by a reviewer",
    "add": "added from a folder",
    "collect": "collected from the web",
}


def origin_words(origin: str) -> str:
    """How an example came into the dataset."""
    return ORIGINS.get(origin, origin)


def page_link(card: Card) -> str | None:
    """The web address where the photo was found, if it has one."""
    url = card.photo.page_url
    return url if url and urlsplit(url).scheme in ("http", "https") else None


def _answered(prediction: Prediction) -> str:
    """The answer in few words; it names a label only if the answer did."""
    if prediction.verdict is Verdict.UNSURE:
        return " or ".join(prediction.candidates) + "?"
    return shown(answered(prediction))


def _share(prediction: Prediction, label: str) -> str:
    """The share that the model gave the label; for a refusal, the nearest label and its share."""
    if label == OUTSIDE and prediction.verdict is Verdict.OUTSIDE:
        return f"nearest {prediction.label} {percent(prediction.probability)}"
    return percent(prediction.probabilities.get(label, 0.0))


def _badge(card: Card, shelf: Shelf) -> tuple[str | None, str]:
    if shelf is Shelf.QUEUE and card.photo.queue_reason is not None:
        return card.photo.queue_reason.value, card.photo.queue_reason.value
    if shelf is Shelf.SUSPICIONS and card.suspicion is not None:
        return card.suspicion.kind.replace("_", " "), "disputed"
    if card.example is not None:
        return card.example.split.value, "split"
    return None, ""


def _settled(card: Card, shelf: Shelf) -> str | None:
    verdict = card.verdict
    if verdict is None:
        return None
    if shelf is not Shelf.QUEUE and card.example and card.example.verdict_id == verdict.id:
        return None  # the dataset has followed it already
    return verdict_words(verdict)


def _line(card: Card, shelf: Shelf) -> str:
    if shelf is Shelf.SUSPICIONS and card.suspicion is not None:
        suggested = card.suspicion.suggested
        score = f"score {card.suspicion.score:.2f}"
        return f"rather {shown(suggested)}? {score}" if suggested else score
    if len(card.said) > 1:
        return ", ".join(f"{one.people} for {shown(one.asserts)}" for one in card.said)
    if card.said:
        return _voice(card.said[0])
    prediction = card.prediction
    if shelf is Shelf.EXAMPLES or prediction is None:
        other = card.photo.answer_label
        differs = prediction is None and card.example and other not in (None, card.example.label)
        return f"model: {shown(other)}" if differs else card.photo.source
    if prediction.looks_like and prediction.verdict is Verdict.OUTSIDE:
        return f"looks like: {prediction.looks_like}"
    return answer_words(card).removeprefix("It ")


def _voice(said: Said) -> str:
    who = (
        "an admin"
        if said.by_admin and said.people == 1
        else plural(said.people, "person", "people")
    )
    says = "says" if said.people == 1 else "say"
    return f"{who} {says} {shown(said.asserts)}"
