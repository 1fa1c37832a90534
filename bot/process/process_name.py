"""The names under which processes hold updates, and which of those processes are surely dead.

A name tells machine and process, so that a restart takes up at once what the process before it
held, without touching what a live neighbour behind the same webhook is at work on.
"""

from __future__ import annotations

import os
import secrets
import socket


def own_name() -> str:
    """A name for this process that no other has had: `machine:process id:chance`."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def is_dead(name: str, *, own: str) -> bool:
    """Whether `name` belonged to a process of this machine that has ended; False when in doubt."""
    if name == own:
        return False
    machine, _, rest = name.partition(":")
    number = rest.partition(":")[0]
    if machine != own.partition(":")[0] or not number.isdigit():
        return False
    if int(number) == os.getpid():
        return True  # ids are given again, in a container the same one at each start
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False
