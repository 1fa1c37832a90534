"""Has the share of disputed answers risen since a model was published, beyond chance?

The test may look after every answer. It is an e-process: the likelihood of what was seen, averaged
over all shares above the old one, relative to its likelihood at the old share. By Ville's
inequality the probability that it *ever* exceeds 1/α while the share has not risen is at most α
(Ramdas et al. 2023, "Game-theoretic statistics and safe anytime-valid inference"). The old share is
itself an estimate, so its upper confidence bound replaces it. Together they bound how often a model
that is not worse is rolled back: at most `ERROR_RATE`.
"""

from __future__ import annotations

import math

from dataset.reviewing.intervals import wilson

ERROR_RATE = 0.01
"""At most this share of models that are not worse is rolled back, however long the watch."""
_OF_THE_TEST = ERROR_RATE / 2
_Z_OF_THE_BOUND = 2.5758
"""One-sided 99.5%: the other half of the error rate."""
LEAST_BEFORE = 50
"""With fewer answers of the previous model, the old share is unknown."""


def risen(*, disputed_before: int, before: int, disputed_after: int, after: int) -> bool:
    """Whether the new model's share of disputed answers lies above the old one's.

    `before` and `after` count answers of the previous and of the present model. With fewer than
    `LEAST_BEFORE` answers before, False.
    """
    if before < LEAST_BEFORE or disputed_after == 0:
        return False
    _, old_share = wilson(disputed_before, before, z=_Z_OF_THE_BOUND)
    return log_evidence(disputed_after, after, old_share) > -math.log(_OF_THE_TEST)


def log_evidence(disputed: int, answers: int, old_share: float) -> float:
    """Natural logarithm of the e-value of `disputed` among `answers`, against `old_share`.

    The average is uniform over the shares in (old_share, 1); its integral is an incomplete beta
    function, here as the tail of a binomial distribution.
    """
    agreed = answers - disputed
    log_beta = math.lgamma(disputed + 1) + math.lgamma(agreed + 1) - math.lgamma(answers + 2)
    above = _binomial_at_most(disputed, answers + 1, old_share)
    if above <= 0.0:
        return -math.inf
    averaged = log_beta + math.log(above) - math.log1p(-old_share)
    at_old_share = disputed * math.log(old_share) + agreed * math.log1p(-old_share)
    return averaged - at_old_share


def _binomial_at_most(most: int, trials: int, share: float) -> float:
    """P(X ≤ most) for X binomial, 0 < share < 1; sums in order of growing terms."""
    log_odds = math.log(share) - math.log1p(-share)
    log_term = trials * math.log1p(-share)
    terms = [log_term]
    for successes in range(1, most + 1):
        log_term += math.log((trials - successes + 1) / successes) + log_odds
        terms.append(log_term)
    return math.fsum(math.exp(term) for term in sorted(terms))
