"""Export: the surgery on graphs, the proof, and what may go into a bundle."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.bundles.bundle import GRAPH, STARTER, Bundle
from models.inference.classifier import Classifier
from models.inference.network import Network
from models.photo import VIEWS, Preparation, prepare
from tests.training.conftest import Made
from tests.training.drawn import KINDS, Studio, draw
from training.errors import ParityError
from training.train.bundle_parts import attribution_file, golden_photos, prove_parity
from training.train.learning.learner_file import learner_file
from training.train.material.photoset import Item, from_dataset
from training.train.network.new_head import classifier_of, with_head


def items(*kinds: str, of_person: bool = False) -> list[Item]:
    """Drawn photos, one of each kind named."""
    return [
        Item(
            label=kind,
            name=f"{kind} {number}",
            read=lambda kind=kind, number=number: draw(kind, number),  # type: ignore[misc]
            of_person=of_person,
        )
        for number, kind in enumerate(kinds)
    ]


@pytest.fixture(scope="module")
def squares() -> np.ndarray:
    """Three prepared pictures, [3, H, W, 3]."""
    return np.stack([prepare(draw(kind, 3), Preparation()) for kind in KINDS])


@pytest.mark.parametrize("knows", [True, False], ids=["knowing", "from-nothing"])
def test_another_head_leaves_the_features_as_they_are(squares: np.ndarray, knows: bool) -> None:
    """Surgery on the starter: embedding and imagenet to the last bit, the new head by hand."""
    random = np.random.default_rng(0)
    weight, bias = random.normal(size=(4, 1280)).astype(np.float32), np.arange(4.0)
    known = random.normal(size=(4, 1280)).astype(np.float32) if knows else None
    graph = with_head(
        STARTER / GRAPH, weight, bias, temperature=2.0, feature_norm=10.0, known=known
    )
    before = Network(STARTER / GRAPH, threads=1).run(squares)
    after = Network(graph, threads=1).run(squares)
    np.testing.assert_array_equal(before.embedding, after.embedding)
    np.testing.assert_array_equal(before.imagenet, after.imagenet)
    unit = before.embedding / np.linalg.norm(before.embedding, axis=1, keepdims=True)
    expected = 10 * unit @ weight.T + bias
    if known is not None:
        expected += before.embedding @ known.T
    np.testing.assert_allclose(expected, after.logits, rtol=1e-3, atol=1e-3)
    raised = np.exp(expected / 2 - (expected / 2).max(axis=1, keepdims=True))
    np.testing.assert_allclose(
        raised / raised.sum(axis=1, keepdims=True), after.probabilities, atol=1e-4
    )


@pytest.mark.parametrize("knows", [True, False], ids=["knowing", "from-nothing"])
def test_the_map_adds_up_to_the_answer(squares: np.ndarray, knows: bool) -> None:
    """The mean of a label's map over places is its logit without the bias."""
    weight, known = np.random.default_rng(1).normal(size=(2, 2, 1280)).astype(np.float32)
    graph = with_head(
        STARTER / GRAPH,
        weight,
        np.zeros(2),
        temperature=1.0,
        feature_norm=10.0,
        known=known if knows else None,
    )
    outputs = Network(graph, threads=1).run(squares)
    np.testing.assert_allclose(outputs.logits, outputs.cam.mean(axis=(2, 3)), rtol=1e-3, atol=1e-3)


def test_the_classifier_is_found_in_its_graph(squares: np.ndarray) -> None:
    """The starter's, in integers: its rows on the embedding give its logits, but for the bias."""
    rows = classifier_of(STARTER / GRAPH)
    assert rows is not None
    outputs = Network(STARTER / GRAPH, threads=1).run(squares)
    without_bias = outputs.imagenet - outputs.embedding @ rows.T
    np.testing.assert_allclose(without_bias[1:], without_bias[:-1], atol=0.15)
    assert outputs.imagenet.std() > 1


def said(classifier: Classifier) -> Callable[[Sequence[Item]], np.ndarray]:
    """What a learner would say that agrees with the classifier, [N, L]."""

    def answer(some: Sequence[Item]) -> np.ndarray:
        rows = [classifier.by_views(item.read(), views=1) for item in some]
        return np.array([list(row.values()) for row in rows])

    return answer


def test_views_are_proven_one_by_one(candidate: Made) -> None:
    """A classifier that takes other views than the graph is shown: no proof."""
    bundle = candidate.bundle
    squished = replace(bundle.manifest, preparation=Preparation(method="squish"))
    whole = Classifier(replace(bundle, manifest=squished), sure_threshold=1.1)
    assert whole.manifest.views == VIEWS
    assert prove_parity(items(*KINDS), whole, said(whole)) <= 1e-4
    hot = replace(bundle.manifest, temperature=3 * bundle.manifest.temperature)
    other = Classifier(replace(bundle, manifest=hot), sure_threshold=1.1)
    right = Classifier(bundle)
    with pytest.raises(ParityError, match="learner, graph and classifier differ"):
        prove_parity(items(*KINDS), other, said(right))


def test_agreement_is_proven(candidate: Made) -> None:
    """The error names the largest difference."""
    classifier = Classifier(candidate.bundle)
    assert prove_parity(items(*KINDS), classifier, said(classifier)) <= 1e-4


@pytest.mark.parametrize("shift", [0.02, 0.6])
def test_a_learner_that_answers_otherwise_is_refused(shift: float, candidate: Made) -> None:
    """A probability more than 0.01 apart, or another label: no proof."""
    classifier = Classifier(candidate.bundle)

    def other(some: Sequence[Item]) -> np.ndarray:
        rows = said(classifier)(some)
        rows[-1] += np.where(np.arange(3) == rows[-1].argmax(), -shift, shift / 2)
        return rows

    with pytest.raises(ParityError, match="learner, graph and classifier differ"):
        prove_parity(items(*KINDS), classifier, other)


def opened(file: Path) -> Any:
    """A learner, as fastai opens it."""
    from fastai.learner import load_learner

    with pytest.warns(UserWarning, match="load_learner"):
        return load_learner(file)


def test_the_learner_answers_as_the_bundle(candidate: Made, tmp_path: Path) -> None:
    """`learner.pkl` opens in fastai, and `predict` of a file says what the classifier says; so does
    what fastai exports of it."""
    learner = opened(candidate.bundle.path / "learner.pkl")
    learner.path = tmp_path
    learner.export()
    classifier = Classifier(candidate.bundle)
    photo = tmp_path / "rings.jpg"
    photo.write_bytes(draw("rings", 77))
    expected = classifier.by_views(photo.read_bytes(), views=1)
    for each in (learner, opened(tmp_path / "export.pkl")):
        with each.no_bar():
            label, _, probabilities = each.predict(photo)
        assert max(expected, key=expected.__getitem__) == label
        np.testing.assert_allclose(list(expected.values()), probabilities.numpy(), atol=1e-4)


def test_a_learner_that_answers_otherwise_does_not_open(candidate: Made, tmp_path: Path) -> None:
    """It proves itself where it is opened, by what the bundle answered in training."""
    bundle = candidate.bundle
    labels, file = bundle.manifest.labels, tmp_path / "learner.pkl"
    turned = dict(zip(labels, (*labels[1:], labels[0]), strict=True))
    classifier = Classifier(bundle)

    def otherwise(data: bytes) -> dict[str, float]:
        return {turned[label]: p for label, p in classifier.by_views(data, views=1).items()}

    graph = (bundle.path / GRAPH).read_bytes()
    file.write_bytes(learner_file(graph, labels, Preparation(), np.ones(len(labels)), otherwise))
    with pytest.raises(ParityError, match="The learner answers"):
        opened(file)


def test_the_learner_holds_no_photo_and_no_path(candidate: Made, drawn: Studio) -> None:
    """Nothing of where the dataset lay is in the pickle."""
    content = (candidate.bundle.path / "learner.pkl").read_bytes()
    assert str(drawn.folder).encode() not in content


def test_golden_photos_are_never_a_person_s() -> None:
    """A photo that somebody may ask back is not copied into a bundle: drawn ones stand in."""
    photos = golden_photos(
        items(*KINDS, of_person=True), lambda _data: {"rings": 1.0}, KINDS, per_label=2
    )
    assert {"black.jpg", "grizzly.jpg", "teddy.jpg"} == set(photos)


def test_golden_photos_are_a_few_of_each_label() -> None:
    """Named by label and number, with the probabilities that were seen."""
    photos = golden_photos(
        items("rings", "rings", "rings", "checks"), lambda _data: {"x": 0.5}, KINDS, per_label=2
    )
    assert ["00-1.jpg", "01-1.jpg", "01-2.jpg"] == sorted(photos)
    assert photos["00-1.jpg"] == (draw("checks", 3), {"x": 0.5})


def test_golden_photos_of_many_labels_are_few() -> None:
    """They are answered at each start, however many labels there are."""
    labels = [str(number) for number in range(100)]
    some = [Item(label=label, name=label, read=lambda: b"photo") for label in labels * 3]
    photos = golden_photos(some, lambda _data: {"0": 1.0}, labels, per_label=2)
    assert 12 <= len(photos) <= 24


def test_attribution_lists_what_has_a_licence(drawn: Studio) -> None:
    """A row for each licensed example; no cell that a spreadsheet would calculate."""
    with drawn.database() as database:
        rows = list(csv.DictReader(io.StringIO(attribution_file(database).decode())))
        photos = from_dataset(database, drawn.store)
    assert sum(item.label == "rings" for item in photos.items) == len(rows)
    assert {("rings", "cc0", "'=HYPERLINK(1)")} == {
        (row["label"], row["licence"], row["creator"]) for row in rows
    }


def test_the_bundle_serves_without_the_learner(candidate: Made, tmp_path: Path) -> None:
    """The serving path reads neither the pickle nor the report."""
    bundle = Bundle.open(candidate.bundle.path)
    bare = tmp_path / "bare"
    bare.mkdir()
    for name in ("bundle.json", GRAPH, "reference.npz"):
        (bare / name).write_bytes((bundle.path / name).read_bytes())
    answer = Classifier(Bundle.open(bare, verify=False)).classify(draw("stripes", 55))
    assert answer.label == "stripes"
