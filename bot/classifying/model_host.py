"""The classifier that answers, and its replacement between two photos.

Photos are decoded and classified on threads: the event loop never waits for arithmetic, and the
runtime releases the interpreter. A newly published model is checked (hashes, golden photos) and
warmed up beside the running classifier; then one assignment puts it in place.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.classifying.job_threads import Overdue, Threads
from bot.classifying.label_places import Arrangement
from bot.classifying.model_check import HeadStart, OpenClassifier, prove
from bot.errors import BundleRefused, StartError
from bot.process.timing import pauses
from dataset.errors import DatabaseError
from dataset.examples.label_order import in_order
from models.bundles.bundle import STARTER
from models.bundles.manifest import Manifest
from models.errors import ModelsError, PhotoError, RegistryUnreachable
from models.inference.classifier import Classifier, Prediction
from models.registry.local import Registry

logger = logging.getLogger(__name__)

T = TypeVar("T")

LIMIT_S = 30.0
"""Time for one photo on a thread; ordinary ones take some hundredths of a second."""

Arrange = Callable[[Sequence[str]], Awaitable[Arrangement]]
"""What was decided about labels since a bundle was made."""

_BESIDE_LIMIT_S = 180.0
"""For a look at what is published, and for the proof of a bundle: a store may be slow."""

_BESIDE_ENDS_WITHIN_S = 0.5
"""For either at the end: it loses nothing by breaking off, and a silent store takes longer."""

_HOPELESS = 4


class _Refused:
    """A bundle that failed its check, until one of its files changes: it may be restored."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files = _state_of(path)

    def is_still(self, path: Path) -> bool:
        """Whether `path` is that bundle, and as it was."""
        return path == self._path and _state_of(path) == self._files


class ModelHost:
    """Answers photos with the registry's current bundle and follows it when it changes."""

    def __init__(
        self,
        registry: Registry,
        open_classifier: OpenClassifier,
        *,
        workers: int,
        photos_at_once: int,
        limit_s: float = LIMIT_S,
        told_after_s: float = 30.0,
        head_start: HeadStart | None = None,
        arrange: Arrange | None = None,
    ) -> None:
        """`head_start` may have proven the current bundle already. `arrange` gives the labels of a
        bundle their places and names; without it they keep the bundle's."""
        self._registry = registry
        self._open_classifier = open_classifier
        self._head_start = head_start
        self._arrange = arrange
        self._told_after_s = told_after_s
        self._threads = Threads(workers, limit_s=limit_s, name="classifier")
        self._places = asyncio.Semaphore(photos_at_once)
        self._beside = Threads(
            1, limit_s=_BESIDE_LIMIT_S, name="models", end_within_s=_BESIDE_ENDS_WITHIN_S
        )
        self._hopeless = asyncio.Event()
        self._trouble: str | None = None
        self._trouble_since: float | None = None
        """None without trouble, or once the log has it."""
        self._running: tuple[Path, Classifier] | None = None
        self._refused: _Refused | None = None
        self.fallback_reason: str | None = None
        """Why the current bundle did not answer at the start; None when it did."""

    @property
    def manifest(self) -> Manifest:
        """The manifest of the answering bundle."""
        return self._classifier.manifest

    @property
    def version(self) -> str:
        """The answering bundle's version."""
        return self._classifier.version

    @property
    def is_full(self) -> bool:
        """Whether the next photo must wait for a place."""
        return self._places.locked()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A place for one photo in memory; waits while all are taken."""
        async with self._places:
            yield

    async def classify(self, data: bytes) -> Prediction:
        """The answer for the photo in `data`; PhotoError if it is not a photo."""
        return await self.run(lambda classifier: classifier.classify(data))

    async def run(self, work: Callable[[Classifier], T]) -> T:
        """Whatever `work` makes of the answering classifier, on one of its threads.

        Raises PhotoError with the code `too_hard` when it does not end in time.
        """
        classifier = self._classifier
        try:
            return await self._threads.run(lambda: work(classifier))
        except Overdue as exc:
            logger.error("a photo hangs in a decoder or in the model: %s", exc)
            if self._threads.hanging >= _HOPELESS:
                self._hopeless.set()
            raise PhotoError("too_hard", "Looking at this photo takes too long.") from exc

    @property
    def hanging(self) -> int:
        """How many given-up photos still occupy extra threads."""
        return self._threads.hanging

    async def until_hopeless(self) -> None:
        """Wait until so many photos hang that only a restart frees the processor, then raise
        StartError.
        """
        await self._hopeless.wait()
        raise StartError(
            f"{self.hanging} photos hang in a decoder or in the model; the process ends so that it "
            "is started again.",
            exit_code=75,
        )

    @property
    def problem(self) -> str | None:
        """Why the model that answers may not be the one that should, as a sentence."""
        return self.fallback_reason or self._trouble

    async def start(self, *, first_pause_s: float = 1.0) -> None:
        """Load the current bundle; while nobody can tell which that is, wait and say why.

        Raises BundleRefused when no bundle can be used.
        """
        for pause_s in pauses(first_pause_s):
            try:
                await self._beside.run(self.load)
            except (RegistryUnreachable, Overdue) as exc:
                self._note(f"the start waits, for what is published is not known: {exc}")
                await asyncio.sleep(pause_s)
            else:
                self._note(self._registry.trouble)
                return

    def load(self) -> None:
        """Load the current bundle, or another that is whole where it fails. Blocks for a moment.

        Raises BundleRefused when neither can be used, RegistryUnreachable when nobody can tell now
        which is current.
        """
        path: Path | None = None
        seen: _Refused | None = None
        try:
            path = self._registry.current()
            seen = _Refused(path)
            proven = self._head_start.take(path) if self._head_start else None
            self._running = (path, proven or self._prove(path))
        except RegistryUnreachable:
            raise
        except (ModelsError, BundleRefused) as exc:
            logger.error("the current bundle is not used: %s", exc)
            self.fallback_reason = str(exc)
            self._refused = seen
            self._running = self._fall_back([] if path is None else [path])
        logger.info("model %s answers", self.version)

    async def arrange(self) -> None:
        """Have the loaded bundle answer in the order of the labels, called as people call them now.
        Raises DatabaseError."""
        path, classifier = self._path, self._classifier
        arranged = await self._arranged(classifier)
        if arranged.manifest != classifier.manifest:
            self._running = (path, arranged)

    async def follow(
        self,
        *,
        every_s: float,
        on_swap: Callable[[str], Awaitable[None]],
        on_refusal: Callable[[str, str], Awaitable[None]],
        on_trouble: Callable[[str], Awaitable[None]],
    ) -> None:
        """Use each newly published model, for as long as the bot runs.

        `on_swap(version)` is awaited when another model took over; `on_refusal(name, reason)`
        once for each published bundle that failed its check, and again when its files changed
        and it fails still. `on_trouble(reason)` once for each time in which nobody can tell what is
        published: meanwhile what answers answers on.
        """
        while True:
            await asyncio.sleep(every_s)
            if (lasting := self._lasting_trouble()) is not None:
                await on_trouble(lasting)
            path: Path | None = None
            seen: _Refused | None = None
            try:
                path = await self._beside.run(self._registry.named)
                self._note(self._registry.trouble)
                if path == self._path:
                    self.fallback_reason = None
                    await self.arrange()
                    continue
                if self._refused is not None and self._refused.is_still(path):
                    continue
                # As it was before the check: what is written meanwhile is a change.
                seen = _Refused(path)
                classifier = await self._beside.run(partial(self._prove, path))
                classifier = await self._arranged(classifier)
            except DatabaseError as exc:
                if path != self._path:
                    logger.warning("a new bundle waits for the order of its labels: %s", exc)
                continue
            except (ModelsError, BundleRefused, Overdue) as exc:
                if path is None:
                    self._note(f"what is published is not known: {exc}")
                else:
                    self._refused = seen
                    logger.error("bundle %s is refused: %s", path.name, exc)
                    await on_refusal(path.name, str(exc))
                continue
            self._running = (path, classifier)
            self._refused = self.fallback_reason = None
            logger.info("model %s answers from now on", self.version)
            await on_swap(self.version)

    def close(self) -> None:
        """End the threads; what is under way is finished, but for what hangs."""
        self._threads.close()
        self._beside.close()

    def _note(self, trouble: str | None) -> None:
        if trouble is not None and trouble != self._trouble:
            logger.warning("%s", trouble)
        if (trouble is None) != (self._trouble is None):
            self._trouble_since = None if trouble is None else time.monotonic()
        self._trouble = trouble

    def _lasting_trouble(self) -> str | None:
        """The trouble that has lasted long enough to report, once."""
        since_s = self._trouble_since
        if since_s is None or time.monotonic() - since_s < self._told_after_s:
            return None
        self._trouble_since = None
        return self._trouble

    @property
    def _classifier(self) -> Classifier:
        assert self._running is not None, "load() comes first"
        return self._running[1]

    @property
    def _path(self) -> Path:
        assert self._running is not None, "load() comes first"
        return self._running[0]

    async def _arranged(self, classifier: Classifier) -> Classifier:
        if self._arrange is None:
            return classifier
        found = await self._arrange(classifier.labels)
        return classifier.in_order(
            in_order(classifier.labels, found.order),
            names={label: said.names for label, said in found.texts.items()},
            aliases={label: said.aliases for label, said in found.texts.items()},
        )

    def _fall_back(self, tried: list[Path]) -> tuple[Path, Classifier]:
        """The newest bundle that proves itself, of those not tried; the starter is the last."""
        while (path := self._registry.newest_whole(besides=tried)) != STARTER:
            try:
                return path, self._prove(path)
            except (ModelsError, BundleRefused) as exc:
                logger.error("bundle %s is not used either: %s", path.name, exc)
                tried.append(path)
        return path, self._prove(path)

    def _prove(self, path: Path) -> Classifier:
        return prove(path, self._open_classifier)


def _state_of(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of each file directly in a bundle; what cannot be looked at is left out."""
    found: dict[str, tuple[int, int]] = {}
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            status = path.stat()
            found[path.name] = status.st_size, status.st_mtime_ns
    return found
