"""The alarm after a publish: what sets it off, and how rarely chance does."""

from __future__ import annotations

import math
import random

import pytest
from scipy import integrate

from bot.program.clock.dispute_alarm import ERROR_RATE, log_evidence, risen


def test_a_share_that_doubles_sets_it_off() -> None:
    """Five times the disputes on many answers are above chance."""
    assert risen(disputed_before=20, before=1000, disputed_after=20, after=200)


def test_the_same_share_does_not() -> None:
    """With as many disputes as before, the model stays."""
    assert not risen(disputed_before=20, before=1000, disputed_after=20, after=1000)


def test_a_few_disputes_at_the_start_do_not() -> None:
    """Two disputed answers of five may be chance when one in twenty was disputed before."""
    assert not risen(disputed_before=50, before=1000, disputed_after=2, after=5)


def test_nothing_to_compare_with() -> None:
    """Without answers of a previous model there is no old share."""
    assert not risen(disputed_before=0, before=0, disputed_after=30, after=30)


@pytest.mark.parametrize(("disputed", "answers"), [(0, 10), (3, 40), (25, 60), (60, 2000)])
def test_the_evidence_is_the_integral_that_it_claims_to_be(disputed: int, answers: int) -> None:
    """The closed form agrees with numerical integration of the averaged likelihood ratio."""
    old = 0.04

    def ratio(share: float) -> float:
        return math.exp(
            disputed * math.log(share / old)
            + (answers - disputed) * (math.log1p(-share) - math.log1p(-old))
        )

    peak = max(old, min(disputed / answers, 0.999))
    integral, _ = integrate.quad(ratio, old, 1, points=[peak], limit=400)
    assert log_evidence(disputed, answers, old) == pytest.approx(
        math.log(integral / (1 - old)), abs=1e-4
    )


def test_chance_sets_it_off_no_more_often_than_stated() -> None:
    """Looking after every answer of 300 unchanged models alarms at most as often as stated."""
    chance = random.Random(5)  # noqa: S311 - a simulation, not a secret
    alarms = 0
    for _ in range(300):
        disputed_before = sum(chance.random() < 0.05 for _ in range(400))
        disputed = 0
        for after in range(1, 301):
            disputed += chance.random() < 0.05
            if risen(
                disputed_before=disputed_before,
                before=400,
                disputed_after=disputed,
                after=after,
            ):
                alarms += 1
                break
    # Binomial with p = ERROR_RATE: more than 9 of 300 has probability 0.0003.
    assert alarms <= 3 * ERROR_RATE * 300
