"""What people say of answers, and what becomes of it."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dataset.conversation import people
from dataset.conversation.claims import claims
from dataset.conversation.claims.claims import ClaimQuota
from dataset.conversation.claims.settling import standing_verdict
from dataset.errors import (
    ClaimsBanned,
    InvalidLabel,
    NotFoundError,
    NothingToUndo,
    QuotaExceeded,
)
from dataset.storage import audit
from dataset.storage.database import Database
from dataset.storage.schema import Claim, ClaimKind, Prediction, QueueReason, ReviewVerdict
from tests.dataset.world import ADMIN, QUORUM, World


def _verdict(world: World, photo_id: int) -> tuple[str, str | None] | None:
    with world.database.reading() as session:
        found = standing_verdict(session, photo_id)
        return None if found is None else (found.via, found.label)


def test_a_claim_is_bound_to_its_prediction(world: World) -> None:
    """What somebody says of one photo is stored with that photo's answer."""
    first, second = world.answer(), world.answer()
    claim = world.claim(first, label="grizzly")

    assert (first.id, "grizzly") == (claim.prediction_id, claim.label)
    assert second.id != claim.prediction_id


def test_changing_ones_mind_replaces_the_claim(world: World) -> None:
    """A person has one claim on an answer: the last."""
    answer = world.answer()
    world.claim(answer, label="grizzly")
    world.claim(answer, "none")

    with world.database.reading() as session:
        kinds = session.scalars(select(Claim.kind)).all()
    assert kinds == [ClaimKind.NONE]


def test_undoing_takes_the_claim_back(world: World) -> None:
    """After undo nothing is claimed any more."""
    answer = world.answer()
    world.claim(answer, label="grizzly")
    world.undo_claim(answer)

    with world.database.reading() as session:
        assert claims.claim_of(session, answer.id, 1) is None


def test_undoing_nothing_says_so(world: World) -> None:
    """Without a claim there is nothing to take back."""
    answer = world.answer()

    with pytest.raises(NothingToUndo):
        world.undo_claim(answer)


def test_a_claim_on_no_answer_says_so(world: World) -> None:
    """A forged prediction id ends in NotFoundError."""
    answer = world.answer()
    answer.id = 999_999

    with pytest.raises(NotFoundError):
        world.claim(answer, label="grizzly")


@pytest.mark.parametrize("label", ["../../etc", "a/b", "", ".", "x" * 65, "a\nb", "black\x00"])
def test_a_label_that_is_a_path_is_refused(world: World, label: str) -> None:
    """A text that could be a path, or is not a word, is not a label."""
    answer = world.answer()

    with pytest.raises(InvalidLabel):
        world.claim(answer, label=label)


def test_the_quota_counts_a_person_s_day(world: World) -> None:
    """One more claim than allowed in 24 hours is refused; a day later it is taken."""
    answers = [world.answer() for _ in range(4)]
    for answer in answers[:3]:
        world.claim(answer, "right", per_day=3)

    with pytest.raises(QuotaExceeded, match="3 corrections"):
        world.claim(answers[3], "right", per_day=3)
    world.tick(days=1)
    assert world.claim(answers[3], "right", per_day=3).id


def test_changing_ones_mind_needs_no_quota(world: World) -> None:
    """At the quota, an existing claim can still be changed."""
    answer = world.answer()
    world.claim(answer, label="grizzly", per_day=1)

    assert world.claim(answer, label="teddy", per_day=1).label == "teddy"


def test_admins_have_no_quota(world: World) -> None:
    """An admin's claims are always taken."""
    answers = [world.answer() for _ in range(3)]

    for answer in answers:
        assert world.claim(answer, "right", user_id=ADMIN, by_admin=True, per_day=1).id


def test_a_banned_person_s_claims_are_refused(world: World) -> None:
    """After a ban nothing more is taken, until it is lifted."""
    answer = world.answer()
    with world.database.session() as session:
        claims.ban_claims(session, 1, banned_by=ADMIN, quorum=QUORUM)

    with pytest.raises(ClaimsBanned):
        world.claim(answer, "right")
    with world.database.session() as session:
        claims.unban_claims(session, 1, unbanned_by=ADMIN, quorum=QUORUM)
        trail = [line.action for line in audit.latest(session)]
    assert world.claim(answer, "right").id
    assert trail == ["unban_claims", "ban_claims"]


def test_an_admin_s_claim_decides(world: World) -> None:
    """What an admin says of a kept photo is a verdict at once, and the claim is accepted."""
    answer, photo = world.kept_answer()
    claim = world.claim(answer, label="grizzly", user_id=ADMIN, by_admin=True)

    assert _verdict(world, photo.id) == ("admin", "grizzly")
    assert world.status(claim) == "accepted"


def test_an_admin_taking_it_back_undoes_the_verdict(world: World) -> None:
    """Without the admin's claim its verdict does not stand."""
    answer, photo = world.kept_answer()
    world.claim(answer, label="grizzly", user_id=ADMIN, by_admin=True)
    world.undo_claim(answer, user_id=ADMIN)

    assert _verdict(world, photo.id) is None


def test_banning_takes_back_what_the_person_helped_to_decide(world: World) -> None:
    """A quorum is counted anew without the banned person, whose claim is rejected."""
    answer, photo = world.kept_answer()
    claim, *_ = [world.claim(answer, label="grizzly", user_id=user) for user in (11, 12, 13)]
    with world.database.session() as session:
        count = claims.ban_claims(session, 11, banned_by=ADMIN, quorum=QUORUM)

    assert (count, _verdict(world, photo.id)) == (1, None)
    assert world.status(claim) == "rejected"


def test_claims_before_the_photo_is_kept_count_once_it_is(world: World) -> None:
    """Claims made while only numbers were stored settle the photo when it is attached."""
    answer = world.answer()
    for user_id in (11, 12, 13):
        world.claim(answer, label="grizzly", user_id=user_id)
    photo = world.keep(answer)

    assert _verdict(world, photo.id) == ("quorum", "grizzly")


def test_without_a_kept_photo_nothing_is_decided(world: World) -> None:
    """Claims alone are numbers: no verdict without a photo."""
    answer = world.answer()
    world.claim(answer, label="grizzly", user_id=ADMIN, by_admin=True)

    with world.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ReviewVerdict)) == 0


def test_saying_that_an_outside_photo_is_a_bear_disputes(world: World) -> None:
    """After "I see no bear I know", naming one is a dispute even if it was the likeliest label."""
    answer, photo = world.kept_answer(verdict="outside", label="black")
    world.claim(answer, label="black")

    assert world.photo(photo).queue_reason is QueueReason.DISPUTED


def test_naming_the_answered_label_does_not_dispute(world: World) -> None:
    """Picking the label that was answered agrees with it."""
    answer, photo = world.kept_answer(verdict="unsure", label="black", probability=0.5)
    world.claim(answer, label="black")

    assert world.photo(photo).queue_reason is QueueReason.UNSURE


def test_the_last_claim_is_found_in_its_chat(world: World) -> None:
    """A bare undo means the newest claim in that chat."""
    here, there = world.answer(chat_id=-5), world.answer(chat_id=-6)
    first = world.claim(here, "right")
    world.claim(there, "right")

    with world.database.reading() as session:
        found = claims.last_claim(session, 1, chat_id=-5)
    assert found is not None
    assert found.id == first.id


def test_accepted_corrections_wait_to_be_thanked_once(world: World) -> None:
    """An accepted correction is listed for replay until its author has heard of it."""
    answer, photo = world.kept_answer(user_id=5)
    claim = world.claim(answer, label="grizzly", user_id=5)
    world.decide(photo, label="grizzly")
    with world.database.session() as session:
        people.set_language(session, 5, "es")
    with world.database.reading() as session:
        found = claims.to_thank(session)
    with world.database.session() as session:
        told = [claims.mark_thanked(session, claim.id) for _ in range(2)]
    with world.database.reading() as session:
        after = claims.to_thank(session)

    assert [(claim.id, photo.id, "es")] == [
        (one.claim.id, one.photo.id, one.language) for one in found
    ]
    assert told == [True, False]
    assert after == []


def test_whoever_wants_no_thanks_gets_none(world: World) -> None:
    """Somebody who switched thanks off is not listed."""
    answer, photo = world.kept_answer(user_id=5)
    world.claim(answer, label="grizzly", user_id=5)
    world.decide(photo, label="grizzly")
    with world.database.session() as session:
        people.set_thanks(session, 5, False)

    with world.database.reading() as session:
        assert claims.to_thank(session) == []


def test_disputes_are_counted_once_an_answer(world: World) -> None:
    """The tallies follow the first dispute and the last one taken back."""
    from dataset.reviewing.stats import collect

    answer = world.answer()
    world.claim(answer, label="grizzly", user_id=11)
    world.claim(answer, label="teddy", user_id=12)
    world.undo_claim(answer, user_id=11)
    with world.database.reading() as session:
        one = collect(session, now=world.now).total.disputed
    world.undo_claim(answer, user_id=12)
    with world.database.reading() as session:
        none = collect(session, now=world.now).total.disputed

    assert (one, none) == (1, 0)


def test_a_thousand_claims_at_once_are_each_bound_rightly(world: World, database: Database) -> None:
    """1,000 claims of 50 people over 200 photos, from many threads: none lost, none twice."""
    answers = [world.answer(user_id=100 + number % 50) for number in range(200)]
    wanted = {
        (answers[(person * 4 + number * 7) % 200].id, 1000 + person): ("grizzly", "teddy")[
            number % 2
        ]
        for person in range(50)
        for number in range(20)
    }
    work = list(wanted.items())
    failures: list[Exception] = []

    def claim(portion: list[tuple[tuple[int, int], str]]) -> None:
        for (prediction_id, user_id), label in portion:
            try:
                with database.session() as session:
                    claims.record_claim(
                        session,
                        claims.NewClaim(
                            prediction_id=prediction_id, user_id=user_id, kind="label", label=label
                        ),
                        quorum=QUORUM,
                        quota=ClaimQuota(per_day=100),
                    )
            except Exception as exc:
                failures.append(exc)

    threads = [threading.Thread(target=claim, args=(work[n::8],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading() as session:
        stored = {
            (prediction_id, user_id): label
            for prediction_id, user_id, label in session.execute(
                select(Claim.prediction_id, Claim.user_id, Claim.label)
            )
        }
    assert failures == []
    assert (1000, wanted) == (len(wanted), stored)


def test_a_quorum_reached_at_the_same_moment_is_not_missed(
    world: World, database: Database
) -> None:
    """Three people who agree simultaneously, from three connections, settle the photo once."""
    answers = [world.kept_answer()[0] for _ in range(10)]
    start = threading.Barrier(3)

    def agree(user_id: int) -> None:
        for answer in answers:
            start.wait()
            with database.session() as session:
                claims.record_claim(
                    session,
                    claims.NewClaim(
                        prediction_id=answer.id, user_id=user_id, kind="label", label="grizzly"
                    ),
                    quorum=QUORUM,
                    quota=ClaimQuota(),
                    now=world.now + timedelta(seconds=user_id),
                )

    threads = [threading.Thread(target=agree, args=(user_id,)) for user_id in (11, 12, 13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading() as session:
        standing = Counter(
            session.scalars(
                select(Prediction.id)
                .join(ReviewVerdict, ReviewVerdict.photo_id == Prediction.photo_id)
                .where(ReviewVerdict.undone_at.is_(None))
            )
        )
    assert {answer.id: 1 for answer in answers} == dict(standing)
