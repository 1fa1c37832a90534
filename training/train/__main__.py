"""python -m training.train [--recipe head|book|auto] [--out DIR]: a candidate bundle.

It learns from the dataset, calibrates on photos that it did not learn from, and measures on the
gate split. It proves that what was learned, graph and classifier agree. It writes the whole bundle
or none.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bear_detector.parsing import CommandParser, command_parser
from training.settings.command import run_command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status."""

    def work(options: argparse.Namespace) -> int:
        from training.train.running import run

        return run(options)

    said = "Interrupted: no bundle was written, nothing was left behind."
    return run_command(parser(), work, arguments, interrupted=said)


def parser() -> CommandParser:
    """What it takes."""
    command = command_parser(
        "training.train",
        "Train a candidate bundle from the dataset.",
        (
            " # into candidates/",
            "--recipe book --out candidates/second",
            "--on ray # on a cluster",
        ),
    )
    command.add_argument(
        "--recipe",
        choices=("head", "book", "auto"),
        default="auto",
        help="head: frozen body, linear head, seconds; book: fine-tuning, minutes; auto: head, "
        "with thousands of photos the better of both",
    )
    command.add_argument("--out", metavar="DIR", type=Path, help="default: a folder in candidates/")
    command.add_argument("--arch", metavar="NAME", help="body; default: what BODY says")
    command.add_argument(
        "--weights", metavar="FILE", type=Path, help="the body's weights, where not reachable"
    )
    command.add_argument("--resize", choices=("crop", "pad", "squish"), default="crop")
    command.add_argument(
        "--lr-find", action="store_true", help="book: look for the learning rate first"
    )
    command.add_argument(
        "--on", choices=("here", "ray"), help="where it is computed; default TRAIN_ON"
    )
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("--json", action="store_true", help="print the metrics as one object")
    return command


if __name__ == "__main__":
    sys.exit(main())
