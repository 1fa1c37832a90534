"""The hashes that find an altered copy of a photo (decision 0160).

Cutting 3% off an edge, mirroring or adding a border moves a picture's difference hash further than
a look-alike's. So this undoes such changes: for several amounts it cuts the picture, or continues
it beyond its edges, and hashes it again, mirrored as well.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.photo import dhash

_SIDE_PX = 288
_SHARES = (0.015, 0.03, 0.045, 0.06, 0.08, 0.10)
"""Of a side, cut off or put on."""
_SAME_SIDE_PX = 32
_SAME_CORRELATION = 0.95
_EDGES = (
    (1, 1, 1, 1),
    (1, 0, 0, 0),
    (0, 1, 0, 0),
    (0, 0, 1, 0),
    (0, 0, 0, 1),
    (1, 0, 1, 0),
    (0, 1, 0, 1),
    (1, 1, 0, 0),
    (0, 1, 1, 0),
    (0, 0, 1, 1),
    (1, 0, 0, 1),
)
"""Which of left, top, right and bottom."""


def looks(image: Image.Image) -> list[int]:
    """The photo's own hash, and those of what it may be a copy of: some 230, in no order but that
    the first is `dhash(image)`. Takes some milliseconds."""
    small = image.convert("L")
    small.thumbnail((_SIDE_PX, _SIDE_PX), Image.Resampling.BOX)
    grey = np.asarray(small)
    height, width = grey.shape
    found = {dhash(image): None}
    found.update(dict.fromkeys(_both_ways(grey)))
    for share in _SHARES:
        for edges in _EDGES:
            left, right = (round(width * share) * edge for edge in edges[::2])
            top, bottom = (round(height * share) * edge for edge in edges[1::2])
            cut = grey[top : height - bottom, left : width - right]
            whole = np.pad(grey, ((top, bottom), (left, right)), mode="edge")
            found.update(dict.fromkeys(_both_ways(cut) + _both_ways(whole)))
    return list(found)


def show_the_same(one: Image.Image, other: Image.Image) -> bool:
    """Whether two photos are the same picture pixel by pixel, small, whatever their brightness and
    contrast (decision 0163). A hash only says that it is worth asking."""
    apart = _pixels(one), _pixels(other)
    return float(apart[0] @ apart[1]) >= _SAME_CORRELATION


def _pixels(image: Image.Image) -> NDArray[np.float64]:
    """The pixels of a small copy, of mean 0 and length 1."""
    size = (_SAME_SIDE_PX, _SAME_SIDE_PX)
    small = image.convert("RGB").resize(size, Image.Resampling.BOX)
    pixels = np.asarray(small, np.float64).ravel()
    pixels -= pixels.mean()
    length = float(np.linalg.norm(pixels))
    return pixels / length if length else pixels


def _both_ways(grey: NDArray[np.uint8]) -> list[int]:
    image = Image.fromarray(grey)
    return [dhash(image), dhash(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT))]
