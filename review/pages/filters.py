"""The filters of a shelf: what an address asks for, and what its page offers."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from sqlalchemy.orm import Session
from starlette.requests import Request

from dataset.reviewing.browsing import Order, PhotoFilter, Shelf, model_versions, sources
from dataset.storage.schema import OUTSIDE, QueueReason, Split, Verdict
from review.desk import is_id
from review.errors import BadRequest
from review.pages.cards import REASONS
from review.pages.labelling import shown

_ORDERS: Mapping[Order, str] = {
    Order.TEACHES: "most useful",
    Order.LOSS: "loss",
    Order.DOUBT: "doubt",
    Order.NEWEST: "newest",
    Order.OLDEST: "oldest",
}
_SUSPICIONS = [
    ("label", "another label is likelier"),
    ("odd", "an odd picture"),
    ("conflict", "the same picture, another label"),
    ("set_aside", "set aside by a retraining"),
]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One filter of the page."""

    name: str
    title: str
    choices: Sequence[tuple[str, str]]
    """To choose from; none for what is written."""
    chosen: str
    kind: str = "select"
    """Else the type of the input."""


def fields(
    session: Session, shelf: Shelf, wanted: PhotoFilter, order: Order, every: Sequence[str]
) -> list[Field]:
    """What a shelf can be filtered by; `every` are the labels to name."""
    labels = [(label, shown(label)) for label in (*every, OUTSIDE)]
    return [
        *([_reason_field(wanted)] if shelf is Shelf.QUEUE else []),
        *(
            [_field("suspicion", "Why it is here", _SUSPICIONS, wanted.suspicion)]
            if shelf is Shelf.SUSPICIONS
            else []
        ),
        _field("label", "Label", labels, wanted.label),
        _field("verdict", "Answer", [(one.value, one.value) for one in Verdict], wanted.verdict),
        _field(
            "model",
            "Model",
            [(one, one) for one in model_versions(session)],
            wanted.model_version,
        ),
        _field("split", "Split", _values(Split), wanted.split),
        *(_search(session, wanted) if shelf is Shelf.EXAMPLES else []),
        Field(
            name="sort",
            title="Sorted by",
            choices=[(one.value, words) for one, words in _ORDERS.items()],
            chosen=order.value,
        ),
    ]


def wanted_in(request: Request) -> tuple[PhotoFilter, Order]:
    """The filters and the order that the address asks for. Raises BadRequest."""
    asked = {name: value for name, value in request.query_params.items() if value}
    try:
        return PhotoFilter(
            label=asked.get("label"),
            split=Split(asked["split"]) if "split" in asked else None,
            verdict=Verdict(asked["verdict"]) if "verdict" in asked else None,
            model_version=asked.get("model"),
            reason=QueueReason(asked["reason"]) if "reason" in asked else None,
            suspicion=asked.get("suspicion"),
            source=asked.get("source"),
            person=_person(asked.get("person")),
            since=_day(asked.get("since")),
        ), Order(asked.get("sort", Order.TEACHES.value))
    except ValueError as error:
        raise BadRequest(f"No such filter: {error}.") from None


def _reason_field(wanted: PhotoFilter) -> Field:
    return _field(
        "reason",
        "Why it waits",
        [(reason.value, words) for reason, words in REASONS.items()],
        wanted.reason,
    )


def _search(session: Session, wanted: PhotoFilter) -> list[Field]:
    """Where examples came from, whose they are, and since when they are kept."""
    person = "" if wanted.person is None else str(wanted.person)
    since = "" if wanted.since is None else f"{wanted.since:%Y-%m-%d}"
    return [
        _field("source", "From", [(one, one) for one in sources(session)], wanted.source),
        Field(name="person", title="Person", choices=(), chosen=person, kind="text"),
        Field(name="since", title="Kept since", choices=(), chosen=since, kind="date"),
    ]


def _values(words: type[enum.Enum]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in words]


def _field(name: str, title: str, choices: list[tuple[str, str]], chosen: str | None) -> Field:
    """A filter with "any" first; `chosen` may be one of the enums, which are strings."""
    value = getattr(chosen, "value", chosen) or ""
    return Field(name=name, title=title, choices=[("", "any"), *choices], chosen=value)


def _person(text: str | None) -> int | None:
    """A person's Telegram id. Raises ValueError."""
    if text is not None and not is_id(text):
        raise ValueError(text)
    return None if text is None else int(text)


def _day(text: str | None) -> datetime | None:
    """The beginning of a day. Raises ValueError."""
    return (
        None if text is None else datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=timezone.utc)
    )
