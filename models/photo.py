"""From the bytes of a photo to the pixels a network sees: the one way, for training and serving.

What comes in is a stranger's: size, format and dimensions are checked before anything is decoded,
so that memory stays bounded whatever the bytes claim.
"""

from __future__ import annotations

import io
import threading
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.ImageFile import ImageFile

from models.errors import PhotoError
from models.formats import is_multi_scan_jpeg, open_lazily, size_in_header, sniff

MAX_BYTES = 20 * 1024 * 1024
"""Telegram gives a bot files up to 20 MB; so do we everywhere."""

MAX_PIXELS = 50_000_000
"""A phone's 48-megapixel mode fits; decoded, it is 200 MB for a moment."""

# What decodes with more bytes to a pixel gets fewer pixels, for the same 200 MB (measured).
_MAX_PIXELS_OF = {"WEBP": 14_000_000, "AVIF": 24_000_000, "HEIC": 30_000_000}
_MAX_PIXELS_MULTI_SCAN = 25_000_000  # of a JPEG whose coefficients libjpeg holds all at once
_LARGE_PIXELS = 4_000_000
_one_large_photo = threading.Lock()  # the bound on memory is the process's, whatever its threads
_MAX_SIDES_RATIO = 100  # nobody photographs a line
_BAND_PIXELS = 1 << 20
_MEAN_COLOUR = (124, 116, 104)  # ImageNet's: padding that says least to a network
_KEPT_LONG_SIDE_PX = 1600
_KEPT_QUALITY = 90
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


@dataclass(frozen=True)
class Preparation:
    """How an upright photo becomes a square of `crop_px`.

    `crop` scales the shorter side to `short_side_px` and takes the centre; `pad` shows the whole
    photo on a neutral ground; `squish` shows all of it, distorted.
    """

    short_side_px: int = 256
    crop_px: int = 224
    method: Literal["crop", "pad", "squish"] = "crop"

    def __post_init__(self) -> None:
        if not 1 <= self.crop_px <= self.short_side_px <= 4096:
            raise ValueError("a preparation needs 1 <= crop_px <= short_side_px <= 4096")
        if self.method not in ("crop", "pad", "squish"):
            raise ValueError(f"no such preparation method: {self.method!r}")


def prepare(data: bytes, preparation: Preparation) -> NDArray[np.uint8]:
    """The photo in `data` as uint8 RGB of shape [crop_px, crop_px, 3]; PhotoError if it is none."""
    image = open_photo(data, short_side_px=preparation.short_side_px)
    return to_square(image, preparation)


def to_square(image: Image.Image, preparation: Preparation) -> NDArray[np.uint8]:
    """An upright RGB image as uint8 of shape [crop_px, crop_px, 3]."""
    crop_px = preparation.crop_px
    if preparation.method == "pad":
        scale = crop_px / max(image.size)
        inner = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        square = Image.new("RGB", (crop_px, crop_px), _MEAN_COLOUR)
        resized = image.resize(inner, Image.Resampling.BILINEAR)
        square.paste(resized, ((crop_px - inner[0]) // 2, (crop_px - inner[1]) // 2))
    elif preparation.method == "squish":
        square = image.resize((crop_px, crop_px), Image.Resampling.BILINEAR)
    else:
        square = image.resize(
            (crop_px, crop_px), Image.Resampling.BILINEAR, box=crop_box(image.size, preparation)
        )
    return np.asarray(square)


def crop_box(size: tuple[int, int], preparation: Preparation) -> tuple[float, float, float, float]:
    """The part of an image of this size that the network sees, as left, top, right, bottom."""
    width, height = size
    if preparation.method != "crop":
        return 0.0, 0.0, float(width), float(height)
    side = min(width, height) * preparation.crop_px / preparation.short_side_px
    left, top = (width - side) / 2, (height - side) / 2
    return left, top, left + side, top + side


def open_photo(data: bytes, *, short_side_px: int | None = None) -> Image.Image:
    """The photo in `data`, upright, RGB, transparency on white, the first frame of an animation.

    With `short_side_px` the photo may come out smaller than it is, but its shorter side never
    below that: a JPEG is then decoded at a fraction, which is faster and needs less memory.
    Raises PhotoError, whose text is one sentence for the sender.
    """
    if not data:
        raise PhotoError("empty", "This file is empty: please send the photo again.")
    if len(data) > MAX_BYTES:
        raise PhotoError(
            "too_large",
            f"This file has {len(data) / 2**20:.0f} MB and I read up to {MAX_BYTES >> 20}:"
            " please send it as an ordinary photo, or a smaller one.",
        )
    file_format = sniff(data)
    try:
        return _decode(data, file_format, short_side_px)
    except PhotoError:
        raise
    except MemoryError as exc:
        raise PhotoError(
            "too_hard",
            f"Reading this {file_format} takes too much memory: please send a smaller one.",
        ) from exc
    # Pillow's decoders raise whatever the damage leads to, from SyntaxError to struct.error.
    except Exception as exc:
        raise PhotoError(
            "broken", f"This {file_format} is damaged and cannot be read: please send it again."
        ) from exc


def strip(data: bytes) -> bytes:
    """The photo as it may be kept: a fresh upright JPEG without metadata, sides at most 1600 px."""
    image = open_photo(data, short_side_px=_KEPT_LONG_SIDE_PX)
    image.thumbnail((_KEPT_LONG_SIDE_PX, _KEPT_LONG_SIDE_PX), Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_KEPT_QUALITY)
    return buffer.getvalue()


def dhash(image: Image.Image) -> int:
    """A signed 64-bit hash of an image's horizontal gradients; look-alikes differ in few bits.

    The difference hash of N. Krawetz, "Kind of Like That" (2013).
    """
    grey = np.asarray(image.convert("L").resize((9, 8), Image.Resampling.BOX))
    bits = np.packbits(grey[:, 1:] > grey[:, :-1])
    return int.from_bytes(bits.tobytes(), "big", signed=True)


def _decode(data: bytes, file_format: str, short_side_px: int | None) -> Image.Image:
    multi_scan = file_format == "JPEG" and is_multi_scan_jpeg(data)
    max_pixels = _MAX_PIXELS_OF.get(file_format, MAX_PIXELS)
    if multi_scan:
        max_pixels = _MAX_PIXELS_MULTI_SCAN
    announced = size_in_header(data, file_format)
    if announced is not None:
        _check_size(announced, max_pixels)
    with open_lazily(data, file_format) as image:
        _check_size(image.size, max_pixels)
        is_large = (multi_scan or file_format != "JPEG") and _is_large(image)
        if short_side_px is not None and file_format == "JPEG":
            image.draft(None, (short_side_px, short_side_px))
        with _one_large_photo if is_large or _is_large(image) else nullcontext():
            image.load()
            _check_size(image.size, max_pixels)
            factor = max(1, min(image.size) // short_side_px) if short_side_px else 1
            # A JPEG's pixels are all there; what has several images may decode itself again.
            is_done = file_format == "JPEG" and image.mode == "RGB" and factor == 1
            flat = image if is_done else _flatten(image, factor)
        upright = _UPRIGHT.get(_orientation(image))
    if upright is not None:
        flat = flat.transpose(upright)
    flat.info.clear()  # Pillow would write comments and profiles found there into every copy
    return flat


def _is_large(image: Image.Image) -> bool:
    return image.width * image.height > _LARGE_PIXELS


def _check_size(size: tuple[int, int], max_pixels: int) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise PhotoError("broken", "This picture has no pixels: please send another.")
    if width * height > max_pixels:
        raise PhotoError(
            "too_many_pixels",
            f"This picture has {width} × {height} pixels and I read up to"
            f" {max_pixels // 1_000_000} million of its kind: please send it as an ordinary photo.",
        )
    if max(size) > _MAX_SIDES_RATIO * min(size):
        raise PhotoError(
            "unsupported", f"This picture is a strip of {width} × {height} pixels: I need a photo."
        )


def _orientation(image: ImageFile) -> int:
    try:
        return int(image.getexif().get(_EXIF_ORIENTATION, 1))
    # Damaged metadata of many kinds is common and no reason to refuse the pixels.
    except Exception:
        return 1


def _flatten(image: Image.Image, factor: int) -> Image.Image:
    """RGB on white, each side divided by `factor`; in bands, so that no second full copy exists."""
    if image.mode == "RGB" and factor == 1 and not image.has_transparency_data:
        return image.copy()
    width, height = image.size
    to_8_bit = _scale_to_8_bit(image)
    flat = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    rows = max(factor, _BAND_PIXELS // width // factor * factor)
    for top in range(0, height, rows):
        band = image.crop((0, top, width, min(height, top + rows)))
        if to_8_bit is not None:
            offset, slope = to_8_bit
            values = np.nan_to_num((np.asarray(band, np.float32) - offset) * slope)
            band = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
        band = _band_on_white(band)
        flat.paste(band.reduce(factor) if factor > 1 else band, (0, top // factor))
    return flat


def _scale_to_8_bit(image: Image.Image) -> tuple[float, float] | None:
    """Offset and slope that map a 16-bit, 32-bit or float image to 0…255; None for the others."""
    if not image.mode.startswith(("I", "F")):
        return None
    low, high = cast("tuple[float, float]", image.getextrema())
    if image.mode.startswith("I;16") or (image.mode == "I" and low >= 0 and high <= 65535):
        return 0.0, 255 / 65535
    if image.mode == "F" and low >= 0 and high <= 1:
        return 0.0, 255.0
    return float(low), 255 / max(float(high - low), 1e-6)


def _band_on_white(band: Image.Image) -> Image.Image:
    if not band.has_transparency_data:
        return band.convert("RGB")
    layer = band.convert("RGBA")
    white = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(white, layer).convert("RGB")
