"""The classifier answers photos as its bundle says, from any thread."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.bundles.bundle import Bundle, golden_files, write_bundle
from models.errors import BundleError, PhotoError
from models.inference.classifier import Classifier
from models.photo import Preparation, prepare_views
from tests.conftest import draw_photo


def drawn(starter: Bundle, name: str) -> bytes:
    return (starter.path / "golden" / f"{name}.jpg").read_bytes()


def with_files(starter: Bundle, folder: Path, **changed: bytes) -> Bundle:
    files: dict[str, bytes | Path] = {name: starter.path / name for name in starter.manifest.files}
    files |= {name.replace("_", "."): content for name, content in changed.items()}
    return write_bundle(folder, starter.manifest, files)


@pytest.mark.parametrize("label", ["grizzly", "black", "teddy"])
def test_drawn_bears_are_told_apart(starter: Bundle, classifier: Classifier, label: str) -> None:
    """The starter is sure of each drawn bear."""
    got = classifier.classify(drawn(starter, label))
    assert (label, "sure", "starter") == (got.label, got.verdict, got.model_version)
    assert [label] == got.candidates
    assert got.probability == max(got.probabilities.values()) > 0.9
    assert pytest.approx(1, abs=1e-5) == sum(got.probabilities.values())
    assert got.milliseconds > 0


def test_a_picture_without_bear_is_outside(classifier: Classifier) -> None:
    """A picture of none of the labels is refused, with a name for what it looks like."""
    got = classifier.classify(draw_photo(seed=3))
    assert "outside" == got.verdict
    assert got.looks_like
    assert got.looks_like not in ("brown bear", "American black bear", "teddy bear")


@pytest.mark.parametrize(("folder", "at_least"), [("bears", 0.97), ("user_photos", 0.97)])
def test_real_bears_are_told_apart(
    classifier: Classifier, shared_data: Path, folder: str, at_least: float
) -> None:
    """At least 97% of real bears get their label, and at most 6% are refused."""
    files = sorted((shared_data / folder).glob("*/*"))
    answers = [classifier.classify(file.read_bytes()) for file in files]
    right = [answer.label == file.parent.name for answer, file in zip(answers, files, strict=True)]
    assert sum(right) / len(right) >= at_least
    assert sum(answer.verdict == "outside" for answer in answers) / len(answers) <= 0.06


@pytest.mark.parametrize(("kind", "at_least"), [("pets", 0.98), ("far", 0.995), ("near", 0.9)])
def test_real_outsiders_are_refused(
    classifier: Classifier, shared_data: Path, kind: str, at_least: float
) -> None:
    """Cats and dogs, things, and what resembles a bear are answered as none of the labels."""
    files = sorted((shared_data / "outside" / kind).glob("*"))
    refused = [classifier.classify(file.read_bytes()).verdict == "outside" for file in files]
    assert sum(refused) / len(refused) >= at_least


def test_looks_like_names_what_is_seen(classifier: Classifier, shared_data: Path) -> None:
    """A photo of a seal is said to look like a sea lion, in plain English."""
    photo = shared_data / "outside" / "near" / "seal_000.jpg"
    assert "sea lion" == classifier.classify(photo.read_bytes()).looks_like


def test_no_photo_is_an_error(classifier: Classifier) -> None:
    """Anything but a photo gets an error."""
    with pytest.raises(PhotoError):
        classifier.classify(b"bear")


def test_a_batch_answers_like_single_photos(starter: Bundle, classifier: Classifier) -> None:
    """Photos answered together get what each gets alone."""
    photos = [drawn(starter, label) for label in ("grizzly", "black", "teddy")]
    batch = np.stack([prepare_views(photo, Preparation()) for photo in photos])
    for photo, got in zip(photos, classifier.classify_prepared(batch), strict=True):
        expected = classifier.classify(photo)
        assert expected.label == got.label
        assert pytest.approx(expected.probabilities, abs=1e-4) == got.probabilities
        assert pytest.approx(expected.outside_score, abs=1e-3) == got.outside_score


def test_features_are_per_photo(classifier: Classifier) -> None:
    """Embedding N photos gives N rows of features."""
    batch = np.zeros((3, 224, 224, 3), np.uint8)
    got = classifier.embed(batch)
    assert ((3, 1280), np.float32) == (got.shape, got.dtype)


def test_many_threads_get_the_answers_of_one(starter: Bundle, classifier: Classifier) -> None:
    """Answers do not mix when several threads ask at once."""
    photos = [drawn(starter, label) for label in ("grizzly", "black", "teddy")] * 8
    expected = [classifier.classify(photo).probabilities for photo in photos]
    with ThreadPoolExecutor(6) as pool:
        got = [answer.probabilities for answer in pool.map(classifier.classify, photos)]
    assert expected == got


def test_thresholds_can_be_overridden(starter: Bundle) -> None:
    """An operator's thresholds win over the bundle's."""
    photo = drawn(starter, "teddy")
    strict = Classifier(starter, threads=1, sure_threshold=1.0)
    closed = Classifier(starter, threads=1, outside_threshold=-100.0)
    assert "unsure" == strict.classify(photo).verdict
    assert "outside" == closed.classify(photo).verdict


def test_candidates_are_what_cannot_be_ruled_out(starter: Bundle) -> None:
    """With a conformal quantile of 1 every label is a candidate, the likeliest first."""
    thresholds = {**starter.manifest.thresholds, "conformal": 1.0}
    generous = replace(starter, manifest=replace(starter.manifest, thresholds=thresholds))
    got = Classifier(generous, threads=1).classify(drawn(starter, "grizzly"))
    assert ["grizzly", "black", "teddy"] == got.candidates
    thresholds["conformal"] = -1.0
    strict = replace(starter, manifest=replace(starter.manifest, thresholds=thresholds))
    assert ["grizzly"] == Classifier(strict, threads=1).classify(
        drawn(starter, "grizzly")
    ).candidates


def test_the_starter_proves_itself(classifier: Classifier) -> None:
    """The shipped bundle answers its golden photos as its maker saw them answered."""
    classifier.check_golden()


def test_another_answer_on_a_golden_photo_is_noticed(starter: Bundle, tmp_path: Path) -> None:
    """A bundle that answers other than in training, by more than 0.01, is refused."""
    teddy = drawn(starter, "teddy")
    for off, is_refused in ((0.005, False), (0.02, True)):
        expected = {"grizzly": off, "black": 0.0, "teddy": 1 - off}
        files: dict[str, bytes | Path] = {
            name: starter.path / name for name in ("model.onnx", "reference.npz")
        }
        files |= golden_files({"teddy.jpg": (teddy, expected)})
        bundle = write_bundle(tmp_path / str(off), starter.manifest, files)
        if is_refused:
            with pytest.raises(BundleError, match=r"teddy\.jpg"):
                Classifier(bundle, threads=1).check_golden()
        else:
            Classifier(bundle, threads=1).check_golden()


def test_a_damaged_graph_is_refused(starter: Bundle, tmp_path: Path) -> None:
    """An invalid graph with the right hash is a BundleError."""
    bundle = with_files(starter, tmp_path / "b", model_onnx=b"not a graph")
    with pytest.raises(BundleError, match="graph"):
        Classifier(bundle)


def test_a_reference_without_names_is_refused(starter: Bundle, tmp_path: Path) -> None:
    """A bundle whose outside check has nothing to compare with is refused."""
    buffer = io.BytesIO()
    np.savez(buffer, unrelated=np.zeros(3))
    bundle = with_files(starter, tmp_path / "b", reference_npz=buffer.getvalue())
    with pytest.raises(BundleError, match="reference"):
        Classifier(bundle)


def test_labels_and_graph_must_agree(starter: Bundle) -> None:
    """A manifest with other labels than the graph answers for is refused."""
    manifest = replace(starter.manifest, labels=("grizzly", "black"))
    with pytest.raises(BundleError, match="labels"):
        Classifier(replace(starter, manifest=manifest))


def test_preparation_and_graph_must_agree(starter: Bundle) -> None:
    """A manifest that prepares photos of another size than the graph takes is refused."""
    manifest = replace(starter.manifest, preparation=Preparation(crop_px=192))
    with pytest.raises(BundleError, match="size"):
        Classifier(replace(starter, manifest=manifest))


def test_explaining_paints_over_the_photo(starter: Bundle, classifier: Classifier) -> None:
    """The heat map has the photo's shape, is hot on the teddy and cold in the corner."""
    photo = drawn(starter, "teddy")
    with Image.open(io.BytesIO(photo)) as image:
        before = np.asarray(image.convert("RGB"), np.int16)
    with Image.open(io.BytesIO(classifier.explain(photo, "teddy"))) as image:
        assert "JPEG" == image.format
        after = np.asarray(image, np.int16)
    assert before.shape == after.shape
    change = np.abs(before - after).mean(2)
    # The crop begins at 30; what lies outside it is greyed.
    assert change[120:360, 120:360].mean() > 5 * change[35:70, 35:70].mean()


def test_explaining_needs_a_known_label(starter: Bundle, classifier: Classifier) -> None:
    """A label that the bundle does not have cannot be explained."""
    with pytest.raises(KeyError):
        classifier.explain(drawn(starter, "teddy"), "panda")


@pytest.mark.parametrize("method", ["crop", "pad", "squish"])
def test_explaining_follows_the_preparation(
    starter: Bundle, classifier: Classifier, method: str
) -> None:
    """Whatever the preparation shows of a wide photo, the picture keeps the photo's shape."""
    preparation = Preparation(method=method)  # type: ignore[arg-type]
    bundle = replace(starter, manifest=replace(starter.manifest, preparation=preparation))
    got = Classifier(bundle, threads=1).explain(draw_photo(size=(1280, 400)))
    with Image.open(io.BytesIO(got)) as image:
        assert (640, 200) == image.size


def test_serving_needs_no_training_library(starter: Bundle) -> None:
    """Classifying imports neither torch nor fastai, timm or onnx."""
    code = (
        "import json, sys; from models.bundles.bundle import STARTER, Bundle;"
        "from models.inference.classifier import Classifier;"
        "c = Classifier(Bundle.open(STARTER)); c.check_golden();"
        "print(json.dumps([m for m in ('torch', 'fastai', 'timm', 'onnx') if m in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert [] == json.loads(done.stdout)


def test_answers_come_in_the_order_of_the_labels(
    starter: Bundle, classifier: Classifier, tmp_path: Path
) -> None:
    """Asked for another order, a classifier says the same: shares, logits, maps and neighbours."""
    photo = draw_photo(seed=3)
    turned = Classifier(starter, threads=1).in_order(("teddy", "grizzly", "black"))
    turned.check_golden()
    before, after = classifier.classify(photo), turned.classify(photo)
    assert list(after.probabilities) == list(turned.labels) == ["teddy", "grizzly", "black"]
    assert after.probabilities == pytest.approx(before.probabilities)
    assert (after.label, after.verdict, after.candidates) == (
        before.label,
        before.verdict,
        before.candidates,
    )
    assert turned.nearest_known(photo) == classifier.nearest_known(photo)
    for label in turned.labels:
        assert turned.explain(photo, label) == classifier.explain(photo, label)
    assert turned.explain(photo) == classifier.explain(photo)


def test_an_order_of_other_labels_is_refused(classifier: Classifier) -> None:
    """Answers would be given the names of others."""
    with pytest.raises(ValueError, match="no others"):
        classifier.in_order(("grizzly", "black"))
