"""The gate's evidence: champion and candidate on the same photos, in the same run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

import numpy as np
from sqlalchemy import select

from dataset.examples.news import News, news_since
from dataset.photos.store import PhotoStore
from dataset.storage.database import Database
from dataset.storage.schema import OUTSIDE, TELEGRAM, Photo, Prediction, Split
from models.bundles.bundle import GRAPH
from models.inference.classifier import Classifier
from models.inference.classifier import Prediction as Seen
from training.retrain.gate.evidence import Answers, Evidence, Pairs
from training.retrain.sifting import Champion, Sifted
from training.train.candidate import Trained
from training.train.judging.answers import Answers as Given
from training.train.judging.answers import answer, answer_each
from training.train.material.features import FeatureCache
from training.train.material.photoset import Item, PhotoSet
from training.train.metrics import Bools, Floats, Ints
from training.train.network.bodies import graph_key

_MOST_NEW = 1000
"""Newly added photos that both models are judged on; beyond it, nothing changes but the time."""
_MOST_REPLAYED = 300
_REPLAYED_DAYS = 7


@dataclass(frozen=True)
class Replay:
    """Kept photos of the last week, and those whose answer the candidate would change."""

    photos: int
    changed: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class LabelsNow:
    """What people have made of the labels, whatever the champion and the candidate know."""

    called: Mapping[str, str]
    """Present names by old ones."""
    wanted: Collection[str]
    """Those that the file of labels names: a model that comes to lack one has forgotten it."""
    retired: Collection[str]


def gather(
    photos: PhotoSet,
    champion: Classifier,
    candidate: Classifier,
    *,
    news: Mapping[int, News],
    sifted: Sifted,
    trained: Trained,
    cache: FeatureCache,
    labels_now: LabelsNow,
) -> Evidence:
    """Have both models answer the gate's photos and what is new.

    The candidate must answer rightly what a reviewer corrected. All other photos that it learned
    from are judged out of fold: `trained` holds the answers of models and checks that had not seen
    the photo, `sifted` those of models that learned nothing new either. `cache` keeps what the
    champion said of added photos, for the next time. Renamed labels are compared by their present
    names.
    """
    labels, unseen, unseen_refused = candidate.labels, trained.unseen, trained.unseen_refused
    own, retired = _present(champion, labels_now.called), labels_now.retired
    # A label that came while the candidate learned is for the next one.
    photos = photos.where([item.label in (*labels, OUTSIDE) for item in photos.items])
    gate = photos.in_split(Split.GATE)
    before, after = _both(photos.where(gate & ~photos.outsiders), champion, candidate)
    strange_before, strange_after = _both(
        photos.where(gate & photos.outsiders), champion, candidate
    )
    evidence: dict[str, Any] = {
        "labels": labels,
        "truth": _truth(before.photos, labels),
        "photos": [item.photo_id or 0 for item in before.photos],
        "champion": Answers(probabilities=_in_order(_given(before, champion), own, labels)),
        "candidate": Answers(probabilities=_given(after, candidate)),
        "champion_recorded": _recorded(champion),
        "same_recipe": champion.manifest.recipe == candidate.manifest.recipe,
        **_left_out(champion, candidate, own),
        **_reviewed(photos, champion, candidate, own, news, sifted),
        "relabelled": _relabelled(champion, candidate, own, retired),
        "forgotten": [
            label
            for label in dict.fromkeys(own)
            if label in labels_now.wanted and label not in labels and label not in retired
        ],
        "set_aside": len(sifted.photos),
        "new": _new(photos, [label for label in labels if label not in own], labels, unseen),
    }
    # Of a label that the champion does not know, each refusal was right.
    known = [item.label in (*own, OUTSIDE) for item in photos.items]
    checked = photos.where(_are(photos, unseen_refused) & np.array(known, dtype=bool))
    for name, some, first, second in (
        ("refused", checked.where(~checked.outsiders), before, after),
        ("outsiders", checked.where(checked.outsiders), strange_before, strange_after),
    ):
        was, will_be = _refusals(some, champion, news, sifted, unseen_refused, cache)
        evidence[f"{name}_champion"] = np.concatenate([_refused(first), was])
        evidence[f"{name}_candidate"] = np.concatenate([_refused(second), will_be])
    judged = photos.where(_are(photos, unseen))
    return Evidence(
        **evidence, **_known(judged, champion, own, labels, news, sifted, unseen, cache)
    )


def recalled(
    champion: Classifier,
    cache: FeatureCache,
    news: Mapping[int, News],
    now_called: Mapping[str, str],
) -> Champion:
    """What the champion says of new photos, for `sift`, by what its labels are called now."""

    def answers(photos: PhotoSet) -> Floats:
        asked = photos.where(~photos.outsiders & _are(photos, news))
        readable, rows, _ = _recalled(champion, asked, cache)
        places = {item.sha256: place for place, item in enumerate(photos.items)}
        found = np.full((len(photos), len(photos.labels)), np.nan)
        found[[places[item.sha256] for item in readable.items]] = _in_order(
            rows, _present(champion, now_called), photos.labels
        )
        return found

    return answers


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


def news_of(database: Database, champion: Classifier) -> dict[int, News]:
    """What is new to the champion, by photo id: everything where it was never trained here."""
    with database.reading() as session:
        return news_since(session, champion.manifest.made_at)


def _are(photos: PhotoSet, some: Mapping[int, object]) -> Bools:
    return np.array([item.photo_id in some for item in photos.items], dtype=bool)


def _reviewed(
    photos: PhotoSet,
    champion: Classifier,
    candidate: Classifier,
    own: Sequence[str],
    news: Mapping[int, News],
    sifted: Sifted,
) -> dict[str, Any]:
    """What reviewers said, and what the bot told people and would tell them now."""
    said = {photo for photo, one in news.items() if one.origin == "verdict"}
    before, after = _both(photos.where(_are(photos, dict.fromkeys(said))), champion, candidate)
    labels = candidate.labels
    return {
        "reviewed": Pairs(
            truth=_truth(before.photos, labels),
            before=_said(before, _in_order(_given(before, champion), own, labels)),
            after=_said(after, _given(after, candidate)),
        ),
        "doubtful": np.array([item.photo_id in sifted.doubtful for item in before.photos], bool),
    }


def _new(
    photos: PhotoSet, new: Sequence[str], labels: Sequence[str], unseen: Mapping[int, Floats]
) -> dict[str, tuple[int, int]]:
    """Of each label that the champion does not know, how many photos are right out of fold, and of
    how many."""
    found = {}
    for label in new:
        rows = [
            unseen[item.photo_id or 0]
            for item in photos.items
            if item.label == label and item.photo_id in unseen
        ]
        right = sum(labels[int(np.argmax(row))] == label for row in rows)
        found[label] = (right, len(rows))
    return found


def _known(
    judged: PhotoSet,
    champion: Classifier,
    own: Sequence[str],
    labels: Sequence[str],
    news: Mapping[int, News],
    sifted: Sifted,
    unseen: Mapping[int, Floats],
    cache: FeatureCache,
) -> dict[str, Any]:
    """Photos that no reviewer brought, judged out of fold without what is new and with it."""
    is_new = _are(judged, news)
    added, given, _ = _recalled(champion, judged.where(_were_added(judged, news)), cache)
    old = judged.where(~is_new & _are(judged, sifted.without))
    truth = np.concatenate([_truth(added.items, labels), _truth(old.items, labels)])
    before = Answers(
        probabilities=np.concatenate(
            [
                _in_order(given, own, labels),
                _in_order(_rows(old, sifted.without, sifted.labels), sifted.labels, labels),
            ]
        )
    )
    after = Answers(
        probabilities=np.concatenate([_rows(added, unseen, labels), _rows(old, unseen, labels)])
    )
    count = len(added)
    rise = (after.log_loss(truth) - before.log_loss(truth))[:count]
    return {
        "known_truth": truth,
        "known_photos": [item.photo_id or 0 for item in (*added.items, *old.items)],
        "known_before": before,
        "known_after": after,
        "added": Pairs(
            truth=truth[:count], before=before.chosen[:count], after=after.chosen[:count]
        ),
        "added_log_loss": float(rise.mean()) if count else 0.0,
    }


def _refusals(
    photos: PhotoSet,
    champion: Classifier,
    news: Mapping[int, News],
    sifted: Sifted,
    unseen_refused: Mapping[int, bool],
    cache: FeatureCache,
) -> tuple[Floats, Floats]:
    """Which photos that no reviewer brought are refused, without what is new and with it [P]."""
    added, _, refused = _recalled(champion, photos.where(_were_added(photos, news)), cache)
    old = photos.where(~_are(photos, news) & _are(photos, sifted.without_refused))
    before = [*refused, *(sifted.without_refused[item.photo_id or 0] for item in old.items)]
    after = [unseen_refused[item.photo_id or 0] for item in (*added.items, *old.items)]
    return np.array(before, float), np.array(after, float)


def _were_added(photos: PhotoSet, news: Mapping[int, News]) -> Bools:
    found = [news.get(item.photo_id or 0) for item in photos.items]
    return np.array([one is not None and one.origin != "verdict" for one in found], dtype=bool)


def _rows(photos: PhotoSet, of: Mapping[int, Floats], labels: Sequence[str]) -> Floats:
    """What is said of photos that all have a row [N, L]."""
    found = [of[item.photo_id or 0] for item in photos.items]
    return np.array(found, dtype=float).reshape(len(found), len(labels))


def _recalled(
    champion: Classifier, photos: PhotoSet, cache: FeatureCache
) -> tuple[PhotoSet, Floats, Bools]:
    """The readable photos, the champion's answers to them, [N, L], and whether it refuses them [N].

    It answers the same each time, so each photo is answered once. Of too many photos it takes the
    first by hash: a random choice that repeats.
    """
    few = PhotoSet(
        tuple(sorted(photos.items, key=lambda item: item.sha256)[:_MOST_NEW]), photos.labels
    )
    manifest = champion.manifest
    model = f"{manifest.version} {graph_key(manifest.files[GRAPH], manifest.preparation)}"
    width = len(champion.labels) + 1
    # What an earlier version kept says nothing of refusals.
    said: dict[str, Any] = {k: row for k, row in cache.answers(model).items() if len(row) == width}
    missing = answer(champion, few.where([item.sha256 not in said for item in few.items]))
    rows = np.column_stack([missing.probabilities(champion.labels), _refused(missing)])
    new = {item.sha256: row for item, row in zip(missing.photos, rows, strict=True)}
    cache.write_answers(model, new)
    said |= new
    readable = few.where([item.sha256 in said for item in few.items])
    found = np.array([said[item.sha256] for item in readable.items], dtype=float)
    found = found.reshape(len(readable), width)
    return readable, found[:, :-1], found[:, -1] > 0


def _both(photos: PhotoSet, champion: Classifier, candidate: Classifier) -> tuple[Given, Given]:
    """Both models' answers, for the photos that can be read; each prepares in its own way."""
    before, after = answer_each([champion, candidate], photos)
    return before, after


def _present(champion: Classifier, now_called: Mapping[str, str]) -> tuple[str, ...]:
    """The champion's labels by what they are called now; two that became one stand twice."""
    return tuple(now_called.get(label, label) for label in champion.labels)


def _relabelled(
    champion: Classifier, candidate: Classifier, own: Sequence[str], retired: Collection[str]
) -> tuple[str, ...]:
    """Labels that were renamed, retired or are called otherwise since the champion learned."""
    before, after = champion.manifest, candidate.manifest
    changed = [
        was
        for was, now in zip(before.labels, own, strict=True)
        if was not in after.labels and (was != now or now in retired)
    ]
    changed += [
        label
        for label in after.labels
        if label in before.labels
        and (before.names.get(label), set(before.aliases.get(label, ())))
        != (after.names.get(label), set(after.aliases.get(label, ())))
    ]
    return tuple(changed)


def _given(given: Given, model: Classifier) -> Floats:
    """Probabilities [N, L] in the order of the model's own labels."""
    return given.probabilities(model.labels)


def _in_order(theirs: Floats, own: Sequence[str], labels: Sequence[str]) -> Floats:
    """Probabilities [N, L] in the order of `labels`; 0 for a label that the model never had."""
    columns = np.zeros((len(theirs), len(labels)))
    for place, label in enumerate(own):
        if label in labels:
            columns[:, list(labels).index(label)] += theirs[:, place]
    return columns


def _said(given: Given, probabilities: Floats) -> Ints:
    """The answers that people got [N]: a label's index, or -1 for a refusal."""
    return np.where(given.verdicts("outside"), -1, probabilities.argmax(axis=1))


def _truth(items: Sequence[Item], labels: Sequence[str]) -> Ints:
    """A label's index each, or -1 for none of them [N]."""
    return np.array(
        [labels.index(item.label) if item.label in labels else -1 for item in items], dtype=np.int64
    )


def _refused(given: Given) -> Floats:
    return given.verdicts("outside").astype(float)


def _left_out(
    champion: Classifier, candidate: Classifier, own: Sequence[str]
) -> dict[str, tuple[float, int] | None]:
    """What each model's training saw of labels left out; of other labels it says something else."""
    comparable = sorted(own) == sorted(candidate.labels)
    found: dict[str, tuple[float, int] | None] = {}
    for name, model in (("champion", champion), ("candidate", candidate)):
        seen = model.manifest.curves.get("outside", {}).get("left_out")
        share = (float(seen["refused"]), int(seen["photos"])) if seen else None
        found[f"left_out_{name}"] = share if comparable else None
    return found


def _recorded(champion: Classifier) -> tuple[int, int] | None:
    """(right, photos) that the champion's bundle recorded on the gate it was trained before."""
    metrics = champion.manifest.metrics
    if not champion.manifest.parent or not metrics.get("n"):
        return None
    return round(float(metrics["accuracy"]) * int(metrics["n"])), int(metrics["n"])


def _words(seen: Seen) -> str:
    """An answer in a word: the label, `outside`, or the label with a question mark."""
    return {"sure": seen.label, "unsure": f"{seen.label}?"}.get(seen.verdict, seen.verdict)
