"""From the bytes of a photo to the pixels a network sees: the one way, for training and serving.

What comes in is a stranger's: size, format and dimensions are checked before anything is decoded,
so that memory stays bounded whatever the bytes claim.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.errors import PhotoError
from models.pictures.formats import sniff
from models.pictures.pixels import Photo, decode

MAX_BYTES = 20 * 1024 * 1024
"""Telegram gives a bot files up to 20 MB; so do we everywhere."""

VIEWS = 3
"""How many views of a photo there are: see `further_views`."""

_MEAN_COLOUR = (124, 116, 104)  # ImageNet's mean colour: the most neutral padding
_KEPT_LONG_SIDE_PX = 1600
_KEPT_QUALITY = 90


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
    """The photo in `data` as uint8 RGB [crop_px, crop_px, 3]; PhotoError if it is not a photo."""
    return to_square(open_photo(data, short_side_px=preparation.short_side_px), preparation)


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


def further_views(
    image: Image.Image, first: NDArray[np.uint8], preparation: Preparation
) -> NDArray[np.uint8]:
    """The views of an upright RGB image that come after its `first`, made by `to_square`: the
    mirror image, and the whole photo padded (of a padded first view, the centre).

    uint8 [VIEWS - 1, crop_px, crop_px, 3]
    """
    return np.stack([first[:, ::-1], to_square(image, third_view(preparation))])


def third_view(preparation: Preparation) -> Preparation:
    """How the last of the views is prepared, where the first is prepared so."""
    return replace(preparation, method="crop" if preparation.method == "pad" else "pad")


def prepare_views(data: bytes, preparation: Preparation, count: int = VIEWS) -> NDArray[np.uint8]:
    """The first views of the photo in `data`, uint8 RGB [count, crop_px, crop_px, 3]; PhotoError if
    it is not a photo."""
    image = open_photo(data, short_side_px=preparation.short_side_px)
    first = to_square(image, preparation)
    if count == 1:
        return first[np.newaxis]
    return np.stack([first, *further_views(image, first, preparation)])[:count]


def crop_box(size: tuple[int, int], preparation: Preparation) -> tuple[float, float, float, float]:
    """The part of an image of this size that the network sees, as left, top, right, bottom."""
    width, height = size
    if preparation.method != "crop":
        return 0.0, 0.0, float(width), float(height)
    side = min(width, height) * preparation.crop_px / preparation.short_side_px
    left, top = (width - side) / 2, (height - side) / 2
    return left, top, left + side, top + side


def open_photo(data: bytes, *, short_side_px: int | None = None) -> Image.Image:
    """The image of `read_photo`, for whom it makes no difference whether it is all there."""
    return read_photo(data, short_side_px=short_side_px).image


def read_photo(data: bytes, *, short_side_px: int | None = None) -> Photo:
    """The photo in `data`, upright, RGB, transparency on white; of an animation one picture.

    With `short_side_px` the photo may come out smaller than it is, but its shorter side never
    below that: a JPEG is then decoded at a fraction, which is faster and needs less memory. One
    that would take too much memory comes out smaller in any case. Of a file that lacks its end
    the photo is what is there, if that is most of it.
    Raises PhotoError, whose text is one sentence.
    """
    if not data:
        raise PhotoError("empty", "This file is empty.")
    if len(data) > MAX_BYTES:
        raise PhotoError(
            "too_large",
            f"This file has {len(data) / 2**20:.0f} MB and I read up to {MAX_BYTES >> 20} MB.",
        )
    file_format = sniff(data)
    try:
        return decode(data, file_format, short_side_px)
    except PhotoError:
        raise
    except MemoryError as exc:
        raise PhotoError("too_hard", f"Reading this {file_format} takes too much memory.") from exc
    # On damaged files Pillow's decoders raise many errors, from SyntaxError to struct.error.
    except Exception as exc:
        raise PhotoError("broken", f"This {file_format} is damaged and cannot be read.") from exc


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
