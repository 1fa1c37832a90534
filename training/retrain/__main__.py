"""python -m training.retrain [--publish|--dry-run]: fold, train, compare, decide, publish.

It folds what reviewers confirmed into the dataset and takes out what may not be used any more. It
trains a candidate, which answers the same gate photos as the present model. The gate decides
whether the candidate is published. The command prints the row of this run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from bear_detector.parsing import CommandParser, command_parser
from training.settings.command import run_command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status: 0 also when the candidate is held."""

    def work(options: argparse.Namespace) -> int:
        from training.retrain.running import run

        return run(options)

    return run_command(parser(), work, arguments)


def parser() -> CommandParser:
    command = command_parser(
        "training.retrain",
        "Fold what reviewers confirmed, train, compare, decide, publish.",
        (
            " # publishes only what is better",
            "--dry-run # says what it would do",
        ),
    )
    what = command.add_mutually_exclusive_group()
    what.add_argument(
        "--publish", action="store_true", help="publish if the gate lets it through (the default)"
    )
    what.add_argument("--dry-run", action="store_true", help="decide, but publish nothing")
    command.add_argument(
        "--force", action="store_true", help="publish even against the gate; leaves an audit row"
    )
    command.add_argument("--recipe", choices=("auto", "head", "book"), default="auto")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument(
        "--request", metavar="ID", type=int, help="work on this request, as the bot wrote it"
    )
    command.add_argument(
        "--worker", metavar="NAME", help="the request is this worker's already (training.worker)"
    )
    command.add_argument("--json", action="store_true", help="print the row as one object")
    return command


if __name__ == "__main__":
    sys.exit(main())
