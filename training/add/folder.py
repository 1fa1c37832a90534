"""Reading `DIR/<label>/*`: its labels and files, and whether it changes meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dataset.conversation.claims.label_names import check_label, check_new_label
from dataset.errors import InvalidLabel
from dataset.storage.schema import OUTSIDE
from models.errors import PhotoError
from models.photo import MAX_BYTES
from training.add.layout import folders_inside, is_photo, label_folders, too_deep
from training.errors import AddError, FolderChanged


@dataclass(frozen=True)
class LabelFolder:
    """One `DIR/<label>` with at least one file, as it was when the reading began."""

    path: Path
    label: str
    photos: int
    changed_ns: int
    """When an entry was last added or removed."""


def read_folder(folder: Path) -> list[LabelFolder]:
    """The labels in `folder`, by name. Raises AddError when it is not what it should be."""
    try:
        folders = [_read_label(path) for path in label_folders(folder)]
    except FileNotFoundError:
        raise AddError(f"The folder {folder} does not exist.") from None
    except NotADirectoryError:
        raise AddError(
            f"{folder} is not a folder; name the one that holds a folder for each label."
        ) from None
    except OSError as exc:
        raise AddError(
            f"The folder {exc.filename or folder} cannot be read: {exc.strerror}."
        ) from exc
    if not folders:
        raise AddError(
            f"{folder} holds no folder of photos: put them into {folder}/<label>/, one folder a "
            "label."
        )
    empty = [each.path for each in folders if each.photos == 0]
    if empty and folders_inside(empty[0]):
        raise AddError(f"{too_deep(empty[0])}; nothing was added.")
    if empty:
        raise AddError(
            f"The folder {empty[0]} is empty: put photos into it or remove it; nothing was added."
        )
    return folders


def unknown_labels(
    labels: Sequence[str], *, in_dataset: Sequence[str], in_file: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Those of `labels` that look like a mistake, and the labels that are known.

    A folder is known when the dataset has its label, or the file of labels along with one of the
    dataset's. In an empty dataset, labels unknown to the file begin a new set.
    """
    known = {label for label in in_dataset if label != OUTSIDE}
    named = [label for label in labels if label != OUTSIDE]
    if known.intersection(in_file) or (not known and set(named).intersection(in_file)):
        known.update(in_file)
    return [label for label in named if known and label not in known], sorted(known)


def check_labels(
    labels: Sequence[str],
    *,
    in_dataset: Sequence[str],
    in_file: Sequence[str],
    new: Sequence[str] = (),
) -> None:
    """Raise AddError for a label that looks like a mistake or is a command of the chat, or when
    there would be only one."""
    unknown, known = unknown_labels(labels, in_dataset=in_dataset, in_file=in_file)
    for label in {*labels} - {*in_dataset, *in_file, OUTSIDE}:
        try:
            check_new_label(label)
        except InvalidLabel as exc:
            raise AddError(f"{exc} Nothing was added.") from exc
    unknown = [label for label in unknown if label not in new]
    if len(unknown) > 1:
        folders, options = (
            join.join(f"{before}{label!r}" for label in unknown)
            for join, before in ((", ", ""), (" ", "--new-label "))
        )
        raise AddError(
            f"The folders {folders} are not known labels ({', '.join(known)}): rename them, or "
            f"pass {options} if they are meant to become labels; nothing was added."
        )
    if unknown:
        raise AddError(
            f"The folder {unknown[0]!r} is not a known label ({', '.join(known)}): "
            f"rename it, or pass --new-label {unknown[0]!r} if it is meant to become one; nothing "
            "was added."
        )
    named = [label for label in labels if label != OUTSIDE]
    if len({*named, *(label for label in in_dataset if label != OUTSIDE)}) < 2:
        only = f"only the label {named[0]!r}" if named else "no label but the reserved 'outside'"
        raise AddError(
            f"There is {only}: to tell things apart takes two at least; add a folder for "
            "another, nothing was added."
        )


def files_of(folder: LabelFolder) -> Iterator[tuple[Path, int]]:
    """The files and their bytes, in the file system's order, without holding them all.

    Raises FolderChanged when the folder is not as it was when the reading began.
    """
    seen = 0
    try:
        with os.scandir(folder.path) as entries:
            for entry in entries:
                if is_photo(entry):
                    seen += 1
                    yield Path(entry.path), entry.stat().st_size
        changed = folder.path.stat().st_mtime_ns != folder.changed_ns
    except FileNotFoundError:
        changed = True
    if changed or seen != folder.photos:
        raise _changed(folder.path)


def read_file(path: Path) -> bytes:
    """The bytes of a file.

    Raises FolderChanged when it changes meanwhile, PhotoError when it is too large, OSError.
    """
    try:
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            if before.st_size > MAX_BYTES:
                raise PhotoError("too_large", f"it has {before.st_size / 1e6:.0f} MB")
            data = file.read(MAX_BYTES + 1)
            after = os.fstat(file.fileno())
    except FileNotFoundError:
        raise _changed(path.parent) from None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise _changed(path.parent)
    return data


def _changed(folder: Path) -> FolderChanged:
    return FolderChanged(
        f"The folder {folder} changed while it was read; nothing was added: try again when "
        "nothing is written there any more."
    )


def _read_label(path: Path) -> LabelFolder:
    label = label_named(path.name)
    changed_ns = path.stat().st_mtime_ns
    with os.scandir(path) as entries:
        photos = sum(is_photo(entry) for entry in entries)
    return LabelFolder(path, label, photos, changed_ns)


def label_named(folder: str) -> str:
    """The label that a folder's name says. Raises AddError."""
    try:
        return check_label(folder)
    except InvalidLabel as exc:
        raise AddError(f"The folder {folder!r} cannot be a label: {exc}") from exc
