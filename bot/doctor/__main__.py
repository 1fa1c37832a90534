"""`python -m bot.doctor`: what `python -m bot doctor` does."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bear_detector.parsing import CommandParser, command_parser
from bot.process.hidden_memory import hide_memory
from dataset.storage.private_files import keep_private


def main(arguments: Sequence[str] | None = None) -> int:
    """Examine and print; the exit status: 1 if anything failed."""
    parser().parse_args(arguments)
    keep_private()
    hide_memory()
    from bot.doctor.program import run

    return run()


def parser() -> CommandParser:
    return command_parser(
        "bot.doctor",
        "Examine settings, token, database, disk, model and schedule, and say what to do. "
        "It changes nothing, and disturbs no running bot.",
        ("",),
    )


if __name__ == "__main__":
    sys.exit(main())
