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

from training.settings.command import run_command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status."""

    def work(options: argparse.Namespace) -> int:
        from training.clean.ranking import run

        return run(options)

    return run_command(_parser(), work, arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.clean",
        description="Rank the examples most likely mislabelled, or apply a reviewed file.",
    )
    parser.add_argument(
        "--apply",
        metavar="FILE",
        type=Path,
        help="CSV or JSON lines with sha256 and action (keep, relabel, remove, outside) or label",
    )
    parser.add_argument("--json", action="store_true", help="print a line an example")
    return parser


if __name__ == "__main__":
    sys.exit(main())
