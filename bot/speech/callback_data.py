"""Callback data: `v1:<id>:<verb>[:<index>]`, at most 64 bytes, and nothing else.

The id is a prediction's, or what the verb says. An index counts the
labels of that prediction in their recorded order, so that an old button keeps its meaning after the
model learned others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from telegram import InlineKeyboardButton

_DATA = re.compile(r"v1:(\d{1,18}):([a-z]{1,16})(?::(\d{1,4})(?:\.([0-9a-f]{8}))?)?")


@dataclass(frozen=True)
class Press:
    """The content of a pressed button."""

    id: int
    verb: str
    index: int | None = None
    mark: str | None = None
    """A fingerprint of the list that the index counts, for lists that may change."""


def button(
    text: str, about: int, verb: str, index: int | None = None, *, mark: str | None = None
) -> InlineKeyboardButton:
    """A button that says `verb` about the thing with this id."""
    tail = "" if index is None else f":{index}" + (f".{mark}" if mark else "")
    return InlineKeyboardButton(text, callback_data=f"v1:{about}:{verb}{tail}")


def pattern(*verbs: str) -> str:
    """A regular expression for the data of buttons with these verbs."""
    return rf"^v1:\d{{1,18}}:(?:{'|'.join(verbs)})(?::\d{{1,4}}(?:\.[0-9a-f]{{8}})?)?$"


def read(data: str | None) -> Press | None:
    """The press in some callback data; None when it is not one of our buttons."""
    found = _DATA.fullmatch(data or "")
    if found is None:
        return None
    about, verb, index, mark = found.groups()
    return Press(int(about), verb, None if index is None else int(index), mark)
