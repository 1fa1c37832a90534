"""Answers and finding the one that somebody means."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dataset.conversation import predictions
from dataset.errors import NotFoundError
from dataset.storage.schema import Prediction
from tests.dataset.world import World


def _found(world: World, chat_id: int, message_id: int) -> list[int]:
    with world.database.reading() as session:
        return [row.id for row in predictions.find_predictions(session, chat_id, message_id)]


def _bind(world: World, prediction: Prediction, message_id: int) -> None:
    with world.database.session() as session:
        predictions.set_answer(session.connection(), prediction.id, message_id)


def test_a_replayed_update_is_not_answered_twice(world: World) -> None:
    """The same update gives the row that is there, and counts once."""
    from dataset.reviewing.stats import collect

    first = world.answer(update_id=7)
    again = world.answer(update_id=7, label="teddy")
    with world.database.reading() as session:
        total = collect(session, now=world.now).total.total

    assert (first.id, "black", 1) == (again.id, again.label, total)


def test_a_recorded_answer_is_whole_without_its_session(world: World) -> None:
    """Every column of the row can be read after the transaction, as it is stored."""
    answer = world.answer(update_id=8)
    with world.database.reading() as session:
        stored = predictions.prediction(session, answer.id)
        columns = Prediction.__table__.columns.keys()
        assert {name: getattr(stored, name) for name in columns} == {
            name: getattr(answer, name) for name in columns
        }


def test_either_message_leads_to_the_answer(world: World) -> None:
    """A reply to the photo and a reply to the bot's answer mean the same prediction."""
    one, other = world.answer(chat_id=9), world.answer(chat_id=9)
    _bind(world, one, 500)
    _bind(world, other, 501)

    assert [one.id] == _found(world, 9, 500) == _found(world, 9, one.photo_message_id)


def test_message_ids_count_within_their_chat(world: World) -> None:
    """The same number in another chat means nothing here."""
    answer = world.answer(chat_id=9)
    _bind(world, answer, 500)

    assert [] == _found(world, 10, 500)


def test_an_album_s_answer_means_all_its_photos(world: World) -> None:
    """In the order of their numbers, whatever the order they were recorded in."""
    second = world.answer(chat_id=9, album_position=2)
    first = world.answer(chat_id=9, album_position=1)
    for answer in (second, first):
        _bind(world, answer, 500)

    assert [first.id, second.id] == _found(world, 9, 500)


def test_a_photo_identified_twice_means_the_newest_answer(world: World) -> None:
    """Asking again about the same photo replaces what a reply to it means."""
    world.answer(chat_id=9, photo_message_id=77)
    newest = world.answer(chat_id=9, photo_message_id=77)

    assert [newest.id] == _found(world, 9, 77)


def test_the_last_photo_is_the_person_s_own_in_that_chat(world: World) -> None:
    """Others' photos and other chats do not count."""
    mine = world.answer(user_id=1, chat_id=-5)
    world.answer(user_id=2, chat_id=-5)
    world.answer(user_id=1, chat_id=-6)
    with world.database.reading() as session:
        found = predictions.last_prediction(session, -5, 1)

    assert found is not None
    assert found.id == mine.id


def test_an_unknown_prediction_says_so(world: World) -> None:
    """A made-up id ends in a sentence."""
    with (
        pytest.raises(NotFoundError, match="send the photo again"),
        world.database.reading() as session,
    ):
        predictions.prediction(session, 404)


def test_only_sure_answers_are_sampled(world: World) -> None:
    """The sample estimates how good "sure" is."""
    assert [True, False] == [
        world.answer(sampled=True, verdict=verdict).sampled for verdict in ("sure", "unsure")
    ]


def test_the_sample_is_a_fixed_share() -> None:
    """About the stated share of keys is drawn, always the same ones."""
    drawn = [predictions.draws_sample(str(number), 0.1) for number in range(10_000)]

    assert 1000 == pytest.approx(sum(drawn), abs=100)
    assert drawn[17] == predictions.draws_sample("17", 0.1)
    assert [False, True] == [predictions.draws_sample("x", share) for share in (0.0, 1.0)]


def test_photos_worth_fetching_after_consent(world: World) -> None:
    """Not the sure and undisputed, not the old, not the kept; newest first."""
    world.answer()
    old = world.answer(verdict="unsure")
    world.tick(days=2)
    unsure = world.answer(verdict="unsure")
    world.keep(world.answer(verdict="unsure"))
    disputed = world.answer()
    world.claim(disputed, label="grizzly")
    with world.database.reading() as session:
        found = predictions.awaiting_photo(session, 1, since=old.made_at + timedelta(seconds=1))

    assert [disputed.id, unsure.id] == [row.id for row in found]
