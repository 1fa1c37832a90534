"""python -m training.clean [--apply FILE] [--json]: which examples are most likely wrong.

Ranks every example by how unlikely its label is to a model that did not learn from it, and marks
odd pictures and conflicts. Deletes and relabels nothing by itself: a person reviews, on the
review pages or in a file that `--apply` takes.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from bear_detector.tables import table
from dataset.examples.suspending import SET_ASIDE
from dataset.photos.duplicates import near_examples
from dataset.photos.opening import store_of
from dataset.storage.database import Database
from dataset.storage.schema import OUTSIDE, Example, Photo, Suspicion, utc_now
from objects.loading import load_settings
from training.add.opening import open_database
from training.clean.reviewed import apply_file
from training.settings.environment import TrainingSettings
from training.train.calibrating import outside_fit
from training.train.calibrating.calibration import fit_temperature, softmax
from training.train.calibrating.dataset_check import imagenet_names
from training.train.head_search import Search
from training.train.knobs import Knobs
from training.train.learning.by_recipe import check_enough
from training.train.learning.recipes.head import fit_head
from training.train.material.features import Features, features_of
from training.train.material.folds import folds
from training.train.material.photoset import PhotoSet, from_dataset
from training.train.material.picture_signs import oddity
from training.train.material.shared_features import open_features
from training.train.metrics import Floats
from training.train.network.bodies import body_graph
from training.train.network.body import DEFAULT_ARCH
from training.train.progress import Clock, Progress, bars

SUSPECT_FROM = 0.5
"""Scores from here on go to the review pages: the label is less likely than not."""
STRANGER_SCORE = 0.6
"""Of a photo that the outside check refuses: about one in two of them is wrong here."""
_STRENGTH = 0.1
"""Strong enough regularisation that wrong labels do not bend the head; 99% of flipped labels of
bears come out among the first tenth, at a tenth and at ten times this still 98%."""
_FOLDS = 5
_LISTED = 30
_PORTION = 500


@dataclass(frozen=True, kw_only=True)
class Suspect:
    """One example, how likely it is wrong (0 fits, 1 surely wrong), and why."""

    photo_id: int
    sha256: str
    file: str
    label: str
    suggested: str | None
    score: float
    kind: str
    """`label`, `odd` or `conflict`."""
    why: str

    def as_json(self) -> dict[str, Any]:
        """A line for scripts."""
        return {
            "sha256": self.sha256,
            "file": self.file,
            "label": self.label,
            "suggested": self.suggested,
            "score": round(self.score, 4),
            "kind": self.kind,
            "why": self.why,
        }


def run(options: argparse.Namespace) -> int:
    with contextlib.suppress(ValueError):  # outside the main thread
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = load_settings(TrainingSettings)
    with open_database(settings) as database:
        if options.apply is not None:
            applied = apply_file(database, options.apply)
            print(json.dumps(applied) if options.json else _applied(applied))
            return 0
        with bars() as progress:
            suspects = rank(settings, database, progress=progress)
    if options.json:
        for suspect in suspects:
            print(json.dumps(suspect.as_json(), ensure_ascii=False))
    else:
        _print(suspects)
    return 0


def rank(
    settings: TrainingSettings,
    database: Database,
    *,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> list[Suspect]:
    """Every example, most suspicious first; the suspicious ones go to the table of suspicions.

    Raises TrainError with too few photos. Linear in the examples but for the fit itself.
    """
    clock = Clock(progress)
    clock.begin("reading the dataset")
    store = store_of(settings)
    photos = from_dataset(database, store)
    check_enough(photos.where(~photos.outsiders), least=2)
    knobs = Knobs()
    body = body_graph(
        DEFAULT_ARCH, folder=settings.data_dir / "bodies", preparation=knobs.preparation
    )
    clock.begin("computing features")
    with closing(open_features(settings)) as cache:
        photos, features, unreadable = features_of(
            photos, body, cache, progress=clock.counting(len(photos))
        )
    for name, reason in unreadable.items():
        print(f"left out: {name}: {reason}", file=sys.stderr)
    clock.begin("judging each by the others")
    suspects = judge(photos, features, knobs)
    clock.begin("looking for conflicts")
    with database.reading() as session:
        suspects = _with_conflicts(session, suspects)
    suspects.sort(key=lambda suspect: (-suspect.score, suspect.sha256))
    with database.session() as session:
        _record(session, suspects, now=now or utc_now())
    clock.end()
    return suspects


def judge(photos: PhotoSet, features: Features, knobs: Knobs) -> list[Suspect]:
    """A score for every photo: by its label, or by the picture where that is odder."""
    chance = chances(photos, features)
    groups = [item.group for item in photos.items]
    strange = outside_fit.fit(
        features.embedding,
        features.imagenet,
        photos.truth,
        imagenet_names(),
        groups=groups,
        knobs=knobs.outside,
        seed=knobs.seed,
    )
    suspects = []
    for row, item in enumerate(photos.items):
        given = photos.truth[row]
        likeliest = int(chance[row].argmax())
        kind, suggested = "label", photos.labels[likeliest]
        if given < 0:
            # A hard negative is wrong when it passes for one of the labels with certainty.
            accepted = bool(strange.accepted[row])
            score = float(chance[row].max()) * 0.9 if accepted else 0.0
            why = f"looks like {suggested}"
        else:
            score = 1 - float(chance[row, given])
            why = f"{suggested} is likelier" if likeliest != given else "fits"
            odd = oddity(features.signs[row])
            if odd is not None and odd.score > score:
                score, kind, suggested, why = odd.score, "odd", OUTSIDE, odd.why
            elif not strange.accepted[row] and score < STRANGER_SCORE:
                score, kind, suggested = STRANGER_SCORE, "odd", OUTSIDE
                why = "unlike every other photo of its label"
        suspects.append(
            Suspect(
                photo_id=item.photo_id or 0,
                sha256=item.sha256,
                file=f"{item.sha256[:2]}/{item.sha256}.jpg",
                label=item.label,
                suggested=suggested if suggested != item.label else None,
                score=score,
                kind=kind,
                why=why,
            )
        )
    return suspects


def chances(photos: PhotoSet, features: Features) -> Floats:
    """The probability of each label for each photo, out of fold; outsiders by the whole head."""
    inside = ~photos.outsiders
    truth = photos.truth[inside]
    embedding = features.embedding.astype(np.float32)
    groups = [item.group for item in photos.where(inside).items]
    head = fit_head(
        embedding[inside],
        truth,
        folds(truth, groups, count=_FOLDS, seed=0),
        labels=len(photos.labels),
        search=Search(strengths=(_STRENGTH,)),
    )
    temperature = fit_temperature(head.out_of_fold, truth)
    chances = np.zeros((len(photos), len(photos.labels)))
    chances[inside] = softmax(head.out_of_fold / temperature)
    chances[~inside] = softmax(head.answer(embedding[~inside]) / temperature)
    return chances


def _with_conflicts(session: Session, suspects: list[Suspect]) -> list[Suspect]:
    """The same suspects; those whose near duplicate has another label are conflicts."""
    changed = []
    by_id = {suspect.photo_id: suspect for suspect in suspects}
    ids = list(by_id)
    for start in range(0, len(ids), _PORTION):
        some = ids[start : start + _PORTION]
        for photo_id, dhash in session.execute(
            select(Photo.id, Photo.dhash).where(Photo.id.in_(some))
        ):
            mine = by_id[photo_id]
            others = {
                other.label
                for other, _ in near_examples(session, dhash)
                if other.photo_id != photo_id and other.label != mine.label
            }
            if others:
                changed.append(_conflict(mine, min(others)))
    return list((by_id | {suspect.photo_id: suspect for suspect in changed}).values())


def _conflict(suspect: Suspect, other: str) -> Suspect:
    return Suspect(
        photo_id=suspect.photo_id,
        sha256=suspect.sha256,
        file=suspect.file,
        label=suspect.label,
        suggested=other,
        score=max(suspect.score, 0.9),
        kind="conflict",
        why=f"a near duplicate is {other}",
    )


def _record(session: Session, suspects: Sequence[Suspect], *, now: datetime) -> None:
    """Replace the suspicions; what a reviewer has decided on is not raised again."""
    decided = set(session.scalars(select(Example.photo_id).where(Example.verdict_id.is_not(None))))
    session.execute(delete(Suspicion).where(Suspicion.kind != SET_ASIDE))
    decided |= set(session.scalars(select(Suspicion.photo_id)))
    rows = [
        {
            "photo_id": suspect.photo_id,
            "found_at": now,
            "kind": suspect.kind,
            "suggested": suspect.suggested,
            "score": suspect.score,
        }
        for suspect in suspects
        if suspect.score >= SUSPECT_FROM and suspect.photo_id not in decided
    ]
    for start in range(0, len(rows), _PORTION):
        session.execute(insert(Suspicion), rows[start : start + _PORTION])


def _print(suspects: Sequence[Suspect]) -> None:
    suspicious = [suspect for suspect in suspects if suspect.score >= SUSPECT_FROM]
    print(f"{len(suspicious)} of {len(suspects)} examples deserve a look:")
    rows = [
        [f"{suspect.score:.2f}", suspect.label, suspect.why, suspect.sha256[:12]]
        for suspect in suspicious[:_LISTED]
    ]
    if rows:
        print("\n".join(table([" SCORE", "LABEL", "WHY", "PHOTO"], rows)))
    if len(suspicious) > _LISTED:
        print(f"… and {len(suspicious) - _LISTED} more; --json lists them all")
    print(
        "Nothing was changed. Look at them on the review pages (bear-detector review), or write"
        " what you decide into a file: --json prints one to begin with, --apply takes it."
    )


def _applied(counts: dict[str, int]) -> str:
    return (
        f"{counts['relabelled']} relabelled, {counts['removed']} removed, {counts['outside']} now"
        f" outside, {counts['kept']} confirmed, {counts['undecided']} without a decision"
    )
