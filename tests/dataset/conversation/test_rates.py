"""Rates that several processes take from together."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dataset.conversation import rates
from dataset.conversation.rates import Taken
from dataset.privacy import forgetting
from dataset.privacy.retention import Terms, purge
from dataset.storage.database import Database
from dataset.storage.schema import Rate
from tests.dataset.world import NOON, World


def _take(
    database: Database, *, user_id: int = 1, per_minute: int = 6, after_s: float = 0
) -> Taken:
    with database.session() as session:
        return rates.take(
            session, user_id, per_minute=per_minute, now=NOON + timedelta(seconds=after_s)
        )


def test_so_many_are_granted_at_once(database: Database) -> None:
    """Then none, which the person hears once."""
    taken = [_take(database, per_minute=3) for _ in range(5)]

    assert [True, True, True, False, False] == [one.granted for one in taken]
    assert [False, False, False, True, False] == [one.first_refusal for one in taken]


def test_a_rate_is_refilled_evenly(database: Database) -> None:
    """By one in a sixth of a minute when there are six, never to more than six."""
    for _ in range(6):
        _take(database)
    soon = [_take(database, after_s=second).granted for second in (9, 11, 12)]
    later = [_take(database, after_s=3600).granted for _ in range(7)]

    assert [False, True, False] == soon
    assert [True] * 6 + [False] == later


def test_people_do_not_take_from_each_other(database: Database) -> None:
    """Nor from what is everybody's."""
    for _ in range(7):
        _take(database, user_id=1)

    assert _take(database, user_id=2).granted
    assert _take(database, user_id=rates.EVERYBODY).granted


def test_after_a_grant_the_next_refusal_is_told_again(database: Database) -> None:
    """A person who waited as asked gets a new message when they are too fast again."""
    taken = [_take(database, per_minute=1, after_s=second) for second in (0, 1, 61, 62)]

    assert [False, True, False, True] == [one.first_refusal for one in taken]


def test_a_clock_that_is_behind_takes_nothing_away(database: Database) -> None:
    """Machines do not agree on the second; nothing is refilled twice for it."""
    for _ in range(6):
        _take(database, after_s=20)
    behind = _take(database, after_s=0)
    refilled = [_take(database, after_s=30).granted for _ in range(2)]

    assert (False, [True, False]) == (behind.granted, refilled)


def test_processes_at_the_same_moment_take_no_more_than_one_would(database: Database) -> None:
    """Forty wishes from eight threads for ten."""
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda _: _take(database, per_minute=10), range(40)))

    assert Counter({True: 10, False: 30}) == Counter(one.granted for one in taken)
    assert 1 == sum(one.first_refusal for one in taken)


def test_turns_come_one_after_the_other(database: Database) -> None:
    """After a second's worth at once, evenly; a quiet time gives no more than that second."""

    def turn(after_s: float) -> float:
        with database.session() as session:
            return rates.next_turn(session, -1, per_s=4, now=NOON + timedelta(seconds=after_s))

    assert pytest.approx([0, 0, 0, 0, 0.25, 0.5]) == [turn(100) for _ in range(6)]
    assert pytest.approx([0, 0, 0, 0, 0.25]) == [turn(200) for _ in range(5)]


def test_who_is_forgotten_has_no_rate(world: World) -> None:
    """Their number stands nowhere any more."""
    _take(world.database, user_id=1)
    _take(world.database, user_id=2)
    with world.database.session() as session:
        forgetting.forget(session, world.store, 1)
    with world.database.reading() as session:
        left = session.scalars(select(Rate.user_id)).all()

    assert [2] == left


def test_old_rates_go(world: World) -> None:
    """Of who has not been here for a day."""
    _take(world.database, user_id=1)
    _take(world.database, user_id=2, after_s=2 * 24 * 3600)
    purge(world.database, world.store, Terms(), now=NOON + timedelta(days=2))
    with world.database.reading() as session:
        count = session.scalar(select(func.count()).select_from(Rate))

    assert 1 == count
