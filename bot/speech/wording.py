"""How an answer reads, and the buttons under it.

All of it is in the person's language. Where a label's name differs from how the dataset spells
it, the first line adds the label: "Schwarzbär (black), 95 %".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.speech.articles import article_kind
from bot.speech.callback_data import button
from dataset.storage.schema import Verdict
from languages.catalogue import CAPITALISES_NOUNS, SOURCE, Words, capitalised
from models.bundles.manifest import Manifest

MOST_OFFERED = 48
"""Labels under one message: Telegram takes a hundred buttons, and nobody looks through more."""

_BARS = 3
_CELLS = 10


class Answered(Protocol):
    """The fields that an answer needs of a prediction, the classifier's or the stored one."""

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
    @property
    def is_incomplete(self) -> bool: ...
    @property
    def looked_again(self) -> bool: ...
    @property
    def is_preview(self) -> bool: ...


def name_of(label: str, manifest: Manifest, words: Words) -> str:
    """A label's name inside a sentence; the label itself where it has no name."""
    names = manifest.names.get(label, {})
    name = names.get(words.language) or names.get(SOURCE) or label
    if words.language in CAPITALISES_NOUNS:
        return name
    # Names built from the common noun ("Black bear") are lower-cased.
    is_common = not _common(manifest, words).isdisjoint(name.casefold().split(" "))
    return name[:1].lower() + name[1:] if is_common else name


def spelled(label: str, manifest: Manifest, words: Words) -> str:
    """The name, with the label as the dataset spells it where the name does not contain it."""
    name = name_of(label, manifest, words)
    is_in_it = f" {label} ".casefold() in f" {name} ".casefold()
    return name if is_in_it else f"{name} ({label})"


def headline(answer: Answered, manifest: Manifest, words: Words) -> str:
    """The first line."""
    if answer.verdict == Verdict.OUTSIDE:
        line = _outside(answer, manifest, words)
    elif answer.verdict == Verdict.UNSURE and len(answer.candidates) > 1:
        line = words("unsure", names=_together(answer.candidates, manifest, words))
    elif answer.verdict == Verdict.UNSURE:
        line = words("unsure-one", name=spelled(answer.label, manifest, words))
    else:
        percent = words.percent(answer.probability)
        line = words("sure", name=spelled(answer.label, manifest, words), percent=percent)
    return capitalised(line)


def full_text(answer: Answered, manifest: Manifest, words: Words) -> str:
    """The answer to one photo."""
    ranked = sorted(answer.probabilities.items(), key=lambda item: item[1], reverse=True)
    if answer.verdict == Verdict.OUTSIDE:
        percent = words.percent(answer.probability)
        below = words(
            "nearest", label=_with_article(answer.label, manifest, words), percent=percent
        )
    else:
        below = "\n".join(
            _bar(name_of(label, manifest, words), share, words) for label, share in ranked[:_BARS]
        )
    parts = [headline(answer, manifest, words), below]
    return "\n\n".join([*parts, *_notes(answer, words)])


def album_line(answer: Answered, manifest: Manifest, words: Words) -> str:
    """The answer to one photo of an album, without its number."""
    ranked = sorted(answer.probabilities.items(), key=lambda item: item[1], reverse=True)
    line = headline(answer, manifest, words)
    name = name_of if answer.label in line else spelled
    notes = _notes(answer, words)
    shares = ", ".join(
        f"{name(label, manifest, words)} {words.percent(share)}" for label, share in ranked[:2]
    )
    return " ".join([f"{line} ({shares}){'.' * bool(notes)}", *notes])


def _notes(answer: Answered, words: Words) -> list[str]:
    """How the answer came about, where it is not the ordinary way."""
    notes = {
        "looked-again": answer.looked_again,
        "incomplete": answer.is_incomplete,
        "preview": answer.is_preview,
    }
    return [words(name) for name, applies in notes.items() if applies]


def buttons(
    prediction_id: int, answer: Answered, manifest: Manifest, words: Words
) -> InlineKeyboardMarkup:
    """The buttons under one answer."""
    right = button(words("button-right"), prediction_id, "right")
    why = button(words("button-why"), prediction_id, "why")
    if answer.verdict == Verdict.OUTSIDE:
        though = button(_though(manifest, words), prediction_id, "wrong")
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
    number: int | None = None,
) -> InlineKeyboardMarkup:
    """The labels to choose from; by default all but the one of a sure answer. Of more
    than fit under a message, the likeliest. Under an album's answer each names its photo, by
    `number`."""
    of_photo = f"{number}: " if number is not None else ""
    known = list(answer.probabilities)
    if labels is None:
        labels = [
            label for label in known if label != answer.label or answer.verdict != Verdict.SURE
        ]
    labels = likeliest(labels, answer.probabilities)
    rows: list[list[InlineKeyboardButton]] = []
    for label in labels:
        text = of_photo + name_of(label, manifest, words)
        choice = button(text, prediction_id, "label", known.index(label))
        if rows and len(rows[-1]) < 2 and len(text) <= 18:
            rows[-1].append(choice)
        else:
            rows.append([choice])
    rest = [
        button(of_photo + words("button-none"), prediction_id, "none"),
        button(of_photo + words("button-other"), prediction_id, "other"),
    ]
    rows.append(rest)
    if can_go_back:
        rows.append([button(words("button-back"), prediction_id, "back")])
    return InlineKeyboardMarkup(rows)


def more_can_be_written(answer: Answered, words: Words) -> str | None:
    """The note when not every label is offered; None when all are."""
    if len(answer.probabilities) <= MOST_OFFERED:
        return None
    return words("wrong-likeliest", label=list(answer.probabilities)[-1])


def likeliest(labels: Sequence[str], probabilities: Mapping[str, float]) -> list[str]:
    """At most MOST_OFFERED of these labels, the likeliest, in the order in which they came."""
    if len(labels) <= MOST_OFFERED:
        return list(labels)
    ranked = sorted(labels, key=lambda label: probabilities.get(label, 0.0), reverse=True)
    chosen = set(ranked[:MOST_OFFERED])
    return [label for label in labels if label in chosen]


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


def _bar(name: str, share: float, words: Words) -> str:
    filled = min(_CELLS, max(0, round(share * _CELLS)))
    return f"{'▰' * filled}{'▱' * (_CELLS - filled)} {words.percent(share)} {name}"


def _together(labels: Sequence[str], manifest: Manifest, words: Words) -> str:
    """ "grizzly or black bear": names that share a noun say it once."""
    names = [spelled(label, manifest, words) for label in labels]
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
        message_id, values["labels"] = "outside-any", words.listed(names)
    if not answer.looks_like:
        return words(f"{message_id}-only", **values)
    return words(message_id, what=_a(words.thing(answer.looks_like), words), **values)


def _though(manifest: Manifest, words: Words) -> str:
    """The button that contradicts "I see no bear": "It is a bear"."""
    noun = manifest.noun.get(words.language) or manifest.noun.get(SOURCE)
    if not noun:
        return words("button-one-of-these")
    return words("button-one-though", what=_a(noun, words))


def _common(manifest: Manifest, words: Words) -> set[str]:
    """The noun of the names. A model that learned another label has none: then whatever two names
    begin or end with, as "oso negro" and "oso pardo", or "black bear" and "brown bear"."""
    noun = manifest.noun.get(words.language)
    if noun:
        return {noun.casefold()}
    texts = (names.get(words.language) or names.get(SOURCE) for names in manifest.names.values())
    ends = Counter(
        end
        for text in texts
        if text
        for end in {text.casefold().split(" ")[0], text.casefold().split(" ")[-1]}
    )
    return {end for end, count in ends.items() if count > 1}


def _with_article(label: str, manifest: Manifest, words: Words) -> str:
    """ "a teddy bear"; a label without a name stands alone."""
    name = spelled(label, manifest, words)
    return name if name == label else _a(name, words)


def _a(name: str, words: Words) -> str:
    return words("looks-like", name=name, kind=article_kind(name))
