"""How an answer reads, and the buttons under it.

The first line is for people, in their language. Under it, bars name the labels exactly as the
dataset spells them, with percentages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.buttons import button
from bot.language import CAPITALISES_NOUNS, SOURCE, Words, capitalised, percent_number
from dataset.schema import Verdict
from models.manifest import Manifest

_BARS = 3
_CELLS = 10


class Answered(Protocol):
    """What is read of a prediction: the classifier's and the stored one alike."""

    @property
    def label(self) -> str: ...
    @property
    def probability(self) -> float: ...
    @property
    def probabilities(self) -> Mapping[str, float]: ...
    @property
    def verdict(self) -> str: ...
    @property
    def candidates(self) -> Sequence[str]: ...
    @property
    def looks_like(self) -> str | None: ...


def name_of(label: str, manifest: Manifest, words: Words) -> str:
    """What a person calls a label inside a sentence; the label itself where nothing names it."""
    names = manifest.names.get(label, {})
    name = names.get(words.language) or names.get(SOURCE) or label
    noun = manifest.noun.get(words.language, "").casefold()
    # A name made with the common noun ("Black bear") is none that keeps its capital, but in German.
    is_common = noun and noun in name.casefold().split(" ")
    if is_common and words.language not in CAPITALISES_NOUNS:
        return name[:1].lower() + name[1:]
    return name


def headline(answer: Answered, manifest: Manifest, words: Words) -> str:
    """The first line."""
    if answer.verdict == Verdict.OUTSIDE:
        line = _outside(answer, manifest, words)
    elif answer.verdict == Verdict.UNSURE and len(answer.candidates) > 1:
        line = words("unsure", names=_together(answer.candidates, manifest, words))
    elif answer.verdict == Verdict.UNSURE:
        line = words("unsure-one", name=name_of(answer.label, manifest, words))
    else:
        percent = words.percent(answer.probability)
        line = words("sure", name=name_of(answer.label, manifest, words), percent=percent)
    return capitalised(line)


def full_text(answer: Answered, manifest: Manifest, words: Words) -> str:
    """The answer to one photo."""
    ranked = sorted(answer.probabilities.items(), key=lambda item: item[1], reverse=True)
    if answer.verdict == Verdict.OUTSIDE:
        below = words("nearest", label=answer.label, percent=words.percent(answer.probability))
    else:
        below = "\n".join(_bar(label, share) for label, share in ranked[:_BARS])
    return f"{headline(answer, manifest, words)}\n\n{below}"


def album_line(answer: Answered, manifest: Manifest, words: Words) -> str:
    """The answer to one photo of an album, without its number."""
    ranked = sorted(answer.probabilities.items(), key=lambda item: item[1], reverse=True)
    shares = ", ".join(f"{label} {percent_number(share)}%" for label, share in ranked[:2])
    return f"{headline(answer, manifest, words)} ({shares})"


def buttons(
    prediction_id: int, answer: Answered, manifest: Manifest, words: Words
) -> InlineKeyboardMarkup:
    """What can be said of one answer with a press."""
    right = button(words("button-right"), prediction_id, "right")
    why = button(words("button-why"), prediction_id, "why")
    if answer.verdict == Verdict.OUTSIDE:
        though = button(words("button-one-though"), prediction_id, "wrong")
        return InlineKeyboardMarkup([[right, though], [why]])
    if answer.verdict == Verdict.UNSURE:
        offered = choices(
            prediction_id, answer, manifest, words, labels=answer.candidates, can_go_back=False
        )
        return InlineKeyboardMarkup([*offered.inline_keyboard, [why]])
    wrong = button(words("button-wrong"), prediction_id, "wrong")
    return InlineKeyboardMarkup([[right, wrong, why]])


def choices(
    prediction_id: int,
    answer: Answered,
    manifest: Manifest,
    words: Words,
    *,
    labels: Sequence[str] | None = None,
    can_go_back: bool,
) -> InlineKeyboardMarkup:
    """The labels to choose from; by default all but the one that was answered as sure."""
    known = list(answer.probabilities)
    if labels is None:
        labels = [
            label for label in known if label != answer.label or answer.verdict != Verdict.SURE
        ]
    rows: list[list[InlineKeyboardButton]] = []
    for label in labels:
        text = name_of(label, manifest, words)
        choice = button(text, prediction_id, "label", known.index(label))
        if rows and len(rows[-1]) < 2 and len(text) <= 18:
            rows[-1].append(choice)
        else:
            rows.append([choice])
    rest = [
        button(words("button-none"), prediction_id, "none"),
        button(words("button-other"), prediction_id, "other"),
    ]
    rows.append(rest)
    if can_go_back:
        rows.append([button(words("button-back"), prediction_id, "back")])
    return InlineKeyboardMarkup(rows)


def album_buttons(
    predictions: Sequence[tuple[int, int]], words: Words
) -> InlineKeyboardMarkup | None:
    """Buttons under an album's answer for (prediction id, number) pairs."""
    if not predictions:
        return None
    wrong = [
        button(words("button-wrong-number", number=str(number)), prediction_id, "wrong")
        for prediction_id, number in predictions
    ]
    rows = [wrong[start : start + 3] for start in range(0, len(wrong), 3)]
    rows.append([button(words("button-all-right"), predictions[0][0], "allright")])
    return InlineKeyboardMarkup(rows)


def _bar(label: str, share: float) -> str:
    filled = min(_CELLS, max(0, round(share * _CELLS)))
    return f"{'▰' * filled}{'▱' * (_CELLS - filled)} {percent_number(share)}% {label}"


def _together(labels: Sequence[str], manifest: Manifest, words: Words) -> str:
    """ "grizzly or black bear": the noun that all names share is said once."""
    names = [name_of(label, manifest, words) for label in labels]
    noun = manifest.noun.get(words.language, "")
    if noun and all(name.endswith(f" {noun}") for name in names):
        names = [*(name.removesuffix(f" {noun}") for name in names[:-1]), names[-1]]
    elif noun and all(name.startswith(f"{noun} ") for name in names):
        names = [names[0], *(name.removeprefix(f"{noun} ") for name in names[1:])]
    return words.any_of(names)


def _outside(answer: Answered, manifest: Manifest, words: Words) -> str:
    noun = manifest.noun.get(words.language) or manifest.noun.get(SOURCE)
    values: dict[str, str] = {}
    if noun:
        message_id, values["noun"] = "outside", noun
    else:
        names = [name_of(label, manifest, words) for label in manifest.labels]
        message_id, values["labels"] = "outside-any", ", ".join(names)
    if not answer.looks_like:
        return words(f"{message_id}-only", **values)
    kind = "vowel" if answer.looks_like[:1].lower() in "aeiou" else "consonant"
    what = words("looks-like", name=words.thing(answer.looks_like), kind=kind)
    return words(message_id, what=what, **values)
