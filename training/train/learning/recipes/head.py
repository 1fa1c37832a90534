"""The recipe `head`: a frozen pretrained body and a linear head on its cached features.

With some hundred photos it beats fine-tuning, which distorts good features (docs/decisions/0034),
and takes seconds. The head begins where the pretrained classifier ends (0110): what it learns is
added to what that says of the labels it knows.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from training.train.calibrating.calibration import tempered_loss
from training.train.calibrating.logistic import (
    ENOUGH,
    ROUGHLY,
    answered,
    fewer_dimensions,
    solve,
)
from training.train.head_search import Search
from training.train.material.features import FEATURE_NORM
from training.train.material.known import Known
from training.train.metrics import Bools, Floats, Ints

_AT_ONCE = 2
"""Folds that are solved at the same time, each by one thread."""


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
    `search` names, what answers held-out photos with the least log loss, temperature taken out
    (roughly: 0258). It learns from every view, each worth one V-th of a photo, and answers by their
    mean.
    """
    search = search or Search()
    embedding = embedding.reshape(len(embedding), -1, embedding.shape[-1])
    folds, dimensions = int(fold_of.max()) + 1, embedding.shape[-1]
    known = known or Known.nothing(labels, dimensions, folds=folds)
    # Threads wait for each other where the other core is the bot's: 8.7 s instead of 4.5 with 2,000
    # photos on a busy machine. Folds don't.
    with threadpool_limits(1):
        fold_heads = _Folds(embedding, truth, fold_of, known, search.iterations)

        def judge(strength: float, offset: float) -> float:
            by_view = fold_heads.unseen(strength, offset, enough=ROUGHLY)
            return tempered_loss(by_view.mean(axis=1), truth)

        search = search.settled(judge, knows=not known.is_nothing)
        (strength,), (offset,) = search.strengths, search.offsets
        unseen = fold_heads.unseen(strength, offset)
        weight, bias = fold_heads.together(strength, offset)
    rows = offset * known.whole
    return Head(weight, bias, strength, unseen, offset, rows if rows.any() else None)


class _Folds:
    """A head for each fold, which learns from the views [N, V, D] of all other photos."""

    def __init__(
        self,
        embedding: Floats,
        truth: Ints,
        fold_of: Ints,
        known: Known,
        iterations: int,
    ) -> None:
        self._shape = embedding.shape[:2]
        self._embedding = embedding.reshape(-1, embedding.shape[-1])
        self._points, self._centre, self._back = fewer_dimensions(scaled(self._embedding))
        self._truth, self._fold_of = (np.repeat(of, self._shape[1]) for of in (truth, fold_of))
        self._known, self._iterations = known, iterations
        nothing: Floats = np.zeros((len(known.whole), self._points.shape[1] + 1))
        self._solved: dict[int, Floats] = {fold: nothing for fold in np.unique(fold_of)}

    def unseen(self, strength: float, offset: float, *, enough: float = ENOUGH) -> Floats:
        """Logits [N, V, L] by the head of the photo's fold; the next heads begin at these."""
        logits = np.zeros((len(self._points), len(self._known.whole)))

        def fit(fold: int) -> None:
            seen = self._fold_of != fold
            given = offset * (self._embedding @ self._known.without[fold].T)
            model = self._solve(seen, given, strength, self._solved[fold], enough)
            logits[~seen] = given[~seen] + answered(self._points[~seen], model)
            self._solved[fold] = model

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(fit, self._solved))
        return logits.reshape(*self._shape, -1)

    def together(self, strength: float, offset: float) -> tuple[Floats, Floats]:
        """Weights [L, D] and biases [L] of the head that learns from all; it begins at their mean.

        They are added to what is known.
        """
        every = np.ones(len(self._points), bool)
        given = offset * (self._embedding @ self._known.whole.T)
        start = np.mean(list(self._solved.values()), axis=0)
        model = self._solve(every, given, strength, start, ENOUGH)
        weight: Floats = model[:, :-1] @ self._back
        bias: Floats = model[:, -1] - weight @ self._centre
        return weight, bias

    def _solve(
        self, seen: Bools, given: Floats, strength: float, start: Floats, enough: float
    ) -> Floats:
        points, truth = self._points[seen], self._truth[seen]
        each = strength / self._shape[1]
        return solve(points, truth, given[seen], each, start, self._iterations, enough)


def scaled(embedding: Floats) -> Floats:
    """Features [..., D] at the length that the head sees."""
    points = embedding.astype(np.float32)
    lengths = np.linalg.norm(points, axis=-1, keepdims=True)
    unit: Floats = points * (FEATURE_NORM / np.maximum(lengths, 1e-6))
    return unit
