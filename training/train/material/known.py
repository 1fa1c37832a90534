"""The pretrained classifier's knowledge of a dataset's labels, from which a head begins.

ImageNet has classes for some labels (brown bear, teddy), something alike for others, and nothing
for the rest. A head that starts from the classifier's own rows needs photos only for what these get
wrong (docs/decisions/0110).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.train.metrics import Bools, Floats, Ints

_PORTION = 2048


@dataclass(frozen=True)
class Known:
    """For each label the mean of the classifier's rows, weighed by how its photos lie on classes.

    Grizzlies put 85% on brown bear, so this is next to brown bear's row; a label that ImageNet
    lacks lies on many classes, of which little is left on average. `whole` [L, D] is as all photos
    tell; `without` [F, L, D] as those tell that are not in each fold, because nothing may be judged
    by photos that have chosen it.
    """

    whole: Floats
    without: Floats

    @classmethod
    def nothing(cls, labels: int, dimensions: int, *, folds: int) -> Known:
        """A head's start without such knowledge."""
        none = np.zeros((labels, dimensions), np.float32)
        return cls(none, np.broadcast_to(none, (folds, *none.shape)))

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to begin with."""
        return not self.whole.any()


def known_of(
    imagenet: NDArray[Any], truth: Ints, fold_of: Ints, rows: Floats, *, labels: int
) -> Known:
    """What a classifier's `rows` [1000, D] know of the labels of some photos.

    `imagenet` [N, 1000] is what it says of them, `truth` are label indices, `fold_of` folds 0…F-1.
    """
    count = int(fold_of.max()) + 1
    sums = np.zeros((count, labels, imagenet.shape[1]))
    photos = np.zeros((count, labels))
    np.add.at(photos, (fold_of, truth), 1)
    for start in range(0, len(truth), _PORTION):
        some = slice(start, start + _PORTION)
        np.add.at(sums, (fold_of[some], truth[some]), probabilities(imagenet[some]))

    def seen_in(folds: Bools) -> Floats:
        of_label = np.maximum(photos[folds].sum(axis=0), 1)[:, None]
        shares = (sums[folds].sum(axis=0) / of_label).astype(np.float32)
        found: Floats = shares @ rows
        return found

    every = np.arange(count)
    return Known(seen_in(every >= 0), np.stack([seen_in(every != fold) for fold in every]))


def probabilities(logits: NDArray[Any]) -> NDArray[np.float32]:
    """ImageNet's probabilities [N, 1000] of its logits, also half-precision ones."""
    singles = logits.astype(np.float32)
    raised = np.exp(singles - singles.max(axis=1, keepdims=True))
    shares: NDArray[np.float32] = raised / raised.sum(axis=1, keepdims=True)
    return shares
