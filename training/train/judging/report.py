"""The report of a candidate: figures as PNG, and one self-contained page to show a colleague."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import jinja2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.bundles.manifest import Manifest
from models.photo import Preparation, prepare
from training.train import metrics
from training.train.calibrating.calibration import softmax
from training.train.judging import plots
from training.train.judging.answers import Answers
from training.train.knobs import Knobs
from training.train.material.photoset import Item, PhotoSet
from training.train.metrics import Floats, Ints

PAGE = "report/report.html"
_SHEET_PHOTOS = 8
_TEST_PHOTOS = "test photos"
"""Those of the gate split, as the chat says, which sends this confusion matrix."""
_METHODS: tuple[Literal["crop", "pad", "squish"], ...] = ("crop", "pad", "squish")
_Sheet = tuple[list[NDArray[np.uint8]], list[str]]
"""Squares and what is written below each."""
_DISCORDANT = 5
"""So many photos must change from wrong to right, and none back, for a one-sided exact McNemar test
at 5% to see a difference."""


@dataclass(frozen=True)
class Findings:
    """A training's findings, on photos that the model did not learn from.

    `photos` with `logits` [N, L] are of the train and valid split (out of fold, or the valid split
    alone); `gate` has the running classifier's answers to the gate split.
    """

    manifest: Manifest
    photos: PhotoSet
    logits: Floats
    gate: Answers
    left_out: int

    @property
    def probabilities(self) -> Floats:
        """Calibrated, [N, L]."""
        return softmax(self.logits / self.manifest.temperature)


@dataclass(frozen=True)
class _Loss:
    """One photo and how surprised the model was by its label."""

    item: Item
    answered: str
    probability: float
    loss: float
    part: str


def report_files(findings: Findings, knobs: Knobs) -> dict[str, bytes]:
    """Every file of the report, by its name in the bundle."""
    labels = findings.manifest.labels
    truth, probabilities = findings.photos.truth, findings.probabilities
    gate_truth, gate_probabilities = _gate(findings)
    parts = [
        ("photos not learned from", truth, probabilities),
        (_TEST_PHOTOS, gate_truth, gate_probabilities),
    ]
    matrices = [
        (name, metrics.confusion(shown, said.argmax(axis=1), len(labels)))
        for name, shown, said in parts
        if len(shown)
    ]
    files = {
        f"report/confusion_{'gate' if name == _TEST_PHOTOS else 'held_out'}.png": (
            plots.confusion_figure(matrix, labels, title=f"{name}: {matrix.sum()}")
        )
        for name, matrix in matrices
    }
    files["report/recall.png"] = plots.recall_figure(matrices, labels)
    everything = np.concatenate([probabilities, gate_probabilities])
    all_truth = np.concatenate([truth, gate_truth])
    confidence = everything.max(axis=1)
    right = (everything.argmax(axis=1) == all_truth).astype(float)
    reliability = metrics.reliability(confidence, right)
    files["report/reliability.png"] = plots.reliability_figure(reliability, photos=len(right))
    sure = confidence >= findings.manifest.thresholds["sure"]
    files["report/risk_coverage.png"] = plots.risk_figure(
        metrics.risk_coverage(confidence, right),
        sure=findings.manifest.thresholds["sure"],
        share_sure=float(sure.mean()),
        error_sure=float(1 - right[sure].mean()) if sure.any() else None,
    )
    losses, hidden = top_losses(findings, most=knobs.top_losses)
    squares = [prepare(each.item.read(), knobs.preparation) for each in losses]
    files["report/top_losses.png"] = plots.pictures_figure(
        squares, [_caption(each) for each in losses], columns=4
    )
    seen = _seen_by_method(findings.photos, knobs, findings.manifest.recipe)
    files |= {
        f"report/seen_{method}.png": plots.pictures_figure(*sheet, columns=4)
        for method, sheet in seen.items()
    }
    shown = [
        {"loss": each, "picture": _photo(square)}
        for each, square in zip(losses, squares, strict=True)
    ]
    files[PAGE] = _page(
        findings, knobs, files, ece=reliability.ece, losses=shown, hidden=hidden, seen=seen
    ).encode()
    return files


def top_losses(findings: Findings, *, most: int) -> tuple[list[_Loss], int]:
    """The photos whose label surprised most, and how many are not shown.

    A person's photo stays out of bundles: it may be asked back.
    """
    labels = findings.manifest.labels
    gate_truth, gate_probabilities = _gate(findings)
    found: list[_Loss] = []
    for part, items, truth, said in (
        ("held out", findings.photos.items, findings.photos.truth, findings.probabilities),
        ("gate", tuple(findings.gate.photos), gate_truth, gate_probabilities),
    ):
        for item, loss, row in zip(items, metrics.log_loss(said, truth), said, strict=True):
            chosen = int(row.argmax())
            found.append(_Loss(item, labels[chosen], float(row[chosen]), float(loss), part))
    found.sort(key=lambda each: -each.loss)
    wanted = [each for each in found[:most] if not each.item.of_person]
    return wanted, min(most, len(found)) - len(wanted)


def _gate(findings: Findings) -> tuple[Ints, Floats]:
    labels = findings.manifest.labels
    truth = [labels.index(item.label) for item in findings.gate.photos]
    return np.array(truth, dtype=np.int64), findings.gate.probabilities(labels)


def _caption(loss: _Loss) -> str:
    return (
        f"answered {loss.answered} {loss.probability:.0%}\nlabel {loss.item.label}\n"
        f"loss {loss.loss:.2f}, {loss.part}"
    )


def _seen_by_method(photos: PhotoSet, knobs: Knobs, recipe: str) -> dict[str, _Sheet]:
    """The same photos as the network sees them: cropped, padded, squished, and in training."""
    free = photos.where([not item.of_person for item in photos.items])
    step = max(1, len(free) // _SHEET_PHOTOS)
    shown = free.where(np.arange(len(free))[::step][:_SHEET_PHOTOS])
    if len(shown) == 0:
        return {}
    return {
        method: _seen(shown, replace(knobs.preparation, method=method), knobs, recipe)
        for method in _METHODS
    }


def _seen(photos: PhotoSet, preparation: Preparation, knobs: Knobs, recipe: str) -> _Sheet:
    if recipe == "book":
        from training.train.learning.recipes.learners import shown_batch

        return shown_batch(photos, preparation, min_scale=knobs.book_min_scale, seed=knobs.seed)
    squares = [prepare(item.read(), preparation) for item in photos.items]
    return squares, [item.label for item in photos.items]


def _page(
    findings: Findings,
    knobs: Knobs,
    files: dict[str, bytes],
    *,
    ece: float,
    losses: Sequence[dict[str, Any]],
    hidden: int,
    seen: dict[str, _Sheet],
) -> str:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("training.train.judging"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"percent": _percent, "figure": _figure_uri, "interval": _interval}
    manifest, measured = findings.manifest, findings.manifest.metrics
    truth, said = findings.photos.truth, findings.probabilities
    right = said.argmax(axis=1) == truth
    return environment.get_template("report.html").render(
        manifest=manifest,
        measured=measured,
        knobs=knobs,
        held_out={
            "n": len(truth),
            "accuracy": metrics.shares(right)[0],
            "interval": metrics.shares(right)[1],
            "ece": ece,
        },
        figures={name.removeprefix("report/"): data for name, data in files.items()},
        losses=losses,
        hidden=hidden,
        seen={
            method: list(zip(map(_photo, squares), labels, strict=True))
            for method, (squares, labels) in seen.items()
        },
        left_out=findings.left_out,
        invisible=100 * min(1.0, _DISCORDANT / measured["n"]) if measured["n"] else None,
        splits=("train", "valid", "gate"),
    )


def _photo(square: NDArray[np.uint8]) -> str:
    """A photo inside the page: WebP takes a third of what a JPEG of the same looks takes."""
    return _data_uri(Image.fromarray(square), quality=75)


def _figure_uri(png: bytes) -> str:
    """A drawing inside the page, exactly as it is in its file."""
    return _data_uri(Image.open(io.BytesIO(png)), lossless=True)


def _data_uri(picture: Image.Image, **how: Any) -> str:
    buffer = io.BytesIO()
    # More effort than 2 takes five times as long, for a tenth less of a photo.
    picture.convert("RGB").save(buffer, "WEBP", method=2, **how)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()


def _percent(share: float | None, digits: int = 1) -> str:
    return "–" if share is None else f"{100 * share:.{digits}f}%"


def _interval(interval: Any) -> str:
    low, high = (100 * end for end in interval)
    return f"{low:.1f} to {high:.1f}"
