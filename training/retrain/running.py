"""The command `training.retrain` at work: the row of a run taken, the run, and its row printed."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import socket

from dataset.errors import RetrainingOver
from dataset.examples import retrainings
from dataset.storage.database import Database
from dataset.storage.schema import Retraining, RetrainingStatus
from objects.loading import load_settings
from training.add.opening import open_database
from training.retrain.heartbeat import end_with_parent
from training.retrain.outcome import as_json, in_words
from training.retrain.run import Run
from training.settings.environment import TrainingSettings
from training.train.progress import hush

_NICE = 10
"""People who wait for an answer come before a training..."""
_WAIT_POLICY = ("OMP_WAIT_POLICY", "PASSIVE")
"""...whose threads must not spin while they wait for each other: that takes the CPU from the bot.
OpenMP reads it when it is loaded, with torch or scikit-learn."""


def run(options: argparse.Namespace) -> int:
    """Retrain as the arguments say; the exit status: 0 also when the candidate is held."""
    hush()
    with contextlib.suppress(ValueError):  # outside the main thread
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = load_settings(TrainingSettings)
    with open_database(settings) as database:
        row = _begin(database, options)
        if options.worker is not None:
            end_with_parent()
        elif options.request is not None:
            os.nice(_NICE)
            os.environ.setdefault(*_WAIT_POLICY)
        Run(settings, database, row, options).run()
        with database.reading() as session:
            row = retrainings.seen(session, row.id)
    print(
        json.dumps(as_json(row), ensure_ascii=False)
        if options.json
        else in_words(row, settings.data_dir / "candidates")
    )
    failed = row.status in (RetrainingStatus.FAILED, RetrainingStatus.CANCELLED)
    return 1 if failed else 0


def _begin(database: Database, options: argparse.Namespace) -> Retraining:
    """The row of this run, taken by this process. Raises RetrainingActive, NotFoundError."""
    worker = f"{socket.gethostname()}:{os.getpid()}"
    with database.session() as session:
        if options.worker is not None:
            retrainings.heartbeat(session, options.request, worker=options.worker)
            return retrainings.seen(session, options.request)
        if options.request is None:
            retrainings.end_silent(session)
            request = retrainings.request(session, trigger="shell", force=options.force)
            number = request.id
        else:
            number = options.request
        row = retrainings.take(session, worker=worker, retraining_id=number)
        if row is None:
            state = retrainings.seen(session, number).status.value
            raise RetrainingOver(f"Retraining {number} cannot be begun: it is {state}.")
    return row
