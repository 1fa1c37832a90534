"""When enough people say the same of one photo, that decides; one who contradicts prevents it."""

from __future__ import annotations

import pytest

from dataset.storage.schema import QueueReason
from tests.dataset.conversation.claims.test_claims import _verdict
from tests.dataset.world import World, dhash_of


def test_a_quorum_that_agrees_decides(world: World) -> None:
    """The third of three distinct people who agree settles the photo; the second does not."""
    answer, photo = world.kept_answer()
    world.claim(answer, label="grizzly", user_id=11)
    world.claim(answer, label="grizzly", user_id=12)
    before = _verdict(world, photo.id)
    last = world.claim(answer, label="grizzly", user_id=13)

    assert before is None
    assert _verdict(world, photo.id) == ("quorum", "grizzly")
    assert world.status(last) == "accepted"


def test_a_quorum_is_of_the_very_photo(world: World) -> None:
    """What people say of photos that look like it settles nothing; against it, it speaks."""
    answer = world.answer()
    photo = world.keep(answer, dhash=dhash_of("bear"))
    for user_id in (11, 12, 13):
        other = world.answer(user_id=user_id)
        world.keep(other, dhash=dhash_of("bear") ^ 1)
        world.claim(other, label="teddy", user_id=user_id)
    before = _verdict(world, photo.id)
    for user_id in (21, 22, 23):
        world.claim(answer, label="grizzly", user_id=user_id)

    assert (None, None) == (before, _verdict(world, photo.id))
    assert world.photo(photo).queue_reason is QueueReason.DISAGREEMENT


@pytest.mark.parametrize("contradiction", [("right", None), ("none", None), ("other", None)])
def test_one_contradiction_prevents_a_quorum(
    world: World, contradiction: tuple[str, str | None]
) -> None:
    """As soon as somebody says anything else, a reviewer is needed."""
    answer, photo = world.kept_answer()
    world.claim(answer, *contradiction, user_id=10)
    for user_id in (11, 12, 13):
        world.claim(answer, label="grizzly", user_id=user_id)

    assert _verdict(world, photo.id) is None
    assert world.photo(photo).queue_reason is not None


def test_a_late_contradiction_takes_a_quorum_s_verdict_back(world: World) -> None:
    """A verdict without a reviewer stands only as long as nobody contradicts."""
    answer, photo = world.kept_answer()
    claim, *_ = [world.claim(answer, label="grizzly", user_id=user) for user in (11, 12, 13)]
    world.claim(answer, label="teddy", user_id=14)

    assert _verdict(world, photo.id) is None
    assert world.status(claim) == "pending"
    assert world.photo(photo).queue_reason is QueueReason.DISAGREEMENT


def test_a_quorum_that_finds_the_answer_right_decides(world: World) -> None:
    """Agreement that the answer was right settles the photo with the answered label."""
    answer, photo = world.kept_answer(verdict="unsure", label="black", probability=0.5)
    for user_id in (11, 12, 13):
        world.claim(answer, "right", user_id=user_id)

    assert _verdict(world, photo.id) == ("quorum", "black")


def test_none_of_these_by_quorum_is_a_verdict_without_label(world: World) -> None:
    """Agreement that it shows none of the labels makes the verdict `none`."""
    answer, photo = world.kept_answer()
    for user_id in (11, 12, 13):
        world.claim(answer, "none", user_id=user_id)

    assert _verdict(world, photo.id) == ("quorum", None)
