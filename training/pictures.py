"""Signs by which a picture is odd: blank, drawn, or several put together. No network needed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIGNS = ("spread", "flat", "colours", "seam")
"""What `picture_signs` returns, in this order."""

_EDGE = 24
"""A step in brightness (of 255) that is an edge and no texture."""
_MARGIN = 0.12
"""A seam nearer to the border than this share is a frame, and frames are common."""


def picture_signs(square: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Four numbers in 0…1 for pixels uint8 RGB [H, W, 3].

    `spread`: deviation of brightness; 0 is blank. `flat`: share of pixels that are exactly as
    their right and lower neighbour; photographs have noise, drawings and screenshots have not.
    `colours`: distinct colours at four bits a channel. `seam`: how straight and long the
    longest edge across the picture is; 1 runs from side to side.
    """
    grey = square.astype(np.int16).mean(axis=2)
    right, below = np.abs(np.diff(grey, axis=1)), np.abs(np.diff(grey, axis=0))
    flat = ((right[:-1] == 0) & (below[:, :-1] == 0)).mean()
    coarse = (square >> 4).astype(np.int32)
    codes = (coarse[..., 0] << 8) | (coarse[..., 1] << 4) | coarse[..., 2]
    colours = len(np.unique(codes)) / 4096
    signs = (grey.std() / 128, flat, colours, max(_seam(right), _seam(below.T)))
    return np.array(signs, dtype=np.float32)


def _seam(steps: NDArray[np.floating]) -> float:
    """The largest share of rows [H] that have an edge in one and the same column [W - 1]."""
    margin = int(_MARGIN * steps.shape[1])
    inner = steps[:, margin : steps.shape[1] - margin]
    return float((inner > _EDGE).mean(axis=0).max())
