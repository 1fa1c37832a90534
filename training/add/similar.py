"""Finding photos of the same picture, by hash and by features (0030).

A perceptual hash finds resized and recompressed copies but misses crops and borders. Pretrained
features find those but, on anything but photographs, confuse unrelated pictures. So each rule uses
both, and features count more only without close neighbours.

Embeddings lie in a SQLite file beside the database, a cache that can be deleted: what is missing
is computed again. In memory a photo takes 48 bytes (5 MB for 100,000): its hash, and the signs of
256 random projections, whose agreement estimates the cosine (M. Charikar, "Similarity estimation
techniques from rounding algorithms", 2002). One look-up reads every hash, half a millisecond among
100,000, the signs of the few that remain, and exact cosines of fewer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dataset.photos.duplicates import NEAR_DISTANCE, is_telling
from training.errors import TrainingError

HASH_ALONE_BITS = NEAR_DISTANCE
CLOSE_BITS, CLOSE_COSINE = 10, 0.85
FAR_BITS, FAR_COSINE = 20, 0.90
BLANK_COSINE = 0.98
"""Where the hash cannot tell pictures apart (a blank, a gradient), features decide alone."""
CROWD = 3
"""With more photos than this as similar as `FAR_COSINE`, features do not tell these apart."""

_SIGNS = 256
_MAYBE_SIGNS = 64
"""Cosine 0.85 is 45 ± 6 differing signs; three deviations above, hardly any is missed."""
_CROWD_SIGNS = 37
"""Cosine 0.90 is 37 differing signs."""
_CANDIDATES = 16
_BLOCK = 16_384
_PORTION = 2048
"""Of a block, when a crowd is looked for: of what is crowded, the first photos show it."""
_MASK = 0xFFFF_FFFF_FFFF_FFFF

_TABLES = """
CREATE TABLE IF NOT EXISTS body (graph TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS photos (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    dhash INTEGER NOT NULL,
    signs BLOB NOT NULL,
    embedding BLOB NOT NULL
);
"""


@dataclass(frozen=True)
class Match:
    """A photo that shows the same picture."""

    sha256: str
    cosine: float
    bits: int
    """In how many of 64 bits the hashes differ, the photo mirrored or not."""


class SimilarPhotos:
    """The photos that can be resembled. For one thread."""

    def __init__(self, file: Path, *, graph: str, dimensions: int) -> None:
        """`graph` names the network that embeds: what another embedded is thrown away."""
        projections = np.random.default_rng(0).standard_normal((dimensions, _SIGNS))
        self._projections = projections.astype(np.float32)
        self._blocks: list[_Block] = []
        self._file = file
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(file, timeout=30.0)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute("PRAGMA secure_delete=ON")  # what is forgotten leaves no trace
            self._db.executescript(_TABLES)
            if self._db.execute("SELECT graph FROM body").fetchone() != (graph,):
                self._db.execute("DELETE FROM photos")
                self._db.execute("DELETE FROM body")
                self._db.execute("INSERT INTO body VALUES (?)", (graph,))
            self._db.commit()
            self._load()
        except (OSError, sqlite3.Error) as exc:
            raise self._unusable(exc) from exc

    def __len__(self) -> int:
        return sum(block.filled for block in self._blocks)

    def close(self) -> None:
        """Close the file; what was not saved is gone."""
        self._db.close()

    def missing(self, names: Sequence[str]) -> list[str]:
        """Those of these photos (SHA-256) that are not here; at most some hundreds at a time."""
        marks = ",".join("?" * len(names))
        query = f"SELECT sha256 FROM photos WHERE sha256 IN ({marks})"  # noqa: S608 - only marks
        with closing(self._db.execute(query, names)) as rows:
            here = {row[0] for row in rows}
        return [name for name in names if name not in here]

    def names(self) -> Iterator[list[str]]:
        """Every photo that is in the file, some hundreds at a time."""
        last = ""
        while True:
            rows = self._db.execute(
                "SELECT sha256 FROM photos WHERE sha256 > ? ORDER BY sha256 LIMIT 500", (last,)
            ).fetchall()
            if not rows:
                return
            last = rows[-1][0]
            yield [row[0] for row in rows]

    def add(self, sha256: str, *, dhash: int, embedding: NDArray[np.float32]) -> None:
        """Add a photo; searches find it at once, and `save` stores it."""
        signs = self._signs(embedding)
        try:
            row = self._db.execute(
                "INSERT INTO photos (sha256, dhash, signs, embedding) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (sha256) DO NOTHING RETURNING id",
                (sha256, dhash, signs.tobytes(), embedding.astype(np.float16).tobytes()),
            ).fetchone()
        except sqlite3.Error as exc:
            raise self._unusable(exc) from exc
        if row is not None:
            self._remember(row[0], dhash, signs)

    def save(self) -> None:
        """Write what was added."""
        try:
            self._db.commit()
        except sqlite3.Error as exc:
            raise self._unusable(exc) from exc

    def discard(self) -> None:
        """Forget what was added since the last `save`, as far as the file is concerned."""
        self._db.rollback()

    def remove(self, names: Sequence[str]) -> None:
        """Remove photos again, also from the file."""
        self._db.executemany("DELETE FROM photos WHERE sha256 = ?", [(name,) for name in names])
        self.save()

    def like(self, *, dhash: int, embedding: NDArray[np.float32]) -> list[Match]:
        """The photos that show the same picture as this one, the most similar first."""
        signs, telling = self._signs(embedding), is_telling(dhash)
        crowded = cache(partial(self._crowded, signs))
        candidates = [
            candidate
            for block in self._blocks
            for candidate in block.candidates(dhash, signs, telling=telling)
        ]
        matches = (
            self._measured(photo_id, bits, embedding)
            for _differing, photo_id, bits in sorted(candidates)[:_CANDIDATES]
        )
        same = [
            match
            for match in matches
            if match is not None and _same_picture(match, telling=telling, crowded=crowded)
        ]
        return sorted(same, key=lambda match: -match.cosine)

    def _crowded(self, signs: NDArray[np.uint64]) -> bool:
        """Whether there is a crowd. It stops counting as soon as there is one."""
        similar = 0
        for block in self._blocks:
            for found in block.similar(signs):
                similar += found
                if similar > CROWD:
                    return True
        return False

    def _measured(self, photo_id: int, bits: int, embedding: NDArray[np.float32]) -> Match | None:
        row = self._db.execute(
            "SELECT sha256, embedding FROM photos WHERE id = ?", (photo_id,)
        ).fetchone()
        if row is None:
            return None
        other = np.frombuffer(row[1], np.float16).astype(np.float32)
        scale = float(np.linalg.norm(other) * np.linalg.norm(embedding)) or 1.0
        return Match(row[0], float(other @ embedding) / scale, bits)

    def _signs(self, embedding: NDArray[np.float32]) -> NDArray[np.uint64]:
        return np.packbits(embedding @ self._projections > 0).view(np.uint64)

    def _load(self) -> None:
        for photo_id, dhash, signs in self._db.execute("SELECT id, dhash, signs FROM photos"):
            self._remember(photo_id, dhash, np.frombuffer(signs, np.uint64))

    def _remember(self, photo_id: int, dhash: int, signs: NDArray[np.uint64]) -> None:
        if not self._blocks or self._blocks[-1].filled == _BLOCK:
            self._blocks.append(_Block())
        self._blocks[-1].append(photo_id, dhash, signs)

    def _unusable(self, exc: Exception) -> TrainingError:
        return TrainingError(
            f"The file {self._file} cannot be used ({exc}); free some space, or delete the file: "
            "it is made again from the photos."
        )


class _Block:
    """A piece of the index in memory: pieces need no copying as it grows."""

    def __init__(self) -> None:
        self.filled = 0
        self.ids = np.zeros(_BLOCK, np.int64)
        self._hashes = np.zeros(_BLOCK, np.uint64)
        self._signs = np.zeros((_SIGNS // 64, _BLOCK), np.uint64)

    def append(self, photo_id: int, dhash: int, signs: NDArray[np.uint64]) -> None:
        self.ids[self.filled] = photo_id
        self._hashes[self.filled] = dhash & _MASK
        self._signs[:, self.filled] = signs
        self.filled += 1

    def candidates(
        self, dhash: int, signs: NDArray[np.uint64], *, telling: bool
    ) -> list[tuple[int, int, int]]:
        """Photos that may show the same picture: differing signs, id, differing bits of the hashes
        (mirrored or not). Hashes that tell something sort out 99.8% before a sign is read."""
        hashes = self._hashes[: self.filled]
        bits = np.minimum(
            np.bitwise_count(hashes ^ np.uint64(dhash & _MASK)),
            np.bitwise_count(hashes ^ np.uint64(mirrored(dhash))),
        )
        rows = np.flatnonzero(bits <= FAR_BITS) if telling else np.arange(self.filled)
        differing = self._differing(signs, rows)
        if telling:
            maybe = (differing <= _MAYBE_SIGNS) | (bits[rows] <= HASH_ALONE_BITS)
        else:
            maybe = differing <= _CROWD_SIGNS
        return [
            (int(apart), int(self.ids[row]), int(bits[row]))
            for row, apart in zip(rows[maybe], differing[maybe], strict=True)
        ]

    def similar(self, signs: NDArray[np.uint64]) -> Iterator[int]:
        """How many photos are as similar as `FAR_COSINE`, by their signs, portion by portion."""
        for start in range(0, self.filled, _PORTION):
            rows = slice(start, min(start + _PORTION, self.filled))
            yield int(np.count_nonzero(self._differing(signs, rows) <= _CROWD_SIGNS))

    def _differing(
        self, signs: NDArray[np.uint64], rows: NDArray[np.intp] | slice
    ) -> NDArray[np.int64]:
        apart = np.bitwise_count(self._signs[:, rows] ^ signs[:, np.newaxis])
        differing: NDArray[np.int64] = apart.sum(axis=0, dtype=np.int64)
        return differing


def mirrored(dhash: int) -> int:
    """The hash, unsigned, that the mirrored picture has: each row's gradients turn round."""
    rows = (dhash & _MASK).to_bytes(8, "big")
    return int.from_bytes(bytes(_TURNED[row] for row in rows), "big")


_TURNED = tuple(int(f"{row:08b}"[::-1], 2) ^ 0xFF for row in range(256))


def _same_picture(match: Match, *, telling: bool, crowded: Callable[[], bool]) -> bool:
    if not telling:
        return match.cosine >= BLANK_COSINE
    if match.bits <= HASH_ALONE_BITS:
        return True
    if match.bits <= CLOSE_BITS and match.cosine >= CLOSE_COSINE:
        return True
    return match.bits <= FAR_BITS and match.cosine >= FAR_COSINE and not crowded()
