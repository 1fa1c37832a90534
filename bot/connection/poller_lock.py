"""One poller for each token on a host: a second one fails at once instead of losing updates."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import StartError


@contextmanager
def only_poller(token: str, api_url: str) -> Iterator[None]:
    """Hold the host's lock for this token on this Bot API server.

    Raises StartError when another process holds it. The lock ends with the process, however it
    ends; the empty file that carries it stays.
    """
    digest = hashlib.sha256(f"{api_url}\0{token}".encode()).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / f"bear-detector-{os.getuid()}-{digest}.lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as exc:
        raise StartError(f"The lock file {path} cannot be opened: {exc.strerror}.") from exc
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError(
                "Another process on this machine polls Telegram with this token; stop it first."
            ) from None
        yield
    finally:
        os.close(handle)
