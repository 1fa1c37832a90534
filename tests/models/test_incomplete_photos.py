"""A file that lacks its end, or is damaged in what nobody needs, is read as far as it goes."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import Image

from models.bundles.bundle import STARTER, Bundle
from models.errors import PhotoError
from models.inference.classifier import Classifier
from models.photo import open_photo, read_photo, strip
from tests.conftest import draw_photo

SIDES = (480, 400)
KINDS: dict[str, tuple[str, str, dict[str, object]]] = {
    "JPEG": ("RGB", "JPEG", {}),
    "JPEG progressive": ("RGB", "JPEG", {"progressive": True}),
    "JPEG grey": ("L", "JPEG", {}),
    "JPEG CMYK": ("CMYK", "JPEG", {}),
    "JPEG restarting": ("RGB", "JPEG", {"restart_marker_rows": 1}),
    "PNG": ("RGB", "PNG", {}),
    "PNG alpha": ("RGBA", "PNG", {}),
    "PNG palette": ("P", "PNG", {}),
    "GIF": ("P", "GIF", {"interlace": 0}),
    "GIF interlaced": ("P", "GIF", {"interlace": 1}),
    "BMP": ("RGB", "BMP", {}),
    "TIFF": ("RGB", "TIFF", {}),
    "WebP": ("RGB", "WEBP", {}),
    "WebP lossless": ("RGB", "WEBP", {"lossless": True}),
    "WebP alpha": ("RGBA", "WEBP", {}),
    "HEIC": ("RGB", "HEIC", {}),
}


def picture() -> Image.Image:
    """Something to see in every row."""
    noise = np.random.default_rng(3).integers(0, 60, (*SIDES[::-1], 3), dtype=np.uint8)
    drawn = np.asarray(Image.open(io.BytesIO(draw_photo(size=SIDES, file_format="PNG"))))
    return Image.fromarray(np.clip(drawn // 2 + noise + 40, 0, 255).astype(np.uint8))


@cache
def saved(kind: str) -> bytes:
    mode, file_format, options = KINDS[kind]
    image = picture()
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize(SIDES).point(lambda v: 128 + v // 2))
    buffer = io.BytesIO()
    converted = image if mode == "RGBA" else image.convert(mode)
    if file_format == "HEIC":
        pillow_heif.from_pillow(converted).save(buffer, quality=80)
    else:
        converted.save(buffer, file_format, **options)
    return buffer.getvalue()


def pixels(image: Image.Image) -> NDArray[np.int16]:
    return np.asarray(image, np.int16)


@pytest.mark.parametrize("missing", ["1 byte", "20 bytes", "1 in 20", "1 in 5"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_there_is_read(kind: str, missing: str) -> None:
    """The rows that came are those of the whole picture, and it is said that some did not."""
    data = saved(kind)
    number, _, rest = missing.partition(" ")
    cut = len(data) // int(rest.split()[1]) if rest.startswith("in") else int(number)
    got = read_photo(data[:-cut])
    width, height = got.image.size
    # Of some formats the last bytes are nobody's.
    assert got.is_incomplete or cut <= 20
    assert SIDES[0] == width
    assert height > SIDES[1] * (2 / 3 if missing == "1 in 5" else 0.85)
    whole = pixels(open_photo(data))
    whole = whole[-height:] if kind == "BMP" else whole[:height]
    rows = np.abs(pixels(got.image) - whole).mean(axis=(1, 2))
    assert np.median(rows) < 20
    assert (rows > 40).mean() < 0.07  # a row or two of blocks at the edge


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"JPEG progressive"}))
def test_a_picture_that_is_mostly_missing_is_refused(kind: str) -> None:
    """Half of a file is not the picture that somebody sent."""
    data = saved(kind)
    with pytest.raises(PhotoError) as caught:
        open_photo(data[: len(data) // 2])
    assert "broken" == caught.value.code
    assert "again" not in str(caught.value)


def test_a_file_that_lost_its_directory_is_refused() -> None:
    """libtiff writes it last: nothing else says what the bytes before it are."""
    buffer = io.BytesIO()
    picture().save(buffer, "TIFF", compression="tiff_lzw")
    with pytest.raises(PhotoError) as caught:
        open_photo(buffer.getvalue()[:-200])
    assert "broken" == caught.value.code


@pytest.mark.parametrize("kind", ["WebP", "WebP lossless", "HEIC"])
def test_a_length_that_lies_takes_no_memory(kind: str) -> None:
    """A last part that announces two gigabytes is not filled up."""
    data = saved(kind)
    announced = {"HEIC": b"\x7f\xff\xff\xffmdat"}.get(kind, b"VP8L\xff\xff\xff\x7f")
    tracemalloc.start()
    photo = read_photo(data + announced)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert SIDES == photo.image.size
    assert most < 20 * len(data)


def test_half_of_the_scans_show_all_of_it() -> None:
    """What a progressive JPEG lacks is sharpness, not rows."""
    data = saved("JPEG progressive")
    got = read_photo(data[: len(data) // 2])
    assert (True, SIDES) == (got.is_incomplete, got.image.size)


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_file_is_whole(kind: str) -> None:
    """And nothing is said of it."""
    assert not read_photo(saved(kind)).is_incomplete


def test_a_picture_on_its_side_is_cut_where_its_file_ends() -> None:
    """Rows are counted as they lie in the file, and turned afterwards."""
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    picture().save(buffer, "JPEG", exif=exif)
    data = buffer.getvalue()
    got = read_photo(data[: -len(data) // 10]).image
    assert SIDES[0] == got.height
    assert SIDES[1] * 0.7 < got.width < SIDES[1]


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += 12 + length


def chunk(kind: bytes, content: bytes, *, spoilt: bool = False) -> bytes:
    check_sum = zlib.crc32(kind + content) ^ spoilt
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check_sum)


LARGE = zlib.compress(bytes(2 << 20))
NEEDLESS = {
    "a wrong check sum of a text": chunk(b"tEXt", b"Comment\0bear", spoilt=True),
    "a wrong check sum of a profile": chunk(b"iCCP", b"sRGB\0\0" + LARGE, spoilt=True),
    "a large text": chunk(b"zTXt", b"Comment\0\0" + LARGE),
    "a large XMP": chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + LARGE),
    "80 MB of texts": chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(1 << 20))) * 80,
    "a large profile": chunk(b"iCCP", b"sRGB\0\0" + LARGE),
    "rubbish in the metadata": chunk(b"eXIf", b"rubbish"),
}


@pytest.mark.parametrize("what", NEEDLESS)
def test_damage_in_what_nobody_needs_refuses_nothing(what: str) -> None:
    """The pixels are sound: all of them are read, and nothing is said."""
    (head, *rest) = chunks(saved("PNG"))
    data = b"\x89PNG\r\n\x1a\n" + chunk(*head) + NEEDLESS[what]
    got = read_photo(data + b"".join(chunk(*each) for each in rest))
    assert not got.is_incomplete
    assert np.array_equal(pixels(picture()), pixels(got.image))


def test_pixels_that_are_damaged_half_way_are_as_good_as_missing() -> None:
    """A PNG whose data goes wrong near its end is read up to there."""
    parts = list(chunks(saved("PNG")))
    packed = bytearray(b"".join(content for kind, content in parts if kind == b"IDAT"))
    at = len(packed) * 9 // 10
    packed[at : at + 8] = b"\xff" * 8
    spoilt = chunk(*parts[0]) + chunk(b"IDAT", bytes(packed)) + chunk(b"IEND", b"")
    got = read_photo(b"\x89PNG\r\n\x1a\n" + spoilt)
    assert got.is_incomplete
    assert got.image.height > SIDES[1] * 0.8


def test_the_answer_says_that_part_is_missing(tmp_path: Path) -> None:
    """The classifier's answer carries it; what is kept of such a photo is a sound file."""
    data = draw_photo()[:-200]
    classifier = Classifier(Bundle.open(STARTER))
    assert classifier.classify(data).is_incomplete
    assert not classifier.classify(draw_photo()).is_incomplete
    assert not read_photo(strip(data)).is_incomplete
