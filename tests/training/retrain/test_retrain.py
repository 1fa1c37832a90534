"""Retraining as a command: what it decides, writes down and leaves as it was.

Features of the real photos are computed once, and what no test here looks at is left out.
"""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dataset.examples import examples, folding, retrainings
from dataset.photos.store import PhotoStore
from dataset.storage.database import Database
from dataset.storage.schema import Example, RetrainingStatus, Split
from models.errors import RegistryError
from models.registry.local import Registry
from tests.training.retrain.quickly import in_seconds
from training.add import __main__ as add
from training.retrain import __main__ as retrain
from training.train.knobs import Knobs
from training.train.material.features import CACHE, FeatureCache, features_of
from training.train.material.photoset import from_dataset
from training.train.network.bodies import body_graph

pytestmark = pytest.mark.long

PER_LABEL = 36
HANGS = """
import threading
from dataset.storage.database import Database
from training.retrain.heartbeat import Heartbeat
with Heartbeat(Database({url!r}), {id}, worker="here:1", unwind_s=0.2):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
"""


@pytest.fixture(scope="module", autouse=True)
def _in_seconds() -> Iterator[None]:
    with in_seconds():
        yield


class Place:
    """A data folder of its own, for the commands that run in this process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATA_DIR", str(self.folder / "data"))
        monkeypatch.setenv("MODELS_DIR", str(self.folder / "models"))

    @property
    def database(self) -> Database:
        return Database(f"sqlite:///{self.folder / 'data' / 'detector.sqlite3'}")

    @property
    def registry(self) -> Registry:
        return Registry(self.folder / "models")


@pytest.fixture(scope="module")
def taken_in(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of real photos, some of each label, with their features computed."""
    folder = tmp_path_factory.mktemp("retrain")
    photos = folder / "photos"
    for label in ("black", "grizzly", "teddy"):
        (photos / label).mkdir(parents=True)
        for path in sorted((shared_data / "bears" / label).iterdir())[:PER_LABEL]:
            shutil.copy(path, photos / label)
    with pytest.MonkeyPatch.context() as monkeypatch:
        Place(folder).use(monkeypatch)
        assert add.main([str(photos)]) == 0
    dataset, knobs = Place(folder).database, Knobs()
    body = body_graph(knobs.arch, folder=folder, preparation=knobs.preparation)
    with closing(FeatureCache(folder / "data" / CACHE)) as cache:
        features_of(from_dataset(dataset, PhotoStore(folder / "data" / "photos")), body, cache)
    dataset.dispose()
    return folder


@pytest.fixture
def place(taken_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A copy of that dataset, in use."""
    shutil.copytree(taken_in / "data", tmp_path / "data")
    place = Place(tmp_path)
    place.use(monkeypatch)
    return place


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A place with no photo at all."""
    place = Place(tmp_path)
    place.use(monkeypatch)
    return place


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The row that the command prints."""
    capsys.readouterr()
    retrain.main([*arguments, "--json"])
    row: dict[str, Any] = json.loads(capsys.readouterr().out)
    return row


def shuffle(labels: list[str]) -> list[str]:
    random.Random(3).shuffle(labels)  # noqa: S311 - a test's labels
    return labels


def confuse(labels: list[str]) -> list[str]:
    return ["black" if label == "grizzly" else label for label in labels]


@pytest.mark.parametrize("spoil", [shuffle, confuse])
def test_spoilt_labels_are_held(
    place: Place,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[list[str]], list[str]],
) -> None:
    """A model that learned from shuffled or poisoned labels is not published."""
    with place.database.session() as session:
        learned = session.query(Example).where(Example.split != Split.GATE).all()
        labels = spoil([example.label for example in learned])
        for number, (example, label) in enumerate(zip(learned, labels, strict=True)):
            # A few grizzlies stay what they are: a label without photos is another mistake.
            if number % 6:
                example.label = label
    row = run(capsys)
    assert row["status"] == "held"
    assert place.registry.current_version() == "starter"


def test_a_dry_run_decides_and_publishes_nothing(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """--dry-run compares champion and candidate, and leaves the champion in use."""
    # As after a backup was restored, or left by a worker that was ended before it could publish.
    (place.folder / "data" / "candidates" / "retraining-1").mkdir(parents=True)
    row = run(capsys, "--dry-run")
    assert row["status"] == "dry_run"
    assert row["champion"] == "starter"
    assert "photos in the test set" in str(row["blind_spot"])
    metrics = row["metrics"]
    assert isinstance(metrics, dict)
    assert metrics["champion"]["n"] == metrics["candidate"]["n"] > 0
    assert place.registry.current_version() == "starter"


def test_the_champion_answers_what_was_added_once(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second run takes the answers of the first: had they been others, it would say so."""
    first = _corrections(run(capsys, "--dry-run"))
    with closing(sqlite3.connect(place.folder / "data" / CACHE)) as cache, cache:
        answers = cache.execute("SELECT sha256, probabilities FROM answers").fetchall()
        cache.executemany(
            "UPDATE answers SET probabilities = ? WHERE sha256 = ?",
            [(bytes(len(row)), name) for name, row in answers],
        )
    changed = _corrections(run(capsys, "--dry-run"))

    with place.database.reading() as session:
        learned = session.query(Example).where(Example.split != Split.GATE).count()
    assert f"On {learned} photos added since the present model" in first
    assert first != changed


def _corrections(row: dict[str, Any]) -> str:
    """The sentence about what is new."""
    (sentence,) = (
        str(check["sentence"])
        for check in row["metrics"]["checks"]
        if check["name"] == "better on what is new"
    )
    return sentence


@pytest.mark.parametrize("when", ["published", "failed", "recorded"])
def test_a_run_called_off_while_it_publishes_is_what_its_row_says(
    place: Place,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    when: str,
) -> None:
    """Called off or failing before its publish is recorded, the old model answers again; after,
    the new."""
    owner, name = {
        "published": (Registry, "publish"),
        "failed": (Registry, "publish"),
        "recorded": (retrainings, "finish"),
    }[when]
    really = getattr(owner, name)

    def call_off(*arguments: object, **options: object) -> None:
        monkeypatch.setattr(owner, name, really)
        if owner is Registry:
            really(*arguments, **options)
            raise KeyboardInterrupt if when == "published" else RegistryError("the disk is full")
        session, *rest = arguments
        really(session, *rest, **options)
        session.commit()  # type: ignore[attr-defined]
        raise KeyboardInterrupt

    monkeypatch.setattr(owner, name, call_off)
    row = run(capsys, "--force")
    answering = place.registry.current_version()
    if owner is Registry:
        ended = "cancelled" if when == "published" else "failed"  # Ctrl-C in the shell, or a fault
        assert (row["status"], answering) == (ended, "starter")
    else:
        assert (row["status"], answering) == ("published", row["candidate"])


def test_an_empty_dataset_is_one_sentence(empty: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Without photos the run fails, and its reason says what to do."""
    assert retrain.main(["--json"]) == 1
    row = json.loads(capsys.readouterr().out)
    assert row["status"] == "failed"
    assert "bear-detector add" in row["reason"]


@pytest.mark.parametrize("from_the_bot", [True, False])
def test_an_unexpected_error_says_where_its_traceback_is(
    empty: Place,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    from_the_bot: bool,
) -> None:
    """The file that the bot opened for it, or else the terminal."""
    empty.database.upgrade()
    with empty.database.session() as session:
        number = retrainings.request(session, trigger="command").id
    log = empty.folder / "data" / "logs" / f"retraining-{number}.log"
    if from_the_bot:
        log.parent.mkdir()
        log.touch()

    def broken(*arguments: object, **options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(folding, "fold_all", broken)
    with pytest.raises(ZeroDivisionError):
        retrain.main(["--request", str(number)])
    with empty.database.reading() as session:
        reason = retrainings.seen(session, number).reason
    where = log if from_the_bot else "what it wrote to stderr"
    assert reason == f"An unexpected ZeroDivisionError; see {where}."


def test_a_scheduled_run_with_nothing_new_is_skipped(
    empty: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """The schedule's run ends at once, with a reason, when there is nothing to learn from."""
    empty.database.upgrade()
    with empty.database.session() as session:
        number = retrainings.request(session, trigger="schedule").id
    row = run(capsys, "--request", str(number))
    assert row["status"] == "skipped"
    assert row["reason"] == "The dataset is empty: there is nothing to learn from yet."


def test_many_quiet_nights_are_still_quiet(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """However often it was skipped since, a run learns nothing from what was learned before."""
    with place.database.session() as session:
        known, _ = examples.fingerprint(session)
        for status in (RetrainingStatus.HELD, *[RetrainingStatus.SKIPPED] * 30):
            number = retrainings.request(session, trigger="schedule").id
            retrainings.finish(
                session,
                number,
                retrainings.Ending(status=status, reason="so", metrics={"dataset": known}),
            )
        number = retrainings.request(session, trigger="schedule").id
    row = run(capsys, "--request", str(number))
    assert row["reason"] == "Nothing is new since the last retraining."


def test_a_run_that_hangs_when_it_is_called_off_ends_with_its_process(empty: Place) -> None:
    """Nothing of it goes on beside the next one."""
    empty.database.upgrade()
    with empty.database.session() as session:
        number = retrainings.request(session, trigger="command").id
        retrainings.take(session, worker="here:1", retraining_id=number)
        retrainings.request_cancel(session)
    program = HANGS.format(url=f"sqlite:///{empty.folder / 'data' / 'detector.sqlite3'}", id=number)
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert "its process is ended" in ended.stderr
    with empty.database.reading() as session:
        assert retrainings.seen(session, number).status is RetrainingStatus.CANCELLED


def test_a_cancelled_request_is_not_begun(empty: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """A run that was cancelled before it began says so and changes nothing."""
    empty.database.upgrade()
    with empty.database.session() as session:
        number = retrainings.request(session, trigger="command", requested_by=2).id
        retrainings.request_cancel(session)
    assert retrain.main(["--request", str(number)]) == 1
    assert "cannot be begun: it is cancelled" in capsys.readouterr().err
    with empty.database.reading() as session:
        assert retrainings.seen(session, number).status is RetrainingStatus.CANCELLED


def test_a_second_run_is_told_about_the_first(
    empty: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    """While one retraining is under way another one does not begin."""
    empty.database.upgrade()
    with empty.database.session() as session:
        number = retrainings.request(session, trigger="command").id
        retrainings.take(session, worker="elsewhere:1", retraining_id=number)
    assert retrain.main([]) == 1
    assert str(number) in capsys.readouterr().err
