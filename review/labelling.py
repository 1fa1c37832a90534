"""What labels look like on the pages: their colour, and the key that says each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dataset.schema import OUTSIDE

HUES = 8
"""Colours that the style sheet has for labels; more labels than that share them."""
NONE_OF_THESE = "none of these"
_TAKEN_LETTERS = frozenset("oxzynh")
"""What these letters mean on the pages, whatever the labels are called: none of these, unusable,
undo, as suggested, keep, heat map."""
_GATE_LETTER = "g"


@dataclass(frozen=True, kw_only=True)
class LabelKey:
    """One label with what a reviewer presses for it."""

    label: str
    hue: int
    digit: str | None
    letter: str | None


def label_keys(labels: Sequence[str]) -> list[LabelKey]:
    """A digit for the first nine labels, and for each its first letter that is still free."""
    keys: list[LabelKey] = []
    taken = set(_TAKEN_LETTERS)
    for place, label in enumerate(labels):
        letters = (letter for letter in label.lower() if letter.isalpha())
        letter = next((letter for letter in letters if letter not in taken), None)
        if letter is not None:
            taken.add(letter)
        keys.append(
            LabelKey(
                label=label,
                hue=place % HUES,
                digit=str(place + 1) if place < 9 else None,
                letter=letter,
            )
        )
    return keys


def gate_key(keys: Sequence[LabelKey]) -> str:
    """The key for "also to the gate": g, or Shift+G where a label has the g."""
    taken = any(key.letter == _GATE_LETTER for key in keys)
    return "Shift+G" if taken else _GATE_LETTER


def offered(known: Sequence[str], learned: Collection[str]) -> tuple[str, ...]:
    """What may be said of a photo where no model answers beside it: the labels that the model in
    use knows, and those of the examples. Before the first model of labels of one's own is
    published, when it knows none of the examples', theirs alone.
    """
    others = sorted(set(learned) - {OUTSIDE, *known})
    return tuple(others) if others and not set(known) & set(learned) else (*known, *others)


def hue(labels: Sequence[str], label: str) -> int:
    """The colour of a label; one that the model no longer knows has the last."""
    return labels.index(label) % HUES if label in labels else HUES - 1


def shown(label: str | None) -> str:
    """A label as people read it."""
    return NONE_OF_THESE if label == OUTSIDE else label or "something else"
