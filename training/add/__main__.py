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

from training.settings.command import run_command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status."""

    def work(options: argparse.Namespace) -> int:
        from training.add.adding import run

        return run(options)

    return run_command(_parser(), work, arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.add",
        description="Take the photos in DIR/<label>/ into the dataset.",
    )
    parser.add_argument(
        "folder", metavar="DIR", type=Path, help="folder with a folder for each label"
    )
    parser.add_argument("--source", metavar="NAME", help="recorded with each photo; DIR's name")
    parser.add_argument(
        "--new-label",
        metavar="LABEL",
        action="append",
        default=[],
        help="a label that the dataset does not have yet; may be repeated",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


if __name__ == "__main__":
    sys.exit(main())
