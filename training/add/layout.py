"""What counts in a folder `DIR/<label>/*`: which folders are labels, which files are photos."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

_NOT_LABELS = ("__MACOSX", "@eaDir", "$RECYCLE.BIN", "System Volume Information")
"""Folders that file managers and systems leave behind."""
_NOT_PHOTOS = ("thumbs.db", "desktop.ini", "icon\r")
_OTHER_SUFFIXES = (".txt", ".md", ".csv", ".json", ".html", ".xml", ".yaml", ".py", ".ipynb")
_MODEL_SUFFIXES = (".pkl", ".pth", ".pt", ".onnx", ".safetensors")


def label_of(folder: Path | os.DirEntry[str]) -> str:
    """The label that a folder's name says; macOS writes names in another Unicode form."""
    return unicodedata.normalize("NFC", folder.name)


def label_folders(folder: Path) -> Iterator[Path]:
    """The folders in `folder` that may be labels, by name; raises OSError.

    Left out are hidden ones, what systems leave behind, and folders in which there are files but no
    photos, as the `models/` of a notebook.
    """
    with os.scandir(folder) as entries:
        named = sorted(entries, key=lambda entry: entry.name)
    for entry in named:
        if _is_folder(entry):
            found = list(os.scandir(entry))
            if not found or any(is_photo(each) or _is_folder(each) for each in found):
                yield Path(entry.path)


def is_photo(entry: os.DirEntry[str] | Path) -> bool:
    """Whether a file is offered as a photo: neither hidden, nor a system's, nor plainly a text or a
    model."""
    return is_photo_name(entry.name) and entry.is_file()


def is_photo_name(name: str) -> bool:
    """Whether a file of this name is offered as a photo."""
    name = name.lower()
    other = name in _NOT_PHOTOS or name.endswith((*_OTHER_SUFFIXES, *_MODEL_SUFFIXES))
    return not name.startswith(".") and not other


def is_label_name(name: str) -> bool:
    """Whether a folder of this name may be a label's: neither hidden nor a system's."""
    return not name.startswith(".") and name not in _NOT_LABELS


def folders_inside(folder: Path) -> list[str]:
    """The names of the folders in a label's folder, which nobody looks into."""
    with os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries if _is_folder(entry))


def too_deep(label_folder: Path) -> str:
    """One sentence on a label's folder that holds folders instead of photos."""
    inner = folders_inside(label_folder)[0]
    return (
        f"The folder {label_folder} holds folders ({inner}, …) and no photos: if those are the"
        f" labels, name {label_folder} instead of {label_folder.parent}"
    )


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir() and is_label_name(entry.name)
