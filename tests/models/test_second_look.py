"""A bundle of several views looks at the others where the first leaves a doubt, and only there."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.bundles.bundle import REFERENCE, Bundle, golden_files, write_bundle
from models.bundles.manifest import Manifest
from models.errors import BundleError
from models.inference.classifier import Classifier
from models.inference.shapes import Shapes
from models.photo import VIEWS, Preparation, prepare, prepare_views
from tests.conftest import draw_photo

NEVER_REFUSED = {"outside_threshold": 1e9}
PHOTO = draw_photo(seed=3, size=(640, 360))


def of_views(starter: Bundle, views: int, **changed: object) -> Bundle:
    """The starter as a bundle of so many views."""
    thresholds = {**starter.manifest.thresholds, "views": float(views)}
    return replace(starter, manifest=replace(starter.manifest, thresholds=thresholds, **changed))


@pytest.fixture(scope="module")
def bundle(starter: Bundle) -> Bundle:
    """The starter, looking at all views; its temperature is 1."""
    return of_views(starter, VIEWS)


def mean_of_views(classifier: Classifier, preparation: Preparation) -> Mapping[str, float]:
    """The views prepared one by one, and the geometric mean of what the graph says of each."""
    other = "crop" if preparation.method == "pad" else "pad"
    first = prepare(PHOTO, preparation)
    whole = prepare(PHOTO, replace(preparation, method=other))  # type: ignore[arg-type]
    seen = classifier.run(np.stack([first, np.fliplr(first), whole])).probabilities
    mean = np.exp(np.log(seen.astype(float)).mean(axis=0))
    return dict(zip(classifier.labels, mean / mean.sum(), strict=True))


@pytest.mark.parametrize("method", ["crop", "pad", "squish"])
def test_what_the_first_view_leaves_in_doubt_all_views_answer(starter: Bundle, method: str) -> None:
    """The geometric mean of the three answers; the classifier in another order says the same."""
    preparation = Preparation(method=method)  # type: ignore[arg-type]
    bundle = of_views(starter, VIEWS, preparation=preparation)
    doubting = Classifier(bundle, threads=1, sure_threshold=1.1, **NEVER_REFUSED)
    expected = mean_of_views(doubting, preparation)
    turned = doubting.in_order(("teddy", "grizzly", "black"))
    for classifier in (doubting, turned):
        got = classifier.classify(PHOTO)
        assert got.verdict == "unsure"
        assert got.probabilities == pytest.approx(expected, abs=1e-4)


def test_a_sure_photo_is_looked_at_once(bundle: Bundle) -> None:
    """What its first view says is the answer, whatever the others would have said."""
    classifier = Classifier(bundle, threads=1, sure_threshold=0.0, **NEVER_REFUSED)
    got = classifier.classify(PHOTO)
    assert not got.looked_again
    assert got.probabilities == pytest.approx(classifier.by_views(PHOTO, views=1))
    assert got.probabilities != pytest.approx(classifier.by_views(PHOTO, views=VIEWS), abs=0.01)


@pytest.mark.parametrize(("share", "again"), [(0.9, True), (0.5, False)])
def test_what_is_just_refused_is_looked_at_again(bundle: Bundle, share: float, again: bool) -> None:
    """It stays refused, and the label that it would be is what all views say."""
    score = Classifier(bundle, threads=1).classify(PHOTO).outside_score
    assert score > 0
    classifier = Classifier(bundle, threads=1, sure_threshold=1.1, outside_threshold=share * score)
    got = classifier.classify(PHOTO)
    assert (got.verdict, got.looked_again) == ("outside", False)
    views = VIEWS if again else 1
    assert got.probabilities == pytest.approx(classifier.by_views(PHOTO, views=views), abs=1e-4)


def asking_again(bundle: Bundle, strangeness: float, folder: Path) -> Bundle:
    """The bundle with shapes from which every photo is so far."""
    nothing = np.zeros((1, 1280), np.float32)
    flat = np.zeros(1, np.float32)
    offsets = np.array([strangeness], np.float32)
    shapes = Shapes(nothing, flat, flat, np.zeros((1, 1), np.float32), offsets)
    buffer = io.BytesIO()
    np.savez(buffer, **bundle.reference(), **shapes.to_arrays())  # type: ignore[arg-type]
    files: dict[str, bytes | Path] = {name: bundle.path / name for name in bundle.manifest.files}
    return write_bundle(folder / "asking", bundle.manifest, files | {REFERENCE: buffer.getvalue()})


def test_a_second_look_refuses_what_the_first_let_pass(bundle: Bundle, tmp_path: Path) -> None:
    """Where the bundle has shapes to ask; a sure photo is looked at once, and nothing asked."""
    first = Classifier(bundle, threads=1).classify(PHOTO).outside_score
    asking = asking_again(bundle, 5.0, tmp_path)
    for sure, expected in ((1.1, ("outside", True, 5.0)), (0.0, ("sure", False, 0.0))):
        classifier = Classifier(
            asking, threads=1, sure_threshold=sure, outside_threshold=first + 2.5
        )
        batch = prepare_views(PHOTO, Preparation())[np.newaxis]
        for got in (classifier.classify(PHOTO), *classifier.classify_prepared(batch)):
            assert (got.verdict, got.looked_again) == expected[:2]
            assert got.outside_score - first == pytest.approx(expected[2], abs=1e-3)


def test_a_second_look_pardons_nothing(bundle: Bundle, tmp_path: Path) -> None:
    """What is near to no label at first sight is refused, however near all views are."""
    first = Classifier(bundle, threads=1).classify(PHOTO).outside_score
    classifier = Classifier(
        asking_again(bundle, -5.0, tmp_path),
        threads=1,
        sure_threshold=1.1,
        outside_threshold=0.9 * first,
    )
    got = classifier.classify(PHOTO)
    assert (got.verdict, got.looked_again) == ("outside", False)
    assert got.outside_score == pytest.approx(first)


def test_a_stranger_is_looked_at_once(bundle: Bundle) -> None:
    """More views tell strangers no better."""
    classifier = Classifier(bundle, threads=1, sure_threshold=1.1, outside_threshold=-1e9)
    got = classifier.classify(PHOTO)
    assert got.verdict == "outside"
    assert got.probabilities == pytest.approx(classifier.by_views(PHOTO, views=1))


def test_an_answer_says_that_the_first_look_would_have_been_another(bundle: Bundle) -> None:
    """Sure after all says so; as unsure as before says nothing."""
    first, every = (
        max(Classifier(bundle, threads=1).by_views(PHOTO, views=views).values())
        for views in (1, VIEWS)
    )
    low, high = sorted((first, every))
    between = Classifier(bundle, threads=1, sure_threshold=(low + high) / 2, **NEVER_REFUSED)
    never = Classifier(bundle, threads=1, sure_threshold=1.1, **NEVER_REFUSED)
    labels = [
        max(seen, key=seen.__getitem__)
        for seen in (never.by_views(PHOTO, views=views) for views in (1, VIEWS))
    ]
    assert between.classify(PHOTO).looked_again == (every > first)
    assert never.classify(PHOTO).looked_again == (labels[0] != labels[1])


def test_a_batch_is_looked_at_as_photos_one_by_one(bundle: Bundle) -> None:
    """Sure, doubtful and strange ones together."""
    classifier = Classifier(bundle, threads=1)
    photos = [golden.path.read_bytes() for golden in bundle.golden()]
    photos += [draw_photo(seed=seed) for seed in range(4)]
    for settings in ({}, {"sure_threshold": 0.999, "outside_threshold": 6.0}):
        classifier = Classifier(bundle, threads=1, **settings)
        batch = np.stack([prepare_views(photo, Preparation()) for photo in photos])
        for photo, got in zip(photos, classifier.classify_prepared(batch), strict=True):
            alone = classifier.classify(photo)
            assert (alone.label, alone.verdict) == (got.label, got.verdict)
            assert alone.looked_again == got.looked_again
            assert alone.probabilities == pytest.approx(got.probabilities, abs=1e-4)


def test_a_bundle_that_says_nothing_of_views_uses_one(starter: Bundle) -> None:
    """Those made before there were several."""
    assert "views" not in starter.manifest.thresholds
    old = Classifier(starter, threads=1, sure_threshold=1.1, **NEVER_REFUSED)
    assert old.manifest.views == 1
    assert old.classify(PHOTO).probabilities == pytest.approx(old.by_views(PHOTO, views=1))


def test_a_bundle_of_views_has_no_field_that_older_programs_lack(bundle: Bundle) -> None:
    """They read it, and look once."""
    content = json.loads(bundle.manifest.to_json())
    assert set(content) == set(
        json.loads(Manifest("v", ("a",), {**bundle.manifest.thresholds}).to_json())
    )
    assert content["thresholds"]["views"] == VIEWS
    assert Manifest.from_json(bundle.manifest.to_json()) == bundle.manifest


@pytest.mark.parametrize("views", [0.0, 1.5, VIEWS + 1.0])
def test_other_numbers_of_views_are_refused(starter: Bundle, views: float) -> None:
    """There are no others to look at."""
    with pytest.raises(BundleError, match="number of views"):
        replace(starter.manifest, thresholds={**starter.manifest.thresholds, "views": views})


@pytest.mark.parametrize("off", [0.0, 0.02])
def test_golden_photos_prove_every_view(bundle: Bundle, off: float, tmp_path: Path) -> None:
    """Another answer by all views is refused, as is none; older programs check the first."""
    classifier = Classifier(bundle, threads=1)
    first, every = (classifier.by_views(PHOTO, views=views) for views in (1, VIEWS))
    every["teddy"] += off
    files: dict[str, bytes | Path] = {
        name: bundle.path / name for name in ("model.onnx", "reference.npz")
    }
    files |= golden_files({"one.jpg": (PHOTO, first)}, by_all_views={"one.jpg": every})
    made = write_bundle(tmp_path / "made", bundle.manifest, files)
    [golden] = made.golden()
    assert golden.probabilities == pytest.approx(first)
    if off:
        with pytest.raises(BundleError, match=r"one\.jpg"):
            Classifier(made, threads=1).check_golden()
        return
    Classifier(made, threads=1).check_golden()
    files |= golden_files({"one.jpg": (PHOTO, first)})
    without = write_bundle(tmp_path / "without", bundle.manifest, files)
    with pytest.raises(BundleError, match=r"one\.jpg"):
        Classifier(without, threads=1).check_golden()


def test_the_heat_map_shows_what_was_looked_at(bundle: Bundle) -> None:
    """A sure photo is greyed beside the crop; of a doubtful one all was seen."""
    red = Image.new("RGB", (900, 300), (200, 40, 40))
    buffer = io.BytesIO()
    red.save(buffer, "PNG")
    for sure, is_grey in ((0.0, True), (1.1, False)):
        classifier = Classifier(bundle, threads=1, sure_threshold=sure, **NEVER_REFUSED)
        with Image.open(io.BytesIO(classifier.explain(buffer.getvalue()))) as image:
            pixels = np.asarray(image.convert("RGB"), int)
        dull = np.ptp(pixels[:, :40], axis=2).mean() < 80
        assert dull == is_grey
