"""From verdicts to examples: splits decided once, quotas, and what takes one out again."""

from __future__ import annotations

from typing import Any

import pytest

from dataset.conversation.claims import claims
from dataset.errors import InvalidLabel
from dataset.examples import examples
from dataset.examples.examples import NewExample, Outcome, add_example, decide_split
from dataset.privacy import consents
from dataset.reviewing import verdicts
from dataset.storage.database import Database
from dataset.storage.schema import Photo, Split, Suspicion
from tests.dataset.folds import SALT, fold
from tests.dataset.world import ADMIN, QUORUM, World, dhash_of


def _all(world: World, split: Split | None = None) -> list[examples.ExampleRow]:
    with world.database.reading() as session:
        return [row for row in examples.iterate(session) if split in (None, row.split)]


def _labels(world: World) -> list[str]:
    return [row.label for row in _all(world)]


def _add(world: World, photo: Photo, label: str = "black", **more: Any) -> examples.Added:
    how = {name: more.pop(name) for name in ("near_distance", "now") if name in more}
    options: dict[str, Any] = {"origin": "collect", "salt": SALT} | more
    with world.database.session() as session:
        new = NewExample(label=label, **options)
        return add_example(session, session.merge(photo), new, **how)


def _group_in(split: Split) -> str:
    return next(
        group
        for number in range(1000)
        if decide_split(group := f"group-{number}", salt=SALT) is split
    )


def test_a_split_is_always_the_same() -> None:
    """One group and one salt give one split, in every process."""
    assert decide_split("observation:17", salt="a") is decide_split("observation:17", salt="a")
    assert Split.TRAIN is decide_split("user:1", salt="bear-detector")


def test_the_shares_are_as_stated() -> None:
    """Of many groups about 70% are train, 15% valid and 15% gate."""
    splits = [decide_split(f"group:{number}", salt="s") for number in range(20_000)]

    assert 0.70 == pytest.approx(splits.count(Split.TRAIN) / 20_000, abs=0.01)
    assert 0.15 == pytest.approx(splits.count(Split.VALID) / 20_000, abs=0.01)


def test_another_salt_divides_otherwise() -> None:
    """Nobody who does not know the salt can choose their split."""
    one, other = (
        [decide_split(f"group:{number}", salt=salt) for number in range(100)] for salt in "ab"
    )

    assert one != other


def test_photos_of_people_never_hash_into_the_gate() -> None:
    """Where the gate is closed, its groups are train."""
    group = _group_in(Split.GATE)

    assert Split.TRAIN is decide_split(group, salt=SALT, gate=False)


def test_a_verdict_becomes_an_example_at_the_fold(world: World) -> None:
    """Not before; then with label, person and run."""
    _, photo = world.kept_answer(user_id=5)
    world.decide(photo, label="grizzly")
    before = _all(world)
    report = fold(world)
    (row,) = _all(world)

    assert [] == before
    assert (1, 1) == (report.added, report.changed)
    assert ("grizzly", "verdict", 5, "user:5") == (row.label, row.origin, row.user_id, row.group)


def test_folding_again_changes_nothing(world: World) -> None:
    """A second fold finds everything as it should be."""
    _, photo = world.kept_answer()
    world.decide(photo, label="grizzly")
    fold(world)

    assert fold(world).changed == 0


def test_none_of_these_becomes_a_hard_negative(world: World) -> None:
    """A photo of none of the labels is an example of `outside`."""
    _, photo = world.kept_answer()
    world.decide(photo, "none")
    fold(world)

    assert ["outside"] == _labels(world)


def test_an_unusable_photo_becomes_nothing(world: World) -> None:
    """A rejected photo is not an example; one that was becomes none."""
    _, photo = world.kept_answer()
    world.decide(photo, "reject")
    first = fold(world)
    world.decide(photo, label="grizzly")
    fold(world)
    world.decide(photo, "reject")
    last = fold(world)

    assert (0, 1) == (first.changed, last.rejected)
    assert [] == _all(world)


def test_a_later_verdict_relabels_and_moves_nothing(world: World) -> None:
    """The label follows the newest verdict; the split stays."""
    _, photo = world.kept_answer()
    world.decide(photo, label="grizzly")
    fold(world)
    (before,) = _all(world)
    world.decide(photo, label="teddy", to_gate=True)
    report = fold(world)
    (after,) = _all(world)

    assert 1 == report.relabelled
    assert ("teddy", before.split) == (after.label, after.split)


def test_an_undone_verdict_takes_its_example_out(world: World) -> None:
    """What came from a verdict goes with it."""
    _, photo = world.kept_answer()
    world.decide(photo, label="grizzly")
    fold(world)
    with world.database.session() as session:
        verdicts.undo_last(session, ADMIN)
    report = fold(world)

    assert (1, []) == (report.undone, _all(world))


def test_an_undone_relabelling_gives_the_first_label_back(world: World) -> None:
    """A collected photo has its own label again."""
    photo = world.collected("a")
    _add(world, photo, "black")
    world.decide(photo, label="grizzly")
    fold(world)
    relabelled = _labels(world)
    with world.database.session() as session:
        verdicts.undo_last(session, ADMIN)
    report = fold(world)

    assert ["grizzly"] == relabelled
    assert (1, ["black"]) == (report.restored, _labels(world))


def test_undoing_one_of_two_verdicts_leaves_the_other(world: World) -> None:
    """The verdict before counts again."""
    _, photo = world.kept_answer()
    world.decide(photo, label="grizzly")
    world.decide(photo, label="teddy")
    fold(world)
    with world.database.session() as session:
        verdicts.undo_last(session, ADMIN)
    fold(world)

    assert ["grizzly"] == _labels(world)


def test_withdrawn_consent_stops_use_at_the_next_run(world: World) -> None:
    """Examples that rest on a withdrawn consent are taken out, and not taken in again."""
    _, folded = world.kept_answer(user_id=5)
    _, waiting = world.kept_answer(user_id=5)
    world.decide(folded, label="grizzly")
    fold(world)
    world.decide(waiting, label="grizzly")
    with world.database.session() as session:
        consents.withdraw(session, 5)
    report = fold(world)

    assert (1, 0, []) == (report.withdrawn, report.added, _all(world))


def test_a_banned_person_s_photos_are_taken_out(world: World) -> None:
    """Everything from one person goes with a ban and a run; lifting it brings it back."""
    _, photo = world.kept_answer(user_id=5)
    world.decide(photo, label="grizzly")
    fold(world)
    with world.database.session() as session:
        claims.ban_claims(session, 5, banned_by=ADMIN, quorum=QUORUM)
    banned = fold(world)
    with world.database.session() as session:
        claims.unban_claims(session, 5, unbanned_by=ADMIN, quorum=QUORUM)
    lifted = fold(world)

    assert (1, 1) == (banned.banned, lifted.added)


def test_one_run_takes_so_many_photos_of_one_person(world: World) -> None:
    """The quota bounds what a person gives to one run; the rest waits for the next."""
    for number in range(5):
        _, photo = world.kept_answer(user_id=5 if number else 6)
        world.decide(photo, label="grizzly")
    first = fold(world, per_person=3)
    second = fold(world, per_person=3)

    assert (4, 1) == (first.added, first.over_quota)
    assert (1, 0) == (second.added, second.over_quota)


def test_one_person_s_photos_share_a_split(world: World) -> None:
    """Photos of one person are never torn apart."""
    for _ in range(5):
        _, photo = world.kept_answer(user_id=5)
        world.decide(photo, label="grizzly")
    fold(world)

    assert 1 == len({row.split for row in _all(world)})


def test_no_person_s_photo_is_in_the_gate_by_itself(world: World) -> None:
    """Of many people nobody's photo enters the gate."""
    for user_id in range(100, 140):
        _, photo = world.kept_answer(user_id=user_id)
        world.decide(photo, label="grizzly")
    fold(world)

    assert [] == _all(world, Split.GATE)
    assert {Split.TRAIN, Split.VALID} == {row.split for row in _all(world)}


def test_a_reviewer_can_put_a_photo_into_the_gate(world: World) -> None:
    """The only way for a person's photo; the person's other photos stay where they are."""
    _, ordinary = world.kept_answer(user_id=5)
    _, chosen = world.kept_answer(user_id=5)
    world.decide(ordinary, label="grizzly")
    world.decide(chosen, label="grizzly", to_gate=True)
    fold(world)

    assert [chosen.sha256] == [row.sha256 for row in _all(world, Split.GATE)]


def test_a_near_duplicate_of_training_cannot_enter_the_gate(world: World) -> None:
    """A gate photo that training has seen would measure memory."""
    near = world.collected("seen", dhash=dhash_of("bear"))
    _add(world, near, "black", group=_group_in(Split.TRAIN))
    photo = world.keep(world.answer(), content="again", dhash=dhash_of("bear") ^ 1)
    world.decide(photo, label="grizzly", to_gate=True)
    report = fold(world)

    assert (1, []) == (report.conflicts, _all(world, Split.GATE))


def test_a_near_duplicate_of_the_gate_is_kept_out(world: World) -> None:
    """A person's photo that resembles a gate photo goes nowhere."""
    near = world.collected("gate", dhash=dhash_of("bear"))
    _add(world, near, "black", group=_group_in(Split.GATE))
    photo = world.keep(world.answer(), content="again", dhash=dhash_of("bear") ^ 1)
    world.decide(photo, label="grizzly")
    report = fold(world)

    assert (1, 1) == (report.kept_out, len(_all(world)))


def test_a_near_duplicate_with_the_same_label_is_left_out(world: World) -> None:
    """It would teach nothing, and many of them would steer."""
    _add(world, world.collected("one", dhash=dhash_of("bear")), "black")
    added = _add(world, world.collected("two", dhash=dhash_of("bear") ^ 1), "black")

    assert added.outcome is Outcome.DUPLICATE
    assert 1 == len(_all(world))


def test_a_near_duplicate_with_another_label_is_a_conflict(world: World) -> None:
    """It joins the group, so that the split holds, and is noted for a person to look at."""
    near = world.collected("one", dhash=dhash_of("bear"))
    _add(world, near, "black", group=_group_in(Split.VALID))
    photo = world.keep(world.answer(), content="two", dhash=dhash_of("bear") ^ 1)
    world.decide(photo, label="grizzly")
    report = fold(world)
    rows = _all(world)

    assert (1, 2) == (report.conflicts, len(rows))
    assert 1 == len({(row.group, row.split) for row in rows})
    with world.database.reading() as session:
        assert session.get_one(Suspicion, photo.id).kind == "conflict"


def test_a_known_photo_is_not_added_twice(world: World) -> None:
    """The same photo again changes neither label nor split."""
    photo = world.collected("one")
    first = _add(world, photo, "black")
    second = _add(world, photo, "grizzly")

    assert (Outcome.ADDED, Outcome.KNOWN) == (first.outcome, second.outcome)
    assert ["black"] == _labels(world)


def test_a_group_keeps_the_split_it_was_given(world: World) -> None:
    """A group's split is stored: even another salt does not move it."""
    group = _group_in(Split.VALID)
    other = next(
        salt for salt in map(str, range(100)) if decide_split(group, salt=salt) is Split.TRAIN
    )
    _add(world, world.collected("one"), group=group)
    _add(world, world.collected("two"), group=group, salt=other)

    assert 2 == len(_all(world, Split.VALID))


def test_a_label_that_is_a_path_never_becomes_a_folder(world: World) -> None:
    """The dataset takes names only."""
    with pytest.raises(InvalidLabel):
        _add(world, world.collected("one"), "../../etc")


def test_the_fingerprint_follows_the_content(world: World) -> None:
    """It depends on photos, labels and splits, and not on the order in which they came."""
    with world.database.reading() as session:
        empty, _ = examples.fingerprint(session)
    for name in ("one", "two"):
        _add(world, world.collected(name), group=_group_in(Split.TRAIN) + name)
    with world.database.reading() as session:
        full, counted = examples.fingerprint(session)
    for name in ("one", "two"):
        with world.database.session() as session:
            photo = world.collected(name)
            examples.remove_example(session, photo.id)
    for name in ("two", "one"):
        _add(world, world.collected(name), group=_group_in(Split.TRAIN) + name)
    with world.database.reading() as session:
        again, _ = examples.fingerprint(session)

    assert empty != full == again
    assert 2 == sum(sum(labels.values()) for labels in counted.values())


def test_reading_many_examples_goes_by_portions(world: World, database: Database) -> None:
    """More examples than one portion holds are all read, once each, in order."""
    from dataset.storage.schema import Example

    with database.session() as session:
        photos = [
            Photo(
                sha256=f"{number:064x}",
                dhash=dhash_of(str(number)),
                width=1,
                height=1,
                size_bytes=1,
                source="collect",
            )
            for number in range(2100)
        ]
        session.add_all(photos)
        session.flush()
        session.add_all(
            Example(
                photo_id=photo.id,
                label="black",
                first_label="black",
                split=Split.TRAIN,
                group=photo.sha256,
                origin="collect",
            )
            for photo in photos
        )

    rows = _all(world)
    assert (2100, 2100) == (len(rows), len({row.sha256 for row in rows}))
