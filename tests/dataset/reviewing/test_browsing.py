"""Looking through many photos, and each one's card for a reviewer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dataset.examples import examples
from dataset.reviewing import overview
from dataset.reviewing.browsing import (
    Order,
    PhotoFilter,
    Shelf,
    count_suspicions,
    find_photos,
    label_counts,
    model_versions,
    reasons_waiting,
)
from dataset.reviewing.cards import cards, held_by_other
from dataset.reviewing.queue import lease
from dataset.storage import audit
from dataset.storage.schema import OUTSIDE, Photo, QueueReason, Split, Suspicion, Verdict
from tests.dataset.world import ADMIN, World, dhash_of

EVERYTHING = PhotoFilter()


def found(
    world: World,
    shelf: Shelf = Shelf.QUEUE,
    wanted: PhotoFilter = EVERYTHING,
    order: Order = Order.TEACHES,
) -> list[int]:
    with world.database.reading() as session:
        return find_photos(session, shelf, wanted, order)


def example(world: World, name: str, label: str) -> Photo:
    """A collected photo in the dataset."""
    photo = world.collected(name)
    with world.database.session() as session:
        examples.add_example(
            session,
            session.get_one(Photo, photo.id),
            examples.NewExample(label=label, origin="collect", salt="salt"),
        )
    return photo


def suspect(world: World, photo: Photo, score: float) -> None:
    with world.database.session() as session:
        session.add(Suspicion(photo_id=photo.id, kind="label", score=score, found_at=world.tick()))


def test_the_queue_shelf_has_what_waits(world: World) -> None:
    """Decided photos, and those that nobody needs to see, are not on it."""
    _, unsure = world.kept_answer(verdict="unsure", probability=0.5)
    _, decided = world.kept_answer(verdict="unsure", probability=0.5)
    world.kept_answer()
    world.decide(decided, label="black")
    assert [unsure.id] == found(world)


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        (PhotoFilter(label="black"), [0]),
        (PhotoFilter(label="teddy"), []),
        (PhotoFilter(label=OUTSIDE), [1]),
        (PhotoFilter(verdict=Verdict.OUTSIDE), [1]),
        (PhotoFilter(model_version="v2"), [0]),
        (PhotoFilter(reason=QueueReason.UNSURE), [0]),
        (PhotoFilter(split=Split.TRAIN), []),
    ],
    ids=["label", "refused", "none", "verdict", "model", "reason", "split"],
)
def test_a_shelf_is_filtered(world: World, wanted: PhotoFilter, places: list[int]) -> None:
    """By what was answered, by which model, and why it waits; a refusal counts as no label."""
    photos = [
        world.kept_answer(verdict="unsure", probability=0.5, model_version="v2")[1],
        world.kept_answer(verdict="outside", label="teddy")[1],
    ]
    assert [photos[place].id for place in places] == found(world, wanted=wanted)


def test_a_shelf_is_sorted(world: World) -> None:
    """By doubt the closest answers come first, by loss the most wrong ones, and by age."""
    doubtful = world.kept_answer(verdict="unsure", probability=0.4)[1].id
    prediction, photo = world.kept_answer(verdict="unsure", probability=0.8)
    world.claim(prediction, label="teddy")
    assert [doubtful, photo.id] == found(world, order=Order.DOUBT)
    assert [photo.id, doubtful] == found(world, order=Order.LOSS)
    assert [photo.id, doubtful] == found(world, order=Order.NEWEST)
    assert [doubtful, photo.id] == found(world, order=Order.OLDEST)


def test_a_suspicion_stays_until_somebody_decides(world: World) -> None:
    """Whatever the verdict says, the photo leaves the shelf; found again later, it returns."""
    first, second = example(world, "a", "black"), example(world, "b", "teddy")
    suspect(world, first, 0.6)
    suspect(world, second, 0.9)
    assert [second.id, first.id] == found(world, Shelf.SUSPICIONS)
    world.decide(second, label="teddy")
    with world.database.reading() as session:
        assert 1 == count_suspicions(session)
    with world.database.session() as session:
        session.get_one(Suspicion, second.id).found_at = world.tick()
    assert [second.id, first.id] == found(world, Shelf.SUSPICIONS)


def test_examples_are_counted_by_label_and_split(world: World) -> None:
    """Every split has a figure for every label."""
    for name in ("a", "b", "c"):
        example(world, name, "black")
    with world.database.reading() as session:
        counts = label_counts(session)
    assert {"black"} == counts.keys()
    assert (set(Split), 3) == (set(counts["black"]), sum(counts["black"].values()))


def test_claims_on_duplicates_count_for_the_photo(world: World) -> None:
    """A picture that several people sent has one card, with what all of them say."""
    first = world.answer(user_id=1, label="black", verdict="unsure")
    second = world.answer(user_id=5, label="black", verdict="unsure", model_version="v2")
    photo = world.keep(first, dhash=dhash_of("both"))
    world.keep(second, content="the same, sent again", dhash=dhash_of("both"))
    world.claim(first, label="teddy", user_id=1)
    world.claim(second, label="teddy", user_id=5)
    world.claim(first, kind="right", user_id=6)
    with world.database.reading() as session:
        (card,) = cards(session, [photo.id])
    assert [("teddy", 2), ("black", 1)] == [(one.asserts, one.people) for one in card.said]
    assert card.prediction is not None
    assert "v2" == card.prediction.model_version


def test_cards_come_in_the_order_asked_for(world: World) -> None:
    """Photos that are gone are left out."""
    ids = [world.kept_answer()[1].id for _ in range(3)]
    with world.database.reading() as session:
        got = [card.photo.id for card in cards(session, [ids[2], 999, ids[0]])]
    assert [ids[2], ids[0]] == got


def test_a_card_knows_who_looks(world: World) -> None:
    """A lease counts for the others only, and only while it lasts."""
    _, photo = world.kept_answer(verdict="unsure")
    with world.database.session() as session:
        lease(session, photo.id, ADMIN, now=world.now, lease_s=60)
    row = world.photo(photo)
    later = world.now + timedelta(seconds=60)
    assert [False, True, False] == [
        held_by_other(row, ADMIN, world.now),
        held_by_other(row, 9, world.now),
        held_by_other(row, 9, later),
    ]


def test_overviews_count(world: World) -> None:
    """What waits and why, which models answered, and how much there is."""
    world.kept_answer(verdict="unsure", model_version="v2")
    _, photo = world.kept_answer(verdict="outside")
    world.decide(photo, kind="none")
    example(world, "a", "black")
    with world.database.reading() as session:
        assert {QueueReason.UNSURE: 1} == reasons_waiting(session)
        assert ["starter", "v2"] == model_versions(session)
        assert (3, 1, 1, 1) == overview.totals(session)


def test_the_last_stroke_is_what_was_decided_at_one_moment(world: World) -> None:
    """Verdicts of one moment belong together, newest first; others are left alone."""
    photos = [world.kept_answer(verdict="unsure")[1] for _ in range(3)]
    world.decide(photos[0], label="black")
    world.tick = lambda **span: world.now  # type: ignore[method-assign]
    world.now += timedelta(seconds=1)
    for photo in photos[1:]:
        world.decide(photo, kind="reject")
    with world.database.reading() as session:
        batch = [verdict.photo_id for verdict in overview.last_batch(session, ADMIN)]
        assert [photos[2].id, photos[1].id] == batch
        assert [] == overview.last_batch(session, 9)


def test_the_audit_trail_is_read_by_page(world: World) -> None:
    """Newest first, narrowed by action and person, with how many there are in all."""
    with world.database.session() as session:
        for number in range(5):
            audit.record(session, actor_id=number % 2, action="look", now=world.tick())
        audit.record(session, action="other", now=world.tick())
        lines, total = overview.audit_lines(session, action="look", actor_id=0, limit=2)
        assert (3, [0, 0]) == (total, [line.actor_id for line in lines])
        assert ["look", "other"] == overview.audit_actions(session)
