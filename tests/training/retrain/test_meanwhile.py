"""What changes under a retraining: the dataset, the model in use, the file of labels."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from dataset.examples import labels
from dataset.storage.schema import Example, Photo
from models.bundles.bundle import Bundle
from models.inference.classifier import Classifier
from models.registry.opening import registry_of
from tests.training.drawn import Studio, studio
from tests.training.retrain.quickly import in_seconds, run
from training.train import candidate

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A place where a model was trained and published, to be copied."""
    folder = tmp_path_factory.mktemp("trained")
    with in_seconds():
        place = studio(folder, each=9, outside=4)
        assert run(place, "--force")["status"] == "published"
        yield folder


@pytest.fixture
def place(trained: Path, tmp_path: Path) -> Studio:
    for name in ("data", "models"):
        shutil.copytree(trained / name, tmp_path / name)
    return Studio(tmp_path)


def while_it_trains(monkeypatch: pytest.MonkeyPatch, happen: Callable[[], None]) -> None:
    """Let something happen once the photos are read and the model is made."""
    measure = candidate.measure

    def measured(*arguments: Any, **options: Any) -> dict[str, Any]:
        happen()
        return measure(*arguments, **options)

    monkeypatch.setattr(candidate, "measure", measured)


def goes_on(place: Studio, row: dict[str, Any]) -> None:
    """The run ended in a sentence, one loadable model is in use, and the next run ends as well."""
    assert not str(row["reason"]).startswith("An unexpected"), row["reason"]
    assert "Traceback" not in str(row["reason"])
    Classifier(registry_of(place.settings).open()).check_golden()
    assert run(place)["status"] in ("published", "held")


def test_photos_of_a_new_label_that_come_meanwhile_wait_for_the_next_run(
    place: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The candidate does not know their label, and is not judged by them."""

    def letters_come() -> None:
        place.draw_in({"letters": 12})

    with monkeypatch.context() as patch:
        while_it_trains(patch, letters_come)
        row = run(place)
    assert row["status"] in ("published", "held")
    goes_on(place, row)


def test_a_label_that_goes_meanwhile(place: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """All photos of a label are taken out while the model learns them."""

    def stripes_go() -> None:
        with place.database() as database, database.session() as session:
            session.execute(delete(Example).where(Example.label == "stripes"))

    with monkeypatch.context() as patch:
        while_it_trains(patch, stripes_go)
        row = run(place)
    goes_on(place, row)


@pytest.mark.parametrize("to", ["lines", ""])
def test_a_label_that_is_renamed_or_retired_meanwhile(
    place: Studio, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    """The model that learned it is not published, however good; the next run learns it anew."""

    def somebody_changes_it() -> None:
        with place.database() as database, database.session() as session:
            if to:
                labels.rename(session, "stripes", to, actor_id=2)
            else:
                labels.retire(session, "stripes", actor_id=2)

    with monkeypatch.context() as patch:
        while_it_trains(patch, somebody_changes_it)
        row = run(place, "--force")
    assert row["status"] == "failed"
    assert "stripes got another name or was retired while the new model learned" in row["reason"]
    goes_on(place, row)


def test_a_photo_that_is_forgotten_meanwhile(
    place: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows and its file are gone before the bundle is written."""

    def somebody_forgets() -> None:
        with place.database() as database, database.session() as session:
            for found in session.scalars(select(Example).where(Example.label == "rings").limit(3)):
                photo = session.get_one(Photo, found.photo_id)
                session.delete(found)
                session.flush()
                session.delete(photo)
                place.store.delete(photo.sha256)

    with monkeypatch.context() as patch:
        while_it_trains(patch, somebody_forgets)
        row = run(place)
    goes_on(place, row)


def test_a_champion_that_is_rolled_back_meanwhile(
    place: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is published was compared with the model that it takes the place of."""
    registry = registry_of(place.settings)

    def somebody_goes_back() -> None:
        registry.rollback("starter")

    with monkeypatch.context() as patch:
        while_it_trains(patch, somebody_goes_back)
        row = run(place)
    assert row["status"] != "published" or row["champion"] == "starter"
    goes_on(place, row)


def test_what_somebody_went_back_from_is_not_published_again(place: Studio) -> None:
    """The same photos teach the same; the sentence says how to have it back. Force publishes it,
    and so does news."""
    registry = registry_of(place.settings)
    left = registry.current_version()
    registry.rollback("starter")
    row = run(place)
    assert row["status"] == "held"
    assert f"`rollback {left}` lets that one answer again" in row["reason"]
    place.draw_in({"rings": 12})
    row = run(place)
    assert "somebody went back" not in row["reason"]
    registry.rollback("starter")
    assert run(place, "--force")["status"] == "published"


def labelled(place: Studio, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = place.folder / "labels.toml"
    file.write_text(text)
    monkeypatch.setenv("LABELS_FILE", str(file))


def test_a_label_that_its_file_lost_keeps_its_names(
    place: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run says so, in one sentence, and publishes or holds as ever."""
    named = '[noun]\nen = "sign"\n' + "".join(
        f'[labels.{label}]\nnames = {{ en = "{label} sign" }}\n'
        for label in ("checks", "rings", "stripes")
    )
    labelled(place, named, monkeypatch)
    assert run(place, "--force")["status"] == "published"
    labelled(place, named.partition("[labels.rings]")[0], monkeypatch)
    row = run(place, "--force")
    assert "labels.toml no longer describes rings, stripes" in row["reason"]
    manifest = Bundle.open(registry_of(place.settings).current()).manifest
    assert manifest.names["rings"] == {"en": "rings sign"}
    assert manifest.noun == {"en": "sign"}


def test_a_file_of_labels_that_cannot_be_read(
    place: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is published; the reason names the file, and mended the next run ends."""
    labelled(place, "[labels", monkeypatch)
    row = run(place)
    assert row["status"] == "failed"
    assert "labels.toml" in row["reason"]
    labelled(place, "[labels.rings]", monkeypatch)
    goes_on(place, row)
