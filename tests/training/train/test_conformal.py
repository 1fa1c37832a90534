"""Conformal sets: the candidates of an honest "I can't tell"."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from training.train.calibrating.calibration import calibrate, conformal_quantile, softmax
from training.train.knobs import Knobs


def draw(
    random: np.random.Generator, count: int, *, skill: float = 3.0
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Logits [N, 3] that know the truth with some skill, and the truth."""
    truth = random.integers(0, 3, count)
    logits = random.normal(size=(count, 3))
    logits[np.arange(count), truth] += skill
    return logits, truth


def test_the_quantile_is_the_rank_that_the_theorem_names() -> None:
    """Of 19 scores at 5%, ⌈20 · 0.95⌉ = the 19th; computed by hand."""
    truth = np.zeros(19, dtype=np.int64)
    scores = np.linspace(0.05, 0.95, 19)
    probabilities = np.stack([1 - scores, scores], axis=1)
    assert conformal_quantile(probabilities, truth, alpha=0.05) == pytest.approx(0.95)
    assert conformal_quantile(probabilities, truth, alpha=0.25) == pytest.approx(0.75)


def test_with_too_few_photos_every_label_is_a_candidate() -> None:
    """18 photos cannot promise 95%."""
    probabilities = np.tile([0.99, 0.01], (18, 1))
    assert conformal_quantile(probabilities, np.zeros(18, np.int64), alpha=0.05) == 1.0


@pytest.mark.parametrize("alpha", [0.05, 0.1])
def test_new_photos_are_covered_as_promised(alpha: float) -> None:
    """Averaged over calibrations with 60 photos, the true label is in the set often enough."""
    random = np.random.default_rng(0)
    inside = []
    for _ in range(300):
        logits, truth = draw(random, 60, skill=1.5)
        quantile = conformal_quantile(softmax(logits), truth, alpha=alpha)
        logits, truth = draw(random, 200, skill=1.5)
        inside.append((1 - softmax(logits)[np.arange(200), truth] <= quantile).mean())
    # At least 1 - alpha, and with 60 photos at most 1/61 more (Vovk et al. 2005).
    assert 1 - alpha - 0.005 <= np.mean(inside) <= 1 - alpha + 1 / 61 + 0.005


def test_a_good_model_gets_small_sets_that_hold_the_truth() -> None:
    """The strictest alpha whose sets stay small is taken."""
    random = np.random.default_rng(1)
    logits, truth = draw(random, 400, skill=6)
    calibration = calibrate(logits, truth, knobs=Knobs())
    new, answers = draw(random, 2000, skill=6)
    probabilities = softmax(new / calibration.temperature)
    sets = 1 - probabilities <= calibration.conformal
    assert sets[np.arange(2000), answers].mean() >= 0.95
    assert np.maximum(1, sets.sum(axis=1)).mean() <= 1.15


def test_a_sure_answer_keeps_its_promise_on_new_photos() -> None:
    """At the threshold, about as many sure answers are wrong as the knob allows."""
    random = np.random.default_rng(2)
    knobs = replace(Knobs(), sure_error=0.015)
    logits, truth = draw(random, 1000, skill=4)
    calibration = calibrate(logits, truth, knobs=knobs)
    new, answers = draw(random, 20_000, skill=4)
    probabilities = softmax(new / calibration.temperature)
    sure = probabilities.max(axis=1) >= calibration.sure
    assert (probabilities.argmax(axis=1) != answers)[sure].mean() <= 0.02
    assert sure.mean() >= 0.8
