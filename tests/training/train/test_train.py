"""Training: from a dataset to a candidate bundle, or one sentence that says why not."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from dataset.storage.schema import Example, Photo, Split
from models.bundles.bundle import STARTER, Bundle
from models.inference.classifier import Classifier
from models.photo import VIEWS, Preparation, prepare
from tests.conftest import REPOSITORY
from tests.training.conftest import Made
from tests.training.drawn import KINDS, Studio, draw
from tests.training.retrain.quickly import in_seconds
from training.train import __main__ as train
from training.train.candidate import train as train_candidate
from training.train.judging.answers import answer, measure
from training.train.knobs import Knobs
from training.train.learning.by_recipe import Material
from training.train.material.features import CACHE, BodyGraph, FeatureCache, Features, features_of
from training.train.material.photoset import PhotoSet, from_dataset, from_folder
from training.train.network.bodies import body_graph

pytestmark = pytest.mark.long


def _body(place: Studio, knobs: Knobs) -> BodyGraph:
    return body_graph(knobs.arch, folder=place.folder, preparation=knobs.preparation)


def _features_of(place: Studio, photos: PhotoSet) -> Features:
    with closing(FeatureCache(place.settings.data_dir / CACHE)) as cache:
        _, features, _ = features_of(photos, _body(place, Knobs()), cache)
    return features


def sentence(capsys: pytest.CaptureFixture[str]) -> str:
    """The one sentence on stderr."""
    text = capsys.readouterr().err.strip()
    assert len(text.splitlines()) == 1, text
    assert "Traceback" not in text
    return text


def test_a_candidate_is_a_whole_bundle(candidate: Made) -> None:
    """Every file is there, hashes agree, and it answers its golden photos as in training."""
    bundle = Bundle.open(candidate.bundle.path)
    Classifier(bundle).check_golden()
    assert bundle.manifest.labels == KINDS
    assert bundle.manifest.recipe == "head"
    assert bundle.manifest.views == VIEWS
    assert all(golden.by_all_views for golden in bundle.golden())
    assert bundle.manifest.parent == "starter"
    assert {"learner.pkl", "ATTRIBUTION.csv", "report/report.html"} <= set(bundle.manifest.files)


def test_labels_are_called_what_their_file_says(candidate: Made) -> None:
    """LABELS_FILE gives names, aliases and what all of them are."""
    manifest = candidate.bundle.manifest
    assert {"en": "Chessboard", "de": "Schachbrett"} == manifest.names["checks"]
    assert ("squares",) == tuple(manifest.aliases["checks"])
    assert {"en": "pattern"} == manifest.noun


def test_a_file_of_labels_that_is_not_there_is_told_before_anything_is_learned(
    own_studio: Studio, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, and no candidate."""
    monkeypatch.setenv("LABELS_FILE", "mushrooms.toml")
    assert train.main(["--out", "candidate"]) == 1
    assert sentence(capsys).startswith("mushrooms.toml cannot be read")
    assert not Path("candidate").exists()


def test_it_answers_pictures_it_never_saw(candidate: Made) -> None:
    """Drawn pictures with other seeds get their own label."""
    classifier = Classifier(candidate.bundle)
    answers = [
        (kind, classifier.classify(draw(kind, 900 + n)).label) for kind in KINDS for n in (1, 2)
    ]
    assert [kind for kind, _ in answers] == [label for _, label in answers]


def test_the_gate_split_is_measured_and_not_learned_from(candidate: Made, drawn: Studio) -> None:
    """The figures are of the gate's photos alone."""
    with drawn.database() as database, database.reading() as session:
        examples = session.execute(select(Example.split, Example.label)).all()
    gate = sum(split is Split.GATE and label in KINDS for split, label in examples)
    learned = sum(split is not Split.GATE and label in KINDS for split, label in examples)
    assert gate == candidate.metrics["n"]
    assert learned == candidate.bundle.manifest.curves["sure"]["photos"]


def test_the_same_seed_makes_the_same_model(candidate: Made, drawn: Studio, tmp_path: Path) -> None:
    """A second training differs in its time stamp only."""
    with in_seconds(), drawn.database() as database:
        again = train_candidate(
            drawn.settings, Knobs(recipe="head"), database, out=tmp_path / "again"
        )
    first, second = candidate.bundle.manifest, again.bundle.manifest
    assert first.files["model.onnx"] == second.files["model.onnx"]
    assert first.files["reference.npz"] == second.files["reference.npz"]
    assert first.thresholds == second.thresholds


def test_features_are_computed_once(candidate: Made, drawn: Studio) -> None:
    """After a training every photo's features are in the cache."""
    cache = FeatureCache(drawn.settings.data_dir / CACHE)
    with drawn.database() as database:
        photos = from_dataset(database, drawn.store)
    (body,) = cache._db.execute("SELECT DISTINCT body FROM features").fetchone()
    assert {item.sha256 for item in photos.items} == cache.known(body)
    cache.close()


def test_what_left_the_dataset_leaves_the_cache(own_studio: Studio) -> None:
    """What is kept of other photos is dropped: a forgotten photo leaves nothing behind."""
    cache = FeatureCache(own_studio.settings.data_dir / CACHE)
    with own_studio.database() as database:
        photos = from_dataset(database, own_studio.store)
    rows = photos.where(range(2))
    features = _features_of(own_studio, rows)
    kept, gone = (item.sha256 for item in rows.items)
    cache.write("body", [kept, gone], features)
    cache.write_answers("model", dict.fromkeys((kept, gone), np.array([0.9, 0.1])))
    cache.keep_only({kept})
    assert {kept} == cache.known("body")
    assert {kept} == set(cache.answers("model"))
    cache.close()


def test_answers_of_an_earlier_model_make_room(tmp_path: Path) -> None:
    """Only what the present model said is kept."""
    with closing(FeatureCache(tmp_path / CACHE)) as cache:
        cache.write_answers("before", {"a": np.array([0.9, 0.1])})
        cache.write_answers("now", {"b": np.array([0.25, 0.75])})
        assert {} == cache.answers("before")
        assert [0.25, 0.75] == cache.answers("now")["b"].tolist()


def test_the_page_of_the_report_needs_no_other_file(candidate: Made) -> None:
    """Pictures are inside, nothing is fetched from elsewhere."""
    page = (candidate.bundle.path / "report" / "report.html").read_text(encoding="utf-8")
    assert candidate.bundle.manifest.version in page
    assert "data:image/webp;base64," in page
    assert len(page.encode()) <= 1_000_000
    assert "prefers-color-scheme: dark" in page
    assert 1 == page.count("calibration error")
    assert "http" not in page.replace("https://", "http")[: page.index("<body>")]
    assert 'src="report' not in page


def test_the_command_prints_the_metrics(candidate: Made) -> None:
    """With --json, one object, that of evaluate and where the bundle is."""
    assert str(candidate.bundle.path) == candidate.metrics["bundle"]
    assert {"n", "accuracy", "recall", "ece", "confusion", "sure_coverage"} <= set(
        candidate.metrics
    )


def test_a_head_needs_no_torch(own_studio: Studio, tmp_path: Path) -> None:
    """The whole command runs without what would take it half of its time and of its memory."""
    script = (
        "import sys\n"
        "sys.modules |= dict.fromkeys(('torch', 'torchvision', 'timm', 'fastai', 'sklearn'))\n"
        "from training.train.__main__ import main\n"
        "sys.exit(main(['--recipe', 'head', '--out', 'candidate']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stderr)
    assert (tmp_path / "candidate" / "learner.pkl").is_file()


def test_fine_tuning_keeps_the_pretrained_features(own_studio: Studio, tmp_path: Path) -> None:
    """`book` answers by tuned stages; features are the starter's, but for the latter's rounding."""
    knobs = Knobs(recipe="book", book_epochs=1, book_least_valid=4, parity_photos=12)
    with own_studio.database() as database:
        tuned = train_candidate(own_studio.settings, knobs, database, out=tmp_path / "book")
    square = prepare(draw("rings", 5), Preparation())[np.newaxis]
    starter = Classifier(Bundle.open(STARTER)).run(square)
    got = Classifier(tuned.bundle).run(square)
    for exact, rounded in (
        (got.embedding[0], starter.embedding[0]),
        (got.imagenet[0], starter.imagenet[0]),
    ):
        cosine = exact @ rounded / np.linalg.norm(exact) / np.linalg.norm(rounded)
        assert cosine > 0.98
    assert tuned.metrics["largest_difference"] <= 0.01
    assert tuned.metrics["accuracy"] >= 0.9
    assert tuned.bundle.manifest.views == VIEWS


def test_real_bears_are_told_apart(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The head on bears is right on photos from another source."""
    from training.add import __main__ as add

    for name, value in Studio(tmp_path).environment.items():
        monkeypatch.setenv(name, value)
    assert add.main([str(shared_data / "bears"), "--json"]) == 0
    mine = Studio(tmp_path)
    with in_seconds(), mine.database() as database:
        trained = train_candidate(
            mine.settings, Knobs(recipe="head"), database, out=tmp_path / "bears"
        )
    classifier = Classifier(trained.bundle)
    photos = from_folder(shared_data / "user_photos")
    measured = measure(classifier.labels, answer(classifier, photos))
    assert measured["accuracy"] >= 0.97
    assert measured["ece"] <= 0.03
    assert measured["sure_error"] <= 0.015
    assert measured["sure_coverage"] >= 0.9


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({}, "The dataset is empty"),
        ({"rings": 9}, "only the label 'rings'"),
        ({"rings": 2, "stripes": 2, "checks": 2}, "photos to learn from and needs 5 at least"),
    ],
)
def test_too_little_is_told_in_one_sentence(
    counts: dict[str, int],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No photos, one label, two photos a label."""
    mine = Studio(tmp_path)
    mine.draw_in(counts)
    for name, value in mine.environment.items():
        monkeypatch.setenv(name, value)
    assert train.main(["--out", str(tmp_path / "out")]) == 1
    assert words in sentence(capsys)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_exists_is_left_alone(
    own_studio: Studio, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bundle is never overwritten."""
    (tmp_path / "taken").mkdir()
    assert train.main(["--out", str(tmp_path / "taken")]) == 1
    assert "exists already" in sentence(capsys)


def test_a_photo_that_cannot_be_read_is_left_out_and_named(
    own_studio: Studio, tmp_path: Path
) -> None:
    """A damaged file costs one photo, not the training."""
    with own_studio.database() as database, database.reading() as session:
        sha256 = session.scalars(select(Photo.sha256).limit(1)).one()
    own_studio.store.path(sha256).write_bytes(b"no photo")
    (own_studio.settings.data_dir / CACHE).unlink(missing_ok=True)
    with in_seconds(), own_studio.database() as database:
        trained = train_candidate(
            own_studio.settings, Knobs(recipe="head"), database, out=tmp_path / "out"
        )
    assert [sha256[:12]] == list(trained.left_out)


@pytest.mark.parametrize("stage", ["training", "writing the bundle"])
def test_an_interruption_leaves_nothing(stage: str, own_studio: Studio, tmp_path: Path) -> None:
    """Ctrl-C at any stage: no bundle, no half of one, no folder of work."""

    def interrupt(at: str, _done: float) -> None:
        if at == stage:
            raise KeyboardInterrupt

    with in_seconds(), own_studio.database() as database, pytest.raises(KeyboardInterrupt):
        train_candidate(
            own_studio.settings,
            Knobs(recipe="head"),
            database,
            out=tmp_path / "out" / "bundle",
            progress=interrupt,
        )
    assert [] == list((tmp_path / "out").iterdir())


@contextmanager
def _no_large_files() -> Iterator[None]:
    """As on a full disk: writing more than 2 MB into a file fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_told_and_leaves_nothing(
    own_studio: Studio, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, and no half bundle."""
    out = tmp_path / "out" / "bundle"
    with in_seconds(), _no_large_files():
        assert train.main(["--recipe", "head", "--out", str(out)]) == 1
    assert f"{out} cannot be used: " in sentence(capsys)
    assert [] == list(out.parent.iterdir())


@pytest.mark.parametrize("lacks", ["photos", "fastai"])
def test_with_too_little_auto_is_the_head(
    lacks: str, own_studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fine-tuning is not even begun below its least number of photos, nor without fastai."""
    from training.train.learning.by_recipe import learn_auto

    with own_studio.database() as database:
        photos = from_dataset(database, own_studio.store)
    knobs = Knobs() if lacks == "photos" else Knobs(auto_photos=10)
    features = _features_of(own_studio, photos)
    material = Material.of(photos, features, _body(own_studio, knobs), knobs)
    if lacks == "fastai":
        monkeypatch.setitem(sys.modules, "fastai", None)
    learned = learn_auto(material, knobs, folder=own_studio.folder, tell=lambda _done: None)
    assert learned.recipe == "head"
    remark = "Fine-tuning was not compared: fastai is not installed (the extra train brings it)."
    assert learned.remarks == (() if lacks == "photos" else (remark,))


@pytest.mark.parametrize("better", ["head", "book"])
def test_auto_takes_the_better_of_both(
    better: str, own_studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With photos enough both are judged by the same photos, that neither has learned from."""
    from training.train.learning.by_recipe import learn_auto, valid_rows
    from training.train.learning.recipes import learners

    with own_studio.database() as database:
        photos = from_dataset(database, own_studio.store)
    knobs = replace(Knobs(), auto_photos=10, book_epochs=1, book_least_valid=4)
    material = Material.of(
        photos, _features_of(own_studio, photos), _body(own_studio, knobs), knobs
    )
    valid = valid_rows(material, knobs)
    truth = np.eye(len(KINDS))[material.photos.truth[valid]]
    sign = {"book": 9, "head": -9}[better]

    def answers(*_: object) -> np.ndarray:
        return np.repeat(sign * truth[:, np.newaxis], VIEWS, axis=1)

    monkeypatch.setattr(learners, "logits_of_views", answers)
    learned = learn_auto(material, knobs, folder=tmp_path, tell=lambda _done: None)
    assert learned.recipe == better
    losses = learned.notes["valid_log_loss"]
    assert better == min(losses, key=losses.__getitem__)
