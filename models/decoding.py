"""`python -m models.decoding`: decodes strangers' pictures for a parent, in a separate process.

A decoder that crashes, hangs or eats memory ends this process alone; the system bounds its memory
and time. An attacker who takes it over sits in a sandbox (`models.sandbox`). Where the system has
none, the attacker may do what the process's user may: `--check` says which. It reads requests from
stdin and writes answers to stdout, in the frames below, until stdin ends.

A request is its operation (a byte), the shorter side wanted (px) and the length of the picture,
then the picture. An answer is one byte, a length and so many bytes: a BMP or a JPEG of the whole
picture or of its intact part; or the reason, as `code`, a line feed and a sentence.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import math
import resource
import signal
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from models.errors import PhotoError, SandboxError
from models.photo import MAX_BYTES, read_photo, strip
from models.pictures.formats import load_decoders
from models.sandbox import enter_sandbox

REQUEST = struct.Struct(">cIQ")
ANSWER = struct.Struct(">cQ")
PIXELS, KEEP = b"p", b"k"
DONE, INCOMPLETE, REFUSED = b"d", b"i", b"r"

MEMORY_BYTES = 1 << 30
"""Address space of the process: 200 MB of pixels and what decoding them takes, with room."""

CPU_S = 20
"""Processor time for one picture; the parent bounds the time on the clock."""

_PR_SET_PDEATHSIG = 1

# The parent opens the result like people's files, so a BMP of this many pixels must be within the
# limit. Only what is longer than a panorama comes out smaller for it.
_MOST_PIXELS_BACK = MAX_BYTES // 4

Decode = Callable[[bytes, int], "tuple[bytes, bool]"]
"""Of a picture and the shorter side wanted: the answer, and whether part was missing."""


def pixels(data: bytes, short_side_px: int) -> tuple[bytes, bool]:
    """The photo upright, RGB, perhaps scaled down (see `read_photo`), as a BMP: nothing is lost."""
    photo = read_photo(data, short_side_px=short_side_px)
    image = photo.image
    too_many = image.width * image.height / _MOST_PIXELS_BACK
    if too_many > 1:
        image = image.reduce(math.ceil(math.sqrt(too_many)))
    buffer = io.BytesIO()
    image.save(buffer, "BMP")
    return buffer.getvalue(), photo.is_incomplete


def kept(data: bytes, _short_side_px: int) -> tuple[bytes, bool]:
    """The photo as it may be kept: see `strip`."""
    return strip(data), False


def serve(
    source: BinaryIO,
    target: BinaryIO,
    *,
    decode: Decode = pixels,
    keep: Decode = kept,
) -> None:
    """Answer requests until stdin ends."""
    while len(head := source.read(REQUEST.size)) == REQUEST.size:
        operation, short_side_px, length = REQUEST.unpack(head)
        data = source.read(length)
        _allow_time()
        try:
            payload, is_incomplete = (keep if operation == KEEP else decode)(data, short_side_px)
            mark = INCOMPLETE if is_incomplete else DONE
        except PhotoError as exc:
            mark, payload = REFUSED, f"{exc.code}\n{exc}".encode()
        except MemoryError:
            mark, payload = REFUSED, b"too_hard\nReading this takes too much memory."
        target.write(ANSWER.pack(mark, len(payload)))
        target.write(payload)
        target.flush()


def restrict() -> None:
    """Drop what decoding does not need, and let the system end this process first when memory is
    short."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    # The bot's own limit may be lower.
    most = MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(MEMORY_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not sys.platform.startswith("linux"):
        return
    # When the parent dies, the system kills this process, even if it hangs.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _allow_time() -> None:
    """Let the system end this process when the next picture takes more than CPU_S."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used_s = int(usage.ru_utime + usage.ru_stime)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = used_s + CPU_S + 1
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def check() -> int:
    """Try the sandbox, and say why it fails; the exit status is then 1."""
    try:
        enter_sandbox()
    except SandboxError as exc:
        print(exc, file=sys.stderr)
        return 1
    return 0


def main() -> int:
    """Serve the parent."""
    restrict()
    load_decoders()
    with contextlib.suppress(SandboxError):  # the doctor tells
        enter_sandbox()
    serve(sys.stdin.buffer, sys.stdout.buffer)
    return 0


if __name__ == "__main__":
    sys.exit(check() if "--check" in sys.argv else main())
