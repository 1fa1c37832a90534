"""The shipped bundle is what its builder builds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.bundles.bundle import STARTER, Bundle, drawn_bears
from models.inference.classifier import Classifier
from models.photo import Preparation, prepare
from tests.conftest import draw_photo
from training.starter.__main__ import main
from training.starter.building import imagenet_names

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The starter, built anew from the package with the weights."""
    folder = tmp_path_factory.mktemp("rebuilt") / "starter"
    assert 0 == main(["--out", str(folder)])
    return Bundle.open(folder)


def test_a_rebuild_answers_as_the_shipped_bundle(rebuilt: Bundle) -> None:
    """Probabilities agree within 0.001, features and logits too, on drawn and random pictures."""
    photos = [*drawn_bears().values(), *(draw_photo(seed=seed) for seed in range(5))]
    batch = np.stack([prepare(photo, Preparation()) for photo in photos])
    expected = Classifier(Bundle.open(STARTER), threads=1).run(batch)
    got = Classifier(rebuilt, threads=1).run(batch)
    assert np.abs(expected.probabilities - got.probabilities).max() < 1e-3
    for name in ("logits", "embedding", "imagenet", "cam"):
        np.testing.assert_allclose(getattr(got, name), getattr(expected, name), atol=1e-2)


def test_a_rebuild_says_the_same_of_itself(rebuilt: Bundle) -> None:
    """Labels, texts, thresholds and preparation are those of the shipped bundle."""
    shipped = Bundle.open(STARTER).manifest
    for field in ("version", "labels", "names", "aliases", "noun", "thresholds", "preparation"):
        assert getattr(shipped, field) == getattr(rebuilt.manifest, field)
    expected, got = Bundle.open(STARTER).reference(), rebuilt.reference()
    assert set(expected) == set(got)
    assert all((expected[name] == got[name]).all() for name in expected)


def test_a_rebuild_proves_the_shipped_golden_photos(rebuilt: Bundle) -> None:
    """The rebuilt network answers the committed golden photos within the tolerance."""
    classifier = Classifier(rebuilt, threads=1)
    for golden in Bundle.open(STARTER).golden():
        got = classifier.classify(golden.path.read_bytes()).probabilities
        assert pytest.approx(golden.probabilities, abs=0.01) == got


def test_nothing_of_the_building_machine_is_in_the_graph(rebuilt: Bundle) -> None:
    """The graph holds no path and no stack trace of its exporter."""
    content = rebuilt.graph.read_bytes()
    assert b"site-packages" not in content
    assert str(Path.cwd()).encode() not in content


def test_every_label_has_its_texts() -> None:
    """The shipped labels have names and a noun in three languages, and aliases."""
    manifest = Bundle.open(STARTER).manifest
    for label in manifest.labels:
        assert {"en", "es", "de"} == set(manifest.names[label])
        assert manifest.aliases[label]
    assert {"en": "bear", "es": "oso", "de": "Bär"} == manifest.noun


def test_imagenet_names_are_short_and_tell_apart() -> None:
    """Each of the thousand classes has a name of its own that fits into a sentence."""
    names = imagenet_names()
    assert (1000, 1000) == (len(names), len(set(names)))
    assert max(map(len, names)) <= 32
    assert not [name for name in names if "," in name or name != name.strip()]
    assert ("Samoyed", "brown bear", "polar bear", "giant panda") == (
        names[258],
        names[294],
        names[296],
        names[388],
    )


def test_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the bundle cannot be written, one sentence says so."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert 1 == main(["--out", str(tmp_path / "file" / "starter")])
    assert 1 == len(capsys.readouterr().err.splitlines())
