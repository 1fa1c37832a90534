"""What a check begins with: how far ImageNet's odds alone may go, as the starter has them.

Few photos tell neither which measures see strangers nor where their tails end, and photos of one
source nothing of others. Where the labels are of ImageNet's kind, much is known before the first of
them (docs/decisions/0230).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.train.metrics import Floats

REFUSED_FROM = 2.5
"""The odds from which the starter refuses a photo, chosen on three sources (0111)."""
_MOST_REFUSED = 0.10
"""Labels of which the starter's way would refuse more are not of ImageNet's kind. Of bears it
refuses 2 to 5%, in draws of 60 up to 8%; of the other sets 16% and more, in draws 11% (0279)."""


@dataclass(frozen=True)
class Start:
    """How much this counts beside what was fitted, 0 to 1, and from where on it refuses, on the
    scale of the fitted measure."""

    trust: float = 0.0
    refused_from: float = 0.0

    @classmethod
    def of(cls, odds: Floats, *, centre: float, spread: float, worth: float) -> Start:
        """By the odds [n] of photos of the labels, that `centre` and `spread` bring to scale.

        It is `worth` so many photos.
        """
        if (odds >= REFUSED_FROM).mean() > _MOST_REFUSED:
            return cls()
        return cls(worth / (worth + len(odds)), (REFUSED_FROM - centre) / spread)

    def weights(self, fitted: Floats) -> Floats:
        """The weights [K] of the measures, the first of which is ImageNet's odds."""
        if not self.trust:
            return fitted
        alone = np.eye(len(fitted))[0]
        found: Floats = (1 - self.trust) * fitted / fitted.sum() + self.trust * alone
        return found

    def threshold(self, fitted: float) -> float:
        """The threshold for scores of these weights, between the fitted one and its own."""
        return (1 - self.trust) * fitted + self.trust * self.refused_from
