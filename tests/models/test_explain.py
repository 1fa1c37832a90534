"""The heat map over a photo."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from models.inference.heat_map import SHOWN_SIDE_PX, Seen, paint
from models.photo import Preparation

GREY = (120, 120, 120)


def picture(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """The pixels of a JPEG."""
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "JPEG"
        return np.asarray(image, np.float32)


def activation(row: int, column: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """One hot place of 7×7, everything else against the label."""
    places = np.full((7, 7), -1, np.float32)
    places[row, column] = 5
    return places


def test_the_hot_place_is_painted_and_the_cold_left_alone() -> None:
    """The map lies where the network looked: here in the crop's upper left."""
    painted = picture(
        paint(Image.new("RGB", (256, 256), GREY), [Seen(activation(1, 1), Preparation())])
    )
    # Place 1 of 7 in a crop of 224 that begins at 16.
    assert np.abs(painted[64, 64] - GREY).max() > 60
    assert np.abs(painted[180:230, 180:230] - GREY).max() < 8


def test_what_the_network_did_not_see_is_greyed() -> None:
    """A wide photo's sides lie outside the crop."""
    photo = Image.new("RGB", (600, 200), (200, 40, 40))
    painted = picture(paint(photo, [Seen(activation(3, 3), Preparation())]))
    red, green, _ = painted[100, 30]
    assert red < 140
    assert red - green < 80
    inside = painted[150, 240]
    assert np.abs(inside - (200, 40, 40)).max() < 12


@pytest.mark.parametrize("method", ["crop", "pad", "squish"])
@pytest.mark.parametrize("size", [(40, 30), (1200, 300), (300, 1200)])
def test_every_shape_and_preparation_can_be_painted(method: str, size: tuple[int, int]) -> None:
    """The picture keeps the photo's shape and is never larger than what is shown."""
    preparation = Preparation(method=method)  # type: ignore[arg-type]
    height, width, _ = picture(
        paint(Image.new("RGB", size, GREY), [Seen(activation(3, 3), preparation)])
    ).shape
    assert max(width, height) == min(SHOWN_SIDE_PX, max(size))
    assert width / height == pytest.approx(size[0] / size[1], rel=0.02)


def test_nothing_is_painted_where_nothing_spoke_for_the_label() -> None:
    """An activation without a positive place leaves the photo as it is."""
    cold = np.full((7, 7), -2, np.float32)
    painted = picture(paint(Image.new("RGB", (256, 256), GREY), [Seen(cold, Preparation())]))
    assert np.abs(painted[20:236, 20:236] - GREY).max() < 8
