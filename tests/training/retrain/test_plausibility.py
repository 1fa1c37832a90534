"""Telling a source's mistakes from a model's, however often the model is wrong itself."""

from __future__ import annotations

import numpy as np
import pytest

from training.retrain.plausibility import Judgement, average_beside, judge
from training.train.calibrating.calibration import softmax
from training.train.metrics import Floats, Ints

SHARPNESS = {"bears": 12.0, "flowers": 6.0, "clothes": 3.5, "waste": 2.5}
"""How sure a model of such labels is: it gets 7 to 37% of photos wrong."""


def _said(sharpness: float, seed: int) -> tuple[Floats, Floats, Ints]:
    """What a calibrated model of eight labels says of old photos and of 60 new ones, and what
    these show: labels drawn with the probabilities that it gives them."""
    random = np.random.default_rng(seed)
    old, new = (softmax(random.normal(0, sharpness, (count, 8))) for count in (200, 60))
    truth = np.array([random.choice(8, p=row) for row in new], dtype=np.int64)
    return old, new, truth


def _doubted(judgement: Judgement) -> np.ndarray:
    return judgement.contradicts & (judgement.unreliable > 0.5) & (judgement.wrong > 0.3)


@pytest.mark.parametrize("labels", SHARPNESS)
def test_right_labels_are_no_mistakes_where_the_model_is_often_wrong(labels: str) -> None:
    """A model that gets a third of the photos wrong is contradicted by a third of right labels."""
    doubted, mistakes = [], []
    for seed in range(30):
        old, new, truth = _said(SHARPNESS[labels], seed)
        judgement = judge(new, truth, average_beside(old))
        doubted.append(_doubted(judgement).mean())
        mistakes.append(judgement.contradicts.mean())
    assert np.mean(doubted) < 0.02 < np.mean(mistakes)


@pytest.mark.parametrize("labels", SHARPNESS)
def test_shuffled_labels_are_found_where_the_model_is_often_wrong(labels: str) -> None:
    """Three in ten labels at random: nearly all of these are doubted."""
    found = []
    for seed in range(30):
        old, new, truth = _said(SHARPNESS[labels], seed)
        given, wrong = truth.copy(), np.arange(60) < 18
        given[wrong] = (truth[wrong] + 1 + np.arange(18) % 7) % 8
        found.append(_doubted(judge(new, given, average_beside(old)))[wrong].mean())
    assert np.mean(found) > 0.85
