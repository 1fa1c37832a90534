"""`bear-detector COMMAND …`: everything that the project's modules do, by one name."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from bear_detector.commands import COMMANDS, GROUPS
from bear_detector.neighbours import refuse_strangers
from bear_detector.parsing import NAME, aligned, bold

DESCRIPTION = (
    "A bot that tells grizzly, black and teddy bears apart, learns from being corrected,\n"
    "and does so for any other labels."
)
EXAMPLES = (
    "run # chat with it on http://127.0.0.1:8080",
    "classify bear.jpg # ask it in the shell",
    "add photos/ --new-label koala # teach it from photos/<label>/",
    "retrain # learn, and go live where that is better",
    "completion bash > ~/.local/share/bash-completion/completions/bear-detector",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the first word says with the rest; the exit status is the module's, 2 for a wrong
    word."""
    try:
        try:
            status = _run(arguments)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # who reads has seen enough; Python would complain at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


def _run(arguments: Sequence[str] | None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in ("-h", "--help", "help"):
        print(_help())
        return 0
    if given[0] == "--version":
        from importlib.metadata import version

        print(f"{NAME} {version(NAME)}")
        return 0
    command = COMMANDS.get(given[0])
    if command is None:
        print(_unknown(given[0]), file=sys.stderr)
        return 2
    refuse_strangers()
    rest = [*command.before, *given[1:]]
    # What parses arguments, in whatever module, names itself by it.
    sys.argv = [command.program, *rest]
    status: int = _imported(command.module).main(rest)
    return status


def _imported(module: str) -> Any:
    """The module; Ctrl-C meanwhile ends the program without a traceback."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        return importlib.import_module(module)
    finally:
        signal.signal(signal.SIGINT, before)


def _help() -> str:
    lines = [f"usage: {NAME} COMMAND …", "", DESCRIPTION]
    width = max(map(len, COMMANDS))
    for heading, group in GROUPS.items():
        lines += ["", bold(f"{heading}:")]
        lines += [f"  {command.name:{width}}  {command.summary}" for command in group]
    lines += ["", bold("examples:"), *aligned(f"{NAME} {example}" for example in EXAMPLES)]
    lines += ["", f"`{NAME} COMMAND --help` explains a command."]
    return "\n".join(lines)


def _unknown(word: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word, COMMANDS, n=1)
    meant = f"; did you mean {close[0]}?" if close else f"; {NAME} --help lists them."
    return f"{NAME} has no command {word!r}{meant}"


if __name__ == "__main__":
    sys.exit(main())
