"""python -m training.evaluate BUNDLE PHOTOS [--outside DIR] [--json]: measure on PHOTOS/<label>/*.

Works on any bundle, the starter too, and needs no torch. What is measured is the running
classifier, thresholds included.
"""

from __future__ import annotations

import argparse
import json
import sys

from tqdm import tqdm

from dataset.errors import DatasetError
from models.bundles.bundle import Bundle
from models.errors import ModelsError
from models.inference.classifier import Classifier
from training.errors import TrainError, TrainingError
from training.train.judging.answers import answer, check_labels, in_words, measure
from training.train.material.photoset import from_folder, from_outsiders


def run(options: argparse.Namespace) -> int:
    """Run the command; the exit status."""
    try:
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
    except (TrainingError, ModelsError, DatasetError) as exc:
        print(exc, file=sys.stderr)
        return 1
    except OSError as exc:
        print(f"{exc.filename or 'A file'} cannot be read: {exc.strerror}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    measured["model_version"] = classifier.version
    print(json.dumps(measured, ensure_ascii=False) if options.json else in_words(measured))
    return 0
