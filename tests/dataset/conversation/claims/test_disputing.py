"""Whether an answer is disputed, as it stands beside the answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from dataset.privacy import forgetting
from dataset.reviewing import stats
from dataset.storage.database import Database
from dataset.storage.migrations.run import upgrade_on
from dataset.storage.schema import Prediction
from tests.dataset.world import World, dhash_of


def _disputed(world: World) -> list[bool]:
    with world.database.reading() as session:
        return [row.disputed for row in session.query(Prediction).order_by(Prediction.id)]


@pytest.mark.parametrize(
    ("kind", "label", "expected"),
    [
        ("right", None, False),
        ("label", "black", False),
        ("label", "grizzly", True),
        ("none", None, True),
        ("other", None, True),
    ],
)
def test_a_claim_that_contradicts_disputes(
    world: World, kind: str, label: str | None, expected: bool
) -> None:
    """And one that agrees, in any words, does not."""
    world.claim(world.answer(label="black"), kind, label)

    assert [expected] == _disputed(world)


def test_taking_the_last_contradiction_back_ends_the_dispute(world: World) -> None:
    """One of two leaves it disputed."""
    answer = world.answer()
    world.claim(answer, "other", user_id=1)
    world.claim(answer, "none", user_id=3)
    world.undo_claim(answer, user_id=1)
    after_one = _disputed(world)
    world.undo_claim(answer, user_id=3)

    assert ([True], [False]) == (after_one, _disputed(world))


def test_who_is_forgotten_disputes_nothing_any_more(world: World) -> None:
    """What others say of the same and of other answers stays."""
    first, second, third = world.answer(), world.answer(), world.answer()
    world.claim(first, "other", user_id=4)
    world.claim(second, "other", user_id=4)
    world.claim(second, "other", user_id=5)
    world.claim(third, "other", user_id=5)
    with world.database.session() as session:
        forgetting.forget(session, world.store, 4)

    assert [False, True, True] == _disputed(world)


@pytest.fixture
def older(empty_url: str) -> Iterator[Database]:
    """A database as the first step left it."""
    database = Database(empty_url)
    with database.connection() as connection:
        upgrade_on(connection, "0001")
        connection.commit()
    yield database
    database.dispose()


def test_an_older_database_learns_what_is_disputed(older: Database) -> None:
    """The step that adds the column fills it from the claims."""
    said = [
        ("sure", "right", None, False),
        ("sure", "label", "black", False),
        ("sure", "label", "grizzly", True),
        ("sure", "none", None, True),
        ("outside", "none", None, False),
        ("outside", "label", "black", True),
        ("sure", "other", None, True),
    ]
    with older.connection() as connection:
        for number, (verdict, kind, label, _) in enumerate(said, start=1):
            connection.execute(
                text(
                    "INSERT INTO predictions (id, made_at, chat_id, user_id, photo_message_id,"
                    " file_id, model_version, label, probability, probabilities, verdict,"
                    " candidates, outside_score, milliseconds, sampled) VALUES (:id, '2026-11-22',"
                    " 1, 1, 1, '', 'starter', 'black', 0.9, '{}', :verdict, '[]', 0, 1, false)"
                ),
                {"id": number, "verdict": verdict},
            )
            connection.execute(
                text(
                    "INSERT INTO claims (id, made_at, prediction_id, user_id, by_admin, kind,"
                    " label, status) VALUES (:id, '2026-11-22', :id, 1, false, :kind, :label,"
                    " 'pending')"
                ),
                {"id": number, "kind": kind, "label": label},
            )
        connection.commit()
    older.upgrade()
    with older.connection() as connection:
        found = connection.execute(text("SELECT disputed FROM predictions ORDER BY id")).all()

    assert [expected for *_, expected in said] == [bool(row[0]) for row in found]


def test_a_repeated_picture_counts_as_reviewed_with_its_family(world: World) -> None:
    """The verdict on the first photo is the verdict on what repeats it."""
    first = world.answer(sampled=True)
    photo = world.keep(first, dhash=dhash_of("bear"))
    second = world.answer(sampled=True)
    world.keep(second, dhash=dhash_of("bear"), content="again")
    world.decide(photo, "label", "black")
    with world.database.reading() as session:
        estimate = stats.estimate_sure(session)

    assert (2, 2, 2) == (estimate.drawn, estimate.reviewed, estimate.right)
