"""Importing a learner that a notebook exported."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dataset.storage.database import Database
from models.bundles.bundle import Bundle
from models.inference.classifier import Classifier
from tests.training.drawn import draw
from training.import_learner import __main__ as import_learner
from training.import_learner.foreign_learner import load_foreign
from training.import_learner.importing import LEAST_AGREEMENT
from training.settings.labels import place_labels

LABELS = ("rings", "stripes")
ORDER = ("stripes", "rings")
"""As it was decided before the learner came."""


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Labelled drawn pictures, twelve of each."""
    folder = tmp_path_factory.mktemp("photos")
    for label in LABELS:
        (folder / label).mkdir()
        for number in range(12):
            (folder / label / f"{number}.jpg").write_bytes(draw(label, number))
    return folder


@pytest.fixture(scope="module")
def export(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A learner as a notebook makes it: fastai's own transforms, squished, at 96 pixels."""
    import torch
    from fastai.vision.all import (
        CategoryBlock,
        DataBlock,
        ImageBlock,
        Learner,
        Resize,
        create_head,
        get_image_files,
        nn,
        parent_label,
    )

    torch.manual_seed(1)
    dls = DataBlock(
        blocks=(ImageBlock, CategoryBlock),
        get_items=get_image_files,
        get_y=parent_label,
        item_tfms=Resize(96, method="squish"),
    ).dataloaders(photos, bs=8, num_workers=0)
    body = nn.Sequential(nn.Conv2d(3, 8, 7, stride=8), nn.ReLU(), nn.Conv2d(8, 16, 3), nn.ReLU())
    learner = Learner(
        dls,
        nn.Sequential(body, create_head(16, 2, ps=0.0)),
        loss_func=nn.CrossEntropyLoss(),
        path=tmp_path_factory.mktemp("notebook"),
    )
    learner.loss_func.activation = lambda scores: scores.softmax(dim=-1)
    learner.export("export.pkl")
    return Path(learner.path) / "export.pkl"


@dataclass(frozen=True)
class Imported:
    """The bundle as the command made it, and what it printed."""

    bundle: Bundle
    metrics: dict[str, Any]


@pytest.fixture(scope="module")
def imported(export: Path, photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """The bundle made of it, where the order of the labels was decided otherwise."""
    folder = tmp_path_factory.mktemp("imported")
    out, printed = folder / "bundle", io.StringIO()
    database = Database(f"sqlite:///{folder / 'data' / 'detector.sqlite3'}")
    database.upgrade()
    place_labels(database, labels=ORDER)
    database.dispose()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed):
        patch.setenv("DATA_DIR", str(folder / "data"))
        arguments = [str(export), "--photos", str(photos), "--out", str(out), "--json"]
        assert import_learner.main(arguments) == 0
    return Imported(Bundle.open(out), json.loads(printed.getvalue()))


def test_the_bundle_answers_as_the_learner_did(
    imported: Imported, export: Path, photos: Path
) -> None:
    """Its own transforms and ours name the same labels; the graph says it in ONNX Runtime."""
    from training.import_learner.foreign_learner import own_answers
    from training.train.material.photoset import from_folder

    shown = from_folder(photos)
    own, size_px, _ = own_answers(load_foreign(export), shown)
    classifier = Classifier(imported.bundle)
    answered = [classifier.classify(item.read()).label for item in shown.items]
    same = np.array(answered) == np.array(LABELS)[own.argmax(axis=1)]
    assert size_px == 96
    assert same.mean() >= LEAST_AGREEMENT
    assert imported.bundle.manifest.preparation.crop_px == 96


def test_it_is_calibrated_and_proven(imported: Imported) -> None:
    """A temperature, thresholds, golden photos, a report: like any other bundle."""
    Classifier(imported.bundle).check_golden()
    assert imported.bundle.manifest.recipe == "import"
    assert imported.bundle.manifest.metrics["largest_difference"] <= 0.01
    assert "report/report.html" in imported.bundle.manifest.files


def test_its_labels_take_the_order_that_is_decided_here(imported: Imported, export: Path) -> None:
    """Whatever a notebook's vocabulary had: the tests above hold the answers to it."""
    assert (LABELS, ORDER) == (load_foreign(export).labels, imported.bundle.manifest.labels)
    answer = Classifier(imported.bundle).classify(draw("rings", 41))
    assert ORDER == tuple(answer.probabilities)


def test_it_can_say_what_spoke_for_an_answer(imported: Imported) -> None:
    """Even a head that is not linear gives a map: what it says of each place alone."""
    picture = Classifier(imported.bundle).explain(draw("rings", 40))
    assert picture.startswith(b"\xff\xd8")


def test_one_is_warned_that_a_pickle_runs_code(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before it is opened; and a file that is not a learner is refused in a sentence."""
    (tmp_path / "export.pkl").write_bytes(b"no pickle")
    arguments = [str(tmp_path / "export.pkl"), "--photos", str(photos)]
    assert import_learner.main(arguments) == 1
    # Tests before it share this process, and a library may say something between the two.
    said = capsys.readouterr().err.strip().splitlines()
    assert "A pickle runs code" in said[0], said
    assert "cannot be opened here as a learner" in said[-1], said


def test_photos_must_have_the_learner_s_labels(
    export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another label's folder is named."""
    (tmp_path / "zebra").mkdir()
    (tmp_path / "zebra" / "1.jpg").write_bytes(draw("rings", 1))
    assert import_learner.main([str(export), "--photos", str(tmp_path), "--json"]) == 1
    assert "'zebra', which is not a label of this bundle" in capsys.readouterr().err


def test_a_label_without_photos_is_told(
    export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is nothing to calibrate it with."""
    (tmp_path / "rings").mkdir()
    (tmp_path / "rings" / "1.jpg").write_bytes(draw("rings", 1))
    assert import_learner.main([str(export), "--photos", str(tmp_path)]) == 1
    assert "has no readable photo of 'stripes'" in capsys.readouterr().err


def test_the_metrics_are_printed(imported: Imported) -> None:
    """With --json: the figures of evaluate, and how often it agrees with its former self."""
    assert imported.metrics["n"] == 24
    assert imported.metrics["agreement"] >= LEAST_AGREEMENT
