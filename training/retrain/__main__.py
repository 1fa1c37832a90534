"""python -m training.retrain [--publish|--dry-run]: fold, train, compare, decide, publish.

Folds what reviewers confirmed into the dataset (and takes out what may not be used any more),
trains a candidate from the pretrained weights, has it and the present model answer the same gate
photos, and publishes it if the gate lets it through. Prints the row of this run.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import Sequence

from dataset.errors import DatasetError, RetrainingOver
from dataset.examples import retrainings
from dataset.settings import load_settings
from dataset.storage.database import Database
from dataset.storage.schema import Retraining, RetrainingStatus
from models.errors import ModelsError
from training.add.opening import open_database
from training.errors import TrainingError
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status: 0 also when the candidate is held."""
    options = _parser().parse_args(arguments)
    hush()
    with contextlib.suppress(ValueError):  # outside the main thread
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
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
    except (TrainingError, DatasetError, ModelsError) as exc:
        print(exc, file=sys.stderr)
        return 1
    print(json.dumps(as_json(row), ensure_ascii=False) if options.json else in_words(row))
    failed = row.status in (RetrainingStatus.FAILED, RetrainingStatus.CANCELLED)
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.retrain",
        description="Fold what reviewers confirmed, train, compare, decide, publish.",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--publish", action="store_true", help="publish if the gate lets it through (the default)"
    )
    what.add_argument("--dry-run", action="store_true", help="decide, but publish nothing")
    parser.add_argument(
        "--force", action="store_true", help="publish even against the gate; leaves an audit row"
    )
    parser.add_argument("--recipe", choices=("auto", "head", "book"), default="auto")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--request", metavar="ID", type=int, help="work on this request, as the bot wrote it"
    )
    parser.add_argument(
        "--worker", metavar="NAME", help="the request is this worker's already (training.worker)"
    )
    parser.add_argument("--json", action="store_true", help="print the row as one object")
    return parser


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


if __name__ == "__main__":
    sys.exit(main())
