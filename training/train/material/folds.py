"""Which photos are held back together in cross-validation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from training.train.metrics import Ints


def folds(truth: Ints, groups: Sequence[str], *, count: int, seed: int) -> Ints:
    """A fold for each photo, 0…count-1 [N]: groups stay together, labels are spread evenly."""
    random = np.random.default_rng(seed)
    names = np.array([group or f"alone:{row}" for row, group in enumerate(groups)])
    _, first, group_of = np.unique(names, return_index=True, return_inverse=True)
    order = random.permutation(len(first))
    order = order[np.argsort(truth[first][order], kind="stable")]
    fold_of_group = np.empty(len(first), dtype=np.int64)
    fold_of_group[order] = np.arange(len(first)) % count
    return fold_of_group[group_of]
