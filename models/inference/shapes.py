"""How photos of each label scatter beside those of all labels together.

A flower that is none of ten lies as far from each of them as the ten lie apart, and no further from
all of them together than they do. So the distance to the likeliest label counts less the distance
to the whole: the relative Mahalanobis distance (Ren et al. 2021; docs/decisions/0263).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Shapes:
    """Along K directions, for L labels.

    With y [K] a point's place along `axes` [K, D] from `centre` [K], its relative distance is
    `curvature` [K] · y² + the least of `slopes` [L, K] · y + `offsets` [L]: the two quadratic forms
    share their axes, so that their difference needs no matrix.
    """

    axes: Floats
    centre: Floats
    curvature: Floats
    slopes: Floats
    offsets: Floats

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Shapes | None:
        """What `to_arrays` wrote; None of a bundle without, KeyError or ValueError for others."""
        if "shape_axes" not in arrays:
            return None
        found = cls(*(arrays[f"shape_{part.name}"].astype(np.float32) for part in fields(cls)))
        directions, labels = len(found.axes), len(found.offsets)
        if (
            found.centre.shape != (directions,)
            or found.curvature.shape != (directions,)
            or found.slopes.shape != (labels, directions)
            or not labels
        ):
            raise ValueError("the shapes of the labels do not fit together")
        return found

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by their names in reference.npz; the axes in half precision."""
        arrays = {f"shape_{part.name}": getattr(self, part.name) for part in fields(self)}
        return arrays | {"shape_axes": self.axes.astype(np.float16)}

    def distances(self, points: Floats) -> Floats:
        """The relative distances [N] of points [N, D]; higher is stranger."""
        places = points @ self.axes.T - self.centre
        nearest = (places @ self.slopes.T + self.offsets).min(axis=1)
        found: Floats = (places**2) @ self.curvature + nearest
        return found
