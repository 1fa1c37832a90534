"""Fits the outside check of a bundle: how its labels look to the pretrained network.

It needs only photos of the labels; `outside` examples make it sharper. Measured in
docs/decisions/0050, 0230 and 0231.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.vq import kmeans2
from threadpoolctl import threadpool_limits

from models.inference.outside_check import Floats as Singles
from models.inference.outside_check import (
    Measure,
    Reference,
    comparable,
    distances,
    doubts,
    elsewhere,
    worth_another_look,
)
from training.train.calibrating.imagenet_start import Start
from training.train.calibrating.logistic import fewer_dimensions, solve
from training.train.knobs import OutsideKnobs
from training.train.material.features import Chosen
from training.train.material.folds import folds
from training.train.material.known import probabilities
from training.train.metrics import Bools, Floats, Ints, auroc

_MEASURES = ("imagenet", "distance", "evidence", "strangers")
_NOTHING = np.zeros((0, 0), np.float32)
_NO_BIAS = np.zeros(0, np.float32)
_STEPS = 300
_CLUSTERINGS = 3
"""From other photos to begin with; the tightest one counts."""
_CLUSTERING_STEPS = 12
MOST_REFUSED = 0.05
"""Of new photos like those fitted on, never more than this share is refused."""


@dataclass(frozen=True, kw_only=True)
class OutsideFit:
    """The fitted check, and its out-of-fold scores for its own photos.

    `scores` [N] follow the order of the photos given, outsiders included; nan for photos beyond
    `OutsideKnobs.most_photos`, which were not used.
    """

    reference: Reference
    threshold: float
    curve: dict[str, Any]
    scores: Floats

    @property
    def accepted(self) -> Bools:
        """Which photos the check lets pass [N]; unused ones count as passed."""
        return ~(self.scores >= self.threshold)

    @property
    def worth_another_look(self) -> Bools:
        """Which photos the classifier looks at again where they leave a doubt [N]."""
        return worth_another_look(np.nan_to_num(self.scores), self.threshold)


def fit(
    embedding: NDArray[Any] | Chosen,
    imagenet: NDArray[Any] | Chosen,
    truth: Ints,
    names: Sequence[str],
    *,
    groups: Sequence[str] | None = None,
    confirmed: Ints | None = None,
    knobs: OutsideKnobs | None = None,
    seed: int = 0,
) -> OutsideFit:
    """Fit the check on pretrained features [N, D] and ImageNet logits [N, 1000].

    `truth` holds label indices [N], -1 for outsiders; photos of one of the `groups` share a fold.
    `names` are ImageNet's, in English. `confirmed` are the rows, oldest first, of photos whose
    label a reviewer confirmed.
    """
    knobs = knobs or OutsideKnobs()
    used = _some_of_each(truth, knobs.most_photos, seed)
    photos = _Photos(comparable(embedding[used]), imagenet[used], truth[used])
    count = min(knobs.folds, max(2, len(used)))
    groups = [""] * len(truth) if groups is None else groups
    fold_of = folds(photos.truth + 1, [groups[row] for row in used], count=count, seed=seed)
    raw = np.zeros((len(_MEASURES), len(used)))
    inside = photos.truth >= 0
    # The matrices are small: a second thread costs more than it gains.
    with threadpool_limits(1):
        for fold in np.unique(fold_of):
            seen = fold_of != fold
            if (inside & seen).any():
                raw[:, ~seen] = _Parts.fit(photos.where(seen), knobs, seed).of(photos.where(~seen))
        parts = _Parts.fit(photos, knobs, seed)
    measures = [_measure(values[inside]) for values in raw]
    usable = np.array(
        [len(parts.own_classes), 1, len(parts.label_weights), len(parts.weights)], float
    )
    start = Start()
    if len(parts.own_classes):
        odds, scale_of = raw[0][inside], measures[0]
        start = Start.of(
            odds, centre=scale_of.centre, spread=scale_of.spread, worth=knobs.imagenet_worth
        )
    weights = start.weights(np.minimum(usable, 1))
    share = knobs.refused_share if start.trust else knobs.refused_share_unknown
    measures = [measure.weighing(by) for measure, by in zip(measures, weights, strict=True)]
    reference = Reference(
        names=tuple(names),
        own_classes=parts.own_classes,
        own_labels=parts.own_labels,
        imagenet=measures[0],
        prototypes=parts.prototypes,
        prototype_labels=parts.prototype_labels,
        distance=measures[1],
        label_weights=parts.label_weights,
        label_bias=parts.label_bias,
        evidence=measures[2],
        stranger_weights=parts.weights,
        stranger_bias=parts.bias,
        strangers=measures[3],
        confirmed=_confirmed(embedding, confirmed, knobs),
        all_but_equal=knobs.all_but_equal,
    )
    scores = np.full(len(truth), np.nan)
    scores[used] = sum(
        measure.of(values.astype(np.float32)) for measure, values in zip(measures, raw, strict=True)
    )
    threshold = start.threshold(refusal_threshold(scores[used][inside], share=share))
    if confirmed is not None:
        recent = scores[confirmed][-knobs.promised_confirmed :]
        others = np.delete(np.where(truth >= 0, scores, np.nan), confirmed)
        furthest = _furthest(others[~np.isnan(others)], knobs.least_refused)
        threshold = max(threshold, min(_promised(recent[~np.isnan(recent)]), furthest))
    curve = _curve(scores[used][inside], scores[used][~inside], threshold)
    curve["weights"] = dict(zip(_MEASURES, map(float, weights), strict=True))
    return OutsideFit(reference=reference, threshold=threshold, curve=curve, scores=scores)


def _confirmed(embedding: NDArray[Any] | Chosen, rows: Ints | None, knobs: OutsideKnobs) -> Singles:
    if rows is None or not len(rows):
        return np.zeros((0, embedding.shape[1]), np.float32)
    return comparable(embedding[rows[-knobs.most_confirmed :]])


def refusal_threshold(scores: Floats, *, share: float) -> float:
    """The score above which photos are refused, so that this hits `share` of the labels' new
    photos.

    Read off an exponential tail laid through the median and the ninth decile of `scores` [n], or
    off the scores where their tail is shorter: photos with wrong labels, which lie highest, do not
    raise it. However the scores lie, at most 5% of new photos of the same kind are refused: the
    threshold is no lower than the ⌈0.95 (n + 1)⌉-th score, as split-conformal sets count, and with
    fewer than 19 photos no lower than any score.
    """
    counted = float(np.quantile(scores, 1 - share))
    return float(max(min(_tail(scores, share), counted), _above(scores)))


def _tail(scores: Floats, share: float) -> float:
    """Where `share` of an exponential tail through the median and the ninth decile begins."""
    middle, high = np.quantile(scores, (0.5, 0.9))
    return float(middle + (high - middle) * math.log(0.5 / share) / math.log(0.5 / 0.1))


def _furthest(scores: Floats, share: float) -> float:
    """How far confirmed photos may move the threshold, by the scores of photos that no refusal has
    chosen; without any, not at all."""
    return _tail(scores, share) if len(scores) else -math.inf


def _promised(confirmed: Floats) -> float:
    """The least threshold that keeps the promise for photos of people that reviewers confirmed;
    with fewer than 19, one of them would decide alone."""
    return _above(confirmed) if len(confirmed) >= 19 else -math.inf


def _above(scores: Floats) -> float:
    rank = min(len(scores), math.ceil((len(scores) + 1) * (1 - MOST_REFUSED)))
    return float(np.nextafter(np.sort(scores)[rank - 1], np.inf))


@dataclass(frozen=True)
class _Photos:
    points: Singles  # [N, D], comparable
    imagenet: NDArray[Any]  # [N, 1000], half precision as in the cache
    truth: Ints  # [N], -1 outside

    def where(self, chosen: Bools) -> _Photos:
        return _Photos(self.points[chosen], self.imagenet[chosen], self.truth[chosen])


@dataclass(frozen=True)
class _Parts:
    """The four measures before they are brought to one scale."""

    own_classes: NDArray[np.intp]
    own_labels: NDArray[np.intp]
    prototypes: Singles
    prototype_labels: NDArray[np.intp]
    label_weights: Singles
    label_bias: Singles
    weights: Singles
    bias: float

    @classmethod
    def fit(cls, photos: _Photos, knobs: OutsideKnobs, seed: int) -> _Parts:
        own_classes, own_labels, prototypes, prototype_labels = [], [], [], []
        for label in np.unique(photos.truth[photos.truth >= 0]):
            mine = photos.where(photos.truth == label)
            shares = probabilities(mine.imagenet).mean(axis=0)
            for index in np.flatnonzero(shares >= knobs.own_share):
                if index not in own_classes:
                    own_classes.append(index)
                    own_labels.append(label)
            centres = _prototypes(mine.points, knobs, seed)
            prototypes.append(centres)
            prototype_labels += [label] * len(centres)
        label_weights, label_bias = _evidence(photos, knobs, seed)
        weights, bias = _strangers(photos, knobs)
        return cls(
            np.array(own_classes, np.intp),
            np.array(own_labels, np.intp),
            # As they are stored, so that what is measured is what is served.
            np.concatenate(prototypes).astype(np.float16).astype(np.float32),
            np.array(prototype_labels, np.intp),
            label_weights,
            label_bias,
            weights,
            bias,
        )

    def of(self, photos: _Photos) -> Floats:
        """The four measures of photos [4, N]; 0 where one does not apply."""
        values = np.zeros((len(_MEASURES), len(photos.truth)))
        if len(self.own_classes):
            own = np.zeros(photos.imagenet.shape[1], bool)
            own[self.own_classes] = True
            values[0] = elsewhere(photos.imagenet, own)
        values[1] = distances(photos.points, self.prototypes)
        if len(self.label_weights):
            values[2] = doubts(photos.points, self.label_weights, self.label_bias)
        if len(self.weights):
            values[3] = photos.points @ self.weights + self.bias
        return values


def _prototypes(points: Singles, knobs: OutsideKnobs, seed: int) -> Singles:
    count = min(knobs.most_prototypes, max(1, len(points) // knobs.photos_per_prototype))
    random = np.random.default_rng(seed)
    tightest, found = math.inf, points[:0]
    for _ in range(_CLUSTERINGS if count > 1 else 1):
        begun = points[random.choice(len(points), count, replace=False)]
        with warnings.catch_warnings():
            # Of photos that are all the same, one cluster has them all.
            warnings.filterwarnings("ignore", "One of the clusters is empty")
            centres, nearest = kmeans2(points, begun, iter=_CLUSTERING_STEPS, minit="matrix")
        spread = float(((points - centres[nearest]) ** 2).sum())
        if spread < tightest:
            tightest, found = spread, centres
    unit: Singles = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit


def _evidence(photos: _Photos, knobs: OutsideKnobs, seed: int) -> tuple[Singles, Singles]:
    """The regression that tells the labels there are: weights [L, D] and biases [L]."""
    known = np.flatnonzero(photos.truth >= 0)
    labels, truth = np.unique(photos.truth[known], return_inverse=True)
    if len(labels) < 2:
        return _NOTHING, _NO_BIAS
    some = _some_of_each(truth, max(2, knobs.evidence_photos // len(labels)), seed)
    points, centre, back = fewer_dimensions(photos.points[known[some]] * 10)
    start = np.zeros((len(labels), points.shape[1] + 1))
    given = np.zeros((len(some), len(labels)))
    model = solve(points, truth[some], given, knobs.evidence_strength, start, _STEPS)
    weights = model[:, :-1] @ back
    return (weights * 10).astype(np.float32), (model[:, -1] - weights @ centre).astype(np.float32)


def _strangers(photos: _Photos, knobs: OutsideKnobs) -> tuple[Singles, float]:
    strange = photos.truth < 0
    if strange.sum() < knobs.fewest_outsiders:
        return np.zeros(0, np.float32), 0.0
    points, centre, back = fewer_dimensions(photos.points * 10)
    start, given = np.zeros((2, points.shape[1] + 1)), np.zeros((len(points), 2))
    model = solve(points, strange.astype(int), given, knobs.stranger_strength, start, _STEPS)
    weights, bias = model[1, :-1] - model[0, :-1], model[1, -1] - model[0, -1]
    weights = weights @ back
    return (weights * 10).astype(np.float32), float(bias - weights @ centre)


def _measure(values: Floats) -> Measure:
    """Median and ninth decile: a few wrongly labelled photos move neither."""
    centre, high = np.quantile(values, (0.5, 0.9))
    return Measure(float(centre), float(high - centre) if high - centre > 1e-6 else 1.0)


def _some_of_each(truth: Ints, most: int, seed: int) -> NDArray[np.intp]:
    random = np.random.default_rng(seed)
    chosen = []
    for label in np.unique(truth):
        rows = np.flatnonzero(truth == label)
        chosen.append(rows if len(rows) <= most else random.choice(rows, most, replace=False))
    return np.sort(np.concatenate(chosen))


def _curve(inside: Floats, outside: Floats, threshold: float) -> dict[str, Any]:
    """Thresholds, and the shares refused by each, out of fold."""
    marks = np.unique(np.append(np.quantile(inside, np.linspace(0.8, 1, 21)), threshold))
    curve: dict[str, Any] = {
        "threshold": marks.round(4).tolist(),
        "refused": [round(float((inside >= mark).mean()), 4) for mark in marks],
        "photos": len(inside),
        "outsiders": len(outside),
    }
    if len(outside):
        curve["outsiders_refused"] = [round(float((outside >= mark).mean()), 4) for mark in marks]
        curve["outsiders_auroc"] = round(auroc(inside, outside), 4)
    return curve
