"""python -m benchmarks.wrong_labels PHOTOS… [--flipped SHARE] [--seeds N]: who finds them?

    python -m benchmarks.wrong_labels ../bears ../labels/flowers

Gives a share of the photos of each PHOTOS/<label>/* another label at random, and ranks all of them
by `training.clean` and by cleanlab: on the same features, with scikit-learn's logistic regression
out of fold, as its guide has it, and on the probabilities of `training.clean`. Printed are, over
the seeds, how many of the wrong labels are among as many first ones, the average precision, and
what each lists for a person: the wrong labels it found, and photos that were not changed.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import cross_val_predict

from benchmarks.labels import Bench
from training.clean.ranking import SUSPECT_FROM, chances, judge
from training.errors import TrainingError
from training.train.knobs import Knobs
from training.train.learning.recipes.head import scaled
from training.train.material.features import Features
from training.train.material.photoset import PhotoSet, from_folder
from training.train.metrics import Bools, Floats, Ints


@dataclass(frozen=True)
class Found:
    """How wrong each label looks [N], and which photos a person is to look at [N]."""

    scores: Floats
    listed: Bools


Finder = Callable[[PhotoSet, Features], Found]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every folder; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.wrong_labels",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folders", metavar="PHOTOS", type=Path, nargs="+")
    parser.add_argument("--flipped", metavar="SHARE", type=float, default=0.05)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args(arguments)
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    bench = Bench(Knobs())
    print("| photos | finder | among the first | average precision | found, not changed |")
    print("|---|---|---|---|---|")
    for folder in options.folders:
        try:
            photos, features = bench.read(from_folder(folder))
        except TrainingError as exc:
            print(exc, file=sys.stderr)
            return 1
        for name, find in FINDERS.items():
            rows = [
                _measure(photos, features, find, share=options.flipped, seed=seed)
                for seed in range(options.seeds)
            ]
            first, precision, found, others = np.mean(rows, axis=0)
            print(
                f"| {folder.name}, {len(photos)} | {name} | {first:.0%} | {precision:.2f} |"
                f" {found:.0%}, {others:.1f} |",
                flush=True,
            )
    return 0


def _measure(
    photos: PhotoSet, features: Features, find: Finder, *, share: float, seed: int
) -> tuple[float, float, float, float]:
    spoilt, wrong = flipped(photos, share=share, seed=seed)
    found = find(spoilt, features)
    first = np.argsort(-found.scores, kind="stable")[: wrong.sum()]
    return (
        float(wrong[first].mean()),
        float(average_precision_score(wrong, found.scores)),
        float(found.listed[wrong].mean()),
        float((found.listed & ~wrong).sum()),
    )


def flipped(photos: PhotoSet, *, share: float, seed: int) -> tuple[PhotoSet, Bools]:
    """The photos with some labels changed, and which these are."""
    random = np.random.default_rng(seed)
    rows = random.permutation(len(photos))[: round(share * len(photos))]
    items = list(photos.items)
    for row in rows:
        others = [label for label in photos.labels if label != items[row].label]
        items[row] = replace(items[row], label=str(random.choice(others)))
    wrong = np.zeros(len(photos), bool)
    wrong[rows] = True
    return replace(photos, items=tuple(items)), wrong


def ours(photos: PhotoSet, features: Features) -> Found:
    """`training.clean`."""
    scores = np.array([suspect.score for suspect in judge(photos, features, Knobs())])
    return Found(scores, scores >= SUSPECT_FROM)


def cleanlab_alone(photos: PhotoSet, features: Features) -> Found:
    """cleanlab as its guide has it."""
    points = scaled(features.embedding.astype(np.float32))
    model = LogisticRegression(max_iter=500)
    return _by_cleanlab(
        photos.truth, cross_val_predict(model, points, photos.truth, method="predict_proba")
    )


def cleanlab_on_ours(photos: PhotoSet, features: Features) -> Found:
    """cleanlab's scores of the probabilities that `training.clean` has."""
    return _by_cleanlab(photos.truth, chances(photos, features))


def _by_cleanlab(truth: Ints, probabilities: Floats) -> Found:
    return Found(
        1 - get_label_quality_scores(truth, probabilities, method="normalized_margin"),
        np.asarray(find_label_issues(truth, probabilities), bool),
    )


FINDERS: dict[str, Finder] = {
    "training.clean": ours,
    "cleanlab": cleanlab_alone,
    "cleanlab on our probabilities": cleanlab_on_ours,
}


if __name__ == "__main__":
    sys.exit(main())
