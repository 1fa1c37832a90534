"""python -m benchmarks.few_photos PHOTOS OTHERS… [--near DIR…]: what a small dataset does.

    python -m benchmarks.few_photos ../bears ../field ../user_photos --near ../near

Learns from so many photos a label of PHOTOS/<label>/*, drawn anew for each seed, and measures on
each of OTHERS, beside the starter, which has learned from none: right, log loss, sure and wrong of
these, refused, and how many near outsiders are refused. Less a sixth that goes to the gate.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.labels import Bench, Model
from models.bundles.bundle import STARTER, Bundle
from models.inference.outside_check import OutsideCheck
from training.errors import TrainingError
from training.train.knobs import Knobs
from training.train.material.photoset import from_folder, from_outsiders
from training.train.metrics import Ints

_LEARNED = 0.85


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.few_photos",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("photos", metavar="PHOTOS", type=Path)
    parser.add_argument("others", metavar="OTHERS", type=Path, nargs="+")
    parser.add_argument("--near", metavar="DIR", type=Path, nargs="+", default=[])
    parser.add_argument("--each", type=int, nargs="+", default=[20, 40, 60, 100])
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args(arguments)
    try:
        bench = Bench(Knobs())
        photos, features = bench.read(from_folder(options.photos))
        others = {folder.name: bench.read(from_folder(folder)) for folder in options.others}
        near = {folder.name: bench.read(from_outsiders(folder))[1] for folder in options.near}
    except TrainingError as exc:
        print(exc, file=sys.stderr)
        return 1

    def row(name: str, models: Sequence[Model]) -> None:
        parts = []
        for place, (told, seen) in others.items():
            found = [model.measure(seen, told.truth) for model in models]
            mean, worst = (
                {key: float(of([one[key] for one in found])) for key in found[0]}
                for of in (np.mean, np.max)
            )
            parts.append(
                f"{place}: right {mean['head_right']:.1%}, {mean['head_loss']:.3f}, sure"
                f" {mean['sure']:.1%}, wrong {mean['sure_wrong']:.1%}, refused"
                f" {mean['refused']:.1%} (most {worst['refused']:.1%})"
            )
        for place, seen in near.items():
            parts.append(
                f"{place}: {np.mean([model.refused(seen).mean() for model in models]):.1%}"
            )
        print(f"{name:8}{'  '.join(parts)}", flush=True)

    row("starter", [starter(photos.labels)])
    for each in options.each:
        draws = drawn(photos.truth, round(each * _LEARNED), options.seeds)
        row(
            str(each),
            [
                bench.learn(features.where(rows), photos.truth[rows], labels=len(photos.labels))
                for rows in draws
            ],
        )
    return 0


def starter(labels: Sequence[str]) -> Model:
    """The bundle that ships: rows of its classifier, and ImageNet's odds."""
    bundle = Bundle.open(STARTER)
    classes = bundle.reference()["own_classes"]
    order = [classes[bundle.manifest.labels.index(label)] for label in labels]
    thresholds = bundle.manifest.thresholds
    return Model(
        lambda photos: photos.imagenet[:, None, order].astype(float),
        OutsideCheck.from_bundle(bundle),
        thresholds["outside"],
        bundle.manifest.temperature,
        thresholds["sure"],
    )


def drawn(truth: Ints, each: int, seeds: int) -> Iterator[Ints]:
    """Rows of so many photos of each label, for every seed."""
    for seed in range(seeds):
        random = np.random.default_rng(seed)
        yield np.concatenate(
            [
                random.permutation(np.flatnonzero(truth == label))[:each]
                for label in np.unique(truth)
            ]
        )


if __name__ == "__main__":
    sys.exit(main())
