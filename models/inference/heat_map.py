"""Why an answer came out: the photo with a heat map over it.

Class activation maps, B. Zhou et al., "Learning Deep Features for Discriminative Localization"
(2016): the head's weights applied to the network's last features, place by place.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.photo import Preparation, crop_box

SHOWN_SIDE_PX = 640
"""The longer side of the picture, at most."""

_JPEG_QUALITY = 85
_STRONGEST = 0.65  # opacity where the map is hottest: the photo stays visible
_GREYED = 0.7  # share of grey in what the network did not see
_DIMMED = 0.6  # brightness of that grey
# From nothing over violet and orange to yellow, readable for the colour-blind and in grey.
_COLOURS = np.array([(0, 0, 0), (87, 16, 110), (188, 55, 84), (249, 142, 9), (252, 255, 164)])


def paint(photo: Image.Image, activation: NDArray[np.float32], preparation: Preparation) -> bytes:
    """The upright RGB `photo` with `activation` [h, w] painted over what the network saw of it.

    Returns a JPEG. Areas that speak against the label stay as they are. The border
    outside the crop, which the network never saw, turns grey.
    """
    shown = photo.copy()
    shown.thumbnail((SHOWN_SIDE_PX, SHOWN_SIDE_PX), Image.Resampling.BICUBIC)
    left, top, right, bottom = (round(edge) for edge in crop_box(shown.size, preparation))
    heat = np.clip(activation, 0, None)
    heat = heat / max(float(heat.max()), 1e-6)
    grid = activation.shape
    source = _inside_padding(shown.size, grid) if preparation.method == "pad" else None
    smooth = np.asarray(
        Image.fromarray(heat.astype(np.float32)).resize(
            (right - left, bottom - top), Image.Resampling.BICUBIC, box=source
        )
    ).clip(0, 1)[..., np.newaxis]
    steps = np.linspace(0, 1, len(_COLOURS))
    colours = np.concatenate(
        [np.interp(smooth, steps, _COLOURS[:, channel]) for channel in range(3)], axis=2
    )
    pixels = np.array(shown, np.float32)
    seen = pixels[top:bottom, left:right].copy()
    opacity = _STRONGEST * smooth
    pixels = pixels * (1 - _GREYED) + pixels.mean(axis=2, keepdims=True) * _GREYED * _DIMMED
    pixels[top:bottom, left:right] = seen * (1 - opacity) + colours * opacity
    buffer = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(buffer, "JPEG", quality=_JPEG_QUALITY)
    return buffer.getvalue()


def _inside_padding(
    size: tuple[int, int], grid: tuple[int, ...]
) -> tuple[float, float, float, float]:
    """The part of the map [h, w] that lies on the photo, not on its padding."""
    longer = max(size)
    across, down = size[0] / longer * grid[1], size[1] / longer * grid[0]
    left, top = (grid[1] - across) / 2, (grid[0] - down) / 2
    return left, top, left + across, top + down
