"""A kind of picture that is not read is called that, never damaged or no picture; and what takes
too long is refused before it is tried."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.errors import PhotoError
from models.photo import open_photo, read_photo
from tests.conftest import draw_photo

Tag = tuple[int, int, int, int]


def refusal(data: bytes) -> str:
    """The code with which it is refused."""
    with pytest.raises(PhotoError) as caught:
        open_photo(data)
    return caught.value.code


def saved(image: Image.Image, file_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def tiff(tags: dict[int, int], strips: list[bytes], *, side: int = 64) -> bytes:
    """A TIFF whose numbers are SHORTs, those of every sample the same."""
    samples = tags.get(277, 1)
    counted = {258: samples, 339: samples, 273: len(strips), 279: len(strips)}
    tags = {256: side, 257: side, 259: 1, 278: side, 273: 0, 279: len(strips[0]), **tags}
    outside, entries = b"", b""
    start = 8 + 2 + 12 * len(tags) + 4
    lists = sum(counted.get(tag, 1) * 4 for tag in tags if counted.get(tag, 1) > 1)
    for tag in sorted(tags):
        count = counted.get(tag, 1)
        values = [tags[tag]] * count
        if tag == 273:
            values = [start + lists + sum(map(len, strips[:n])) for n in range(count)]
        packed = struct.pack(f"<{count}I", *values)
        if count > 1:
            place = struct.pack("<I", start + len(outside))
            outside += packed
            packed = place
        entries += struct.pack("<HHI", tag, 4, count) + packed
    head = b"II*\0" + struct.pack("<IH", 8, len(tags))
    return head + entries + bytes(4) + outside + b"".join(strips)


def grey(kind: str, values: np.ndarray) -> bytes:  # type: ignore[type-arg]
    return values.astype(kind).tobytes()


RAMP = np.linspace(0, 1, 64 * 64).reshape(64, 64)
STRANGERS: dict[str, bytes] = {
    "BigTIFF": b"II+\0\x08\0\0\0" + bytes(90),
    "raw of Olympus": b"IIRO\x08\0\0\0" + bytes(90),
    "raw of Panasonic": b"IIU\0\x08\0\0\0" + bytes(90),
    "raw of Fujifilm": b"FUJIFILMCCD-RAW 0201" + bytes(90),
    "raw of Canon": b"\0\0\0\x18ftypcrx \0\0\0\1crx isom",
    "PPM": saved(Image.new("RGB", (8, 8)), "PPM"),
    "PFM": b"Pf\n2 2\n-1.0\n" + bytes(16),
    "Targa": saved(Image.new("RGB", (8, 8)), "TGA"),
    "Targa, packed": saved(Image.new("L", (8, 8)), "TGA", compression="tga_rle"),
    "PCX": saved(Image.new("RGB", (8, 8)), "PCX"),
    "DDS": saved(Image.new("RGB", (8, 8)), "DDS"),
    "EPS": saved(Image.new("RGB", (8, 8)), "EPS"),
    "SGI": saved(Image.new("RGB", (8, 8)), "SGI"),
    "icon": saved(Image.new("RGB", (16, 16)), "ICO"),
    "pointer": b"\0\0\2\0\1\0\x10\x10\0\0" + bytes(90),
    "JPEG 2000 codestream": b"\xff\x4f\xff\x51" + bytes(90),
    "OpenEXR": b"v/1\x01" + bytes(90),
    "JPEG after a newline": b"\n" + draw_photo(),
    "JPEG of 12 bits": draw_photo().replace(b"\xff\xc0\0\x11\x08", b"\xff\xc0\0\x11\x0c"),
    "JPEG, hierarchical": draw_photo().replace(b"\xff\xc0\0\x11", b"\xff\xc5\0\x11"),
    "raw without preview": tiff({258: 16, 262: 32803, 277: 1}, [bytes(64 * 64 * 2)]),
    "raw, linear": tiff({258: 16, 262: 34892, 277: 3}, [bytes(64 * 64 * 6)]),
    "TIFF with JPEG 2000": tiff({258: 8, 259: 34712, 262: 1}, [bytes(4096)]),
    "TIFF, planes of 16 bits": tiff(
        {258: 16, 262: 2, 277: 3, 284: 2}, [grey("<u2", RAMP * 65535)] * 3
    ),
    "TIFF, colours of 32 bits": tiff({258: 32, 262: 2, 277: 3}, [bytes(64 * 64 * 12)]),
    "TIFF, floating colours": tiff(
        {258: 32, 262: 2, 277: 3, 339: 3}, [grey("<f4", np.repeat(RAMP, 3))]
    ),
    "TIFF, grey of 32 bits": tiff({258: 32, 262: 1}, [grey("<u4", RAMP * 0xFFFFFFFF)]),
}


@pytest.mark.parametrize("what", STRANGERS)
def test_a_kind_that_is_not_read_is_called_that(what: str) -> None:
    """It is not said to be damaged, nor to be no picture."""
    assert "unsupported" == refusal(STRANGERS[what])


def test_planes_of_8_bits_are_read() -> None:
    """The drawn TIFF of the tests above is a sound one: only its kind is refused."""
    planes = [bytes([value]) * 4096 for value in (200, 100, 50)]
    got = open_photo(tiff({258: 8, 262: 2, 277: 3, 284: 2}, planes))
    assert (200, 100, 50) == got.getpixel((30, 30))


def test_a_strip_is_called_a_strip() -> None:
    """Its kind is one that is read."""
    assert "strip" == refusal(saved(Image.new("RGB", (2, 500)), "PNG"))


@pytest.mark.parametrize("value", [b"6\0", b"\0\6"])
def test_an_orientation_of_another_type_is_none(value: bytes) -> None:
    """A letter, or bytes the wrong way round: as viewers do, the picture is left as it lies."""
    kind = 2 if value == b"6\0" else 3
    entry = struct.pack("<HHI", 0x0112, kind, 2 if kind == 2 else 1) + value + bytes(2)
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + entry + bytes(4)
    assert (60, 40) == open_photo(saved(Image.new("RGB", (60, 40)), "JPEG", exif=exif)).size


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG"])
def test_a_transparent_first_frame_is_passed_over(file_format: str) -> None:
    """Of an animation the first frame counts that shows something."""
    frames = [Image.new("RGBA", (80, 80)) for _ in range(2)]
    frames.append(Image.new("RGBA", (80, 80), "red"))
    durations = [40, 50, 60]  # frames that are the same would be joined
    data = saved(
        frames[0], file_format, save_all=True, append_images=frames[1:], duration=durations
    )
    red, green, _ = open_photo(data).getpixel((40, 40))
    assert (True, True) == (red > 200, green < 60)


def test_an_animation_that_shows_nothing_is_white() -> None:
    """There is nothing else to be seen."""
    frames = [Image.new("RGBA", (80, 80))] * 3
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=[1, 2, 3])
    assert (255, 255, 255) == open_photo(data).getpixel((40, 40))


def scans(number: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again."""
    data = saved(Image.new("L", (64, 64), 90), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * number + b"\xff\xd9"


COMMENT = b"\xff\xfe\0\4\xff\xd9"  # which is not an end of the picture

HARD: dict[str, Callable[[], bytes]] = {
    "20,000 scans": lambda: scans(20_000),
    "scans between comments": lambda: scans(200).replace(
        b"\xff\xda", b"\xff\xfe\0\4\xff\xd9\xff\xda"
    ),
    "19 MB of fill bytes": lambda: b"\xff\xd8" + b"\xff" * (19 << 20) + draw_photo()[2:],
    "19 MB of padding": lambda: draw_photo()[:20] + bytes(19 << 20) + draw_photo()[20:],
    "four million empty segments": lambda: (
        b"\xff\xd8" + b"\xff\xfe\0\2" * (4 << 20) + draw_photo()[2:]
    ),
}


@pytest.mark.parametrize("what", HARD)
def test_what_takes_too_long_is_refused_before_it_is_tried(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No decoder sees it: markers are counted in the bytes."""

    def decoder(data: bytes, file_format: str) -> None:
        raise AssertionError("a decoder was asked")

    monkeypatch.setattr("models.pictures.pixels.open_lazily", decoder)
    assert "too_hard" == refusal(HARD[what]())


def test_as_many_scans_as_encoders_write_are_read() -> None:
    """And a few more, padded as some cameras do."""
    assert (64, 64) == open_photo(scans(60)).size
    padded = draw_photo()
    assert (640, 480) == open_photo(padded[:2] + b"\xff" * 2000 + padded[2:]).size


READ = ("cut_", "missing", "zeros_at_end", "transparent", "long_", "bad_", "big_itxt", "big_text")
WHOLE = ("bad_", "big_", "long_", "transparent")


def test_the_drawn_pictures_are_answered_or_refused_as_they_should_be(shared_data: Path) -> None:
    """Files on which an earlier version failed."""
    for path in sorted((shared_data / "pictures").iterdir()):
        if any(part in path.name for part in (*READ, "big_ztxt")):
            photo = read_photo(path.read_bytes(), short_side_px=256)
            is_whole = any(part in path.name for part in WHOLE)
            assert is_whole != photo.is_incomplete, path.name
        else:
            assert "unsupported" == refusal(path.read_bytes()), path.name
