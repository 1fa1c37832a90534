"""How every command reads its arguments and explains itself: examples, and colours on a terminal.

A command has two names, `python -m training.add` and `bear-detector add`; its help and its messages
use the one by which it was called.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

NAME = "bear-detector"
_WIDEST = 100
_OWN_COLOURS = sys.version_info >= (3, 14)
"""From 3.14 on argparse colours its help by itself."""


class CommandParser(argparse.ArgumentParser):
    """An argparse parser whose help ends with examples."""

    def __init__(self, *, prog: str, examples: Sequence[str] = (), **settings: Any) -> None:
        """`examples` are arguments, after which ` # what for` may follow."""
        settings.setdefault("formatter_class", _Formatter)
        super().__init__(prog=prog, **settings)
        self._examples = examples

    def format_help(self) -> str:
        if not self._examples:
            return super().format_help()
        lines = aligned(f"{self.prog} {example}" for example in self._examples)
        return "\n".join([super().format_help(), bold("examples:"), *lines, ""])


def command_parser(module: str, description: str, examples: Sequence[str]) -> CommandParser:
    """The parser of `python -m MODULE`, under the name by which it was called."""
    called = sys.argv[0]
    is_ours = called == NAME or called.startswith(f"{NAME} ")
    return CommandParser(
        prog=called if is_ours else f"python -m {module}",
        description=description,
        examples=examples,
    )


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """As wide as the terminal, up to what reads well; bold headings."""

    def __init__(self, prog: str, **settings: Any) -> None:
        import shutil  # as argparse does: only help wants it

        width = min(_WIDEST, shutil.get_terminal_size((_WIDEST, 24)).columns)
        super().__init__(prog, max_help_position=28, width=width - 2, **settings)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """A description of one paragraph is wrapped; one with lines of its own stays."""
        if "\n" in text:
            return super()._fill_text(text, width, indent)
        return argparse.HelpFormatter._fill_text(self, text, width, indent)

    def start_section(self, heading: str | None) -> None:
        super().start_section(heading if heading is None or _OWN_COLOURS else bold(heading))


def aligned(examples: Iterable[str]) -> list[str]:
    """Lines of a shell, their comments below each other."""
    parts = [example.partition(" # ") for example in examples]
    width = max((len(line.rstrip()) for line, _, comment in parts if comment), default=0)
    return [
        f"  {line.rstrip():{width}}   # {comment}" if comment else f"  {line.rstrip()}"
        for line, _, comment in parts
    ]


def bold(text: str) -> str:
    """The text as a terminal shows it bold; plain anywhere else, and where NO_COLOR is set."""
    plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    return text if plain else f"\033[1m{text}\033[0m"
