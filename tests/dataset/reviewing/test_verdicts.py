"""What reviewers decide, and taking it back."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dataset.errors import InvalidLabel, NotFoundError, NothingToUndo
from dataset.reviewing import queue, verdicts
from dataset.storage import audit
from dataset.storage.schema import ClaimStatus, Photo, ReviewVerdict
from tests.dataset.world import ADMIN, World


def _history(session: Session, photo: Photo) -> list[ReviewVerdict]:
    """Every verdict on a photo, oldest first."""
    of_photo = select(ReviewVerdict).where(ReviewVerdict.photo_id == photo.id)
    return list(session.scalars(of_photo.order_by(ReviewVerdict.id)))


def test_a_verdict_settles_the_claims(world: World) -> None:
    """Claims that agree are accepted, others rejected."""
    answer, photo = world.kept_answer(label="black")
    said = [
        world.claim(answer, "label", "grizzly", user_id=11),
        world.claim(answer, "right", user_id=12),
        world.claim(answer, "other", user_id=13),
    ]
    world.decide(photo, label="grizzly")

    assert [world.status(claim) for claim in said] == ["accepted", "rejected", "accepted"]


def test_unusable_rejects_every_claim(world: World) -> None:
    """A photo that nobody can use confirms nobody."""
    answer, photo = world.kept_answer()
    claim = world.claim(answer, label="grizzly")
    world.decide(photo, "reject")

    assert world.status(claim) == "rejected"


def test_a_decided_photo_waits_no_more(world: World) -> None:
    """After a verdict the photo is not shown again."""
    _, photo = world.kept_answer(verdict="unsure")
    world.decide(photo, label="grizzly")

    with world.database.session() as session:
        assert queue.next_photo(session, 9, now=world.now) is None


def test_a_claim_after_the_verdict_is_judged_at_once(world: World) -> None:
    """What was decided decides what is said later."""
    answer, photo = world.kept_answer()
    world.decide(photo, label="grizzly")
    late = world.claim(answer, label="grizzly", user_id=11)

    assert late.status is ClaimStatus.ACCEPTED


def test_people_cannot_outvote_a_reviewer(world: World) -> None:
    """A quorum against a reviewer's verdict changes nothing."""
    answer, photo = world.kept_answer()
    world.decide(photo, label="grizzly")
    for user_id in (11, 12, 13):
        world.claim(answer, label="teddy", user_id=user_id)

    with world.database.reading() as session:
        assert [v.label for v in _history(session, photo)] == ["grizzly"]


def test_an_admin_s_later_claim_outweighs_a_verdict(world: World) -> None:
    """The newest word of an admin counts, also over a reviewer's."""
    answer, photo = world.kept_answer()
    world.decide(photo, label="grizzly", reviewer_id=8)
    world.claim(answer, label="teddy", user_id=ADMIN, by_admin=True)

    with world.database.reading() as session:
        assert [v.label for v in _history(session, photo)] == ["grizzly", "teddy"]


def test_undo_brings_the_photo_back_to_the_same_reviewer(world: World) -> None:
    """The last verdict is taken back, its claims are open again, and its photo comes next."""
    answer, photo = world.kept_answer(verdict="unsure")
    claim = world.claim(answer, label="grizzly")
    world.decide(photo, label="grizzly")
    with world.database.session() as session:
        undone = verdicts.undo_last(session, ADMIN, now=world.tick())
        other = queue.next_photo(session, 9, now=world.now)
        mine = queue.next_photo(session, ADMIN, now=world.now)

    assert undone.label == "grizzly"
    assert other is None
    assert mine is not None
    assert mine.id == photo.id
    assert world.status(claim) == "pending"


def test_undo_goes_back_step_by_step(world: World) -> None:
    """Undoing twice takes the last two verdicts back, then there is nothing."""
    photos = [world.kept_answer()[1] for _ in range(2)]
    for photo in photos:
        world.decide(photo, label="teddy")
    with world.database.session() as session:
        undone = [verdicts.undo_last(session, ADMIN).photo_id for _ in range(2)]

    assert [photos[1].id, photos[0].id] == undone
    with pytest.raises(NothingToUndo), world.database.session() as session:
        verdicts.undo_last(session, ADMIN)


def test_reviewers_undo_their_own_only(world: World) -> None:
    """Another reviewer's verdict stays."""
    _, photo = world.kept_answer()
    world.decide(photo, label="teddy", reviewer_id=8)

    with pytest.raises(NothingToUndo), world.database.session() as session:
        verdicts.undo_last(session, ADMIN)


def test_a_collected_photo_that_was_thrown_out_comes_back_on_undo(world: World) -> None:
    """Without a prediction it has no reason to wait, yet somebody must see it again."""
    photo = world.collected("a collage")
    world.decide(photo, "reject")
    with world.database.session() as session:
        verdicts.undo_last(session, ADMIN, now=world.tick())
        found = queue.next_photo(session, ADMIN, now=world.now)

    assert found is not None
    assert found.id == photo.id


def test_verdicts_leave_a_trail(world: World) -> None:
    """Deciding and undoing are written down with who and what."""
    _, photo = world.kept_answer()
    world.decide(photo, label="grizzly")
    with world.database.session() as session:
        verdicts.undo_last(session, ADMIN)
        trail = [(line.action, line.actor_id, line.subject) for line in audit.latest(session)]

    subject = f"photo:{photo.id}"
    assert {("undo_verdict", ADMIN, subject), ("verdict", ADMIN, subject)} == set(trail)


def test_a_verdict_on_nothing_says_so(world: World) -> None:
    """A photo that was forgotten meanwhile cannot be decided."""
    photo = world.collected("x")
    photo.id = 999_999

    with pytest.raises(NotFoundError):
        world.decide(photo, "reject")


def test_a_verdict_s_label_is_a_label(world: World) -> None:
    """A path is refused here too."""
    photo = world.collected("x")

    with pytest.raises(InvalidLabel):
        world.decide(photo, label="../x")


@pytest.mark.parametrize(("kind", "label"), [("label", None), ("none", "grizzly")])
def test_label_and_kind_go_together(world: World, kind: str, label: str | None) -> None:
    """A label verdict needs a label and the others take none."""
    photo = world.collected("x")

    with pytest.raises(ValueError, match="label"):
        world.decide(photo, kind, label)
