"""python -m training.evaluate BUNDLE PHOTOS [--outside DIR] [--json]: measure on PHOTOS/<label>/*.

Works on any bundle, the starter too, and needs no torch. What is measured is the running
classifier, thresholds included.
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
        from training.evaluate.measuring import run

        return run(options)

    return run_command(parser(), work, arguments)


def parser() -> CommandParser:
    command = command_parser(
        "training.evaluate",
        "Measure a bundle on PHOTOS/<label>/*; PHOTOS/outside/ counts as --outside.",
        (
            "models/published/VERSION field-photos/",
            "candidates/first field-photos/ --outside other-things/ --json",
        ),
    )
    command.add_argument("bundle", metavar="BUNDLE", type=Path, help="folder of the bundle")
    command.add_argument(
        "photos", metavar="PHOTOS", type=Path, help="folder with a folder for each label"
    )
    command.add_argument(
        "--outside", metavar="DIR", type=Path, help="photos that show none of the labels"
    )
    command.add_argument("--json", action="store_true", help="print one JSON object")
    return command


if __name__ == "__main__":
    sys.exit(main())
