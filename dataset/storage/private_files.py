"""What a program of the project writes is its user's alone: photos, corrections, logs, secrets."""

from __future__ import annotations

import os

_FOR_OTHERS = 0o077


def keep_private() -> None:
    """Give nobody else rights to the files and folders that this process makes from now on.

    For the start of a program: its children inherit it, and a stricter umask stays.
    """
    before = os.umask(_FOR_OTHERS)
    os.umask(before | _FOR_OTHERS)
