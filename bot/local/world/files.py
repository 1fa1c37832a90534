"""Where photos and documents lie: a temporary folder of bounded size."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import re
import shutil
import sqlite3
import tempfile
import threading
import weakref
from dataclasses import dataclass
from pathlib import Path

from bot.local.arguments import Upload
from bot.local.errors import BadRequest
from bot.local.world.photos import SIDES_PX, measure, render, sizes

MAX_DOCUMENT_BYTES = 200 * 1024 * 1024
MAX_GET_FILE_BYTES = 20 * 1024 * 1024
MAX_KEPT_BYTES = 4 * 1024**3
"""Beyond this, or a quarter of what was free on the disk, the files not used for longest are
dropped."""
_SMALL_BYTES = 1024 * 1024
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")

_PREFIX = "local-chat-"

_TABLES = """
CREATE TABLE blobs (
    name TEXT PRIMARY KEY, size INTEGER NOT NULL, used INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX by_use ON blobs (used);
CREATE TABLE documents (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL, name TEXT NOT NULL, mime TEXT NOT NULL,
    width INTEGER NOT NULL, height INTEGER NOT NULL
) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Located:
    """A file that can be fetched."""

    path: Path
    size: int
    name: str
    mime: str
    unique_id: str
    file_path: str
    """Its path, as getFile gives it."""


def _wrong() -> BadRequest:
    return BadRequest("wrong file_id or the file is temporarily unavailable")


class FileStore:
    """Photos and documents by content in `folder`; identical uploads are kept once.

    A photo is kept as it came; a PhotoSize is made when it is first fetched.
    """

    def __init__(self, *, max_kept_bytes: int | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        # In a thread: what a killed run left may be gigabytes, and nobody waits for it.
        threading.Thread(target=_remove_orphans, args=(self.folder.parent,), daemon=True).start()
        self._removal = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self._max_kept_bytes = (
            min(MAX_KEPT_BYTES, shutil.disk_usage(self.folder).free // 4)
            if max_kept_bytes is None
            else max_kept_bytes
        )
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.executescript(_TABLES)
        self._kept_bytes = 0
        self._uses = 0

    def close(self) -> None:
        self._removal()

    async def add_photo(self, upload: Upload) -> list[dict[str, object]]:
        """Keep a photo; its PhotoSize objects. Raises BadRequest for what cannot be one."""
        data = upload.file.read()
        width, height = measure(data)
        digest = self._keep(data)
        return self._photo_sizes("P", digest, width, height)

    def _photo_sizes(
        self, kind: str, digest: str, width: int, height: int
    ) -> list[dict[str, object]]:
        return [
            {
                "file_id": f"{kind}{digest}{size.letter}",
                "file_unique_id": f"{digest[:14]}{size.letter}",
                "width": size.width,
                "height": size.height,
            }
            for size in sizes(width, height)
        ]

    async def add_document(self, upload: Upload) -> dict[str, object]:
        """Keep any file with its name; its Document object. Raises BadRequest when empty."""
        if not upload.size:
            raise BadRequest("file must be non-empty")
        if upload.size > MAX_DOCUMENT_BYTES:
            raise BadRequest("file is too big")
        if upload.size <= _SMALL_BYTES:
            data = upload.file.read()
            digest = self._keep(data)
        else:
            digest, part = await asyncio.to_thread(self._copy, upload)
            self._adopt(part, digest, upload.size)
        try:
            upload.file.seek(0)
            width, height = measure(upload.file.read()) if upload.size < 10**7 else (0, 0)
        except BadRequest:
            width = height = 0
        name = upload.name.replace("\\", "/").rpartition("/")[2] or "file"
        mime = upload.content_type or "application/octet-stream"
        key = hashlib.sha256(f"{digest}\0{name}\0{mime}".encode()).digest()
        file_id = f"D{base64.urlsafe_b64encode(key[:18]).decode()}"
        self._db.execute(
            "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?)",
            (file_id, digest, name, mime, width, height),
        )
        return self.document(file_id)

    def document(self, file_id: str) -> dict[str, object]:
        """The Document object of a file_id. Raises BadRequest for an unknown one."""
        row = self._db.execute("SELECT * FROM documents WHERE id = ?", (file_id,)).fetchone()
        if row is None:
            raise _wrong()
        _, digest, name, mime, width, height = row
        document: dict[str, object] = {
            "file_name": name,
            "mime_type": mime,
            "file_id": file_id,
            "file_unique_id": f"{digest[:14]}d",
            "file_size": self._size_of(digest),
        }
        if width:
            small = self._photo_sizes("P", digest, width, height)[:2][-1]
            document["thumbnail"] = small
        return document

    async def photo(self, file_id: str) -> list[dict[str, object]]:
        """The PhotoSize objects of the photo that a file_id belongs to."""
        if file_id[:1] != "P" or file_id[-1] not in SIDES_PX:
            raise _wrong()
        digest = file_id[1:-1]
        self._size_of(digest)
        data = (self.folder / digest).read_bytes()
        return self._photo_sizes("P", digest, *measure(data))

    async def locate(self, file_id: str) -> Located:
        """The path of a file; makes a PhotoSize if needed. Raises BadRequest for unknown ones."""
        if file_id[:1] == "P" and file_id[-1] in SIDES_PX:
            return await self._locate_size(file_id)
        row = self._db.execute(
            "SELECT digest, name, mime FROM documents WHERE id = ?", (file_id,)
        ).fetchone()
        if row is None:
            raise _wrong()
        digest, name, mime = row
        suffix = _SUFFIX.fullmatch(Path(name).suffix)
        return Located(
            path=self.folder / digest,
            size=self._size_of(digest),
            name=name,
            mime=mime,
            unique_id=f"{digest[:14]}d",
            file_path=f"documents/{file_id}{suffix[0] if suffix else ''}",
        )

    async def _locate_size(self, file_id: str) -> Located:
        digest, letter = file_id[1:-1], file_id[-1]
        made = f"{digest}.{letter}"
        try:
            size = self._size_of(made)
        except BadRequest:
            self._size_of(digest)
            data = await asyncio.to_thread(render, self.folder / digest, letter)
            self._write(made, data)
            size = len(data)
        return Located(
            path=self.folder / made,
            size=size,
            name="photo.jpg",
            mime="image/jpeg",
            unique_id=f"{digest[:14]}{letter}",
            file_path=f"photos/{file_id}.jpg",
        )

    def _keep(self, data: bytes) -> str:
        digest = _digest(hashlib.sha256(data).digest())
        self._write(digest, data)
        return digest

    def _write(self, name: str, data: bytes) -> None:
        if not self._touch(name):
            (self.folder / name).write_bytes(data)
            self._record(name, len(data))

    def _copy(self, upload: Upload) -> tuple[str, Path]:
        """Copy to a temporary name, hashing on the way; runs in a thread."""
        hasher = hashlib.sha256()
        with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as part:
            while chunk := upload.file.read(_SMALL_BYTES):
                hasher.update(chunk)
                part.write(chunk)
        return _digest(hasher.digest()), Path(part.name)

    def _adopt(self, part: Path, digest: str, size: int) -> None:
        if self._touch(digest):
            part.unlink()
        else:
            part.rename(self.folder / digest)
            self._record(digest, size)

    def _record(self, name: str, size: int) -> None:
        self._uses += 1
        self._db.execute("INSERT INTO blobs VALUES (?, ?, ?)", (name, size, self._uses))
        self._kept_bytes += size
        while self._kept_bytes > self._max_kept_bytes:
            oldest, freed = self._db.execute(
                "SELECT name, size FROM blobs ORDER BY used LIMIT 1"
            ).fetchone()
            if oldest == name:
                break
            self._db.execute("DELETE FROM blobs WHERE name = ?", (oldest,))
            (self.folder / oldest).unlink(missing_ok=True)
            self._kept_bytes -= freed

    def _touch(self, name: str) -> bool:
        self._uses += 1
        changed = self._db.execute("UPDATE blobs SET used = ? WHERE name = ?", (self._uses, name))
        return changed.rowcount == 1

    def _size_of(self, name: str) -> int:
        self._touch(name)
        row = self._db.execute("SELECT size FROM blobs WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise _wrong()
        return int(row[0])


def _remove_orphans(parent: Path) -> None:
    """Delete the folders of servers that ended without a chance to do it themselves."""
    if os.name != "posix":
        return  # elsewhere, probing a process would harm it
    for folder in parent.glob(f"{_PREFIX}*-*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        try:
            os.kill(int(owner), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except (ValueError, OverflowError, OSError):
            continue  # not ours to judge


def _digest(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw[:18]).decode()
