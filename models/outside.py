"""Does a photo show none of the labels? Asked of the pretrained network, not of the trained head.

The score is the share of ImageNet's probability that lies outside the classes belonging to the
labels, in log-odds: 0 is even, higher is more outside.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.bundle import Bundle
from models.errors import BundleError

Floats = NDArray[np.float32]


class OutsideCheck:
    """Scores photos by features of the pretrained network."""

    def __init__(self, names: list[str], own_classes: NDArray[np.intp]) -> None:
        self._names = names
        self._own = np.zeros(len(names), bool)
        self._own[own_classes] = True

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> OutsideCheck:
        """The check that a bundle's reference describes."""
        reference = bundle.reference()
        try:
            names = [str(name) for name in reference["imagenet_names"]]
            own_classes = reference["own_classes"].astype(np.intp)
        except KeyError as exc:
            raise BundleError(f"the reference of {bundle.path} lacks {exc}") from exc
        return cls(names, own_classes)

    def score(self, embedding: Floats, imagenet_logits: Floats) -> Floats:
        """How much each photo is outside, [N], higher is more.

        `embedding` is [N, D], `imagenet_logits` [N, 1000], both of the pretrained network.
        """
        return _log_sum_exp(imagenet_logits[:, ~self._own]) - _log_sum_exp(
            imagenet_logits[:, self._own]
        )

    def looks_like(self, embedding: Floats, imagenet_logits: Floats) -> str:
        """The most likely thing that is none of the labels', for one photo ([D] and [1000])."""
        return self._names[int(np.where(self._own, -np.inf, imagenet_logits).argmax())]


def _log_sum_exp(logits: Floats) -> Floats:
    top = logits.max(axis=1, keepdims=True)
    total: Floats = np.log(np.exp(logits - top).sum(axis=1)) + top[:, 0]
    return total
