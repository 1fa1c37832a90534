"""The recipe `head`: a frozen pretrained body and a linear head on its cached features.

With some hundred photos it beats fine-tuning, which distorts good features (docs/decisions/0034),
and takes seconds. The head begins where the pretrained classifier ends (0110): what it learns is
added to what that says of the labels it knows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from training.train.calibrating.calibration import tempered_loss
from training.train.head_search import Search
from training.train.material.features import FEATURE_NORM
from training.train.material.known import Known
from training.train.metrics import Floats, Ints

_GRADIENT_ENOUGH = 3e-6
NEVER = -1e3
"""The bias of a label that there is no photo of."""


@dataclass(frozen=True)
class Head:
    """A linear head on features, and what it said of photos it had not seen.

    `weight` is for features of length 10, `known`, where there is any, for features as they come:
    rows of the pretrained classifier, `offset` times.
    """

    weight: Floats  # [L, D]
    bias: Floats  # [L]
    strength: float
    out_of_fold: Floats  # [N, L], logits
    offset: float = 0.0
    known: Floats | None = None  # [L, D]

    def answer(self, embedding: Floats) -> Floats:
        """Logits [M, L] for features [M, D] of other photos."""
        logits: Floats = scaled(embedding) @ self.weight.T + self.bias
        return logits if self.known is None else logits + embedding @ self.known.T


def fit_head(
    embedding: Floats,
    truth: Ints,
    fold_of: Ints,
    *,
    labels: int,
    search: Search | None = None,
    known: Known | None = None,
) -> Head:
    """Fit a head on features [N, D] of photos with label indices and folds 0…F-1 [N].

    Logistic regression with the labels weighed equally, on top of what is `known`; of all that
    `search` names, what answers held-out photos with the least log loss, temperature taken out.
    """
    search = search or Search()
    names = np.unique(fold_of)
    known = known or Known.nothing(labels, embedding.shape[1], folds=int(names[-1]) + 1)
    points, centre, back = fewer_dimensions(scaled(embedding))
    solved = {fold: np.zeros((labels, points.shape[1] + 1)) for fold in names}

    def judge(strength: float, offset: float) -> tuple[Floats, float]:
        logits = np.zeros((len(truth), labels))
        for fold in names:
            seen = fold_of != fold
            given = offset * (embedding @ known.without[fold].T)
            solved[fold] = solve(
                points[seen], truth[seen], given[seen], strength, solved[fold], search.iterations
            )
            logits[~seen] = given[~seen] + _answered(points[~seen], solved[fold])
        return logits, tempered_loss(logits, truth)

    # The other core belongs to the bot, and one thread is faster beside it: 4.5 s instead of 8.7
    # with 2,000 photos on a busy machine.
    with threadpool_limits(1):
        strength, offset, logits = search.best(judge, knows=not known.is_nothing)
        rows = offset * known.whole
        start = np.mean(list(solved.values()), axis=0)
        model = solve(points, truth, embedding @ rows.T, strength, start, search.iterations)
    weight = model[:, :-1] @ back
    bias = model[:, -1] - weight @ centre
    return Head(weight, bias, strength, logits, offset, rows if rows.any() else None)


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


def _answered(points: Floats, model: Floats) -> Floats:
    logits: Floats = points @ model[:, :-1].T.astype(np.float32) + model[:, -1]
    return logits


def solve(
    points: Floats, truth: Ints, given: Floats, strength: float, start: Floats, iterations: int
) -> Floats:
    """Weights and biases [L, R + 1] of what is added to `given` [N, L] on points [N, R], sought
    from `start`.

    They minimise the sum of losses + |weight|² / 2C, each label's photos counting the same.
    """
    labels, rows = len(start), np.arange(len(truth))
    present = np.bincount(truth, minlength=labels) > 0
    counts = class_weights(truth, labels)[truth] * labels / present.sum()
    # For two labels one regression decides, of which each label's weights are half: they are
    # shrunk half as much.
    shrink = 1 / (strength / 2 if labels == 2 else strength)

    def objective(place: Floats) -> tuple[float, Floats]:
        model = place.reshape(labels, -1)
        logits = _answered(points, model) + given
        logits -= logits.max(axis=1, keepdims=True)
        raised = np.exp(logits)
        total = raised.sum(axis=1, keepdims=True)
        loss = counts @ (np.log(total[:, 0]) - logits[rows, truth])
        raised /= total
        raised[rows, truth] -= 1.0
        raised *= counts[:, None]
        slope = np.empty_like(model)
        slope[:, :-1] = raised.T.astype(np.float32) @ points + shrink * model[:, :-1]
        slope[:, -1] = raised.sum(axis=0)
        loss += shrink * float((model[:, :-1] ** 2).sum()) / 2
        return float(loss) / len(truth), slope.ravel() / len(truth)

    place = start.copy()
    place[:, -1] = np.where(present, place[:, -1], NEVER)
    solved = minimize(
        objective,
        place.ravel(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": iterations, "gtol": _GRADIENT_ENOUGH, "ftol": 1e-11},
    )
    model: Floats = solved.x.reshape(labels, -1)
    return model


def fewer_dimensions(points: Floats) -> tuple[Floats, Floats, Floats]:
    """The points around their mean, rotated into the space they span [N, R]; that mean [D], and the
    way back [R, D].

    Regularised linear models see neither, and with fewer photos than features a fit takes a
    fraction of the time; around its mean, a fraction of the steps.
    """
    centre = points.mean(axis=0)
    points = points - centre
    if len(points) >= points.shape[1]:
        return points, centre, np.eye(points.shape[1], dtype=points.dtype)
    with threadpool_limits(1):
        left, lengths, right = np.linalg.svd(points, full_matrices=False)
    kept = lengths > 1e-5 * lengths[0]
    return (left * lengths)[:, kept], centre, right[kept]
