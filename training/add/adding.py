"""python -m training.add DIR [--source NAME] [--json]: take DIR/<label>/* into the dataset.

Every photo is decoded fully. A fine JPEG is stored byte for byte, another format as JPEG. What is
there already, exactly or nearly, is left out; a photo that shows what a photo of another label
shows is left out and reported. Adding a folder again adds nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from dataset.errors import DatasetError
from dataset.examples import examples
from dataset.photos.store import PhotoStore
from dataset.storage.database import Database
from dataset.storage.schema import TELEGRAM
from models.errors import ModelsError
from objects.errors import SettingsError
from objects.loading import load_settings
from training.add.folder import LabelFolder, check_labels, files_of, read_file, read_folder
from training.add.intake import Intake
from training.add.offers import Fate, Offer, Result
from training.add.opening import open_database, open_intake
from training.errors import AddError, TrainingError
from training.settings.environment import TrainingSettings
from training.settings.labels import labels_in, place_labels

LISTED = 1000
"""At most this many conflicts and unreadable files are listed; all are counted."""
_RESERVE_BYTES = 16 * 1024 * 1024
"""Given back when the disk is full: taking photos out again needs some room, too."""
_RESERVED_SOURCES = (TELEGRAM, "collect")


@dataclass
class Report:
    """The outcome."""

    fates: dict[str, Counter[Fate]] = field(default_factory=dict)
    """label → fate → photos"""
    conflicts: list[Result] = field(default_factory=list)
    unreadable: list[Result] = field(default_factory=list)

    def count(self, result: Result) -> None:
        """Take note of one photo."""
        self.fates.setdefault(result.offer.label, Counter())[result.fate] += 1
        if result.fate is Fate.CONFLICT and len(self.conflicts) < LISTED:
            self.conflicts.append(result)
        if result.fate is Fate.UNREADABLE and len(self.unreadable) < LISTED:
            self.unreadable.append(result)

    def counts(self, label: str | None = None) -> dict[str, int]:
        """The numbers, of all labels or of one. `near_duplicate` is part of `duplicate`."""
        fates = self.fates.values() if label is None else (self.fates.get(label, Counter()),)
        total: Counter[Fate] = sum(fates, Counter())
        return {
            "added": total[Fate.ADDED],
            "duplicate": total[Fate.DUPLICATE] + total[Fate.NEAR_DUPLICATE],
            "near_duplicate": total[Fate.NEAR_DUPLICATE],
            "unreadable": total[Fate.UNREADABLE],
            "conflict": total[Fate.CONFLICT],
            "forgotten": total[Fate.FORGOTTEN],
        }

    def as_json(self) -> dict[str, Any]:
        """One object for scripts."""
        return {
            **self.counts(),
            "labels": {label: self.counts(label) for label in sorted(self.fates)},
            "conflicts": [
                {
                    "file": result.offer.name,
                    "label": result.offer.label,
                    "other": result.other,
                    "other_label": result.other_label,
                }
                for result in self.conflicts
            ],
            "unreadable_files": [
                {"file": result.offer.name, "reason": result.why} for result in self.unreadable
            ],
        }


def run(options: argparse.Namespace) -> int:
    """Run the command; the exit status."""
    try:
        settings = load_settings(TrainingSettings)
        report = add_folder(
            settings, options.folder, source=options.source, new_labels=options.new_label
        )
    except (SettingsError, TrainingError, DatasetError, ModelsError) as exc:
        print(exc, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "Interrupted: what was added so far stays; run the same command again to go on.",
            file=sys.stderr,
        )
        return 130
    if options.json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        _print(report)
    return 0


def add_folder(
    settings: TrainingSettings,
    folder: Path,
    *,
    source: str | None = None,
    new_labels: Sequence[str] = (),
    store: PhotoStore | None = None,
) -> Report:
    """Take `folder/<label>/*` in. Whatever it raises, the dataset is as it was before.

    Raises AddError, and what the dataset raises when the disk is full or the database busy.
    """
    folders = read_folder(folder)
    source = _checked_source(source if source is not None else folder.resolve().name)
    with open_database(settings) as database:
        check_labels(
            folders,
            in_dataset=_labels_of(database),
            in_file=labels_in(settings.labels_file),
            new=[unicodedata.normalize("NFC", label) for label in new_labels],
        )
        place_labels(database, settings.labels_file, [each.label for each in folders])
        with (
            _reserve(settings.data_dir / "reserve.tmp") as give_back,
            open_intake(settings, database, source=source, origin="add", store=store) as intake,
        ):
            return _take_all(intake, folder, folders, give_back)


def _take_all(
    intake: Intake, folder: Path, folders: Sequence[LabelFolder], give_back: Callable[[], None]
) -> Report:
    report = Report()
    total = sum(each.photos for each in folders)
    try:
        with tqdm(total=total, desc="adding", unit="photo", disable=None) as bar:
            for result in intake.take(offers_of(folder, folders)):
                report.count(result)
                bar.update()
    except (TrainingError, DatasetError, OSError) as exc:
        give_back()
        try:
            intake.undo()
        except (DatasetError, TrainingError) as second:
            raise AddError(
                f"{exc} A part of the folder was added and could not be taken out again "
                f"({second}): run the same command again, it goes on where it was."
            ) from exc
        if isinstance(exc, DatasetError):
            raise AddError(f"{exc} Nothing was added.") from exc
        if isinstance(exc, OSError):
            raise AddError(f"{folder} cannot be read: {exc.strerror}; nothing was added.") from exc
        raise
    return report


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
        )


def _labels_of(database: Database) -> list[str]:
    with database.reading() as session:
        by_split = examples.counts(session)
    return sorted({label for labels in by_split.values() for label in labels})


def _checked_source(source: str) -> str:
    if source in _RESERVED_SOURCES or not 1 <= len(source) <= 64 or not source.isprintable():
        raise AddError(
            f"{source!r} cannot be the source's name: give another with --source, at most 64 "
            f"characters and none of {', '.join(_RESERVED_SOURCES)}."
        )
    return source


@contextmanager
def _reserve(file: Path) -> Iterator[Callable[[], None]]:
    """Room on the disk, held until it is given back."""

    def give_back() -> None:
        file.unlink(missing_ok=True)

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(_RESERVE_BYTES))
    except OSError as exc:
        give_back()
        raise AddError(
            f"No space left in {file.parent} ({exc.strerror}): free some; nothing was added."
        ) from exc
    try:
        yield give_back
    finally:
        give_back()


def _print(report: Report) -> None:
    for result in report.unreadable:
        print(f"unreadable: {result.offer.name}: {result.why}", file=sys.stderr)
    for result in report.conflicts:
        print(
            f"conflict: {result.offer.name} would be {result.offer.label}, but shows the same as a "
            f"{result.other_label} of the dataset (photo {(result.other or '')[:12]}); left out",
            file=sys.stderr,
        )
    for label in sorted(report.fates):
        print(f"{label}: {_in_words(report.counts(label))}")
    print(f"all: {_in_words(report.counts())}")


def _in_words(counts: dict[str, int]) -> str:
    words = f"{counts['added']} added, {counts['duplicate']} duplicate"
    if counts["near_duplicate"]:
        words += f" ({counts['near_duplicate']} of them nearly)"
    words += f", {counts['unreadable']} unreadable"
    if counts["conflict"]:
        words += f", {counts['conflict']} in conflict"
    if counts["forgotten"]:
        words += f", {counts['forgotten']} removed before at somebody's request"
    return words
