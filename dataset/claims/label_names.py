"""What a label may look like, wherever it enters: a name, never a path."""

from __future__ import annotations

import re

from dataset.errors import InvalidLabel

_LABEL = re.compile(r"[^\W_](?:[\w '\-]{0,62}[\w])?")


def check_label(label: str) -> str:
    """The label itself, if it is one; raises InvalidLabel.

    Letters and digits of any script, spaces, `_`, `-` and `'` inside, at most 64 characters.
    Whether a model knows it is for the caller to say.
    """
    if not _LABEL.fullmatch(label):
        raise InvalidLabel("A label is letters, digits, spaces and hyphens, at most 64 of them.")
    return label
