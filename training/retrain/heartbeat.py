"""The sign of life of a retraining: stage and progress into its row, cancellation out of it."""

from __future__ import annotations

import _thread
import contextlib
import logging
import os
import threading
from types import TracebackType

from dataset.errors import DatabaseError, DatasetError, RetrainingOver
from dataset.examples import retrainings
from dataset.storage.database import Database
from dataset.storage.schema import RetrainingStatus

logger = logging.getLogger(__name__)

_WRITE_EVERY_S = 0.5
_BEAT_EVERY_S = 10.0
CANCELLED = "Cancelled; the model in use stays."
_UNWIND_S = 60.0
"""The time that an ended run has to finish, before its process is killed."""

STAGES = {
    "reading the dataset": ("features", 0.05),
    "computing features": ("features", 0.10),
    "judging what is new": ("features", 0.35),
    "learning what is outside": ("training", 0.40),
    "training": ("training", 0.50),
    "exporting": ("exporting", 0.65),
    "proving parity": ("exporting", 0.75),
    "measuring": ("deciding", 0.85),
    "writing the report": ("deciding", 0.87),
    "writing the bundle": ("deciding", 0.92),
    "deciding": ("deciding", 0.94),
    "replaying": ("replaying", 0.96),
    "publishing": ("publishing", 0.99),
    "done": ("publishing", 1.0),
}
"""Each stage of the work: its name for people, and the share done when it begins."""


def end_with_parent() -> None:
    """End this process once its parent, at the other end of stdin, is gone.

    Otherwise a training would run beside its successor, and a killed worker would look alive.
    """

    def watch() -> None:
        # Not sys.stdin: a thread that waits inside its lock makes the interpreter's own end fail.
        while os.read(0, 1):
            pass
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()


class Heartbeat:
    """Beats on a thread of its own while the work goes on in the main one.

    When the run is cancelled, ended from outside or no longer belongs to `worker`, the main thread
    gets a KeyboardInterrupt and `stopped` says why. If it hangs then, it ends with the process. It
    beats often enough for a lease of `lease_s`.
    """

    def __init__(
        self,
        database: Database,
        retraining_id: int,
        *,
        worker: str,
        lease_s: float = retrainings.SILENT_AFTER_S,
        unwind_s: float = _UNWIND_S,
    ) -> None:
        self._unwind_s = unwind_s
        self._database = database
        self._id = retraining_id
        self._worker = worker
        self._beat_every_s = min(_BEAT_EVERY_S, lease_s / 4)
        self._stage = "folding"
        self._progress = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        self.stopped: str | None = None

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.rest()

    def rest(self) -> None:
        """Beat no more: what follows ends the run, and must not be taken for its loss."""
        self._over.set()
        self._thread.join()

    def tell(self, stage: str, done: float) -> None:
        """The work is in `stage`, of which `done` (0 to 1) is over.

        Raises KeyboardInterrupt when the run is over and the one before was caught on its way.
        """
        if self.stopped is not None:
            raise KeyboardInterrupt
        name, start = STAGES[stage]
        later = [share for _, share in STAGES.values() if share > start]
        self._stage = name
        self._progress = start + done * (min(later, default=1.0) - start)

    def _beat(self) -> None:
        written: tuple[str, float] | None = None
        quiet_s = 0.0
        while not self._over.wait(_WRITE_EVERY_S):
            state = (self._stage, round(self._progress, 2))
            quiet_s += _WRITE_EVERY_S
            if state == written and quiet_s < self._beat_every_s:
                # Nothing to write; cancelling is looked for all the same, by reading only.
                if not self._cancelled():
                    continue
                self._stop("cancelled")
                return
            try:
                # Not `session()`: the main thread may hold the interpreter for hundreds of
                # milliseconds, and the bot would wait for the write lock meanwhile.
                with self._database.statements() as session:
                    go_on = retrainings.heartbeat(
                        session,
                        self._id,
                        stage=state[0],
                        progress=state[1],
                        worker=self._worker,
                    )
            except RetrainingOver as exc:
                self._stop(str(exc))
                return
            except DatabaseError as exc:
                logger.warning("no heartbeat: %s", exc)
                continue
            written, quiet_s = state, 0.0
            if not go_on:
                self._stop("cancelled")
                return

    def _cancelled(self) -> bool:
        try:
            with self._database.reading() as session:
                return retrainings.seen(session, self._id).cancel_requested
        except DatabaseError as exc:
            logger.warning("the retraining's row cannot be read: %s", exc)
            return False

    def _stop(self, why: str) -> None:
        self.stopped = why
        if self._over.is_set():
            return
        _thread.interrupt_main()
        if not self._over.wait(self._unwind_s):
            logger.error("The run does not end (%s): its process is ended.", why)
            self._cancel_hanging()
            os._exit(1)

    def _cancel_hanging(self) -> None:
        """Say in its row that a run was cancelled which cannot say so itself, unless its model may
        be in use already."""
        if self.stopped != "cancelled" or self._stage == "publishing":
            return
        with contextlib.suppress(DatasetError), self._database.session() as session:
            retrainings.finish(
                session,
                self._id,
                retrainings.Ending(status=RetrainingStatus.CANCELLED, reason=CANCELLED),
                worker=self._worker,
            )
