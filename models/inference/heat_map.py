"""Why an answer came out: the photo with a heat map over it.

Class activation maps, B. Zhou et al., "Learning Deep Features for Discriminative Localization"
(2016): the head's weights applied to the network's last features, place by place.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Seen:
    """How much each place of a view, prepared in this way, spoke for a label [h, w]."""

    activation: NDArray[np.float32]
    preparation: Preparation


def paint(photo: Image.Image, views: Sequence[Seen]) -> bytes:
    """The upright RGB `photo` with what its `views` saw painted over it, added up.

    Returns a JPEG. Areas that speak against the label stay as they are. The border
    outside the crop, which the network never saw, turns grey.
    """
    shown = photo.copy()
    shown.thumbnail((SHOWN_SIDE_PX, SHOWN_SIDE_PX), Image.Resampling.BICUBIC)
    heat = np.zeros((shown.height, shown.width), np.float32)
    was_seen = np.zeros((shown.height, shown.width, 1), bool)
    strongest = max(*(float(view.activation.max()) for view in views), 1e-6)
    for view in views:
        left, top, right, bottom = (round(edge) for edge in crop_box(shown.size, view.preparation))
        here = (slice(top, bottom), slice(left, right))
        heat[here] += _smooth(view, (right - left, bottom - top), strongest) / len(views)
        was_seen[here] = True
    smooth = heat.clip(0, 1)[..., np.newaxis]
    steps = np.linspace(0, 1, len(_COLOURS))
    colours = np.concatenate(
        [np.interp(smooth, steps, _COLOURS[:, channel]) for channel in range(3)], axis=2
    )
    pixels = np.array(shown, np.float32)
    opacity = _STRONGEST * smooth
    grey = pixels * (1 - _GREYED) + pixels.mean(axis=2, keepdims=True) * _GREYED * _DIMMED
    pixels = np.where(was_seen, pixels * (1 - opacity) + colours * opacity, grey)
    buffer = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(buffer, "JPEG", quality=_JPEG_QUALITY)
    return buffer.getvalue()


def _smooth(view: Seen, size: tuple[int, int], strongest: float) -> NDArray[np.float32]:
    """What speaks for the label, as a share of the strongest, at this width and height."""
    heat = np.clip(view.activation, 0, None) / strongest
    padded = view.preparation.method == "pad"
    source = _inside_padding(size, heat.shape) if padded else None
    found: NDArray[np.float32] = np.asarray(
        Image.fromarray(heat.astype(np.float32)).resize(size, Image.Resampling.BICUBIC, box=source)
    )
    return found


def _inside_padding(
    size: tuple[int, int], grid: tuple[int, ...]
) -> tuple[float, float, float, float]:
    """The part of the map [h, w] that lies on the photo, not on its padding."""
    longer = max(size)
    across, down = size[0] / longer * grid[1], size[1] / longer * grid[0]
    left, top = (grid[1] - across) / 2, (grid[0] - down) / 2
    return left, top, left + across, top + down
