"""What a bundle answers on labelled photos, and the figures that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from dataset.reviewing.intervals import wilson
from models.inference.classifier import Classifier, Prediction
from training.errors import TrainError
from training.train import metrics
from training.train.material.features import Progress, prepared
from training.train.material.photoset import Item, PhotoSet
from training.train.metrics import Floats, Ints


@dataclass
class Answers:
    """A classifier's answers to readable photos, in order; `unreadable` has the reasons for the
    rest."""

    photos: list[Item] = field(default_factory=list)
    predictions: list[Prediction] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)

    def probabilities(self, labels: Sequence[str]) -> Floats:
        """[N, L]"""
        rows = [[p.probabilities[label] for label in labels] for p in self.predictions]
        return np.array(rows, dtype=float).reshape(len(rows), len(labels))

    @property
    def outside_scores(self) -> Floats:
        """[N], higher is more outside."""
        return np.array([p.outside_score for p in self.predictions], dtype=float)

    def verdicts(self, verdict: str) -> metrics.Bools:
        """Which answers have this verdict [N]."""
        return np.array([p.verdict == verdict for p in self.predictions], dtype=bool)


def check_labels(photos: PhotoSet, labels: Sequence[str], *, where: Path) -> None:
    """Raise TrainError unless the photos have labels and the bundle knows each of them."""
    strange = [label for label in photos.labels if label not in labels]
    if strange:
        raise TrainError(
            f"{where} has a folder {strange[0]!r}, which is not a label of this bundle"
            f" ({', '.join(labels)}): rename or remove it."
        )
    if not photos.labels:
        raise TrainError(f"{where} has no folder named as a label ({', '.join(labels)}).")


def answer(
    classifier: Classifier, photos: PhotoSet, *, progress: Progress | None = None
) -> Answers:
    """Classify photos in batches, decoding ahead."""
    return answer_each([classifier], photos, progress=progress)[0]


def answer_each(
    classifiers: Sequence[Classifier], photos: PhotoSet, *, progress: Progress | None = None
) -> list[Answers]:
    """The same by several classifiers; those that prepare alike share the decoding, its half."""
    found = [Answers() for _ in classifiers]
    for preparation in dict.fromkeys(each.manifest.preparation for each in classifiers):
        alike = [
            (classifier, answers)
            for classifier, answers in zip(classifiers, found, strict=True)
            if classifier.manifest.preparation == preparation
        ]
        unreadable: dict[str, str] = {}
        views = max(classifier.manifest.views for classifier, _ in alike)
        for items, squares in prepared(photos.items, preparation, unreadable, views=views):
            for classifier, answers in alike if items else ():
                answers.photos.extend(items)
                answers.predictions.extend(classifier.classify_prepared(squares))
            if progress is not None:
                progress(len(items))
        for _, answers in alike:
            answers.unreadable |= unreadable
    return found


def measure(
    labels: Sequence[str], answers: Answers, strangers: Answers | None = None
) -> dict[str, Any]:
    """The figures, with 95% intervals; None where these photos do not suffice.

    `answers` belong to photos with labels, `strangers` to photos that show none of them.
    """
    index = {label: number for number, label in enumerate(labels)}
    truth: Ints = np.array([index[item.label] for item in answers.photos], dtype=np.int64)
    probabilities = answers.probabilities(labels)
    chosen = probabilities.argmax(axis=1)
    right = chosen == truth
    matrix = metrics.confusion(truth, chosen, len(labels))
    accuracy, accuracy_interval = metrics.shares(right)
    sure = answers.verdicts("sure")
    sure_error, sure_error_interval = metrics.shares(~right[sure])
    sure_coverage, sure_coverage_interval = metrics.shares(sure)
    refused, refused_interval = metrics.shares(answers.verdicts("outside"))
    covered = [item.label in p.candidates for item, p in _pairs(answers)]

    def ece_of(rows: Ints) -> float:
        return metrics.calibration_error(probabilities[rows], truth[rows])

    totals = matrix.sum(axis=1)
    measured: dict[str, Any] = {
        "n": len(truth),
        "accuracy": accuracy,
        "accuracy_interval": accuracy_interval,
        "recall": dict(zip(labels, metrics.recalls(matrix).tolist(), strict=True)),
        "recall_interval": {
            label: wilson(matrix[row, row], totals[row]) for label, row in index.items()
        },
        "ece": metrics.calibration_error(probabilities, truth),
        "ece_interval": metrics.bootstrap(ece_of, len(truth), resamples=500),
        "confusion": {
            label: dict(zip(labels, matrix[row].tolist(), strict=True))
            for label, row in index.items()
        },
        "sure_coverage": sure_coverage,
        "sure_coverage_interval": sure_coverage_interval,
        "sure_error": sure_error,
        "sure_error_interval": sure_error_interval,
        "refused": refused,
        "refused_interval": refused_interval,
        "conformal_coverage": metrics.shares(covered)[0],
        "conformal_size": _mean([len(p.candidates) for p in answers.predictions]),
        "unreadable": len(answers.unreadable),
        "outside_auroc": None,
        "outside_fpr95": None,
        "outside_n": 0,
    }
    if strangers is not None and strangers.predictions:
        inside, outside = answers.outside_scores, strangers.outside_scores
        outside_refused, outside_refused_interval = metrics.shares(strangers.verdicts("outside"))
        measured |= {
            "outside_auroc": metrics.auroc(inside, outside),
            "outside_fpr95": metrics.accepted_outsiders(inside, outside),
            "outside_n": len(outside),
            "outside_refused": outside_refused,
            "outside_refused_interval": outside_refused_interval,
        }
        measured["unreadable"] += len(strangers.unreadable)
    cleaned: dict[str, Any] = _without_nan(measured)
    return cleaned


def in_words(measured: dict[str, Any]) -> str:
    """The figures for a person."""
    lines = [
        f"{measured['n']} photos, {_share(measured, 'accuracy')} right",
        *(
            f"  {label}: no photo, so nothing is known of it"
            if recall is None
            else f"  {label}: {_percent(recall)} recognised"
            f" {_interval(measured['recall_interval'][label])}"
            for label, recall in measured["recall"].items()
        ),
        f"sure on {_share(measured, 'sure_coverage')}; of these"
        f" {_share(measured, 'sure_error')} wrong",
        f"calibration error (15 bins) {_share(measured, 'ece')}",
        f"true label among the candidates: {_percent(measured['conformal_coverage'])},"
        f" {measured['conformal_size']:.2f} labels on average",
        f"wrongly refused as none of the labels: {_share(measured, 'refused')}",
    ]
    if measured["outside_n"]:
        lines.append(
            f"{measured['outside_n']} outsiders, {_share(measured, 'outside_refused')} refused;"
            f" AUROC {measured['outside_auroc']:.3f}; let in when 95% of the others are:"
            f" {_percent(measured['outside_fpr95'])}"
        )
    if measured["unreadable"]:
        lines.append(f"{measured['unreadable']} files could not be read")
    return "\n".join(lines)


def _pairs(answers: Answers) -> list[tuple[Item, Prediction]]:
    return list(zip(answers.photos, answers.predictions, strict=True))


def _mean(values: Sequence[int]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nan(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(inner) for inner in value]
    if isinstance(value, float):
        return None if value != value else round(value, 6)
    return value


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}%"


def _interval(interval: Sequence[float]) -> str:
    return f"({100 * interval[0]:.1f} to {100 * interval[1]:.1f})"


def _share(measured: dict[str, Any], name: str) -> str:
    return f"{_percent(measured[name])} {_interval(measured[name + '_interval'])}"
