"""python -m training.worker: runs requested retrainings, on any machine.

With TRAIN_ELSEWHERE the bot only records requests. Any number of workers may watch the same
database, which gives each request to one of them. When a worker's heartbeat stops, another follows
after TRAINING_LEASE_S, and the database refuses what the first still writes (docs/decisions/0095).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from bear_detector.parsing import CommandParser, command_parser
from training.settings.command import run_command


def main(arguments: Sequence[str] | None = None) -> int:
    def work(options: argparse.Namespace) -> int:
        from training.retrain.worker import run

        return run(options)

    return run_command(parser(), work, arguments)


def parser() -> CommandParser:
    command = command_parser(
        "training.worker",
        "Take the retrainings that were asked for, one at a time, until it is ended.",
        (" # wait for retrainings", "--once # take the one that waits, from a cron job"),
    )
    command.add_argument(
        "--once", action="store_true", help="take the one that waits, if any, and end with it"
    )
    return command


if __name__ == "__main__":
    sys.exit(main())
