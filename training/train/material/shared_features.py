"""Features in the shared store, beside their photos.

One machine computes features and the others fetch them in portions: objects below
`features/<body>/` that are written once, named by what they contain, and sealed with PHOTO_KEY like
the photos. All reading still uses the file in DATA_DIR.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from dataset.errors import PhotoUnreadable
from dataset.storage import sealing
from objects.bucket import Bucket
from objects.errors import ObjectMissing, ObjectsError
from training.errors import TrainError
from training.settings.environment import TrainingSettings
from training.train.material.features import CACHE, FeatureCache
from training.train.material.picture_signs import SIGNS

logger = logging.getLogger(__name__)

_FOLDER = "features"
_PHOTOS = 1000
"""In one portion: 10 MB."""
_TABLES = """
CREATE TABLE IF NOT EXISTS portions (
    object TEXT PRIMARY KEY,
    names TEXT NOT NULL
) WITHOUT ROWID;
"""

Row = tuple[Any, ...]
"""See `FeatureCache.write_rows`."""


def open_features(settings: TrainingSettings) -> FeatureCache:
    """The features of these settings: DATA_DIR's file, shared where the photos are."""
    file = settings.data_dir / CACHE
    if not settings.photos_url:
        return FeatureCache(file)
    try:
        bucket = Bucket(settings.photos_url, endpoint_url=settings.s3_endpoint_url)
    except ObjectsError as exc:
        raise TrainError(str(exc)) from exc
    return SharedFeatureCache(file, bucket, keys=settings.photo_keys)


class SharedFeatureCache(FeatureCache):
    """A FeatureCache that knows what other machines have computed.

    A store that does not answer costs time, never a training: what is not fetched is computed.
    """

    def __init__(self, file: Path, bucket: Bucket, *, keys: Sequence[bytes] = ()) -> None:
        """The first of `keys` seals, all open."""
        super().__init__(file)
        self._db.executescript(_TABLES)
        self._bucket = bucket
        self._keys = tuple(keys)
        self._fresh: dict[str, list[Row]] = {}

    def close(self) -> None:
        """Share what was computed since, then close the file."""
        try:
            for body in list(self._fresh):
                self._share(body)
        finally:
            super().close()

    def known(self, body: str) -> set[str]:
        """See FeatureCache; fetches what the others have computed first."""
        try:
            for stored in self._bucket.list(f"{_FOLDER}/{body}/"):
                if not self._has(stored.name):
                    self._fetch(body, stored.name)
        except ObjectsError as exc:
            logger.warning("features that others computed are not fetched: %s", exc)
        return super().known(body)

    def write_rows(self, body: str, rows: Iterable[Row]) -> None:
        """See FeatureCache; shared in portions."""
        rows = list(rows)
        super().write_rows(body, rows)
        fresh = self._fresh.setdefault(body, [])
        fresh.extend(rows)
        if len(fresh) >= _PHOTOS:
            self._share(body)

    def keep_only(self, names: set[str]) -> int:
        """See FeatureCache; portions with other features too are rewritten without these."""
        for body, rows in self._fresh.items():
            self._fresh[body] = [row for row in rows if row[0] in names]
        with closing(self._db.execute("SELECT object, names FROM portions")) as found:
            portions = [(name, set(json.loads(held))) for name, held in found]
        try:
            for name, held in portions:
                if held - names:
                    self._rewrite(name, held & names)
        except ObjectsError as exc:
            logger.warning("shared features of removed photos are still there: %s", exc)
        return super().keep_only(names)

    def _has(self, name: str) -> bool:
        query = "SELECT 1 FROM portions WHERE object = ?"
        return self._db.execute(query, (name,)).fetchone() is not None

    def _note(self, name: str, names: Iterable[str]) -> None:
        with self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO portions VALUES (?, ?)", (name, json.dumps(sorted(names)))
            )

    def _fetch(self, body: str, name: str) -> None:
        try:
            rows = self._open(name, self._bucket.get(name))
        except ObjectMissing:
            return  # written anew by another machine this very moment
        except (PhotoUnreadable, ValueError, KeyError, zipfile.BadZipFile) as exc:
            logger.warning("the features in %s are left out: %s", name, exc)
            return
        super().write_rows(body, rows)
        self._note(name, (row[0] for row in rows))

    def _share(self, body: str) -> None:
        rows = self._fresh.pop(body, [])
        if not rows:
            return
        try:
            self._put(body, rows)
        except ObjectsError as exc:
            logger.warning("the features of %d photos are not shared: %s", len(rows), exc)

    def _put(self, body: str, rows: Sequence[Row]) -> None:
        content = _packed(rows)
        name = f"{_FOLDER}/{body}/{hashlib.sha256(content).hexdigest()}.npz"
        if self._keys:
            content = sealing.seal(content, key=self._keys[0], name=name)
        self._bucket.put(name, content)
        self._note(name, (row[0] for row in rows))

    def _rewrite(self, name: str, names: set[str]) -> None:
        """The others see the new portion before the old one goes."""
        body = name.split("/")[1]
        columns = "sha256, embedding, imagenet, signs"
        query = f"SELECT {columns} FROM features WHERE body = ?"  # noqa: S608
        rows = [row for row in self._db.execute(query, (body,)) if row[0] in names]
        if rows:
            self._put(body, rows)
        self._bucket.delete([name])
        with self._db:
            self._db.execute("DELETE FROM portions WHERE object = ?", (name,))

    def _open(self, name: str, content: bytes) -> list[Row]:
        if sealing.is_sealed(content):
            content = sealing.unseal(content, keys=self._keys, name=name)
        if hashlib.sha256(content).hexdigest() != Path(name).stem:
            raise ValueError("they are not what was written")
        return _unpacked(content)


def _packed(rows: Sequence[Row]) -> bytes:
    file = io.BytesIO()
    np.savez(
        file,
        names=np.array([row[0] for row in rows], "S64"),
        views=np.stack([np.frombuffer(row[1], np.float16) for row in rows]),
        imagenet=np.stack([np.frombuffer(row[2], np.float16) for row in rows]),
        signs=np.stack([np.frombuffer(row[3], np.float32) for row in rows]),
    )
    return file.getvalue()


def _unpacked(content: bytes) -> list[Row]:
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        names, signs = arrays["names"], arrays["signs"]
        views, imagenet = arrays["views"], arrays["imagenet"]
    if signs.shape != (len(names), len(SIGNS)):
        raise ValueError("they are of another version of this program")
    return [
        (str(name, "ascii"), one.tobytes(), two.tobytes(), three.tobytes())
        for name, one, two, three in zip(names, views, imagenet, signs, strict=True)
    ]
