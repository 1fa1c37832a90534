"""An altered copy of a photo is known by one of its looks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from dataset.photos.duplicates import NEAR_DISTANCE, distance
from models.looks import looks
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
    apart = [nearest(one, other) for one in images for other in images if one is not other]
    assert min(apart) > NEAR_DISTANCE


def test_its_own_look_comes_first() -> None:
    """The first is what is recorded of the photo."""
    image = drawn(7)
    assert dhash(image) == looks(image)[0]


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 3)])
def test_a_photo_of_any_shape_has_looks(size: tuple[int, int]) -> None:
    """Also where nothing is left to cut off."""
    assert looks(Image.new("RGB", size))
