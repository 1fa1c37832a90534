"""Preparing photos: every kind of picture people send becomes the same upright RGB square."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from models.photo import Preparation, crop_box, dhash, open_photo, prepare, strip
from tests.conftest import draw_photo

ORIENTATION = 0x0112


def saved(image: Image.Image, file_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def two_halves(left: tuple[int, ...], right: tuple[int, ...], mode: str = "RGB") -> Image.Image:
    image = Image.new(mode, (300, 300), left)
    image.paste(Image.new(mode, (150, 300), right), (150, 0))
    return image


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_every_allowed_format_is_read(file_format: str) -> None:
    """A photo gives nearly the same pixels in whatever format it comes."""
    plain = np.asarray(Image.open(io.BytesIO(draw_photo(file_format="PNG"))), np.int16)
    got = np.asarray(open_photo(draw_photo(file_format=file_format)), np.int16)
    assert plain.shape == got.shape
    assert np.abs(plain - got).mean() < 12


def test_heic_is_read() -> None:
    """What an iPhone sends as a file is read."""
    heif = pillow_heif.from_pillow(two_halves((250, 20, 20), (20, 20, 250)))
    buffer = io.BytesIO()
    heif.save(buffer, quality=90)
    got = open_photo(buffer.getvalue())
    assert (300, 300) == got.size
    assert got.getpixel((40, 150))[0] > 200


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_undone(orientation: int) -> None:
    """However the camera was held, the top of the scene is at the top."""
    upright = Image.new("RGB", (320, 240), (0, 0, 0))
    upright.paste((255, 255, 255), (0, 0, 160, 120))
    turned_back = {
        1: [],
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    stored = upright
    for turn in turned_back[orientation]:
        stored = stored.transpose(turn)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    got = open_photo(saved(stored, "JPEG", exif=exif, quality=95))
    assert (320, 240) == got.size
    corners = [got.getpixel(at)[0] > 128 for at in ((20, 20), (300, 20), (20, 220), (300, 220))]
    assert [True, False, False, False] == corners


def test_damaged_exif_does_not_cost_the_photo() -> None:
    """A photo whose metadata is rubbish is read all the same."""
    good = saved(Image.new("RGB", (64, 64), "red"), "JPEG", exif=b"Exif\0\0rubbish and no more")
    assert (64, 64) == open_photo(good).size


@pytest.mark.parametrize(
    ("mode", "file_format"),
    [("RGBA", "PNG"), ("LA", "PNG"), ("P", "PNG"), ("RGBA", "GIF"), ("RGBA", "WEBP")],
)
def test_transparency_becomes_white(mode: str, file_format: str) -> None:
    """What is transparent is white, not the black that it hides."""
    image = two_halves((200, 0, 0, 255), (0, 0, 0, 0), "RGBA")
    converted = image.quantize(16) if mode == "P" else image.convert(mode)
    got = open_photo(saved(converted, file_format))
    assert got.mode == "RGB"
    assert (255, 255, 255) == got.getpixel((250, 150))
    assert got.getpixel((50, 150))[1] < 100


def test_cmyk_becomes_rgb() -> None:
    """A print-ready JPEG shows its colours."""
    data = saved(two_halves((0, 0, 0, 0), (0, 255, 255, 0), "CMYK"), "JPEG", quality=95)
    got = open_photo(data)
    assert min(got.getpixel((50, 150))) > 240
    assert got.getpixel((250, 150))[0] > 200
    assert got.getpixel((250, 150))[2] < 60


@pytest.mark.parametrize("file_format", ["PNG", "TIFF"])
def test_sixteen_bit_grey_keeps_its_shades(file_format: str) -> None:
    """A 16-bit grey comes out as the 8-bit grey of the same brightness."""
    levels = np.full((64, 64), 128 * 257, np.uint16)
    levels[:, 32:] = 16 * 257
    got = np.asarray(open_photo(saved(Image.fromarray(levels), file_format)))
    assert (128, 16) == (got[10, 10, 0], got[10, 50, 0])


def test_float_pixels_between_zero_and_one_are_read() -> None:
    """A floating-point TIFF from an image editor is read by its range."""
    levels = np.linspace(0, 1, 64 * 64, dtype=np.float32).reshape(64, 64)
    got = np.asarray(open_photo(saved(Image.fromarray(levels), "TIFF")))
    assert (0, 255) == (got[0, 0, 0], got[-1, -1, 0])


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG"])
def test_first_frame_of_an_animation_counts(file_format: str) -> None:
    """Of an animation, the first picture is what is seen."""
    frames = [Image.new("RGB", (80, 80), colour) for colour in ("red", "blue", "lime")]
    options = {"lossless": True} if file_format == "WEBP" else {}
    data = saved(frames[0], file_format, save_all=True, append_images=frames[1:], **options)
    red, green, blue = open_photo(data).getpixel((40, 40))
    assert (True, True, True) == (red > 200, green < 60, blue < 60)


def test_prepare_crops_the_centre() -> None:
    """The shorter side goes to 256, and the middle 224 × 224 is what is seen."""
    image = Image.new("RGB", (1024, 512), "black")
    image.paste((255, 255, 255), (512 - 224, 32, 512 + 224, 480))
    got = prepare(saved(image, "PNG"), Preparation())
    assert (224, 224, 3) == got.shape
    assert np.uint8 == got.dtype
    assert got.min() > 250


def test_pad_shows_the_whole_photo() -> None:
    """Padded, a wide photo keeps its shape between two neutral bands."""
    got = prepare(saved(Image.new("RGB", (800, 400), "red"), "PNG"), Preparation(method="pad"))
    assert [124, 116, 104] == got[5, 112].tolist()
    assert [255, 0, 0] == got[112, 2].tolist()


def test_squish_shows_the_whole_photo_distorted() -> None:
    """Squished, both ends of a wide photo touch the edges."""
    wide = two_halves((255, 0, 0), (0, 0, 255)).resize((900, 300))
    got = prepare(saved(wide, "PNG"), Preparation(method="squish"))
    assert ([255, 0, 0], [0, 0, 255]) == (got[112, 2].tolist(), got[112, 221].tolist())


@pytest.mark.parametrize(
    "wrong", [{"crop_px": 300}, {"crop_px": 0}, {"short_side_px": 9999}, {"method": "stretch"}]
)
def test_impossible_preparations_are_refused(wrong: dict[str, object]) -> None:
    """A preparation that cannot be carried out cannot be made."""
    with pytest.raises(ValueError, match="prepar"):
        Preparation(**wrong)  # type: ignore[arg-type]


def test_a_large_jpeg_is_decoded_small() -> None:
    """With a wanted size, a JPEG comes out reduced, never below that size."""
    data = saved(Image.new("RGB", (4000, 3000), "green"), "JPEG")
    got = open_photo(data, short_side_px=256)
    assert 256 <= min(got.size) < 512


def test_reduced_decoding_sees_the_same_picture() -> None:
    """What reduction leaves is the picture that full decoding and resizing gives."""
    data = draw_photo(size=(2000, 1500), file_format="PNG")
    preparation = Preparation()
    whole = open_photo(data)
    expected = whole.resize((224, 224), Image.Resampling.BOX, box=crop_box(whole.size, preparation))
    got = prepare(data, preparation).astype(np.int16)
    assert np.abs(np.asarray(expected, np.int16) - got).mean() < 2


def test_strip_leaves_no_metadata() -> None:
    """A kept photo has no EXIF, and so no place where it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(0x8825)[1] = "N"
    data = saved(Image.new("RGB", (3000, 2000), "red"), "JPEG", exif=exif, comment=b"secret place")
    kept = strip(data)
    with Image.open(io.BytesIO(kept)) as image:
        assert ("JPEG", (1067, 1600)) == (image.format, image.size)
        assert {} == dict(image.getexif())
    assert b"secret place" not in kept


def test_dhash_tells_look_alikes_from_others() -> None:
    """A photo and its smaller, recompressed copy differ in few bits; another photo in many."""

    def bits(one: int, other: int) -> int:
        return ((one ^ other) & (2**64 - 1)).bit_count()

    photo = open_photo(draw_photo(seed=1))
    copy = open_photo(saved(photo.resize((200, 150)), "JPEG", quality=40))
    other = open_photo(draw_photo(seed=5))
    assert -(2**63) <= dhash(photo) < 2**63
    assert bits(dhash(photo), dhash(copy)) <= 6
    assert bits(dhash(photo), dhash(other)) > 10


def test_heic_reader_stays_unloaded_without_heic() -> None:
    """The HEIC library costs its memory only where somebody sends HEIC."""
    code = (
        "import sys; from models.photo import open_photo;"
        "open_photo(sys.stdin.buffer.read()); print('pillow_heif' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=draw_photo(),
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert b"False" == done.stdout.strip()
