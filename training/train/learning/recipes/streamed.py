"""The linear head for more photos than fit a solver that wants them all at once.

The same regularised logistic regression as in `train.learning.recipes.head`, solved by L-BFGS whose
every evaluation is a sum over portions of photos, wherever these lie: in memory, in a file, on the
machines of a cluster (as in Agarwal et al. 2014, "A reliable effective terascale linear learning
system"). The models of all folds are solved as one problem: their objectives add up and share no
parameter, and each portion is read once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from training.train.calibrating.calibration import tempered_loss
from training.train.calibrating.logistic import NEVER, class_weights
from training.train.head_search import Search
from training.train.learning.recipes.head import Head
from training.train.material.features import FEATURE_NORM, Halves
from training.train.material.known import Known
from training.train.metrics import Floats, Ints

Singles = NDArray[np.float32]

PORTION = 2048
"""Photos whose features are turned into 32-bit floats at a time: 10 MB."""
_ENOUGH = 3e-5
"""Probabilities are then within 1e-4 of where the problem has its minimum (0096)."""
_ROUGHLY = 3e-4
"""Enough to choose among settings."""
_HELD_OUT = 1000
"""Photos by which the settings are chosen, in whole folds: they tell as much as all (0258)."""
_CURVATURE = 0.03
"""About what p (1 - p) is on average; it only decides how fast one gets there."""


@dataclass(frozen=True)
class Models:
    """K linear models side by side: `weight` [K, L, D], `bias` [K, L].

    Model k skips the photos of fold `left_out[k]`; -1 skips none. `importance` [K, L] is the weight
    of a photo of each label. `known` [K, L, D], where there is any, is added for features as they
    come, and stays unchanged.
    """

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    left_out: Ints
    importance: Floats
    known: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class Sums:
    """Of some photos: each model's loss [K], and its gradient by weight and bias."""

    loss: Floats
    weight: Floats  # [K, L, D]
    bias: Floats  # [K, L]

    @classmethod
    def of(cls, parts: Sequence[Sums]) -> Sums:
        """Of all the photos together."""
        return cls(
            np.sum([part.loss for part in parts], axis=0),
            np.sum([part.weight for part in parts], axis=0),
            np.sum([part.bias for part in parts], axis=0),
        )


@dataclass(frozen=True)
class Moments:
    """Of points [N, D]: their sum [D], and the sum of their products [D, D]."""

    points: Floats
    products: Floats

    @classmethod
    def of(cls, parts: Sequence[Moments]) -> Moments:
        """Of all the photos together."""
        return cls(
            np.sum([part.points for part in parts], axis=0),
            np.sum([part.products for part in parts], axis=0),
        )


class Shard:
    """Photos whose features lie here: half precision, [N, D], also in a file mapped to memory."""

    def __init__(self, embedding: Halves, truth: Ints, fold_of: Ints) -> None:
        self._embedding, self._truth, self._fold_of = embedding, truth, fold_of
        self._scale = np.empty(len(truth), np.float32)
        for rows, features in self._portions():
            lengths = np.linalg.norm(features, axis=1)
            self._scale[rows] = FEATURE_NORM / np.maximum(lengths, 1e-6)

    def __len__(self) -> int:
        return len(self._truth)

    def moments(self) -> Moments:
        """The moments of these photos' points."""
        dimensions = self._embedding.shape[1]
        found = Moments(np.zeros(dimensions), np.zeros((dimensions, dimensions)))
        for rows, features in self._portions():
            points = features * self._scale[rows, None]
            found.points[:] += points.sum(axis=0)
            found.products[:] += points.T @ points
        return found

    def sums(self, models: Models) -> Sums:
        """Losses and gradients over these photos."""
        count, labels, dimensions = models.weight.shape
        flat = models.weight.reshape(count * labels, dimensions)
        found = Sums(
            np.zeros(count), np.zeros((count, labels, dimensions)), np.zeros((count, labels))
        )
        for rows, features in self._portions():
            truth, each, scale = self._truth[rows], np.arange(len(features)), self._scale[rows]
            logits = (features @ flat.T * scale[:, None]).reshape(-1, count, labels)
            logits += models.bias
            if models.known is not None:
                given = features @ models.known.reshape(flat.shape).T
                logits += given.reshape(logits.shape)
            logits -= logits.max(axis=2, keepdims=True)
            raised = np.exp(logits, dtype=np.float32)
            total = raised.sum(axis=2, keepdims=True)
            seen = self._fold_of[rows, None] != models.left_out
            counts = np.where(seen, models.importance[:, truth].T, 0).astype(np.float32)
            of_truth = np.log(total[:, :, 0]) - logits[each, :, truth]
            found.loss[:] += (counts * of_truth).sum(axis=0)
            raised /= total
            raised[each, :, truth] -= 1.0
            raised *= counts[:, :, None]
            found.bias[:] += raised.sum(axis=0)
            slope = raised.reshape(-1, count * labels)
            slope *= scale[:, None]
            found.weight[:] += (slope.T @ features).reshape(models.weight.shape)
        return found

    def unseen(self, models: Models) -> Floats:
        """Logits [N, L] of each photo by the model that its fold was left out of."""
        found = np.zeros((len(self), models.bias.shape[1]))
        for rows, features in self._portions():
            fold_of = self._fold_of[rows]
            points = features * self._scale[rows, None]
            for model, fold in enumerate(models.left_out):
                mine = fold_of == fold
                logits = points[mine] @ models.weight[model].T + models.bias[model]
                if models.known is not None:
                    logits += features[mine] @ models.known[model].T
                found[rows][mine] = logits
        return found

    def _portions(self) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        for start in range(0, len(self), PORTION):
            rows = slice(start, min(start + PORTION, len(self)))
            yield rows, np.asarray(self._embedding[rows], np.float32)


class Shards(Protocol):
    """Shards wherever they lie; in the order of the photos."""

    def moments(self) -> Moments:
        """As `Shard.moments`, over all of them."""

    def sums(self, models: Models) -> Sums:
        """As `Shard.sums`, over all of them."""

    def unseen(self, models: Models) -> Floats:
        """As `Shard.unseen`, over all of them."""


def settle_streamed(
    shards: Shards,
    truth: Ints,
    fold_of: Ints,
    *,
    labels: int,
    dimensions: int,
    search: Search,
    known: Known | None = None,
) -> Search:
    """The one setting of `search` that is best for the photos of `shards`, one view of each, by
    the answers to some folds of heads that learned from the others."""
    known = known or Known.nothing(labels, dimensions, folds=int(fold_of.max()) + 1)
    names, counts = np.unique(fold_of, return_counts=True)
    judging = names[: 1 + int(np.searchsorted(np.cumsum(counts), _HELD_OUT))]
    judged = np.isin(fold_of, judging)
    models = _begin(truth, fold_of, judging, labels, dimensions)
    # As in fit_head: threads would wait for each other. Actors have one thread by Ray's doing.
    with threadpool_limits(1):
        space = _Space.of(shards.moments(), len(truth))

        def judge(strength: float, offset: float) -> float:
            nonlocal models
            start = replace(models, known=_times(offset, known.without[judging]))
            asked = strength, search.iterations, _ROUGHLY
            models = _solve(shards, space, start, fold_of, *asked)
            return tempered_loss(shards.unseen(models)[judged], truth[judged])

        return search.settled(judge, knows=not known.is_nothing)


def fit_streamed(
    shards: Shards,
    truth: Ints,
    fold_of: Ints,
    *,
    labels: int,
    dimensions: int,
    views: int = 1,
    search: Search | None = None,
    known: Known | None = None,
) -> Head:
    """Fit a head on the photos of `shards`; their label indices and folds 0…F-1 are [N].

    The shards hold so many `views` of each photo, one after the other; `search` names one setting,
    or they hold one view, by which it is settled. What `learning.recipes.head.fit_head` comes to,
    within the tolerance of either solver (0096).
    """
    known = known or Known.nothing(labels, dimensions, folds=int(fold_of.max()) + 1)
    size: dict[str, Any] = {"labels": labels, "dimensions": dimensions}
    search = search or Search()
    if not search.is_settled:
        search = settle_streamed(shards, truth, fold_of, **size, search=search, known=known)
    (strength,), (offset,) = search.strengths, search.offsets
    names = np.unique(fold_of)
    photos = len(truth)
    truth, fold_of = np.repeat(truth, views), np.repeat(fold_of, views)
    asked = strength / views, search.iterations, _ENOUGH
    with threadpool_limits(1):
        space = _Space.of(shards.moments(), len(truth))
        # All photos come first: each fold's model lies close to theirs.
        rows = _times(offset, known.whole[None])
        whole = replace(_begin(truth, fold_of, np.array([-1]), **size), known=rows)
        whole = _solve(shards, space, whole, fold_of, *asked)
        models = _begin(truth, fold_of, names, **size)
        models.weight[:] = whole.weight
        models.bias[:] = np.where(models.bias == NEVER, NEVER, whole.bias)
        models = replace(models, known=_times(offset, known.without[names]))
        models = _solve(shards, space, models, fold_of, *asked)
        unseen = shards.unseen(models).reshape(photos, views, labels)
    weight, bias = whole.weight[0].astype(float), whole.bias[0].astype(float)
    return Head(weight, bias, strength, unseen, offset, None if rows is None else rows[0])


def _times(offset: float, known: Floats) -> Singles | None:
    return (offset * known).astype(np.float32) if offset and known.any() else None


def _begin(truth: Ints, fold_of: Ints, left_out: Ints, labels: int, dimensions: int) -> Models:
    """Models before learning; they know only the labels."""
    seen = [truth[fold_of != fold] for fold in left_out]
    present = np.array([np.bincount(some, minlength=labels) > 0 for some in seen])
    importance = np.array([class_weights(some, labels) for some in seen])
    return Models(
        np.zeros((len(seen), labels, dimensions), np.float32),
        np.where(present, 0.0, NEVER).astype(np.float32),
        np.asarray(left_out),
        importance * labels / present.sum(axis=1, keepdims=True),
    )


@dataclass(frozen=True)
class _Space:
    """The points' mean [D] and covariance [D, D]."""

    mean: Floats
    covariance: Floats

    @classmethod
    def of(cls, moments: Moments, photos: int) -> _Space:
        mean = moments.points / photos
        return cls(mean, moments.products / photos - np.outer(mean, mean))

    def evened(self, shrink: float) -> tuple[Singles, Singles]:
        """From weights to weights of about one curvature in every direction, and back [D, D].

        In single precision: their exact values do not change the problem.
        """
        curvature = _CURVATURE * self.covariance
        curvature[np.diag_indices_from(curvature)] += shrink
        there = np.linalg.cholesky(curvature)
        back = solve_triangular(there, np.eye(len(there)), lower=True)
        return there.astype(np.float32), back.astype(np.float32)


def _solve(
    shards: Shards,
    space: _Space,
    start: Models,
    fold_of: Ints,
    strength: float,
    iterations: int,
    enough: float,
) -> Models:
    """The models that minimise what scikit-learn does: mean loss + |weight|² / (2 C n).

    Sought among weights of points that are centred and of about the same curvature in every
    direction, which is the same problem and takes a fifth of the steps.
    """
    count, labels, dimensions = start.weight.shape
    photos = np.array([(fold_of != fold).sum() for fold in start.left_out], float)
    # For two labels one regression decides, of which each label's weights are half: they are
    # shrunk half as much.
    shrink = 1 / ((strength / 2 if labels == 2 else strength) * photos)
    there, back = space.evened(float(shrink.mean()))

    def models_at(place: Floats) -> Models:
        parts = place.reshape(count, labels, dimensions + 1)
        weight = parts[:, :, :-1].astype(np.float32) @ back
        bias = parts[:, :, -1] - weight @ space.mean
        return replace(start, weight=weight, bias=bias.astype(np.float32))

    def objective(place: Floats) -> tuple[float, Floats]:
        models = models_at(place)
        found = shards.sums(models)
        weight = models.weight.astype(float)
        loss = found.loss / photos + shrink * (weight**2).sum(axis=(1, 2)) / 2
        by_bias = found.bias / photos[:, None]
        by_weight = found.weight / photos[:, None, None] + shrink[:, None, None] * weight
        by_weight -= by_bias[:, :, None] * space.mean
        slope = np.concatenate([by_weight.astype(np.float32) @ back.T, by_bias[:, :, None]], axis=2)
        return float(loss.sum()), slope.ravel()

    weight = start.weight.astype(float)
    bias = start.bias + weight @ space.mean
    place = np.concatenate([weight @ there, bias[:, :, None]], axis=2)
    solved = minimize(
        objective,
        place.ravel(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": iterations, "gtol": enough, "ftol": enough**2},
    )
    return models_at(solved.x)
