"""python -m benchmarks.gate PHOTOS… [--seeds N] [--examples N…] [--json]: what passes the gate.

Plays retrainings on features of real photos: a champion of some examples from the first PHOTOS
folder, then news from the others, judged by `sifting` and `gate` of training.retrain as in a real
run. True corrections, models that are truly worse, and poison of several kinds; measured is what is
published, how many wrong labels it learned, and what that costs on photos that nobody here has
seen. Each PHOTOS folder holds one folder a label.

More examples than there are photos are copies with a little noise in their features, in a group
with their original.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from dataset.examples.news import News
from dataset.storage.schema import TELEGRAM, Split
from models.inference.network import Network
from models.photo import VIEWS
from training.retrain.gate.decision import decide
from training.retrain.gate.evidence import Answers, Evidence, Pairs
from training.retrain.sifting import sift
from training.train.calibrating.calibration import fit_temperature, softmax
from training.train.knobs import Knobs
from training.train.learning.by_recipe import Material, head_of
from training.train.material.features import Features, compute, prepared
from training.train.material.photoset import Item, PhotoSet, from_folder
from training.train.metrics import Floats, Ints
from training.train.network.bodies import BodyGraph, body_graph

GATE_SHARE = 0.15
NOISE = 0.02
"""Of a copy's features, as a share of their length."""
REVIEWER = 2
Pick = Callable[["Stage", np.random.Generator], tuple[Ints, Ints]]
"""Chooses photos that nobody learned from, and the labels given them."""


@dataclass(frozen=True)
class Pool:
    """Photos with their features, and which folder each is from [N]."""

    photos: PhotoSet
    features: Features
    folder: Ints
    body: BodyGraph


@dataclass(frozen=True)
class Stage:
    """A champion, and photos that it never saw: `fresh` rows, its `beliefs` of all [N, L]."""

    pool: Pool
    learned: Ints
    gate: Ints
    fresh: Ints
    beliefs: Floats


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one retraining."""

    published: bool
    wrong: int
    wrong_learned: int
    true_set_aside: int
    change: float
    """Of accuracy on photos that nobody learned from, in points."""
    reason: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gate")
    parser.add_argument("photos", metavar="PHOTOS", type=Path, nargs="+")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--examples", type=int, nargs="+", default=[100, 400, 2000])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        pool = read(options.photos, Path(folder))
        rows = list(table(pool, options.examples, options.seeds))
    if options.json:
        print(json.dumps(rows))
        return 0
    print(
        "| examples | what is new | published | wrong labels | learned | in a published model |"
        " true ones set aside | accuracy, mean | worst |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for row in rows:
        print(
            f"| {row['examples']:,} | {row['kind']} | {row['published']:.0%} |"
            f" {row['wrong']:.1f} | {row['learned']:.2f} | {row['reached']:.0%} |"
            f" {row['set_aside']:.2f} | {row['mean']:+.2f} | {row['worst']:+.2f} |"
        )
    return 0


def read(folders: Sequence[Path], bodies: Path) -> Pool:
    """The photos of all folders and their features."""
    knobs = Knobs()
    body = body_graph(
        knobs.arch, folder=bodies, preparation=knobs.preparation, weights=knobs.weights
    )
    network = Network(body.graph, threads=2)
    items: list[Item] = []
    features: list[Features] = []
    where: list[int] = []
    for number, folder in enumerate(folders):
        photos = from_folder(folder).items
        for some, squares in prepared(photos, body.preparation, {}, views=VIEWS):
            items += some
            where += [number] * len(some)
            features.append(compute(network, squares))
    labels = tuple(sorted({item.label for item in items}))
    numbered = tuple(replace(item, photo_id=row + 1) for row, item in enumerate(items))
    together = Features(
        *(
            np.concatenate([getattr(part, name) for part in features])
            for name in ("views", "imagenet", "signs")
        )
    )
    return Pool(PhotoSet(numbered, labels), together, np.array(where), body)


def table(pool: Pool, sizes: Sequence[int], seeds: int) -> Iterator[dict[str, Any]]:
    """A row for each number of examples and each kind of news."""
    for size in sizes:
        stages = [staged(pool, size, seed) for seed in range(seeds)]
        for kind, (pick, worse) in KINDS.items():
            found = []
            for seed, stage in enumerate(stages):
                random = np.random.default_rng(1000 + seed)
                rows, given = pick(stage, random)
                if len(rows):
                    found.append(retrained(stage, rows, given, worse=worse, random=random))
            if found:
                yield _row(size, kind, found)


def _row(size: int, kind: str, found: Sequence[Outcome]) -> dict[str, Any]:
    changes = [one.change if one.published else 0.0 for one in found]
    reached = [one.published and one.wrong_learned > 0 for one in found]
    return {
        "examples": size,
        "kind": kind,
        "runs": len(found),
        "published": float(np.mean([one.published for one in found])),
        "wrong": float(np.mean([one.wrong for one in found])),
        "learned": float(np.mean([one.wrong_learned * one.published for one in found])),
        "reached": float(np.mean(reached)),
        "set_aside": float(np.mean([one.true_set_aside for one in found])),
        "mean": float(np.mean(changes)),
        "worst": float(np.min(changes)),
        "held": sorted({one.reason[:160] for one in found if not one.published}),
    }


def staged(pool: Pool, size: int, seed: int) -> Stage:
    """A champion of `size` examples of the first folder, the gate's among them."""
    random = np.random.default_rng(seed)
    first = random.permutation(np.flatnonzero(pool.folder == 0))
    fresh = np.flatnonzero(pool.folder != 0)
    chosen = first[:size]
    if size > len(first):
        pool, copies = _copied(pool, first, size - len(first), random)
        chosen = np.concatenate([first, copies])
    gate = np.zeros(len(pool.photos), bool)
    gate[first[: max(1, round(GATE_SHARE * min(size, len(first))))]] = True
    # A copy is in its original's split: the gate is never learned from.
    originals = {pool.photos.items[row].group for row in np.flatnonzero(gate)} - {""}
    copied = [row for row in chosen if pool.photos.items[row].group in originals and not gate[row]]
    learned = np.setdiff1d(chosen, np.concatenate([np.flatnonzero(gate), copied]))
    beliefs = _beliefs(pool, pool.photos, learned, seed)
    return Stage(pool, learned, np.flatnonzero(gate), fresh, beliefs)


def _copied(pool: Pool, rows: Ints, count: int, random: np.random.Generator) -> tuple[Pool, Ints]:
    chosen = random.choice(rows, count)
    before = len(pool.photos)
    items = list(pool.photos.items)
    for row in rows:
        items[row] = replace(items[row], group=f"like:{row}")
    items += [replace(items[row], photo_id=before + place + 1) for place, row in enumerate(chosen)]
    copies = pool.features.views[chosen].astype(np.float32)
    lengths = np.linalg.norm(copies, axis=-1, keepdims=True)
    noise = random.normal(size=copies.shape) / np.sqrt(copies.shape[-1])
    views = np.concatenate(
        [pool.features.views, (copies + NOISE * lengths * noise).astype(np.float16)]
    )
    features = Features(
        views,
        np.concatenate([pool.features.imagenet, pool.features.imagenet[chosen]]),
        np.concatenate([pool.features.signs, pool.features.signs[chosen]]),
    )
    photos = PhotoSet(tuple(items), pool.photos.labels)
    folder = np.concatenate([pool.folder, np.zeros(count, dtype=int)])
    return Pool(photos, features, folder, pool.body), np.arange(before, before + count)


def _beliefs(pool: Pool, photos: PhotoSet, learned: Ints, seed: int) -> Floats:
    """What a head that learned from some photos says of all [N, L]; of these, out of fold."""
    knobs = Knobs(seed=seed)
    head = head_of(Material(photos, pool.features, pool.body), learned, knobs)
    temperature = fit_temperature(head.out_of_fold, photos.truth[learned])
    logits = head.answer_all(pool.features.views)
    whole = softmax(logits / temperature)
    whole[learned] = softmax(head.out_of_fold / temperature)
    return whole


def retrained(
    stage: Stage, rows: Ints, given: Ints, *, worse: float, random: np.random.Generator
) -> Outcome:
    """One retraining on news: photos `rows` with the labels `given`.

    `worse` takes that share of the candidate's answers away from the truth.
    """
    pool, labels = stage.pool, stage.pool.photos.labels
    truth = pool.photos.truth
    items = list(pool.photos.items)
    for row in stage.learned:
        items[row] = replace(items[row], split=Split.TRAIN)
    for row, label in zip(rows, given, strict=True):
        items[row] = replace(items[row], split=Split.TRAIN, label=labels[label])
    photos = PhotoSet(tuple(items), labels)
    news = {
        items[row].photo_id or 0: News(
            origin="verdict", source=TELEGRAM, owner_id=REVIEWER, reviewer_id=REVIEWER
        )
        for row in rows
    }

    def champion(asked: PhotoSet) -> Floats:
        return stage.beliefs

    sifted = sift(Material(photos, pool.features, pool.body), news, champion, Knobs())
    aside = np.isin(rows, [photo - 1 for photo in sifted.photos])
    kept, labels_kept = rows[~aside], given[~aside]
    wrong = given != truth[rows]
    after = stage.beliefs
    if len(kept):
        after = _beliefs(pool, photos, np.concatenate([stage.learned, kept]), 0)
    after = _spoilt(after, truth, worse, random)
    told = after.argmax(axis=1)
    # What the model that learned them says of the news; `after` is out of fold there.
    told[kept] = np.where(random.random(len(kept)) < 0.9, labels_kept, told[kept])
    evidence = Evidence(
        labels=labels,
        truth=truth[stage.gate],
        champion=Answers(probabilities=stage.beliefs[stage.gate]),
        candidate=Answers(probabilities=after[stage.gate]),
        known_truth=truth[stage.learned],
        known_before=Answers(probabilities=stage.beliefs[stage.learned]),
        known_after=Answers(probabilities=after[stage.learned]),
        reviewed=Pairs(
            truth=labels_kept, before=stage.beliefs[kept].argmax(axis=1), after=told[kept]
        ),
        doubtful=np.isin(kept, [photo - 1 for photo in sifted.doubtful]),
        set_aside=int(aside.sum()),
    )
    decision = decide(evidence)
    unseen = np.setdiff1d(stage.fresh, rows)
    before_right = stage.beliefs[unseen].argmax(axis=1) == truth[unseen]
    after_right = after[unseen].argmax(axis=1) == truth[unseen]
    return Outcome(
        published=decision.publish,
        wrong=int(wrong.sum()),
        wrong_learned=int((wrong & ~aside).sum()),
        true_set_aside=int((~wrong & aside).sum()),
        change=100 * float(after_right.mean() - before_right.mean()),
        reason=decision.reason,
    )


def _spoilt(beliefs: Floats, truth: Ints, share: float, random: np.random.Generator) -> Floats:
    spoilt = beliefs.copy()
    right = spoilt.argmax(axis=1) == truth
    chosen = np.flatnonzero(right & (random.random(len(truth)) < share / max(0.01, right.mean())))
    spoilt[chosen] = np.roll(spoilt[chosen], 1, axis=1)
    return spoilt


def _some(stage: Stage, random: np.random.Generator, fits: Any, count: int) -> Ints:
    found: Ints = random.permutation(stage.fresh[fits[stage.fresh]])[:count]
    return found


def corrections(stage: Stage, random: np.random.Generator) -> tuple[Ints, Ints]:
    """Eleven photos, or as many as there are, that the champion got wrong; five at least."""
    truth = stage.pool.photos.truth
    rows = _some(stage, random, stage.beliefs.argmax(axis=1) != truth, 11)
    return (rows, truth[rows]) if len(rows) >= 5 else (rows[:0], rows[:0])


def reviewed(stage: Stage, random: np.random.Generator) -> tuple[Ints, Ints]:
    """Five corrections among twenty photos that the champion got right."""
    truth = stage.pool.photos.truth
    wrong = stage.beliefs.argmax(axis=1) != truth
    rows = _some(stage, random, wrong, 5)
    if len(rows) < 5:
        return rows[:0], rows[:0]
    rows = np.concatenate([rows, _some(stage, random, ~wrong, 20)])
    return rows, truth[rows]


def confused(stage: Stage, random: np.random.Generator) -> tuple[Ints, Ints]:
    """Thirteen photos of one label, all called the one that is most like it."""
    truth, labels = stage.pool.photos.truth, stage.pool.photos.labels
    beside = [
        stage.beliefs[truth == label].mean(axis=0) * (np.arange(len(labels)) != label)
        for label in range(len(labels))
    ]
    label = int(np.argmax([row.max() for row in beside]))
    rows = _some(stage, random, truth == label, 13)
    return rows, np.full(len(rows), int(np.argmax(beside[label])))


def eight(stage: Stage, random: np.random.Generator) -> tuple[Ints, Ints]:
    """Eight photos of one label called the one that is most like it."""
    rows, given = confused(stage, random)
    return rows[:8], given[:8]


def shuffled(stage: Stage, random: np.random.Generator) -> tuple[Ints, Ints]:
    """Twenty-five photos of which 30% have their labels shuffled."""
    truth = stage.pool.photos.truth
    rows = _some(stage, random, truth >= 0, 25)
    given = truth[rows].copy()
    places = random.choice(len(rows), max(2, round(0.3 * len(rows))), replace=False)
    given[places] = random.permutation(given[places])
    return rows, given


def flipped(stage: Stage, random: np.random.Generator) -> tuple[Ints, Ints]:
    """Forty photos of all labels, of which one label is called another throughout."""
    truth, labels = stage.pool.photos.truth, len(stage.pool.photos.labels)
    rows = _some(stage, random, truth >= 0, 40)
    label = int(random.integers(labels))
    other = (label + 1 + int(random.integers(labels - 1))) % labels
    return rows, np.where(truth[rows] == label, other, truth[rows])


def alike(stage: Stage, random: np.random.Generator) -> tuple[Ints, Ints]:
    """The thirteen photos of a label that are most like another, called that: crafted."""
    truth = stage.pool.photos.truth
    rows, given = confused(stage, random)
    if len(rows) == 0:
        return rows, given
    mine = stage.fresh[truth[stage.fresh] == truth[rows[0]]]
    believed = stage.beliefs[mine, given[0]] * (stage.beliefs[mine].argmax(axis=1) == truth[mine])
    nearest = mine[np.argsort(-believed)[:13]]
    return nearest, np.full(len(nearest), given[0])


KINDS: dict[str, tuple[Pick, float]] = {
    "true corrections of hard photos": (corrections, 0.0),
    "five corrections, twenty confirmed": (reviewed, 0.0),
    "the same, truly 2 points worse": (reviewed, 0.02),
    "the same, truly 5 points worse": (reviewed, 0.05),
    "the same, truly 10 points worse": (reviewed, 0.10),
    "13 of one label called another": (confused, 0.0),
    "8 of one label called another": (eight, 0.0),
    "25, 30% shuffled": (shuffled, 0.0),
    "40, one label flipped": (flipped, 0.0),
    "13 nearest to another, called that": (alike, 0.0),
}


if __name__ == "__main__":
    sys.exit(main())
