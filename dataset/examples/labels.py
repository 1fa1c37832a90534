"""The labels themselves: what they are called, renaming, merging and retiring them.

A model in use keeps the names that it learned until the next one comes. Answers and claims say what
was said at the time; examples and verdicts follow at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from dataset.conversation.claims.label_names import check_label, check_new_label, renamed
from dataset.errors import InvalidLabel, NameTaken, NotFoundError, PlaceTaken
from dataset.examples.joining import Count, count
from dataset.examples.label_order import give_places, labels_as_they_came, present_order
from dataset.storage import audit
from dataset.storage.schema import (
    OUTSIDE,
    Example,
    Label,
    Lesson,
    ReviewVerdict,
    Split,
    Suspicion,
    utc_now,
)

MOST_ALIASES = 20


@dataclass(frozen=True, kw_only=True)
class Texts:
    """What people read and write for a label."""

    names: Mapping[str, str]
    """By language."""
    aliases: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Known:
    """One label, as the page of labels shows it."""

    label: str
    place: int
    texts: Texts
    retired_at: datetime | None
    splits: Mapping[Split, int]
    """Its examples."""
    count: Count

    @property
    def is_new(self) -> bool:
        """No example shows it yet, so that no model can have learned it here."""
        return not self.count.examples


def known_labels(session: Session) -> list[Known]:
    """Every label in its order, less those that became others."""
    splits: dict[str, dict[Split, int]] = {}
    query = select(Example.label, Example.split, func.count()).group_by(
        Example.label, Example.split
    )
    for label, split, examples in session.execute(query):
        splits.setdefault(label, {})[split] = examples
    rows = session.scalars(
        select(Label).where(Label.becomes.is_(None)).order_by(Label.place, Label.label)
    )
    return [
        Known(
            label=row.label,
            place=row.place,
            texts=_texts_of(row),
            retired_at=row.retired_at,
            splits=splits.get(row.label, {}),
            count=count(session, row.label),
        )
        for row in rows
    ]


def texts(session: Session) -> dict[str, Texts]:
    """What people said of labels, in the chat or on the pages; others are missing."""
    rows = session.scalars(select(Label).where(Label.becomes.is_(None)))
    found = {row.label: _texts_of(row) for row in rows}
    return {label: said for label, said in found.items() if said.names or said.aliases}


def retired(session: Session) -> set[str]:
    """Labels whose examples are learned from no more."""
    return set(session.scalars(select(Label.label).where(Label.retired_at.is_not(None))))


def choosable(session: Session, known: Sequence[str]) -> tuple[str, ...]:
    """The labels that a reviewer can choose: the model's (`known`) by their present names, then
    those that only examples have; less those retired."""
    now_called, gone = renamed(session), retired(session)
    present = [now_called.get(label, label) for label in known]
    every = dict.fromkeys([*present, *labels_as_they_came(session)])
    return tuple(label for label in every if label not in gone)


def describe(
    session: Session,
    label: str,
    *,
    names: Mapping[str, str],
    aliases: Sequence[str],
    actor_id: int,
    others: Mapping[str, Iterable[str]] | None = None,
) -> None:
    """Say what a label is called, by language, and its aliases: from now on.

    A new label gets the next place. Writes an audit row. Raises InvalidLabel, also where another
    label is called so: by its own name, by what people said, or by the model (`others`).
    """
    wanted = {language: _text(name) for language, name in names.items() if name.strip()}
    more = list(dict.fromkeys(_text(alias) for alias in aliases if alias.strip()))
    if len(more) > MOST_ALIASES:
        raise InvalidLabel("aliases", f"A label takes at most {MOST_ALIASES} aliases.")
    row = _row(session, label)
    taken = _taken(session, label, others or {})
    for text in (*wanted.values(), *more):
        if text.casefold() in taken:
            raise NameTaken(text, taken[text.casefold()])
    row.names, row.aliases = wanted or None, more or None
    session.flush()
    details = {"names": wanted, "aliases": more}
    audit.record(
        session,
        actor_id=actor_id,
        action="label_described",
        subject=f"label:{label}",
        details=details,
    )


def open_places(known: Sequence[Known], label: str, learned: Collection[str]) -> range:
    """The places in menus, from 1, that a label can have: its own and those around it of labels
    that no model has learned (`learned` are those of the model in use).

    Empty for a label that has been learned: all those keep their places for good.
    """
    present = [one for one in known if one.retired_at is None]
    is_open = [one.is_new and one.label not in learned for one in present]
    at = next((place for place, one in enumerate(present) if one.label == label), None)
    if at is None or not is_open[at]:
        return range(0)
    first = last = at
    while first > 0 and is_open[first - 1]:
        first -= 1
    while last + 1 < len(present) and is_open[last + 1]:
        last += 1
    return range(first + 1, last + 2)


def free_place(session: Session) -> int:
    """The place in menus, from 1, that a label gets which is new now."""
    in_menus = select(func.count()).select_from(Label)
    count = session.scalar(in_menus.where(Label.becomes.is_(None), Label.retired_at.is_(None)))
    return (count or 0) + 1


def place(
    session: Session, label: str, to: int, *, learned: Collection[str], actor_id: int
) -> None:
    """Give a label another place in menus, from 1; those between move by one.

    A new label that has none gets one. Writes an audit row. Raises PlaceTaken for a place that
    `open_places` does not name.
    """
    _row(session, label)
    known = known_labels(session)
    places = open_places(known, label, learned)
    if to not in places:
        raise PlaceTaken(label, places)
    present = [one for one in known if one.retired_at is None]
    moving = [present[one - 1] for one in places]
    free = [one.place for one in moving]
    this = next(one for one in moving if one.label == label)
    moving.remove(this)
    moving.insert(to - places.start, this)
    for one, number in zip(moving, free, strict=True):
        _row(session, one.label).place = number
    session.flush()
    audit.record(
        session,
        actor_id=actor_id,
        action="label_moved",
        subject=f"label:{label}",
        details={"place": to},
    )


def check_new_name(session: Session, label: str, to: str) -> str:
    """The name that a label can be given, or the label to merge it into; raises InvalidLabel."""
    to = check_new_label(to)
    if to == label:
        raise InvalidLabel("same", f"{label} is called so already.")
    if to == OUTSIDE:
        raise InvalidLabel(
            "outside", f"{OUTSIDE} stands for none of the labels: retire the label instead."
        )
    for other in present_order(session):
        if to != other != label and to.casefold() == other.casefold():
            raise InvalidLabel("capitals", f"There is {other}, which differs by capitals alone.")
    return to


def rename(session: Session, label: str, to: str, *, actor_id: int) -> int:
    """Call a label something else, from now on everywhere; returns how many examples follow.

    When the other label exists, this one is merged into it, which cannot be undone. The place of
    the label stays when it is renamed. Writes an audit row. Raises InvalidLabel, NotFoundError.
    """
    to = check_new_name(session, label, to)
    row = _of_use(session, label)
    other = session.get(Label, to)
    merging = other is not None and other.becomes is None
    if other is None or other.becomes is not None:
        # Back under an old name, or under a new one: the place is that of the label.
        target = other or Label(label=to, place=row.place)
        target.place, target.becomes = row.place, None
        target.names, target.aliases = row.names, row.aliases
        target.retired_at = row.retired_at
        session.add(target)
    row.becomes, row.retired_at, row.names, row.aliases = to, None, None, None
    session.flush()
    # What became this label before becomes the other now.
    session.execute(update(Label).where(Label.becomes == label).values(becomes=to))
    moved = update(Example).where(Example.label == label).values(label=to).returning(Example.id)
    examples = len(session.scalars(moved).all())
    session.execute(update(Example).where(Example.first_label == label).values(first_label=to))
    session.execute(update(ReviewVerdict).where(ReviewVerdict.label == label).values(label=to))
    session.execute(update(Suspicion).where(Suspicion.suggested == label).values(suggested=to))
    session.execute(update(Lesson).where(Lesson.label == label).values(label=to))
    audit.record(
        session,
        actor_id=actor_id,
        action="label_merged" if merging else "label_renamed",
        subject=f"label:{label}",
        details={"to": to, "examples": examples},
    )
    return examples


def retire(session: Session, label: str, *, actor_id: int, now: datetime | None = None) -> None:
    """Learn from a label's examples no more; they stay, for when it is revived.

    Writes an audit row. Raises NotFoundError.
    """
    _of_use(session, label).retired_at = now or utc_now()
    audit.record(session, actor_id=actor_id, action="label_retired", subject=f"label:{label}")


def revive(session: Session, label: str, *, actor_id: int) -> None:
    """Learn from a retired label's examples again. Writes an audit row. Raises NotFoundError."""
    _of_use(session, label).retired_at = None
    audit.record(session, actor_id=actor_id, action="label_revived", subject=f"label:{label}")


def _of_use(session: Session, label: str) -> Label:
    row = session.get(Label, label)
    if row is None or row.becomes is not None:
        raise NotFoundError(f"There is no label {label}.")
    return row


def _row(session: Session, label: str) -> Label:
    """The row of a label, which gets the next place if it is new."""
    label = check_label(label)
    give_places(session, [label], beside=True)
    return _of_use(session, label)


def _taken(session: Session, label: str, others: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """What other labels are called, without regard to capitals: each name with its label."""
    rows = session.scalars(select(Label).where(Label.becomes.is_(None), Label.label != label))
    taken: dict[str, str] = {}
    for row in rows:
        said = _texts_of(row)
        for text in (row.label, *said.names.values(), *said.aliases, *others.get(row.label, ())):
            taken.setdefault(text.casefold(), row.label)
    return taken


def _texts_of(row: Label) -> Texts:
    return Texts(names=dict(row.names or {}), aliases=tuple(row.aliases or ()))


def _text(text: str) -> str:
    """A name as it may stand in a message and on a button."""
    plain = " ".join(text.split())
    if not plain.isprintable() or len(plain) > 64:
        raise InvalidLabel("name", "A name is one line of at most 64 characters.")
    return plain
