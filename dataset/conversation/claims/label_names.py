"""The form of a label, wherever it enters: a name, never a path."""

from __future__ import annotations

import re

from dataset.errors import InvalidLabel

_LABEL = re.compile(r"[^\W_](?:[\w '\-]{0,62}[\w])?")


def check_label(label: str) -> str:
    """The label itself; raises InvalidLabel.

    Letters and digits of any script, spaces, `_`, `-` and `'` inside, at most 64 characters.
    The caller checks whether a model knows it.
    """
    if not _LABEL.fullmatch(label):
        raise InvalidLabel("A label is letters, digits, spaces and hyphens, at most 64 of them.")
    return label
