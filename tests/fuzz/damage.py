"""Ways to damage a file: at random, and where its format hurts.

Sizes, lengths and offsets are what decoders trust; a check sum that no longer fits would only
hide from them what was changed, so it is made to fit again.
"""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable, Sequence

MOST_BYTES = 2 * 2**20
"""Mutations of mutations do not grow beyond it."""

_EDGES = (0, 1, 2, 7, 8, 0x7F, 0x80, 0xFF, 0x100, 0x3FFF, 0x4000, 0x7FFF, 0x8000, 0xFFFF)
_FAR_EDGES = (*_EDGES, 0x10000, 0xFFFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF)
_SIDES = (0, 1, 3, 199, 5000, 20_000, 0x7FFF, 0xFFFF)

Damage = Callable[[random.Random, bytearray, Sequence[bytes]], bytearray]


def flip_bits(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> bytearray:
    """One bit or some, anywhere."""
    for _bit in range(chance.choice((1, 1, 2, 8, 64))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data


def set_bytes(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> bytearray:
    """A run of one byte, or of random ones."""
    at, length = chance.randrange(len(data)), chance.choice((1, 2, 4, 16, 256))
    run = chance.randbytes(length) if chance.random() < 0.5 else bytes([chance.choice((0, 255))])
    data[at : at + length] = (run * length)[: min(length, len(data) - at)]
    return data


def set_number(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> bytearray:
    """A number at the edge of what fits, mostly in the header."""
    width = chance.choice((1, 2, 4))
    reach = min(len(data), chance.choice((32, 128, 1024, len(data))))
    at = chance.randrange(max(1, reach - width))
    order = chance.choice(("little", "big"))
    number = chance.choice(_FAR_EDGES) % (1 << 8 * width)
    data[at : at + width] = number.to_bytes(width, order)  # type: ignore[arg-type]
    return data


def truncate(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> bytearray:
    """The end is missing."""
    return data[: chance.randrange(1, len(data) + 1)]


def lack_the_end(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> bytearray:
    """A download that broke off shortly before its end."""
    missing = chance.choice((1, 2, 3, 10, 100, len(data) // 20, len(data) // 4))
    return data[: max(1, len(data) - missing)]


def fill_up(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> bytearray:
    """A run of padding between two parts, as long as a patient decoder likes."""
    filler = chance.choice((b"\xff", b"\0", b"\xff\xfe\0\2", b"\xff\xda\0\2"))
    at = chance.choice((2, 8, 12, chance.randrange(len(data))))
    data[at:at] = filler * chance.choice((100, 5000, 100_000))
    return data


def cut_out(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> bytearray:
    """A piece in the middle is missing."""
    at, length = chance.randrange(len(data)), chance.choice((1, 2, 4, 64, 1024))
    if len(data) > length + 16:
        del data[at : at + length]
    return data


def repeat(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> bytearray:
    """A piece comes again, once or very often."""
    at, length = chance.randrange(len(data)), chance.choice((1, 4, 32, 512))
    data[at:at] = data[at : at + length] * chance.choice((1, 1, 8, 300))
    return data


def splice(chance: random.Random, data: bytearray, corpus: Sequence[bytes]) -> bytearray:
    """The head of one file and the tail, or a piece, of another."""
    other = chance.choice(corpus)
    at, cut = chance.randrange(len(data)), chance.randrange(len(other))
    if chance.random() < 0.5:
        return data[:at] + other[cut:]
    piece = other[cut : cut + chance.choice((16, 256, 4096))]
    data[at : at + len(piece)] = piece
    return data


def shuffle(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> bytearray:
    """Two pieces change places."""
    length = chance.choice((4, 32, 256))
    if len(data) > 2 * length:
        a, b = chance.randrange(len(data) - length), chance.randrange(len(data) - length)
        data[a : a + length], data[b : b + length] = data[b : b + length], data[a : a + length]
    return data


def hurt_format(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> bytearray:
    """Sizes, lengths, tags, profiles: what this very format's reader believes."""
    for magic, hurt in _FORMATS.items():
        if magic in data[:12]:
            return hurt(chance, data)
    return data


def _hurt_jpeg(chance: random.Random, data: bytearray) -> bytearray:
    segments = _jpeg_segments(data)
    kind = chance.randrange(4)
    if kind == 0 or not segments:  # a segment that should not be, with rubbish that begins well
        opening = chance.choice(
            (b"Exif\0\0MM\0*\0\0\0\x08", b"Exif\0\0II*\0", b"ICC_PROFILE\0\x01\x02", b"Adobe\0d")
        )
        content = opening + chance.randbytes(chance.choice((0, 2, 40, 4000)))
        marker = chance.choice((0xE1, 0xE2, 0xEE, 0xED, 0xFE))
        data[2:2] = bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content
        return data
    at, marker, length = chance.choice(segments)
    if kind == 1:  # a length that lies
        data[at + 2 : at + 4] = struct.pack(">H", chance.choice(_EDGES))
    elif kind == 2:  # sides, precision, components, sampling
        frames = [place for place, found, _ in segments if 0xC0 <= found <= 0xC2]
        if frames:
            struct.pack_into(">HH", data, frames[0] + 5, *chance.choices(_SIDES, k=2))
            if chance.random() < 0.5:
                data[frames[0] + chance.choice((4, 9, 11))] = chance.randrange(256)
    else:  # another frame type: arithmetic, lossless, hierarchical
        data[at + 1] = chance.randrange(0xC0, 0xFF)
        del data[at + 4 : at + chance.randrange(4, max(5, length + 2))]
    return data


def _jpeg_segments(data: bytes | bytearray) -> list[tuple[int, int, int]]:
    """Place, marker and length of each segment before the pixels."""
    found, at = [], 2
    while at + 10 < len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        found.append((at, data[at + 1], length))
        at += 2 + length
    return found


def _hurt_png(chance: random.Random, data: bytearray) -> bytearray:
    chunks, at = [], 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if length > len(data):
            break
        chunks.append((at, length))
        at += 12 + length
    if not chunks:
        return data
    kind = chance.randrange(4)
    at, length = chunks[0] if kind == 0 else chance.choice(chunks)
    if kind == 0 and length >= 13:  # sides, depth, colour type, interlacing
        struct.pack_into(">II", data, at + 8, *chance.choices((*_SIDES, 0x7FFFFFFF), k=2))
        if chance.random() < 0.5:
            data[at + chance.choice((16, 17, 18, 19, 20))] = chance.choice((0, 1, 2, 3, 4, 16, 255))
    elif kind == 1:
        data[at : at + 4] = struct.pack(">I", chance.choice(_FAR_EDGES))
        return data
    elif kind == 2 and length:  # the content, under a check sum that fits
        data[at + 8 + chance.randrange(length)] = chance.randrange(256)
    else:  # a chunk that was not there
        name = chance.choice(
            (b"eXIf", b"iCCP", b"tRNS", b"PLTE", b"acTL", b"fdAT", b"zTXt", b"IDAT")
        )
        content = chance.randbytes(chance.choice((0, 3, 16, 700)))
        data[at:at] = struct.pack(">I", len(content)) + name + content + bytes(4)
        length = len(content)
    end = at + 8 + length
    if chance.random() < 0.8:
        data[end : end + 4] = struct.pack(">I", zlib.crc32(data[at + 4 : end]))
    return data


def _hurt_webp(chance: random.Random, data: bytearray) -> bytearray:
    kind = chance.randrange(4)
    if kind == 0:
        struct.pack_into("<I", data, 4, chance.choice((*_FAR_EDGES, len(data) - 8)))
    elif kind == 1:
        struct.pack_into("<I", data, 16, chance.choice(_FAR_EDGES))
    elif kind == 2:  # the canvas, or the first frame's head
        for place in range(20, 30):
            if chance.random() < 0.3:
                data[place] = chance.choice((0, 1, 0x3F, 0x80, 0xFF))
    else:
        content = chance.choice((b"Exif\0\0", b"II*\0", b"")) + chance.randbytes(60)
        name = chance.choice((b"EXIF", b"ICCP", b"ALPH", b"ANMF", b"XMP "))
        data += name + struct.pack("<I", chance.choice((len(content), 5, 0xFFFFFFF))) + content
        struct.pack_into("<I", data, 4, len(data) - 8)
    return data


def _hurt_gif(chance: random.Random, data: bytearray) -> bytearray:
    if chance.random() < 0.5:
        struct.pack_into("<HH", data, 6, *chance.choices(_SIDES, k=2))
    at = data.find(b"\x2c", 13)
    if at >= 0 and at + 10 < len(data):  # the frame: its place, its sides, its code size
        struct.pack_into("<H", data, at + chance.choice((1, 3, 5, 7)), chance.choice(_SIDES))
        data[at + 10] = chance.randrange(256)
    return data


def _hurt_bmp(chance: random.Random, data: bytearray) -> bytearray:
    sides = (*_SIDES, -1, -5000, -(2**31), 2**31 - 1)
    struct.pack_into("<ii", data, 18, *chance.choices(sides, k=2))
    at = chance.choice((10, 28, 30, 34, 46, 54))
    struct.pack_into("<H", data, at, chance.choice((*_EDGES, 4, 16, 24, 32)))
    return data


def _hurt_tiff(chance: random.Random, data: bytearray) -> bytearray:
    order = "<" if data[:2] == b"II" else ">"
    (at,) = struct.unpack_from(f"{order}I", data, 4)
    if chance.random() < 0.15 or at + 2 > len(data):
        struct.pack_into(f"{order}I", data, 4, chance.choice((*_FAR_EDGES, len(data) - 4)))
        return data
    (count,) = struct.unpack_from(f"{order}H", data, at)
    for _entry in range(chance.choice((1, 1, 2, 4))):  # tag, type, count or value of an entry
        entry = at + 2 + 12 * chance.randrange(max(1, count))
        if entry + 12 > len(data):
            continue
        if chance.random() < 0.4:
            struct.pack_into(
                f"{order}H", data, entry + 2 * chance.randrange(2), chance.choice(_EDGES)
            )
        else:
            value = chance.choice(_FAR_EDGES)
            struct.pack_into(f"{order}I", data, entry + chance.choice((4, 8)), value)
    return data


def _hurt_iso_media(chance: random.Random, data: bytearray) -> bytearray:
    """Lengths of boxes (HEIC, AVIF), their names, and the sides in `ispe`."""
    names = (
        b"ftyp",
        b"meta",
        b"iloc",
        b"iinf",
        b"ipma",
        b"ipco",
        b"hvcC",
        b"av1C",
        b"mdat",
        b"iref",
    )
    if chance.random() < 0.4:
        at = data.find(b"ispe")
        if 0 <= at and at + 16 <= len(data):
            struct.pack_into(">II", data, at + 8, *chance.choices((*_SIDES, 0xFFFFFFFF), k=2))
            return data
    at = data.find(chance.choice(names))
    if at >= 4:
        if chance.random() < 0.5:
            struct.pack_into(">I", data, at - 4, chance.choice(_FAR_EDGES))
        else:
            place = at + 4 + chance.randrange(40)
            data[place : place + 1] = bytes([chance.randrange(256)])
    return data


_FORMATS: dict[bytes, Callable[[random.Random, bytearray], bytearray]] = {
    b"\xff\xd8\xff": _hurt_jpeg,
    b"\x89PNG": _hurt_png,
    b"WEBP": _hurt_webp,
    b"GIF8": _hurt_gif,
    b"BM": _hurt_bmp,
    b"II*\0": _hurt_tiff,
    b"MM\0*": _hurt_tiff,
    b"ftyp": _hurt_iso_media,
}
_WAYS: tuple[Damage, ...] = (
    flip_bits,
    set_bytes,
    set_number,
    truncate,
    lack_the_end,
    fill_up,
    cut_out,
    repeat,
    splice,
    shuffle,
    *(3 * (hurt_format,)),
)


def damaged(chance: random.Random, corpus: Sequence[bytes]) -> bytes:
    """A file of the corpus after one way of damage or a few; never empty."""
    data = bytearray(chance.choice(corpus))
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 6))):
        way = chance.choice(_WAYS)
        try:
            data = way(chance, data, corpus)
        except (struct.error, IndexError):  # too short by now for this way
            continue
        if not data:
            data = bytearray(b"\xff")
    return bytes(data[:MOST_BYTES])
