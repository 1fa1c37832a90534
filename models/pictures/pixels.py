"""Decoding: from a file's bytes to an upright RGB picture, in memory that is bounded."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from PIL import Image
from PIL.ImageFile import ImageFile

from models.errors import PhotoError
from models.pictures import jpeg, tiff
from models.pictures.formats import heic_rows, open_lazily, size_in_header
from models.pictures.mending import (
    LEAST_SHARE,
    Mended,
    is_interlaced,
    mend,
    nearest_rows,
    rows_there,
)

MAX_PIXELS = 52_000_000
"""A phone's 50-megapixel mode fits; decoded, it is 210 MB for a moment."""

# What decodes with more bytes to a pixel gets fewer pixels, for the same memory (decision 0151).
_MAX_PIXELS_OF = {"WEBP": 16_500_000, "AVIF": 25_500_000}
_MAX_PIXELS_OF_WHOLE_HEIC = 30_000_000
_MAX_PIXELS_JPEG = 210_000_000
"""It is decoded at a fraction of its size where all of it would take too much memory."""
_MAX_PIXELS_INTERLACED = 12_000_000
"""Of a damaged one."""
_DECODING_BYTES = 4 * MAX_PIXELS
_BYTES_A_PIXEL = 4  # as Pillow keeps them
_WORST_COEFFICIENT_BYTES = 6  # a pixel, of a JPEG whose frame is not known
_SCALES = (1, 2, 4, 8)  # that libjpeg decodes at
_LARGE_PIXELS = 4_000_000
_one_large_photo = threading.Lock()  # the bound on memory is the process's, whatever its threads
_MAX_SIDES_RATIO = 100  # nobody photographs a line
_BAND_PIXELS = 1 << 20
_FRAMES_LOOKED_AT = 16
_EXIF_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LYING = {_UPRIGHT[orientation] for orientation in (5, 6, 7, 8)}


@dataclass(frozen=True)
class Photo:
    """A picture as it is read: upright, RGB."""

    image: Image.Image
    whole_size: tuple[int, int]
    """Width and height of all of it, of which `image` may be a fraction."""
    is_incomplete: bool = False
    """The file lacks its end, or is damaged from some place on: this is what is there."""


def decode(data: bytes, file_format: str, short_side_px: int | None) -> Photo:
    """The picture in `data`, whose format is known; see `models.photo.read_photo`.

    Raises PhotoError for what is refused, and whatever a decoder raises for what is damaged.
    """
    whole = _attempt(data, file_format, short_side_px)
    if isinstance(whole, Photo):
        return whole
    # Only here, where nothing of the first attempt is in memory any more.
    mended = mend(data, file_format)
    if mended is None or mended.share < LEAST_SHARE:
        raise whole
    if mended.is_whole:
        again = _attempt(mended.data, file_format, short_side_px)
        if isinstance(again, Photo):
            return again
        # The pixels are damaged as well.
    there = _decode(mended.data, file_format, short_side_px, mended)
    return replace(there, is_incomplete=True)


def _attempt(data: bytes, file_format: str, short_side_px: int | None) -> Photo | Exception:
    """The picture, or what its decoder raised."""
    try:
        return _decode(data, file_format, short_side_px, None)
    except (PhotoError, MemoryError):
        raise
    # Pillow's decoders raise whatever the damage leads to, from SyntaxError to struct.error.
    except Exception as exc:
        return _without_frames(exc)


def _without_frames(error: Exception) -> Exception:
    """The error alone: its traceback would keep all that was decoded in memory."""
    seen: BaseException | None = error
    while seen is not None:
        seen.__traceback__ = None
        seen = seen.__context__
    return error


def _decode(
    data: bytes, file_format: str, short_side_px: int | None, mended: Mended | None
) -> Photo:
    """The picture; of one that is `mended`, what is there."""
    header = jpeg.read_header(data) if file_format == "JPEG" else None
    if file_format == "TIFF":
        tiff.check_kind(data)
    announced = size_in_header(data, file_format)
    if announced is not None:
        _check_size(announced, file_format)
    with open_lazily(data, file_format) as image:
        _check_size(image.size, file_format)
        width, height = image.size
        is_large = _is_large(image) and (
            file_format != "JPEG" or header is None or header.is_multi_scan
        )
        if file_format == "JPEG":
            _draft(image, header, short_side_px)
        with _one_large_photo if is_large or _is_large(image) else nullcontext():
            if file_format == "HEIC" and image.mode == "RGB" and _is_large(image):
                flat = _flatten_large_heic(data, image, short_side_px, mended)
            else:
                if file_format == "HEIC" and image.width * image.height > _MAX_PIXELS_OF_WHOLE_HEIC:
                    raise _too_many_pixels(image.size)
                if mended is None:
                    image.load()
                    there: Image.Image = image
                else:
                    interlaced = is_interlaced(image)
                    _load_what_can_be(image)
                    there = _what_is_there(image, file_format, mended, is_interlaced=interlaced)
                _check_size(image.size, file_format)
                if file_format != "JPEG" and mended is None:
                    _find_a_frame_that_shows(image)
                factor = _factor(there.size, short_side_px)
                # A JPEG's pixels are all there; what has several images may decode itself again.
                is_done = file_format == "JPEG" and there.mode == "RGB" and factor == 1
                flat = there if is_done else _flatten(there, factor)
        upright = _UPRIGHT.get(_orientation(image))
    if upright is not None:
        flat = flat.transpose(upright)
    if upright in _LYING:
        width, height = height, width
    flat.info.clear()  # Pillow would write comments and profiles found there into every copy
    return Photo(flat, whole_size=(width, height))


def _draft(image: ImageFile, header: jpeg.JpegHeader | None, short_side_px: int | None) -> None:
    """Have a JPEG decoded at the fraction that is wanted, or that fits into memory."""
    pixels = image.width * image.height
    held = _WORST_COEFFICIENT_BYTES * pixels if header is None else header.coefficient_bytes
    fitting = next(
        (
            scale
            for scale in _SCALES
            if held + _BYTES_A_PIXEL * pixels // scale**2 <= _DECODING_BYTES
        ),
        None,
    )
    if fitting is None:
        raise _too_many_pixels(image.size)
    wanted = min(image.size) // short_side_px if short_side_px else 1
    scale = max(fitting, wanted)
    if scale > 1:
        image.draft(None, (max(1, image.width // scale), max(1, image.height // scale)))


def _load_what_can_be(image: ImageFile) -> None:
    """Decode what is known to be damaged, as far as it goes."""
    try:
        image.load()
    # Whatever the damage leads to: the rows before it are decoded.
    except Exception:
        image.tile = []
        image.load()


def _factor(size: tuple[int, int], short_side_px: int | None) -> int:
    return max(1, min(size) // short_side_px) if short_side_px else 1


def _what_is_there(
    image: Image.Image, file_format: str, mended: Mended, *, is_interlaced: bool
) -> Image.Image:
    """The rows of a damaged picture that are there; raises PhotoError when most are not."""
    if is_interlaced:
        if image.width * image.height > _MAX_PIXELS_INTERLACED:
            raise _mostly_missing()  # its rows are put in order in copies of all of it
        shown = nearest_rows(image)
        if len(set(shown.tolist())) < LEAST_SHARE * image.height:
            raise _mostly_missing()
        return Image.fromarray(np.asarray(_flatten(image, 1))[shown])
    top, bottom = rows_there(image, file_format, mended.share)
    if bottom - top < LEAST_SHARE * image.height:
        raise _mostly_missing()
    is_all = (top, bottom) == (0, image.height)
    return image if is_all else image.crop((0, top, image.width, bottom))


def _mostly_missing() -> PhotoError:
    return PhotoError("broken", "Too much of this picture is missing or damaged.")


def _find_a_frame_that_shows(image: ImageFile) -> None:
    """Go to the first frame of an animation that is not wholly transparent, if one soon is not."""
    if not image.has_transparency_data or not getattr(image, "is_animated", False):
        return
    for frame in range(1, _FRAMES_LOOKED_AT):
        if _shows_something(image):
            return
        try:
            image.seek(frame)
            image.load()
        except EOFError:
            break
    if not _shows_something(image):
        image.seek(0)
        image.load()


def _shows_something(image: Image.Image) -> bool:
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La"):
        _, most = cast("tuple[int, int]", image.getchannel(image.getbands()[-1]).getextrema())
        return most > 0
    transparent = image.info.get("transparency")
    if image.mode == "P" and isinstance(transparent, int):
        return image.getextrema() != (transparent, transparent)
    return True


def _is_large(image: Image.Image) -> bool:
    return image.width * image.height > _LARGE_PIXELS


def _check_size(size: tuple[int, int], file_format: str) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise PhotoError("broken", "This picture has no pixels.")
    most = (
        _MAX_PIXELS_JPEG if file_format == "JPEG" else _MAX_PIXELS_OF.get(file_format, MAX_PIXELS)
    )
    if width * height > most:
        raise _too_many_pixels(size)
    if max(size) > _MAX_SIDES_RATIO * min(size):
        raise PhotoError(
            "strip", f"This picture is a strip of {width} × {height} pixels: I need a photo."
        )


def _too_many_pixels(size: tuple[int, int]) -> PhotoError:
    return PhotoError(
        "too_many_pixels",
        f"This picture has {size[0]} × {size[1]} pixels, more than I read of its kind.",
    )


def _orientation(image: ImageFile) -> int:
    try:
        orientation = image.getexif().get(_EXIF_ORIENTATION, 1)
    # Damaged metadata is common and does not spoil the pixels.
    except Exception:
        return 1
    # As viewers do: a number of another type is none.
    return orientation if isinstance(orientation, int) else 1


def _flatten_large_heic(
    data: bytes, image: ImageFile, short_side_px: int | None, mended: Mended | None
) -> Image.Image:
    """RGB, at half its size or less where all of it would take too much memory.

    From where the decoder left the pixels: a copy of them is more than half of what it takes.
    """
    rows = heic_rows(data)
    height, width = rows.shape[:2]
    if mended is not None:
        height = rows_there(image, "HEIC", mended.share)[1]
    factor = _factor((width, height), short_side_px)
    if width * height > _MAX_PIXELS_OF_WHOLE_HEIC:
        factor = max(2, factor)
    return _in_bands((width, height), factor, lambda top, bottom: Image.fromarray(rows[top:bottom]))


def _flatten(image: Image.Image, factor: int) -> Image.Image:
    """RGB on white, each side divided by `factor`."""
    if image.mode == "RGB" and factor == 1 and not image.has_transparency_data:
        return image.copy()
    to_8_bit = _scale_to_8_bit(image)

    def band(top: int, bottom: int) -> Image.Image:
        part = image.crop((0, top, image.width, bottom))
        if to_8_bit is not None:
            offset, slope = to_8_bit
            values = np.nan_to_num((np.asarray(part, np.float32) - offset) * slope)
            part = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
        return _on_white(part)

    return _in_bands(image.size, factor, band)


def _in_bands(
    size: tuple[int, int], factor: int, band: Callable[[int, int], Image.Image]
) -> Image.Image:
    """The RGB rows that `band` gives from one to another, so that no second full copy exists."""
    width, height = size
    flat = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    rows = max(factor, _BAND_PIXELS // width // factor * factor)
    for top in range(0, height, rows):
        part = band(top, min(height, top + rows))
        flat.paste(part.reduce(factor) if factor > 1 else part, (0, top // factor))
    return flat


def _scale_to_8_bit(image: Image.Image) -> tuple[float, float] | None:
    """Offset and slope that map a 16-bit or float image to 0…255; None for the others."""
    if not image.mode.startswith(("I", "F")):
        return None
    low, high = cast("tuple[float, float]", image.getextrema())
    if image.mode.startswith("I;16") or (image.mode == "I" and low >= 0 and high <= 65535):
        return 0.0, 255 / 65535
    if image.mode == "I":
        raise tiff.refuse_whole_numbers_of_32_bits()
    if low >= 0 and high <= 1:
        return 0.0, 255.0
    return float(low), 255 / max(float(high - low), 1e-6)


def _on_white(band: Image.Image) -> Image.Image:
    if not band.has_transparency_data:
        return band.convert("RGB")
    layer = band.convert("RGBA")
    white = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(white, layer).convert("RGB")
