"""The sizes that Telegram makes of a photo: up to four JPEGs without metadata, never upscaled."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from bot.local.errors import BadRequest

MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_SIDES_PX = 10_000
"""Width and height together."""
MAX_RATIO = 20
SIDES_PX = {"s": 90, "m": 320, "x": 800, "y": 1280}
"""Letter of each PhotoSize and its longer side."""
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
_QUALITY = 87
_ORIENTATION = 0x0112


@dataclass(frozen=True)
class Size:
    """One PhotoSize."""

    letter: str
    width: int
    height: int


def _open(data: bytes) -> Image.Image:
    if data[4:8] == b"ftyp":
        return pillow_heif.open_heif(io.BytesIO(data)).to_pillow()
    return Image.open(io.BytesIO(data), formats=_FORMATS)


def measure(data: bytes) -> tuple[int, int]:
    """Width and height as a person sees the photo, EXIF orientation applied.

    Reads the header only, unless the file looks cut off: then it is decoded to be sure. Raises
    BadRequest, worded as Telegram does, for what cannot be a photo.
    """
    if not data:
        raise BadRequest("file must be non-empty")
    if len(data) > MAX_PHOTO_BYTES:
        raise BadRequest(
            f"file of size {len(data)} bytes is too big for a photo; "
            f"the maximum size is {MAX_PHOTO_BYTES} bytes"
        )
    try:
        image = _open(data)
        width, height = image.size
        if width + height > MAX_SIDES_PX or max(width, height) > MAX_RATIO * min(width, height):
            raise BadRequest("PHOTO_INVALID_DIMENSIONS")
        if _looks_cut_off(data, image.format):
            image.load()
        turned = image.getexif().get(_ORIENTATION, 1) in {5, 6, 7, 8}
    except BadRequest:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as exc:
        raise BadRequest("PHOTO_INVALID_DIMENSIONS") from exc
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        RuntimeError,
    ) as exc:
        raise BadRequest("IMAGE_PROCESS_FAILED") from exc
    return (height, width) if turned else (width, height)


def _looks_cut_off(data: bytes, file_format: str | None) -> bool:
    if file_format in {"JPEG", "MPO"}:
        return b"\xff\xd9" not in data[-1024:]
    return not (file_format == "PNG" and b"IEND" in data[-1024:])


def sizes(width: int, height: int) -> list[Size]:
    """The PhotoSizes of a photo, smallest first.

    Each standard size that the photo is larger than, and one that holds it whole or shrunk to the
    largest.
    """
    longer = max(width, height)
    found = []
    for letter, side in SIDES_PX.items():
        scale = min(1.0, side / longer)
        found.append(Size(letter, max(1, round(width * scale)), max(1, round(height * scale))))
        if longer <= side:
            break
    return found


def render(source: Path, letter: str) -> bytes:
    """One PhotoSize of a photo as JPEG: upright, opaque, without metadata.

    What turns out not to decode after all is returned as it came: the bot shall see it.
    """
    data = source.read_bytes()
    side = SIDES_PX[letter]
    try:
        image = _open(data)
        # A JPEG is decoded at a fraction of its size when that is enough.
        image.draft("RGB", (side, side))
        image.thumbnail((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0)
        ImageOps.exif_transpose(image, in_place=True)
        if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
            layer = image.convert("RGBA")
            image = Image.new("RGBA", layer.size, "white")
            image.alpha_composite(layer)
        buffer = io.BytesIO()
        opaque = image if image.mode == "RGB" else image.convert("RGB")
        opaque.save(buffer, "JPEG", quality=_QUALITY, exif=b"", icc_profile=None, comment=b"")
    except (OSError, ValueError, SyntaxError, EOFError, RuntimeError):
        return data
    return buffer.getvalue()
