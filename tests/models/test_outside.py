"""Whether a photo shows none of the labels."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.covariance import LedoitWolf

from models.bundles.bundle import REFERENCE, Bundle, write_bundle
from models.errors import BundleError
from models.inference.classifier import Classifier
from models.inference.outside_check import Measure, OutsideCheck, Reference
from models.inference.shapes import Shapes
from training.train.calibrating.shapes_fit import fit_shapes

Array = NDArray[Any]

NAMES = tuple(f"thing {number}" for number in range(1000))
NOWHERE = np.zeros(0, np.intp)
FLAT = np.zeros((1, 1000), np.float32)
SHAPES = Shapes(*map(np.zeros, ((2, 8), 2, 2, (2, 2), 2))).to_arrays()


def reference(**changes: Any) -> Reference:
    """Two labels, each with one prototype in 8 dimensions and one of ImageNet's classes."""
    prototypes = np.zeros((2, 8), np.float32)
    prototypes[0, 0] = prototypes[1, 1] = 1
    usual = Reference(
        names=NAMES,
        own_classes=np.array([10, 20]),
        own_labels=np.array([0, 1]),
        imagenet=Measure(-2.0, 3.0),
        prototypes=prototypes,
        prototype_labels=np.array([0, 1]),
        distance=Measure(0.2, 0.1),
        stranger_weights=np.zeros(0, np.float32),
        stranger_bias=0.0,
        strangers=Measure(),
    )
    return replace(usual, **changes)


def seeing(index: int, strength: float = 9.0) -> Array:
    """Logits of a photo in which ImageNet sees one class."""
    logits = FLAT.copy()
    logits[0, index] = strength
    return logits


def looking(place: int, also: int = 7, share: float = 0.0) -> Array:
    """Features in one direction, with a share of another."""
    features = np.zeros((1, 8), np.float32)
    features[0, place] = 1 - share
    features[0, also] += share
    return features


def test_the_score_adds_what_each_measure_says() -> None:
    """Each measure counts from its centre in units of its spread."""
    check = OutsideCheck(reference())
    odds = np.log((np.exp(0.0) * 998) / (np.exp(9.0) + np.exp(0.0)))
    expected = (odds + 2.0) / 3.0 + (0.0 - 0.2) / 0.1
    assert check.score(looking(0), seeing(10)) == pytest.approx([expected], abs=1e-4)


def test_a_stranger_to_imagenet_or_to_the_prototypes_scores_higher() -> None:
    """Either measure alone moves the score up."""
    check = OutsideCheck(reference())
    usual = check.score(looking(0), seeing(10))
    assert check.score(looking(0), seeing(500)) > usual
    assert check.score(looking(5), seeing(10)) > usual


def test_labels_that_imagenet_lacks_are_checked_by_prototypes_alone() -> None:
    """Without classes of its own, what ImageNet sees changes nothing."""
    check = OutsideCheck(reference(own_classes=NOWHERE, own_labels=NOWHERE))
    assert check.score(looking(0), seeing(500)) == check.score(looking(0), seeing(10))
    assert check.score(looking(5), FLAT) > check.score(looking(1), FLAT)


def test_learned_strangers_count() -> None:
    """What the regression knows as strange scores higher."""
    weights = np.zeros(8, np.float32)
    weights[7] = 4
    check = OutsideCheck(reference(stranger_weights=weights, stranger_bias=-1.0))
    half = check.score(looking(0, also=7, share=0.5), seeing(10))
    other = check.score(looking(0, also=6, share=0.5), seeing(10))
    assert half - other == pytest.approx(4 * np.sqrt(0.5), abs=1e-4)


def test_photos_are_scored_one_by_one_as_in_a_batch() -> None:
    """The score of a photo does not depend on the others."""
    random = np.random.default_rng(0)
    features = random.random((5, 8)).astype(np.float32)
    logits = random.normal(size=(5, 1000)).astype(np.float32)
    check = OutsideCheck(reference())
    alone = [check.score(features[row : row + 1], logits[row : row + 1])[0] for row in range(5)]
    assert check.score(features, logits) == pytest.approx(alone, abs=1e-5)


def test_looks_like_names_no_class_of_a_label() -> None:
    """What else it would be: the likeliest class outside the labels."""
    logits = seeing(10)
    logits[0, 33] = 5
    assert OutsideCheck(reference()).looks_like(looking(0)[0], logits[0]) == "thing 33"


def test_nearest_known_ranks_things_and_labels() -> None:
    """Things by their share of what ImageNet sees, labels by the nearest prototype."""
    logits = FLAT.copy()
    logits[0, 33], logits[0, 44] = 9, 8
    nearest = OutsideCheck(reference()).nearest_known(
        looking(1, also=0, share=0.2)[0], logits[0], most=2
    )
    assert [name for name, _ in nearest.things] == ["thing 33", "thing 44"]
    assert 0 < nearest.things[1][1] < nearest.things[0][1] < 1
    assert [label for label, _ in nearest.labels] == [1, 0]


def test_without_prototypes_labels_are_ranked_by_their_classes() -> None:
    """The starter has seen no photo: ImageNet's classes say what is nearest."""
    bare = reference(prototypes=np.zeros((0, 8), np.float32), prototype_labels=NOWHERE)
    nearest = OutsideCheck(bare).nearest_known(looking(0)[0], seeing(20)[0])
    assert [label for label, _ in nearest.labels] == [1, 0]


def test_what_is_written_is_read_again() -> None:
    """The arrays hold the whole reference."""
    before = OutsideCheck(reference(stranger_weights=np.ones(8, np.float32)))
    arrays = reference(stranger_weights=np.ones(8, np.float32)).to_arrays()
    after = OutsideCheck(Reference.from_arrays(arrays))
    assert after.score(looking(3), seeing(4)) == pytest.approx(
        before.score(looking(3), seeing(4)), abs=1e-3
    )


def test_between_the_labels_is_strange_as_mahalanobis_distances_say() -> None:
    """The least one to a label less that to all, with scikit-learn's covariances."""
    random, truth = np.random.default_rng(0), np.repeat([0, 1], 60)
    homes = np.repeat(np.eye(8)[:2] * 4, 60, axis=0)
    points = (homes + random.normal(size=(120, 8)) * np.linspace(1, 0.2, 8)).astype(np.float32)
    shapes = fit_shapes(points, truth, most=8)
    means = np.stack([points[truth == label].mean(axis=0) for label in (0, 1)])
    centred = points - points.mean(axis=0), points - means[truth]
    overall, within = (LedoitWolf(assume_centered=True).fit(some).precision_ for some in centred)

    def apart(places: Array, centre: Array, precision: Array) -> Array:
        return np.einsum("ni,ij,nj->n", places - centre, precision, places - centre)

    places = np.stack([homes[0], homes[-1], homes[[0, -1]].mean(axis=0)]).astype(np.float32)
    to_labels = np.minimum(*(apart(places, mean, within) for mean in means))
    expected = to_labels - apart(places, points.mean(axis=0), overall)
    assert shapes.distances(places) == pytest.approx(expected, abs=0.05)
    assert shapes.distances(places).argmax() == 2
    again = Shapes.from_arrays(shapes.to_arrays())
    assert again is not None
    assert again.distances(places) == pytest.approx(expected, abs=0.05)


WriteReference = Callable[[dict[str, Array]], Bundle]


@pytest.fixture
def with_reference(starter: Bundle, tmp_path: Path) -> WriteReference:
    """Writes the starter with other arrays to compare with."""

    def write(arrays: dict[str, Array]) -> Bundle:
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)  # type: ignore[arg-type]
        files: dict[str, bytes | Path] = {
            name: starter.path / name for name in starter.manifest.files
        }
        files[REFERENCE] = buffer.getvalue()
        return write_bundle(tmp_path / "bundle", starter.manifest, files)

    return write


@pytest.mark.parametrize(
    "damage",
    [
        {"imagenet_names": None},
        {"own_classes": np.array([1000])},
        {"own_classes": NOWHERE, "prototypes": np.zeros((0, 8))},
        {"prototype_labels": np.array([0])},
        {"distance_measure": np.array([0.2, 0.0])},
        {"imagenet_measure": np.array([np.nan, 1.0])},
        {"imagenet_measure": np.array([1.0, 2.0, 3.0])},
        {"shape_axes": np.zeros((2, 8))},
        SHAPES | {"shape_centre": np.zeros(3)},
        SHAPES | {"shape_slopes": np.zeros((2, 3))},
        SHAPES | {"relative_measure": np.array([0.0, 0.0])},
    ],
)
def test_a_damaged_reference_is_refused(
    with_reference: WriteReference, damage: dict[str, Array | None]
) -> None:
    """No bundle is used whose check could not be trusted."""
    arrays = reference().to_arrays() | damage
    bundle = with_reference({name: value for name, value in arrays.items() if value is not None})
    with pytest.raises(BundleError, match="reference"):
        OutsideCheck.from_bundle(bundle)


def test_the_starter_refuses_what_is_no_bear(starter: Bundle, shared_data: Path) -> None:
    """Its ImageNet classes alone tell cats and dogs from bears."""
    classifier = Classifier(starter, threads=2)
    pets = sorted((shared_data / "outside" / "pets").iterdir())[:20]
    bears = sorted((shared_data / "user_photos" / "black").iterdir())[:20]
    refused = [classifier.classify(path.read_bytes()).verdict == "outside" for path in pets]
    wrongly = [classifier.classify(path.read_bytes()).verdict == "outside" for path in bears]
    assert sum(refused) == len(pets)
    assert sum(wrongly) <= 2
