"""python -m benchmarks.honesty: how honest a bundle's answers are, on photos that it never saw.

    python -m benchmarks.honesty --bundle DIR --photos DIR --outside near=DIR --outside far=DIR

Prints accuracy, calibration error, what is covered at 1% and 2% error, the conformal set, and for
each kind of outsider how well the check tells it from the photos (AUROC, share let in when 95% of
the photos are) and what is refused, by the bundle's threshold and by the one that refuses 5% of the
photos. With `--train DIR`, the photos a bundle was trained on, also the outside check alone, fitted
on those, with the ImageNet classes of all labels but one held back: as for labels that ImageNet
does not have.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dataset.errors import DatasetError
from models.bundles.bundle import STARTER, Bundle
from models.errors import ModelsError
from models.inference.classifier import Classifier
from models.inference.outside_check import OutsideCheck
from training.errors import TrainingError
from training.train import metrics
from training.train.calibrating import outside_fit
from training.train.judging.answers import Answers, answer, check_labels, measure
from training.train.material.features import prepared
from training.train.material.photoset import PhotoSet, from_folder, from_outsiders
from training.train.metrics import Floats

REFUSED = 0.05
ERRORS = (0.01, 0.02)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the options name; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.honesty", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--bundle", type=Path, default=STARTER, help="default: the starter")
    parser.add_argument("--photos", type=Path, required=True, help="folder with DIR/<label>/*")
    parser.add_argument(
        "--outside", metavar="NAME=DIR", action="append", default=[], help="outsiders of one kind"
    )
    parser.add_argument("--train", metavar="DIR", type=Path, help="photos to fit a check on")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    kinds: dict[str, Path] = {}
    for given in options.outside:
        name, _, folder = given.rpartition("=")
        kinds[name or Path(folder).name] = Path(folder)
    try:
        classifier = Classifier(Bundle.open(options.bundle))
        photos = from_folder(options.photos)
        photos = photos.where(~photos.outsiders)
        check_labels(photos, classifier.labels, where=options.photos)
        outsiders = {name: from_outsiders(folder) for name, folder in kinds.items()}
        measured = honesty(classifier, photos, outsiders)
        if options.train is not None:
            measured["held_back"] = held_back(
                classifier, from_folder(options.train), photos, outsiders
            )
    except (TrainingError, ModelsError, DatasetError) as exc:
        print(exc, file=sys.stderr)
        return 1
    print(json.dumps(measured) if options.json else as_table(measured))
    return 0


def honesty(
    classifier: Classifier, photos: PhotoSet, outsiders: dict[str, PhotoSet]
) -> dict[str, Any]:
    """The figures of one bundle."""
    answers = answer(classifier, photos)
    figures = measure(classifier.labels, answers)
    probabilities = answers.probabilities(classifier.labels)
    truth = np.array([classifier.labels.index(item.label) for item in answers.photos])
    right = (probabilities.argmax(axis=1) == truth).astype(float)
    curve = metrics.risk_coverage(probabilities.max(axis=1), right)
    for error in ERRORS:
        within = curve.coverage[curve.risk <= error]
        figures[f"coverage_at_{error:.0%}"] = float(within.max()) if len(within) else 0.0
    figures["version"] = classifier.version
    figures["outsiders"] = {
        name: _outsiders(answers, answer(classifier, kind)) for name, kind in outsiders.items()
    }
    return figures


def _outsiders(answers: Answers, strangers: Answers) -> dict[str, Any]:
    return {
        **_told_apart(answers.outside_scores, strangers.outside_scores),
        "refused": float(strangers.verdicts("outside").mean()),
    }


def _told_apart(inside: Floats, strange: Floats) -> dict[str, Any]:
    """`refused_at_5`: the share refused by the threshold that refuses 5% of the photos."""
    let_in = metrics.accepted_outsiders(inside, strange, accepted=1 - REFUSED)
    return {
        "n": len(strange),
        "auroc": metrics.auroc(inside, strange),
        "fpr95": let_in,
        "refused_at_5": 1 - let_in,
    }


def held_back(
    classifier: Classifier,
    training: PhotoSet,
    photos: PhotoSet,
    outsiders: dict[str, PhotoSet],
) -> dict[str, Any]:
    """For each label, the check's figures when ImageNet knows only this one."""
    training = training.where(~training.outsiders)
    seen = _features(classifier, training)
    inside = _features(classifier, photos)
    strangers = {name: _features(classifier, kind) for name, kind in outsiders.items()}
    names = [str(number) for number in range(seen[1].shape[1])]
    whole = outside_fit.fit(*seen, training.truth, names).reference
    found = {}
    for label, name in enumerate(training.labels):
        hidden = whole.own_classes[whole.own_labels != label]
        fitted = outside_fit.fit(seen[0], _without(seen[1], hidden), training.truth, names)
        check = OutsideCheck(fitted.reference)
        scores = check.score(inside[0], _without(inside[1], hidden))
        found[name] = {"refused": float((scores >= fitted.threshold).mean())} | {
            kind: _told_apart(scores, check.score(features, _without(logits, hidden)))
            for kind, (features, logits) in strangers.items()
        }
    return found


def _features(classifier: Classifier, photos: PhotoSet) -> tuple[Any, Any]:
    """Pretrained features [N, D] and ImageNet logits [N, 1000]; all photos must be readable."""
    unreadable: dict[str, str] = {}
    outputs = [
        classifier.run(squares[:, 0])
        for items, squares in prepared(photos.items, classifier.manifest.preparation, unreadable)
        if items
    ]
    if unreadable:
        raise TrainingError(f"{min(unreadable)} cannot be read: remove it.")
    return (
        np.concatenate([output.embedding for output in outputs]),
        np.concatenate([output.imagenet for output in outputs]),
    )


def _without(logits: Floats, hidden: Any) -> Any:
    """Logits [N, 1000] of a network that had never heard of some classes."""
    rest = logits.copy()
    rest[:, hidden] = -60
    return rest


def as_table(figures: dict[str, Any]) -> str:
    """The figures for a person."""

    def percent(name: str) -> str:
        return f"{100 * figures[name]:6.1f}%"

    lines = [
        f"bundle {figures['version']}, {figures['n']} photos",
        f"  right                          {percent('accuracy')}",
        f"  calibration error (ECE)        {percent('ece')}",
        f"  covered at 1% error            {percent('coverage_at_1%')}",
        f"  covered at 2% error            {percent('coverage_at_2%')}",
        f"  answered as sure               {percent('sure_coverage')}",
        f"  of these wrong                 {percent('sure_error')}",
        f"  refused as none of the labels  {percent('refused')}",
        f"  true label in conformal set    {percent('conformal_coverage')}",
        f"  labels in it, on average       {figures['conformal_size']:7.2f}",
    ]
    head = f"{'':12}{'n':>5}{'AUROC':>8}{'FPR95':>8}{'refused at 5%':>15}{'by threshold':>14}"
    if figures["outsiders"]:
        lines += ["outsiders", head]
        lines += [_row(name, row) for name, row in figures["outsiders"].items()]
    for label, row in figures.get("held_back", {}).items():
        lines += [f"ImageNet knows {label} only: {100 * row['refused']:.1f}% of the photos refused"]
        lines += [_row(name, kind) for name, kind in row.items() if name != "refused"]
    return "\n".join(lines)


def _row(name: str, row: dict[str, Any]) -> str:
    by_threshold = f"{100 * row['refused']:13.1f}%" if "refused" in row else ""
    return (
        f"{name:12}{row['n']:5}{row['auroc']:8.4f}{100 * row['fpr95']:7.1f}%"
        f"{100 * row['refused_at_5']:14.1f}%{by_threshold}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
