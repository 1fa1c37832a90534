"""Recognising a file by its first bytes, never by its name."""

from __future__ import annotations

import io
import re
from importlib import import_module
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.ImageFile import ImageFile

from models.errors import PhotoError

# Each decoder is constructed by name: `Image.open` would import all of Pillow's forty on the first
# doubt, and use the global pixel limit, which belongs to the program.
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

# What people send by mistake, and its name for the message. No list is whole: of what is
# in none, it is not said that it holds no picture.
_KNOWN_STRANGERS = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"8BPS", "a Photoshop document"),
    (b"gimp xcf", "a GIMP document"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"II\xbc", "a JPEG XR picture"),
    (b"II+\0", "a BigTIFF picture"),
    (b"MM\0+", "a BigTIFF picture"),
    (b"IIRO", "a camera's raw picture"),  # Olympus
    (b"IIRS", "a camera's raw picture"),
    (b"MMOR", "a camera's raw picture"),
    (b"IIU\0", "a camera's raw picture"),  # Panasonic
    (b"FUJIFILMCCD-RAW", "a camera's raw picture"),
    (b"FOVb", "a camera's raw picture"),  # Sigma
    (b"\0MRM", "a camera's raw picture"),  # Minolta
    (b"\x00\x00\x01\x00", "an icon"),
    (b"\x00\x00\x02\x00", "a mouse pointer"),
    (b"icns", "an icon"),
    (b"DDS ", "a texture"),
    (b"\xabKTX", "a texture"),
    (b"%!PS", "a PostScript drawing"),
    (b"\xc5\xd0\xd3\xc6", "a PostScript drawing"),
    (b"\xd7\xcd\xc6\x9a", "a Windows metafile"),
    (b"v/1\x01", "an OpenEXR picture"),
    (b"#?RADIANCE", "a Radiance picture"),
    (b"#?RGBE", "a Radiance picture"),
    (b"SIMPLE  =", "a FITS picture"),
    (b"qoif", "a QOI picture"),
    (b"FLIF", "a FLIF picture"),
    (b"BPG\xfb", "a BPG picture"),
    (b"AT&TFORM", "a DjVu document"),
    (b"FORM", "an IFF picture"),
    (b"\x01\xda", "an SGI picture"),
    (b"\x59\xa6\x6a\x95", "a Sun raster"),
    (b"/* XPM */", "an X pixmap"),
    (b"\x8aMNG", "a moving picture"),
    (b"\x8bJNG", "a JNG picture"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"FLV\x01", "a video"),
    (b"\x00\x00\x01\xba", "a video"),
    (b"RIFF", "a video or a sound"),
    (b"ID3", "a sound recording"),
    (b"OggS", "a sound recording"),
    (b"fLaC", "a sound recording"),
)
_RAW_BRANDS = {b"crx "}
_PNM = re.compile(rb"P[1-7fF]\s")
_PCX_VERSIONS, _PCX_BITS = {0, 2, 3, 4, 5}, {1, 2, 4, 8}
_TGA_MAPPED, _TGA_PLAIN, _TGA_BITS = {1, 9}, {2, 3, 10, 11}, {8, 15, 16, 24, 32}
_TGA_FOOT = b"TRUEVISION-XFILE.\0"
_JPEG = b"\xff\xd8\xff"
_SPACES = b" \t\r\n"


def sniff(data: bytes) -> str:
    """The format of these bytes, a key of the allowlist; PhotoError for anything outside it."""
    if data[:3] == _JPEG:
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
        raise PhotoError("unsupported", f"This is {stranger}, and I read {_READABLE}.")
    raise PhotoError("not_a_photo", f"No picture can be made out in this file: I read {_READABLE}.")


def open_lazily(data: bytes, file_format: str) -> ImageFile:
    """Pillow's image over these bytes with its header read and no pixel decoded."""
    module, name = _DECODERS[file_format]
    decoder = getattr(import_module(module), name)
    return cast(ImageFile, decoder(io.BytesIO(data)))


def load_decoders() -> None:
    """Import every decoder now, and what writes a BMP or a JPEG: for a process that soon cannot."""
    Image.preinit()
    for module, _ in _DECODERS.values():
        import_module(module)


def heic_rows(data: bytes) -> NDArray[np.uint8]:
    """The pixels of an HEIC's picture where its decoder left them, RGB [height, width, 3].

    For one that is large and of three colours; Pillow's image would be a second copy.
    """
    decoder = import_module("pillow_heif")
    rows: NDArray[np.uint8] = np.asarray(
        decoder.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True, remove_stride=False)
    )
    return rows


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


def _sniff_iso_media(data: bytes) -> str:
    end = min(int.from_bytes(data[:4], "big"), 256)
    brands = {data[8:12]} | {data[at : at + 4] for at in range(16, end, 4)}
    if brands & _AVIF_BRANDS:
        return "AVIF"
    if brands & _HEIC_BRANDS:
        return "HEIC"
    if brands & _RAW_BRANDS:
        raise PhotoError("unsupported", f"This is a camera's raw picture, and I read {_READABLE}.")
    raise PhotoError("unsupported", f"This is a video, and I read {_READABLE}.")


def _name_stranger(data: bytes) -> str | None:
    if data.endswith(_TGA_FOOT) or _may_be_tga(data[:18]):
        return "a Targa picture"  # one may begin like a mouse pointer
    for magic, name in _KNOWN_STRANGERS:
        if data.startswith(magic):
            return name
    if _PNM.match(data):
        return "a portable anymap"
    if data[:1] == b"\n" and len(data) > 128 and data[2] == 1:
        is_pcx = data[1] in _PCX_VERSIONS and data[3] in _PCX_BITS
        return "a PCX picture" if is_pcx else None
    if data[:64].lstrip(_SPACES).startswith(_JPEG):
        return "a JPEG with something before it"
    opening = data[:1024].lstrip(b"\xef\xbb\xbf" + _SPACES).lower()
    if (
        opening.startswith((b"<svg", b"<?xml", b"<!doctype svg"))
        and b"<svg" in data[:65536].lower()
    ):
        return "an SVG drawing"
    return None


def _may_be_tga(head: bytes) -> bool:
    """Targa's old kind has no sign of its own, only a head in which few values make sense."""
    if len(head) < 18 or head[16] not in _TGA_BITS or b"\0\0" in (head[12:14], head[14:16]):
        return False
    if head[1] == 1 and head[2] in _TGA_MAPPED:
        return head[7] in _TGA_BITS
    return head[1] == 0 and head[2] in _TGA_PLAIN and head[3:8] == bytes(5) and head[17] < 64
