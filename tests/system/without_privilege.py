"""python -m tests.system.without_privilege MODULE…: `python -m MODULE…`, bound by permissions.

For root only: gives up the two rights with which root may read and write what nobody may.
"""

from __future__ import annotations

import ctypes
import os
import sys

_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2  # from linux/capability.h


def main() -> None:
    """Give the rights up for this process and what it becomes, and become the program."""
    library = ctypes.CDLL(None, use_errno=True)
    for right in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
        if library.prctl(_PR_CAPBSET_DROP, right, 0, 0, 0) != 0:
            sys.exit(os.strerror(ctypes.get_errno()))
    # Rights that are no longer in the bounding set are lost with the next program.
    os.execv(sys.executable, [sys.executable, "-m", *sys.argv[1:]])  # noqa: S606 - no shell wanted


if __name__ == "__main__":
    main()
