"""Finding photos that show the same picture: nearby perceptual hashes, by index (0020).

A 64-bit difference hash is cut into four bands of 16 bits, each an indexed SQL expression. Two
hashes at most 3 bits apart agree in a whole band; at most 7 apart, they differ by at most one
bit in some band. So a look-up reads a few index ranges, however many photos there are, and the
exact distance is counted over the handful of candidates.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import ColumnElement, literal_column, or_, select
from sqlalchemy.orm import Session

from dataset.errors import ForgottenError
from dataset.storage.schema import HASH_BANDS, Example, Forgotten, Photo

NEAR_DISTANCE = 3
"""Bits within which two photos count as one: measured in 0020."""
MAX_DISTANCE = 7
"""Bits up to which a look-up finds everything."""

_MASK = 0xFFFF_FFFF_FFFF_FFFF
_TELLING_BITS = 6

Found = TypeVar("Found")


def distance(one: int, other: int) -> int:
    """Bits in which two 64-bit hashes differ, 0 to 64; the sign is just the highest bit."""
    return ((one ^ other) & _MASK).bit_count()


def is_telling(dhash: int) -> bool:
    """Whether the hash can tell pictures apart: blank or smooth ones have hardly any edges."""
    return _TELLING_BITS <= (dhash & _MASK).bit_count() <= 64 - _TELLING_BITS


def near_photos(
    session: Session, dhash: int, *, max_distance: int = NEAR_DISTANCE
) -> list[tuple[Photo, int]]:
    """Kept photos that look like this, nearest first, each with its distance in bits.

    `max_distance` is 0 to 7. Empty for a hash that cannot tell pictures apart. Reads 4 index ranges
    up to 3 bits and 68 up to 7: about a millisecond among 100,000 photos.
    """
    if not is_telling(dhash):
        return []
    rows = session.execute(select(Photo, Photo.dhash).where(_candidates([dhash], max_distance)))
    return _ranked(((photo, other) for photo, other in rows), dhash, max_distance)


def near_examples(
    session: Session, dhash: int, *, max_distance: int = NEAR_DISTANCE
) -> list[tuple[Example, int]]:
    """Examples whose photo looks like this, nearest first, each with its distance in bits."""
    if not is_telling(dhash):
        return []
    rows = session.execute(
        select(Example, Photo.dhash)
        .join(Photo, Example.photo_id == Photo.id)
        .where(_candidates([dhash], max_distance))
    )
    return _ranked(((example, other) for example, other in rows), dhash, max_distance)


def refuse_forgotten(session: Session, *, sha256: str, looks: Iterable[int]) -> None:
    """Raise ForgottenError when this photo, or one like it, was removed at somebody's request.

    `looks` are the hashes that would find it (`models.looks`).
    """
    telling = [dhash for dhash in looks if is_telling(dhash)]
    known = session.get(Forgotten, sha256) is not None
    if not known and telling:
        rows = session.scalars(select(Forgotten.dhash).where(_candidates(telling, NEAR_DISTANCE)))
        known = any(distance(one, other) <= NEAR_DISTANCE for other in rows for one in telling)
    if known:
        raise ForgottenError("Somebody had this photo removed, so it is not kept again.")


def is_any_forgotten(session: Session) -> bool:
    """Whether any photo was ever removed at somebody's request."""
    return session.scalar(select(Forgotten.sha256).limit(1)) is not None


def _candidates(hashes: Iterable[int], max_distance: int) -> ColumnElement[bool]:
    """Rows that share a band with a hash, exactly or but for one bit, as the indexes hold it."""
    if not 0 <= max_distance <= MAX_DISTANCE:
        raise ValueError(f"max_distance must be 0 to {MAX_DISTANCE}")
    flips = (0, *(1 << bit for bit in range(16))) if max_distance > 3 else (0,)
    return or_(
        *(
            literal_column(expression).in_(
                {((dhash >> (16 * band)) & 0xFFFF) ^ flip for dhash in hashes for flip in flips}
            )
            for band, expression in enumerate(HASH_BANDS)
        )
    )


def _ranked(
    rows: Iterable[tuple[Found, int]], dhash: int, max_distance: int
) -> list[tuple[Found, int]]:
    measured = ((found, distance(dhash, other)) for found, other in rows)
    return sorted(
        ((found, bits) for found, bits in measured if bits <= max_distance),
        key=lambda pair: pair[1],
    )
