"""`python -m tests.bot.classifying.bad_decoder`: a decoding program that certain files break.

A PNG's width says what happens; every other file is decoded as usual. The limits are the real ones.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import sys
import time
from pathlib import Path

from models.decoding import pixels, restrict, serve

HANG, CRASH, GREED, LIE, SPY, WRITE, FORK = range(101, 108)
COMMAND = (sys.executable, "-m", "tests.bot.classifying.bad_decoder")


def decode(data: bytes, short_side_px: int) -> tuple[bytes, bool]:
    """Do what the width of a PNG says."""
    width = int.from_bytes(data[16:20], "big") if data.startswith(b"\x89PNG") else 0
    if width == HANG:
        with contextlib.suppress(OSError):  # where stderr is a file, it may not be written to
            os.write(sys.stderr.fileno(), b"hanging\n")
        time.sleep(3600)
    if width == FORK:
        if os.fork() == 0:
            os.setsid()
            _hold(sys.stdin.fileno(), sys.stdout.fileno())
            sys.exit()
        time.sleep(3600)
    if width == CRASH:
        ctypes.string_at(0)
    if width == GREED:
        hoard = []
        while True:
            hoard.append(bytearray(64 << 20))
    if width == LIE:
        return b"no picture", False
    if width == SPY:
        return b"BM" + json.dumps(dict(os.environ)).encode(), False
    if width == WRITE:
        return b"BM" + _written(Path("decoded.tmp")), False
    return pixels(data, short_side_px)


def _hold(given: int, taken: int) -> None:
    """Keep both pipes until the other side lets go of both, or for a minute."""
    while os.read(given, 65536):
        pass
    for _ in range(600):
        try:
            os.write(taken, b".")
        except BrokenPipeError:
            return
        time.sleep(0.1)


def _written(file: Path) -> bytes:
    try:
        file.write_text("something")
    except OSError as exc:
        return str(exc.strerror).encode()
    finally:
        file.unlink(missing_ok=True)
    return b"written"


if __name__ == "__main__":
    restrict()
    serve(sys.stdin.buffer, sys.stdout.buffer, decode=decode)
