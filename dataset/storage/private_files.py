"""File permissions: only its own user can read what a program of the project writes."""

from __future__ import annotations

import os

_FOR_OTHERS = 0o077


def keep_private() -> None:
    """Give other users no rights to files and folders that this process makes from now on.

    For the start of a program: its children inherit it, and a stricter umask stays.
    """
    before = os.umask(_FOR_OTHERS)
    os.umask(before | _FOR_OTHERS)
