"""How this room's commands end: one sentence on stderr and a code, never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable

from dataset.errors import DatasetError
from dataset.storage.private_files import keep_private
from objects.errors import SettingsError


def run_command(work: Callable[[], None]) -> int:
    """Run a command; returns its exit code: 0, 1 when it failed, 2 for a wrong setting."""
    keep_private()
    try:
        work()
    except SettingsError as exc:
        print(exc, file=sys.stderr)
        return 2
    except DatasetError as exc:
        print(exc, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; nothing is left half done.", file=sys.stderr)
        return 130
    return 0
