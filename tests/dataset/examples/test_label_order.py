"""The order of the labels, decided once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataset.examples import examples
from dataset.examples.label_order import give_places, in_order, label_order, labels_as_they_came
from dataset.storage.schema import Photo
from tests.dataset.world import World

FILE = ("grizzly", "black", "teddy")


def place(world: World, labels: Sequence[str], first: Sequence[str] = FILE) -> tuple[str, ...]:
    with world.database.session() as session:
        return give_places(session, labels, first=first)


def add(world: World, name: str, label: str) -> Photo:
    photo = world.collected(name)
    with world.database.session() as session:
        kept = session.get_one(Photo, photo.id)
        examples.add_example(
            session, kept, examples.NewExample(label=label, origin="add", salt="salt")
        )
    return photo


def test_the_file_s_labels_come_first_and_the_rest_as_they_came(world: World) -> None:
    """Whatever order they are met in."""
    order = place(world, ["zebra", "teddy", "ant", "grizzly", "outside"])
    assert order == ("grizzly", "teddy", "zebra", "ant")


def test_a_place_is_kept_for_ever(world: World) -> None:
    """A label that comes later goes behind, also one that the file names before the others; one
    that no photo has any more keeps its place for when it returns."""
    photo = add(world, "a", "teddy")
    add(world, "b", "black")
    place(world, ["teddy", "black"])
    with world.database.session() as session:
        examples.remove_example(session, photo.id)
    assert place(world, ["black", "grizzly"]) == ("black", "teddy", "grizzly")
    assert place(world, FILE, first=()) == ("black", "teddy", "grizzly")


def test_labels_that_nobody_used_make_room(world: World) -> None:
    """One's own labels begin from the first, though the model that ships was met before them."""
    place(world, FILE)
    add(world, "a", "morel")
    assert place(world, ["morel", "amanita"]) == ("morel", "amanita")
    assert place(world, FILE) == ("morel", "amanita", *FILE)


def test_labels_come_as_their_first_photos_did(world: World) -> None:
    """By the oldest example of each; `outside` is not a label."""
    for number, label in enumerate(["teddy", "outside", "black", "teddy"]):
        add(world, f"photo {number}", label)
    with world.database.reading() as session:
        assert labels_as_they_came(session) == ["teddy", "black"]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [([], ()), (["x", "black", "grizzly"], ("grizzly", "black", "x")), (["y", "x"], ("y", "x"))],
)
def test_labels_without_a_place_stand_last(labels: list[str], expected: tuple[str, ...]) -> None:
    """As they were given, for want of anything better."""
    assert in_order(labels, FILE) == expected


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(met=st.lists(st.lists(st.sampled_from("abcdef"), max_size=4), max_size=6))
def test_no_order_of_events_moves_a_label(world: World, met: list[list[str]]) -> None:
    """Models, photos and imports bring labels in any order: what has a place keeps it."""
    with world.database.reading() as session:
        used = labels_as_they_came(session)
    if not used:
        add(world, "photo", "used")
    before = place(world, ["used"])
    for labels in met:
        after = place(world, labels, first="fedcba")
        assert after[: len(before)] == before
        before = after
    with world.database.reading() as session:
        assert label_order(session) == before
