"""Classifying many files, each on its own thread from disk to answer.

Not in batches: the runtime's time per photo is the same for one and for eight (decision 0001).
"""

from __future__ import annotations

import mimetypes
import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from models.errors import PhotoError
from models.inference.classifier import Classifier, Prediction
from models.photo import MAX_BYTES

_AHEAD = 4
_PIPED_IN = "-"


@dataclass(frozen=True)
class Answered:
    """One file and its answer, or why it has none."""

    file: str
    """As it was named; - is what was piped in."""
    prediction: Prediction | None
    error: str | None


def files_of(named: str) -> list[str]:
    """The file of this name; of a folder, the files in it and below that may be photos, sorted."""
    if not Path(named).is_dir():
        return [named]
    return sorted(
        str(Path(folder, name))
        for folder, _, names in os.walk(named)
        for name in names
        if _may_be_photo(name)
    )


def classify_files(
    classifier: Classifier, files: Iterable[str], *, workers: int | None = None
) -> Iterator[Answered]:
    """An answer for each file, in their order; memory does not grow with their number."""
    workers = workers or min(8, os.cpu_count() or 1)
    waiting = iter(files)
    under_way: deque[Future[Answered]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="classify") as pool:
        while True:
            for file in islice(waiting, _AHEAD * workers - len(under_way)):
                under_way.append(pool.submit(_classify, classifier, file))
            if not under_way:
                return
            yield under_way.popleft().result()


def _classify(classifier: Classifier, file: str) -> Answered:
    if file.startswith(("http://", "https://")):
        return Answered(file, None, "No address is fetched: save the photo, and name its file.")
    try:
        if file == _PIPED_IN:
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(file).open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
        return Answered(file, classifier.classify(data), None)
    except PhotoError as exc:
        return Answered(file, None, str(exc))
    except OSError as exc:
        return Answered(file, None, f"This file cannot be read: {exc.strerror}.")


def _may_be_photo(name: str) -> bool:
    kind = mimetypes.guess_type(name)[0] or "image/"  # many systems do not know .heic
    return kind.startswith("image/") and not name.startswith(".")
