"""Photos offered to the dataset, and the outcomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import PurePath
from typing import Any

from training.add.similar import Match


def named(path: PurePath) -> dict[str, Any]:
    """The origin of a photo that lay at this path. A name in bytes that cannot be decoded stays
    legible."""
    return {"file_name": path.name.encode(errors="replace").decode()}


class Fate(str, Enum):
    """The outcome for an offered photo."""

    ADDED = "added"
    NEEDS_REVIEW = "needs_review"
    """Kept, and an example only after a reviewer's verdict."""
    DUPLICATE = "duplicate"
    NEAR_DUPLICATE = "near_duplicate"
    CONFLICT = "conflict"
    """It shows what a photo shows that has another label; left out until a person decides."""
    UNREADABLE = "unreadable"
    TOO_SMALL = "too_small"
    FORGOTTEN = "forgotten"
    """Somebody had it removed."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One photo that might become an example."""

    name: str
    """For people: its file or address."""
    label: str
    read: Callable[[], bytes]
    """Called once, in another thread. An OSError or PhotoError makes the photo unreadable; what
    else it raises ends the run."""
    group: str | None = None
    provenance: dict[str, Any] = field(default_factory=dict)
    """The origin that `keep_photo` records."""
    needs_review: bool = False
    size_bytes: int = 0
    """About how much `read` returns, so that not too much is read ahead."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """The outcome, with the photo that it duplicates or contradicts."""

    offer: Offer
    fate: Fate
    why: str | None = None
    other: str | None = None
    """SHA-256 of the photo that is there already."""
    other_label: str | None = None
    match: Match | None = None
