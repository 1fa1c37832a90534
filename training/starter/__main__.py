"""python -m training.starter [--out DIR]: rebuild the bundle that ships, models/starter.

Nothing is trained. EfficientNet-Lite0 with its ImageNet weights knows 294 brown bear, 295 American
black bear and 850 teddy; a head of those three rows of its classifier is a bear detector. What the
other rows say tells what a photo shows that shows no bear.
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
        from training.starter.building import run

        return run(options)

    return run_command(parser(), work, arguments)


def parser() -> CommandParser:
    command = command_parser(
        "training.starter", "Rebuild the bundle that ships.", ("--out rebuilt/",)
    )
    command.add_argument("--out", type=Path, help="the folder to write; default models/starter")
    return command


if __name__ == "__main__":
    sys.exit(main())
