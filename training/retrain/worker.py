"""`python -m training.worker` at work: takes requests from the database, one after the other."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta

from dataset.errors import DatabaseError, RetrainingOver
from dataset.examples import retrainings
from dataset.storage.database import Database
from dataset.storage.schema import Retraining, RetrainingStatus, utc_now
from models.registry.opening import registry_of
from objects.loading import load_settings
from training.add.opening import open_database
from training.settings.environment import TrainingSettings

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
_WATCH_EVERY_S = 0.5
_END_WITHIN_S = 20.0
"""For a child to write down what it must; then it is killed."""


def run(options: argparse.Namespace) -> int:
    """Take retrainings until told to stop; the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    settings = load_settings(TrainingSettings)
    with open_database(settings) as database:
        worker = Worker(
            database,
            current_version=registry_of(settings).current_version,
            lease_s=settings.training_lease_s,
            budget_s=60 * settings.retrain_budget_minutes,
        )
        with contextlib.suppress(ValueError):  # outside the main thread
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: worker.stop())
        print(f"Ready: {worker.name} takes retrainings", flush=True)
        if options.once:
            worker.work_once()
        else:
            worker.work_on()
    return 0


class Worker:
    """Runs one retraining after the other, each in a separate process.

    `budget_s` covers a request as a whole, over all its workers.
    """

    def __init__(
        self,
        database: Database,
        *,
        current_version: Callable[[], str],
        lease_s: float,
        budget_s: float,
        look_every_s: float = LOOK_EVERY_S,
        command: tuple[str, ...] = ("-m", "training.retrain"),
    ) -> None:
        # A pid comes again, in containers it is always the same: the rest tells lives apart.
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"[-128:]
        self._database = database
        self._current_version = current_version
        self._lease_s = lease_s
        self._budget_s = budget_s
        self._look_every_s = look_every_s
        self._command = command
        self._stop = threading.Event()

    def stop(self) -> None:
        """Take nothing more, and give back what is at work; may be called by a signal."""
        self._stop.set()

    def work_on(self) -> None:
        """Take what comes until `stop()`. A database that is away for a while is waited for."""
        while not self._stop.is_set():
            try:
                if self.work_once():
                    continue
            except DatabaseError as exc:
                logger.warning("no retraining can be looked for: %s", exc)
            self._stop.wait(self._look_every_s)

    def work_once(self) -> bool:
        """Take the retraining that waits, or whose worker died, to its end; False without one."""
        with self._database.session() as session:
            row = retrainings.take(session, worker=self.name, lease_s=self._lease_s)
        if row is None:
            return False
        logger.info("retraining %d is taken", row.id)
        if row.candidate is not None and row.candidate == self._current_version():
            self._end(
                row.id,
                RetrainingStatus.PUBLISHED,
                "Its model was published just before its worker died.",
            )
        elif self._is_overdue(row):
            self._end_overdue(row.id)
        else:
            self._run(row.id)
        return True

    def _run(self, number: int) -> None:
        """Run the training and stay with it until it or this worker has ended.

        The child holds the other end of its stdin, and so learns of the end of this process.
        """
        command = [sys.executable, *self._command, "--publish", "--request", str(number)]
        with subprocess.Popen(  # noqa: S603 - this project's own program
            [*command, "--worker", self.name], stdin=subprocess.PIPE
        ) as child:
            try:
                self._watch(number, child)
            finally:
                _end_process(child)
        # The child's record stands; without one, it died.
        with contextlib.suppress(RetrainingOver), self._database.session() as session:
            retrainings.give_back(session, number, worker=self.name, died=not self._stop.is_set())
            logger.warning("retraining %d ended without a word (%s)", number, child.returncode)

    def _watch(self, number: int, child: subprocess.Popen[bytes]) -> None:
        while child.poll() is None:
            if self._stop.wait(_WATCH_EVERY_S):
                with contextlib.suppress(RetrainingOver), self._database.session() as session:
                    retrainings.give_back(session, number, worker=self.name)
                logger.info("retraining %d is given back", number)
                return
            try:
                with self._database.reading() as session:
                    row = retrainings.seen(session, number)
            except DatabaseError as exc:
                logger.warning("retraining %d cannot be looked at: %s", number, exc)
                continue
            if row.status is not RetrainingStatus.RUNNING or row.worker != self.name:
                # It has just ended by itself, or from outside, or is another worker's.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(_END_WITHIN_S)
                return
            if self._is_overdue(row):
                self._end_overdue(number)
                return

    def _is_overdue(self, row: Retraining) -> bool:
        began = row.started_at or row.requested_at
        return utc_now() - began > timedelta(seconds=self._budget_s)

    def _end_overdue(self, number: int) -> None:
        minutes = f"{self._budget_s / 60:.0f} minutes"
        reason = f"It took longer than its {minutes}. The model in use stays."
        self._end(number, RetrainingStatus.FAILED, reason)

    def _end(self, number: int, status: RetrainingStatus, reason: str) -> None:
        with contextlib.suppress(RetrainingOver), self._database.session() as session:
            ending = retrainings.Ending(status=status, reason=reason)
            retrainings.finish(session, number, ending, worker=self.name)
            logger.info("retraining %d: %s", number, reason)


def _end_process(child: subprocess.Popen[bytes]) -> None:
    """End a child: asked first, then killed."""
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(_END_WITHIN_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
