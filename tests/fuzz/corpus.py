"""Sound photos to damage: every format that is read, in the kinds its decoders treat apart."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator
from pathlib import Path

import pillow_heif
from PIL import Image, ImageCms

from tests.conftest import draw_photo

_REAL_PER_FOLDER = 3
_MOST_REAL_BYTES = 300_000


@functools.cache
def drawn() -> dict[str, bytes]:
    """Small photos by name; the name begins with the format."""
    photo = Image.open(io.BytesIO(draw_photo(size=(160, 120))))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "a camera"
    exif.get_ifd(0x8825)[1] = "N"
    kinds: dict[str, tuple[Image.Image, dict[str, object]]] = {
        "JPEG": (photo, {}),
        "JPEG progressive": (photo, {"progressive": True}),
        "JPEG grey": (photo.convert("L"), {}),
        "JPEG CMYK": (photo.convert("CMYK"), {}),
        "JPEG of a camera": (photo, {"exif": exif, "icc_profile": profile, "comment": b"bear"}),
        "PNG": (photo, {"icc_profile": profile, "exif": exif}),
        "PNG alpha": (photo.convert("RGBA"), {}),
        "PNG palette": (photo.quantize(32), {"transparency": 3}),
        "PNG one bit": (photo.convert("1"), {}),
        "PNG 16 bits": (photo.convert("L").convert("I;16"), {}),
        "WEBP": (photo, {"exif": exif, "icc_profile": profile}),
        "WEBP lossless": (photo.convert("RGBA"), {"lossless": True}),
        "WEBP moving": (photo, {"save_all": True, "append_images": [photo.rotate(9)]}),
        "GIF": (photo.quantize(16), {}),
        "GIF in order": (photo.quantize(16), {"interlace": 0}),
        "GIF that begins with nothing": (
            Image.new("RGBA", photo.size),
            {"save_all": True, "append_images": [photo.convert("RGBA")]},
        ),
        "GIF moving": (photo, {"save_all": True, "append_images": [photo.rotate(9)] * 2}),
        "BMP": (photo, {}),
        "BMP palette": (photo.quantize(16), {}),
        "TIFF": (photo, {"exif": exif, "icc_profile": profile}),
        "TIFF deflate": (photo.convert("RGBA"), {"compression": "tiff_deflate"}),
        "TIFF LZW": (photo, {"compression": "tiff_lzw"}),
        "TIFF JPEG": (photo, {"compression": "jpeg"}),
        "TIFF fax": (photo.convert("1"), {"compression": "group4"}),
        "TIFF float": (photo.convert("F"), {}),
        "TIFF pages": (photo, {"save_all": True, "append_images": [photo.convert("L")]}),
        "AVIF": (photo, {"exif": exif, "icc_profile": profile}),
    }
    return {
        name: _saved(image, name.partition(" ")[0], options)
        for name, (image, options) in kinds.items()
    } | {"HEIC": _heic(photo), "HEIC alpha": _heic(photo.convert("RGBA"))}


def real(folder: Path) -> dict[str, bytes]:
    """A few small real photos of each folder below `folder`, by path; none where it is absent."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in _real_paths(folder)}


def _real_paths(folder: Path) -> Iterator[Path]:
    folders = [path for path in sorted(folder.rglob("*")) if path.is_dir()]
    for place in folders:
        fitting = (
            path
            for path in sorted(place.iterdir())
            if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic")
            and path.stat().st_size <= _MOST_REAL_BYTES
        )
        yield from [path for path, _ in zip(fitting, range(_REAL_PER_FOLDER), strict=False)]


def _saved(image: Image.Image, file_format: str, options: dict[str, object]) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def _heic(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(image).save(buffer, quality=60)
    return buffer.getvalue()
