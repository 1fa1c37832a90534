"""A JPEG's markers, read in one pass that is short for any file.

ITU-T T.81, annex B. Decoders take their time over markers that no camera writes: thousands of
scans, each of them over the whole picture, or millions of empty segments and fill bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.errors import PhotoError

END = b"\xff\xd9"

_SEGMENTS = 4096
"""20 MB of metadata take 320 of the largest."""
_SCANS = 100
"""Progressive encoders write about ten."""
_BETWEEN_BYTES = 65_536
"""Fill bytes and padding between segments, in all."""

# Baseline, extended, progressive and lossless, and the first and third with arithmetic coding.
_READABLE_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC9, 0xCA})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC} | {0xF7}
_PROGRESSIVE = frozenset({0xC2, 0xCA})
_SCAN, _END = 0xDA, 0xD9
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_FILL = re.compile(rb"\xff+")
_NEXT_MARKER = re.compile(rb"\xff+[^\x00\x01\xff\xd0-\xd7]")


@dataclass(frozen=True)
class JpegHeader:
    """The frame of a JPEG."""

    width: int
    height: int
    is_multi_scan: bool
    """It comes in several scans, so that libjpeg holds all its coefficients at once."""
    coefficient_bytes: int
    """How much memory these take."""


def read_header(data: bytes) -> JpegHeader | None:
    """The markers' content; None for a file that ends or breaks before its pixels.

    Raises PhotoError for a kind that is not read, and for one that would take too long to.
    """
    frame: tuple[int, int] | None = None
    position, between = 2, 0
    for _ in range(_SEGMENTS):
        fill = _FILL.search(data, position)
        if fill is None or fill.end() >= len(data):
            return None
        between += fill.end() - position - 1
        if between > _BETWEEN_BYTES:
            raise _too_hard()
        marker, position = data[fill.end()], fill.end() + 1
        if marker == 0 or marker in _ALONE:
            continue
        if marker == _SCAN:
            return None if frame is None else _header(data, *frame, scan=position)
        if marker == _END:
            return None
        if marker in _FRAMES:
            if marker not in _READABLE_FRAMES:
                raise PhotoError("unsupported", "This is a JPEG of a kind that I can't read.")
            frame = marker, position
        position += max(2, int.from_bytes(data[position : position + 2], "big"))
    raise _too_hard()


def _header(data: bytes, marker: int, frame: int, *, scan: int) -> JpegHeader | None:
    """The header whose frame and first scan are at these places, behind their markers."""
    if frame + 8 > len(data) or scan + 3 > len(data):
        return None
    bits, components = data[frame + 2], data[frame + 7]
    if bits != 8:
        raise PhotoError("unsupported", f"This JPEG has {bits} bits a colour, and I read 8.")
    height = int.from_bytes(data[frame + 3 : frame + 5], "big")
    width = int.from_bytes(data[frame + 5 : frame + 7], "big")
    is_multi_scan = marker in _PROGRESSIVE or data[scan + 2] != components
    if not is_multi_scan:
        return JpegHeader(width, height, is_multi_scan=False, coefficient_bytes=0)
    _count_scans(data, scan)
    sampling = data[frame + 9 : frame + 8 + 3 * components : 3]
    areas = [(byte >> 4) * (byte & 15) for byte in sampling] or [1]
    samples = sum(areas) / max(1, *areas)
    return JpegHeader(
        width, height, is_multi_scan=True, coefficient_bytes=int(2 * samples * width * height)
    )


def _count_scans(data: bytes, scan: int) -> None:
    """Raise PhotoError when there are more scans than any encoder writes."""
    position, scans = scan, 1
    for _ in range(_SEGMENTS):
        found = _NEXT_MARKER.search(data, position)
        if found is None:
            return
        marker, position = data[found.end() - 1], found.end()
        if marker == _END:
            return
        scans += marker == _SCAN
        if scans > _SCANS:
            raise _too_hard()
        position += max(2, int.from_bytes(data[position : position + 2], "big"))
    raise _too_hard()


def _too_hard() -> PhotoError:
    return PhotoError("too_hard", "This JPEG is made in a way that takes too long to read.")
