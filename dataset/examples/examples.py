"""The examples of the dataset: their labels, and the one split of each group.

A group stays together in one split: near duplicates, photos of one observation, photos of one
person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from dataset.conversation.claims.label_names import check_label
from dataset.examples.suspending import is_learned, learned_label
from dataset.photos import duplicates
from dataset.storage.schema import Example, Photo, Split, utc_now

SHARES = ((Split.TRAIN, 0.70), (Split.VALID, 0.85), (Split.GATE, 1.0))
"""Upper bounds of the hashed fraction: 70% train, 15% valid, 15% gate."""
_PORTION = 1000


class Outcome(str, Enum):
    """The outcome for a photo that should become an example."""

    ADDED = "added"
    CONFLICT = "conflict"
    """Added, although a near duplicate has another label: a person should check."""
    KNOWN = "known"
    """This very photo is an example already."""
    DUPLICATE = "duplicate"
    """A near duplicate with the same label exists: this one would teach nothing."""
    KEPT_OUT = "kept_out"
    """It belongs to a group of the gate split, which it must not join."""


@dataclass(frozen=True, kw_only=True)
class Added:
    """An outcome, with the resulting example (its own, or the one it resembles)."""

    outcome: Outcome
    example: Example


def decide_split(group: str, *, salt: str, gate: bool = True) -> Split:
    """The split of a group: always the same for one salt. Without `gate`, train instead of it."""
    digest = hashlib.sha256(f"{salt}:{group}".encode()).digest()
    fraction = int.from_bytes(digest[:8], "big") / 2**64
    split = next(split for split, bound in SHARES if fraction < bound)
    return Split.TRAIN if split is Split.GATE and not gate else split


@dataclass(frozen=True, kw_only=True)
class NewExample:
    """What a photo is to be an example of, since when and in which split."""

    label: str
    origin: str
    """`collect`, `add` or `verdict`."""
    salt: str
    """Decides the split of a new group."""
    group: str | None = None
    """An observation or a person. A near duplicate's group goes before it, and a photo without
    either is its own group."""
    gate: bool = True
    """False, for photos of people, keeps it out of the gate split."""
    to_gate: bool = False
    """Puts it there, in a group of its own, unless a near duplicate lies in another split."""
    user_id: int | None = None
    verdict_id: int | None = None
    retraining_id: int | None = None


def add_example(
    session: Session,
    photo: Photo,
    new: NewExample,
    *,
    near_distance: int = duplicates.NEAR_DISTANCE,
    now: datetime | None = None,
) -> Added:
    """Make a kept photo an example, unless it or a near duplicate is one.

    The split is the group's, decided by its salted hash when the group is new. Raises InvalidLabel.
    Constant memory; two index look-ups and an insert.
    """
    label, to_gate = check_label(new.label), new.to_gate
    known = session.scalars(select(Example).where(Example.photo_id == photo.id)).first()
    if known is not None:
        return Added(outcome=Outcome.KNOWN, example=known)
    outcome = Outcome.ADDED
    near = duplicates.near_examples(session, photo.dhash, max_distance=near_distance)
    if near:
        like = near[0][0]
        if any(other.label == label for other, _ in near):
            same = next(other for other, _ in near if other.label == label)
            return Added(outcome=Outcome.DUPLICATE, example=same)
        closed = [other for other, _ in near if other.split is Split.GATE]
        if closed and not (new.gate or to_gate):
            return Added(outcome=Outcome.KEPT_OUT, example=closed[0])
        outcome = Outcome.CONFLICT
        group, split = like.group, like.split
    elif to_gate:
        group, split = f"gate:{photo.sha256}", Split.GATE
    else:
        group = new.group or f"photo:{photo.sha256}"
        split = split_of(session, group) or decide_split(group, salt=new.salt, gate=new.gate)
        if split is Split.GATE and not new.gate:
            split = Split.TRAIN
    example = Example(
        photo_id=photo.id,
        label=label,
        first_label=label,
        split=split,
        group=group,
        added_at=now or utc_now(),
        origin=new.origin,
        user_id=new.user_id,
        verdict_id=new.verdict_id,
        retraining_id=new.retraining_id,
    )
    session.add(example)
    session.flush()
    return Added(outcome=outcome, example=example)


def split_of(session: Session, group: str) -> Split | None:
    """The split that this group has, if it has an example."""
    return session.scalars(select(Example.split).where(Example.group == group).limit(1)).first()


@dataclass(frozen=True, kw_only=True)
class ExampleRow:
    """One example as training reads it; the file is `PhotoStore.get(sha256)`."""

    example_id: int
    photo_id: int
    sha256: str
    label: str
    split: Split
    group: str
    origin: str
    source: str
    user_id: int | None
    retraining_id: int | None
    added_at: datetime


def iterate(session: Session, *, learned: bool = False) -> Iterator[ExampleRow]:
    """Every example, in the order they were added.

    With `learned`, those that a training learns from, with the label that it learns. Reads a
    thousand at a time by key: constant memory for any number, linear time.
    """
    query = select(
        Example.id,
        Example.photo_id,
        Photo.sha256,
        learned_label() if learned else Example.label,
        Example.split,
        Example.group,
        Example.origin,
        Photo.source,
        Example.user_id,
        Example.retraining_id,
        Example.added_at,
    ).join(Photo, Example.photo_id == Photo.id)
    if learned:
        query = query.where(is_learned())
    last_id = 0
    while True:
        rows = session.execute(
            query.where(Example.id > last_id).order_by(Example.id).limit(_PORTION)
        ).all()
        for row in rows:
            yield ExampleRow(
                example_id=row[0],
                photo_id=row[1],
                sha256=row[2],
                label=row[3],
                split=row[4],
                group=row[5],
                origin=row[6],
                source=row[7],
                user_id=row[8],
                retraining_id=row[9],
                added_at=row[10],
            )
        if len(rows) < _PORTION:
            return
        last_id = rows[-1][0]


def counts(session: Session) -> dict[Split, dict[str, int]]:
    """How many examples each split has of each label."""
    found: dict[Split, dict[str, int]] = {split: {} for split in Split}
    for split, label, number in session.execute(
        select(Example.split, Example.label, func.count())
        .group_by(Example.split, Example.label)
        .order_by(Example.label)
    ):
        found[split][label] = number
    return found


def fingerprint(session: Session) -> tuple[str, dict[Split, dict[str, int]]]:
    """The identity of the dataset: a SHA-256 over photos, labels and splits, and the counts.

    What is set aside counts as what it was before. The order of adding does not matter. Linear
    time, constant memory.
    """
    digest = hashlib.sha256()
    last = ""
    while True:
        rows = session.execute(
            select(Photo.sha256, learned_label(), Example.split)
            .join(Example, Example.photo_id == Photo.id)
            .where(Photo.sha256 > last, is_learned())
            .order_by(Photo.sha256)
            .limit(_PORTION)
        ).all()
        for sha256, label, split in rows:
            digest.update(f"{sha256}\t{label}\t{split.value}\n".encode())
        if len(rows) < _PORTION:
            return digest.hexdigest(), counts(session)
        last = rows[-1][0]


def remove_example(session: Session, photo_id: int) -> bool:
    """Take a photo out of the dataset; the photo itself stays kept. False when it was not in."""
    removed = session.scalars(
        delete(Example).where(Example.photo_id == photo_id).returning(Example.id)
    ).first()
    return removed is not None
