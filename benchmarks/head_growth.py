"""python -m benchmarks.head_growth PHOTOS [--counts N,…]: what fitting the head costs as data grow.

Generated features: mixtures of three photos of one label in PHOTOS/<label>/*, with noise, two in a
hundred wrongly labelled. Both solvers on each count, on one thread: seconds of CPU, and the most
memory that they hold beyond the features themselves.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from models.bundles.bundle import STARTER, Bundle
from models.inference.classifier import Classifier
from training.train.calibrating.calibration import softmax
from training.train.knobs import Knobs
from training.train.learning.recipes.head import Head, fit_head
from training.train.learning.recipes.streamed import Shard, fit_streamed
from training.train.material.features import Halves, prepared
from training.train.material.folds import folds
from training.train.material.photoset import from_folder
from training.train.metrics import Ints

COUNTS = "500,1000,2000,5000,10000,20000"
_NOISE = 0.3
_WRONG = 0.02


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.head_growth", description=__doc__)
    parser.add_argument("photos", metavar="PHOTOS", type=Path)
    parser.add_argument("--counts", metavar="N,…", default=COUNTS)
    options = parser.parse_args(arguments)
    mixtures = Mixtures.of(options.photos)
    knobs = Knobs()
    print("photos  at once: s, MB   streamed: s, MB   same strength, largest difference")
    for count in map(int, options.counts.split(",")):
        embedding, truth = mixtures.draw(count, seed=count)
        parts = knobs.head_folds // (2 if count >= knobs.head_large else 1)
        shown = [f"{count:6}"]
        heads = []
        for fit in (_at_once, _streamed):
            head, seconds, megabytes = _measured(fit, embedding, truth, parts, knobs)
            heads.append(head)
            shown.append(f"{seconds:8.1f} {megabytes:6.0f}  ")
        apart = np.abs(softmax(heads[0].out_of_fold) - softmax(heads[1].out_of_fold)).max()
        shown.append(f"{heads[0].strength == heads[1].strength!s:>9} {apart:.4f}")
        print("  ".join(shown), flush=True)
    return 0


class Mixtures:
    """Features of real photos, and any number of others like them."""

    def __init__(self, embedding: Halves, truth: Ints) -> None:
        self._embedding, self._truth = embedding.astype(np.float32), truth
        self._spread = self._embedding.std(axis=0)

    @classmethod
    def of(cls, folder: Path) -> Mixtures:
        """From PHOTOS/<label>/*."""
        classifier = Classifier(Bundle.open(STARTER))
        photos = from_folder(folder)
        index = {label: number for number, label in enumerate(photos.labels)}
        embedding, truth = [], []
        for items, squares in prepared(photos.items, classifier.manifest.preparation, {}):
            embedding.append(classifier.embed(squares[:, 0]).astype(np.float16))
            truth += [index[item.label] for item in items]
        return cls(np.concatenate(embedding), np.array(truth))

    def draw(self, count: int, *, seed: int) -> tuple[Halves, Ints]:
        """Features [count, D] and label indices."""
        random = np.random.default_rng(seed)
        labels = int(self._truth.max()) + 1
        truth = random.integers(0, labels, count)
        found = np.empty((count, self._embedding.shape[1]), np.float16)
        for start in range(0, count, 4096):
            some = truth[start : start + 4096]
            shares = random.dirichlet([1, 1, 1], len(some)).astype(np.float32)
            sources = [np.flatnonzero(self._truth == label) for label in range(labels)]
            rows = np.array([random.choice(sources[label], 3) for label in some])
            mixed = (self._embedding[rows] * shares[:, :, None]).sum(axis=1)
            noise = random.normal(0, _NOISE, mixed.shape).astype(np.float32)
            found[start : start + len(some)] = mixed + noise * self._spread
        wrong = random.random(count) < _WRONG
        truth[wrong] = random.integers(0, labels, wrong.sum())
        return found, truth


def _measured(
    fit: Callable[..., Head], embedding: Halves, truth: Ints, parts: int, knobs: Knobs
) -> tuple[Head, float, float]:
    tracemalloc.start()
    with threadpool_limits(1):
        began = time.process_time()
        head = fit(embedding, truth, parts, knobs)
        seconds = time.process_time() - began
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return head, seconds, most / 2**20


def _at_once(embedding: Halves, truth: Ints, parts: int, knobs: Knobs) -> Head:
    return fit_head(
        embedding.astype(np.float32),
        truth,
        folds(truth, [""] * len(truth), count=parts, seed=knobs.seed),
        **_asked(truth, knobs),
    )


def _streamed(embedding: Halves, truth: Ints, parts: int, knobs: Knobs) -> Head:
    fold_of = folds(truth, [""] * len(truth), count=parts, seed=knobs.seed)
    return fit_streamed(
        Shard(embedding, truth, fold_of),
        truth,
        fold_of,
        dimensions=embedding.shape[1],
        **_asked(truth, knobs),
    )


def _asked(truth: Ints, knobs: Knobs) -> dict[str, Any]:
    return {
        "labels": int(truth.max()) + 1,
        "search": knobs.head_search,
    }


if __name__ == "__main__":
    raise SystemExit(main())
