"""Whether there is enough to train with, checked before anything takes time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dataset.conversation.claims.label_names import renamed
from dataset.examples.folding import waiting_labels
from dataset.examples.labels import retired
from dataset.examples.suspending import is_learned, learned_label
from dataset.storage.schema import OUTSIDE, Example, Split

LEAST_PHOTOS = 5
"""Photos to learn from that each label needs. Below it, not even the choice of a threshold means
anything; 50 are where it begins to be good."""


@dataclass(frozen=True, kw_only=True)
class Lack:
    """The lack: of any photos, of a second label, or of photos of one label."""

    what: Literal["photos", "labels", "label"]
    label: str = ""
    """The only one there is, or the one with too few photos."""
    photos: int = 0
    least: int = LEAST_PHOTOS

    def __str__(self) -> str:
        if self.what == "photos":
            return (
                "The dataset is empty: take photos in with `bear-detector add DIR` or"
                " `bear-detector collect LABEL…`."
            )
        if self.what == "labels":
            return (
                f"There is only the label {self.label!r}: to tell things apart takes two at"
                " least; add photos of another."
            )
        return (
            f"The label {self.label!r} has {self.photos} photos to learn from and needs"
            f" {self.least} at least (50 are a good beginning; about one in seven goes to the gate"
            " and is not learned from): add more."
        )


def lack_in(photos: Mapping[str, int], *, least: int = LEAST_PHOTOS) -> Lack | None:
    """The lack for these counts of photos by label; None when they suffice.

    A label that has photos in the gate split alone counts with 0.
    """
    labels = sorted(set(photos) - {OUTSIDE})
    if not labels:
        return Lack(what="photos", least=least)
    if len(labels) == 1:
        return Lack(what="labels", label=labels[0], photos=photos[labels[0]], least=least)
    for label in labels:
        if photos[label] < least:
            return Lack(what="label", label=label, photos=photos[label], least=least)
    return None


@dataclass(frozen=True, kw_only=True)
class Wants:
    """What a retraining that begins now still wants."""

    lack: Lack | None
    forgotten: Sequence[str]
    """Labels of the model in use, by their present names, that the next model would not know: the
    dataset has no photos of them, and nobody retired them."""


def wants_of(session: Session, known: Sequence[str]) -> Wants:
    """What is wanting, where the model in use knows these labels."""
    there = {*session.scalars(select(Example.label).distinct()), *waiting_labels(session)}
    now_called, gone = renamed(session), retired(session)
    present = dict.fromkeys(now_called.get(label, label) for label in known)
    return Wants(
        lack=lack_of_photos(session),
        forgotten=[label for label in present if label not in there and label not in gone],
    )


def lack_of_photos(session: Session) -> Lack | None:
    """The certain lack of a retraining that begins now; None when it may succeed.

    Verdicts that wait to be folded may bring photos and labels: while some do, only what they
    cannot mend is lacking.
    """
    learnable: Counter[str] = Counter()
    # PostgreSQL takes the label's expression in select and in group by for two.
    learned = select(learned_label().label("label"), Example.split).where(is_learned()).subquery()
    query = select(learned.c.label, learned.c.split, func.count()).group_by(
        learned.c.label, learned.c.split
    )
    for label, split, count in session.execute(query):
        learnable[label] += 0 if split is Split.GATE else count
    waiting = waiting_labels(session)
    lack = lack_in({**learnable, **dict.fromkeys(waiting, 0)})
    # With verdicts to come, how many photos a label will have is not certain yet.
    return None if waiting and lack is not None and lack.what == "label" else lack
