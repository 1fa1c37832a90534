"""python -m training.import_learner export.pkl --photos DIR: a bundle from a fastai learner.

For a learner somebody trained elsewhere, the usual export.pkl of a notebook. DIR/<label>/* holds
labelled photos that it did not learn from: thresholds are calibrated on them. A pickle runs code
when it is opened: import only what you would run.
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
        from training.train.progress import hush

        hush()
        from training.import_learner.importing import run

        return run(options)

    said = "Interrupted: no bundle was written."
    return run_command(parser(), work, arguments, interrupted=said)


def parser() -> CommandParser:
    command = command_parser(
        "training.import_learner",
        "Make a bundle of a fastai learner. A pickle runs code as soon as it is opened:"
        " the file can do whatever you can. Import only a learner from somebody you trust.",
        (
            "export.pkl --photos field-photos/",
            "export.pkl --photos field-photos/ --out candidates/notebook",
        ),
    )
    command.add_argument("learner", metavar="export.pkl", type=Path, help="what learn.export wrote")
    command.add_argument(
        "--photos",
        metavar="DIR",
        type=Path,
        required=True,
        help="labelled photos that it did not learn from, DIR/<label>/*; 100 and more",
    )
    command.add_argument("--out", metavar="DIR", type=Path, help="default: a folder in candidates/")
    command.add_argument("--json", action="store_true", help="print the metrics as one object")
    return command


if __name__ == "__main__":
    sys.exit(main())
