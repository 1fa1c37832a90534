"""The photos a command works on: from the dataset, or from a folder `DIR/<label>/*`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from dataset.examples import examples
from dataset.examples.label_order import in_order, label_order
from dataset.photos.store import PhotoStore
from dataset.storage.database import Database
from dataset.storage.schema import OUTSIDE, TELEGRAM, Split
from models.photo import MAX_BYTES
from training.add.layout import folders_inside, is_photo, label_folders, label_of, too_deep
from training.errors import TrainError
from training.train.metrics import Bools, Ints


@dataclass(frozen=True, kw_only=True)
class Item:
    """One photo and what is held to be on it. `read` gives its bytes, or raises what it must."""

    label: str
    name: str
    """Its name for people: a file, or the beginning of its hash."""
    read: Callable[[], bytes]
    sha256: str = ""
    """Empty for a file in a folder: it is known once the file is read."""
    split: Split | None = None
    group: str = ""
    photo_id: int | None = None
    of_person: bool = False
    """Somebody sent it and may ask it back: it is never copied into a bundle."""


@dataclass(frozen=True)
class PhotoSet:
    """Photos in a fixed order, with their labels; `outside` does not count as a label."""

    items: tuple[Item, ...]
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.items)

    @cached_property
    def truth(self) -> Ints:
        """Label indices [N]; -1 for `outside`."""
        index = {label: number for number, label in enumerate(self.labels)}
        return np.array([index.get(item.label, -1) for item in self.items], dtype=np.int64)

    @cached_property
    def outsiders(self) -> Bools:
        """Which photos show none of the labels [N]."""
        return self.truth < 0

    def in_split(self, *splits: Split) -> Bools:
        """Which photos lie in one of these splits [N]."""
        return np.array([item.split in splits for item in self.items], dtype=bool)

    def where(self, chosen: Bools | Ints | Sequence[int]) -> PhotoSet:
        """Some of the photos, by mask or by row, with all of the labels."""
        picked = np.asarray(chosen)
        if picked.size == 0:
            # NumPy takes an empty list for floats, which cannot index.
            picked = np.zeros(0, np.int64)
        rows = np.arange(len(self))[picked]
        return replace(self, items=tuple(self.items[row] for row in rows))

    def counts(self) -> dict[str, int]:
        """How many photos each label has, and `outside` if there are any."""
        found = Counter(item.label for item in self.items)
        return {label: found[label] for label in sorted(found)}


def from_dataset(
    database: Database, store: PhotoStore, *, also_set_aside: bool = False
) -> PhotoSet:
    """Every example that is not set aside, by hash: the order does not depend on the order of
    adding. The labels are in their own order, decided once."""
    with database.reading() as session:
        rows = list(examples.iterate(session, learned=not also_set_aside))
        order = label_order(session)
    items = [
        Item(
            sha256=row.sha256,
            label=row.label,
            name=row.sha256[:12],
            read=partial(store.get, row.sha256),
            split=row.split,
            group=row.group,
            photo_id=row.photo_id,
            of_person=row.user_id is not None or row.source == TELEGRAM,
        )
        for row in sorted(rows, key=lambda row: row.sha256)
    ]
    return _photo_set(items, order)


def from_folder(folder: Path) -> PhotoSet:
    """The photos in `folder/<label>/*`, by name; a file that cannot be read raises at `read`.

    Folders and files count as they do for `training.add`, and `outside` may have folders of its
    own. Raises TrainError when the folder does not exist, holds no photo, or folders of folders.
    """
    if not folder.is_dir():
        raise TrainError(f"The folder {folder} does not exist.")
    items: list[Item] = []
    for path in label_folders(folder):
        label = label_of(path)
        found = list(_items_below(path) if label == OUTSIDE else _items_in(path, label=label))
        if not found and folders_inside(path):
            raise TrainError(f"{too_deep(path)}.")
        items.extend(found)
    if not items:
        raise TrainError(
            f"{folder} holds no photos: put them into {folder}/<label>/, one folder a label."
        )
    return _photo_set(items)


def from_outsiders(folder: Path) -> PhotoSet:
    """Every photo in or below `folder`, as `outside`."""
    if not folder.is_dir():
        raise TrainError(f"The folder {folder} does not exist.")
    items = list(_items_below(folder))
    if not items:
        raise TrainError(f"{folder} holds no photos.")
    return _photo_set(items)


def _photo_set(items: Iterable[Item], order: Sequence[str] = ()) -> PhotoSet:
    found = tuple(items)
    labels = sorted({item.label for item in found} - {OUTSIDE})
    return PhotoSet(found, in_order(labels, order))


def _items_below(folder: Path) -> Iterator[Item]:
    for path in (folder, *sorted(path for path in folder.rglob("*") if path.is_dir())):
        yield from _items_in(path, label=OUTSIDE)


def _items_in(folder: Path, *, label: str) -> Iterator[Item]:
    for path in sorted(folder.iterdir()):
        if is_photo(path):
            yield Item(
                label=label,
                name=str(path),
                read=partial(_read, path),
            )


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)
