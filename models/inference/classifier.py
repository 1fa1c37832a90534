"""The classifier: a photo in, an honest answer out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.bundles.bundle import Bundle, GoldenPhoto
from models.bundles.manifest import Manifest
from models.errors import BundleError
from models.inference.heat_map import SHOWN_SIDE_PX, Seen, paint
from models.inference.network import Network, Outputs
from models.inference.outside_check import OutsideCheck, worth_another_look
from models.photo import (
    further_views,
    open_photo,
    prepare,
    prepare_views,
    read_photo,
    third_view,
    to_square,
)

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
    `looked_again` says that the first view alone would have been answered otherwise.
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
    looked_again: bool = False


FurtherViews = Callable[[NDArray[np.intp]], NDArray[np.uint8]]
"""The views after the first of some photos, by row: uint8 RGB [n, V - 1, H, W, 3]."""


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

    It looks at a photo's first view. Where that does not make it sure, and the photo is not plainly
    something else, a bundle of several views has the mean of their logits answer
    (docs/decisions/0180). What is refused is a matter of the first view, but for bundles whose
    check asks again: there a second look may refuse what the first one let pass (0280).

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
        return self._manifest.version

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, spelled as the dataset spells them, in the order of the answers."""
        return self._manifest.labels

    def in_order(
        self,
        labels: Sequence[str],
        *,
        names: Mapping[str, Mapping[str, str]] | None = None,
        aliases: Mapping[str, Sequence[str]] | None = None,
    ) -> Classifier:
        """The same classifier with its answers in this order of its labels, which are called, by
        language, as people said since (`names`, `aliases`), else as the bundle says.

        A bundle that was made elsewhere, or before the order was decided, has another. ValueError
        for other labels than the bundle's.
        """
        graph = self._bundle.manifest.labels
        if sorted(labels) != sorted(graph):
            raise ValueError("a classifier has the labels of its bundle, and no others")
        ordered = copy(self)
        made, said = self._bundle.manifest, names or {}
        ordered._manifest = replace(
            self._manifest,
            labels=tuple(labels),
            names={
                **made.names,
                **{label: {**made.names.get(label, {}), **said[label]} for label in said},
            },
            aliases={
                **made.aliases,
                **{
                    label: (*more, *(one for one in made.aliases.get(label, ()) if one not in more))
                    for label, more in (aliases or {}).items()
                },
            },
        )
        columns = [graph.index(label) for label in labels]
        ordered._columns = None if columns == list(range(len(graph))) else columns
        return ordered

    def classify(self, data: bytes) -> Prediction:
        """The answer for the photo in `data`; PhotoError if it is not a photo."""
        started = time.perf_counter()
        preparation = self.manifest.preparation
        photo = read_photo(data, short_side_px=preparation.short_side_px)
        first = to_square(photo.image, preparation)

        def further(_rows: NDArray[np.intp]) -> NDArray[np.uint8]:
            return further_views(photo.image, first, preparation)[np.newaxis]

        answer = self._predict(first[np.newaxis], further, started)[0]
        return replace(answer, is_incomplete=True) if photo.is_incomplete else answer

    def classify_prepared(self, views: NDArray[np.uint8]) -> list[Prediction]:
        """The answers for photos of which all views are prepared, uint8 RGB [N, V, H, W, 3]."""
        started = time.perf_counter()
        first = np.ascontiguousarray(views[:, 0])
        return self._predict(first, lambda rows: views[rows, 1:], started)

    def by_views(self, data: bytes, *, views: int) -> dict[str, float]:
        """The probabilities by label for the photo in `data`, looked at in so many views even if
        the first one leaves no doubt; PhotoError if it is not a photo."""
        outputs = self.run(prepare_views(data, self.manifest.preparation, views))
        found = self._probabilities(outputs.logits.mean(axis=0))
        return dict(zip(self.labels, map(float, found), strict=True))

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
        views = prepare_views(data, preparation, self.manifest.views)
        outputs = self.run(views[:1])
        if len(self._doubted(outputs, self._check.score(outputs.embedding, outputs.imagenet))):
            outputs = self.run(views)
        if label is None:
            row = int(outputs.logits.mean(axis=0).argmax())
        elif label in self.labels:
            row = self.labels.index(label)
        else:
            raise KeyError(label)
        ways = (preparation, preparation, third_view(preparation))
        seen = [Seen(cam[row], way) for cam, way in zip(outputs.cam, ways, strict=False)]
        if len(seen) > 1:
            seen[1] = replace(seen[1], activation=seen[1].activation[:, ::-1])
        return paint(photo, seen)

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
                data = golden.path.read_bytes()
            except OSError as exc:
                raise BundleError(f"the golden photo {golden.path} cannot be read") from exc
            self._check_seen(golden, golden.probabilities, self.by_views(data, views=1))
            if self.manifest.views > 1:
                again = self.by_views(data, views=self.manifest.views)
                self._check_seen(golden, golden.by_all_views, again)

    def _check_seen(
        self, golden: GoldenPhoto, seen: Mapping[str, float], got: Mapping[str, float]
    ) -> None:
        if set(seen) != set(got):
            raise BundleError(f"the golden photo {golden.path.name} has other labels")
        for label, expected in seen.items():
            if not abs(got[label] - expected) <= GOLDEN_TOLERANCE:
                raise BundleError(
                    f"the bundle {self.version} answers {got[label]:.3f} for {label} on its"
                    f" golden photo {golden.path.name}, and training saw {expected:.3f}"
                )

    def _predict(
        self, photos: NDArray[np.uint8], further: FurtherViews, started: float
    ) -> list[Prediction]:
        outputs = self.run(photos)
        at_first = self._check.score(outputs.embedding, outputs.imagenet)
        scores, probabilities = at_first.copy(), outputs.probabilities
        again = self._doubted(outputs, at_first)
        if len(again):
            views = further(again)[:, : self.manifest.views - 1]
            others = self.run(views.reshape(-1, *photos.shape[1:]))
            by_view = others.logits.reshape(*views.shape[:2], -1)
            total = outputs.logits[again] + by_view.sum(axis=1)
            probabilities = probabilities.copy()
            probabilities[again] = self._probabilities(total / self.manifest.views)
            if self._check.asks_again:
                seen = others.embedding.reshape(*views.shape[:2], -1)
                seen = np.concatenate([outputs.embedding[again][:, np.newaxis], seen], axis=1)
                stranger = self._check.score_again(seen, outputs.imagenet[again])
                scores[again] = np.maximum(at_first[again], stranger)
        if not np.isfinite(probabilities).all():
            raise BundleError(f"the bundle {self.version} returned NaN or infinity")
        milliseconds = (time.perf_counter() - started) * 1000 / max(1, len(photos))
        found = [
            self._answer(
                probabilities[row],
                float(scores[row]),
                self._check.looks_like(outputs.embedding[row], outputs.imagenet[row]),
                milliseconds,
            )
            for row in range(len(photos))
        ]
        for row in again:
            answer = found[row]
            before = self.labels[int(outputs.probabilities[row].argmax())]
            was_refused, refused = at_first[row] >= self._outside, answer.verdict == "outside"
            is_other = answer.verdict == "sure" or answer.label != before
            if refused != was_refused or (is_other and not refused):
                found[row] = replace(answer, looked_again=True)
        return found

    def _doubted(self, outputs: Outputs, scores: NDArray[np.float32]) -> NDArray[np.intp]:
        """Rows of photos to look at again: the first view is not sure of them."""
        if self.manifest.views == 1:
            return np.zeros(0, np.intp)
        unsure = outputs.probabilities.max(axis=1) < self._sure
        return np.flatnonzero(unsure & worth_another_look(scores, self._outside))

    def _probabilities(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the graph makes of logits [..., L]."""
        calm = (logits - logits.max(axis=-1, keepdims=True)) / self.manifest.temperature
        raised = np.exp(calm)
        found: NDArray[np.float32] = raised / raised.sum(axis=-1, keepdims=True)
        return found

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
