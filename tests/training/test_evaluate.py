"""Measuring: the figures themselves, and the command that prints them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics as reference

from dataset.reviewing.intervals import wilson
from models.bundles.bundle import STARTER, drawn_bears
from models.inference.classifier import Prediction
from tests.conftest import REPOSITORY
from tests.training.drawn import draw
from training.evaluate import __main__ as evaluate
from training.train import metrics
from training.train.judging.answers import Answers, measure
from training.train.material.photoset import Item, from_folder

KEYS = {
    "n",
    "accuracy",
    "recall",
    "ece",
    "confusion",
    "outside_auroc",
    "outside_fpr95",
    "sure_coverage",
    "sure_error",
}


def answers(*rows: tuple[str, float, str, float]) -> Answers:
    """Answers between `a` and `b`: label shown, probability of `a`, verdict, outside score."""
    found = Answers()
    for number, (shown, p, verdict, outside_score) in enumerate(rows):
        likeliest = "a" if p >= 0.5 else "b"
        found.photos.append(Item(label=shown, name=str(number), read=lambda: b""))
        found.predictions.append(
            Prediction(
                label=likeliest,
                probability=max(p, 1 - p),
                probabilities={"a": p, "b": 1 - p},
                verdict=verdict,
                candidates=[likeliest],
                outside_score=outside_score,
                looks_like=None,
                milliseconds=1.0,
                model_version="test",
            )
        )
    return found


FOUR = answers(
    ("a", 0.9, "sure", -3.0),
    ("a", 0.6, "unsure", -2.0),
    ("b", 0.8, "sure", -1.0),
    ("b", 0.1, "outside", 2.0),
)


def test_the_figures_of_four_photos_by_hand() -> None:
    """Three of four right, one of two sure answers wrong, one refused."""
    measured = measure(("a", "b"), FOUR)
    assert measured["n"] == 4
    assert measured["accuracy"] == 0.75
    assert measured["recall"] == {"a": 1.0, "b": 0.5}
    assert measured["confusion"] == {"a": {"a": 2, "b": 0}, "b": {"a": 1, "b": 1}}
    assert measured["sure_coverage"] == 0.5
    assert measured["sure_error"] == 0.5
    assert measured["refused"] == 0.25
    # Bins of a fifteenth: 0.6 apart 0.4, 0.8 apart 0.8, twice 0.9 apart 0.1 each.
    assert measured["ece"] == pytest.approx((0.4 + 0.8 + 0.1 + 0.1) / 4)


def test_outsiders_are_measured_against_the_photos_of_labels() -> None:
    """AUROC over all pairs; accepted at the threshold that lets 95% of the others in."""
    measured = measure(
        ("a", "b"), FOUR, answers(("x", 0.5, "outside", 3.0), ("x", 0.5, "sure", -1.5))
    )
    assert measured["outside_n"] == 2
    assert measured["outside_auroc"] == (4 + 2) / 8
    assert measured["outside_fpr95"] == 0.5
    assert measured["outside_refused"] == 0.5


def test_what_cannot_be_told_is_none() -> None:
    """No outsiders, a label without photos, no sure answer."""
    measured = measure(("a", "b"), answers(("a", 0.6, "unsure", 0.0)))
    assert measured["outside_auroc"] is None
    assert measured["recall"] == {"a": 1.0, "b": None}
    assert measured["sure_error"] is None
    json.dumps(measured, allow_nan=False)


def test_figures_agree_with_scikit_learn() -> None:
    """Confusion, log loss and AUROC of random answers."""
    random = np.random.default_rng(0)
    said = random.dirichlet(np.ones(4), 200)
    truth = random.integers(0, 4, 200)
    chosen = said.argmax(axis=1)
    np.testing.assert_array_equal(
        reference.confusion_matrix(truth, chosen), metrics.confusion(truth, chosen, 4)
    )
    assert reference.log_loss(truth, said) == pytest.approx(metrics.log_loss(said, truth).mean())
    inside, outside = random.normal(0, 1, 80).round(1), random.normal(1, 1, 70).round(1)
    expected = reference.roc_auc_score([0] * 80 + [1] * 70, np.concatenate([inside, outside]))
    assert expected == pytest.approx(metrics.auroc(inside, outside))


def test_wilson_intervals_are_those_of_the_textbook() -> None:
    """8 of 10, none of 10, nothing at all."""
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_equal_confidences_are_answered_together() -> None:
    """The risk–coverage curve has one point for them."""
    curve = metrics.risk_coverage(np.array([0.9, 0.7, 0.7, 0.5]), np.array([1.0, 0.0, 1.0, 1.0]))
    assert curve.threshold.tolist() == [0.9, 0.7, 0.5]
    assert curve.coverage.tolist() == [0.25, 0.75, 1.0]
    assert curve.risk.tolist() == [0.0, pytest.approx(1 / 3), 0.25]


@pytest.fixture(scope="module")
def bears(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of drawn bears, one a label, with an outsider beside."""
    folder = tmp_path_factory.mktemp("bears")
    for name, data in drawn_bears().items():
        (folder / Path(name).stem).mkdir()
        (folder / Path(name).stem / name).write_bytes(data)
    (folder / "outside").mkdir()
    (folder / "outside" / "letters.jpg").write_bytes(draw("outside", 1))
    return folder


def test_the_starter_is_measured(bears: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints one object with the agreed keys; `outside/` counts as outsiders."""
    assert evaluate.main([str(STARTER), str(bears), "--json"]) == 0
    measured = json.loads(capsys.readouterr().out)
    assert set(measured) >= KEYS
    assert measured["n"] == 3
    assert measured["accuracy"] == 1.0
    assert measured["outside_n"] == 1


def test_in_words_it_reads_as_sentences(bears: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json: shares as percentages, with intervals."""
    assert evaluate.main([str(STARTER), str(bears)]) == 0
    assert "3 photos, 100.0% (43.9 to 100.0) right" in capsys.readouterr().out


def test_it_needs_no_torch() -> None:
    """Measuring a bundle needs only the light environment and numpy."""
    heavy = "{'torch', 'fastai', 'sklearn', 'matplotlib'}"
    code = f"import sys, training.evaluate.measuring; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_folders_count_as_they_do_for_adding(tmp_path: Path) -> None:
    """A name as macOS writes it is the same label; what systems leave is none; `outside` may have
    folders."""
    photo = drawn_bears()["teddy.jpg"]
    for name in ("cafe\u0301/1.jpg", "teddy/1.jpg", "outside/cats/1.jpg"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(photo)
    for name in ("__MACOSX/teddy/._1.jpg", "models/export.pkl", "teddy/notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    found = from_folder(tmp_path)
    assert ("caf\u00e9", "teddy") == found.labels
    assert {"caf\u00e9": 1, "outside": 1, "teddy": 1} == found.counts()


def _too_deep(folder: Path) -> None:
    _unknown_label(folder / "train")


def _nothing(folder: Path) -> None:
    folder.mkdir()


def _unknown_label(folder: Path) -> None:
    (folder / "panda").mkdir(parents=True)
    (folder / "panda" / "1.jpg").write_bytes(drawn_bears()["teddy.jpg"])


def _unreadable(folder: Path) -> None:
    (folder / "teddy").mkdir(parents=True)
    (folder / "teddy" / "1.jpg").write_bytes(b"no photo at all")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: None, "does not exist"),
        (_nothing, "holds no photos"),
        (_too_deep, "holds folders (panda, …) and no photos"),
        (_unknown_label, "'panda', which is not a label of this bundle (grizzly, black, teddy)"),
        (_unreadable, "None of the 1 photos"),
    ],
)
def test_bad_folders_are_told(
    make: object, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No folder, an empty one, an unknown label, nothing readable: a sentence, no figures."""
    make(tmp_path / "photos")  # type: ignore[operator]
    assert evaluate.main([str(STARTER), str(tmp_path / "photos"), "--json"]) == 1
    printed = capsys.readouterr()
    assert words in printed.err
    assert printed.out == ""


def test_a_folder_that_is_no_bundle_is_told(
    bears: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bundle's own errors are sentences, too."""
    assert evaluate.main([str(tmp_path), str(bears)]) == 1
    assert "is not a bundle" in capsys.readouterr().err
