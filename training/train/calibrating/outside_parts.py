"""What an outside check measures, fitted on some photos, before it is brought to one scale."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.vq import kmeans2

from models.inference.outside_check import Floats as Singles
from models.inference.outside_check import distances, doubts, elsewhere
from training.train.calibrating.logistic import fewer_dimensions, solve
from training.train.knobs import OutsideKnobs
from training.train.material.known import probabilities
from training.train.metrics import Bools, Floats, Ints

MEASURES = ("imagenet", "distance", "evidence", "strangers")
_NOTHING = np.zeros((0, 0), np.float32)
_NO_BIAS = np.zeros(0, np.float32)
_STEPS = 300
_CLUSTERINGS = 3
"""From other photos to begin with; the tightest one counts."""
_CLUSTERING_STEPS = 12


@dataclass(frozen=True)
class Photos:
    """N photos as a check sees them."""

    points: Singles  # [N, D], comparable
    imagenet: NDArray[Any]  # [N, 1000], half precision as in the cache
    truth: Ints  # [N], -1 outside

    def where(self, chosen: Bools | Ints) -> Photos:
        """Some of them, by mask or by row."""
        return Photos(self.points[chosen], self.imagenet[chosen], self.truth[chosen])


@dataclass(frozen=True)
class Parts:
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
    def fit(cls, photos: Photos, knobs: OutsideKnobs, seed: int) -> Parts:
        """Fit all that these photos suffice for."""
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

    @property
    def usable(self) -> Bools:
        """Which of the measures there are [4]."""
        there = (self.own_classes, self.prototypes, self.label_weights, self.weights)
        return np.array([len(part) > 0 for part in there])

    def of(self, photos: Photos) -> Floats:
        """The four measures of photos [4, N]; 0 where one does not apply."""
        values = np.zeros((len(MEASURES), len(photos.truth)))
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


def _evidence(photos: Photos, knobs: OutsideKnobs, seed: int) -> tuple[Singles, Singles]:
    """The regression that tells the labels there are: weights [L, D] and biases [L]."""
    known = np.flatnonzero(photos.truth >= 0)
    labels, truth = np.unique(photos.truth[known], return_inverse=True)
    if len(labels) < 2:
        return _NOTHING, _NO_BIAS
    some = some_of_each(truth, max(2, knobs.evidence_photos // len(labels)), seed)
    points, centre, back = fewer_dimensions(photos.points[known[some]] * 10)
    start = np.zeros((len(labels), points.shape[1] + 1))
    given = np.zeros((len(some), len(labels)))
    model = solve(points, truth[some], given, knobs.evidence_strength, start, _STEPS)
    weights = model[:, :-1] @ back
    return (weights * 10).astype(np.float32), (model[:, -1] - weights @ centre).astype(np.float32)


def _strangers(photos: Photos, knobs: OutsideKnobs) -> tuple[Singles, float]:
    strange = photos.truth < 0
    if strange.sum() < knobs.fewest_outsiders:
        return np.zeros(0, np.float32), 0.0
    points, centre, back = fewer_dimensions(photos.points * 10)
    start, given = np.zeros((2, points.shape[1] + 1)), np.zeros((len(points), 2))
    model = solve(points, strange.astype(int), given, knobs.stranger_strength, start, _STEPS)
    weights, bias = model[1, :-1] - model[0, :-1], model[1, -1] - model[0, -1]
    weights = weights @ back
    return (weights * 10).astype(np.float32), float(bias - weights @ centre)


def some_of_each(truth: Ints, most: int, seed: int) -> NDArray[np.intp]:
    """Rows [n] of at most so many photos of each label, drawn at random."""
    random = np.random.default_rng(seed)
    chosen = []
    for label in np.unique(truth):
        rows = np.flatnonzero(truth == label)
        chosen.append(rows if len(rows) <= most else random.choice(rows, most, replace=False))
    return np.sort(np.concatenate(chosen))


def left_out(photos: Photos, knobs: OutsideKnobs, seed: int) -> Floats:
    """The measures [4, n] of photos of the labels by parts that do not know the photo's label: it
    is left out of the fit, where there are many with a few others.

    Such photos are strangers of the dataset's own kind, for free. Of the measures that some parts
    lack, nan. Nothing where there is but one label.
    """
    inside, outsiders = (np.flatnonzero(which) for which in (photos.truth >= 0, photos.truth < 0))
    labels = np.unique(photos.truth[inside])
    if len(labels) < 2:
        return np.zeros((len(MEASURES), 0))
    most = max(2, knobs.left_out_photos // len(labels))
    inside = inside[some_of_each(photos.truth[inside], most, seed)]
    some = photos.where(np.concatenate([inside, outsiders]))
    values = np.full((len(MEASURES), len(some.truth)), np.nan)
    for gone in np.array_split(labels, min(knobs.folds, len(labels))):
        hidden = np.isin(some.truth, gone)
        parts = Parts.fit(some.where(~hidden), knobs, seed)
        usable = np.flatnonzero(parts.usable)
        values[np.ix_(usable, hidden)] = parts.of(some.where(hidden))[usable]
    return values[:, : len(inside)]
