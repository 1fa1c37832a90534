"""python -m training.add PHOTOS [--source NAME] [--json]: take PHOTOS/<label>/* into the dataset.

PHOTOS is a folder or a ZIP; `training.add.adding` says what is taken.
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
        from training.add.adding import run

        return run(options)

    return run_command(parser(), work, arguments)


def parser() -> CommandParser:
    command = command_parser(
        "training.add",
        "Take the photos in PHOTOS/<label>/ into the dataset.",
        (
            "photos.zip",
            "photos/ # photos/grizzly/*, photos/teddy/*, …",
            "photos/ --new-label koala # a label that the dataset lacks",
            'photos/ --source "city park" --json',
        ),
    )
    command.add_argument(
        "photos",
        metavar="PHOTOS",
        type=Path,
        help="folder with a folder for each label, or a ZIP of one",
    )
    command.add_argument("--source", metavar="NAME", help="recorded with each photo; PHOTOS' name")
    command.add_argument(
        "--new-label",
        metavar="LABEL",
        action="append",
        default=[],
        help="a label that the dataset does not have yet; may be repeated",
    )
    command.add_argument(
        "--look", action="store_true", help="only print what there is, as one JSON object"
    )
    command.add_argument(
        "--progress",
        metavar="FILE",
        type=Path,
        help="keep a JSON file that says how far it is; SIGINT and SIGTERM end the run after the "
        "photos at hand then",
    )
    command.add_argument(
        "--skip",
        metavar="N",
        type=int,
        default=0,
        help="leave out the first N photos of a ZIP: what a stopped run has done",
    )
    command.add_argument("--json", action="store_true", help="print one JSON object")
    return command


if __name__ == "__main__":
    sys.exit(main())
