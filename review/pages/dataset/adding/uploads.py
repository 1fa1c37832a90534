"""The one upload of this machine: its ZIP, and a file that says what became of it so far.

It outlives a restart: what was received stays, and a run that was interrupted goes on behind what
it had done. Files, not rows: an upload lies where its ZIP lies.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from languages.catalogue import decimal
from review.errors import BadRequest

MOST_BYTES = 64 * 1024**3
_RESERVE_BYTES = 512 * 1024 * 1024
LISTED = 200
"""Conflicts and unreadable files that are kept for the page; all are counted."""


@dataclass(kw_only=True)
class Upload:
    """One ZIP of photos, and what became of it."""

    name: str
    size_bytes: int
    key: str
    """Tells the sender's file from others, so that only the same one is gone on with."""
    by: int
    """Who sends it."""
    state: str = "receiving"
    """`receiving`, `looked`, `refused`, `taking`, `stopped`, `failed` or `done`."""
    labels: dict[str, int] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    """Those of the labels that the dataset does not have."""
    unsorted: int = 0
    """Photos in no folder of a label, which are left out."""
    process: int | None = None
    """The process that takes it in."""
    done: int = 0
    """Photos that runs which are over have done; the next begins behind them."""
    counts: dict[str, int] = field(default_factory=dict)
    """Of all runs together: added, duplicate, unreadable, conflict and so on."""
    by_label: dict[str, dict[str, int]] = field(default_factory=dict)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    unreadable: list[dict[str, Any]] = field(default_factory=list)
    sentence: str = ""
    """Why it was refused or failed; empty where nobody could say."""

    @property
    def total(self) -> int:
        """Photos in it."""
        return sum(self.labels.values())

    @property
    def left(self) -> int:
        """Photos that no run has done."""
        return self.total - self.done


class Uploads:
    """The folder of the upload. For one thread at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.file = folder / "photos.zip"
        self.progress = folder / "progress.json"
        self._about = folder / "upload.json"

    def current(self) -> Upload | None:
        """The upload, as it was last saved; None when there is none."""
        found = _read(self._about)
        return Upload(**found) if found else None

    def received(self) -> int:
        """Bytes of the ZIP that are here."""
        return self.file.stat().st_size if self.file.exists() else 0

    def begin(self, upload: Upload) -> Upload:
        """The upload to go on with: this one, or the one that is here when it is the same.

        Raises BadRequest while another is here, or when the disk has too little room.
        """
        there = self.current()
        if there is not None:
            if there.key == upload.key and there.state == "receiving":
                return there
            raise BadRequest("add-other-here", name=there.name)
        if not 0 < upload.size_bytes <= MOST_BYTES:
            raise BadRequest("add-too-large", most=MOST_BYTES // 1024**3)
        self._folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self._folder).free
        # Its photos are kept beside it until it is done.
        needed = 2 * upload.size_bytes + _RESERVE_BYTES
        if free < needed:
            raise BadRequest("add-no-room", needed=decimal(needed / 1e9), free=decimal(free / 1e9))
        self.file.unlink(missing_ok=True)
        self.save(upload)
        return upload

    def append(self, upload: Upload, offset: int, content: bytes) -> int:
        """Add bytes where the ZIP ends; how many are here then. A part that comes twice, or too
        early, changes nothing."""
        received = self.received()
        if offset != received or upload.state != "receiving":
            return received
        if received + len(content) > upload.size_bytes:
            raise BadRequest("add-changed")
        try:
            with self.file.open("ab") as file:
                file.write(content)
        except OSError as error:
            raise BadRequest("add-not-kept", why=str(error.strerror)) from error
        return received + len(content)

    def refuse(self, upload: Upload, sentence: str) -> None:
        """Take nothing of it, and say why."""
        upload.state, upload.sentence = "refused", sentence
        self.file.unlink(missing_ok=True)
        self.save(upload)

    def told(self) -> dict[str, Any]:
        """What the process at work says, or said last."""
        return _read(self.progress) or {}

    def settle(self, upload: Upload, is_at_work: Callable[[int | None], bool]) -> bool:
        """Take over what a run that has ended did; whether one had."""
        if upload.state != "taking" or is_at_work(upload.process):
            return False
        told = self.told()
        state = told.get("state", "failed")
        counts, report = told.get("counts", {}), told.get("report", {})
        upload.counts = _sum(upload.counts, counts)
        upload.by_label = {
            label: _sum(upload.by_label.get(label, {}), report.get("labels", {}).get(label, {}))
            for label in upload.labels
        }
        upload.conflicts = [*upload.conflicts, *report.get("conflicts", [])][:LISTED]
        upload.unreadable = [*upload.unreadable, *report.get("unreadable_files", [])][:LISTED]
        upload.done = told.get("done", upload.done)
        # A run that was killed says that it is still at work.
        upload.state = "stopped" if state == "adding" else state
        upload.sentence = told.get("sentence", "")
        upload.process = None
        if upload.state == "done":
            self.file.unlink(missing_ok=True)
        self.save(upload)
        return True

    def discard(self) -> None:
        """Forget the upload; what was taken in stays."""
        for path in (self.file, self.progress, self._about):
            path.unlink(missing_ok=True)

    def save(self, upload: Upload) -> None:
        half = self._about.with_suffix(".part")
        half.write_text(json.dumps(asdict(upload)), encoding="utf-8")
        half.replace(self._about)


def _read(file: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return found


def _sum(first: dict[str, int], second: dict[str, int]) -> dict[str, int]:
    total = Counter(first)
    total.update(second)
    return dict(total)
