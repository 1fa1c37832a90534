"""How sure a share is that was counted on few."""

from __future__ import annotations

import math

Z_95 = 1.959963984540054
"""Standard normal quantile of a two-sided 95% interval."""


def wilson(successes: float, trials: float, *, z: float = Z_95) -> tuple[float, float]:
    """The score interval of a share (Wilson 1927): lower and upper bound, 0 to 1."""
    if trials <= 0:
        return 0.0, 1.0
    share = successes / trials
    middle = share + z * z / (2 * trials)
    reach = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)
