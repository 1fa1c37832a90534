"""What the formats look like: where a photo lies, and what is written about it.

Each writer gets one entry after the other and keeps none, so that any number fits.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Any

from dataset.export.names import FORMATS
from dataset.storage.schema import Photo

TABLE = "photos.csv"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One photo: what it shows, where it comes from, and what may be done with it."""

    sha256: str
    label: str
    split: str
    """`train`, `valid` or `test`."""
    width: int
    height: int
    source: str
    kept_at: str
    provider: str
    page_url: str
    file_url: str
    creator: str
    licence: str
    licence_version: str
    licence_url: str
    attribution: str

    @classmethod
    def of(cls, photo: Photo, label: str, split: str) -> Entry:
        """A row's; what it does not know is empty."""
        texts = {
            field.name: plain_cell(getattr(photo, field.name) or "")
            for field in fields(cls)
            if field.name in _TEXTS
        }
        return cls(
            sha256=photo.sha256,
            label=label,
            split=split,
            width=photo.width,
            height=photo.height,
            kept_at=photo.kept_at.isoformat(),
            **texts,
        )

    @property
    def cells(self) -> dict[str, str | int]:
        """Column and value."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_TEXTS = [
    "source",
    "provider",
    "page_url",
    "file_url",
    "creator",
    "licence",
    "licence_version",
    "licence_url",
    "attribution",
]
_COLUMNS = [field.name for field in fields(Entry)]


def plain_cell(text: str) -> str:
    """A text as no spreadsheet takes it for a formula: authors choose their names themselves."""
    return f"'{text}" if text.startswith(_FORMULAS) else text


class Writer:
    """A format: photos in folders of their split and label, and one table of all."""

    def __init__(self, folder: Path, labels: Sequence[str]) -> None:
        """`labels` in their own order."""
        self.folder = folder
        self.labels = labels
        self.files: list[Path] = []
        """What it wrote beside photos."""
        self._open = ExitStack()

    def __enter__(self) -> Writer:
        self._table = self.table(TABLE, ["file", *_COLUMNS])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.finish()
        self._open.close()

    def place(self, entry: Entry) -> PurePosixPath:
        """Where the photo lies in the folder."""
        return PurePosixPath(entry.split, entry.label, f"{entry.sha256}.jpg")

    def add(self, entry: Entry) -> None:
        """Write down what is known of a photo."""
        self._table.writerow({"file": str(self.place(entry)), **entry.cells})

    def finish(self) -> None:
        """Write what comes when all are there."""

    def file(self, name: str) -> IO[str]:
        """A new text file of the export, closed with it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.files.append(path)
        return self._open.enter_context(path.open("w", encoding="utf-8", newline=""))

    def table(self, name: str, columns: Sequence[str]) -> csv.DictWriter[str]:
        """A new CSV file of the export, with its header."""
        table = csv.DictWriter(self.file(name), columns, extrasaction="ignore")
        table.writeheader()
        return table


class Csv(Writer):
    """All photos in one folder, and the table."""

    def place(self, entry: Entry) -> PurePosixPath:
        return PurePosixPath("photos", entry.sha256[:2], f"{entry.sha256}.jpg")


class HuggingFace(Writer):
    """A folder for each split with its `metadata.csv`, and a dataset card.

    https://huggingface.co/docs/datasets/image_dataset#imagefolder
    """

    def __enter__(self) -> Writer:
        self._splits: dict[str, csv.DictWriter[str]] = {}
        return super().__enter__()

    def place(self, entry: Entry) -> PurePosixPath:
        return PurePosixPath("data", entry.split, f"{entry.sha256}.jpg")

    def add(self, entry: Entry) -> None:
        super().add(entry)
        if entry.split not in self._splits:
            self._splits[entry.split] = self.table(
                f"data/{entry.split}/metadata.csv", ["file_name", *_COLUMNS]
            )
        name = self.place(entry).name
        self._splits[entry.split].writerow({"file_name": name, **entry.cells})

    def finish(self) -> None:
        splits = "".join(
            f"  - split: {'validation' if split == 'valid' else split}\n    path: data/{split}/**\n"
            for split in self._splits
        )
        self.file("README.md").write(
            "---\ntask_categories:\n- image-classification\nlicense: other\n"
            f"configs:\n- config_name: default\n  data_files:\n{splits}---\n\n"
            f"Labels: {', '.join(self.labels)}. Each photo's source, creator and licence are in "
            "its row; no photo may be used beyond its own licence.\n"
        )


class Coco(Writer):
    """A folder of images and a JSON file for each split, as COCO's detectors read it.

    Nobody drew boxes: each annotation is its whole image. https://cocodataset.org/#format-data
    """

    def __enter__(self) -> Writer:
        self._images: dict[str, IO[str]] = {}
        self._annotations: dict[str, list[dict[str, Any]]] = {}
        self._licences: dict[tuple[str, str], int] = {}
        self._category = {label: number for number, label in enumerate(self.labels, 1)}
        return super().__enter__()

    def place(self, entry: Entry) -> PurePosixPath:
        return PurePosixPath("images", f"{entry.sha256}.jpg")

    def add(self, entry: Entry) -> None:
        super().add(entry)
        annotations = self._annotations.setdefault(entry.split, [])
        if entry.split not in self._images:
            self._images[entry.split] = self.file(f"annotations/{entry.split}.json")
            self._images[entry.split].write('{"images": [\n')
        number = len(annotations) + 1
        licence = (f"{entry.licence} {entry.licence_version}".strip(), entry.licence_url)
        image = {
            "id": number,
            "file_name": self.place(entry).name,
            "width": entry.width,
            "height": entry.height,
            "license": self._licences.setdefault(licence, len(self._licences) + 1),
            "coco_url": entry.file_url,
            "flickr_url": entry.page_url,
            "date_captured": entry.kept_at,
        }
        self._images[entry.split].write(("" if number == 1 else ",\n") + json.dumps(image))
        annotations.append(
            {
                "id": number,
                "image_id": number,
                "category_id": self._category[entry.label],
                "bbox": [0, 0, entry.width, entry.height],
                "area": entry.width * entry.height,
                "segmentation": [],
                "iscrowd": 0,
            }
        )

    def finish(self) -> None:
        rest = {
            "categories": [
                {"id": number, "name": label, "supercategory": ""}
                for label, number in self._category.items()
            ],
            "licenses": [
                {"id": number, "name": name or "unknown", "url": url}
                for (name, url), number in self._licences.items()
            ],
            "info": {"description": "Each annotation is its whole image: nobody drew boxes."},
        }
        for split, file in self._images.items():
            content = json.dumps({"annotations": self._annotations[split], **rest})
            file.write(f"\n], {content[1:]}\n")


WRITERS: dict[str, type[Writer]] = dict(zip(FORMATS, (Writer, Csv, HuggingFace, Coco), strict=True))
