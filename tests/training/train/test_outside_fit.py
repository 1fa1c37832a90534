"""Fitting the outside check, on made-up features and on real photos."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.bundles.bundle import STARTER, Bundle
from models.inference.classifier import Classifier
from models.inference.outside_check import OutsideCheck, Reference
from training.train.calibrating import outside_fit
from training.train.calibrating.outside_fit import OutsideFit, refusal_threshold
from training.train.knobs import OutsideKnobs
from training.train.material.features import prepared
from training.train.material.photoset import PhotoSet, from_folder, from_outsiders
from training.train.metrics import auroc

Array = NDArray[Any]

NAMES = [f"thing {number}" for number in range(1000)]
DIMENSIONS = 64


class World:
    """Made-up photos: two labels, each around its own direction; the first is ImageNet's 7."""

    def __init__(self, seed: int = 0) -> None:
        self._random = np.random.default_rng(seed)
        self._homes = np.random.default_rng(99).random((4, DIMENSIONS)) ** 3
        self._homes[3] = self._homes[1]
        self._homes[3, :4] += 0.12

    def photos(self, home: int, count: int) -> tuple[Array, Array]:
        """Features and logits of photos of one kind; 2 is strange, 3 strange but close to 1."""
        noise = self._random.gamma(0.6, 0.12, (count, DIMENSIONS))
        logits = self._random.normal(size=(count, 1000))
        if home == 0:
            logits[:, 7] += 9
        return self._homes[home] + noise, logits

    def dataset(self, *counts: int) -> tuple[Array, Array, Array]:
        """Features, logits and truth; kinds 2 and 3 are outsiders."""
        parts = [self.photos(home, count) for home, count in enumerate(counts)]
        truth = np.repeat([0, 1, -1, -1][: len(counts)], counts)
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts]), truth


def check_of_arrays(arrays: dict[str, Array]) -> OutsideCheck:
    """The check that a file with these arrays holds."""
    return OutsideCheck(Reference.from_arrays(arrays))


def check_of(fitted: OutsideFit) -> OutsideCheck:
    """The check as a bundle would serve it."""
    return OutsideCheck(Reference.from_arrays(fitted.reference.to_arrays()))


def test_strangers_score_higher_than_new_photos_of_the_labels() -> None:
    """Fitted on photos of the labels only, it tells strangers from new photos of them."""
    fitted = outside_fit.fit(*World().dataset(80, 80), NAMES)
    check = check_of(fitted)
    known = np.concatenate([check.score(*World(1).photos(kind, 500)) for kind in (0, 1)])
    strange = check.score(*World(1).photos(2, 100))
    assert auroc(known, strange) > 0.99
    assert (known >= fitted.threshold).mean() <= 0.06


def test_a_label_gets_the_imagenet_classes_its_photos_land_in() -> None:
    """Label 0 is ImageNet's thing 7; label 1 is nothing that ImageNet has."""
    reference = outside_fit.fit(*World().dataset(60, 60), NAMES).reference
    assert reference.own_classes.tolist() == [7]
    assert reference.own_labels.tolist() == [0]


def test_outsiders_make_it_sharper() -> None:
    """Having seen some strangers of a kind, it tells others of that kind better."""
    without = outside_fit.fit(*World().dataset(60, 60), NAMES)
    knowing = outside_fit.fit(*World().dataset(60, 60, 0, 40), NAMES)

    def told(fitted: OutsideFit) -> float:
        check = check_of(fitted)
        known = check.score(*World(1).photos(1, 300))
        return auroc(known, check.score(*World(1).photos(3, 300)))

    assert told(without) < 0.9
    assert told(knowing) > told(without) + 0.05
    assert len(without.reference.stranger_weights) == 0
    assert knowing.curve["outsiders"] == 40


def test_scores_are_out_of_fold_and_say_what_is_accepted() -> None:
    """Each photo has a score in the order given, and few of the labels' are refused."""
    embedding, imagenet, truth = World().dataset(60, 60, 20)
    fitted = outside_fit.fit(embedding, imagenet, truth, NAMES)
    assert fitted.scores.shape == truth.shape
    assert fitted.accepted[truth >= 0].mean() >= 0.94
    assert fitted.accepted[truth < 0].mean() < 0.1


def test_the_same_photos_give_the_same_check() -> None:
    """Nothing is left to chance but the seed."""
    data = World().dataset(60, 60, 10)
    first, second = (outside_fit.fit(*data, NAMES, seed=3) for _ in range(2))
    for name, array in first.reference.to_arrays().items():
        assert np.array_equal(array, second.reference.to_arrays()[name])
    assert first.threshold == second.threshold


def test_the_reference_does_not_grow_with_the_dataset() -> None:
    """Ten times the photos, the same number of prototypes: memory stays constant."""
    knobs = OutsideKnobs(most_photos=300, most_prototypes=4)
    small = outside_fit.fit(*World().dataset(300, 300), NAMES, knobs=knobs)
    large = outside_fit.fit(*World().dataset(3000, 3000), NAMES, knobs=knobs)
    assert large.reference.prototypes.shape == small.reference.prototypes.shape
    assert np.isnan(large.scores).sum() == 5400


@pytest.mark.parametrize("counts", [(1, 1), (2, 2), (5,), (3, 40), (4, 4, 2)])
def test_few_photos_are_enough_to_begin(counts: tuple[int, ...]) -> None:
    """However few the photos, there is a check, and it refuses none of them."""
    embedding, imagenet, truth = World().dataset(*counts)
    fitted = outside_fit.fit(embedding, imagenet, truth, NAMES)
    assert np.isfinite(fitted.threshold)
    if (truth >= 0).sum() < 19:
        assert fitted.accepted[truth >= 0].all()


def test_photos_of_a_group_share_a_fold() -> None:
    """A photo's near-duplicates must not vouch for it: copies of one odd photo stay odd."""
    embedding, imagenet, truth = World().dataset(60, 60)
    odd, logits = World(5).photos(2, 1)
    embedding = np.concatenate([embedding, np.repeat(odd, 40, axis=0)])
    imagenet = np.concatenate([imagenet, np.repeat(logits, 40, axis=0)])
    truth = np.concatenate([truth, np.ones(40, int)])
    alone = outside_fit.fit(embedding, imagenet, truth, NAMES)
    grouped = outside_fit.fit(
        embedding, imagenet, truth, NAMES, groups=[""] * 120 + ["copies"] * 40
    )
    distance_alone = alone.scores[120:].mean() - np.median(alone.scores[:120])
    distance_grouped = grouped.scores[120:].mean() - np.median(grouped.scores[:120])
    assert distance_grouped > distance_alone


def test_the_threshold_keeps_its_share_of_an_exponential_tail() -> None:
    """On scores of that shape, the stated share of new ones lies above."""
    random = np.random.default_rng(0)
    threshold = refusal_threshold(random.exponential(size=4000), share=0.02)
    assert (random.exponential(size=100_000) >= threshold).mean() == pytest.approx(0.02, abs=0.006)


def test_wrong_labels_do_not_move_the_threshold() -> None:
    """Three photos in a hundred that show something else leave it near where it was, not at 50."""
    scores = np.random.default_rng(0).exponential(size=200)
    with_wrong = np.concatenate([scores, np.full(6, 50.0)])
    clean = refusal_threshold(scores, share=0.02)
    assert refusal_threshold(with_wrong, share=0.02) == pytest.approx(clean, rel=0.4)


@pytest.mark.parametrize("heavy", [1.0, 1.5, 3.0])
def test_never_more_than_five_percent_are_refused(heavy: float) -> None:
    """Whatever the shape of the scores: on average over many draws, new ones included."""
    random = np.random.default_rng(1)
    shares = [
        float(
            (
                random.pareto(heavy, 1000)
                >= refusal_threshold(random.pareto(heavy, 60), share=0.02)
            ).mean()
        )
        for _ in range(300)
    ]
    assert np.mean(shares) <= 0.05


def with_odd_people(count: int, oddness: float) -> tuple[Array, Array, Array, Array]:
    """A dataset whose last photos are of people, each odd in its own way; and which those are."""
    embedding, imagenet, truth = World().dataset(200, 200)
    odd, logits = World(5).photos(2, count)
    usual, _ = World(6).photos(1, count)
    odd = np.stack([np.roll(photo, turn) for turn, photo in enumerate(odd)])
    return (
        np.concatenate([embedding, oddness * odd + (1 - oddness) * usual]),
        np.concatenate([imagenet, logits]),
        np.concatenate([truth, np.ones(count, int)]),
        np.arange(400, 400 + count),
    )


def test_what_reviewers_confirmed_moves_the_threshold() -> None:
    """Twenty confirmed photos of people, a little odd: fewer of their kind are refused."""
    embedding, imagenet, truth, people = with_odd_people(20, 0.35)
    before = outside_fit.fit(embedding, imagenet, truth, NAMES)
    after = outside_fit.fit(embedding, imagenet, truth, NAMES, confirmed=people)
    assert (~before.accepted[people]).mean() > (~after.accepted[people]).mean()


@pytest.mark.parametrize("oddness", [0.35, 0.7, 1.0])
def test_what_reviewers_confirmed_does_not_open_the_door(oddness: float) -> None:
    """However odd they are, the threshold stays where one in a hundred of the others is refused."""
    embedding, imagenet, truth, people = with_odd_people(20, oddness)
    fitted = outside_fit.fit(embedding, imagenet, truth, NAMES, confirmed=people)
    plain = outside_fit.fit(embedding, imagenet, truth, NAMES)
    middle, high = np.quantile(fitted.scores[:400], (0.5, 0.9))
    one_percent = middle + (high - middle) * np.log(50) / np.log(5)
    assert fitted.threshold <= max(plain.threshold, one_percent) + 1e-6


def known_to_imagenet(count: int) -> tuple[Array, Array, Array]:
    """A dataset of so many photos a label; ImageNet has a class for either."""
    embedding, imagenet, truth = World().dataset(count, count)
    imagenet[truth == 1, 8] += 9
    return embedding, imagenet, truth


@pytest.mark.parametrize(("count", "trusted"), [(10, 0.96), (100, 0.71), (1000, 0.2)])
def test_few_photos_leave_most_to_what_imagenet_knows(count: int, trusted: float) -> None:
    """Labels of ImageNet's kind begin with its odds alone, and photos take over as they come."""
    weights = outside_fit.fit(*known_to_imagenet(count), NAMES).curve["weights"]
    assert sum(weights.values()) == pytest.approx(1)
    assert weights["imagenet"] >= trusted


def test_few_photos_refuse_from_where_the_starter_does() -> None:
    """Log-odds of 2 for other things are not refused, though no photo learned from had as much."""
    fitted = outside_fit.fit(*known_to_imagenet(20), NAMES)
    (embedding, imagenet), odds = World(1).photos(1, 30), 2.0
    rest = np.log(np.exp(imagenet).sum(axis=1) - np.exp(imagenet[:, 7]) - np.exp(imagenet[:, 8]))
    imagenet[:, 7], imagenet[:, 8] = -60, rest - odds
    assert (check_of(fitted).score(embedding, imagenet) < fitted.threshold).all()


def test_labels_that_imagenet_lacks_do_not_begin_with_its_odds() -> None:
    """One of two labels is nothing that ImageNet has: each measure there is counts the same."""
    weights = outside_fit.fit(*World().dataset(20, 20), NAMES).curve["weights"]
    assert {"imagenet": 1, "distance": 1, "evidence": 1, "strangers": 0} == weights


def test_a_reference_from_before_scores_as_it_did() -> None:
    """One without a regression of the labels, as older bundles have it, adds up the others."""
    reference = outside_fit.fit(*World().dataset(60, 60), NAMES).reference
    without = replace(reference, label_weights=np.zeros((0, 0)), label_bias=np.zeros(0))
    arrays = reference.to_arrays()
    older = {name: array for name, array in arrays.items() if "label_" not in name}
    del older["evidence_measure"]
    photos = World(1).photos(1, 20)
    expected = OutsideCheck(without).score(*photos)
    np.testing.assert_allclose(check_of_arrays(older).score(*photos), expected, rtol=1e-5)
    assert not np.allclose(check_of_arrays(arrays).score(*photos), expected)


# With real photos


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """The starter, for the features of its pretrained body."""
    return Classifier(Bundle.open(STARTER), threads=2)


def features(classifier: Classifier, photos: PhotoSet) -> tuple[Array, Array]:
    """Pretrained features and ImageNet logits."""
    batches = prepared(photos.items, classifier.manifest.preparation, {})
    outputs = [classifier.run(squares[:, 0]) for items, squares in batches if items]
    return (
        np.concatenate([output.embedding for output in outputs]),
        np.concatenate([output.imagenet for output in outputs]),
    )


@pytest.fixture(scope="module")
def bears(classifier: Classifier, shared_data: Path) -> tuple[Array, Array, Array]:
    """Bears to fit on."""
    photos = from_folder(shared_data / "bears")
    return *features(classifier, photos), photos.truth


@pytest.fixture(scope="module")
def others(classifier: Classifier, shared_data: Path) -> dict[str, tuple[Array, Array]]:
    """Bears of another collection, and outsiders of each kind."""
    found = {
        kind: features(classifier, from_outsiders(shared_data / "outside" / kind))
        for kind in ("near", "far", "pets")
    }
    return found | {"bears": features(classifier, from_folder(shared_data / "user_photos"))}


def test_real_outsiders_are_refused_and_bears_are_not(
    bears: tuple[Array, Array, Array], others: dict[str, tuple[Array, Array]]
) -> None:
    """Three of the 122 photos (two dogs, a placeholder) show no bear, and are rightly refused."""
    fitted = outside_fit.fit(*bears, NAMES)
    check = check_of(fitted)
    shares = {
        kind: float((check.score(*arrays) >= fitted.threshold).mean())
        for kind, arrays in others.items()
    }
    assert shares["pets"] >= 0.98
    assert shares["far"] >= 0.995
    assert shares["near"] >= 0.90
    assert shares["bears"] <= 0.06


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_small_dataset_is_harmless(
    seed: int, bears: tuple[Array, Array, Array], classifier: Classifier, shared_data: Path
) -> None:
    """Twenty photos a label: of another source hardly more is refused than by the starter."""
    field = features(classifier, from_folder(shared_data / "field"))
    random = np.random.default_rng(seed)
    rows = np.concatenate(
        [random.permutation(np.flatnonzero(bears[2] == label))[:20] for label in range(3)]
    )
    few = outside_fit.fit(*(part[rows] for part in bears), NAMES)
    starter = Bundle.open(STARTER)
    by_starter = OutsideCheck.from_bundle(starter).score(*field)
    refused = (check_of(few).score(*field) >= few.threshold).mean()
    assert refused <= (by_starter >= starter.manifest.thresholds["outside"]).mean() + 0.03


@pytest.mark.parametrize("seed", [0, 2])
def test_what_people_dispute_hardly_lets_near_outsiders_in(
    seed: int, bears: tuple[Array, Array, Array], classifier: Classifier, shared_data: Path
) -> None:
    """Reviewers confirm what a check of few photos refused, and a third of the rest."""
    near = features(classifier, from_outsiders(shared_data / "field_near"))
    sent = from_folder(shared_data / "field")
    embedding, imagenet = features(classifier, sent)
    random = np.random.default_rng(seed)
    rows = np.concatenate(
        [random.permutation(np.flatnonzero(bears[2] == label))[:20] for label in range(3)]
    )
    few = outside_fit.fit(*(part[rows] for part in bears), NAMES)
    refused = check_of(few).score(embedding, imagenet) >= few.threshold
    taken = refused | (np.arange(len(refused)) % 3 == 0)
    after = outside_fit.fit(
        *(
            np.concatenate([part[rows], more[taken]])
            for part, more in zip(bears, (embedding, imagenet, sent.truth), strict=True)
        ),
        NAMES,
        confirmed=np.arange(len(rows), len(rows) + int(taken.sum())),
    )
    before_share, share = (
        float((check_of(one).score(*near) >= one.threshold).mean()) for one in (few, after)
    )
    assert share >= before_share - 0.05
    assert (check_of(after).score(embedding, imagenet) >= after.threshold).mean() <= 0.05


@pytest.mark.parametrize("known", [0, 1, 2])
def test_labels_that_imagenet_lacks_are_told_from_near_outsiders(
    bears: tuple[Array, Array, Array], others: dict[str, tuple[Array, Array]], known: int
) -> None:
    """With two of the three labels' ImageNet classes held back."""
    embedding, imagenet, truth = bears
    whole = outside_fit.fit(embedding, imagenet, truth, NAMES).reference
    hidden = whole.own_classes[whole.own_labels != known]

    def without(logits: Array) -> Array:
        rest = logits.copy()
        rest[:, hidden] = -60
        return rest

    check = check_of(outside_fit.fit(embedding, without(imagenet), truth, NAMES))
    inside, near = (
        check.score(others[kind][0], without(others[kind][1])) for kind in ("bears", "near")
    )
    assert auroc(inside, near) >= 0.94
