"""Telling what a file is from its first bytes, never from its name."""

from __future__ import annotations

import io
from importlib import import_module
from typing import cast

from PIL.ImageFile import ImageFile

from models.errors import PhotoError

# Each decoder is named and constructed by itself: `Image.open` would import all of Pillow's forty
# on the first doubt, and ask its global pixel limit, which belongs to whoever runs the process.
_DECODERS = {
    "JPEG": ("PIL.JpegImagePlugin", "JpegImageFile"),
    "PNG": ("PIL.PngImagePlugin", "PngImageFile"),
    "WEBP": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "GIF": ("PIL.GifImagePlugin", "GifImageFile"),
    "BMP": ("PIL.BmpImagePlugin", "BmpImageFile"),
    "TIFF": ("PIL.TiffImagePlugin", "TiffImageFile"),
    "AVIF": ("PIL.AvifImagePlugin", "AvifImageFile"),
    "HEIC": ("pillow_heif.as_plugin", "HeifImageFile"),
}
_READABLE = "JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC or AVIF"

_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}
_BMP_HEADER_BYTES = {12, 40, 52, 56, 64, 108, 124}

# What people send by mistake, and what to call it when telling them.
_KNOWN_STRANGERS = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"8BPS", "a Photoshop document"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"ID3", "a sound recording"),
    (b"OggS", "a sound recording"),
    (b"\x00\x00\x01\x00", "an icon"),
)


def sniff(data: bytes) -> str:
    """The format of these bytes, a key of the allowlist; PhotoError for anything outside it."""
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    if data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in _BMP_HEADER_BYTES:
        return "BMP"
    if data[:4] in (b"II*\0", b"MM\0*"):
        return "TIFF"
    if data[4:8] == b"ftyp":
        return _sniff_iso_media(data)
    stranger = _name_stranger(data)
    if stranger is not None:
        raise PhotoError("unsupported", f"This is {stranger}: please send a {_READABLE} photo.")
    raise PhotoError("not_a_photo", f"This file is no photo: please send a {_READABLE} picture.")


def open_lazily(data: bytes, file_format: str) -> ImageFile:
    """Pillow's image over these bytes with its header read and no pixel decoded."""
    module, name = _DECODERS[file_format]
    decoder = getattr(import_module(module), name)
    return cast(ImageFile, decoder(io.BytesIO(data)))


def size_in_header(data: bytes, file_format: str) -> tuple[int, int] | None:
    """Width and height, for the formats whose decoder allocates the canvas when it is opened."""
    if file_format != "WEBP":
        return None
    chunk = data[12:16]
    if chunk == b"VP8X":
        return (
            1 + int.from_bytes(data[24:27], "little"),
            1 + int.from_bytes(data[27:30], "little"),
        )
    if chunk == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return (
        int.from_bytes(data[26:28], "little") & 0x3FFF,
        int.from_bytes(data[28:30], "little") & 0x3FFF,
    )


def is_multi_scan_jpeg(data: bytes) -> bool:
    """Whether a JPEG comes in several scans, so that libjpeg holds all its coefficients at once."""
    position, components = 2, 0
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            return True  # out of step: assume the dearer kind
        marker = data[position + 1]
        if marker == 0xFF or marker == 0x01 or 0xD0 <= marker <= 0xD7:
            position += 1 if marker == 0xFF else 2
            continue
        if marker == 0xDA:
            return data[position + 4 : position + 5] != bytes([components])
        if marker == 0xC2:
            return True
        if marker in (0xC0, 0xC1) and position + 9 < len(data):
            components = data[position + 9]
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    return True


def _sniff_iso_media(data: bytes) -> str:
    end = min(int.from_bytes(data[:4], "big"), 256)
    brands = {data[8:12]} | {data[at : at + 4] for at in range(16, end, 4)}
    if brands & _AVIF_BRANDS:
        return "AVIF"
    if brands & _HEIC_BRANDS:
        return "HEIC"
    raise PhotoError("unsupported", "This is a video: please send a single photo.")


def _name_stranger(data: bytes) -> str | None:
    for magic, name in _KNOWN_STRANGERS:
        if data.startswith(magic):
            return name
    opening = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if (
        opening.startswith((b"<svg", b"<?xml", b"<!doctype svg"))
        and b"<svg" in data[:65536].lower()
    ):
        return "an SVG drawing"
    return None
