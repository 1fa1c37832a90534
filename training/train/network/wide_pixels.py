"""Four neighbouring pixels as one place with twelve channels, for the first convolution.

A runtime that multiplies integers takes channels by fours. A photo has three, so that its first
convolution goes another way: every window is copied out, and the result rounded in a second pass.
The same memory, read as a quarter of the places with twelve channels each, needs neither: the
kernel gets as many rows of outputs as places lie in four pixels, with zeros where an output does
not look. The integers are the same, in less than half of the time (docs/decisions/0103).
"""

from __future__ import annotations

import numpy as np
from onnx import NodeProto

from training.rounded_body import COLOURS, PIXELS, Kernel


def can_widen(conv: NodeProto, kernel: Kernel, width: int) -> bool:
    """Whether a first convolution with this kernel [O, 3, h, w], on photos as wide as that, is one
    of the kind that `widened` takes: square, without padding on the left, with a stride that
    divides four."""
    options = {item.name: list(item.ints) for item in conv.attribute}
    down, right = options["strides"]
    top, left, *_ = options["pads"]
    high, wide = kernel.shape[2:]
    return (left, top, down, high) == (0, 0, right, wide) and PIXELS % down == width % PIXELS == 0


def widened(kernel: Kernel, *, stride: int) -> Kernel:
    """A kernel [O, 3, h, w] with this stride as one on wide places, [O·n, 12, h, places].

    Its n = 4 / stride outputs at a place lie next to each other; its strides are the old one down
    and 1 to the right, its padding is one place less than it is wide, on the right.
    """
    outputs, _, height, width = kernel.shape
    beside = PIXELS // stride
    places = -(-(width + stride * (beside - 1)) // PIXELS)
    wide = np.zeros((outputs * beside, COLOURS * PIXELS, height, places), kernel.dtype)
    for out, x in np.ndindex(beside, width):
        place, pixel = divmod(out * stride + x, PIXELS)
        rows = slice(out * outputs, (out + 1) * outputs)
        wide[rows, pixel * COLOURS : (pixel + 1) * COLOURS, :, place] = kernel[:, :, :, x]
    return wide
