"""Calibration: the temperature, where sure begins, and what a second look refuses."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.metrics import log_loss

from tests.training.train.test_outside_fit import NAMES, Array, World, check_of, known_to_imagenet
from training.train.calibrating import outside_fit
from training.train.calibrating.calibration import (
    calibrate,
    fit_temperature,
    softmax,
    sure_threshold,
)
from training.train.knobs import Knobs, OutsideKnobs
from training.train.metrics import calibration_error


def honest(count: int, *, scale: float, seed: int = 0) -> tuple[NDArray[np.floating], NDArray]:
    """Logits [N, 3] times `scale`, and truths drawn from what they say without it."""
    random = np.random.default_rng(seed)
    logits = random.normal(size=(count, 3)) * 3
    truth = [random.choice(3, p=row) for row in softmax(logits)]
    return logits * scale, np.array(truth)


@pytest.mark.parametrize("scale", [0.3, 1.0, 4.0])
def test_an_overconfident_model_is_brought_back(scale: float) -> None:
    """The temperature found is the one by which the logits were scaled."""
    logits, truth = honest(3000, scale=scale)
    temperature = fit_temperature(logits, truth)
    assert temperature == pytest.approx(scale, rel=0.1)
    assert calibration_error(softmax(logits / temperature), truth) < 0.03


def test_it_is_the_minimum_that_scipy_finds() -> None:
    """With many photos the prior moves it by less than a hundredth."""
    logits, truth = honest(8000, scale=2.0)
    found = minimize_scalar(
        lambda t: log_loss(truth, softmax(logits / t)), bounds=(0.1, 10), method="bounded"
    )
    assert fit_temperature(logits, truth) == pytest.approx(found.x, rel=0.01)


def test_a_model_without_mistakes_on_few_photos_is_not_infinitely_sure() -> None:
    """Ten right answers out of ten prove little."""
    logits = np.eye(2)[np.arange(10) % 2] * 0.5
    probabilities = softmax(logits / fit_temperature(logits, np.arange(10) % 2))
    assert 0.6 < probabilities.max() < 0.95


def test_of_the_sure_answers_few_are_wrong() -> None:
    """On new photos of the same kind the promised share is kept, and most are covered."""
    logits, truth = honest(2000, scale=1.0)
    knobs = Knobs()
    threshold, curve = sure_threshold(softmax(logits), truth, knobs)
    new, answers = honest(4000, scale=1.0, seed=1)
    said = softmax(new)
    sure = said.max(axis=1) >= threshold
    assert (said.argmax(axis=1) != answers)[sure].mean() <= knobs.sure_error_most + 0.005
    assert sure.mean() > 0.3
    assert curve["coverage"] == sorted(curve["coverage"])


def test_a_model_that_guesses_is_hardly_ever_sure() -> None:
    """Confident and wrong: no threshold keeps the promise."""
    random = np.random.default_rng(0)
    said = softmax(random.normal(size=(300, 3)) * 6)
    threshold, _ = sure_threshold(said, random.integers(0, 3, 300), Knobs())
    assert (said.max(axis=1) >= threshold).mean() < 0.02


def test_refused_photos_do_not_count_for_sure() -> None:
    """What the outside check refuses is answered otherwise: its mistakes raise no threshold."""
    logits, truth = honest(400, scale=3.0)
    wrong = logits.argmax(axis=1) != truth
    everything = calibrate(logits, truth, knobs=Knobs())
    without = calibrate(logits, truth, knobs=Knobs(), accepted=~wrong)
    assert without.sure < everything.sure
    assert without.temperature == everything.temperature


def test_thresholds_are_fitted_with_second_looks_taken() -> None:
    """What the first view leaves in doubt and the outside check lets pass is answered by all views;
    temperature and *sure* fit what comes of it."""
    first, truth = honest(2000, scale=1.0)
    clear = np.eye(3)[truth] * 12
    accepted = np.arange(len(truth)) % 10 > 0
    by_view = np.stack([first, first + clear, first + clear], axis=1)
    alone = calibrate(first, truth, knobs=Knobs(), accepted=accepted)
    found = calibrate(by_view, truth, knobs=Knobs(), accepted=accepted, worth_another_look=accepted)
    surest = softmax(first / found.temperature).max(axis=1)
    again = accepted & (surest < found.sure)
    assert 0.05 < again.mean() < 0.9
    expected = np.where(again[:, np.newaxis], by_view.mean(axis=1), first)
    # The last fit has moved the temperature a little.
    assert (found.logits == expected).all(axis=1).mean() > 0.995
    assert found.curves["looked_again"] == pytest.approx(again.mean(), abs=0.005)
    assert found.temperature == pytest.approx(fit_temperature(found.logits, truth), rel=0.05)
    sure, was_sure = (
        accepted & (softmax(one.logits / one.temperature).max(axis=1) >= one.sure)
        for one in (found, alone)
    )
    assert sure.mean() > was_sure.mean() + 0.1
    assert (found.logits.argmax(axis=1) == truth)[sure].mean() > 0.98


def of_views(*counts: int, seed: int = 0) -> tuple[Array, Array, Array]:
    """A made-up world in three views; ImageNet knows one of its two labels."""
    embedding, imagenet, truth = World(seed).dataset(*counts)
    noise = np.random.default_rng(seed + 50).gamma(0.6, 0.02, (2, *embedding.shape))
    return np.stack([embedding, *(embedding + noise)], axis=1), imagenet, truth


def test_views_of_labels_that_imagenet_lacks_are_asked_again() -> None:
    """And the reference says so; of one view, of few photos, or of ImageNet's labels, nothing is
    asked."""
    views, imagenet, truth = of_views(60, 60)
    fitted = outside_fit.fit(views, imagenet, truth, NAMES)
    assert check_of(fitted).asks_again
    assert fitted.curve["weights"]["relative"] == 1
    known, logits, labels = known_to_imagenet(60)
    few = OutsideKnobs(fewest_for_shapes=120)
    for silent in (
        outside_fit.fit(views[:, 0], imagenet, truth, NAMES),
        outside_fit.fit(views, imagenet, truth, NAMES, knobs=few),
        outside_fit.fit(np.stack([known] * 3, axis=1), logits, labels, NAMES),
    ):
        assert not check_of(silent).asks_again


def test_with_second_looks_no_more_than_five_percent_are_refused() -> None:
    """Counted out of fold, by either look; on new photos of the same kind about as many are."""
    shares = []
    for seed in range(4):
        views, imagenet, truth = of_views(300, 300, seed=seed)
        learned = np.arange(600) % 2 == 0
        fitted = outside_fit.fit(views[learned], imagenet[learned], truth[learned], NAMES)
        assert (~fitted.accepted).mean() <= 0.05
        check, new = check_of(fitted), views[~learned].astype(np.float32)
        scores = np.maximum(
            check.score(new[:, 0], imagenet[~learned]), check.score_again(new, imagenet[~learned])
        )
        shares.append((scores >= fitted.threshold).mean())
    assert np.mean(shares) <= 0.06
