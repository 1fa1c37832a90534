"""What a training does not learn: labels set aside, and decisions taken back."""

from __future__ import annotations

from dataset.examples import examples, suspending
from dataset.examples.examples import NewExample, add_example
from dataset.reviewing import verdicts
from dataset.storage.schema import Photo
from tests.dataset.folds import SALT, fold
from tests.dataset.world import ADMIN, World


def learned(world: World) -> dict[int, str]:
    """The label that a training would learn each photo with."""
    with world.database.reading() as session:
        return {row.photo_id: row.label for row in examples.iterate(session, learned=True)}


def decided(world: World, label: str) -> Photo:
    """A photo that a reviewer gave this label, folded."""
    photo = world.collected(label)
    world.decide(photo, label=label)
    fold(world)
    return photo


def set_aside(world: World, photo: Photo) -> None:
    with world.database.session() as session:
        suspending.set_aside(session, {photo.id: (0.9, "teddy")}, retraining_id=1, now=world.tick())


def test_a_label_set_aside_waits_for_somebody_else(world: World) -> None:
    """Its reviewer may take it for something else, but not confirm it by way of that."""
    photo = decided(world, "black")
    set_aside(world, photo)
    assert {} == learned(world)
    world.decide(photo, label="grizzly")
    fold(world)
    assert {photo.id: "grizzly"} == learned(world)
    world.decide(photo, label="black")
    fold(world)
    assert {} == learned(world)
    world.decide(photo, label="black", reviewer_id=ADMIN + 1)
    fold(world)
    assert {photo.id: "black"} == learned(world)
    world.decide(photo, label="black")
    fold(world)
    assert {photo.id: "black"} == learned(world)


def test_what_is_taken_back_after_the_fold_is_not_learned(world: World) -> None:
    """The training that has just begun leaves it out, or learns what was said before."""
    decided(world, "black")
    added = world.collected("added")
    with world.database.session() as session:
        photo = session.get_one(Photo, added.id)
        add_example(session, photo, NewExample(label="teddy", origin="add", salt=SALT))
    relabelled = world.decide(added, label="grizzly")
    fold(world)
    assert {"black", "grizzly"} == set(learned(world).values())
    with world.database.session() as session:
        verdicts.undo_last(session, ADMIN, relabelled.id)
        verdicts.undo_last(session, ADMIN)
    assert {added.id: "teddy"} == learned(world)
