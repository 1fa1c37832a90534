"""Which TIFFs are read: the format holds far more kinds of picture than its readers know.

TIFF 6.0 (1992), and DNG 1.7 for what cameras keep in it. A kind that Pillow would read wrongly, or
not at all, is named here before it tries.
"""

from __future__ import annotations

import struct

from models.errors import PhotoError

_BITS, _COMPRESSION, _COLOURS, _SAMPLES, _PLANES, _KIND = 258, 259, 262, 277, 284, 339
_WANTED = frozenset({_BITS, _COMPRESSION, _COLOURS, _SAMPLES, _PLANES, _KIND})
_SHORT, _LONG = 3, 4
_MOST_ENTRIES = 4096

# None, CCITT, LZW, JPEG old and new, deflate, PackBits, deflate again, LZMA, Zstandard, WebP.
_COMPRESSIONS = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946, 34925, 50000, 50001})
# White is zero, black is zero, RGB, palette, mask, CMYK, YCbCr, CIE L*a*b*; not a sensor's pattern.
_COLOUR_SPACES = frozenset({0, 1, 2, 3, 4, 5, 6, 8})
_SEPARATE = 2
_FLOAT = 3


def check_kind(data: bytes) -> None:
    """Raise PhotoError for a TIFF of a kind that is not read; say nothing of a damaged one."""
    tags = _tags(data)
    bits = tags.get(_BITS, (1,))
    samples = tags.get(_SAMPLES, (1,))[0]
    kind = tags.get(_KIND, (1,))
    if tags.get(_COLOURS, (1,))[0] not in _COLOUR_SPACES:
        raise _unsupported("what a camera's sensor saw, not a picture")
    if tags.get(_COMPRESSION, (1,))[0] not in _COMPRESSIONS:
        raise _unsupported("packed in a way that I can't read")
    if tags.get(_PLANES, (1,))[0] == _SEPARATE and samples > 1 and max(bits) > 8:
        raise _unsupported("one plane for each colour, of more than 8 bits")
    if samples > 1 and (max(bits) > 16 or _FLOAT in kind):
        raise _unsupported("more than 16 bits a colour")


def refuse_whole_numbers_of_32_bits() -> PhotoError:
    """The error for 32-bit greys: nothing says which values are black and white."""
    return _unsupported("a grey of 32 bits, without saying which value is white")


def _tags(data: bytes) -> dict[int, tuple[int, ...]]:
    """The relevant tags of the first directory, as far as it exists."""
    order = "<" if data[:2] == b"II" else ">"
    found: dict[int, tuple[int, ...]] = {}
    try:
        (at,) = struct.unpack_from(f"{order}I", data, 4)
        (count,) = struct.unpack_from(f"{order}H", data, at)
        for entry in range(at + 2, at + 2 + 12 * min(count, _MOST_ENTRIES), 12):
            tag, kind, length = struct.unpack_from(f"{order}HHI", data, entry)
            if tag not in _WANTED or kind not in (_SHORT, _LONG) or not 1 <= length <= 16:
                continue
            code, size = ("H", 2) if kind == _SHORT else ("I", 4)
            place = entry + 8
            if length * size > 4:
                (place,) = struct.unpack_from(f"{order}I", data, place)
            found[tag] = struct.unpack_from(f"{order}{length}{code}", data, place)
    except struct.error:
        return found
    return found


def _unsupported(what: str) -> PhotoError:
    return PhotoError("unsupported", f"This TIFF is of a kind that I can't read: {what}.")
