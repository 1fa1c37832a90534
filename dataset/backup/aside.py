"""What `dataset.restore --force` moves aside: whole copies, which forgetting must reach, too."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

from dataset.errors import PhotoStoreError
from dataset.photos.store import PhotoStore
from dataset.storage.database import Database

KEPT = timedelta(days=7)
"""For so long there is a way back."""
_MOMENT = "%Y%m%d-%H%M%S"
_MARK = ".before-"


def name_aside(place: Path, moment: datetime, ending: str = "") -> Path:
    """The new name of what was there before a restore at this moment."""
    return place.with_name(f"{place.name}{_MARK}{moment:{_MOMENT}}{ending}")


def remove_aside(database: Database, store: PhotoStore, *, before: datetime) -> int:
    """Remove the database's and the photos' copies that were moved aside before this moment.

    Returns how many. Raises PhotoStoreError when one cannot be removed.
    """
    places = [store.root] if database.file is None else [store.root, database.file]
    gone = 0
    for place in places:
        for aside in place.parent.glob(f"{place.name}{_MARK}*"):
            moved_at = _moment(aside.name.removeprefix(f"{place.name}{_MARK}"))
            if moved_at is None or moved_at > before:
                continue
            try:
                shutil.rmtree(aside) if aside.is_dir() else aside.unlink()
            except OSError as exc:
                raise PhotoStoreError(
                    f"What a restore moved aside holds what was forgotten, and {aside} cannot be "
                    f"removed: {exc.strerror}."
                ) from exc
            gone += 1
    return gone


def _moment(tail: str) -> datetime | None:
    try:
        return datetime.strptime(tail[:15], _MOMENT).replace(tzinfo=timezone.utc)
    except ValueError:
        return None
