"""How the pages show labels: their colours, their keys, and what the reader calls them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dataset.examples import labels as described
from dataset.storage.schema import OUTSIDE
from languages.catalogue import Words
from languages.reasons import Naming
from review.desk import Desk

HUES = 8
"""Number of label colours in the style sheet; with more labels, some share a colour."""
_TAKEN_LETTERS = frozenset("oxzynh")
"""These letters have a fixed meaning on the pages, and no label gets them: none of these, unusable,
undo, as suggested, keep, heat map."""
_GATE_LETTER = "g"


@dataclass(frozen=True, kw_only=True)
class LabelKey:
    """One label with its keys."""

    label: str
    hue: int
    digit: str | None
    letter: str | None


def every_label(labels: Sequence[str], order: Sequence[str]) -> tuple[str, ...]:
    """The order of all labels that were ever met, and these, where they have no place in it."""
    return (*order, *(label for label in labels if label not in order))


def label_keys(labels: Sequence[str], every: Sequence[str] | None = None) -> list[LabelKey]:
    """A digit for the first nine labels, and for every label its first free letter.

    `every` has all labels in their order, these among them: keys and colours are decided there, so
    that they stay the same when a label is gone, or the model answers in another order.
    """
    keys: list[LabelKey] = []
    taken = set(_TAKEN_LETTERS)
    for place, label in enumerate(every if every is not None else labels):
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
    return [key for key in keys if key.label in labels]


def gate_key(keys: Sequence[LabelKey]) -> str:
    """The key for "also to the gate": g, or Shift+G where a label has the g."""
    taken = any(key.letter == _GATE_LETTER for key in keys)
    return "Shift+G" if taken else _GATE_LETTER


def offered(known: Sequence[str], learned: Collection[str]) -> tuple[str, ...]:
    """The labels that a reviewer can choose: those of the model in use and those of the examples.

    When the two have no label in common, only those of the examples: then no model of the
    dataset's own labels is published yet.
    """
    others = sorted(set(learned) - {OUTSIDE, *known})
    return tuple(others) if others and not set(known) & set(learned) else (*known, *others)


def hue(labels: Sequence[str], label: str) -> int:
    """The colour of a label, by its place; any other text gets the last colour."""
    return labels.index(label) % HUES if label in labels else HUES - 1


def shown(label: str | None, words: Words) -> str:
    """A label as people read it."""
    return words("what-none") if label == OUTSIDE else label or words("something-else")


async def naming(desk: Desk, words: Words) -> Naming:
    """What the reader calls labels: as somebody said, else as the model in use does."""
    said = await desk.read(described.texts)
    manifest = desk.manifest() if desk.manifest else None

    def name(label: str) -> str:
        if label == OUTSIDE:
            return words("what-none")
        own = said[label].names if label in said else {}
        of_model = manifest.names.get(label, {}) if manifest else {}
        return own.get(words.language) or of_model.get(words.language) or label

    return name
