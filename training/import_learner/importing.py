"""`python -m training.import_learner` at work: the learner opened, measured, and made a bundle."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
from fastai.learner import Learner

from dataset.examples.label_order import label_order
from models.bundles.bundle import GRAPH, REFERENCE, Bundle, golden_files, write_bundle
from models.errors import BundleError
from models.inference.classifier import Classifier
from models.inference.network import Network, Outputs
from models.photo import Preparation
from objects.loading import load_settings
from training.add.opening import open_database
from training.errors import TrainError
from training.import_learner.foreign_learner import (
    Foreign,
    ForeignGraph,
    load_foreign,
    own_answers,
    relearner,
    with_temperature,
)
from training.settings.environment import TrainingSettings
from training.settings.labels import labels_in, read_labels
from training.train.bundle_parts import (
    Provenance,
    draft_manifest,
    export_learner,
    golden_photos,
    prove_parity,
    reference_file,
)
from training.train.calibrating import outside_fit
from training.train.calibrating.calibration import calibrate
from training.train.calibrating.dataset_check import imagenet_names
from training.train.candidate import CANDIDATES, LEARNER, workspace
from training.train.judging.answers import Answers, answer, check_labels, in_words, measure
from training.train.judging.report import Findings, report_files
from training.train.knobs import Knobs
from training.train.learning.device import chosen
from training.train.learning.recipes.learners import probabilities
from training.train.material.features import prepared
from training.train.material.photoset import PhotoSet, from_folder
from training.train.metrics import Ints
from training.train.network.bodies import load_body
from training.train.network.body import DEFAULT_ARCH
from training.train.network.onnx_export import to_onnx
from training.train.progress import Clock, Progress, bars

WARNING = (
    "A pickle runs code as soon as it is opened: {file} can do whatever you can. Import only a"
    " learner from somebody you trust."
)
LEAST_AGREEMENT = 0.9
"""A learner must name the same label with its own preparation and with ours for this share of the
photos. Below it, serving does not know the preparation that it was trained with."""
_COMPARED = 200
"""Photos that the learner answers with its own preparation."""
_TRIED = 60
"""Of these, photos on which the preparations are tried: the best differ by a photo or two."""


@dataclass(frozen=True)
class Imported:
    """The bundle, how often it answers as the learner did with its own preparation, and figures."""

    bundle: Bundle
    agreement: float
    metrics: dict[str, Any]


def run(options: argparse.Namespace) -> int:
    print(WARNING.format(file=options.learner), file=sys.stderr)
    settings = load_settings(TrainingSettings)
    with bars() as progress:
        imported = import_learner(
            options.learner,
            options.photos,
            out=options.out,
            labels_file=settings.labels_file,
            order=_order_here(settings),
            progress=progress,
            device=settings.device,
        )
    for note in imported.metrics["notes"]:
        print(note, file=sys.stderr)
    if options.json:
        where = {"bundle": str(imported.bundle.path), "agreement": imported.agreement}
        print(json.dumps(imported.metrics | where, ensure_ascii=False))
    else:
        print(in_words(imported.metrics))
        print(
            f"Prepared as in serving, it answers {imported.agreement:.1%} of the photos as it did"
            f" before. The bundle: {imported.bundle.path}"
        )
    return 0


def import_learner(
    source: Path | Learner,
    photos_dir: Path,
    *,
    out: Path | None = None,
    labels_file: Path | None = None,
    order: Sequence[str] = (),
    progress: Progress | None = None,
    device: str = "auto",
) -> Imported:
    """Write a bundle that answers as a learner does: an exported one, whose pickle runs code when
    it is opened, or one that is here, in a notebook.

    It answers on `device` (`learning.device.chosen`) until its graph is made. Calibrated and
    measured on the same photos, for want of others: the report says so. `labels_file` says what its
    labels are called. They stand in `order`, then as that file has them, then as the learner has
    them. Raises TrainError, ParityError, BundleError, LabelsFileError.
    """
    if out is not None and out.exists():
        raise BundleError(f"{out} exists already: choose another folder")
    clock, now = Clock(progress), datetime.now(timezone.utc)
    choice = chosen(device)
    clock.begin("opening the learner")
    foreign = load_foreign(source).in_order([*order, *labels_in(labels_file)])
    texts = read_labels(foreign.labels, labels_file)
    photos = _labelled(photos_dir, foreign)
    clock.begin("asking the learner")
    some = np.unique(np.linspace(0, len(photos) - 1, _COMPARED).astype(int))
    answers, size_px, remarks = own_answers(foreign, photos.where(some), choice)
    named = answers.argmax(axis=1)
    with workspace(out.parent if out else CANDIDATES) as folder:
        clock.begin("exporting")
        graph = to_onnx(ForeignGraph(foreign, load_body(DEFAULT_ARCH)), size_px=size_px)
        network = Network(graph, threads=Knobs().threads)
        clock.begin("choosing the preparation")
        preparation = _choose(network, photos.where(some), named)
        knobs = Knobs(
            short_side_px=preparation.short_side_px,
            crop_px=preparation.crop_px,
            resize=preparation.method,
            arch=foreign.name,
        )
        clock.begin("calibrating")
        outputs = _outputs(network, photos, preparation)
        agreement = float((outputs.logits[some].argmax(axis=1) == named).mean())
        _check_agreement(agreement)
        check = outside_fit.fit(outputs.embedding, outputs.imagenet, photos.truth, imagenet_names())
        logits = outputs.logits.astype(float)
        calibration = calibrate(logits, photos.truth, knobs=knobs, accepted=check.accepted)
        (folder / GRAPH).write_bytes(with_temperature(graph, calibration.temperature))
        (folder / REFERENCE).write_bytes(reference_file(check.reference))
        manifest = draft_manifest(
            foreign.labels,
            texts,
            knobs,
            calibration,
            check,
            Provenance(
                version=f"{now:%Y%m%d-%H%M%S}-import",
                recipe="import",
                dataset={"sha256": "", "counts": {"valid": photos.counts()}},
                parent=None,
                now=now,
            ),
        )
        classifier = Classifier(Bundle(folder, manifest))
        clock.begin("proving parity")
        learner = relearner(foreign, photos, preparation, calibration.temperature, folder)
        spread = photos.items[:: max(1, len(photos) // knobs.parity_photos)]
        apart = prove_parity(
            spread,
            classifier,
            lambda items: probabilities(learner, [item.read for item in items]),
        )
        clock.begin("measuring")
        measured = measure(classifier.labels, answer(classifier, photos))
        measured |= {"agreement": round(agreement, 4), "largest_difference": round(apart, 6)}
        measured["notes"] = list(remarks)
        measured["seconds"] = clock.so_far()
        manifest = replace(manifest, metrics=measured)
        clock.begin("writing the bundle")
        findings = Findings(
            manifest=manifest, photos=photos, logits=logits, gate=Answers(), left_out=0
        )
        files: dict[str, bytes | Path] = {**report_files(findings, knobs)}
        export_learner(learner, LEARNER)
        files |= {name: folder / name for name in (GRAPH, REFERENCE, LEARNER)}
        files |= golden_files(
            golden_photos(
                photos.items,
                lambda data: classifier.classify(data).probabilities,
                foreign.labels,
                per_label=knobs.golden_per_label,
            )
        )
        bundle = write_bundle(out or CANDIDATES / manifest.version, manifest, files)
    clock.end()
    return Imported(bundle, agreement, measured)


def _order_here(settings: TrainingSettings) -> tuple[str, ...]:
    """The order of the known labels; empty without a database."""
    if not settings.data_dir.is_dir():
        return ()
    with open_database(settings) as database, database.reading() as session:
        return label_order(session)


def _labelled(folder: Path, foreign: Foreign) -> PhotoSet:
    """The readable photos in `folder`, with the learner's labels in the learner's order."""
    photos = from_folder(folder)
    photos = photos.where(~photos.outsiders)
    check_labels(photos, foreign.labels, where=folder)
    unreadable: dict[str, str] = {}
    for _ in prepared(photos.items, Preparation(), unreadable):
        pass
    photos = photos.where([item.name not in unreadable for item in photos.items])
    missing = sorted(set(foreign.labels) - set(photos.counts()))
    if missing:
        raise TrainError(
            f"{folder} has no readable photo of {missing[0]!r}: each label of the learner needs"
            " some to calibrate with."
        )
    return PhotoSet(photos.items, foreign.labels)


def _choose(network: Network, photos: PhotoSet, named: Ints) -> Preparation:
    """The preparation with which a graph most often names the label that its learner `named`."""
    tried = np.unique(np.linspace(0, len(photos) - 1, _TRIED).astype(int))
    size_px = network.size_px
    margin_px = round(size_px * 256 / 224)
    tries = (
        Preparation(margin_px, size_px, "crop"),
        Preparation(size_px, size_px, "crop"),
        Preparation(margin_px, size_px, "squish"),
        Preparation(margin_px, size_px, "pad"),
    )
    agreements = []
    for preparation in tries:
        logits = _outputs(network, photos.where(tried), preparation).logits
        agreements.append(float((logits.argmax(axis=1) == named[tried]).mean()))
    return tries[int(np.argmax(agreements))]


def _check_agreement(agreement: float) -> None:
    if agreement < LEAST_AGREEMENT:
        raise TrainError(
            f"However serving prepares photos, the learner names another label than with its own"
            f" transforms on {1 - agreement:.0%} of them: train it on photos cropped, padded"
            " or squished to a square."
        )


def _outputs(network: Network, photos: PhotoSet, preparation: Preparation) -> Outputs:
    """What the graph says of photos prepared as in serving."""
    portions = [
        network.run(squares[:, 0]) for _, squares in prepared(photos.items, preparation, {})
    ]
    fields = zip(*(vars(portion).values() for portion in portions), strict=True)
    return Outputs(*(np.concatenate(parts) for parts in fields))
