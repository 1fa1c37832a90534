"""Does a photo show none of the labels? The pretrained network answers, not the trained head.

Up to five measures, each higher for stranger photos, are added up with weights that training
gives them; the training photos bring them to one scale (see `Measure`):

- ImageNet: the log-odds that ImageNet's probability lies outside the classes in which photos of
  the labels land. Knows a thousand other things, and nothing of labels that ImageNet lacks.
- Distance: how unlike the nearest prototype of a label the pretrained features are. Works for any
  labels. The features are compared by square root, so that a few strong ones do not decide alone
  (Hellinger's distance, as for histograms in Arandjelović & Zisserman 2012).
- Evidence: how little speaks for the likeliest label, by a logistic regression on the same
  features. Sees what lies between labels and is close to all of them.
- Strangers: what a logistic regression learned from the dataset's `outside` examples, if any.
- Relative: how much farther a photo lies from its likeliest label than from all of them together
  (see `shapes`). For labels that ImageNet lacks, and only where several views are looked at.

A photo that a reviewer confirmed is not refused again: one all but equal to a confirmed photo
counts as typical.

A bundle holds a few prototypes for each label, the features of the last confirmed photos, and
never the photos: memory and time stay the same however large the dataset grows. Measured in
docs/decisions/0050, 0054, 0231 and 0280.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.bundles.bundle import Bundle
from models.errors import BundleError
from models.inference.shapes import Shapes

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]

_FAR = 1.5
"""Times the threshold: from there on few photos of the labels are found, and most strangers."""
_NEVER_COUNTS = 1e30
"""The spread of a measure without weight."""
_LEAST = np.float32(1e-37)
"""Of a probability that has no logarithm."""


@dataclass(frozen=True)
class Measure:
    """The scale of a measure: the median of the training photos, and the distance from there to
    their ninth decile, divided by the measure's weight. A measure on which they scatter widely
    thereby counts little."""

    centre: float = 0.0
    spread: float = 1.0

    def of(self, values: Floats) -> Floats:
        """`values` [N] on the common scale: 0 is typical, 1 as strange as one photo in ten."""
        scaled: Floats = (values - np.float32(self.centre)) / np.float32(self.spread)
        return scaled

    def weighing(self, weight: float) -> Measure:
        """The same measure, counting `weight` times; 0 makes its part vanish."""
        return Measure(self.centre, self.spread / weight if weight else _NEVER_COUNTS)


@dataclass(frozen=True)
class Nearest:
    """What a photo is nearest to, most alike first.

    `things` are English names from ImageNet with their share of its probability, the classes of
    the labels left out; `labels` are indices of labels with a similarity of at most 1.
    """

    things: list[tuple[str, float]]
    labels: list[tuple[int, float]]


@dataclass(frozen=True)
class Reference:
    """The arrays of reference.npz.

    `names` has ImageNet's thousand; `own_classes` [K] are those of the labels, `own_labels` [K]
    of which label. `prototypes` [P, D] are of unit length, `prototype_labels` [P] says of which
    label. `stranger_weights` [D] and `stranger_bias` are the logistic regression. `confirmed`
    [C, D], of unit length, are photos of people that reviewers confirmed; from a cosine of
    `all_but_equal` on, a photo is taken for one of them. `label_weights` [L, D] and `label_bias`
    [L] are the regression that tells the labels. What a bundle lacks is empty. `shapes`, if it has
    them, are asked about several views; `relative` brings all that is asked of these to the scale
    of one view, with the same threshold.
    """

    names: tuple[str, ...]
    own_classes: Ints
    own_labels: Ints
    imagenet: Measure
    prototypes: Floats
    prototype_labels: Ints
    distance: Measure
    stranger_weights: Floats
    stranger_bias: float
    strangers: Measure
    confirmed: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    all_but_equal: float = 0.86
    label_weights: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    label_bias: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    evidence: Measure = field(default_factory=Measure)
    shapes: Shapes | None = None
    relative: Measure = field(default_factory=Measure)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Reference:
        """What `to_arrays` wrote; KeyError or ValueError for what it did not."""

        def optional(name: str) -> NDArray[Any]:
            return arrays[name] if name in arrays else np.zeros(0)

        def measure(name: str) -> Measure:
            return Measure(*map(float, arrays[name])) if name in arrays else Measure()

        reference = cls(
            names=tuple(str(name) for name in arrays["imagenet_names"]),
            own_classes=arrays["own_classes"].astype(np.intp),
            own_labels=optional("own_labels").astype(np.intp),
            imagenet=measure("imagenet_measure"),
            prototypes=optional("prototypes").astype(np.float32),
            prototype_labels=optional("prototype_labels").astype(np.intp),
            distance=measure("distance_measure"),
            stranger_weights=optional("stranger_weights").astype(np.float32),
            stranger_bias=float(arrays.get("stranger_bias", np.zeros(()))),
            strangers=measure("stranger_measure"),
            confirmed=optional("confirmed").astype(np.float32),
            all_but_equal=float(arrays.get("all_but_equal", np.array(cls.all_but_equal))),
            label_weights=optional("label_weights").astype(np.float32),
            label_bias=optional("label_bias").astype(np.float32),
            evidence=measure("evidence_measure"),
            shapes=Shapes.from_arrays(arrays),
            relative=measure("relative_measure"),
        )
        if not len(reference.own_classes) and not len(reference.prototypes):
            raise ValueError("neither classes nor prototypes to compare with")
        if len(reference.prototypes) != len(reference.prototype_labels):
            raise ValueError("prototypes and their labels differ in number")
        if len(reference.label_weights) != len(reference.label_bias):
            raise ValueError("the regression of the labels lacks biases")
        for used in (
            reference.imagenet,
            reference.distance,
            reference.evidence,
            reference.strangers,
            reference.relative,
        ):
            if not (np.isfinite([used.centre, used.spread]).all() and used.spread > 0):
                raise ValueError("a measure without a spread")
        return reference

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by their names in reference.npz; nothing here is pickled."""
        shapes = self.shapes.to_arrays() if self.shapes else {}
        return shapes | {
            "imagenet_names": np.array(self.names),
            "own_classes": self.own_classes,
            "own_labels": self.own_labels,
            "imagenet_measure": np.array([self.imagenet.centre, self.imagenet.spread]),
            "prototypes": self.prototypes.astype(np.float16),
            "prototype_labels": self.prototype_labels,
            "distance_measure": np.array([self.distance.centre, self.distance.spread]),
            "stranger_weights": self.stranger_weights,
            "stranger_bias": np.array(self.stranger_bias),
            "stranger_measure": np.array([self.strangers.centre, self.strangers.spread]),
            "confirmed": self.confirmed.astype(np.float16),
            "all_but_equal": np.array(self.all_but_equal),
            "label_weights": self.label_weights,
            "label_bias": self.label_bias,
            "evidence_measure": np.array([self.evidence.centre, self.evidence.spread]),
            "relative_measure": np.array([self.relative.centre, self.relative.spread]),
        }


class OutsideCheck:
    """Scores photos by what the pretrained network sees in them."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._own = np.zeros(len(reference.names), bool)
        self._own[reference.own_classes] = True

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> OutsideCheck:
        """The check that a bundle's reference describes; BundleError if it describes none."""
        try:
            return cls(Reference.from_arrays(bundle.reference()))
        except KeyError as exc:
            raise BundleError(f"the reference of {bundle.path} lacks {exc}") from exc
        except (TypeError, ValueError, IndexError) as exc:
            raise BundleError(f"the reference of {bundle.path} cannot be used: {exc}") from exc

    @property
    def asks_again(self) -> bool:
        """Whether a photo that is looked at in several views is scored by all of them."""
        return self._reference.shapes is not None

    def score(self, embedding: Floats, imagenet_logits: Floats) -> Floats:
        """How much each photo is outside by its first view, [N], higher is more.

        `embedding` is [N, D], `imagenet_logits` [N, 1000], both of the pretrained network.
        """
        reference, scores = self._reference, self._odds(imagenet_logits)
        compared = (reference.prototypes, reference.stranger_weights, reference.confirmed)
        if not any(map(len, compared)):
            return scores
        points = comparable(embedding)
        return self._remembered(scores + self._unlike(points), points)

    def score_again(self, views: Floats, imagenet_logits: Floats) -> Floats:
        """The same by all views [N, V, D] of each photo, on the same scale; the logits are still
        the first view's. Only for a check that `asks_again`."""
        reference = self._reference
        if reference.shapes is None:
            raise ValueError("this check is about the first view alone")
        points = together(views)
        scores = self._odds(imagenet_logits) + self._unlike(points)
        scores = scores + reference.relative.of(reference.shapes.distances(points))
        return self._remembered(scores, comparable(views[:, 0]))

    def _odds(self, imagenet_logits: Floats) -> Floats:
        if not len(self._reference.own_classes):
            return np.zeros(len(imagenet_logits), np.float32)
        return self._reference.imagenet.of(elsewhere(imagenet_logits, self._own))

    def _unlike(self, points: Floats) -> Floats:
        """The measures of points [N, D] that every look asks for, added up [N]."""
        reference = self._reference
        total = np.zeros(len(points), np.float32)
        if len(reference.prototypes):
            total += reference.distance.of(distances(points, reference.prototypes))
        if len(reference.label_weights):
            doubt = doubts(points, reference.label_weights, reference.label_bias)
            total += reference.evidence.of(doubt)
        if len(reference.stranger_weights):
            strange = points @ reference.stranger_weights + np.float32(reference.stranger_bias)
            total += reference.strangers.of(strange)
        return total

    def _remembered(self, scores: Floats, points: Floats) -> Floats:
        """The scores [N], but for points [N, D] all but equal to a confirmed photo."""
        confirmed = self._reference.confirmed
        if not len(confirmed):
            return scores
        known = (points @ confirmed.T).max(axis=1) >= self._reference.all_but_equal
        return np.where(known, np.minimum(scores, 0), scores)

    def looks_like(self, embedding: Floats, imagenet_logits: Floats) -> str:
        """The most likely thing outside the labels, for one photo ([D] and [1000])."""
        return self._reference.names[int(np.where(self._own, -np.inf, imagenet_logits).argmax())]

    def nearest_known(
        self, embedding: Floats, imagenet_logits: Floats, *, most: int = 3
    ) -> Nearest:
        """The nearest things (at most this many) and all labels for one photo ([D] and [1000])."""
        shares = np.exp(imagenet_logits - imagenet_logits.max())
        shares /= shares.sum()
        others = np.where(self._own, -1, shares)
        things = np.argsort(-others, kind="stable")[:most]
        similar: dict[int, float] = {}
        reference = self._reference
        if len(reference.prototypes):
            alike = comparable(embedding[np.newaxis])[0] @ reference.prototypes.T
            for label, value in zip(reference.prototype_labels, alike, strict=True):
                similar[int(label)] = max(float(value), similar.get(int(label), -1.0))
        else:
            for label, index in zip(reference.own_labels, reference.own_classes, strict=True):
                similar[int(label)] = similar.get(int(label), 0.0) + float(shares[index])
        return Nearest(
            things=[(reference.names[index], float(shares[index])) for index in things],
            labels=sorted(similar.items(), key=lambda item: -item[1]),
        )


def worth_another_look(scores: NDArray[Any], threshold: float) -> NDArray[np.bool_]:
    """Which photos to look at again where they leave a doubt about the label, by their scores [N].

    Those that are let pass, or refused narrowly; not the many that are plainly something else.
    """
    found: NDArray[np.bool_] = scores < max(threshold, _FAR * threshold)
    return found


def comparable(embedding: Floats) -> Floats:
    """Features [N, D] as the check compares them: signed square roots, of unit length."""
    features = embedding.astype(np.float32)
    roots = np.sign(features) * np.sqrt(np.abs(features))
    unit: Floats = roots / np.maximum(np.linalg.norm(roots, axis=1, keepdims=True), 1e-6)
    return unit


def together(views: Floats) -> Floats:
    """The views [N, V, D] of photos as the check compares them: their mean, of unit length."""
    points = sum(comparable(view) for view in views.swapaxes(0, 1))
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    unit: Floats = points / np.maximum(lengths, np.float32(1e-6))
    return unit


def elsewhere(imagenet_logits: Floats, own: NDArray[np.bool_]) -> Floats:
    """The log-odds [N] that logits [N, 1000] put on classes that are not `own` [1000]."""
    logits = imagenet_logits.astype(np.float32, copy=False)
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    there, here = (np.maximum(shares @ some, _LEAST) for some in (~own, own))
    odds: Floats = np.log(there / here)
    return odds


def distances(points: Floats, prototypes: Floats) -> Floats:
    """One minus the cosine to the nearest prototype [P, D], for points [N, D] of `comparable`."""
    nearest: Floats = 1 - (points @ prototypes.T).max(axis=1)
    return nearest


def doubts(points: Floats, weights: Floats, bias: Floats) -> Floats:
    """Minus the largest logit that a regression [L, D] and [L] gives points [N, D], made by
    `comparable`."""
    found: Floats = -(points @ weights.T + bias).max(axis=1)
    return found
