"""The words of a tile and of the large view about a photo."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from dataset.conversation.claims.settling import BY_QUORUM, answered
from dataset.examples.suspending import SET_ASIDE
from dataset.reviewing.browsing import Shelf
from dataset.reviewing.cards import Card, Said, held_by_other
from dataset.storage.schema import (
    OUTSIDE,
    Prediction,
    ReviewVerdict,
    Verdict,
    VerdictKind,
)
from languages.catalogue import Words, decimal
from review.pages.labelling import hue, shown

SUSPICIONS = ("label", "odd", "conflict", "set_aside")
"""Why an example can be suspected."""


@dataclass(frozen=True, kw_only=True)
class TileView:
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
    card: Card,
    shelf: Shelf,
    words: Words,
    *,
    labels: Sequence[str],
    now_called: Mapping[str, str],
    reviewer_id: int,
    now: datetime,
) -> TileView:
    """The words of a photo's tile on a shelf, for one reviewer. `labels` are all in their order,
    `now_called` what those are called now that had other names."""
    prediction = card.prediction
    in_dataset = card.example.label if card.example and shelf is not Shelf.QUEUE else None
    label = in_dataset or (answered(prediction) if prediction else None)
    probability = 0.0
    if prediction is not None and label is not None:
        probability = prediction.probabilities.get(label, 0.0)
    elif in_dataset and card.photo.loss is not None:
        probability = math.exp(-card.photo.loss)
    said = _answered(prediction, words) if prediction and not in_dataset else shown(label, words)
    badge, badge_kind = _badge(card, shelf, words)
    settled = _settled(card, shelf, words)
    known = "tile-example" if in_dataset else "tile-answered" if label else "tile-unanswered"
    return TileView(
        label=said if label else None,
        hue=hue(labels, now_called.get(label or "", label or "")),
        probability=probability,
        share=_share(prediction, label, words)
        if prediction and label
        else noted_share(card, words),
        line=_line(card, shelf, words, reviewer_id),
        badge=badge,
        badge_kind=badge_kind,
        settled=settled,
        taken=settled is None and held_by_other(card.photo, reviewer_id, now),
        alt=words(known, id=str(card.photo.id), label=said),
    )


def verdict_words(verdict: ReviewVerdict, words: Words) -> str:
    """A verdict in words, as the stamp on a tile shows it."""
    said = {VerdictKind.NONE: "what-none", VerdictKind.REJECT: "what-unusable"}.get(verdict.kind)
    what = words(said) if said else str(verdict.label)
    return words("script-to-gate", what=what) if verdict.to_gate else what


def who(actor_id: int | None, reviewer_id: int, words: Words) -> str:
    """A person in the words of the pages: "you" for the reader, else an id."""
    if actor_id is None:
        return words("who-machine")
    if actor_id == reviewer_id:
        return words("who-you")
    return words("who-person", id=str(actor_id)) if actor_id else words("who-operator")


def decided_by(verdict: ReviewVerdict, reviewer_id: int, words: Words) -> str:
    """Who made a verdict: a person, or the agreement of several."""
    if verdict.via == BY_QUORUM:
        return words("who-agreement")
    return who(verdict.reviewer_id, reviewer_id, words)


def voices(said: Sequence[Said], words: Words) -> list[str]:
    """`2 people say grizzly`, most people first."""
    return [_voice(one, words) for one in said]


def answer_words(card: Card, words: Words) -> str:
    """How sure the answer was, in words."""
    prediction = card.prediction
    if prediction is None:
        return ""
    return words(f"answer-{prediction.verdict.value}", names=words.any_of(prediction.candidates))


def noted_share(card: Card, words: Words) -> str:
    """How likely the newest model finds the label of an example that nobody sent."""
    if card.prediction is not None or card.example is None or card.photo.loss is None:
        return ""
    return words.percent(math.exp(-card.photo.loss))


def suspicion_words(card: Card, words: Words) -> str:
    """Why `training.clean` suspects an example."""
    suspicion = card.suspicion
    if suspicion is None:
        return ""
    why = _suspicion(suspicion.kind, words)
    if suspicion.suggested:
        label = shown(suspicion.suggested, words)
        return words("suspected-label", why=why, label=label, score=decimal(suspicion.score))
    return words("suspected", why=why, score=decimal(suspicion.score))


def origin_words(card: Card, words: Words) -> str:
    """How an example came into the dataset: where by a verdict, by whose."""
    if card.example is None:
        return ""
    origin = card.example.origin
    by = f"origin-verdict-{card.followed.via}" if origin == "verdict" and card.followed else ""
    if by and words.has(by):
        return words(by)
    return words(f"origin-{origin}") if words.has(f"origin-{origin}") else origin


def page_link(card: Card) -> str | None:
    """The web address where the photo was found, if it has one."""
    url = card.photo.page_url
    return url if url and urlsplit(url).scheme in ("http", "https") else None


def _answered(prediction: Prediction, words: Words) -> str:
    """The answer in few words; it names a label only if the answer did."""
    if prediction.verdict is Verdict.UNSURE:
        return words.any_of(prediction.candidates) + "?"
    return shown(answered(prediction), words)


def _share(prediction: Prediction, label: str, words: Words) -> str:
    """The share that the model gave the label; for a refusal, the nearest label and its share."""
    if label == OUTSIDE and prediction.verdict is Verdict.OUTSIDE:
        share = words.percent(prediction.probability)
        return words("tile-nearest", label=prediction.label, share=share)
    return words.percent(prediction.probabilities.get(label, 0.0))


def _badge(card: Card, shelf: Shelf, words: Words) -> tuple[str | None, str]:
    reason = card.photo.queue_reason
    if shelf is Shelf.QUEUE and reason is not None:
        return words(f"reason-{reason.value}-short"), reason.value
    if shelf is Shelf.SUSPICIONS and card.suspicion is not None:
        return _suspicion(card.suspicion.kind, words, short=True), "disputed"
    if card.example is not None:
        return words(f"split-{card.example.split.value}"), "split"
    return None, ""


def _suspicion(kind: str, words: Words, *, short: bool = False) -> str:
    message_id = f"suspicion-{kind.replace('_', '-')}{'-badge' if short else ''}"
    return words(message_id) if words.has(message_id) else kind


def _settled(card: Card, shelf: Shelf, words: Words) -> str | None:
    verdict = card.verdict
    if verdict is None:
        return None
    if shelf is not Shelf.QUEUE and card.example and card.example.verdict_id == verdict.id:
        return None  # the dataset has followed it already
    return verdict_words(verdict, words)


def _line(card: Card, shelf: Shelf, words: Words, reviewer_id: int) -> str:
    if shelf is Shelf.SUSPICIONS and card.suspicion is not None:
        theirs = card.verdict is not None and card.verdict.reviewer_id == reviewer_id
        if card.suspicion.kind == SET_ASIDE and theirs:
            return words("script-second")
        suggested, score = card.suspicion.suggested, decimal(card.suspicion.score)
        if suggested:
            return words("tile-rather", label=shown(suggested, words), score=score)
        return words("tile-score", score=score)
    settled = _settled(card, shelf, words)
    if shelf is Shelf.EXAMPLES and settled:
        return words("tile-pending", what=settled)
    if len(card.said) > 1:
        votes = [
            words("tile-votes", count=one.people, label=shown(one.asserts, words))
            for one in card.said
        ]
        return ", ".join(votes)
    if card.said:
        return _voice(card.said[0], words)
    prediction = card.prediction
    if shelf is Shelf.EXAMPLES or prediction is None:
        other = card.photo.answer_label
        differs = prediction is None and card.example and other not in (None, card.example.label)
        return words("tile-model", label=shown(other, words)) if differs else card.photo.source
    if prediction.looks_like and prediction.verdict is Verdict.OUTSIDE:
        return words("about-looks-like", what=words.thing(prediction.looks_like))
    return words(
        f"answer-{prediction.verdict.value}-short", names=words.any_of(prediction.candidates)
    )


def _voice(said: Said, words: Words) -> str:
    label = shown(said.asserts, words)
    if said.by_admin and said.people == 1:
        return words("voice-admin", label=label)
    return words("voice", count=said.people, label=label)
