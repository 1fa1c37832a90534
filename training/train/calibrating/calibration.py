"""From raw logits to honest answers: temperature, the threshold of *sure*, the conformal set.

Everything is fitted on answers the model gave for photos it did not learn from: out of fold, or
the valid split.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar

from training.train.knobs import Knobs
from training.train.metrics import Bools, Floats, Ints, log_loss, reliability, risk_coverage

_PRIOR_PHOTOS = 20
"""The weight of the temperature's prior."""
_ROUNDS = 10
"""Two or three are enough."""


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """The fitted values and their curves, as they go to the bundle.

    `logits` [N, L] are those of the photos' answers, second looks taken.
    """

    temperature: float
    sure: float
    conformal: float
    curves: dict[str, Any]
    logits: Floats


def calibrate(
    logits: Floats,
    truth: Ints,
    *,
    knobs: Knobs,
    accepted: Bools | None = None,
    worth_another_look: Bools | None = None,
) -> Calibration:
    """Fit temperature and thresholds on `logits` of photos the model never learned from: [N, L], or
    [N, V, L] of a model that looks at V views of what its first one does not make sure.

    `accepted` marks the photos that the outside check lets pass: only those can become sure.
    `worth_another_look` are those of which several views are looked at where one leaves a doubt.
    """
    every = np.ones(len(truth), bool)
    again = every if worth_another_look is None else worth_another_look
    answered = every if accepted is None else accepted
    by_view = logits.reshape(len(truth), -1, logits.shape[-1])
    answers, sure = by_view.mean(axis=1), 0.0
    # What is looked at again depends on *sure*, and *sure* on what comes of it: up, never down.
    for _ in range(_ROUNDS):
        temperature = fit_temperature(answers, truth)
        probabilities = softmax(answers / temperature)
        needed, curve = sure_threshold(probabilities[answered], truth[answered], knobs)
        is_enough = needed <= sure or by_view.shape[1] == 1
        sure = max(sure, needed)
        if is_enough:
            break
        answers = looked_at(by_view, again, temperature, sure)
    conformal, alpha = conformal_threshold(probabilities, truth, knobs)
    right = (probabilities.argmax(axis=1) == truth).astype(float)
    bins = reliability(probabilities.max(axis=1), right)
    return Calibration(
        temperature=temperature,
        sure=sure,
        conformal=conformal,
        curves={
            "sure": curve | {"target_error": knobs.sure_error, "photos": len(truth)},
            "reliability": {
                "confidence": bins.confidence.round(4).tolist(),
                "accuracy": bins.accuracy.round(4).tolist(),
                "count": bins.count.tolist(),
            },
            "conformal": {"alpha": alpha, "photos": len(truth)},
            "looked_again": round(float((answers != by_view[:, 0]).any(axis=1).mean()), 4),
        },
        logits=answers,
    )


def looked_at(by_view: Floats, again: Bools, temperature: float, sure: float) -> Floats:
    """The logits [N, L] by which photos are answered, of those of their views [N, V, L].

    As the classifier does it: all views together answer what the first one is not sure of, among
    the photos worth looking at `again`.
    """
    first = by_view[:, 0]
    doubted = again & (softmax(first / temperature).max(axis=1) < sure)
    return np.where(doubted[:, np.newaxis], by_view.mean(axis=1), first)


def softmax(logits: Floats) -> Floats:
    """Probabilities [N, L] of logits [N, L]."""
    scaled = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities: Floats = scaled / scaled.sum(axis=1, keepdims=True)
    return probabilities


def fit_temperature(logits: Floats, truth: Ints) -> float:
    """The temperature in 0.05…20 by which dividing the logits makes the truth likeliest.

    Guo et al. 2017, with a prior (log-normal around 1): a model with hardly a mistake on few photos
    would otherwise come out far too sure of photos from elsewhere (0110). Smoothed targets (Platt
    1999) were worse: on 320 bears they cost 2.5 points of confidence.
    """
    rows = np.arange(len(truth))

    def loss(log_temperature: float) -> float:
        scaled = logits / math.exp(log_temperature)
        top = scaled.max(axis=1, keepdims=True)
        log_total = top[:, 0] + np.log(np.exp(scaled - top).sum(axis=1))
        return (
            float((log_total - scaled[rows, truth]).sum()) + _PRIOR_PHOTOS * log_temperature**2 / 2
        )

    ends = math.log(0.05), math.log(20)
    return math.exp(float(minimize_scalar(loss, bounds=ends, options={"xatol": 1e-9}).x))


def tempered_loss(logits: Floats, truth: Ints) -> float:
    """The mean log loss that logits [N, L] have at the temperature fitted to them, with what the
    prior takes: of two heads that answer as well, the one that needs less of it is better."""
    temperature = fit_temperature(logits, truth)
    loss = float(log_loss(softmax(logits / temperature), truth).mean())
    return loss + _PRIOR_PHOTOS * math.log(temperature) ** 2 / 2 / len(truth)


def sure_threshold(
    probabilities: Floats, truth: Ints, knobs: Knobs
) -> tuple[float, dict[str, Any]]:
    """The least probability of a sure answer, and the curve it was read off.

    It is the lowest above which the (shrunk) share of wrong answers is within `knobs.sure_error`,
    but no higher than `knobs.sure_enough` unless `knobs.sure_error_most` asks for more.
    """
    confidence = probabilities.max(axis=1)
    right = (probabilities.argmax(axis=1) == truth).astype(float)
    curve = risk_coverage(confidence, right)
    answered = np.round(curve.coverage * len(truth))
    promised = np.cumsum(np.sort(1 - confidence))[answered.astype(int) - 1] / answered
    shrunk = (curve.risk * answered + promised * knobs.sure_prior) / (answered + knobs.sure_prior)
    least = 1 / probabilities.shape[1]
    wanted = _lowest(curve.threshold, shrunk <= knobs.sure_error, least=least)
    needed = _lowest(curve.threshold, shrunk <= knobs.sure_error_most, least=least)
    some = np.unique(np.linspace(0, len(curve.threshold) - 1, 60).astype(int))
    return max(min(wanted, knobs.sure_enough), needed), {
        "threshold": curve.threshold[some].round(4).tolist(),
        "coverage": curve.coverage[some].round(4).tolist(),
        "error": curve.risk[some].round(4).tolist(),
    }


def _lowest(thresholds: Floats, fits: Bools, *, least: float) -> float:
    """The lowest of descending thresholds that fits, rounded down half the way to the next photo,
    so that it rests on no single one; 1 when none fits."""
    rows = np.flatnonzero(fits)
    if len(rows) == 0:
        return 1.0
    row = int(rows[-1])
    below = float(thresholds[row + 1]) if row + 1 < len(thresholds) else least
    return (float(thresholds[row]) + max(below, least)) / 2


def conformal_threshold(probabilities: Floats, truth: Ints, knobs: Knobs) -> tuple[float, float]:
    """The threshold and its alpha: a label is a candidate when 1 - probability is at most it.

    Split-conformal sets (Vovk et al. 2005; Sadinle et al. 2019): for a new photo of the same kind
    the true label is in the set with probability at least 1 - alpha.
    """
    found = (1.0, knobs.conformal_alphas[-1])
    for alpha in knobs.conformal_alphas:
        quantile = conformal_quantile(probabilities, truth, alpha=alpha)
        size = np.maximum(1, (1 - probabilities <= quantile).sum(axis=1)).mean()
        found = (quantile, alpha)
        if quantile < 1 and size <= knobs.conformal_size:
            break
    return found


def conformal_quantile(probabilities: Floats, truth: Ints, *, alpha: float) -> float:
    """The ⌈(n + 1)(1 - alpha)⌉-th smallest of 1 - p(truth); 1 when n is too small to say."""
    scores = np.sort(1 - probabilities[np.arange(len(truth)), truth])
    rank = math.ceil((len(scores) + 1) * (1 - alpha))
    return float(scores[rank - 1]) if rank <= len(scores) else 1.0
