"""Retraining after anything that can happen since a champion, and after nothing.

Real runs of the command on drawn pictures, whose features are computed once.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dataset.examples.examples import NewExample, add_example
from dataset.photos.store import PhotoStore
from dataset.storage.schema import (
    OUTSIDE,
    TELEGRAM,
    Consent,
    Example,
    Photo,
    ReviewVerdict,
    Split,
    VerdictKind,
    utc_now,
)
from models.bundles.bundle import GOLDEN, Bundle, write_bundle
from models.inference.classifier import Classifier
from models.registry.opening import registry_of
from tests.training.drawn import KINDS, Studio, draw, studio
from tests.training.retrain.quickly import in_seconds, run
from training.retrain import sifting

pytestmark = pytest.mark.long

EACH, OUTSIDERS = 9, 4
_seeds = itertools.count(500)


@pytest.fixture(scope="module", autouse=True)
def _in_seconds() -> Iterator[None]:
    with in_seconds():
        yield


Happening = Callable[[Session, PhotoStore], None]


def _kept(session: Session, store: PhotoStore, kind: str, **about: Any) -> Photo:
    data = draw(kind, next(_seeds))
    photo = Photo(
        sha256=store.put(data),
        dhash=next(_seeds) << 40,
        width=256,
        height=256,
        size_bytes=len(data),
        **{"source": "drawn", **about},
    )
    session.add(photo)
    session.flush()
    return photo


def _came(origin: str, kinds: Mapping[str, int]) -> Happening:
    def happen(session: Session, store: PhotoStore) -> None:
        for kind, count in kinds.items():
            for _ in range(count):
                photo = _kept(session, store, kind)
                add_example(
                    session,
                    photo,
                    NewExample(label=kind, origin=origin, salt="drawn"),
                    near_distance=0,
                )

    return happen


def _some(session: Session, label: str = "rings") -> list[Example]:
    query = select(Example).where(Example.label == label).order_by(Example.id).limit(2)
    return list(session.scalars(query))


def _decided(kind: VerdictKind, label: str | None = None, *, undone: bool = False) -> Happening:
    """A reviewer's verdicts on two photos that are in the dataset."""

    def happen(session: Session, _store: PhotoStore) -> None:
        for found in _some(session):
            session.add(
                ReviewVerdict(
                    photo_id=found.photo_id,
                    reviewer_id=2,
                    kind=kind,
                    label=label,
                    via="web",
                    undone_at=utc_now() if undone else None,
                )
            )

    return happen


def _corrected(session: Session, store: PhotoStore) -> None:
    """Somebody's photos, allowed to be kept, and a reviewer's verdicts on them."""
    consent = Consent(user_id=next(_seeds), notice_version="1")
    session.add(consent)
    session.flush()
    for kind in KINDS:
        photo = _kept(session, store, kind, source=TELEGRAM, consent_id=consent.id)
        session.add(
            ReviewVerdict(
                photo_id=photo.id, reviewer_id=2, kind=VerdictKind.LABEL, label=kind, via="chat"
            )
        )


def _taken_out(*conditions: Any) -> Happening:
    def happen(session: Session, _store: PhotoStore) -> None:
        session.execute(delete(Example).where(*conditions))

    return happen


def _forgotten(session: Session, store: PhotoStore) -> None:
    """Photos and all that hangs on them are gone."""
    for found in _some(session, "checks"):
        photo = session.get_one(Photo, found.photo_id)
        session.delete(found)
        session.execute(delete(ReviewVerdict).where(ReviewVerdict.photo_id == photo.id))
        session.flush()
        session.delete(photo)
        store.delete(photo.sha256)


HAPPENINGS: dict[str, Happening] = {
    "nothing": lambda session, store: None,
    "added": _came("add", {"rings": 2, "checks": 1}),
    "collected": _came("collect", {"stripes": 2}),
    "corrected": _corrected,
    "relabelled": _decided(VerdictKind.LABEL, "checks"),
    "refused": _decided(VerdictKind.NONE),
    "rejected": _decided(VerdictKind.REJECT),
    "taken back": _decided(VerdictKind.LABEL, "stripes", undone=True),
    "forgotten": _forgotten,
    "outsiders": _came("add", {OUTSIDE: 3}),
    "no outsiders": _taken_out(Example.label == OUTSIDE),
    "a label more": _came("add", {"letters": 12}),
    "a label fewer": _taken_out(Example.label == "stripes"),
    "one label": _taken_out(Example.label.in_(("stripes", "checks", "letters"))),
    "no gate": _taken_out(Example.split == Split.GATE),
    "no photo": _taken_out(),
}


def _rewritten(made: Bundle, folder: Path, labels: Mapping[str, str], **about: Any) -> Bundle:
    """A copy that says something else about itself, its labels renamed."""
    manifest = replace(
        made.manifest,
        labels=tuple(labels.get(label, label) for label in made.manifest.labels),
        **about,
    )
    golden = json.loads((made.path / GOLDEN).read_text())
    for part in {"photos", "all_views"} & golden.keys():
        golden[part] = {
            name: {labels.get(label, label): share for label, share in shares.items()}
            for name, shares in golden[part].items()
        }
    files: dict[str, bytes | Path] = {name: made.path / name for name in made.manifest.files}
    files[GOLDEN] = json.dumps(golden).encode()
    return write_bundle(folder / manifest.version, manifest, files)


@pytest.fixture(scope="module")
def champions(
    _in_seconds: None, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path | None]:
    """Bundles to begin with; None is the starter, which knows none of these labels. `""` is the
    place that has the dataset."""
    folder = tmp_path_factory.mktemp("champions")
    place = studio(folder, each=EACH, outside=OUTSIDERS)
    untouched = folder / "untouched"
    trained = _train(place, folder / "trained")
    shutil.copytree(place.folder / "data", untouched / "data")
    with place.database() as database, database.session() as session:
        session.execute(delete(Example).where(Example.label == "stripes"))
    fewer = _train(place, folder / "fewer")
    return {
        "": untouched,
        "starter": None,
        "trained": trained.path,
        "of fewer labels": fewer.path,
        "imported": _rewritten(
            trained, folder, {}, version="imported", recipe="import", parent=None, dataset={}
        ).path,
        "from elsewhere": _rewritten(
            trained, folder, {}, version="elsewhere", created="", metrics={}, parent=None
        ).path,
        "of other labels": _rewritten(trained, folder, {"checks": "ovals"}, version="others").path,
    }


def _train(place: Studio, out: Path) -> Bundle:
    assert run(place, "--force")["status"] == "published"
    shutil.copytree(registry_of(place.settings).current(), out)
    return Bundle.open(out)


CHAMPIONS = (
    "starter",
    "trained",
    "of fewer labels",
    "imported",
    "from elsewhere",
    "of other labels",
)
LACKING = ("The dataset is empty", "There is only the label", "photos to learn from and needs")


@settings(
    max_examples=int(os.environ.get("RETRAININGS", "6")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    champion=st.sampled_from(CHAMPIONS),
    happened=st.lists(st.sampled_from(sorted(HAPPENINGS)), max_size=4),
)
@example(champion="trained", happened=[])
@example(champion="trained", happened=["corrected"])
@example(champion="of other labels", happened=["a label fewer", "no outsiders", "no gate"])
@example(champion="starter", happened=["no photo"])
def test_a_retraining_bears_whatever_happened(
    champions: dict[str, Path | None],
    tmp_path_factory: pytest.TempPathFactory,
    champion: str,
    happened: list[str],
) -> None:
    """It publishes, holds, or says which photos are missing, and one model that can be loaded is
    in use; and so does the next one, though nothing happened in between."""
    folder = tmp_path_factory.mktemp("life")
    dataset = champions[""]
    assert dataset is not None
    shutil.copytree(dataset / "data", folder / "data")
    place = Studio(folder)
    registry = registry_of(place.settings)
    bundle = champions[champion]
    if bundle is not None:
        registry.publish(bundle)
    with place.database() as database:
        for name in happened:
            with database.session() as session:
                HAPPENINGS[name](session, place.store)
    for _ in range(2):
        row = run(place)
        reason = row["reason"] or ""
        if row["status"] == "failed":
            assert any(lack in reason for lack in LACKING), reason
        else:
            assert row["status"] in ("published", "held"), reason
        Classifier(registry.open()).check_golden()
    shutil.rmtree(folder)


@pytest.mark.parametrize("champion", ["starter", "trained"])
def test_refusals_are_compared_without_test_photos(
    champions: dict[str, Path | None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    champion: str,
) -> None:
    """Other things that are learned from are judged by checks that had not seen them, too."""
    # So few photos of a label as here are trusted to judge the rest.
    monkeypatch.setattr(sifting, "_LEAST_TRUSTED", 3)
    dataset = champions[""]
    assert dataset is not None
    shutil.copytree(dataset / "data", tmp_path / "data")
    place = Studio(tmp_path)
    bundle = champions[champion]
    if bundle is not None:
        registry_of(place.settings).publish(bundle)
    with place.database() as database, database.session() as session:
        session.execute(
            delete(Example).where(Example.label == OUTSIDE, Example.split == Split.GATE)
        )
        left = len(list(session.scalars(select(Example.id).where(Example.label == OUTSIDE))))
    checks = {check["name"]: check for check in run(place)["metrics"]["checks"]}
    assert 0 < left == checks["other things"]["facts"]["photos"]
    assert bool(checks["near things"]["facts"]) == (champion == "trained")
