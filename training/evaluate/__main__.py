"""python -m training.evaluate BUNDLE PHOTOS [--outside DIR] [--json]: measure on PHOTOS/<label>/*.

Works on any bundle, the starter too, and needs no torch. What is measured is the running
classifier, thresholds included.
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
        from training.evaluate.measuring import run

        return run(options)

    return run_command(_parser(), work, arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.evaluate",
        description="Measure a bundle on PHOTOS/<label>/*; PHOTOS/outside/ counts as --outside.",
    )
    parser.add_argument("bundle", metavar="BUNDLE", type=Path, help="folder of the bundle")
    parser.add_argument(
        "photos", metavar="PHOTOS", type=Path, help="folder with a folder for each label"
    )
    parser.add_argument(
        "--outside", metavar="DIR", type=Path, help="photos that show none of the labels"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


if __name__ == "__main__":
    sys.exit(main())
