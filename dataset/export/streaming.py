"""The dataset as one ZIP, made while it is sent: no decrypted photo ever lies on the disk here."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from dataset.errors import PhotoMissing, PhotoUnreadable
from dataset.export.exporting import labels_of, portion
from dataset.export.formats import WRITERS
from dataset.photos.store import PhotoStore
from dataset.storage.database import Database


def stream(database: Database, store: PhotoStore, kind: str) -> Iterator[bytes]:
    """The ZIP of an export in the format `kind`, piece by piece, a photo at a time.

    Each portion of photos is read when it is sent: what was forgotten meanwhile is not in it. In
    memory it takes some hundred bytes a photo, for the ZIP's directory. Raises ExportError before
    the first piece when there is nothing, DatabaseError.
    """
    with database.reading() as session:
        labels = labels_of(session)
    return _pieces(database, store, kind, labels)


def _pieces(
    database: Database, store: PhotoStore, kind: str, labels: tuple[str, ...]
) -> Iterator[bytes]:
    sink = _Sink()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        # Photos are compressed already.
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
            with WRITERS[kind](folder, labels) as writer:
                last = ""
                while True:
                    with database.reading() as session:
                        found = portion(session, last)
                    if not found:
                        break
                    last = found[-1][0].sha256
                    for entry, is_allowed in found:
                        if not is_allowed:
                            continue
                        try:
                            content = store.get(entry.sha256)
                        except (PhotoMissing, PhotoUnreadable):
                            continue
                        archive.writestr(str(writer.place(entry)), content)
                        writer.add(entry)
                        yield sink.take()
            for file in writer.files:
                archive.write(
                    file, str(file.relative_to(folder)), compress_type=zipfile.ZIP_DEFLATED
                )
                yield sink.take()
        yield sink.take()


class _Sink:
    """What a ZIP is written to, and taken from. It cannot seek, and says so by lacking it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken
