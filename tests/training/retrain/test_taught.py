"""A label taught in the chat is learned by the next retraining, which says what it takes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from bot.admin.retraining.wording import end_text
from dataset.examples import labels, retrainings
from dataset.examples.joining import BEGIN_AT
from dataset.photos.store import NewPhoto
from dataset.privacy import consents
from dataset.reviewing import teaching
from dataset.storage.schema import Example, Photo, Retraining, utc_now
from languages.catalogue import Languages
from models.bundles.bundle import Bundle
from models.bundles.manifest import Manifest
from models.photo import dhash
from models.registry.opening import registry_of
from tests.training.drawn import Studio, draw
from tests.training.retrain.quickly import in_seconds, run
from training.retrain.outcome import in_words

pytestmark = pytest.mark.long

ADMIN = 2


@pytest.fixture(scope="module", autouse=True)
def _in_seconds() -> Iterator[None]:
    with in_seconds():
        yield


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A studio whose model tells rings and stripes apart, in use."""
    made = Studio(tmp_path_factory.mktemp("taught"))
    made.draw_in({"rings": 20, "stripes": 20})
    assert run(made, "--force")["status"] == "published"
    return made


def teach(place: Studio, label: str, count: int, *, of: str, first: int = 900) -> None:
    """Show drawn pictures of one kind as examples of a label."""
    with place.database() as database:
        for number in range(first, first + count):
            data = draw(of, number)
            image = Image.open(io.BytesIO(data))
            with database.session() as session:
                consent = consents.grant(session, ADMIN, "1")
                new = NewPhoto(
                    dhash=dhash(image),
                    width=image.width,
                    height=image.height,
                    source="telegram",
                    consent_id=consent.id,
                )
                teaching.show(
                    session,
                    place.store,
                    data,
                    new,
                    user_id=ADMIN,
                    label=label,
                    now=utc_now() + timedelta(seconds=1),
                )


def manifest(place: Studio) -> Manifest:
    """What the model in use says of itself."""
    return registry_of(place.settings).open().manifest


def last_run(place: Studio) -> Retraining:
    with place.database() as database, database.reading() as session:
        return retrainings.last(session)[0]


def test_a_taught_label_is_learned_and_what_it_does_to_others_is_said(published: Studio) -> None:
    """With its names, behind the others, the noun of the file of labels left out."""
    teach(published, "squares", BEGIN_AT, of="checks")
    with published.database() as database, database.session() as session:
        labels.describe(
            session, "squares", names={"de": "Quadrate"}, aliases=["boxes"], actor_id=ADMIN
        )
    assert run(published)["status"] == "published"
    known = manifest(published)
    assert known.labels == ("rings", "stripes", "squares")
    assert known.names["squares"] == {"de": "Quadrate"}
    assert known.aliases["squares"] == ("boxes",)
    assert known.noun == {}
    row = last_run(published)
    (new,) = (row.metrics or {})["new_labels"]
    assert new["label"] == "squares"
    assert new["right"] >= new["photos"] - 1 > 8
    assert new["after"] == new["before"]
    said = end_text(row, Languages().words("en"))
    assert f"got {new['right']} of {new['photos']} right." in said
    assert "The other labels: 100.0% of" in said

    # The pages sort every example by what the model says of it, before it had seen it.
    with published.database() as database, database.reading() as session:
        rows = session.execute(
            select(Photo.answer_model, Photo.loss).join(Example, Example.photo_id == Photo.id)
        ).all()
    assert len(rows) == 40 + BEGIN_AT
    assert {model for model, _ in rows} == {known.version}
    assert all(loss is not None and loss >= 0 for _, loss in rows)

    # The next run takes the label for granted, and for what its people call it.
    teach(published, "squares", 2, of="checks", first=990)
    run(published, "--force")
    assert (last_run(published).metrics or {})["new_labels"] == []
    assert manifest(published).names["squares"] == {"de": "Quadrate"}


def test_a_label_that_does_not_join_yet_leaves_the_others_as_they_are(published: Studio) -> None:
    """A few photos of it hinder nobody."""
    teach(published, "spots", 3, of="outside")
    row = run(published, "--dry-run")
    assert row["status"] == "dry_run"
    assert row["metrics"]["folded"] == {"too_few": 3}
    assert row["metrics"]["new_labels"] == []


def test_a_renamed_label_is_compared_by_its_new_name(published: Studio) -> None:
    """The model in use still says the old one, and loses nothing by that."""
    with published.database() as database, database.session() as session:
        labels.rename(session, "stripes", "bars", actor_id=ADMIN)
    row = run(published, "--dry-run")
    metrics = row["metrics"]
    assert metrics["champion"]["accuracy"] == metrics["candidate"]["accuracy"] == 1.0
    assert metrics["new_labels"] == []
    assert row["decision"] == "publish"
    assert "what people changed: stripes" in row["reason"]
    with published.database() as database, database.session() as session:
        labels.rename(session, "bars", "stripes", actor_id=ADMIN)


def on_schedule(place: Studio) -> dict[str, Any]:
    """A retraining that the schedule asks for; its row."""
    with place.database() as database, database.session() as session:
        number = retrainings.request(session, trigger="schedule").id
    return run(place, "--request", str(number))


def test_a_name_given_to_a_label_goes_live(published: Studio) -> None:
    """It is new to the schedule, and a reason to publish where nothing gets worse; but once."""
    with published.database() as database, database.session() as session:
        labels.describe(session, "rings", names={"es": "aros"}, aliases=[], actor_id=ADMIN)
    assert on_schedule(published)["status"] == "published"
    assert manifest(published).names["rings"]["es"] == "aros"
    assert on_schedule(published)["status"] == "skipped"
    assert run(published)["status"] == "held"


def test_a_retired_label_is_not_learned(published: Studio) -> None:
    """The next model does not know it; revived, it is one of the labels again."""
    with published.database() as database, database.session() as session:
        labels.retire(session, "squares", actor_id=ADMIN)
    run(published, "--force")
    assert manifest(published).labels == ("rings", "stripes")
    with published.database() as database, database.session() as session:
        labels.revive(session, "squares", actor_id=ADMIN)


def test_a_label_taught_with_the_photos_of_another_is_held(
    published: Studio, tmp_path: Path
) -> None:
    """Nothing is published that takes half of a label away, and the message says of which."""
    teach(published, "hoops", BEGIN_AT, of="rings", first=1200)
    row = run(published)
    assert row["status"] == "held", row
    assert "rings" in row["reason"] or "hoops is new" in row["reason"]


def test_what_is_taught_first_does_not_cost_the_labels_that_the_starter_knows(
    tmp_path: Path,
) -> None:
    """Without a photo of any bear, a model of what was taught would know none: it is held until
    people say that these labels may go."""
    place = Studio(tmp_path)
    for label, kind in (("circles", "rings"), ("squares", "checks")):
        teach(place, label, BEGIN_AT, of=kind)
    held = run(place)
    assert held["status"] == "held"
    said = in_words(last_run(place), place.settings.data_dir / "candidates")
    named = said.rpartition("bear-detector models publish ")[2]
    assert Bundle.open(Path(named)).manifest.version == held["candidate"]
    assert "It would forget grizzly, black, teddy: the dataset has no photos" in held["reason"]
    assert "changed" not in held["reason"], "nobody changed the starter's labels"
    checks = {check["name"]: check for check in held["metrics"]["checks"]}
    assert checks["accuracy"]["facts"]["before"] == 0
    assert "Es würde grizzly, black, teddy vergessen" in end_text(
        last_run(place), Languages().words("de")
    )
    with place.database() as database, database.session() as session:
        for label in ("grizzly", "black", "teddy"):
            labels.retire(session, label, actor_id=ADMIN)
    assert run(place)["status"] == "published"
    assert manifest(place).labels == ("circles", "squares")
