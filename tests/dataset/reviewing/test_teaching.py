"""Lessons: an admin's own photos become examples of a label, once it has enough of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from dataset.errors import ConsentMissing, InvalidLabel
from dataset.examples import examples, joining
from dataset.examples.joining import BEGIN_AT
from dataset.examples.readiness import lack_of_photos
from dataset.photos.store import NewPhoto
from dataset.privacy import consents
from dataset.privacy.forgetting import forget
from dataset.reviewing import teaching, verdicts
from dataset.reviewing.teaching import Fate, Shown
from dataset.storage.schema import Audit, Example, Photo, ReviewVerdict, Split
from tests.dataset.folds import fold
from tests.dataset.world import ADMIN, World, dhash_of


def show(
    world: World, *names: str, label: str = "polar", user_id: int = ADMIN, dhash: int | None = None
) -> list[Shown]:
    """Photos of one message."""
    now = world.tick()
    found = []
    for name in names:
        with world.database.session() as session:
            consent = consents.grant(session, user_id, "1", now=now)
            new = NewPhoto(
                dhash=dhash_of(name) if dhash is None else dhash,
                width=640,
                height=480,
                source="telegram",
                consent_id=consent.id,
            )
            found.append(
                teaching.show(
                    session,
                    world.store,
                    name.encode(),
                    new,
                    user_id=user_id,
                    label=label,
                    now=now,
                )
            )
    return found


def many(count: int, *, of: str = "polar") -> list[str]:
    return [f"{of} {number}" for number in range(count)]


def counted(world: World, label: str = "polar") -> joining.Count:
    with world.database.reading() as session:
        return joining.count(session, label)


def test_a_new_label_joins_with_enough_photos_and_not_before(world: World) -> None:
    """Until then the others are trained as if nobody had taught; then all of its photos are
    examples, each in a group of its own, whatever one person may give to a run."""
    show(world, *many(BEGIN_AT - 1))
    assert counted(world).missing == 1
    assert fold(world).too_few == BEGIN_AT - 1
    show(world, "one more")
    assert counted(world).missing == 0
    report = fold(world, per_person=2)
    assert (report.added, report.over_quota) == (BEGIN_AT, 0)
    with world.database.reading() as session:
        rows = list(examples.iterate(session))
    assert {row.label for row in rows} == {"polar"}
    assert len({row.group for row in rows}) == BEGIN_AT
    assert {Split.TRAIN, Split.GATE} <= {row.split for row in rows}


def test_a_label_that_does_not_join_yet_hinders_no_retraining(world: World) -> None:
    """What is lacking is said as if it were not there."""
    show(world, *many(3))
    with world.database.reading() as session:
        lack = lack_of_photos(session)
    assert lack is not None
    assert lack.what == "photos"


def test_a_known_label_learns_what_is_taught_at_once(world: World) -> None:
    """Photos of a label that has examples need not be many."""
    show(world, *many(BEGIN_AT))
    fold(world)
    show(world, "later")
    assert counted(world).waiting == 1
    assert fold(world).added == 1


def test_near_duplicates_and_photos_of_other_labels_are_left_out(world: World) -> None:
    """A photo counts once, and none is an example of two labels."""
    (first,) = show(world, "white", dhash=dhash_of("white"))
    (again,) = show(world, "white, a bit smaller", dhash=dhash_of("white") ^ 0b101)
    (other,) = show(world, "white, taken for black", label="black", dhash=dhash_of("white") ^ 1)
    assert (first.fate, again.fate) == (Fate.TAUGHT, Fate.KNOWN)
    assert (other.fate, other.other_label) == (Fate.OTHER, "polar")
    assert counted(world).total == 1
    with world.database.reading() as session:
        assert len(session.scalars(select(Photo)).all()) == 1


def test_what_one_message_brought_is_taken_back_together(world: World) -> None:
    """The photos go, with nothing left of them; those of the message before stay."""
    show(world, "first")
    show(world, *many(3))
    with world.database.session() as session:
        back = teaching.take_back(session, world.store, ADMIN, now=world.tick())
    assert back is not None
    assert (back.photos, back.label) == (3, "polar")
    assert counted(world).total == 1
    with world.database.reading() as session:
        assert len(session.scalars(select(Photo)).all()) == 1
        last = session.scalars(select(Audit).order_by(Audit.id.desc())).first()
    assert last is not None
    assert last.action == "teach_undone"


def test_an_example_that_is_taken_back_leaves_with_the_next_fold(world: World) -> None:
    """It was learned already; the next model does not learn it any more."""
    show(world, *many(BEGIN_AT))
    fold(world)
    with world.database.session() as session:
        teaching.take_back(session, world.store, ADMIN, now=world.tick())
    assert fold(world).undone == BEGIN_AT
    with world.database.reading() as session:
        assert session.scalars(select(Example)).all() == []


def test_a_lesson_ends_by_itself(world: World) -> None:
    """An hour without a photo: what comes then is a photo like any other."""
    with world.database.session() as session:
        teaching.begin(session, ADMIN, "polar", now=world.now)
    with world.database.reading() as session:
        soon = teaching.lesson_of(session, ADMIN, now=world.now + timedelta(minutes=59))
        later = teaching.lesson_of(session, ADMIN, now=world.now + timedelta(minutes=61))
    assert soon is not None
    assert later is None


def test_a_day_takes_so_many_photos(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Albums by the thousand fill neither disk nor chat."""
    monkeypatch.setattr(teaching, "PER_DAY", 2)
    assert [one.fate for one in show(world, *many(3))] == [Fate.TAUGHT, Fate.TAUGHT, Fate.FULL]


def test_two_admins_teach_one_label_together(world: World) -> None:
    """Their photos count together, and each takes back their own."""
    show(world, *many(3, of="mine"))
    show(world, *many(2, of="theirs"), user_id=7)
    with world.database.session() as session:
        teaching.begin(session, ADMIN, "polar")
        teaching.begin(session, 7, "polar")
        back = teaching.take_back(session, world.store, 7)
    assert back is not None
    assert back.photos == 2
    assert counted(world).total == 3


def test_forgetting_a_teacher_removes_what_they_taught(world: World) -> None:
    """Photos, examples and the lesson go; that somebody taught stays in the trail, without them."""
    with world.database.session() as session:
        teaching.begin(session, ADMIN, "polar", now=world.now)
    show(world, *many(BEGIN_AT))
    fold(world)
    with world.database.session() as session:
        gone = forget(session, world.store, ADMIN)
        assert teaching.lesson_of(session, ADMIN, now=world.now) is None
    assert (gone.photos, gone.examples) == (BEGIN_AT, BEGIN_AT)
    with world.database.reading() as session:
        assert {row.actor_id for row in session.scalars(select(Audit))} == {0}


def test_nothing_is_kept_without_consent(world: World) -> None:
    """An admin's photo is a person's photo."""
    new = NewPhoto(dhash=1, width=640, height=480, source="telegram")
    with pytest.raises(ConsentMissing), world.database.session() as session:
        teaching.show(
            session, world.store, b"photo", new, user_id=ADMIN, label="polar", now=world.now
        )


def test_a_label_is_a_name_here_as_well(world: World) -> None:
    """No path and no command becomes a label."""
    with pytest.raises(InvalidLabel):
        show(world, "photo", label="/retrain")


def test_undo_on_the_pages_leaves_lessons_alone(world: World) -> None:
    """A reviewer takes back their last decision in review, not what they taught since."""
    photo = world.collected("one")
    decided = world.decide(photo, label="black")
    show(world, "white")
    with world.database.session() as session:
        assert verdicts.undo_last(session, ADMIN, now=world.tick()).id == decided.id
        standing = session.scalars(
            select(ReviewVerdict.via).where(ReviewVerdict.undone_at.is_(None))
        ).all()
    assert standing == ["teach"]
