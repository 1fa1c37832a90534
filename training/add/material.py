"""What photos are taken from: a folder `DIR/<label>/*`, or a ZIP of one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from training.add.archive import Archive
from training.add.folder import LabelFolder, files_of, read_file, read_folder
from training.add.layout import is_photo
from training.add.offers import Offer, named


@dataclass(frozen=True, kw_only=True)
class Material:
    """Labels and their photos."""

    labels: Mapping[str, int]
    """Each label's number of photos."""
    unsorted: int
    """Photos in no folder of a label, which are left out."""
    offers: Callable[[], Iterator[Offer]]

    @property
    def photos(self) -> int:
        """Of all labels together."""
        return sum(self.labels.values())


@contextmanager
def open_material(place: Path) -> Iterator[Material]:
    """What is in a folder or a ZIP file. Raises AddError."""
    if place.is_file():
        with Archive(place) as archive:
            yield Material(labels=archive.labels, unsorted=archive.unsorted, offers=archive.offers)
        return
    folders = read_folder(place)
    yield Material(
        labels={each.label: each.photos for each in folders},
        unsorted=sum(is_photo(each) for each in place.iterdir()),
        offers=partial(offers_of, place, folders),
    )


def offers_of(folder: Path, folders: Sequence[LabelFolder]) -> Iterator[Offer]:
    """The photos, a label after the other in turn: stopped early, none is missing altogether."""
    reading = deque((each, files_of(each)) for each in folders)
    while reading:
        each, files = reading.popleft()
        found = next(files, None)
        if found is None:
            continue
        reading.append((each, files))
        path, size_bytes = found
        yield Offer(
            name=str(path.relative_to(folder)),
            label=each.label,
            read=partial(read_file, path),
            size_bytes=size_bytes,
            provenance=named(path),
        )
