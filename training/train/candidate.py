"""Training a candidate bundle from the dataset: every stage, in order."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from dataset.conversation.claims.label_names import renamed
from dataset.examples import examples
from dataset.examples.labels import texts
from dataset.photos.opening import store_of
from dataset.storage.database import Database
from dataset.storage.processes import is_running
from dataset.storage.schema import Split
from models.bundles.bundle import GRAPH, REFERENCE, Bundle, golden_files, write_bundle
from models.bundles.manifest import Manifest
from models.errors import BundleError, ModelsError
from models.inference.classifier import Classifier
from models.registry.opening import registry_of
from training.settings.environment import TrainingSettings
from training.settings.labels import LabelTexts, place_labels, read_labels
from training.train.bundle_parts import (
    Provenance,
    attribution_file,
    draft_manifest,
    export_learner,
    golden_photos,
    prove_parity,
    reference_file,
)
from training.train.calibrating.calibration import calibrate, softmax
from training.train.calibrating.dataset_check import check_of, unseen_refusals
from training.train.calibrating.logistic import class_weights
from training.train.judging.answers import answer, measure
from training.train.judging.report import Findings, report_files
from training.train.knobs import Knobs
from training.train.learning.by_recipe import (
    Finished,
    Learned,
    Material,
    learn_auto,
    learn_book,
    learn_head,
    proof_rows,
)
from training.train.learning.learner_file import learner_file
from training.train.learning.machines import HERE, Machines
from training.train.material.features import Features, of_readable
from training.train.material.photoset import Item, PhotoSet, from_dataset
from training.train.material.shared_features import open_features
from training.train.metrics import Floats
from training.train.network.bodies import body_graph
from training.train.progress import Clock, Progress

CANDIDATES = Path("candidates")
LEARNER = "learner.pkl"
_WORKSPACE = ".training-"

Sift = Callable[[Material], bool]
"""Called with all photos, the gate's and the outsiders too; whether it set some of them aside."""


@dataclass(frozen=True)
class Trained:
    """A candidate: its bundle, what was measured on the gate split, and what took how long."""

    bundle: Bundle
    metrics: dict[str, Any]
    seconds: dict[str, float]
    left_out: dict[str, str]
    """Photos that could not be read, and why."""
    unseen: dict[int, Floats]
    """Probabilities [L] by photo id, of models that had not learned from the photo."""
    unseen_refused: dict[int, bool]
    """Whether a check that had not seen the photo refuses it, outsiders among them."""
    learned_from: frozenset[int] = frozenset()
    """Ids of all photos that any part of it comes from."""


@dataclass(frozen=True)
class _Dataset:
    photos: PhotoSet
    features: Features
    material: Material
    left_out: dict[str, str]
    fingerprint: str
    counts: dict[str, dict[str, int]]


def train(
    settings: TrainingSettings,
    knobs: Knobs,
    database: Database,
    *,
    out: Path | None = None,
    progress: Progress | None = None,
    now: datetime | None = None,
    machines: Machines = HERE,
    sift: Sift | None = None,
) -> Trained:
    """Train a candidate and write it to `out` (default: a folder of its own in candidates/).

    `machines` do the heavy parts. `sift` looks at all photos first; when it sets some aside, the
    dataset is read again. Deterministic for a dataset and a seed. Raises TrainError when the photos
    do not suffice, ParityError, BundleError when `out` exists. After any error nothing is left
    behind.
    """
    if out is not None and out.exists():
        raise BundleError(f"{out} exists already: choose another folder")
    clock = Clock(progress)
    if knobs.recipe != "head":
        _check_device(knobs)
    now = now or datetime.now(timezone.utc)
    data = _read(settings, knobs, database, clock, machines)
    if sift is not None:
        clock.begin("judging what is new")
        if sift(replace(data.material, photos=data.photos, features=data.features)):
            data = _read(settings, knobs, database, Clock(), machines)
    called = _texts_of(data.material.photos.labels, settings, database)
    clock.begin("learning what is outside")
    learnable = data.photos.in_split(Split.TRAIN, Split.VALID)
    checked = data.photos.where(learnable)
    check = check_of(data.photos, data.features, learnable, knobs)
    of_material = np.flatnonzero(~checked.outsiders)
    with workspace(out.parent if out else CANDIDATES) as folder:
        clock.begin("training")
        learned = _learn(data.material, knobs, folder, clock)
        truth = data.material.photos.truth[learned.rows]
        rows = of_material[learned.rows]
        calibration = calibrate(
            learned.unseen,
            truth,
            knobs=knobs,
            accepted=check.accepted[rows],
            worth_another_look=check.worth_another_look[rows],
        )
        clock.begin("exporting")
        finished = learned.finish(calibration.temperature, folder)
        (folder / GRAPH).write_bytes(finished.graph)
        (folder / REFERENCE).write_bytes(reference_file(check.reference))
        manifest = draft_manifest(
            data.material.photos.labels,
            called,
            knobs,
            calibration,
            check,
            Provenance(
                version=f"{now:%Y%m%d-%H%M%S}-{learned.recipe}-{data.fingerprint[:8]}",
                recipe=learned.recipe,
                dataset={"sha256": data.fingerprint, "counts": data.counts},
                parent=registry_of(settings).current_version(),
                now=now,
            ),
            views=learned.unseen.shape[1],
        )
        classifier = Classifier(Bundle(folder, manifest), threads=knobs.threads)
        clock.begin("proving parity")
        apart = _prove(classifier, finished, data.material, knobs, clock)
        clock.begin("measuring")
        gate = data.photos.in_split(Split.GATE)
        answers = answer(classifier, data.photos.where(gate & ~data.photos.outsiders))
        strangers = answer(classifier, data.photos.where(gate & data.photos.outsiders))
        measured = measure(classifier.labels, answers, strangers)
        measured["largest_difference"] = round(apart, 6)
        measured |= learned.notes
        complaints = [called.complaint(settings.labels_file)] if called.lost else []
        measured["notes"] = [*learned.remarks, *complaints]
        clock.begin("writing the report")
        measured["seconds"] = clock.so_far()
        manifest = replace(manifest, metrics=measured)
        photos = data.material.photos.where(learned.rows)
        findings = Findings(
            manifest=manifest,
            photos=photos,
            logits=calibration.logits,
            gate=answers,
            left_out=len(data.left_out),
        )
        files: dict[str, bytes | Path] = {**report_files(findings, knobs)}
        clock.begin("writing the bundle")
        right = calibration.logits.argmax(axis=1) == truth
        files |= _golden(classifier, photos.where(right), knobs)
        files |= {name: folder / name for name in (GRAPH, REFERENCE)}
        files[LEARNER] = _learner_file(finished, data.material, classifier, knobs, folder)
        files["ATTRIBUTION.csv"] = attribution_file(database)
        bundle = write_bundle(out or CANDIDATES / manifest.version, manifest, files)
    try:
        Classifier(bundle, threads=knobs.threads).check_golden()
    except ModelsError:
        shutil.rmtree(bundle.path, ignore_errors=True)
        raise
    clock.end()
    probabilities = softmax(calibration.logits / calibration.temperature)
    unseen = {
        item.photo_id: row
        for item, row in zip(photos.items, probabilities, strict=True)
        if item.photo_id is not None
    }
    learned_from = frozenset(item.photo_id for item in data.photos.items if item.photo_id)
    return Trained(
        bundle=bundle,
        metrics=measured,
        seconds=clock.so_far(),
        left_out=data.left_out,
        unseen=unseen,
        unseen_refused=unseen_refusals(checked, check),
        learned_from=learned_from,
    )


def _texts_of(
    labels: tuple[str, ...], settings: TrainingSettings, database: Database
) -> LabelTexts:
    """What the labels are called: by the file, by people, and by the model before."""
    with database.reading() as session:
        said, old_names = texts(session), renamed(session)
    return read_labels(
        labels, settings.labels_file, before=_in_use(settings), said=said, renamed=old_names
    )


def _check_device(knobs: Knobs) -> None:
    """Raise DeviceUnavailable before anything takes time."""
    if knobs.device not in ("auto", "cpu"):
        from training.train.learning.device import chosen

        chosen(knobs.device)


def _in_use(settings: TrainingSettings) -> Manifest | None:
    """What the model in use says about itself; None when it is too damaged to tell."""
    with contextlib.suppress(ModelsError):
        return Bundle.open(registry_of(settings).current(), verify=False).manifest
    return None


def _read(
    settings: TrainingSettings,
    knobs: Knobs,
    database: Database,
    clock: Clock,
    machines: Machines,
) -> _Dataset:
    clock.begin("reading the dataset")
    store = store_of(settings)
    place_labels(database, settings.labels_file)
    photos = from_dataset(database, store)
    with database.reading() as session:
        fingerprint, counts = examples.fingerprint(session)
    # Report too few photos before anything takes time.
    Material.check(photos, knobs)
    body = body_graph(
        knobs.arch,
        folder=settings.data_dir / "bodies",
        preparation=knobs.preparation,
        weights=knobs.weights,
    )
    clock.begin("computing features")
    with closing(open_features(settings)) as cache:
        cache.keep_only({item.sha256 for item in photos.items})
        unreadable = machines.compute_missing(
            photos, body, cache, progress=clock.counting(len(photos)), threads=knobs.threads
        )
        photos, features, left_out = of_readable(photos, body, cache, unreadable)
    return _Dataset(
        photos=photos,
        features=features,
        material=Material.of(photos, features, body, knobs, machines=machines),
        left_out=left_out,
        fingerprint=fingerprint,
        counts={split.value: labels for split, labels in counts.items()},
    )


def _learn(material: Material, knobs: Knobs, folder: Path, clock: Clock) -> Learned:
    if knobs.recipe == "head":
        return learn_head(material, knobs)
    if knobs.recipe == "book":
        return learn_book(material, knobs, folder=folder, tell=clock.tell)
    return learn_auto(material, knobs, folder=folder, tell=clock.tell)


def _prove(
    classifier: Classifier, finished: Finished, material: Material, knobs: Knobs, clock: Clock
) -> float:
    items = material.photos.where(proof_rows(material, knobs)).items
    count = clock.counting(len(items))

    def learned(some: Sequence[Item]) -> Floats:
        count(len(some))
        return finished.answers(some)

    return prove_parity(items, classifier, learned)


def _golden(classifier: Classifier, photos: PhotoSet, knobs: Knobs) -> dict[str, bytes]:
    first, every = (
        partial(classifier.by_views, views=count) for count in (1, classifier.manifest.views)
    )
    golden = golden_photos(photos.items, first, classifier.labels, per_label=knobs.golden_per_label)
    if classifier.manifest.views == 1:
        return golden_files(golden)
    return golden_files(
        golden, by_all_views={name: every(data) for name, (data, _) in golden.items()}
    )


def _learner_file(
    finished: Finished, material: Material, classifier: Classifier, knobs: Knobs, folder: Path
) -> bytes | Path:
    if finished.learner is not None:
        export_learner(finished.learner, LEARNER)
        return folder / LEARNER
    labels = material.photos.labels
    weights = class_weights(material.photos.truth, len(labels))
    first = partial(classifier.by_views, views=1)
    return learner_file(finished.graph, labels, knobs.preparation, weights, first)


@contextmanager
def workspace(parent: Path) -> Iterator[Path]:
    """A folder to build in, removed afterwards in any case, as are those that a crash left."""
    parent.mkdir(parents=True, exist_ok=True)
    for left in parent.glob(f"{_WORKSPACE}*"):
        pid = left.name.removeprefix(_WORKSPACE).split("-")[0]
        if pid.isdigit() and not is_running(int(pid)):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{_WORKSPACE}{os.getpid()}-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
