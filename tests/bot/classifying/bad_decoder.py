"""`python -m tests.bot.classifying.bad_decoder [--open]`: a decoding program that files break.

A PNG's width says what happens, `TAKEN_OVER` that the code behind it is run; every other file is
decoded as usual. The limits and the sandbox are the real ones; with `--open` there is no sandbox.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import json
import mmap
import os
import resource
import socket
import sys
import termios
import time
from pathlib import Path

from models.decoding import pixels, restrict, serve
from models.errors import SandboxError
from models.pictures.formats import load_decoders
from models.sandbox import enter_sandbox

HANG, CRASH, GREED, LIE, SPY, WRITE, FORK, TAKEN_OVER = range(101, 109)
COMMAND = (sys.executable, "-m", "tests.bot.classifying.bad_decoder")
OPEN = (*COMMAND, "--open")
CODE = b"\ncode:"
_AT_HAND = (ctypes, fcntl, mmap, os, resource, socket, termios)
"""What the code may use, in the open and in the sandbox."""


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
    if width in (SPY, WRITE, TAKEN_OVER):
        return b"BM" + _found(width, data), False
    return pixels(data, short_side_px)


def _found(width: int, data: bytes) -> bytes:
    if width == SPY:
        return json.dumps(dict(os.environ)).encode()
    if width == WRITE:
        return _written(Path("decoded.tmp"))
    return _run(data.partition(CODE)[2].decode())


def _run(code: str) -> bytes:
    """What came of it: "done", or the name of the system's error."""
    try:
        exec(code, {module.__name__: module for module in _AT_HAND})  # noqa: S102 - its purpose
    except OSError as exc:
        return errno.errorcode.get(exc.errno or 0, str(exc)).encode()
    return b"done"


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
    load_decoders()
    if "--open" not in sys.argv:
        with contextlib.suppress(SandboxError):
            enter_sandbox()
    serve(sys.stdin.buffer, sys.stdout.buffer, decode=decode)
