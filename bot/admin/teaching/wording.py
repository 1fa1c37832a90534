"""What the chat says of a lesson: how many photos there are, and what is odd about the last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat.photos import sentence_for
from bot.classifying.look_ahead import Sight
from bot.speech.callback_data import button
from bot.speech.wording import name_of
from dataset.examples.joining import BEGIN_AT, Count
from dataset.examples.readiness import Wants
from dataset.reviewing.teaching import PER_DAY, Fate, Shown
from dataset.storage.schema import OUTSIDE, Verdict
from languages.catalogue import Words, capitalised
from models.bundles.manifest import Manifest
from models.inference.classifier import Prediction


@dataclass(frozen=True)
class Looked:
    """One photo of a lesson: what became of it, and what the model in use says of it."""

    outcome: Shown | str
    """Or the catalogue's sentence for why it could not be taken."""
    sight: Sight


def count_text(label: str, count: Count, words: Words) -> str:
    """ "polar: 12 photos, 8 more and I can begin"."""
    values = {"label": capitalised(label), "count": count.total}
    if count.missing:
        return words("teach-count-missing", missing=count.missing, **values)
    if count.waiting:
        return words("teach-count-new", new=count.waiting, **values)
    return words("teach-count", **values)


def began_text(label: str, place: int | None, count: Count, words: Words) -> str:
    """The answer to /teach, which may have asked for a `place` in menus."""
    lines = [words("teach-began", label=label)]
    if place is not None:
        lines.append(words("teach-place", label=label, place=place))
    if not count.examples:
        lines.append(words("teach-began-new", label=label, least=BEGIN_AT))
    if count.total:
        lines.append(count_text(label, count, words))
    return "\n".join(lines)


def bad_place_text(label: str, places: range, words: Words) -> str:
    """Why a label cannot have the place in menus that was asked for, and which it can have."""
    if not places:
        return words("teach-place-kept", label=label)
    first, last = places[0], places[-1]
    message = "teach-place-only" if first == last else "teach-place-others"
    return words(message, label=label, first=first, last=last)


def shown_text(
    label: str, looked: Sequence[Looked], count: Count, manifest: Manifest, words: Words
) -> str:
    """The answer to photos of a lesson."""
    lines = [count_text(label, count, words)]
    shown = [one.outcome for one in looked if isinstance(one.outcome, Shown)]
    known = sum(outcome.fate is Fate.KNOWN for outcome in shown)
    if known:
        lines.append(words("teach-known", count=known))
    others = Counter(one.other_label for one in shown if one.fate is Fate.OTHER)
    lines += [
        words("teach-other", count=number, label=str(other)) for other, number in others.items()
    ]
    if any(outcome.fate is Fate.FULL for outcome in shown):
        lines.append(words("teach-full", most=PER_DAY))
    failed = Counter(one.outcome for one in looked if isinstance(one.outcome, str))
    for sentence, number in failed.items():
        said = sentence_for(sentence, words)
        lines.append(f"{number} × {said}" if number > 1 else said)
    lines += _oddities(label, looked, manifest, words)
    return "\n".join(lines)


def shown_buttons(looked: Sequence[Looked], words: Words) -> InlineKeyboardMarkup | None:
    """Undo, for what was taken of one message."""
    taken = [
        one.outcome.verdict_id
        for one in looked
        if isinstance(one.outcome, Shown) and one.outcome.fate is Fate.TAUGHT
    ]
    if not taken or taken[0] is None:
        return None
    return InlineKeyboardMarkup([[button(words("button-undo"), taken[0], "unteach")]])


def done_text(label: str, count: Count, wants: Wants, manifest: Manifest, words: Words) -> str:
    """The answer to /done: what there is, and what a retraining still wants."""
    lines = [count_text(label, count, words)]
    if count.missing or not count.waiting:
        return lines[0]
    if wants.forgotten:
        names = [name_of(one, manifest, words) for one in wants.forgotten]
        lines.append(words("teach-done-forgets", labels=words.listed(names)))
    elif wants.lack is not None and wants.lack.what == "label":
        lack = wants.lack
        lines.append(
            words("retrain-few-photos", label=lack.label, photos=lack.photos, least=lack.least)
        )
    elif wants.lack is not None:
        lines.append(words("teach-done-one-label"))
    else:
        lines.append(words("teach-done-next"))
    return "\n".join(lines)


def done_buttons(
    person: int, count: Count, wants: Wants, words: Words
) -> InlineKeyboardMarkup | None:
    """The next step after a lesson that brought something to learn, where a retraining can."""
    if count.missing or not count.waiting or wants.forgotten or wants.lack is not None:
        return None
    key: InlineKeyboardButton = button(words("button-retrain"), person, "retrain")
    return InlineKeyboardMarkup([[key]])


def _oddities(label: str, looked: Sequence[Looked], manifest: Manifest, words: Words) -> list[str]:
    """What the model in use takes the photos for that were taken, where it is sure of it."""
    takes: Counter[str] = Counter()
    for one in looked:
        taken = isinstance(one.outcome, Shown) and one.outcome.fate is Fate.TAUGHT
        if not taken or not isinstance(one.sight, Prediction):
            continue
        if one.sight.verdict == Verdict.OUTSIDE and label in manifest.labels:
            takes[OUTSIDE] += 1
        elif one.sight.verdict == Verdict.SURE and one.sight.label != label:
            takes[one.sight.label] += 1
    lines = []
    for other, count in takes.items():
        if other == OUTSIDE:
            lines.append(words("teach-odd-outside", count=count))
        else:
            name = name_of(other, manifest, words)
            lines.append(words("teach-odd", count=count, name=name))
    return [*lines, words("teach-odd-undo")] if lines else []
