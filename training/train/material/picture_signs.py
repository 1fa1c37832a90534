"""Signs by which a picture is odd: blank, drawn, or several put together. No network needed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIGNS = ("spread", "flat", "seam")
"""The values of `picture_signs`, in this order."""

BLANK = 0.08
PLAIN = 0.80
DRAWN = 0.35
COLLAGE = 0.97
"""Thresholds of `oddity`; on 802 photos and screenshots see docs/decisions/0038."""

_WHITE = 245
_LEAST_SHOWN = 0.02
_EDGE = 24
"""A step in brightness (of 255) that is an edge and no texture."""
_MARGIN = 0.12
"""A seam nearer to the border than this share is a frame, and frames are common."""


def picture_signs(square: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Three numbers in 0…1 for pixels uint8 RGB [H, W, 3].

    `spread`: deviation of brightness; 0 is blank. `flat`: of the pixels that are not white, the
    share exactly as their right and lower neighbour: photographs have noise, drawings and
    screenshots have not, and a cut-out on white is a photograph. `seam`: how straight and long the
    longest edge across the picture is; 1 runs from side to side.
    """
    grey = square.astype(np.int16).mean(axis=2)
    right, below = np.abs(np.diff(grey, axis=1)), np.abs(np.diff(grey, axis=0))
    same = (right[:-1] == 0) & (below[:, :-1] == 0)
    shown = grey[:-1, :-1] < _WHITE
    # A nearly white picture has too little content to judge.
    flat = same[shown].mean() if shown.mean() > _LEAST_SHOWN else 1.0
    signs = (grey.std() / 128, flat, max(_seam(right), _seam(below.T)))
    return np.array(signs, dtype=np.float32)


@dataclass(frozen=True)
class Oddity:
    """Why a picture is odd, and how sure that is, 0 to 1."""

    why: str
    score: float


def oddity(signs: NDArray[np.float32]) -> Oddity | None:
    """The verdict on one picture's signs [K], if any."""
    spread, flat, seam = map(float, signs)
    if spread < BLANK or flat > PLAIN:
        return Oddity("blank", 0.97)
    if flat > DRAWN:
        return Oddity("drawn or a screenshot", min(0.95, 0.5 + flat / 2))
    if seam > COLLAGE:
        return Oddity("several pictures in one", 0.8)
    return None


def _seam(steps: NDArray[np.floating]) -> float:
    """The largest share of rows [H] that have an edge in one and the same column [W - 1]."""
    margin = int(_MARGIN * steps.shape[1])
    inner = steps[:, margin : steps.shape[1] - margin]
    return float((inner > _EDGE).mean(axis=0).max())
