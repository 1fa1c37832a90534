"""An altered copy of a photo is known by one of its looks."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from dataset.photos.duplicates import NEAR_DISTANCE, distance
from models.looks import looks, show_the_same
from models.photo import dhash, open_photo
from tests.conftest import draw_photo


def drawn(seed: int) -> Image.Image:
    """A photo, another for each seed."""
    return open_photo(draw_photo(seed=seed))


def nearest(image: Image.Image, other: Image.Image) -> int:
    """The bits between a photo's own hash and the nearest look of another."""
    return min(distance(dhash(image), bits) for bits in looks(other))


def cut(image: Image.Image) -> Image.Image:
    """Without 3% of each side."""
    width, height = image.size
    return image.crop(
        (round(0.03 * width), round(0.03 * height), round(0.97 * width), round(0.97 * height))
    )


def framed(image: Image.Image) -> Image.Image:
    """In a white frame."""
    return ImageOps.expand(image, round(0.05 * min(image.size)), "white")


@pytest.mark.parametrize("change", [cut, ImageOps.mirror, framed])
def test_a_copy_is_known(change: Callable[[Image.Image], Image.Image]) -> None:
    """However an edge was cut, the picture mirrored or framed."""
    image = drawn(5)
    assert distance(dhash(image), dhash(change(image))) > NEAR_DISTANCE
    assert nearest(image, change(image)) <= NEAR_DISTANCE


def test_other_photos_are_not_taken_for_copies(shared_data: Path) -> None:
    """Many looks make no look-alikes."""
    files = sorted((shared_data / "outside" / "pets").iterdir())[:12]
    images = [open_photo(file.read_bytes()) for file in files]
    own, others = [dhash(image) for image in images], [looks(image) for image in images]
    apart = [
        distance(bits, look)
        for place, bits in enumerate(own)
        for beside, found in enumerate(others)
        for look in found
        if place != beside
    ]
    assert min(apart) > NEAR_DISTANCE


def bent(image: Image.Image, target: Image.Image) -> Image.Image:
    """The image, changed as little as it takes to have the hash of another picture."""
    pixels = np.asarray(image.convert("L"), np.float64)
    cells = np.asarray(image.convert("L").resize((9, 8), Image.Resampling.BOX), np.float64)
    shown = np.asarray(target.convert("L").resize((9, 8), Image.Resampling.BOX), np.float64)
    wanted = cells.copy()
    for row in range(8):
        for place in range(1, 9):
            rises = shown[row, place] > shown[row, place - 1]
            step = wanted[row, place] - wanted[row, place - 1]
            if rises and step < 3:
                wanted[row, place] = wanted[row, place - 1] + 3
            elif not rises and step > -3:
                wanted[row, place] = wanted[row, place - 1] - 3
    shift = Image.fromarray((wanted - cells).astype(np.float32))
    pixels += np.asarray(shift.resize(image.size, Image.Resampling.NEAREST))
    low, high = pixels.min(), pixels.max()
    return Image.fromarray(np.rint((pixels - low) / (high - low) * 255).astype(np.uint8))


def test_a_picture_bent_to_the_hash_of_another_does_not_show_the_same() -> None:
    """Who knows a photo can make one that hashes like it; the pixels tell them apart."""
    photo, other = drawn(3), drawn(11)
    forged = bent(other, photo)
    assert distance(dhash(photo), dhash(forged)) <= NEAR_DISTANCE
    assert not show_the_same(photo, forged)


@pytest.mark.parametrize("quality", [40, 90])
def test_a_copy_shows_the_same(quality: int) -> None:
    """Encoded again, smaller, darker."""
    photo = drawn(3)
    buffer = io.BytesIO()
    smaller = photo.resize((photo.width // 2, photo.height // 2)).point(lambda value: 0.8 * value)
    smaller.save(buffer, "JPEG", quality=quality)
    assert show_the_same(photo, Image.open(buffer))


def test_its_own_look_comes_first() -> None:
    """The first is what is recorded of the photo."""
    image = drawn(7)
    assert dhash(image) == looks(image)[0]


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 3)])
def test_a_photo_of_any_shape_has_looks(size: tuple[int, int]) -> None:
    """Also where nothing is left to cut off."""
    assert looks(Image.new("RGB", size))
