"""Reading files that lack their end, or are damaged only in parts that pixels do not need.

Viewers show such files. Each format is mended so that its ordinary decoder takes it, and what was
lost is cut off at the foot of the picture (decision 0150).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.ImageFile import ImageFile

from models.pictures import jpeg

LEAST_SHARE = Fraction(2, 3)
"""Of a picture's rows, for an answer: less than that is not the picture that somebody sent."""

_PADDING_BYTES = 1 << 16
_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
# The parts that pixels need, without mere descriptions.
_PNG_NEEDED = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT"})
_WEBP_PIXELS = (b"VP8 ", b"VP8L", b"ANMF")
_GREY = 128  # what libjpeg makes of coefficients that never came
_ROWS_AT_ONCE = 64
_BLOCK_ROWS = 16  # of a JPEG whose colours have half the rows


@dataclass(frozen=True)
class Mended:
    """A file that its decoder may take."""

    data: bytes
    is_whole: bool
    """Nothing of the picture itself is missing."""
    share: Fraction = Fraction(1)
    """How much of the pixels' bytes is there, where the decoder does not show it."""


def mend(data: bytes, file_format: str) -> Mended | None:
    """The file made readable; None where nothing is known to help."""
    if file_format == "JPEG":
        return Mended(data + jpeg.END, is_whole=False)
    if file_format == "PNG":
        return _mend_png(data)
    if file_format == "WEBP":
        return _mend_webp(data)
    if file_format in ("HEIC", "AVIF"):
        return _mend_iso_media(data)
    return Mended(data, is_whole=False)


def rows_there(image: Image.Image, file_format: str, share: Fraction) -> tuple[int, int]:
    """The first row of a mended file's picture that is there, and the one behind the last."""
    if file_format == "JPEG":
        return 0, _rows_above_grey(image)
    if file_format in ("WEBP", "HEIC", "AVIF"):
        # The last rows are blurred by what the decoder made up behind the end.
        return 0, int(image.height * (1 - Fraction(11, 10) * (1 - share)))
    box = image.getbbox(alpha_only=False)
    if box is None:
        return 0, 0
    # A BMP begins with its foot.
    return (box[1], image.height) if file_format == "BMP" else (0, box[3])


def is_interlaced(image: ImageFile) -> bool:
    """Whether a picture's rows do not come in order; to be asked before it is loaded."""
    if image.format == "PNG":
        return bool(image.info.get("interlace"))
    arguments = [tile.args for tile in image.tile if isinstance(tile.args, tuple)]
    return image.format == "GIF" and any(each[1] for each in arguments)


def nearest_rows(image: Image.Image) -> NDArray[np.intp]:
    """For each row of a mended interlaced picture the one to show: itself, or the last before.

    Only rows of which every second column came, too, are there (PNG's last pass but one).
    """
    rows = np.asarray(image).reshape(image.height, image.width, -1)
    there = rows[:, ::2].any(axis=(1, 2)) & rows[:, 1::2].any(axis=(1, 2))
    places = np.where(there, np.arange(image.height), 0)
    nearest: NDArray[np.intp] = np.maximum.accumulate(places)
    return nearest


def _rows_above_grey(image: Image.Image) -> int:
    for bottom in range(image.height, 0, -_ROWS_AT_ONCE):
        top = max(0, bottom - _ROWS_AT_ONCE)
        differs = _differs_from_grey(image.crop((0, top, image.width, bottom)))
        if differs.any():
            last = top + int(np.flatnonzero(differs)[-1]) + 1
            return _whole_blocks_above(image, last)
    return 0


def _whole_blocks_above(image: Image.Image, bottom: int) -> int:
    """Without the row of blocks of which only the left part came."""
    top = max(0, bottom - _BLOCK_ROWS)
    at_the_end = image.crop((image.width - min(4, image.width), top, image.width, bottom))
    differs = np.flatnonzero(_differs_from_grey(at_the_end))
    return top + int(differs[-1]) + 1 if differs.size else top


def _differs_from_grey(band: Image.Image) -> NDArray[np.bool_]:
    """For each row whether anything in it is other than what libjpeg makes of nothing."""
    values = np.asarray(band).astype(np.int16).reshape(band.height, -1)
    differs: NDArray[np.bool_] = np.abs(values - _GREY).max(axis=1) > 1
    return differs


def _mend_png(data: bytes) -> Mended:
    """Only the chunks that pixels are made of, under check sums that fit."""
    parts, is_whole = [_PNG_MAGIC], False
    for kind, content, is_complete in _png_chunks(data):
        if kind in _PNG_NEEDED:
            parts.append(_png_chunk(kind, content))
        is_whole = is_complete and kind == b"IEND"
    return Mended(b"".join([*parts, _png_chunk(b"IEND", b"")]), is_whole=is_whole)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bool]]:
    at = len(_PNG_MAGIC)
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if not kind.isalpha():
            return  # out of step
        end = at + 8 + length
        yield kind, data[at + 8 : end], end <= len(data)
        if kind == b"IEND":
            return
        at = end + 4


def _png_chunk(kind: bytes, content: bytes) -> bytes:
    check_sum = zlib.crc32(content, zlib.crc32(kind))
    return len(content).to_bytes(4, "big") + kind + content + check_sum.to_bytes(4, "big")


def _mend_webp(data: bytes) -> Mended | None:
    """The last chunk filled up with zeros, or left out if it is none of pixels; lengths that fit.

    The decoder takes more of the zeros than it would have of what is missing.
    """
    at = 12
    while at + 8 <= len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        if end > len(data):
            break
        at = end
    if data[at : at + 4] not in _WEBP_PIXELS or at + 8 > len(data):
        return Mended(_with_its_length(bytearray(data[:at])), is_whole=False)
    there = len(data) - at - 8
    share = Fraction(there, max(1, length))
    if share < LEAST_SHARE:
        return None
    filled = bytearray(data) + bytes(max(length - there, _PADDING_BYTES))
    filled += bytes(len(filled) % 2)
    filled[at + 4 : at + 8] = (len(filled) - at - 8).to_bytes(4, "little")
    return Mended(_with_its_length(filled), is_whole=False, share=share)


def _with_its_length(riff: bytearray) -> bytes:
    riff[4:8] = (len(riff) - 8).to_bytes(4, "little")
    return bytes(riff)


def _mend_iso_media(data: bytes) -> Mended | None:
    """The last box filled up with zeros."""
    at = 0
    while at + 8 <= len(data):
        length, head = int.from_bytes(data[at : at + 4], "big"), 8
        if length == 1:
            length, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        if length < head:
            return None
        if at + length > len(data):
            missing = at + length - len(data)
            if missing > len(data):
                return None
            share = Fraction(length - missing, length)
            return Mended(data + bytes(missing), is_whole=False, share=share)
        at += length
    return None
