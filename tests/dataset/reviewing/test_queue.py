"""Which photos wait for a reviewer, in which order, and who looks at which."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from dataset.conversation.claims import priority
from dataset.errors import ConsentMissing
from dataset.photos.store import NewPhoto, keep_photo
from dataset.privacy import consents
from dataset.reviewing import queue
from dataset.storage.database import Database
from dataset.storage.schema import QueueReason
from tests.dataset.world import NOON, QUORUM, World, dhash_of


def _order(world: World) -> list[int]:
    with world.database.session() as session:
        return [photo.id for photo in queue.next_photos(session, 7, limit=50, now=world.now)]


def test_a_sure_answer_does_not_wait(world: World) -> None:
    """A confident answer that nobody disputes teaches nothing."""
    _, photo = world.kept_answer()

    assert world.photo(photo).queue_reason is None


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [("unsure", QueueReason.UNSURE), ("outside", QueueReason.OUTSIDE)],
)
def test_an_answer_in_doubt_waits(world: World, verdict: str, reason: QueueReason) -> None:
    """Unsure and outside answers wait, each for its reason."""
    _, photo = world.kept_answer(verdict=verdict)

    assert world.photo(photo).queue_reason is reason


def test_a_sampled_sure_answer_waits(world: World) -> None:
    """Without a look at some confident answers nobody knows how good they are."""
    _, photo = world.kept_answer(sampled=True)

    assert world.photo(photo).queue_reason is QueueReason.SAMPLE


def test_what_teaches_most_comes_first(world: World) -> None:
    """Disagreement, then dispute, then doubt, then the sample, whatever the order of arrival."""
    _, sample = world.kept_answer(sampled=True)
    _, doubt = world.kept_answer(verdict="unsure", probability=0.4)
    disputed_answer, disputed = world.kept_answer()
    world.claim(disputed_answer, label="grizzly")
    divided_answer, divided = world.kept_answer()
    world.claim(divided_answer, label="grizzly", user_id=11)
    world.claim(divided_answer, "right", user_id=12)

    assert [divided.id, disputed.id, doubt.id, sample.id] == _order(world)


def test_the_surer_a_disputed_answer_the_sooner(world: World) -> None:
    """A confident error is worth more than a hesitant one."""
    hesitant_answer, hesitant = world.kept_answer(probability=0.5, verdict="unsure")
    confident_answer, confident = world.kept_answer(probability=0.99)
    world.claim(hesitant_answer, label="grizzly")
    world.claim(confident_answer, label="grizzly")

    assert [confident.id, hesitant.id] == _order(world)


def test_the_narrower_the_margin_the_sooner(world: World) -> None:
    """Among unsure answers the closest call comes first."""
    _, clear = world.kept_answer(probability=0.8, verdict="unsure")
    _, close = world.kept_answer(probability=0.36, verdict="unsure")

    assert [close.id, clear.id] == _order(world)


def test_the_sample_is_reviewed_in_order_of_arrival(world: World) -> None:
    """The probability must not decide which sampled answers are reviewed: that would bias."""
    photos = [world.kept_answer(sampled=True, probability=p)[1].id for p in (0.9, 0.99, 0.95)]

    assert photos == _order(world)


def test_the_same_file_appears_once(world: World) -> None:
    """Two people sending the same file make one photo and one place in the queue."""
    first = world.keep(world.answer(user_id=1, verdict="unsure"), content="same")
    second = world.keep(world.answer(user_id=5, verdict="unsure"), content="same")

    assert first.id == second.id
    assert [first.id] == _order(world)


def test_a_near_duplicate_appears_once_and_is_decided_along(world: World) -> None:
    """The first kept photo stands for its like: one place, and one verdict for all claims."""
    first_answer, again = world.answer(verdict="unsure"), world.answer(user_id=5)
    first = world.keep(first_answer, content="first", dhash=dhash_of("bear"))
    world.keep(again, content="second", dhash=dhash_of("bear") ^ 0b101)
    claim = world.claim(again, label="grizzly", user_id=5)
    in_queue = _order(world)
    world.decide(first, label="grizzly")

    assert [first.id] == in_queue
    assert world.photo(first).queue_reason is QueueReason.DISPUTED
    assert world.status(claim) == "accepted"
    assert _order(world) == []


def test_blank_photos_are_no_duplicates_of_each_other(world: World) -> None:
    """A hash without edges says nothing about likeness."""
    photos = [
        world.keep(world.answer(verdict="unsure"), content=name, dhash=0) for name in ("a", "b")
    ]

    assert {photo.id for photo in photos} == set(_order(world))


def test_two_reviewers_never_get_the_same(world: World) -> None:
    """A photo that one looks at is not shown to another, until the lease is over."""
    for _ in range(2):
        world.kept_answer(verdict="unsure")
    with world.database.session() as session:
        mine = queue.next_photo(session, 7, now=world.now)
        theirs = queue.next_photo(session, 8, now=world.now)
        nothing = queue.next_photo(session, 9, now=world.now)
        later = queue.next_photo(session, 9, now=world.tick(seconds=601))

    assert mine is not None
    assert theirs is not None
    assert mine.id != theirs.id
    assert nothing is None
    assert later is not None


def test_asking_again_shows_the_same(world: World) -> None:
    """A reviewer's own lease does not hide the photo from them."""
    for _ in range(2):
        world.kept_answer(verdict="unsure")
    with world.database.session() as session:
        first = queue.next_photo(session, 7, now=world.now)
        again = queue.next_photo(session, 7, now=world.tick())

    assert first is not None
    assert again is not None
    assert first.id == again.id


def test_what_is_given_back_is_free_at_once(world: World) -> None:
    """After release another reviewer gets the photo."""
    _, photo = world.kept_answer(verdict="unsure")
    with world.database.session() as session:
        queue.next_photo(session, 7, now=world.now)
        given_back = queue.release(session, 7)
        found = queue.next_photo(session, 8, now=world.now)

    assert given_back == 1
    assert found is not None
    assert found.id == photo.id


def test_skipping_hides_a_photo_from_the_skipper_only(world: World) -> None:
    """Who skipped gets the next one; another reviewer gets the skipped one; tomorrow both may."""
    _, first = world.kept_answer(verdict="unsure", probability=0.36)
    _, second = world.kept_answer(verdict="unsure", probability=0.6)
    with world.database.session() as session:
        assert queue.skip(session, first.id, 7, now=world.now)
        assert not queue.skip(session, first.id + 1000, 7, now=world.now)
        mine = queue.next_photos(session, 7, limit=5, now=world.now)
        queue.release(session, 7)
        theirs = queue.next_photo(session, 8, now=world.now)
        queue.release(session, 8)
        tomorrow = queue.next_photo(session, 7, now=world.tick(days=1, seconds=1))

    assert [second.id] == [photo.id for photo in mine]
    assert theirs is not None
    assert theirs.id == first.id
    assert tomorrow is not None
    assert tomorrow.id == first.id


def test_a_particular_photo_can_be_leased_once(world: World) -> None:
    """Two reviewers who open the same photo: the second gets a message."""
    _, photo = world.kept_answer()
    with world.database.session() as session:
        taken = [queue.lease(session, photo.id, who, now=world.now) for who in (7, 8, 7)]

    assert taken == [True, False, True]


def test_progress_counts_today(world: World) -> None:
    """ "1 of 3" counts today's decided photos and the ones that wait."""
    photos = [world.kept_answer(verdict="unsure")[1] for _ in range(3)]
    world.decide(photos[0], label="grizzly")
    with world.database.reading() as session:
        today = queue.progress(session, now=world.now)
        tomorrow = queue.progress(session, now=world.tick(days=1))

    assert (today.done, today.waiting, today.total) == (1, 2, 3)
    assert (tomorrow.done, tomorrow.waiting) == (0, 2)


def test_a_photo_without_consent_cannot_be_attached(world: World) -> None:
    """Withdrawn between keeping and attaching: the photo stays out of the queue."""
    answer = world.answer(verdict="unsure")
    with world.database.session() as session:
        consent = consents.grant(session, 1, "1")
        photo = keep_photo(
            session,
            world.store,
            b"x",
            NewPhoto(
                dhash=dhash_of("x"), width=1, height=1, source="telegram", consent_id=consent.id
            ),
        )
        consents.withdraw(session, 1)
    with pytest.raises(ConsentMissing), world.database.session() as session:
        queue.attach_photo(session, answer.id, photo, quorum=QUORUM, alike=())


def test_many_reviewers_at_once_share_the_queue(world: World, database: Database) -> None:
    """Six reviewers on threads of their own: every photo is given to exactly one of them."""
    waiting = {world.kept_answer(verdict="unsure")[1].id for _ in range(60)}
    got: list[int] = []
    failures: list[Exception] = []

    def review(reviewer_id: int) -> None:
        try:
            while True:
                with database.session() as session:
                    photo = queue.next_photo(session, reviewer_id, now=NOON)
                    if photo is None:
                        return
                    # Kept from being given again without a verdict: this test is about leases.
                    photo.leased_by = -reviewer_id
                got.append(photo.id)
        except Exception as exc:
            failures.append(exc)

    threads = [threading.Thread(target=review, args=(number,)) for number in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert sorted(waiting) == sorted(got)


def test_the_next_photo_is_found_by_the_index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The look-up walks the index of the waiting photos and sorts nothing."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('plan') / 'any'}")
    database.upgrade()
    with database.connection() as connection:
        plan = connection.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT id FROM photos WHERE photos.queue_reason IS NOT NULL "
                "AND photos.decided_at IS NULL ORDER BY priority DESC, id LIMIT 1"
            )
        ).all()
    database.dispose()

    steps = " ".join(row[3] for row in plan)
    assert "ix_photos_waiting" in steps
    assert "TEMP B-TREE" not in steps


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [({"a": 1.0}, 0.0), ({"a": 0.5, "b": 0.5}, 1.0), ({"a": 0.7, "b": 0.3}, 0.6), ({}, 1.0)],
)
def test_doubt_is_one_minus_the_margin(probabilities: dict[str, float], expected: float) -> None:
    """0 for an answer that stands alone, 1 for a draw."""
    assert priority.doubt(probabilities) == pytest.approx(expected)


def test_loss_is_how_unlikely_the_held_label_is(world: World) -> None:
    """-ln of the probability that the answer gave to what the photo is held to show."""
    answer = world.answer(label="black", probability=0.8)

    assert priority.loss(answer, "black") == pytest.approx(0.2231, abs=1e-4)
    assert priority.loss(answer, "grizzly") == pytest.approx(2.3026, abs=1e-4)
    assert priority.loss(answer, "outside") == pytest.approx(1.6094, abs=1e-4)
