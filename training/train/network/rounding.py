"""Weights and values as 8-bit integers: the arithmetic of `network.quantising`, which says why."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_LARGEST = 127
_LARGEST_PAIR = 128  # 255 × 128 is the most that fits into 16 bits with a sign


def round_kernel(kernel: Floats, *, by_row: bool = False) -> tuple[NDArray[np.int8], Floats]:
    """A kernel [O, I, h, w] as integers, and the scale [O] of each output channel.

    `by_row` says that neighbours are also those within a row of the kernel, each from its start.
    """
    outputs, inputs, height, width = kernel.shape
    flat = kernel.reshape(outputs, -1)
    largest = np.abs(flat).max(axis=1)
    # A channel of zeros has no scale.
    scale = np.maximum(largest, 1e-4 * largest.max()) / _LARGEST
    by_place = height * width > 1
    if inputs > 1:
        # By channel first or by place first: runtimes multiply in either order.
        rows = kernel.transpose(0, 2, 3, 1).reshape(outputs, height, -1)
        orders = [flat[:, None], rows.reshape(outputs, 1, -1), *([rows] if by_row else [])]
        for order in orders:
            even = np.pad(order, ((0, 0), (0, 0), (0, order.shape[2] % 2)))
            pairs = np.abs(even[:, :, 0::2] + even[:, :, 1::2]).max(axis=(1, 2))
            # Each of the two may come out larger by a half, and by one more to keep a sum.
            scale = np.maximum(scale, pairs / (_LARGEST_PAIR - (3 if by_place else 1)))
    scale = scale.astype(np.float32)
    exact = flat / scale[:, None]
    whole = np.round(exact)
    if by_place:
        for row, target in zip(
            whole.reshape(-1, height * width), exact.reshape(-1, height * width), strict=True
        ):
            _keep_sum(row, target)
    whole = np.clip(whole, -_LARGEST, _LARGEST)
    return whole.astype(np.int8).reshape(kernel.shape), scale


def _keep_sum(row: NDArray[np.floating], exact: NDArray[np.floating]) -> None:
    """Round those entries the other way that matter least, until the sums agree; in place."""
    off = round(float((exact - row).sum()))
    if off == 0:
        return
    sign = 1 if off > 0 else -1
    cheapest = np.argsort(-(exact - row) * sign, kind="stable")
    free = [place for place in cheapest if abs(row[place] + sign) <= _LARGEST]
    row[free[: abs(off)]] += sign


def taken_by_rounding(error: Floats, means: Floats) -> Floats:
    """The mean error of each output from the kernel's rounding, [O]."""
    by_input = error.sum(axis=(2, 3))
    taken: Floats = by_input[:, 0] * means if error.shape[1] == 1 else by_input @ means
    return taken


def grid_of(low: float, high: float) -> tuple[float, int]:
    """Scale and zero point of a value in 8 bits; zero itself is always exact."""
    low, high = min(low, 0.0), max(high, 0.0)
    scale = float(np.float32((high - low) / 255))
    return scale, round(-low / scale)
