"""A folder of copies in front of a store, bounded in bytes and days; the last used ones stay.

Any number of processes may share the folder. A copy has the object's own bytes, so what is sealed
in the store is sealed here.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

_KEPT_S = 24 * 3600.0
"""Copies of removed objects leave every machine within this time."""
_ROOM = 0.9
"""How full cleaning leaves the folder, so that it does not run for every further copy."""


class ByteCache:
    """Copies by name. Never raises: a folder that cannot be written is a cache that holds nothing.

    The modification time of a copy is when it was made, its access time when it was last used.
    """

    def __init__(self, folder: Path, *, limit_bytes: int, kept_s: float = _KEPT_S) -> None:
        """`limit_bytes` 0 keeps no copies."""
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._kept_s = kept_s
        self._bytes: int | None = None
        self._lock = threading.Lock()

    def get(self, name: str) -> bytes | None:
        """The copy, unless it is missing or too old."""
        path = self._folder / name
        try:
            made_s = path.stat().st_mtime
            if time.time() - made_s > self._kept_s:
                self.drop(name)
                return None
            content = path.read_bytes()
            os.utime(path, (time.time(), made_s))
        except OSError:
            return None
        return content

    def put(self, name: str, content: bytes) -> None:
        """Keep a copy; when the folder is full, drop those unused for longest."""
        if len(content) > self._limit_bytes:
            return
        path = self._folder / name
        with contextlib.suppress(OSError), self._lock:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                Path(temporary).replace(path)
            finally:
                Path(temporary).unlink(missing_ok=True)
            self._bytes = None if self._bytes is None else self._bytes + len(content)
            if self._bytes is None or self._bytes > self._limit_bytes:
                self._make_room()

    def drop(self, name: str) -> None:
        with contextlib.suppress(OSError):
            (self._folder / name).unlink()

    def tidy(self) -> None:
        """Drop copies that are too old or too many."""
        with self._lock:
            self._make_room()

    def _make_room(self) -> None:
        """Other processes add and remove, too: only the folder itself knows how much it holds."""
        now = time.time()
        left: list[tuple[float, int, Path]] = []
        for path, status in self._copies():
            if now - status.st_mtime > self._kept_s:
                path.unlink(missing_ok=True)
            else:
                left.append((status.st_atime, status.st_size, path))
        self._bytes = sum(size for _, size, _ in left)
        if self._bytes <= self._limit_bytes:
            return
        for _, size, path in sorted(left):
            if self._bytes <= _ROOM * self._limit_bytes:
                return
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
                self._bytes -= size

    def _copies(self) -> Iterator[tuple[Path, os.stat_result]]:
        for folder, _, names in os.walk(self._folder):
            for name in names:
                path = Path(folder) / name
                with contextlib.suppress(OSError):
                    yield path, path.stat()
