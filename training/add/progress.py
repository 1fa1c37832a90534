"""How far it is, in a file: for a program that started this one, or that finds it after its own
restart. And stopping between two photos, so that all that was taken in is counted."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

from training.add.report import Report

_EVERY_S = 0.5


class Progress:
    """Tells `file` how far it is; without one, nobody.

    The file holds one object: `process` (its id), `state` (`adding`, then `done`, `stopped` or
    `failed`), `done` and `total` photos, `counts` of this run, and in the end its `report`, or the
    `sentence` for why it failed.
    """

    def __init__(self, file: Path | None = None, *, skipped: int = 0) -> None:
        """`skipped` photos at the beginning are done: by an earlier run."""
        self.skipped = skipped
        self.stops = False
        self._file = file
        self._total = self._done = 0
        self._written_at = 0.0
        self._done = skipped

    def stop_on_signals(self) -> None:
        """From now on SIGINT and SIGTERM end the run after the photos at hand."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)

    def begin(self, total: int) -> None:
        """So many photos there are."""
        self._total = total
        self._write("adding")

    def step(self, report: Report) -> None:
        """One more photo is done."""
        self._done += 1
        if time.monotonic() - self._written_at >= _EVERY_S:
            self._write("adding", counts=report.counts())

    def end(self, report: Report) -> None:
        """The run is over: all photos are done, or it was stopped."""
        state = "stopped" if self.stops and self._done < self._total else "done"
        self._write(state, counts=report.counts(), report=report.as_json())

    def fail(self, sentence: str) -> None:
        """The run was given up, and what it had added is out again."""
        self._done = self.skipped
        self._write("failed", sentence=sentence)

    def _stop(self, _number: int, _frame: object) -> None:
        self.stops = True

    def _write(self, state: str, **rest: object) -> None:
        self._written_at = time.monotonic()
        if self._file is None:
            return
        told = {"process": os.getpid(), "state": state, "done": self._done, "total": self._total}
        half = self._file.with_suffix(".part")
        half.write_text(json.dumps({**told, **rest}), encoding="utf-8")
        half.replace(self._file)
