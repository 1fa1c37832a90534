"""Reading a ZIP of `<label>/*` where it lies, without unpacking it: nothing of it becomes a path.

A stranger may have made it. So all that its directory claims is checked before a photo is read, and
a photo is read no further than a photo may be long.
"""

from __future__ import annotations

import stat
import struct
import threading
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from types import TracebackType

from models.errors import PhotoError
from models.photo import MAX_BYTES
from training.add.folder import label_named
from training.add.layout import is_label_name, is_photo_name
from training.add.offers import Offer, named
from training.errors import AddError

MOST_FILES = 100_000
"""Files of one ZIP: its directory takes less than 100 MB of memory then."""
_MOST_DIRECTORY_BYTES = 32 * 1024 * 1024
_BOMB_RATIO, _BOMB_BYTES = 20, 200 * 1024 * 1024
"""Photos are compressed already: what unpacks to so many times its size holds none."""
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What the library raises over a damaged ZIP."""
_TAIL_BYTES = 66_000
"""The end of a ZIP: its last record, with a comment of at most 65,535 bytes."""


class Archive:
    """The labels and photos of a ZIP file. Raises AddError for one that is not what it should be.

    A folder around all labels, as most programs make it, is left out. Reading is safe from several
    threads.
    """

    def __init__(self, file: Path) -> None:
        self.name = file.name
        self._lock = threading.Lock()
        _check_directory_size(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except (*_DAMAGE, OSError) as exc:
            raise AddError(f"{file.name} is not a ZIP file, or it is damaged: {exc}.") from exc
        try:
            self._by_label = self._sorted(self._zip.infolist())
        except AddError:
            self._zip.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    @property
    def unsorted(self) -> int:
        """Photos in no folder of a label, which are left out."""
        return self._unsorted

    @property
    def labels(self) -> dict[str, int]:
        """Each label's number of photos, by name."""
        return {label: len(found) for label, found in self._by_label.items()}

    def offers(self) -> Iterator[Offer]:
        """The photos, a label after the other in turn."""
        turns = deque((label, iter(found)) for label, found in self._by_label.items())
        while turns:
            label, remaining = turns.popleft()
            entry = next(remaining, None)
            if entry is None:
                continue
            turns.append((label, remaining))
            yield Offer(
                name=entry.filename,
                label=label,
                read=partial(self._read, entry),
                size_bytes=min(entry.file_size, MAX_BYTES),
                provenance=named(PurePosixPath(entry.filename)),
            )

    def _sorted(self, entries: list[zipfile.ZipInfo]) -> dict[str, list[zipfile.ZipInfo]]:
        for entry in entries:
            _check_entry(entry)
        _check_sizes(entries)
        files = [
            (PurePosixPath(entry.filename).parts, entry) for entry in entries if not entry.is_dir()
        ]
        files = [one for one in files if all(is_label_name(part) for part in one[0][:-1])]
        photos = [one for one in files if is_photo_name(one[0][-1])]
        around = {parts[0] for parts, _ in photos}
        if len(around) == 1 and photos and all(len(parts) > 2 for parts, _ in photos):
            photos = [(parts[1:], entry) for parts, entry in photos]
        by_label: dict[str, list[zipfile.ZipInfo]] = {}
        self._unsorted = sum(len(parts) == 1 for parts, _ in photos)
        for parts, entry in photos:
            if len(parts) > 2:
                raise AddError(
                    f"{self.name} holds folders inside the folder {parts[0]!r}: put photos into "
                    "<label>/, one folder a label."
                )
            if len(parts) == 2:
                by_label.setdefault(label_named(parts[0]), []).append(entry)
        if not by_label:
            raise AddError(
                f"{self.name} holds no folder of photos: put them into <label>/, one folder a "
                "label."
            )
        return dict(sorted(by_label.items()))

    def _read(self, entry: zipfile.ZipInfo) -> bytes:
        """The bytes of a photo. Raises PhotoError when it is too large or damaged."""
        if entry.file_size > MAX_BYTES:
            raise PhotoError("too_large", f"it has {entry.file_size / 1e6:.0f} MB")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise PhotoError("broken", "it is compressed in a way that photos are not")
        try:
            with self._lock, self._zip.open(entry) as file:
                return file.read(MAX_BYTES + 1)
        except _DAMAGE as exc:
            raise PhotoError("broken", f"the ZIP is damaged here: {exc}") from exc


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    parts = name.replace("\\", "/").split("/")
    leaves = name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]
    if leaves or stat.S_ISLNK(entry.external_attr >> 16):
        raise AddError(
            f"The ZIP holds a path that leaves its folder ({name[:80]!r}): nothing was added."
        )
    if entry.flag_bits & 1:
        raise AddError("The ZIP is protected by a password: save it without one.")


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    """Raise AddError for a bomb: much from little, or the same bytes unpacked again and again."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    ends = 0
    overlaps = False
    for entry in sorted(entries, key=lambda one: one.header_offset):
        overlaps = overlaps or entry.header_offset < ends
        ends = entry.header_offset + entry.compress_size
    if overlaps or (unpacked > _BOMB_BYTES and unpacked > _BOMB_RATIO * packed):
        raise AddError(
            f"The ZIP would unpack to {unpacked / 1e6:,.0f} MB from {packed / 1e6:,.1f} MB: photos "
            "do not shrink like that. Nothing was added."
        )


def _check_directory_size(file: Path) -> None:
    """Raise AddError when the ZIP's directory alone would fill the memory.

    The record at a ZIP's end says how large its directory is (APPNOTE 4.3.16; of more than 4 GB or
    65,535 files 4.3.14).
    """
    try:
        with file.open("rb") as opened:
            size = opened.seek(0, 2)
            opened.seek(max(0, size - _TAIL_BYTES))
            tail = opened.read()
    except OSError as exc:
        raise AddError(f"{file.name} cannot be read: {exc.strerror}.") from exc
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise AddError(f"{file.name} is not a ZIP file, or its end is missing.")
    entries, directory = struct.unpack_from("<HI", tail, at + 10)
    large = tail.rfind(b"PK\x06\x06", 0, at)
    if large >= 0 and len(tail) >= large + 56:
        entries, directory = struct.unpack_from("<QQ", tail, large + 32)
    if entries > MOST_FILES or directory > _MOST_DIRECTORY_BYTES:
        raise AddError(f"The ZIP holds more than {MOST_FILES:,} files: divide it.")
