"""Fits the outside check of a bundle: how its labels look to the pretrained network.

It needs only photos of the labels; `outside` examples make it sharper. Measured in
docs/decisions/0050, 0230, 0231, 0279 and 0280.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc
from threadpoolctl import threadpool_limits

from models.inference.outside_check import Floats as Singles
from models.inference.outside_check import (
    Measure,
    Reference,
    comparable,
    together,
    worth_another_look,
)
from models.inference.shapes import Shapes
from training.train.calibrating.imagenet_start import Start
from training.train.calibrating.outside_parts import (
    MEASURES,
    Parts,
    Photos,
    left_out,
    some_of_each,
)
from training.train.calibrating.shapes_fit import fit_shapes
from training.train.knobs import OutsideKnobs
from training.train.material.features import Chosen
from training.train.material.folds import folds
from training.train.metrics import Bools, Floats, Ints, auroc

MOST_REFUSED = 0.05
"""Of new photos like those fitted on, never more than this share is refused."""
_BY_CHANCE = 0.05
"""How likely it is that chance explains a number, from which on it does."""


@dataclass(frozen=True, kw_only=True)
class OutsideFit:
    """The fitted check, and its out-of-fold scores for its own photos.

    `at_first` [N], by the first view, follow the order of the photos given, outsiders included; nan
    for photos beyond `OutsideKnobs.most_photos`, which were not used. `again` [N] are those by all
    views, of a check that asks for them.
    """

    reference: Reference
    threshold: float
    curve: dict[str, Any]
    at_first: Floats
    again: Floats | None = None

    @property
    def scores(self) -> Floats:
        """The scores that count [N], if every photo that is worth it is looked at again."""
        return _counting(self.at_first, self.again, self.threshold)

    @property
    def accepted(self) -> Bools:
        """Which photos the check lets pass [N]; unused ones count as passed."""
        return ~(self.scores >= self.threshold)

    @property
    def worth_another_look(self) -> Bools:
        """Which photos the classifier looks at again where they leave a doubt [N]."""
        return worth_another_look(np.nan_to_num(self.at_first), self.threshold)


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
    """Fit the check on pretrained features of each photo's views [N, V, D], or of the only view
    [N, D], and ImageNet logits [N, 1000] of the first.

    `truth` holds label indices [N], -1 for outsiders; photos of one of the `groups` share a fold.
    `names` are ImageNet's, in English. `confirmed` are the rows, oldest first, of photos whose
    label a reviewer confirmed.
    """
    knobs = knobs or OutsideKnobs()
    used = some_of_each(truth, knobs.most_photos, seed)
    photos = Photos(comparable(_first(embedding, used)), imagenet[used], truth[used])
    count = min(knobs.folds, max(2, len(used)))
    groups = [""] * len(truth) if groups is None else groups
    fold_of = folds(photos.truth + 1, [groups[row] for row in used], count=count, seed=seed)
    raw = np.zeros((len(MEASURES), len(used)))
    inside = photos.truth >= 0
    # The matrices are small: a second thread costs more than it gains.
    with threadpool_limits(1):
        parts_of: dict[int, Parts] = {}
        for fold in np.unique(fold_of):
            seen = fold_of != fold
            if (inside & seen).any():
                parts_of[fold] = Parts.fit(photos.where(seen), knobs, seed)
                raw[:, ~seen] = parts_of[fold].of(photos.where(~seen))
        parts = Parts.fit(photos, knobs, seed)
        strangers = left_out(photos, knobs, seed)
    measures = [_measure(values[inside]) for values in raw]
    chosen = np.zeros(len(truth), bool)
    chosen[[] if confirmed is None else confirmed] = True
    usual = _unchosen(photos.truth, chosen[used], knobs.fewest_usual)
    start = Start()
    if len(parts.own_classes):
        odds, scale_of = raw[0][usual], measures[0]
        start = Start.of(
            odds, centre=scale_of.centre, spread=scale_of.spread, worth=knobs.imagenet_worth
        )
    weights = start.weights(parts.usable.astype(float))
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
    first, near = _added_up(raw, measures), _added_up(strangers, measures)
    threshold = _threshold(first[usual], start, share)
    at_first, again = np.full(len(truth), np.nan), None
    at_first[used] = first
    if not start.trust and len(embedding.shape) == 3 and _tells_shapes(photos, knobs):
        with threadpool_limits(1):
            looked = _Again.fit(embedding, photos, used, (fold_of, parts_of), knobs, seed)
        relative = _measure(looked.relative[inside])
        second = _added_up(looked.raw, measures)
        second += relative.of(looked.relative.astype(np.float32))
        # Brought to the threshold that is there: a photo has one score, whichever look it got.
        higher = _threshold(second[usual], start, share) - threshold
        relative = Measure(relative.centre + higher * relative.spread, relative.spread)
        reference = replace(reference, shapes=looked.shapes, relative=relative)
        again = np.full(len(truth), np.nan)
        again[used] = second - higher
        threshold = _threshold(_counting(first, again[used], threshold)[usual], start, share)
    scores = _counting(at_first, again, threshold)
    if confirmed is not None:
        recent = scores[confirmed][-knobs.promised_confirmed :]
        furthest = min(
            _tail(first[usual], knobs.least_refused), _keeping(near, threshold, knobs.let_in)
        )
        threshold = max(threshold, min(_promised(recent[~np.isnan(recent)]), furthest))
    curve = _curve(scores[used][inside], scores[used][~inside], threshold)
    curve["weights"] = dict(zip(MEASURES, map(float, weights), strict=True))
    if again is not None:
        curve["weights"]["relative"] = 1.0
    if len(near):
        refused = round(float((near >= threshold).mean()), 4)
        curve["left_out"] = {"photos": len(near), "refused": refused}
    return OutsideFit(
        reference=reference, threshold=threshold, curve=curve, at_first=at_first, again=again
    )


def _first(embedding: NDArray[Any] | Chosen, rows: NDArray[np.integer]) -> NDArray[Any]:
    """The features [n, D] of the first view of some photos."""
    return embedding[rows] if len(embedding.shape) == 2 else embedding[rows, 0]


def _counting(at_first: Floats, again: Floats | None, threshold: float) -> Floats:
    """The scores [N] that count of those at first and after another look."""
    if again is None:
        return at_first
    worth = worth_another_look(np.nan_to_num(at_first), threshold)
    return np.where(worth, np.maximum(at_first, again), at_first)


def _added_up(raw: Floats, measures: Sequence[Measure]) -> Floats:
    """The scores [N] of measures [K, N]; a measure that a photo lacks, nan, adds nothing."""
    found: Floats = np.zeros(raw.shape[1])
    for measure, values in zip(measures, raw, strict=True):
        found += np.nan_to_num(measure.of(values.astype(np.float32)))
    return found


def _unchosen(truth: Ints, confirmed: Bools, fewest: int) -> Bools:
    """Photos of the labels that nobody has chosen [N]: less those that people sent and reviewers
    confirmed, where a label has enough others. What people dispute are refused photos by
    selection: they say nothing of what is usual."""
    usual = np.zeros(len(truth), bool)
    for label in np.unique(truth[truth >= 0]):
        mine = truth == label
        others = mine & ~confirmed
        usual |= others if others.sum() >= fewest else mine
    return usual


def _threshold(scores: Floats, start: Start, share: float) -> float:
    """From where on is refused, by the scores [n] of usual photos of the labels.

    What a check begins with was seen on hundreds of photos. It is left only so far that no more of
    these are refused than 5% and chance explain.
    """
    fitted = refusal_threshold(scores, share=share)
    if not start.trust:
        return fitted
    more = bdtrc(np.arange(len(scores)), len(scores), MOST_REFUSED)
    allowed = int(np.argmax(more <= _BY_CHANCE))
    least = float(np.nextafter(np.sort(scores)[-1 - allowed], np.inf))
    return max(start.threshold(fitted), least)


def _keeping(near: Floats, threshold: float, given_up: float) -> float:
    """How far a threshold may rise for `given_up` fewer of the near outsiders to be refused."""
    kept = math.ceil(((near >= threshold).mean() - given_up) * len(near)) if len(near) else 0
    return float(np.sort(near)[-kept]) if kept > 0 else math.inf


def _confirmed(embedding: NDArray[Any] | Chosen, rows: Ints | None, knobs: OutsideKnobs) -> Singles:
    if rows is None or not len(rows):
        return np.zeros((0, embedding.shape[-1]), np.float32)
    return comparable(_first(embedding, rows[-knobs.most_confirmed :]))


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


def _promised(confirmed: Floats) -> float:
    """The least threshold that keeps the promise for photos of people that reviewers confirmed;
    with fewer than 19, one of them would decide alone."""
    return _above(confirmed) if len(confirmed) >= 19 else -math.inf


def _above(scores: Floats) -> float:
    rank = min(len(scores), math.ceil((len(scores) + 1) * (1 - MOST_REFUSED)))
    return float(np.nextafter(np.sort(scores)[rank - 1], np.inf))


def _measure(values: Floats) -> Measure:
    """Median and ninth decile: a few wrongly labelled photos move neither."""
    centre, high = np.quantile(values, (0.5, 0.9))
    return Measure(float(centre), float(high - centre) if high - centre > 1e-6 else 1.0)


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


@dataclass(frozen=True)
class _Again:
    """What several views say: the shapes, and each photo's measures by a fold without it."""

    shapes: Shapes
    raw: Floats  # [4, N], as of one view
    relative: Floats  # [N]

    @classmethod
    def fit(
        cls,
        embedding: NDArray[Any] | Chosen,
        photos: Photos,
        used: NDArray[np.intp],
        folds: tuple[Ints, Mapping[int, Parts]],
        knobs: OutsideKnobs,
        seed: int,
    ) -> _Again:
        """`photos` [N] are the rows `used` of `embedding`; `folds` are theirs [N], and the parts
        fitted without each."""
        fold_of, parts_of = folds

        def shapes_of(chosen: Bools) -> Shapes:
            rows = np.flatnonzero(chosen & (photos.truth >= 0))
            labels = len(np.unique(photos.truth[rows]))
            most = max(2, knobs.evidence_photos // labels)
            rows = rows[some_of_each(photos.truth[rows], most, seed)]
            points = together(embedding[used[rows]])
            return fit_shapes(points, photos.truth[rows], most=knobs.most_directions)

        raw, relative = np.zeros((len(MEASURES), len(used))), np.zeros(len(used))
        for fold, parts in parts_of.items():
            held = fold_of == fold
            points = together(embedding[used[held]])
            raw[:, held] = parts.of(Photos(points, photos.imagenet[held], photos.truth[held]))
            relative[held] = shapes_of(~held).distances(points)
        return cls(shapes_of(np.ones(len(used), bool)), raw, relative)


def _tells_shapes(photos: Photos, knobs: OutsideKnobs) -> bool:
    """Whether there are enough photos to tell how those of a label scatter."""
    inside = photos.truth >= 0
    labels = len(np.unique(photos.truth[inside]))
    return labels >= 2 and inside.sum() - labels >= knobs.fewest_for_shapes
