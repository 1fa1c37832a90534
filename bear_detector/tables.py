"""Tables on a terminal: columns below each other, under a heading."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from bear_detector.parsing import bold


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table, the heading first; columns of numbers are flush right.

    A number's heading begins with a space.
    """
    cells = [[word.strip() for word in heading], *map(list, rows)]
    widths = [max(map(_columns, column)) for column in zip(*cells, strict=True)]
    right = [word.startswith(" ") for word in heading]
    lines = ["  ".join(map(_padded, row, widths, right)).rstrip() for row in cells]
    return [bold(lines[0]), *lines[1:]]


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - _columns(text))
    return space + text if right else text + space


def _columns(text: str) -> int:
    """How many columns of a terminal it takes: Chinese letters take two, combining marks none."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))
