"""The recipe `head`: a frozen pretrained body and a linear head on its cached features.

With some hundred photos it beats fine-tuning, which distorts good features (docs/decisions/0034),
and takes seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from training.train.calibration import fit_temperature, softmax
from training.train.material.features import FEATURE_NORM
from training.train.material.folds import folds
from training.train.metrics import Floats, Ints, log_loss


@dataclass(frozen=True)
class Head:
    """A linear head on features of length 10, and what it said of photos it had not seen."""

    weight: Floats  # [L, D]
    bias: Floats  # [L]
    strength: float
    out_of_fold: Floats  # [N, L], logits

    def answer(self, embedding: Floats) -> Floats:
        """Logits [M, L] for features [M, D] of other photos."""
        logits: Floats = scaled(embedding) @ self.weight.T + self.bias
        return logits


def fit_head(
    embedding: Floats,
    truth: Ints,
    groups: Sequence[str],
    *,
    labels: int,
    seed: int,
    strengths: Sequence[float] = (0.01, 0.03, 0.1, 0.3, 1.0),
    count: int = 10,
    iterations: int = 1000,
) -> Head:
    """Fit a head on features [N, D] of photos with label indices [N].

    Photos of one group are in one of `count` folds. Logistic regression with the labels weighed
    equally; of `strengths` (C, ascending), the first whose out-of-fold log loss, temperature taken
    out, is within one standard error of the best (Breiman et al. 1984).
    """
    points, back = _fewer_dimensions(scaled(embedding))
    fold_of = folds(truth, groups, count=count, seed=seed)
    tried: list[tuple[Floats, Floats]] = []
    # The other core belongs to the bot, and one thread is faster beside it: 4.5 s instead of 8.7
    # with 2,000 photos on a busy machine.
    with threadpool_limits(1):
        for strength in strengths:
            logits = _out_of_fold(points, truth, fold_of, labels, strength, iterations)
            temperature = fit_temperature(logits, truth)
            tried.append((logits, log_loss(softmax(logits / temperature), truth)))
        chosen = simplest_good([losses for _, losses in tried])
        weight, bias = _fit(points, truth, labels, strengths[chosen], iterations)
    return Head(weight @ back, bias, strengths[chosen], tried[chosen][0])


def scaled(embedding: Floats) -> Floats:
    """Features [N, D] at the length that the head sees."""
    points = embedding.astype(np.float32)
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    unit: Floats = points * (FEATURE_NORM / np.maximum(lengths, 1e-6))
    return unit


def class_weights(truth: Ints, labels: int) -> Floats:
    """Weights that make each label count the same, mean 1 over the photos [L]."""
    counts = np.maximum(1, np.bincount(truth, minlength=labels))
    weights: Floats = len(truth) / (labels * counts)
    return weights


def simplest_good(losses: list[Floats]) -> int:
    """The first whose mean loss exceeds the least by at most one standard error, paired."""
    best = min(losses, key=lambda each: float(each.mean()))
    for number, each in enumerate(losses):
        worse = each - best
        if worse.mean() <= worse.std() / np.sqrt(len(worse)):
            return number
    raise AssertionError("the best is not worse than itself")


def _out_of_fold(
    points: Floats, truth: Ints, fold_of: Ints, labels: int, strength: float, iterations: int
) -> Floats:
    logits = np.zeros((len(truth), labels))
    for fold in np.unique(fold_of):
        seen = fold_of != fold
        weight, bias = _fit(points[seen], truth[seen], labels, strength, iterations)
        logits[~seen] = points[~seen] @ weight.T + bias
    return logits


def _fit(
    points: Floats, truth: Ints, labels: int, strength: float, iterations: int
) -> tuple[Floats, Floats]:
    model = LogisticRegression(C=strength, max_iter=iterations, class_weight="balanced")
    model.fit(points, truth)
    weight, bias = np.zeros((labels, points.shape[1])), np.full(labels, -1e3)
    if len(model.classes_) == 2:
        # For two labels scikit-learn gives one row; half of it each way means the same.
        half = np.concatenate([-model.coef_, model.coef_]) / 2
        weight[model.classes_] = half
        bias[model.classes_] = np.array([-1, 1]) * model.intercept_ / 2
    else:
        weight[model.classes_], bias[model.classes_] = model.coef_, model.intercept_
    return weight, bias


def _fewer_dimensions(points: Floats) -> tuple[Floats, Floats]:
    """The points rotated into the space they span [N, R], and the way back [R, D].

    Regularised linear models do not see the rotation, and with fewer photos than features a fit
    takes a fraction of the time.
    """
    if len(points) >= points.shape[1]:
        return points, np.eye(points.shape[1], dtype=points.dtype)
    with threadpool_limits(1):
        left, lengths, right = np.linalg.svd(points, full_matrices=False)
    kept = lengths > 1e-5 * lengths[0]
    return (left * lengths)[:, kept], right[kept]
