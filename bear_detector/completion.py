"""`bear-detector completion SHELL`: what lets a shell complete commands, options and files."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Any

from bear_detector.commands import COMMANDS, Command
from bear_detector.parsing import NAME, CommandParser, command_parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the script; the exit status."""
    import shtab

    options = parser().parse_args(arguments)
    print(shtab.complete(every_command(), shell=options.shell))
    return 0


def parser() -> CommandParser:
    import shtab

    command = command_parser(
        "bear_detector.completion",
        "Print what lets your shell complete commands, options and files.",
        (
            "bash > ~/.local/share/bash-completion/completions/bear-detector",
            "zsh > ~/.zfunc/_bear-detector # a folder of $fpath",
        ),
    )
    command.add_argument("shell", choices=shtab.SUPPORTED_SHELLS)
    return command


def every_command() -> argparse.ArgumentParser:
    """One parser with the parsers of all commands below it."""
    everything = argparse.ArgumentParser(prog=NAME)
    # argparse calls what makes a parser; a function does.
    commands = everything.add_subparsers(parser_class=_ready_made)  # type: ignore[call-overload]
    for command in COMMANDS.values():
        commands.add_parser(command.name, help=command.summary, command=command)
    return everything


def _ready_made(*, command: Command, **_: Any) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = importlib.import_module(command.module).parser()
    for word in command.before:
        action = next(one for one in made._actions if isinstance(one, argparse._SubParsersAction))
        made = action.choices[word]
    return made


if __name__ == "__main__":
    sys.exit(main())
