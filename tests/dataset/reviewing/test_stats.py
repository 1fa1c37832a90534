"""The numbers behind /stats."""

from __future__ import annotations

from datetime import date

import pytest

from dataset.reviewing import stats
from dataset.reviewing.intervals import wilson
from dataset.reviewing.stats import Answered, Estimate
from dataset.storage.schema import ClaimStatus
from tests.dataset.world import World


def _collect(world: World, *, days: int = 30) -> stats.Stats:
    with world.database.reading() as session:
        return stats.collect(session, days=days, now=world.now)


def _estimate(world: World) -> Estimate:
    with world.database.reading() as session:
        return stats.estimate_sure(session)


def test_days_are_counted_by_verdict(world: World) -> None:
    """Every day since then is there, empty ones too, and adds up to the total."""
    world.answer()
    world.answer(verdict="unsure")
    world.tick(days=2)
    world.answer(verdict="outside")
    found = _collect(world, days=4)

    assert [
        (date(2026, 11, 21), 0),
        (date(2026, 11, 22), 2),
        (date(2026, 11, 23), 0),
        (date(2026, 11, 24), 1),
    ] == [(day, answered.total) for day, answered in found.days.items()]
    assert Answered(sure=1, unsure=1, outside=1, disputed=0) == found.total
    assert pytest.approx(1 / 3) == found.total.share(found.total.sure)


def test_no_answers_share_nothing(world: World) -> None:
    """An empty database has statistics too."""
    found = _collect(world)

    assert (0, 0.0, []) == (found.total.total, found.total.share(0), found.models)


def test_models_stand_on_the_time_axis(world: World) -> None:
    """Each with its days and what was disputed."""
    first = world.answer(model_version="one")
    world.claim(first, label="grizzly")
    world.tick(days=1)
    world.answer(model_version="two")
    one, two = _collect(world).models

    assert ("one", 1, 1) == (one.version, one.answered.total, one.answered.disputed)
    assert ("two", date(2026, 11, 23), 0) == (two.version, two.first_day, two.answered.disputed)


def test_a_model_s_answers_are_counted_over_all_days(world: World) -> None:
    """What an automatic rollback compares: one model, and no other's answers."""
    world.answer(model_version="one")
    world.tick(days=1)
    disputed = world.answer(model_version="one")
    world.claim(disputed, label="grizzly")
    world.answer(model_version="two")
    with world.database.reading() as session:
        answered = stats.answered_by(session, "one")

    assert (2, 1) == (answered.total, answered.disputed)


def test_claims_are_counted_by_status(world: World) -> None:
    """Pending, accepted and rejected."""
    answer, photo = world.kept_answer()
    world.claim(answer, label="grizzly", user_id=11)
    world.claim(answer, "right", user_id=12)
    world.decide(photo, label="grizzly")
    world.claim(world.answer(), "right")

    assert {
        ClaimStatus.PENDING: 1,
        ClaimStatus.ACCEPTED: 1,
        ClaimStatus.REJECTED: 1,
    } == _collect(world).claims


def test_without_reviews_nothing_is_estimated(world: World) -> None:
    """A sample that nobody looked at says nothing."""
    world.kept_answer(sampled=True)

    assert (1, 0, None) == (
        _estimate(world).drawn,
        _estimate(world).reviewed,
        _estimate(world).accuracy,
    )


def test_the_reviewed_sample_estimates_the_accuracy(world: World) -> None:
    """Right answers among the reviewed, with an interval; unusable photos count for nobody."""
    for number in range(10):
        _, photo = world.kept_answer(sampled=True, label="black")
        world.decide(photo, label="grizzly" if number == 0 else "black")
    _, unusable = world.kept_answer(sampled=True)
    world.decide(unusable, "reject")
    found = _estimate(world)

    assert (11, 10, 9) == (found.drawn, found.reviewed, found.right)
    assert pytest.approx(0.9) == found.accuracy
    assert pytest.approx(wilson(9, 10)) == (found.low, found.high)


def test_disputed_answers_being_reviewed_first_does_not_bias(world: World) -> None:
    """The disputed are reviewed first and are mostly wrong: each stratum has its own weight."""
    for number in range(20):
        answer, photo = world.kept_answer(sampled=True, label="black")
        if number < 4:
            world.claim(answer, label="grizzly")
            world.decide(photo, label="grizzly")
        elif number < 8:
            world.decide(photo, label="black")
    found = _estimate(world)

    assert (20, 8, 4) == (found.drawn, found.reviewed, found.right)
    assert pytest.approx(16 / 20) == found.accuracy


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(0, 0, 0.0, 1.0), (10, 10, 0.7225, 1.0), (0, 10, 0.0, 0.2775), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_s_interval(successes: int, trials: int, low: float, high: float) -> None:
    """As in the literature (81 of 263: Newcombe 1998, table I, method 3)."""
    assert pytest.approx((low, high), abs=1e-4) == wilson(successes, trials)
