"""The classifier: a photo in, an honest answer out."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.bundles.bundle import Bundle
from models.bundles.manifest import Manifest
from models.errors import BundleError
from models.inference.heat_map import SHOWN_SIDE_PX, paint
from models.inference.network import Network, Outputs
from models.inference.outside_check import OutsideCheck
from models.photo import open_photo, prepare, prepare_photo

GOLDEN_TOLERANCE = 0.01
"""Largest difference from training's probability at which a bundle counts as the same model."""
GOLDEN_WITHIN_S = 60.0
"""For all golden photos; they take tenths of a second."""


@dataclass(frozen=True)
class Prediction:
    """The answer for one photo.

    `verdict` is "sure", "unsure" or "outside" (none of the labels). `candidates` are the labels
    that remain possible, most likely first, never empty. A higher `outside_score` means a stranger
    photo; `looks_like` says in English what it looks like instead. `is_incomplete` says
    that part of the file was missing or damaged, and that the answer is for what is there.
    """

    label: str
    probability: float
    probabilities: dict[str, float]
    verdict: str
    candidates: list[str]
    outside_score: float
    looks_like: str | None
    milliseconds: float
    model_version: str
    is_incomplete: bool = False


@dataclass(frozen=True)
class Likeness:
    """What a photo is nearest to, most alike first.

    `things` are outside the labels: English names with their share (0…1) of what the pretrained
    network sees. `labels` are labels.
    """

    things: list[tuple[str, float]]
    labels: list[str]


class Classifier:
    """Runs one bundle; several threads may call it at once.

    `sure_threshold` (0…1) and `outside_threshold` override the bundle's.
    """

    def __init__(
        self,
        bundle: Bundle,
        *,
        threads: int = 2,
        sure_threshold: float | None = None,
        outside_threshold: float | None = None,
    ) -> None:
        self._bundle = bundle
        self._manifest = bundle.manifest
        self._columns: list[int] | None = None
        thresholds = bundle.manifest.thresholds
        self._sure = thresholds["sure"] if sure_threshold is None else sure_threshold
        self._outside = thresholds["outside"] if outside_threshold is None else outside_threshold
        self._conformal = thresholds["conformal"]
        self._network = Network(bundle.graph, threads=threads)
        if self._network.size_px != bundle.manifest.preparation.crop_px:
            raise BundleError("the bundle's graph and its photo preparation differ in size")
        if self._network.label_count != len(self.labels):
            raise BundleError("the bundle's graph and its manifest differ in labels")
        self._check = OutsideCheck.from_bundle(bundle)

    @property
    def manifest(self) -> Manifest:
        """What the bundle says about itself; its labels in the order of the answers."""
        return self._manifest

    @property
    def version(self) -> str:
        """The bundle's version."""
        return self._manifest.version

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, spelled as the dataset spells them, in the order of the answers."""
        return self._manifest.labels

    def in_order(self, labels: Sequence[str]) -> Classifier:
        """The same classifier with its answers in this order of its labels.

        A bundle that was made elsewhere, or before the order was decided, has another. ValueError
        for other labels than the bundle's.
        """
        graph = self._bundle.manifest.labels
        if sorted(labels) != sorted(graph):
            raise ValueError("a classifier has the labels of its bundle, and no others")
        ordered = copy(self)
        ordered._manifest = replace(self._manifest, labels=tuple(labels))
        columns = [graph.index(label) for label in labels]
        ordered._columns = None if columns == list(range(len(graph))) else columns
        return ordered

    def classify(self, data: bytes) -> Prediction:
        """The answer for the photo in `data`; PhotoError if it is not a photo."""
        started = time.perf_counter()
        photo = prepare_photo(data, self.manifest.preparation)
        answer = self._predict(photo.pixels[np.newaxis], started)[0]
        return replace(answer, is_incomplete=True) if photo.is_incomplete else answer

    def classify_prepared(self, photos: NDArray[np.uint8]) -> list[Prediction]:
        """The answers for prepared photos, uint8 RGB [N, H, W, 3]."""
        return self._predict(photos, time.perf_counter())

    def embed(self, photos: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The pretrained features [N, D] of prepared photos, uint8 RGB [N, H, W, 3]."""
        return self.run(photos).embedding

    def run(self, photos: NDArray[np.uint8]) -> Outputs:
        """All outputs of the network for prepared photos, uint8 RGB [N, H, W, 3]."""
        outputs = self._network.run(photos)
        if self._columns is None:
            return outputs
        return replace(
            outputs,
            probabilities=outputs.probabilities[:, self._columns],
            logits=outputs.logits[:, self._columns],
            cam=outputs.cam[:, self._columns],
        )

    def explain(self, data: bytes, label: str | None = None) -> bytes:
        """The photo in `data` as a JPEG, with a heat map of the areas that speak for `label`.

        Without a label, for the likeliest one. PhotoError if it is not a photo; KeyError for a
        label that the bundle does not have.
        """
        preparation = self.manifest.preparation
        photo = open_photo(data, short_side_px=max(SHOWN_SIDE_PX, preparation.short_side_px))
        outputs = self.run(prepare(data, preparation)[np.newaxis])
        if label is None:
            row = int(outputs.probabilities[0].argmax())
        elif label in self.labels:
            row = self.labels.index(label)
        else:
            raise KeyError(label)
        return paint(photo, outputs.cam[0, row], preparation)

    def nearest_known(self, data: bytes, *, most: int = 3) -> Likeness:
        """What the photo in `data` is nearest to; PhotoError if it is not a photo."""
        outputs = self.run(prepare(data, self.manifest.preparation)[np.newaxis])
        graph = self._bundle.manifest.labels
        nearest = self._check.nearest_known(outputs.embedding[0], outputs.imagenet[0], most=most)
        return Likeness(things=nearest.things, labels=[graph[index] for index, _ in nearest.labels])

    def check_golden(self, *, within_s: float = GOLDEN_WITHIN_S) -> None:
        """Answer the bundle's golden photos; BundleError unless it answers as in training, and in
        time. A graph may loop for ever; one that overran is stopped and of no more use."""
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self._network.stop()

        watch = threading.Timer(within_s, give_up)
        watch.daemon = True
        watch.start()
        try:
            self._check_golden()
        except BundleError as exc:
            if late.is_set():
                raise BundleError(
                    f"the bundle {self.version} has not answered its golden photos after"
                    f" {within_s:g} s"
                ) from exc
            raise
        finally:
            watch.cancel()

    def _check_golden(self) -> None:
        for golden in self._bundle.golden():
            try:
                got = self.classify(golden.path.read_bytes()).probabilities
            except OSError as exc:
                raise BundleError(f"the golden photo {golden.path} cannot be read") from exc
            if set(golden.probabilities) != set(got):
                raise BundleError(f"the golden photo {golden.path.name} has other labels")
            for label, expected in golden.probabilities.items():
                if not abs(got[label] - expected) <= GOLDEN_TOLERANCE:
                    raise BundleError(
                        f"the bundle {self.version} answers {got[label]:.3f} for {label} on its"
                        f" golden photo {golden.path.name}, and training saw {expected:.3f}"
                    )

    def _predict(self, photos: NDArray[np.uint8], started: float) -> list[Prediction]:
        outputs = self.run(photos)
        scores = self._check.score(outputs.embedding, outputs.imagenet)
        if not np.isfinite(outputs.probabilities).all():
            raise BundleError(f"the bundle {self.version} returned NaN or infinity")
        milliseconds = (time.perf_counter() - started) * 1000 / max(1, len(photos))
        return [
            self._answer(
                outputs.probabilities[row],
                float(scores[row]),
                self._check.looks_like(outputs.embedding[row], outputs.imagenet[row]),
                milliseconds,
            )
            for row in range(len(photos))
        ]

    def _answer(
        self,
        probabilities: Sequence[float] | NDArray[np.float32],
        outside_score: float,
        looks_like: str,
        milliseconds: float,
    ) -> Prediction:
        by_label = dict(zip(self.labels, map(float, probabilities), strict=True))
        ranked = sorted(by_label, key=by_label.__getitem__, reverse=True)
        label = ranked[0]
        if outside_score >= self._outside:
            verdict = "outside"
        elif by_label[label] >= self._sure:
            verdict = "sure"
        else:
            verdict = "unsure"
        candidates = [name for name in ranked if 1 - by_label[name] <= self._conformal]
        return Prediction(
            label=label,
            probability=by_label[label],
            probabilities=by_label,
            verdict=verdict,
            candidates=candidates or [label],
            outside_score=outside_score,
            looks_like=looks_like,
            milliseconds=milliseconds,
            model_version=self.version,
        )
