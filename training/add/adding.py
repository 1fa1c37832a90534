"""python -m training.add PHOTOS [--source NAME] [--json]: take PHOTOS/<label>/* into the dataset.

PHOTOS is a folder or a ZIP. Every photo is read to its end. A fine JPEG is stored byte for byte,
another format as JPEG. What is there already, exactly or nearly, is left out; a photo that shows
what a photo of another label shows is left out and reported. Adding a folder again adds nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from tqdm import tqdm

from dataset.errors import DatasetError
from dataset.examples import examples
from dataset.examples.label_order import present_order
from dataset.photos.store import PhotoStore
from dataset.storage.database import Database
from dataset.storage.schema import TELEGRAM
from models.errors import ModelsError
from objects.errors import SettingsError
from objects.loading import load_settings
from training.add.folder import check_labels, unknown_labels
from training.add.intake import Intake
from training.add.material import Material, open_material
from training.add.offers import Offer
from training.add.opening import open_database, open_intake
from training.add.progress import Progress
from training.add.report import Report, print_report
from training.errors import AddError, TrainingError
from training.settings.environment import TrainingSettings
from training.settings.labels import labels_in, place_labels

_RESERVE_BYTES = 16 * 1024 * 1024
"""Given back when the disk is full: taking photos out again needs some room, too."""
_RESERVED_SOURCES = (TELEGRAM, "collect")


def run(options: argparse.Namespace) -> int:
    """Run the command; the exit status."""
    progress = Progress(options.progress, skipped=options.skip)
    if options.progress is not None:
        progress.stop_on_signals()
    try:
        settings = load_settings(TrainingSettings)
        if options.look:
            print(json.dumps(look_into(settings, options.photos), ensure_ascii=False))
            return 0
        report = add_folder(
            settings,
            options.photos,
            source=options.source,
            new_labels=options.new_label,
            progress=progress,
        )
    except (SettingsError, TrainingError, DatasetError, ModelsError) as exc:
        progress.fail(str(exc))
        print(exc, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "Interrupted: what was added so far stays; run the same command again to go on.",
            file=sys.stderr,
        )
        return 130
    progress.end(report)
    if options.json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        print_report(report)
    return 0


def look_into(settings: TrainingSettings, place: Path) -> dict[str, object]:
    """What a folder or a ZIP holds: `labels` with their numbers of photos, those labels that are
    `new` to the dataset, and the number of photos that are `unsorted`, outside the folders of
    labels. Raises AddError where `add_folder` would, new labels aside."""
    with open_material(place) as material, open_database(settings) as database:
        labels = list(material.labels)
        there = {"in_dataset": _labels_of(database), "in_file": labels_in(settings.labels_file)}
        new, _known = unknown_labels(labels, **there)
        check_labels(labels, **there, new=new)
        placed = _placed_labels(database)
        return {
            "labels": dict(material.labels),
            "new": [label for label in new if label not in placed],
            "unsorted": material.unsorted,
        }


def add_folder(
    settings: TrainingSettings,
    folder: Path,
    *,
    source: str | None = None,
    new_labels: Sequence[str] = (),
    store: PhotoStore | None = None,
    progress: Progress | None = None,
) -> Report:
    """Take `folder/<label>/*` in, or a ZIP of it. Whatever it raises, the dataset is as it was
    before.

    Raises AddError, and what the dataset raises when the disk is full or the database busy.
    """
    progress = progress or Progress()
    name = folder.stem if folder.is_file() else folder.resolve().name
    source = _checked_source(source if source is not None else name)
    new = [unicodedata.normalize("NFC", label) for label in new_labels]
    with open_material(folder) as material, open_database(settings) as database:
        if absent := [label for label in new if label not in material.labels]:
            raise AddError(
                f"There is no folder {absent[0]!r} for --new-label {absent[0]!r}: nothing was "
                "added."
            )
        check_labels(
            list(material.labels),
            in_dataset=_labels_of(database),
            in_file=labels_in(settings.labels_file),
            new=[*new, *_placed_labels(database)],
        )
        place_labels(database, settings.labels_file, material.labels)
        progress.begin(material.photos)
        if material.unsorted:
            print(_unsorted(material.unsorted), file=sys.stderr)
        with (
            _reserve(settings.data_dir / "reserve.tmp") as give_back,
            open_intake(settings, database, source=source, origin="add", store=store) as intake,
        ):
            try:
                return _take_all(intake, material, progress)
            except (TrainingError, DatasetError, OSError) as exc:
                give_back()
                undone = _undone(intake, folder, exc)
                if undone is exc:
                    raise
                raise undone from exc


def _take_all(intake: Intake, material: Material, progress: Progress) -> Report:
    report = Report()
    with tqdm(total=material.photos, desc="adding", unit="photo", disable=None) as bar:
        bar.update(progress.skipped)
        for result in intake.take(_offers(material, progress)):
            report.count(result)
            progress.step(report)
            bar.update()
    return report


def _offers(material: Material, progress: Progress) -> Iterator[Offer]:
    """The photos that are left, until the run is to stop."""
    for offer in islice(material.offers(), progress.skipped, None):
        if progress.stops:
            return
        yield offer


def _undone(intake: Intake, folder: Path, error: Exception) -> Exception:
    """Take out again what was added; the error to raise then."""
    try:
        intake.undo()
    except (DatasetError, TrainingError) as second:
        return AddError(
            f"{error} A part of the folder was added and could not be taken out again "
            f"({second}): run the same command again, it goes on where it was."
        )
    if isinstance(error, DatasetError):
        return AddError(f"{error} Nothing was added.")
    if isinstance(error, OSError):
        return AddError(f"{folder} cannot be read: {error.strerror}; nothing was added.")
    return error


def _labels_of(database: Database) -> list[str]:
    with database.reading() as session:
        by_split = examples.counts(session)
    return sorted({label for labels in by_split.values() for label in labels})


def _placed_labels(database: Database) -> tuple[str, ...]:
    """Labels that have a place in the menus: people know them, with or without examples."""
    with database.reading() as session:
        return present_order(session)


def _unsorted(photos: int) -> str:
    lie = "photo lies" if photos == 1 else "photos lie"
    return f"{photos} {lie} in no folder of a label: left out."


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
