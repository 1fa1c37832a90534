"""Names of the processes that hold updates; they show which processes are surely dead.

A name holds machine and process. So a restart at once takes over the updates of the process before
it, without touching those of a live neighbour behind the same webhook.
"""

from __future__ import annotations

import os
import secrets
import socket

from dataset.storage.processes import is_running


def own_name() -> str:
    """A unique name for this process: `machine:process id:random`."""
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
        return True  # process ids recur, in a container the same one at each start
    return not is_running(int(number))
