"""Whether there is enough to train with."""

from __future__ import annotations

import pytest

from dataset.examples import examples, readiness
from dataset.storage.schema import Photo
from tests.dataset.world import World


def lack(world: World) -> readiness.Lack | None:
    with world.database.reading() as session:
        return readiness.lack_of_photos(session)


def add(world: World, label: str, count: int, *, to_gate: bool = False) -> None:
    """Examples that somebody added, none near another."""
    for number in range(count):
        photo = world.collected(f"{label}-{number}-{to_gate}")
        with world.database.session() as session:
            examples.add_example(
                session,
                session.get_one(Photo, photo.id),
                examples.NewExample(
                    label=label, origin="add", salt="salt", gate=False, to_gate=to_gate
                ),
            )


def test_an_empty_dataset_lacks_photos(world: World) -> None:
    """Also one that knows outsiders only."""
    add(world, "outside", 3)
    assert readiness.Lack(what="photos") == lack(world)


def test_one_label_lacks_another(world: World) -> None:
    """However many photos it has."""
    add(world, "black", 9)
    assert readiness.Lack(what="labels", label="black", photos=9) == lack(world)


@pytest.mark.parametrize(("photos", "gate"), [(4, 0), (0, 9)])
def test_each_label_needs_some_photos_to_learn_from(world: World, photos: int, gate: int) -> None:
    """What lies in the gate split is not learned from."""
    add(world, "black", 5)
    add(world, "teddy", photos)
    add(world, "teddy", gate, to_gate=True)
    assert readiness.Lack(what="label", label="teddy", photos=photos) == lack(world)


def test_enough_is_enough(world: World) -> None:
    """Two labels with five photos each."""
    add(world, "black", 5)
    add(world, "teddy", 5)
    assert lack(world) is None


def test_what_verdicts_may_still_bring_is_not_lacking(world: World) -> None:
    """While one waits to be folded, a second label or more photos may come of it."""
    add(world, "black", 9)
    _, photo = world.kept_answer(verdict="unsure", probability=0.5)
    world.decide(photo, label="teddy")
    assert lack(world) is None


def test_what_no_verdict_can_mend_is_lacking(world: World) -> None:
    """Waiting verdicts on the only label there is bring no other."""
    add(world, "black", 9)
    _, photo = world.kept_answer(verdict="unsure", probability=0.5)
    world.decide(photo, label="black")
    found = lack(world)
    assert found is not None
    assert found.what == "labels"
