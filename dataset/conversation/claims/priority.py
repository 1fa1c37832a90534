"""How useful a verdict on a photo would be, and hence its place in the queue.

Four tiers follow each other. Inside each, this comes first:

1. People disagree with each other: where they are divided most evenly.
2. Somebody disputes the answer: the surest answer, since a confident error teaches most.
3. The answer was unsure or a refusal: the narrowest margin between the first two labels.
4. A random sample of sure answers: the oldest. Any other order would bias the estimate of how often
   "sure" is right.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dataset.storage.schema import OUTSIDE, Photo, Prediction, QueueReason, Verdict

LEAST_PROBABILITY = 1e-6
_MOST = 0.999
"""Keeps a place inside its tier."""


class Voice(NamedTuple):
    """What one person says about a photo."""

    user_id: int
    asserts: str | None
    disputes: bool


def doubt(probabilities: Mapping[str, float]) -> float:
    """1 minus the margin between the two most likely labels: 0 (alone) to 1 (a draw)."""
    first, second, *_ = (*sorted(probabilities.values(), reverse=True), 0.0, 0.0)
    return min(1.0, max(0.0, 1.0 - (first - second)))


def loss(prediction: Prediction, held: str) -> float:
    """-ln of the probability that the answer gave to the photo's accepted label.

    The probability of `outside` is 1 for a refusal, else 1 minus that of the named label.
    """
    if held == OUTSIDE:
        given = 1.0 if prediction.verdict is Verdict.OUTSIDE else 1.0 - prediction.probability
    else:
        given = prediction.probabilities.get(held, 0.0)
    return -math.log(min(1.0, max(given, LEAST_PROBABILITY)))


def reason_and_priority(
    predictions: Sequence[Prediction], voices: Sequence[Voice]
) -> tuple[QueueReason, float] | None:
    """Why and how urgently to review a photo; None when a verdict would teach nothing.

    `predictions` are oldest first.
    """
    if not predictions:
        return None
    latest = predictions[-1]
    said = Counter({voice.user_id: voice.asserts for voice in voices if voice.asserts}.values())
    if len(said) > 1:
        return QueueReason.DISAGREEMENT, 4.0 + 1.0 - said.most_common(1)[0][1] / said.total()
    if any(voice.disputes for voice in voices):
        return QueueReason.DISPUTED, 3.0 + min(latest.probability, _MOST)
    if latest.verdict is not Verdict.SURE:
        reason = QueueReason.OUTSIDE if latest.verdict is Verdict.OUTSIDE else QueueReason.UNSURE
        return reason, 2.0 + min(doubt(latest.probabilities), _MOST)
    if any(prediction.sampled for prediction in predictions):
        return QueueReason.SAMPLE, 1.0
    return None


def place_in_queue(
    photo: Photo,
    predictions: Sequence[Prediction],
    voices: Sequence[Voice],
    *,
    held: str | None,
) -> None:
    """Write reason, priority, doubt and loss into the photo's row.

    `held` is the verdict's label, else what most people say, else the answer's.
    """
    if predictions:
        latest = predictions[-1]
        if held is None:
            said = Counter(voice.asserts for voice in voices if voice.asserts)
            held = said.most_common(1)[0][0] if said else latest.label
        photo.answer_label = latest.label
        photo.answer_verdict = latest.verdict
        photo.answer_model = latest.model_version
        photo.doubt = doubt(latest.probabilities)
        photo.loss = loss(latest, held)
    place = reason_and_priority(predictions, voices)
    photo.queue_reason, photo.priority = place or (None, 0.0)
