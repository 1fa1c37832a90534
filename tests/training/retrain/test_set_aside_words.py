"""What a retraining says of the labels that it set aside."""

from __future__ import annotations

import dataclasses

import pytest

from training.retrain.gate.decision import Decision
from training.retrain.sifting import SetAside
from training.retrain.weighing import with_aside

PUBLISHED = Decision(publish=True, reason="Published.", blind_spot="", checks=())


def aside(kind: str, photos: int, contradicting: int, *reviewers: int) -> SetAside:
    return SetAside(
        kind=kind,
        name="5",
        photos={number: (0.9, None) for number in range(photos)},
        contradicting=contradicting,
        of=photos,
        reviewers=reviewers,
    )


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (
            aside("person", 3, 3, 2),
            "3 new labels on photos of one person, given by one reviewer, that contradict "
            "everything else. They are not learned until a second reviewer says the same of them",
        ),
        (
            aside("person", 3, 1, 2, 4),
            "3 new labels on photos of one person, given by 2 reviewers, of which 1 contradicts "
            "everything else. They are not learned",
        ),
        (
            dataclasses.replace(aside("person", 2, 2, 2), agreed=True),
            "2 new labels on photos of one person, given by one reviewer and by agreement or a "
            "file, that contradict everything else.",
        ),
        (
            aside("reviewer", 1, 1, 5),
            "1 new label by one reviewer that contradicts everything else. It is not learned until "
            "a second reviewer says the same of it (/review,",
        ),
    ],
)
def test_labels_set_aside_in_a_sentence(one: SetAside, said: str) -> None:
    """Their number agrees with the verb, and commands are written as one sends them."""
    reason = with_aside(PUBLISHED, (one,)).reason
    assert f"Set aside: {said}" in reason
    assert "`" not in reason


def test_all_labels_count_together() -> None:
    """One label of each of two reviewers are two."""
    both = (aside("reviewer", 1, 1), aside("reviewer", 1, 1))
    assert "They are not learned" in with_aside(PUBLISHED, both).reason
