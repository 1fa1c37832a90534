"""python -m training.clean [--apply FILE] [--json]: which examples are most likely wrong.

Ranks every example by how unlikely its label is to a model that did not learn from it, and marks
odd pictures and conflicts. Deletes and relabels nothing by itself: a person reviews, on the
review pages or in a file that `--apply` takes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bear_detector.parsing import CommandParser, command_parser
from training.settings.command import run_command


def main(arguments: Sequence[str] | None = None) -> int:
    def work(options: argparse.Namespace) -> int:
        from training.clean.ranking import run

        return run(options)

    said = "Interrupted: nothing was changed."
    return run_command(parser(), work, arguments, interrupted=said)


def parser() -> CommandParser:
    command = command_parser(
        "training.clean",
        "Rank the examples most likely mislabelled, or apply a reviewed file.",
        (
            " # the most suspicious examples",
            '--json > review.jsonl # all of them, to add "action" to',
            "--apply review.jsonl",
        ),
    )
    command.add_argument(
        "--apply",
        metavar="FILE",
        type=Path,
        help="CSV or JSON lines with sha256 and action (keep, relabel, remove, outside) or label",
    )
    command.add_argument("--json", action="store_true", help="print a line an example")
    return command


if __name__ == "__main__":
    sys.exit(main())
