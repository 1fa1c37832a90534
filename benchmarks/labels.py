"""python -m benchmarks.labels SETS [--outside DIR]: the head beside plain logistic regression.

    python -m benchmarks.labels ../labels --outside ../labels_outside --fastai

A row for each SETS/<set>/<label>/*: learned from one half, measured on the other, and the other
way round. *Plain* is scikit-learn's `LogisticRegressionCV` on the first view's features, C by loss;
with `--fastai`, also fine-tuning as the book does it (minutes a set). `--outside DIR` names near
outsiders by set, DIR/<set>/*. What is sure, refused and let in is by the thresholds fitted.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegressionCV

from dataset.errors import DatasetError
from models.errors import ModelsError
from models.inference.network import Network
from models.inference.outside_check import OutsideCheck, worth_another_look
from models.photo import VIEWS
from training.errors import TrainingError
from training.train.calibrating import outside_fit
from training.train.calibrating.calibration import calibrate, looked_at, softmax
from training.train.calibrating.dataset_check import imagenet_names
from training.train.knobs import Knobs
from training.train.learning.recipes.head import Head, fit_head, scaled
from training.train.material.features import Features, compute, prepared
from training.train.material.folds import folds
from training.train.material.known import known_of
from training.train.material.photoset import PhotoSet, from_folder, from_outsiders
from training.train.metrics import Bools, Floats, Ints, log_loss, risk_coverage
from training.train.network.bodies import body_graph
from training.train.network.new_head import classifier_of

_STRENGTHS = np.logspace(-2, 1, 7)
_AT_ERROR = 0.02


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every set; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.labels", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("sets", metavar="SETS", type=Path, help="folder with SETS/<set>/<label>/*")
    parser.add_argument("--outside", metavar="DIR", type=Path, help="near outsiders, DIR/<set>/*")
    parser.add_argument("--fastai", action="store_true", help="the book's fine-tuning, too")
    parser.add_argument("--seed", type=int, default=0, help="of the halves; default: 0")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    for kind in (ConvergenceWarning, FutureWarning):
        warnings.filterwarnings("ignore", category=kind)
    rows: dict[str, dict[str, float]] = {}
    try:
        bench = Bench(Knobs(seed=options.seed))
        for folder in sorted(path for path in options.sets.iterdir() if path.is_dir()):
            strangers = options.outside / folder.name if options.outside else None
            rows[folder.name] = bench.measure(folder, strangers, fastai=options.fastai)
            if not options.json:
                print(in_words(folder.name, rows[folder.name]), flush=True)
    except (TrainingError, ModelsError, DatasetError) as exc:
        print(exc, file=sys.stderr)
        return 1
    except OSError as exc:
        print(f"{exc.filename or options.sets} cannot be read: {exc.strerror}.", file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(rows))
    return 0


class Bench:
    """Measures sets with one body."""

    def __init__(self, knobs: Knobs) -> None:
        self._knobs = knobs
        self._body = body_graph(knobs.arch, folder=Path(), preparation=knobs.preparation)
        self._network = Network(self._body.graph, threads=knobs.threads)
        self._names = imagenet_names()

    def measure(
        self, folder: Path, strangers: Path | None, *, fastai: bool = False
    ) -> dict[str, float]:
        """The mean over both halves of the set in `folder`."""
        photos, features = self.read(from_folder(folder))
        outsiders = None
        if strangers is not None and strangers.is_dir():
            outsiders = self.read(from_outsiders(strangers))[1]
        half = folds(photos.truth, [""] * len(photos), count=2, seed=self._knobs.seed)
        found = []
        for seen in (half == 0, half == 1):
            row = self._half(photos, features, seen, outsiders)
            if fastai:
                row["fastai_right"] = _by_the_book(photos, seen, folder)
            found.append(row)
        means = {name: float(np.mean([row[name] for row in found])) for name in found[0]}
        return {"photos": float(len(photos)), "labels": float(len(photos.labels))} | means

    def read(self, photos: PhotoSet) -> tuple[PhotoSet, Features]:
        """Photos, all of which must be readable, and their features."""
        unreadable: dict[str, str] = {}
        batches = prepared(photos.items, self._knobs.preparation, unreadable, views=VIEWS)
        parts = [compute(self._network, squares) for items, squares in batches if items]
        if unreadable:
            raise TrainingError(f"{min(unreadable)} cannot be read: remove it.")
        columns = zip(*((part.views, part.imagenet, part.signs) for part in parts), strict=True)
        return photos, Features(*(np.concatenate(column) for column in columns))

    def learn(self, learned: Features, truth: Ints, *, labels: int) -> Model:
        """What a training makes of photos of the labels."""
        knobs = self._knobs
        check = outside_fit.fit(
            learned.views, learned.imagenet, truth, self._names, seed=knobs.seed
        )
        head = self._head(learned, truth, labels)
        fitted = calibrate(
            head.unseen,
            truth,
            knobs=knobs,
            accepted=check.accepted,
            worth_another_look=check.worth_another_look,
        )
        return Model(
            lambda photos: head.answer(photos.views.astype(np.float32)),
            OutsideCheck(check.reference),
            check.threshold,
            fitted.temperature,
            fitted.sure,
        )

    def _half(
        self, photos: PhotoSet, features: Features, seen: Bools, outsiders: Features | None
    ) -> dict[str, float]:
        learned, others = features.where(seen), features.where(~seen)
        truth, answers = photos.truth[seen], photos.truth[~seen]
        model = self.learn(learned, truth, labels=len(photos.labels))
        found = model.measure(others, answers)
        points, new = (part.embedding.astype(np.float32) for part in (learned, others))
        found |= _of("plain", _plain(points, truth, new), answers)
        if outsiders is not None:
            found["near_refused"] = float(model.refused(outsiders).mean())
        return found

    def _head(self, learned: Features, truth: Ints, labels: int) -> Head:
        knobs = self._knobs
        fold_of = folds(truth, [""] * len(truth), count=knobs.head_folds, seed=knobs.seed)
        rows = classifier_of(self._body.graph)
        known = None
        if rows is not None:
            known = known_of(learned.imagenet, truth, fold_of, rows, labels=labels)
        return fit_head(
            learned.views.astype(np.float32),
            truth,
            fold_of,
            labels=labels,
            search=knobs.head_search,
            known=known,
        )


@dataclass(frozen=True)
class Model:
    """Answers and a check with their thresholds, as a bundle would have them."""

    by_view: Callable[[Features], Floats]
    """Logits [N, V, L] of photos' views."""
    check: OutsideCheck
    threshold: float
    temperature: float
    sure: float

    def look(self, photos: Features) -> tuple[Floats, Bools, Bools]:
        """The logits [N, L] that answer photos, which of them were looked at again, and which are
        refused [N]: as the classifier does it."""
        views, imagenet = (part.astype(np.float32) for part in (photos.views, photos.imagenet))
        by_view, scores = self.by_view(photos), self.check.score(views[:, 0], imagenet)
        again = worth_another_look(scores, self.threshold)
        answers = looked_at(by_view, again, self.temperature, self.sure)
        again &= _first(by_view, self.temperature) < self.sure
        if self.check.asks_again and again.any():
            by_all = self.check.score_again(views[again], imagenet[again])
            scores[again] = np.maximum(scores[again], by_all)
        return answers, again, np.asarray(scores >= self.threshold)

    def refused(self, photos: Features) -> Bools:
        """Which photos it refuses [N]."""
        return self.look(photos)[2]

    def measure(self, photos: Features, truth: Ints) -> dict[str, float]:
        """Its figures on photos of the labels, second looks taken."""
        answers, again, refused = self.look(photos)
        chances = softmax(answers / self.temperature)
        right = chances.argmax(axis=1) == truth
        is_sure = ~refused & (chances.max(axis=1) >= self.sure)
        return _of("head", chances, truth) | {
            "sure": float(is_sure.mean()),
            "sure_wrong": float((~right)[is_sure].mean()) if is_sure.any() else 0.0,
            "sure_best": _covered(chances, right),
            "refused": float(refused.mean()),
            "again": float(again.mean()),
        }


def _first(by_view: Floats, temperature: float) -> Floats:
    """How sure the first view alone is of each photo."""
    chances: Floats = softmax(by_view[:, 0] / temperature).max(axis=1)
    return chances


def _plain(points: Floats, truth: Ints, new: Floats) -> Floats:
    model = LogisticRegressionCV(Cs=_STRENGTHS, cv=5, scoring="neg_log_loss", max_iter=1000)
    chances: Floats = model.fit(scaled(points), truth).predict_proba(scaled(new))
    return chances


def _by_the_book(photos: PhotoSet, seen: Bools, folder: Path) -> float:
    from benchmarks.book_training import book

    with tempfile.TemporaryDirectory() as scratch:
        for item, learned in zip(photos.items, seen, strict=True):
            place = (
                Path(scratch) / ("seen" if learned else "new") / item.label / Path(item.name).name
            )
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(item.read())
        _, _, right = book(Path(scratch) / "seen", Path(scratch) / "new")
    return right


def _of(name: str, chances: Floats, truth: Ints) -> dict[str, float]:
    right = float((chances.argmax(axis=1) == truth).mean())
    return {f"{name}_right": right, f"{name}_loss": float(log_loss(chances, truth).mean())}


def _covered(chances: Floats, right: Bools) -> float:
    """What the best threshold would answer as sure with two in a hundred wrong."""
    curve = risk_coverage(chances.max(axis=1), right.astype(float))
    fits = curve.coverage[curve.risk <= _AT_ERROR]
    return float(fits.max()) if len(fits) else 0.0


def in_words(name: str, row: dict[str, Any]) -> str:
    """One line for a person."""
    line = (
        f"{name:16}{row['photos']:5.0f} photos  right {100 * row['head_right']:5.1f}%, plain"
        f" {100 * row['plain_right']:5.1f}%  log loss {row['head_loss']:.3f}, plain"
        f" {row['plain_loss']:.3f}  sure {100 * row['sure']:5.1f}%"
        f" (best {100 * row['sure_best']:.0f}%),"
        f" wrong {100 * row['sure_wrong']:4.1f}%  refused {100 * row['refused']:4.1f}%"
        f", looked at again {100 * row['again']:.0f}%"
    )
    if "near_refused" in row:
        line += f", near {100 * row['near_refused']:.0f}%"
    if "fastai_right" in row:
        line += f"  fastai right {100 * row['fastai_right']:.1f}%"
    return line


if __name__ == "__main__":
    sys.exit(main())
