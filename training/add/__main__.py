"""python -m training.add DIR [--source NAME] [--json]: take DIR/<label>/* into the dataset.

Every photo is decoded fully. A fine JPEG is stored byte for byte, another format as JPEG. What is
there already, exactly or nearly, is left out; a photo that shows what a photo of another label
shows is left out and reported. Adding a folder again adds nothing.
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
        from training.add.adding import run

        return run(options)

    return run_command(parser(), work, arguments)


def parser() -> CommandParser:
    """What it takes."""
    command = command_parser(
        "training.add",
        "Take the photos in DIR/<label>/ into the dataset.",
        (
            "photos/ # photos/grizzly/*, photos/teddy/*, …",
            "photos/ --new-label koala # a label that the dataset lacks",
            'photos/ --source "city park" --json',
        ),
    )
    command.add_argument(
        "folder", metavar="DIR", type=Path, help="folder with a folder for each label"
    )
    command.add_argument("--source", metavar="NAME", help="recorded with each photo; DIR's name")
    command.add_argument(
        "--new-label",
        metavar="LABEL",
        action="append",
        default=[],
        help="a label that the dataset does not have yet; may be repeated",
    )
    command.add_argument("--json", action="store_true", help="print one JSON object")
    return command


if __name__ == "__main__":
    sys.exit(main())
