"""Metrics of a model, in plain numpy, so that evaluating needs no torch.

Throughout, `probabilities` is [N, L] with rows summing to 1, `truth` holds label indices [N],
`right` is 1 where the answer is right and 0 where not [N].
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataset.reviewing.intervals import wilson

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.integer[Any]]
Bools = NDArray[np.bool_]

ECE_BINS = 15
RESAMPLES = 2000
"""Bootstrap resamples: the ends of a 95% interval are then stable to a tenth of its width."""


def bootstrap(
    statistic: Callable[[Ints], float], total: int, *, seed: int = 0, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """The 95% percentile interval of `statistic(rows)` over resampled rows (Efron 1979)."""
    if total == 0:
        return 0.0, 1.0
    random = np.random.default_rng(seed)
    values = [statistic(random.integers(0, total, total)) for _ in range(resamples)]
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)


def confusion(truth: Ints, chosen: Ints, labels: int) -> Ints:
    """Counts [L, L]: rows are what it is, columns what was answered."""
    return np.bincount(truth * labels + chosen, minlength=labels * labels).reshape(labels, labels)


@dataclass(frozen=True)
class Mistaken:
    """How many photos of one label were taken for another, of how many; labels by their index."""

    shown: int
    answered: int
    photos: int
    of: int


def largest_confusions(matrix: Ints, *, most: int) -> list[Mistaken]:
    """The pairs of labels that were mistaken for each other most often, most photos first."""
    wrong = matrix.copy()
    np.fill_diagonal(wrong, 0)
    rows, columns = np.unravel_index(np.argsort(-wrong, axis=None, kind="stable"), wrong.shape)
    totals = matrix.sum(axis=1)
    return [
        Mistaken(int(row), int(column), int(wrong[row, column]), int(totals[row]))
        for row, column in zip(rows[:most], columns[:most], strict=True)
        if wrong[row, column]
    ]


def recalls(matrix: Ints) -> Floats:
    """The share of each label's photos that were recognised, [L]; nan for a label without any."""
    totals = matrix.sum(axis=1)
    shares: Floats = np.divide(
        matrix.diagonal(), totals, out=np.full(len(matrix), np.nan), where=totals > 0
    )
    return shares


def log_loss(probabilities: Floats, truth: Ints) -> Floats:
    """Minus the logarithm of the probability given to the truth, [N]."""
    given = probabilities[np.arange(len(truth)), truth]
    losses: Floats = -np.log(np.clip(given, 1e-12, None))
    return losses


@dataclass(frozen=True)
class Reliability:
    """A reliability diagram; bins without photos are left out.

    `confidence` and `accuracy` are means of each bin, `count` its photos, `lower` its lower edge.
    """

    lower: Floats
    confidence: Floats
    accuracy: Floats
    count: Ints

    @property
    def ece(self) -> float:
        """Expected calibration error (Naeini et al. 2015): mean distance of the two, by photo."""
        if self.count.sum() == 0:
            return 0.0
        return float(
            (self.count * np.abs(self.confidence - self.accuracy)).sum() / self.count.sum()
        )


def reliability(confidence: Floats, right: Floats, *, bins: int = ECE_BINS) -> Reliability:
    """The diagram over equally wide bins of confidence in (0, 1]."""
    index = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    counts = np.bincount(index, minlength=bins)
    filled = counts > 0
    sums = [np.bincount(index, weights=of, minlength=bins)[filled] for of in (confidence, right)]
    return Reliability(
        lower=np.arange(bins)[filled] / bins,
        confidence=sums[0] / counts[filled],
        accuracy=sums[1] / counts[filled],
        count=counts[filled],
    )


def calibration_error(probabilities: Floats, truth: Ints, *, bins: int = ECE_BINS) -> float:
    """Expected calibration error of the top answer."""
    right = (probabilities.argmax(axis=1) == truth).astype(float)
    return reliability(probabilities.max(axis=1), right, bins=bins).ece


@dataclass(frozen=True)
class RiskCoverage:
    """The share answered (`coverage`) at each threshold, and the share of those that is wrong.

    One entry for each distinct confidence, from the most confident photo down; `threshold` is the
    least confidence answered.
    """

    threshold: Floats
    coverage: Floats
    risk: Floats


def risk_coverage(confidence: Floats, right: Floats) -> RiskCoverage:
    """The curve of El-Yaniv & Wiener (2010) for answering only above a confidence."""
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    answered = np.arange(1, len(ranked) + 1)
    wrong = np.cumsum(1 - right[order])
    # Photos of equal confidence are answered together or not at all.
    last = np.append(ranked[1:] != ranked[:-1], True) if len(ranked) else np.zeros(0, bool)
    return RiskCoverage(
        threshold=ranked[last],
        coverage=answered[last] / max(1, len(ranked)),
        risk=wrong[last] / answered[last],
    )


def auroc(inside: Floats, outside: Floats) -> float:
    """The probability that an outsider scores higher than an insider, ties counting half."""
    if len(inside) == 0 or len(outside) == 0:
        return float("nan")
    ranked = np.sort(inside)
    below, up_to = (np.searchsorted(ranked, outside, side) for side in ("left", "right"))
    return float((below + up_to).mean() / 2 / len(inside))


def accepted_outsiders(inside: Floats, outside: Floats, *, accepted: float = 0.95) -> float:
    """The share of outsiders let in by the threshold that lets `accepted` of the insiders in.

    Known as FPR at 95% TPR; higher scores are more outside.
    """
    if len(inside) == 0 or len(outside) == 0:
        return float("nan")
    threshold = np.quantile(inside, accepted, method="inverted_cdf")
    return float((outside <= threshold).mean())


def shares(values: Sequence[bool] | Bools) -> tuple[float, tuple[float, float]]:
    """A share with its Wilson interval; nan without samples."""
    count = len(values)
    hits = int(np.sum(values))
    return (hits / count if count else float("nan")), wilson(hits, count)
