"""Which key says which label."""

from __future__ import annotations

import pytest

from review.pages.labelling import gate_key, label_keys, offered


@pytest.mark.parametrize(
    ("labels", "letters"),
    [
        (["black", "grizzly", "teddy"], ["b", "g", "t"]),
        (["brown bear", "black bear"], ["b", "l"]),
        (["ox", "zoo", "hyena", "yak", "newt"], [None, None, "e", "a", "w"]),
        (["Élan", "Ziege"], ["é", "i"]),
        (["50mm", "85mm"], ["m", None]),
    ],
    ids=["bears", "same letter", "taken letters", "other letters", "digits"],
)
def test_a_label_has_the_first_of_its_letters_that_is_free(
    labels: list[str], letters: list[str | None]
) -> None:
    """Letters with a meaning of their own are never a label's; without one the digit remains."""
    assert letters == [key.letter for key in label_keys(labels)]


@pytest.mark.parametrize(
    ("known", "learned", "expected"),
    [
        (["black", "teddy"], [], ["black", "teddy"]),
        (["black", "teddy"], ["teddy", "panda"], ["black", "teddy", "panda"]),
        (["black", "teddy"], ["morel", "chanterelle", "outside"], ["chanterelle", "morel"]),
        (["black", "teddy"], ["outside"], ["black", "teddy"]),
    ],
)
def test_labels_of_one_s_own_are_offered_before_a_model_knows_them(
    known: list[str], learned: list[str], expected: list[str]
) -> None:
    """And those of the model that ships are not, where no example has one."""
    assert expected == list(offered(known, learned))


def test_a_label_keeps_its_key_and_colour_when_another_is_gone() -> None:
    """Keys and colours are decided among all labels that were ever met, not among those offered."""
    every = ["grizzly", "black", "teddy", "gobi"]
    before = {key.label: key for key in label_keys(every, every)}
    for offered_now in (["teddy", "black"], ["gobi"], ["gobi", "teddy", "grizzly"], []):
        keys = label_keys(offered_now, every)
        assert [label for label in every if label in offered_now] == [key.label for key in keys]
        assert keys == [before[key.label] for key in keys]


def test_nine_labels_have_a_digit() -> None:
    """The tenth and further ones are reached by letter or button."""
    keys = label_keys([f"label {number}" for number in range(12)])
    assert ["1", "9", None] == [keys[0].digit, keys[8].digit, keys[9].digit]


@pytest.mark.parametrize(("label", "key"), [("grizzly", "Shift+G"), ("teddy", "g")])
def test_the_gate_key_gives_way_to_a_label(label: str, key: str) -> None:
    """g means the gate only where no label has it."""
    assert key == gate_key(label_keys([label]))
