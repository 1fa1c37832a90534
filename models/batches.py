"""Classifying many files: decoded on threads, a few ahead, and run through the network together."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.classifier import Classifier, Prediction
from models.errors import PhotoError
from models.photo import MAX_BYTES, Preparation, prepare

BATCH = 8
"""Photos a run of the network: beyond this the time per photo falls no further."""


@dataclass(frozen=True)
class Answered:
    """One file and its answer, or why it has none."""

    file: Path
    prediction: Prediction | None
    error: str | None


def classify_files(
    classifier: Classifier, files: Iterable[Path], *, threads: int | None = None
) -> Iterator[Answered]:
    """An answer for each file, in their order; memory does not grow with their number.

    A prediction's milliseconds are the file's own preparation and its share of the run.
    """
    threads = threads or min(8, os.cpu_count() or 1)
    waiting = iter(files)
    prepared: deque[tuple[Path, Future[_Prepared]]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="prepare") as pool:

        def fill() -> None:
            for file in islice(waiting, 2 * BATCH - len(prepared)):
                work = pool.submit(_prepare, file, classifier.manifest.preparation)
                prepared.append((file, work))

        fill()
        while prepared:
            batch: list[tuple[Path, _Prepared]] = []
            while prepared and len(batch) < BATCH:
                file, work = prepared.popleft()
                batch.append((file, work.result()))
            fill()
            yield from _answer(classifier, batch)


@dataclass(frozen=True)
class _Prepared:
    photo: NDArray[np.uint8] | None
    error: str | None
    milliseconds: float


def _prepare(file: Path, preparation: Preparation) -> _Prepared:
    started = time.perf_counter()
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        photo = prepare(data, preparation)
    except PhotoError as exc:
        return _Prepared(None, str(exc), 0.0)
    except OSError as exc:
        return _Prepared(None, f"This file cannot be read: {exc.strerror}.", 0.0)
    return _Prepared(photo, None, (time.perf_counter() - started) * 1000)


def _answer(classifier: Classifier, batch: list[tuple[Path, _Prepared]]) -> Iterator[Answered]:
    photos = [one.photo for _, one in batch if one.photo is not None]
    predictions = iter(classifier.classify_prepared(np.stack(photos)) if photos else [])
    for file, one in batch:
        if one.photo is None:
            yield Answered(file, None, one.error)
        else:
            answer = next(predictions)
            answer = replace(answer, milliseconds=answer.milliseconds + one.milliseconds)
            yield Answered(file, answer, None)
