"""The gate's evidence: champion and candidate on the same photos, in the same run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

import numpy as np
from sqlalchemy import select

from dataset.examples import examples
from dataset.photos.store import PhotoStore
from dataset.storage.database import Database
from dataset.storage.schema import OUTSIDE, TELEGRAM, Photo, Prediction, Split
from models.bundles.bundle import GRAPH
from models.inference.classifier import Classifier
from models.inference.classifier import Prediction as Seen
from training.retrain.gate import Answers, Evidence
from training.train.judging.answers import Answers as Given
from training.train.judging.answers import answer, answer_each
from training.train.material.features import FeatureCache
from training.train.material.photoset import Item, PhotoSet
from training.train.metrics import Floats, Ints
from training.train.network.bodies import graph_key

_MOST_NEW = 1000
"""Newly added photos that both models are judged on; beyond it, nothing changes but the time."""
_MOST_REPLAYED = 300
_REPLAYED_DAYS = 7
_RULED_OUT = 0.05
"""A label is contradicted when a model that never saw it gives it less than this..."""
_CONFIDENT = 0.9
"""...and another label at least this."""


@dataclass(frozen=True)
class Replay:
    """Kept photos of the last week, and those whose answer the candidate would change."""

    photos: int
    changed: list[dict[str, Any]]


def gather(
    photos: PhotoSet,
    champion: Classifier,
    candidate: Classifier,
    *,
    news: Mapping[int, str],
    unseen: Mapping[int, Floats],
    cache: FeatureCache,
) -> Evidence:
    """Have both models answer the gate's photos and what is new.

    `news` maps photo ids to `verdict`, `add` or `collect`. What a reviewer corrected must be
    answered rightly by the model that learned it; what was merely added is judged out of fold, by
    `unseen`: probabilities [L] by photo id, of models that had not learned from the photo. What the
    champion said of those is kept in `cache` for the next time.
    """
    labels = candidate.labels
    # A label that came while the candidate learned is for the next one.
    photos = photos.where([item.label in (*labels, OUTSIDE) for item in photos.items])
    gate = photos.in_split(Split.GATE)
    inside = photos.where(gate & ~photos.outsiders)
    outsiders = photos.where(gate & photos.outsiders)
    before, after = _both(inside, champion, candidate)
    strange_before, strange_after = _both(outsiders, champion, candidate)
    evidence: dict[str, Any] = {
        "labels": labels,
        "truth": _truth(before.photos, labels),
        "champion": Answers(probabilities=_aligned(before, champion.labels, labels)),
        "candidate": Answers(probabilities=_aligned(after, labels, labels)),
        "champion_recorded": _recorded(champion),
        "trained_on": int(photos.in_split(Split.TRAIN, Split.VALID).sum()),
    }
    if strange_before.predictions:
        evidence["outsiders_champion"] = _refused(strange_before)
        evidence["outsiders_candidate"] = _refused(strange_after)
    return Evidence(
        **evidence, **_news(photos, champion, candidate, news=news, unseen=unseen, cache=cache)
    )


def replay(
    database: Database,
    store: PhotoStore,
    champion: Classifier,
    candidate: Classifier,
    *,
    now: datetime | None = None,
) -> Replay:
    """Answer the last week's kept photos of people again, by both models."""
    since = (now or datetime.now(timezone.utc)) - timedelta(days=_REPLAYED_DAYS)
    with database.reading() as session:
        rows = session.execute(
            select(Photo.id, Photo.sha256)
            .join(Prediction, Prediction.photo_id == Photo.id)
            .where(Photo.source == TELEGRAM, Prediction.made_at > since)
            .group_by(Photo.id, Photo.sha256)
            .order_by(Photo.id.desc())
            .limit(_MOST_REPLAYED)
        ).all()
    items = tuple(
        Item(label="", name=sha256, read=partial(store.get, sha256), photo_id=photo_id)
        for photo_id, sha256 in rows
    )
    before, after = _both(PhotoSet(items, ()), champion, candidate)
    changed = [
        {"photo_id": item.photo_id, "before": _words(old), "after": _words(new)}
        for item, old, new in zip(before.photos, before.predictions, after.predictions, strict=True)
        if _words(old) != _words(new)
    ]
    return Replay(len(before.photos), changed)


def news_since(database: Database, champion: Classifier) -> dict[int, str]:
    """The examples new to the champion, by photo id; all of them if it was not trained here."""
    created = champion.manifest.created
    moment = datetime.fromisoformat(created) if created else datetime.fromtimestamp(0, timezone.utc)
    with database.reading() as session:
        return examples.changed_since(session, moment)


def _news(
    photos: PhotoSet,
    champion: Classifier,
    candidate: Classifier,
    *,
    news: Mapping[int, str],
    unseen: Mapping[int, Floats],
    cache: FeatureCache,
) -> dict[str, Any]:
    origin = np.array([news.get(item.photo_id or 0, "") for item in photos.items], dtype=object)
    corrected = photos.where((origin == "verdict") & ~photos.outsiders)
    before, after = _both(corrected, champion, candidate)
    labels = candidate.labels
    truth = _truth(before.photos, labels)
    chosen_before = _said(before, champion.labels, labels)
    chosen_after = _said(after, labels, labels)

    added = photos.where(
        np.isin(origin, ("add", "collect"))
        & ~photos.outsiders
        & np.array([item.photo_id in unseen for item in photos.items], dtype=bool)
    )
    added, given = _recalled(champion, added, cache)
    by_fold = [int(unseen[item.photo_id or 0].argmax()) for item in added.items]

    strangers = photos.where((origin == "verdict") & photos.outsiders)
    strange_before, strange_after = _both(strangers, champion, candidate)
    return {
        "corrected_truth": np.concatenate([truth, _truth(added.items, labels)]),
        "corrected_champion": np.concatenate(
            [chosen_before, _in_order(given, champion.labels, labels).argmax(axis=1)]
        ),
        "corrected_candidate": np.concatenate([chosen_after, np.array(by_fold, dtype=int)]),
        "corrected_refused_champion": _refused(strange_before),
        "corrected_refused_candidate": _refused(strange_after),
        "contradicted": sum(
            _contradicts(unseen[item.photo_id or 0], labels.index(item.label))
            for item in corrected.items
            if item.photo_id in unseen
        ),
    }


def _recalled(
    champion: Classifier, photos: PhotoSet, cache: FeatureCache
) -> tuple[PhotoSet, Floats]:
    """The champion's answers to photos, [N, L], and the readable photos.

    It answers the same each time, so each photo is answered once. Of too many photos it takes the
    first by hash: a random choice that repeats.
    """
    few = PhotoSet(
        tuple(sorted(photos.items, key=lambda item: item.sha256)[:_MOST_NEW]), photos.labels
    )
    manifest = champion.manifest
    model = graph_key(manifest.files[GRAPH], manifest.preparation)
    said: dict[str, Any] = dict(cache.answers(model))
    missing = answer(champion, few.where([item.sha256 not in said for item in few.items]))
    rows = missing.probabilities(champion.labels)
    new = {item.sha256: row for item, row in zip(missing.photos, rows, strict=True)}
    cache.write_answers(model, new)
    said |= new
    readable = few.where([item.sha256 in said for item in few.items])
    found = np.array([said[item.sha256] for item in readable.items], dtype=float)
    return readable, found.reshape(len(readable), len(champion.labels))


def _contradicts(probabilities: Floats, given: int) -> bool:
    return bool(probabilities[given] < _RULED_OUT and probabilities.max() >= _CONFIDENT)


def _both(photos: PhotoSet, champion: Classifier, candidate: Classifier) -> tuple[Given, Given]:
    """Both models' answers, for the photos that can be read; each prepares in its own way."""
    before, after = answer_each([champion, candidate], photos)
    return before, after


def _aligned(given: Given, own: Sequence[str], labels: Sequence[str]) -> Floats:
    """Probabilities [N, L] in the order of `labels`; 0 for a label that the model never had."""
    return _in_order(given.probabilities(own), own, labels)


def _in_order(theirs: Floats, own: Sequence[str], labels: Sequence[str]) -> Floats:
    columns = np.zeros((len(theirs), len(labels)))
    for column, label in enumerate(labels):
        if label in own:
            columns[:, column] = theirs[:, list(own).index(label)]
    return columns


def _said(given: Given, own: Sequence[str], labels: Sequence[str]) -> Ints:
    """The answers that people got [N]: a label's index, or -1 for a refusal."""
    chosen = _aligned(given, own, labels).argmax(axis=1)
    return np.where(given.verdicts("outside"), -1, chosen)


def _truth(items: Sequence[Item], labels: Sequence[str]) -> Ints:
    return np.array([labels.index(item.label) for item in items], dtype=np.int64)


def _refused(given: Given) -> Floats:
    return given.verdicts("outside").astype(float)


def _recorded(champion: Classifier) -> tuple[int, int] | None:
    """(right, photos) that the champion's bundle recorded on the gate it was trained before."""
    metrics = champion.manifest.metrics
    if not champion.manifest.parent or not metrics.get("n"):
        return None
    return round(float(metrics["accuracy"]) * int(metrics["n"])), int(metrics["n"])


def _words(seen: Seen) -> str:
    """An answer in a word: the label, `outside`, or the label with a question mark."""
    return {"sure": seen.label, "unsure": f"{seen.label}?"}.get(seen.verdict, seen.verdict)
