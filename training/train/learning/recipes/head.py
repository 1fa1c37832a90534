"""The recipe `head`: a frozen pretrained body and a linear head on its cached features.

With some hundred photos it beats fine-tuning, which distorts good features (docs/decisions/0034),
and takes seconds. The head begins where the pretrained classifier ends (0110): what it learns is
added to what that says of the labels it knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from training.train.calibrating.calibration import tempered_loss
from training.train.calibrating.logistic import answered, fewer_dimensions, solve
from training.train.head_search import Search
from training.train.material.features import FEATURE_NORM
from training.train.material.known import Known
from training.train.metrics import Floats, Ints


@dataclass(frozen=True)
class Head:
    """A linear head on features, and what it said of photos it had not seen.

    `weight` is for features of length 10, `known`, where there is any, for features as they come:
    rows of the pretrained classifier, `offset` times.
    """

    weight: Floats  # [L, D]
    bias: Floats  # [L]
    strength: float
    unseen: Floats  # [N, V, L], logits of each view
    offset: float = 0.0
    known: Floats | None = None  # [L, D]

    @property
    def out_of_fold(self) -> Floats:
        """The logits [N, L] of photos that it had not seen, by all their views."""
        mean: Floats = self.unseen.mean(axis=1)
        return mean

    def answer(self, embedding: Floats) -> Floats:
        """Logits [..., L] for features [..., D] of other photos."""
        logits: Floats = scaled(embedding) @ self.weight.T + self.bias
        return logits if self.known is None else logits + embedding @ self.known.T

    def answer_all(self, views: NDArray[Any]) -> Floats:
        """Logits [M, L] by all views [M, V, D] of other photos, one view after the other."""
        by_view = [self.answer(view.astype(np.float32)) for view in views.swapaxes(0, 1)]
        mean: Floats = np.mean(by_view, axis=0)
        return mean


def fit_head(
    embedding: Floats,
    truth: Ints,
    fold_of: Ints,
    *,
    labels: int,
    search: Search | None = None,
    known: Known | None = None,
) -> Head:
    """Fit a head on features [N, V, D] of photos' views, or [N, D], with label indices and folds
    0…F-1 [N].

    Logistic regression with the labels weighed equally, on top of what is `known`; of all that
    `search` names, what answers held-out photos with the least log loss, temperature taken out. It
    learns from every view, each worth one V-th of a photo, and answers by their mean.
    """
    search = search or Search()
    names = np.unique(fold_of)
    photos, dimensions = len(embedding), embedding.shape[-1]
    embedding = embedding.reshape(-1, dimensions)
    each = len(embedding) // photos
    known = known or Known.nothing(labels, dimensions, folds=int(names[-1]) + 1)
    points, centre, back = fewer_dimensions(scaled(embedding))
    label_of, fold_of = np.repeat(truth, each), np.repeat(fold_of, each)
    solved = {fold: np.zeros((labels, points.shape[1] + 1)) for fold in names}

    def judge(strength: float, offset: float) -> tuple[Floats, float]:
        logits = np.zeros((len(points), labels))
        for fold in names:
            seen = fold_of != fold
            given = offset * (embedding @ known.without[fold].T)
            solved[fold] = solve(
                points[seen],
                label_of[seen],
                given[seen],
                strength / each,
                solved[fold],
                search.iterations,
            )
            logits[~seen] = given[~seen] + answered(points[~seen], solved[fold])
        by_view = logits.reshape(photos, each, labels)
        return by_view, tempered_loss(by_view.mean(axis=1), truth)

    # The other core belongs to the bot, and one thread is faster beside it: 4.5 s instead of 8.7
    # with 2,000 photos on a busy machine.
    with threadpool_limits(1):
        strength, offset, logits = search.best(judge, knows=not known.is_nothing)
        rows = offset * known.whole
        start = np.mean(list(solved.values()), axis=0)
        given = embedding @ rows.T
        model = solve(points, label_of, given, strength / each, start, search.iterations)
    weight = model[:, :-1] @ back
    bias = model[:, -1] - weight @ centre
    return Head(weight, bias, strength, logits, offset, rows if rows.any() else None)


def scaled(embedding: Floats) -> Floats:
    """Features [..., D] at the length that the head sees."""
    points = embedding.astype(np.float32)
    lengths = np.linalg.norm(points, axis=-1, keepdims=True)
    unit: Floats = points * (FEATURE_NORM / np.maximum(lengths, 1e-6))
    return unit
