"""`python -m training.evaluate` at work: a bundle, thresholds included, on folders of photos."""

from __future__ import annotations

import argparse
import json
import sys

from tqdm import tqdm

from models.bundles.bundle import Bundle
from models.inference.classifier import Classifier
from training.errors import TrainError
from training.train.judging.answers import answer, check_labels, in_words, measure
from training.train.material.photoset import from_folder, from_outsiders


def run(options: argparse.Namespace) -> int:
    classifier = Classifier(Bundle.open(options.bundle))
    everything = from_folder(options.photos)
    inside = everything.where(~everything.outsiders)
    outside = everything.where(everything.outsiders)
    if options.outside is not None:
        outside = from_outsiders(options.outside)
    check_labels(inside, classifier.labels, where=options.photos)
    with tqdm(total=len(inside) + len(outside), unit="photo", disable=None) as bar:
        answers = answer(classifier, inside, progress=bar.update)
        strangers = answer(classifier, outside, progress=bar.update)
    for name, reason in (answers.unreadable | strangers.unreadable).items():
        print(f"left out: {name}: {reason}", file=sys.stderr)
    if not answers.predictions:
        raise TrainError(f"None of the {len(inside)} photos in {options.photos} can be read.")
    measured = measure(classifier.labels, answers, strangers)
    measured["model_version"] = classifier.version
    print(json.dumps(measured, ensure_ascii=False) if options.json else in_words(measured))
    return 0
