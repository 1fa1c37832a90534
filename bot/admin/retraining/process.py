"""Retraining as a child process: starts it, ends it when it hangs, reports when it dies.

The row in `retrainings` is the truth: the child writes its stage and its decision there, and
followers read it. So a restarted bot finds the run again, and the run outlives a bot that dies.
With `elsewhere` no child runs: a `training.worker`, here or on another machine, takes the
request, and this process only follows.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy.orm import Session

from bot.admin.retraining.training_python import python_that_trains
from bot.errors import TrainingUnavailable
from bot.process.database_thread import Records
from dataset.errors import RetrainingOver
from dataset.examples import retrainings
from dataset.examples.readiness import lack_of_photos
from dataset.storage.processes import is_running
from dataset.storage.schema import Retraining, RetrainingStatus, utc_now

logger = logging.getLogger(__name__)

OnProgress = Callable[[Retraining], Awaitable[None]]

_LOOK_EVERY_S = 0.5
_END_WITHIN_S = 10.0
_SURELY_SILENT_S = 20.0
"""Twice as long as a child that is well leaves its row alone."""
_HIDDEN = ("TELEGRAM_BOT_TOKEN", "REVIEW_SECRET", "WEBHOOK_SECRET")
"""The child's environment holds only what it needs."""
_LAST_WORDS_BYTES = 4000


_LACKS = {
    "photos": "retrain-no-photos",
    "labels": "retrain-one-label",
    "label": "retrain-few-photos",
}


class Trainer:
    """Starts `python -m training.retrain` and follows it to its end."""

    def __init__(
        self,
        records: Records,
        *,
        python: Path | None,
        budget_s: float,
        silent_s: float = retrainings.SILENT_AFTER_S,
        log_dir: Path,
        current_version: Callable[[], str],
        elsewhere: bool = False,
        command: tuple[str, ...] = ("-m", "training.retrain"),
    ) -> None:
        self._records = records
        self._python = python
        self._budget_s = budget_s
        self._silent_s = silent_s
        self._log_dir = log_dir
        self._current_version = current_version
        self._elsewhere = elsewhere
        self._command = command
        self._children: dict[int, asyncio.subprocess.Process] = {}

    async def check(self) -> None:
        """Raise TrainingUnavailable when a retraining would surely fail: no training environment,
        or too few photos."""
        if not self._elsewhere:
            await asyncio.to_thread(python_that_trains, self._python)
        lack = await self._records.read(lack_of_photos)
        if lack is not None:
            raise TrainingUnavailable(
                str(lack),
                _LACKS[lack.what],
                label=lack.label,
                photos=lack.photos,
                least=lack.least,
            )

    async def request(
        self, *, trigger: str, requested_by: int | None = None, force: bool = False
    ) -> int:
        """Write the request down and, unless it is for elsewhere, start a child on it; its id.

        Raises RetrainingActive when one is under way, TrainingUnavailable without a Python that
        could train.
        """
        python = None
        if not self._elsewhere:
            python = await asyncio.to_thread(python_that_trains, self._python)
        row_id = await self._records.write(
            lambda session: (
                retrainings.request(
                    session, trigger=trigger, requested_by=requested_by, force=force
                ).id
            )
        )
        if python is None:
            return row_id
        try:
            await self._start(python, row_id)
        except OSError as exc:
            await self._fail(row_id, f"{python} could not be started: {exc.strerror}.")
        return row_id

    async def follow(self, row_id: int, on_progress: OnProgress) -> Retraining:
        """Watch a retraining until it has ended, and end it where it hangs; its last state.

        Its time counts from its beginning, also when this process came later, as far as it has said
        itself that it was alive: while a machine sleeps nothing is.
        """
        loop = asyncio.get_running_loop()
        began: float | None = None
        silence = _Silence(self._silent_s)
        seen: tuple[object, ...] | None = None
        while True:
            row = await self._records.read(lambda session: retrainings.seen(session, row_id))
            if row.status not in retrainings.ACTIVE:
                await self._reap(row_id)
                return row
            if (state := (row.status, row.stage, row.progress)) != seen:
                seen = state
                await on_progress(row)
            began = loop.time() - _worked_s(row) if began is None else began
            reason = self._why_over(row, loop.time() - began, silence)
            if reason is None:
                await asyncio.sleep(_LOOK_EVERY_S)
            else:
                await self._end(row_id)
                await self._fail(row_id, reason)

    async def cancel(self) -> Retraining | None:
        """Ask the running retraining to stop; None when none runs."""
        return await self._records.write(retrainings.request_cancel)

    async def under_way(self) -> Retraining | None:
        """The retraining that is requested or running, of any process."""
        return await self._records.read(retrainings.running)

    async def left_alone(self) -> Retraining | None:
        """The one under way that its follower, if it had any, would have ended by now."""
        row = await self.under_way()
        if row is None:
            return None
        if self._elsewhere:
            return row if _age_s(row) > self._budget_s + _SURELY_SILENT_S else None
        return row if _is_silent(row, self._silent_s + 2 * _SURELY_SILENT_S) else None

    def _why_over(self, row: Retraining, elapsed_s: float, silence: _Silence) -> str | None:
        """Why a run that is under way has to be ended, if it has."""
        child = self._children.get(row.id)
        if self._elsewhere:
            return self._too_long(row) if _age_s(row) > self._budget_s else None
        if child is not None and child.returncode is not None:
            return self._last_words(row.id, child.returncode)
        if elapsed_s > self._budget_s:
            return self._too_long(row)
        if child is None and _has_died(row):
            return "Its process is gone."
        return "Its process gave no sign of life any more." if silence.is_lasting(row) else None

    async def _start(self, python: Path, row_id: int) -> None:
        self._log_dir.mkdir(parents=True, exist_ok=True)
        environment = {name: value for name, value in os.environ.items() if name not in _HIDDEN}
        with self._log_of(row_id).open("wb") as log:
            self._children[row_id] = await asyncio.create_subprocess_exec(
                str(python),
                *self._command,
                "--publish",
                "--request",
                str(row_id),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                start_new_session=True,
            )

    async def _end(self, row_id: int) -> None:
        """End the child and its children: first ask, then kill."""
        child = self._children.get(row_id)
        if child is None:
            return
        if child.returncode is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(child.pid, number)
                await asyncio.wait_for(child.wait(), _END_WITHIN_S)
            except ProcessLookupError:
                return
            except (TimeoutError, asyncio.TimeoutError):
                continue
            return

    async def _reap(self, row_id: int) -> None:
        """Let a child that has reported its end come to it."""
        child = self._children.get(row_id)
        if child is not None:
            try:
                await asyncio.wait_for(child.wait(), _END_WITHIN_S)
            except (TimeoutError, asyncio.TimeoutError):
                await self._end(row_id)
            self._children.pop(row_id, None)

    async def _fail(self, row_id: int, reason: str) -> None:
        """Write down that a run failed; or, where its model is in use already, that it did not."""
        version = await asyncio.to_thread(self._current_version)

        def fail(session: Session) -> None:
            published = retrainings.seen(session, row_id).candidate == version
            with contextlib.suppress(RetrainingOver):
                # It may have ended by itself between the look and now: its own word stands.
                retrainings.finish(
                    session,
                    row_id,
                    retrainings.Ending(
                        status=RetrainingStatus.PUBLISHED if published else RetrainingStatus.FAILED,
                        reason=f"{reason} Its model was published just before."
                        if published
                        else f"{reason} The model in use stays.",
                    ),
                )

        logger.warning("retraining %d did not end by itself: %s", row_id, reason)
        await self._records.write(fail)

    def _too_long(self, row: Retraining) -> str:
        minutes = f"{self._budget_s / 60:.0f} minutes"
        if self._elsewhere and row.started_at is None:
            return f"No worker took it within {minutes}: `bear-detector worker` runs one."
        return f"It took longer than its {minutes}."

    def _last_words(self, row_id: int, returncode: int) -> str:
        """Why a child ended without a decision: the last line it wrote, or how it was ended."""
        if returncode < 0:
            return f"Its process was ended by {signal.Signals(-returncode).name}."
        try:
            with self._log_of(row_id).open("rb") as log:
                log.seek(0, os.SEEK_END)
                log.seek(max(0, log.tell() - _LAST_WORDS_BYTES))
                lines = log.read().decode("utf-8", "replace").strip().splitlines()
        except OSError:
            lines = []
        return lines[-1][:300] if lines else f"Its process ended with status {returncode}."

    def _log_of(self, row_id: int) -> Path:
        return self._log_dir / retrainings.log_name(row_id)


def _has_died(row: Retraining) -> bool:
    """Whether the run's process was on this machine and has died."""
    host, _, pid = (row.worker or "").rpartition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    return not is_running(int(pid))


def _age_s(row: Retraining) -> float:
    """Seconds since it began or, before that, since the request."""
    return (utc_now() - (row.started_at or row.requested_at)).total_seconds()


def _worked_s(row: Retraining) -> float:
    """Seconds from its beginning to its last sign of life."""
    if row.started_at is None or row.heartbeat_at is None:
        return 0.0
    return (row.heartbeat_at - row.started_at).total_seconds()


def _is_silent(row: Retraining, silent_s: float) -> bool:
    since = row.heartbeat_at or row.requested_at
    return (utc_now() - since).total_seconds() > silent_s


class _Silence:
    """Whether a run stays silent.

    After the machine slept, or when somebody set its clock, every heartbeat looks old until the
    next.
    """

    def __init__(self, silent_s: float) -> None:
        self._silent_s = silent_s
        self._since: float | None = None

    def is_lasting(self, row: Retraining) -> bool:
        """Whether it was silent at each check for long enough; call it repeatedly."""
        now = time.monotonic()
        if not _is_silent(row, self._silent_s):
            self._since = None
            return False
        if self._since is None:
            self._since = now
        return now - self._since > min(_SURELY_SILENT_S, self._silent_s)
