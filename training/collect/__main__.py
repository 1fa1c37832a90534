"""python -m training.collect LABEL… --per-label 150 --from inaturalist,openverse,commons

Finds, downloads, verifies and records pictures with their licences. Interrupted, it goes on where
it was when it is run again; `--per-label` counts what earlier runs collected.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bear_detector.parsing import CommandParser, command_parser
from training.collect.names import NAMES
from training.settings.command import run_command

DEFAULT_PROVIDERS = "inaturalist,openverse,commons"


def main(arguments: Sequence[str] | None = None) -> int:
    def work(options: argparse.Namespace) -> int:
        from training.collect.collecting import run

        return run(options)

    said = "Interrupted: what was collected stays; run the same command again to go on."
    return run_command(parser(), work, arguments, interrupted=said)


def parser() -> CommandParser:
    command = command_parser(
        "training.collect",
        "Collect openly licensed pictures for labels.",
        (
            "grizzly black teddy",
            "grizzly --per-label 300 --from inaturalist",
            "chanterelle morel --labels mushrooms.toml",
        ),
    )
    command.add_argument(
        "labels", metavar="LABEL", nargs="+", help="labels to collect pictures for"
    )
    command.add_argument(
        "--per-label", type=_positive, default=150, metavar="N", help="pictures a label (150)"
    )
    command.add_argument(
        "--from",
        dest="providers",
        default=DEFAULT_PROVIDERS,
        metavar="NAMES",
        help=f"providers, separated by commas, of {', '.join(NAMES)} ({DEFAULT_PROVIDERS})",
    )
    command.add_argument(
        "--labels",
        dest="labels_file",
        type=Path,
        metavar="FILE",
        help="a file of labels and queries instead of LABELS_FILE",
    )
    command.add_argument(
        "--restart",
        action="store_true",
        help="begin every search anew; pictures seen before are still not fetched again",
    )
    command.add_argument("--json", action="store_true", help="print one JSON object")
    return command


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("it must be a number of at least 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
