"""Which photos look alike, by the features that training has cached (0210).

In memory a photo takes 132 bytes and its name: its 32 principal components, which choose the
candidates among all photos. The features of those few are read from the file and compared exactly.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.inference.classifier import Classifier
from models.inference.outside_check import comparable
from models.photo import VIEWS, prepare_views

log = logging.getLogger(__name__)

Floats = NDArray[np.float32]

FEATURES = "features.sqlite3"
"""Training's cache, in DATA_DIR."""
_COMPONENTS = 32
_SAMPLE = 2000
"""Photos that decide the components."""
_GROWN = 4
"""So many times as many photos want new components."""
_PORTION = 500


class FeatureIndex:
    """The photos of a cache of features, DATA_DIR/features.sqlite3. For many threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._stamp: tuple[object, ...] = ()
        self._body = ""
        self._shape: _Components | None = None
        self._points = np.zeros((0, 0), np.float32)
        self.names: tuple[str, ...] = ()
        """The photos (SHA-256) by row."""

    def refresh(self) -> bool:
        """Read what is new in the file; whether anything is. The first time reads all of it."""
        with self._lock:
            stamp = tuple(_stamp(self._file.with_name(self._file.name + end)) for end in _ENDS)
            if stamp == self._stamp:
                return False
            try:
                with closing(self._open()) as cache:
                    self._read(cache)
            except sqlite3.Error as exc:  # not there yet, or deleted: it is made by training
                log.info("no features to compare photos by: %s", exc)
                self._forget_all()
            self._stamp = stamp
            return True

    def features(self, sha256: str) -> Floats | None:
        """A photo's features [D] as they are compared, if the file has them."""
        found = self._exact([sha256])
        return found.get(sha256)

    def closeness(self, features: Floats) -> Floats:
        """About the cosine of each photo with these features [N], the same constant added to each;
        none where they are of another length."""
        with self._lock:
            points, shape = self._points, self._shape
        if shape is None or len(features) != len(shape.mean):
            return np.zeros(0, np.float32)
        mine = shape.of(features[np.newaxis])[0]
        mine[-1] = 1.0  # the last is each photo's own part of the cosine
        found: Floats = points @ mine
        return found

    def alike(self, features: Floats, names: Sequence[str]) -> list[tuple[float, str]]:
        """The cosine of each of a few photos with these features, the most alike first."""
        found = self._exact(names)
        return sorted(((float(one @ features), name) for name, one in found.items()), reverse=True)

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{self._file.absolute().as_uri()}?mode=ro", uri=True, timeout=5.0)

    def _read(self, cache: sqlite3.Connection) -> None:
        query = "SELECT body, count(*) FROM features GROUP BY body ORDER BY 2 DESC"
        body, _ = cache.execute(query).fetchone() or ("", 0)
        if body != self._body:
            self._forget_all()
            self._body = body
        rows = cache.execute("SELECT sha256 FROM features WHERE body = ?", (body,))
        there = {name for (name,) in rows}
        if self._shape is None or len(there) > _GROWN * self._shape.photos:
            self._shape, self.names = None, ()
            self._shape = _fitted(cache, body, sorted(there))
            self._points = np.zeros((0, self._shape.width), np.float32)
        kept = [row for row, name in enumerate(self.names) if name in there]
        names = [self.names[row] for row in kept]
        fresh = sorted(there.difference(names))
        parts = [self._points[kept]]
        for portion in _portions(cache, body, fresh, whole=not names):
            parts.append(self._shape.of(_first_views([blob for _, blob in portion])))
            names += [name for name, _ in portion]
        self._points, self.names = np.concatenate(parts), tuple(names)

    def _forget_all(self) -> None:
        self._body, self.names = "", ()
        self._shape, self._points = None, np.zeros((0, 0), np.float32)

    def _exact(self, names: Sequence[str]) -> dict[str, Floats]:
        try:
            with closing(self._open()) as cache:
                rows = [row for part in _portions(cache, self._body, names) for row in part]
        except sqlite3.Error:
            return {}
        features = _first_views([blob for _, blob in rows])
        return {name: one for (name, _), one in zip(rows, features, strict=True)}


def features_of(classifier: Classifier, data: bytes) -> Floats:
    """The features [D] of the photo in `data`, as they are compared. Raises PhotoError."""
    prepared = prepare_views(data, classifier.manifest.preparation, 1)
    found: Floats = comparable(classifier.embed(prepared))[0]
    return found


_ENDS = ("", "-wal")


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    # A log that is empty comes and goes with each reader.
    return (found.st_mtime_ns, found.st_size) if found.st_size else None


def _portions(
    cache: sqlite3.Connection, body: str, names: Sequence[str], *, whole: bool = False
) -> Iterable[list[tuple[str, bytes]]]:
    """Rows of these photos; with `whole` all that there are, in one pass."""
    if whole:
        every = cache.execute("SELECT sha256, embedding FROM features WHERE body = ?", (body,))
        while portion := every.fetchmany(_PORTION):
            yield portion
        return
    for start in range(0, len(names), _PORTION):
        some = names[start : start + _PORTION]
        marks = ",".join("?" * len(some))
        query = f"SELECT sha256, embedding FROM features WHERE body = ? AND sha256 IN ({marks})"  # noqa: S608 - only marks
        yield cache.execute(query, (body, *some)).fetchall()


def _first_views(blobs: Sequence[bytes]) -> Floats:
    """The features of the first views [N, D], as they are compared."""
    if not blobs:
        return np.zeros((0, 0), np.float32)
    views = np.stack([np.frombuffer(blob, np.float16) for blob in blobs])
    return comparable(views[:, : views.shape[1] // VIEWS].astype(np.float32))


@dataclass(frozen=True)
class _Components:
    """Where photos differ most, of so many photos."""

    mean: Floats  # [D]
    axes: Floats  # [D, K]
    photos: int

    @property
    def width(self) -> int:
        return len(self.axes.T) + 1

    def of(self, features: Floats) -> Floats:
        """The components of photos [N, K], and their cosine with the mean [N, 1]."""
        along = (features - self.mean) @ self.axes
        found: Floats = np.column_stack([along, features @ self.mean])
        return found


def _fitted(cache: sqlite3.Connection, body: str, names: Sequence[str]) -> _Components:
    """The components of a sample; names are hashes, so that any of them are a fair one."""
    rows = [row for part in _portions(cache, body, names[:_SAMPLE]) for row in part]
    features = _first_views([blob for _, blob in rows])
    mean: Floats = features.mean(axis=0) if len(features) else np.zeros(0, np.float32)
    _, axes = np.linalg.eigh((features - mean).T @ (features - mean))  # ascending
    return _Components(mean, np.ascontiguousarray(axes[:, -_COMPONENTS:]), len(names))
