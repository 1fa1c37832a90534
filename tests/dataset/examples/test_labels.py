"""Labels are described, renamed, merged and retired; their examples follow."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dataset.errors import InvalidLabel, NotFoundError, PlaceTaken
from dataset.examples import examples, labels
from dataset.examples.label_order import give_places, present_order
from dataset.storage.schema import Audit, Example, ReviewVerdict
from tests.dataset.folds import fold
from tests.dataset.world import ADMIN, World


@pytest.fixture
def three(world: World) -> World:
    """Two examples of each of three labels."""
    with world.database.session() as session:
        give_places(session, ["black", "grizzly", "teddy"])
    for label in ("black", "grizzly", "teddy"):
        for number in range(2):
            world.decide(world.collected(f"{label} {number}"), label=label)
    fold(world)
    return world


def shown(world: World) -> dict[str, int]:
    """How many examples are learned of each label."""
    found: dict[str, int] = {}
    with world.database.reading() as session:
        for row in examples.iterate(session, learned=True):
            found[row.label] = found.get(row.label, 0) + 1
    return found


def rename(world: World, label: str, to: str) -> int:
    with world.database.session() as session:
        return labels.rename(session, label, to, actor_id=ADMIN)


def test_a_renamed_label_keeps_its_place_and_its_examples(three: World) -> None:
    """Examples and verdicts say the new name; the key on the pages stays."""
    assert rename(three, "grizzly", "brown") == 2
    assert shown(three) == {"black": 2, "brown": 2, "teddy": 2}
    with three.database.reading() as session:
        assert present_order(session) == ("black", "brown", "teddy")
        assert set(session.scalars(select(ReviewVerdict.label))) == {"black", "brown", "teddy"}
    assert fold(three).changed == 0


def test_a_label_is_called_by_its_old_name_again(three: World) -> None:
    """A renaming can be taken back by another one."""
    rename(three, "grizzly", "brown")
    rename(three, "brown", "grizzly")
    assert shown(three) == {"black": 2, "grizzly": 2, "teddy": 2}
    with three.database.reading() as session:
        assert present_order(session) == ("black", "grizzly", "teddy")


def test_what_the_old_model_says_counts_for_the_new_name(three: World) -> None:
    """Until the next model answers, people and reviewers still say the old name."""
    rename(three, "grizzly", "brown")
    prediction, photo = three.kept_answer(label="black", user_id=5)
    claim = three.claim(prediction, label="grizzly", user_id=5)
    assert three.decide(photo, label="grizzly").label == "brown"
    assert three.status(claim) == "accepted"
    fold(three)
    assert shown(three)["brown"] == 3


def test_a_merged_label_is_one_with_the_other(three: World) -> None:
    """All of its examples are the other's, and so is what became this label before."""
    rename(three, "grizzly", "brown")
    rename(three, "brown", "black")
    assert shown(three) == {"black": 4, "teddy": 2}
    with three.database.reading() as session:
        assert present_order(session) == ("black", "teddy")
        trail = [row.action for row in session.scalars(select(Audit).order_by(Audit.id))]
    assert trail[-2:] == ["label_renamed", "label_merged"]
    prediction, photo = three.kept_answer(label="grizzly", user_id=5)
    three.claim(prediction, label="teddy", user_id=5)
    assert three.decide(photo, label="grizzly").label == "black"


def test_a_retired_label_is_learned_no_more_until_it_is_revived(three: World) -> None:
    """Its examples stay, and what the dataset is says that they do not count."""
    with three.database.session() as session:
        before = examples.fingerprint(session)[0]
        labels.retire(session, "teddy", actor_id=ADMIN)
    assert shown(three) == {"black": 2, "grizzly": 2}
    with three.database.session() as session:
        assert len(session.scalars(select(Example)).all()) == 6
        assert examples.fingerprint(session)[0] != before
        labels.revive(session, "teddy", actor_id=ADMIN)
        assert examples.fingerprint(session)[0] == before
    assert shown(three)["teddy"] == 2


def test_only_labels_that_nothing_has_learned_yet_change_places(three: World) -> None:
    """A key never changes its meaning; new labels have none yet, and one named for the first time
    gets its place at once."""
    with three.database.session() as session:
        give_places(session, ["polar", "panda"])
        for label, to in (("polar", 3), ("polar", 6), ("teddy", 4)):
            with pytest.raises(PlaceTaken):
                labels.place(session, label, to, learned=(), actor_id=ADMIN)
        labels.place(session, "panda", 4, learned=(), actor_id=ADMIN)
        assert present_order(session)[-2:] == ("panda", "polar")
        labels.place(session, "sloth", 4, learned=(), actor_id=ADMIN)
        assert present_order(session)[-3:] == ("sloth", "panda", "polar")
        known = labels.known_labels(session)
        places = [labels.open_places(known, label, ["sloth"]) for label in ("sloth", "polar")]
        assert places == [range(0), range(5, 7)]


def test_a_label_is_described(three: World) -> None:
    """Names by language and other spellings, each one line."""
    with three.database.session() as session:
        labels.describe(
            session,
            "polar",
            names={"de": " Eisbär ", "es": ""},
            aliases=["ice bear", "ice bear", ""],
            actor_id=ADMIN,
        )
    with three.database.reading() as session:
        said = labels.texts(session)
    assert set(said) == {"polar"}
    assert said["polar"].names == {"de": "Eisbär"}
    assert list(said["polar"].aliases) == ["ice bear"]


@pytest.mark.parametrize("name", ["Black", "PARDO", "oso negro", "ours"])
def test_two_labels_are_never_called_the_same(three: World, name: str) -> None:
    """Neither by their own names nor by what people or the model call them, in any language."""
    with three.database.session() as session:
        labels.describe(session, "black", names={"es": "pardo"}, aliases=["ours"], actor_id=ADMIN)
    for names, aliases in (({"en": name}, []), ({}, [name])):
        with pytest.raises(InvalidLabel), three.database.session() as session:
            labels.describe(
                session,
                "teddy",
                names=names,
                aliases=aliases,
                actor_id=ADMIN,
                others={"black": ["Oso negro"]},
            )


def test_a_label_that_is_taught_comes_after_those_that_the_model_knows(world: World) -> None:
    """Nothing shows these yet, and their keys keep their meaning all the same."""
    with world.database.session() as session:
        give_places(session, ["grizzly", "black"])
        labels.describe(session, "elephant", names={}, aliases=[], actor_id=ADMIN)
        assert present_order(session) == ("grizzly", "black", "elephant")


@pytest.mark.parametrize("to", ["/retrain", "outside", "grizzly", "Teddy", "..", ""])
def test_a_label_becomes_no_command_path_or_itself(three: World, to: str) -> None:
    """Then nothing changes."""
    with pytest.raises(InvalidLabel), three.database.session() as session:
        labels.rename(session, "grizzly", to, actor_id=ADMIN)
    assert shown(three)["grizzly"] == 2


def test_a_label_that_is_not_there_becomes_nothing(three: World) -> None:
    """Nor does one that has become another."""
    rename(three, "grizzly", "brown")
    for label in ("unicorn", "grizzly"):
        with pytest.raises(NotFoundError), three.database.session() as session:
            labels.rename(session, label, "moose", actor_id=ADMIN)
