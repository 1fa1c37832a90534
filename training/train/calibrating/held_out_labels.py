"""Which score tells strangers, and how many of its own a check may refuse, by labels left out.

Photos of a label that the check has not seen are strangers of the dataset's own kind, and cost
nothing. No score is best for all kinds (docs/decisions/0112).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from training.train.metrics import Bools, Floats, Ints

_WEIGHTS = (0.0, 1.0, 2.0)
_LEAST_PHOTOS = 40
"""With fewer of either kind, shares of some hundredths are chance."""


@dataclass(frozen=True)
class Choice:
    """What each measure weighs [K], and the share of the labels' photos that is to be refused.

    `refused` is the share of left-out labels' photos that this refused, None without any.
    """

    weights: Floats
    share: float
    refused: float | None = None


@dataclass(frozen=True)
class HeldOut:
    """Measures [K, n] of photos of labels that were seen and [K, m] of labels that were not."""

    inside: Floats
    strange: Floats

    @classmethod
    def of(cls, parts: list[HeldOut], measures: int) -> HeldOut:
        """Of all of them together."""
        nothing = np.zeros((measures, 0))
        return cls(
            np.concatenate([nothing, *(part.inside for part in parts)], axis=1),
            np.concatenate([nothing, *(part.strange for part in parts)], axis=1),
        )

    @property
    def is_enough(self) -> bool:
        """Whether there are enough photos to choose by."""
        return bool(min(self.inside.shape[1], self.strange.shape[1]) >= _LEAST_PHOTOS)


def label_groups(truth: Ints, *, most: int, seed: int) -> list[Bools]:
    """Which photos [N] belong to each of at most so many groups of labels; none for two labels."""
    labels = np.unique(truth[truth >= 0])
    if len(labels) < 3:
        return []
    shuffled = np.random.default_rng(seed).permutation(labels)
    return [np.isin(truth, shuffled[start::most]) for start in range(min(most, len(labels)))]


def choose(
    held_out: HeldOut,
    usable: Bools,
    *,
    shares: tuple[float, ...],
    worth: float,
    otherwise: Choice,
) -> Choice:
    """The weights that refuse most of what was left out, and the share that is worth it.

    `usable` [K] are the measures there are; `shares` ascend. Each photo of the labels refused must
    bring `worth` times its share in strangers refused. `otherwise` where too little was left out.
    """
    if not held_out.is_enough:
        return otherwise
    wanted = 1 - np.array(shares)
    best, refused = otherwise.weights, np.zeros(len(shares))
    for weights in itertools.product(*((_WEIGHTS if used else (0.0,)) for used in usable)):
        # Twice the same weights is the same score.
        if min((weight for weight in weights if weight), default=2.0) == 2.0:
            continue
        marks = np.quantile(weights @ held_out.inside, wanted)
        found = (weights @ held_out.strange >= marks[:, None]).mean(axis=1)
        if found.mean() > refused.mean():
            best, refused = np.array(weights), found
    place = int(np.argmax(refused - worth * np.array(shares)))
    return Choice(best, shares[place], float(refused[place]))
