"""Features of photos, computed by the serving runtime and kept by photo and body.

What the head learns from is what the classifier will compute for a photo of a user: the same
preparation, the same graph, the same runtime. The cache, DATA_DIR/features.sqlite3, holds 10 kB a
photo, and what the present model said of some; it can be deleted at any time.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataset.errors import PhotoStoreError
from models.errors import PhotoError
from models.inference.network import Network
from models.photo import VIEWS, Preparation, prepare_views
from training.errors import TrainError
from training.train.material.photoset import Item, PhotoSet
from training.train.material.picture_signs import SIGNS, picture_signs

CACHE = "features.sqlite3"
"""In DATA_DIR."""
FEATURE_NORM = 10.0
"""Length of the pooled features that a head sees: with 1, logits would need huge weights."""
BATCH_PHOTOS = 16
"""Costs a third less than one at a time; more gain nothing."""
_AHEAD = 4
"""Batches being decoded while one is computed."""
_PORTION = 500
MOST_IN_MEMORY = 50_000
"""Photos whose features, half a gigabyte, are held in memory; those of more in files."""
_COLUMNS = "sha256, embedding, imagenet, signs"

_TABLES = """
CREATE TABLE IF NOT EXISTS features (
    body TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    embedding BLOB NOT NULL,
    imagenet BLOB NOT NULL,
    signs BLOB NOT NULL,
    PRIMARY KEY (body, sha256)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
    model TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    probabilities BLOB NOT NULL,
    PRIMARY KEY (model, sha256)
) WITHOUT ROWID;
"""

Halves = NDArray[np.float16]
Progress = Callable[[int], object]
"""Called with a number of photos as they are done."""


@dataclass(frozen=True)
class Features:
    """A body's outputs for N photos; in half precision 50,000 photos take half a gigabyte."""

    views: Halves  # [N, VIEWS, D], pooled features of each view
    imagenet: Halves  # [N, 1000], logits of the pretrained classifier for the first view
    signs: NDArray[np.float32]  # [N, K], see training.train.material.picture_signs

    folder: Path | None = None
    """The folder for temporary files, when they are too many for memory."""

    @property
    def embedding(self) -> Halves:
        """The features of the first view [N, D]."""
        return self.views[:, 0]

    def where(self, rows: NDArray[np.bool_] | NDArray[np.integer]) -> Features:
        """The features of some of the photos, by mask or by row."""
        if self.folder is None:
            return Features(self.views[rows], self.imagenet[rows], self.signs[rows])
        numbers = np.arange(len(self.signs))[rows]
        widths = self.views.shape[2], self.imagenet.shape[1]
        found = _room(len(numbers), *widths, folder=self.folder)
        for start in range(0, len(numbers), _PORTION):
            some, there = numbers[start : start + _PORTION], slice(start, start + _PORTION)
            found.views[there] = self.views[some]
            found.imagenet[there] = self.imagenet[some]
            found.signs[there] = self.signs[some]
        return found


@dataclass(frozen=True)
class Chosen:
    """Some rows of an array [N, …], copied only as they are asked for."""

    values: NDArray[Any]
    rows: NDArray[np.integer]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of these rows."""
        return len(self.rows), *self.values.shape[1:]

    def __getitem__(
        self, some: NDArray[np.integer] | tuple[NDArray[np.integer], int]
    ) -> NDArray[Any]:
        """Some of the rows, or of each of them one place."""
        rows, place = some if isinstance(some, tuple) else (some, ...)
        found: NDArray[Any] = self.values[self.rows[rows], place]
        return found


@dataclass(frozen=True)
class BodyGraph:
    """A pretrained body as the classifier runs it; `key` tells it from every other."""

    arch: str
    graph: Path
    key: str
    preparation: Preparation


def _room(photos: int, dimensions: int, classes: int, *, folder: Path) -> Features:
    """Room for the features of this many photos: in memory, or in unnamed files."""
    in_memory = photos <= MOST_IN_MEMORY

    def room(kind: type[np.generic], *widths: int) -> NDArray[Any]:
        if in_memory:
            return np.empty((photos, *widths), kind)
        with tempfile.TemporaryFile(dir=folder) as file:
            return np.memmap(file, kind, "w+", shape=(photos, *widths))

    return Features(
        room(np.float16, VIEWS, dimensions),
        room(np.float16, classes),
        room(np.float32, len(SIGNS)),
        None if in_memory else folder,
    )


class FeatureCache:
    """Features on disk by body and photo, and answers by model and photo.

    For one thread; `close` when done.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(file, timeout=30.0)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute("PRAGMA secure_delete=ON")  # what is forgotten leaves no trace
            self._db.executescript(_TABLES)
        except (OSError, sqlite3.Error) as exc:
            raise self._unusable(exc) from exc

    def close(self) -> None:
        self._db.close()

    def known(self, body: str) -> set[str]:
        """The photos (SHA-256) whose features of this body are here."""
        with closing(
            self._db.execute("SELECT sha256 FROM features WHERE body = ?", (body,))
        ) as rows:
            return {row[0] for row in rows}

    def read(self, body: str, names: Sequence[str]) -> Features:
        """The features of these photos, in this order; all of them must be here."""
        place = {name: row for row, name in enumerate(names)}
        found: Features | None = None
        for start in range(0, len(names), _PORTION):
            some = names[start : start + _PORTION]
            among = f"sha256 IN ({','.join('?' * len(some))})"
            query = f"SELECT {_COLUMNS} FROM features WHERE body = ? AND {among}"  # noqa: S608
            for name, *blobs in self._db.execute(query, (body, *some)):
                views, imagenet = (np.frombuffer(blob, np.float16) for blob in blobs[:2])
                views = views.reshape(VIEWS, -1)
                if found is None:
                    widths = views.shape[1], len(imagenet)
                    found = _room(len(names), *widths, folder=self._file.parent)
                row = place[name]
                found.views[row], found.imagenet[row] = views, imagenet
                found.signs[row] = np.frombuffer(blobs[2], np.float32)
        if found is None:
            raise TrainError("The dataset has no photo to compute features of.")
        return found

    def write(self, body: str, names: Sequence[str], features: Features) -> None:
        """Store the features of some photos."""
        columns = zip(names, features.views, features.imagenet, features.signs, strict=True)
        self.write_rows(
            body, [(name, *(part.tobytes() for part in parts)) for name, *parts in columns]
        )

    def write_rows(self, body: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """The same with rows of a photo's SHA-256 and the bytes of its views' features (half
        precision), ImageNet logits (half) and signs (single)."""
        try:
            with self._db:
                self._db.executemany(
                    "INSERT OR REPLACE INTO features VALUES (?, ?, ?, ?, ?)",
                    ((body, *row) for row in rows),
                )
        except sqlite3.Error as exc:
            raise self._unusable(exc) from exc

    def keep_only(self, names: set[str]) -> int:
        """Drop what is here of all other photos: what was forgotten leaves nothing behind."""
        query = "SELECT sha256 FROM features UNION SELECT sha256 FROM answers"
        with closing(self._db.execute(query)) as rows:
            gone = [row for row in rows if row[0] not in names]
        with self._db:
            self._db.executemany("DELETE FROM features WHERE sha256 = ?", gone)
            self._db.executemany("DELETE FROM answers WHERE sha256 = ?", gone)
        return len(gone)

    def answers(self, model: str) -> dict[str, NDArray[np.float32]]:
        """A model's answers to photos, by SHA-256: probabilities, and 1 for a refusal [L + 1]."""
        query = "SELECT sha256, probabilities FROM answers WHERE model = ?"
        with closing(self._db.execute(query, (model,))) as rows:
            return {name: np.frombuffer(blob, np.float32) for name, blob in rows}

    def write_answers(self, model: str, answers: Mapping[str, NDArray[np.floating]]) -> None:
        """Keep what a model said of more photos; what any other said goes."""
        rows = [(model, name, row.astype(np.float32).tobytes()) for name, row in answers.items()]
        try:
            with self._db:
                self._db.execute("DELETE FROM answers WHERE model != ?", (model,))
                self._db.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", rows)
        except sqlite3.Error as exc:
            raise self._unusable(exc) from exc

    def _unusable(self, exc: Exception) -> TrainError:
        return TrainError(
            f"The file {self._file} cannot be used ({exc}): free some space, or delete the file; "
            "it is made again from the photos."
        )


def features_of(
    photos: PhotoSet,
    body: BodyGraph,
    cache: FeatureCache,
    *,
    progress: Progress | None = None,
    threads: int = 2,
) -> tuple[PhotoSet, Features, dict[str, str]]:
    """The features of every photo that can be read, those photos, and why the others cannot.

    Computes what the cache lacks: about 20 ms a photo on two cores. What is computed is kept at
    once, so that an interrupted run goes on where it stopped.
    """
    unreadable = compute_missing(
        photos, body, cache, progress=progress or (lambda _: None), threads=threads
    )
    return of_readable(photos, body, cache, unreadable)


def of_readable(
    photos: PhotoSet, body: BodyGraph, cache: FeatureCache, unreadable: dict[str, str]
) -> tuple[PhotoSet, Features, dict[str, str]]:
    """The photos that could be read and their features, which all are in the cache."""
    readable = photos.where([item.name not in unreadable for item in photos.items])
    names = [item.sha256 for item in readable.items]
    return readable, cache.read(body.key, names), unreadable


def compute_missing(
    photos: PhotoSet,
    body: BodyGraph,
    cache: FeatureCache,
    *,
    progress: Progress,
    threads: int,
) -> dict[str, str]:
    """Compute what the cache lacks; by name, why some photos cannot be read."""
    known = cache.known(body.key)
    missing = [item for item in photos.items if item.sha256 not in known]
    progress(len(photos) - len(missing))
    unreadable: dict[str, str] = {}
    if missing:
        network = Network(body.graph, threads=threads)
        batches = prepared(missing, body.preparation, unreadable, views=VIEWS, threads=threads)
        for items, squares in batches:
            if items:
                cache.write(body.key, [item.sha256 for item in items], compute(network, squares))
            progress(len(items))
    return unreadable


def prepared(
    items: Sequence[Item],
    preparation: Preparation,
    unreadable: dict[str, str],
    *,
    views: int = 1,
    threads: int = 2,
) -> Iterator[tuple[list[Item], NDArray[np.uint8]]]:
    """Batches of photos with so many views [B, V, H, W, 3], in order, decoded ahead in threads.

    Photos that cannot be read are left out and noted in `unreadable`, by name, with the reason.
    """
    batches = [items[start : start + BATCH_PHOTOS] for start in range(0, len(items), BATCH_PHOTOS)]

    def decode(item: Item) -> NDArray[np.uint8] | str:
        try:
            return prepare_views(item.read(), preparation, views)
        except (PhotoError, PhotoStoreError) as exc:
            return str(exc)
        except OSError as exc:
            return f"{item.name} cannot be read: {exc.strerror}."

    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[list[Future[NDArray[np.uint8] | str]]] = deque()
        try:
            for number, batch in enumerate(batches):
                while len(waiting) < min(_AHEAD, len(batches) - number):
                    ahead = batches[number + len(waiting)]
                    waiting.append([pool.submit(decode, item) for item in ahead])
                good: list[Item] = []
                squares: list[NDArray[np.uint8]] = []
                for item, future in zip(batch, waiting.popleft(), strict=True):
                    result = future.result()
                    if isinstance(result, str):
                        unreadable[item.name] = result
                    else:
                        good.append(item)
                        squares.append(result)
                shape = 0, views, preparation.crop_px, preparation.crop_px, 3
                yield good, np.stack(squares) if good else np.empty(shape, np.uint8)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def compute(network: Network, squares: NDArray[np.uint8]) -> Features:
    """The outputs of a network and of `picture_signs` for photos' views [N, VIEWS, H, W, 3]."""
    by_view = [network.run(np.ascontiguousarray(view)) for view in squares.swapaxes(0, 1)]
    return Features(
        np.stack([outputs.embedding for outputs in by_view], axis=1).astype(np.float16),
        by_view[0].imagenet.astype(np.float16),
        np.stack([picture_signs(views[0]) for views in squares]),
    )
