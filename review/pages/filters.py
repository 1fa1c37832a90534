"""The filters of a shelf: what an address asks for, and what its page offers."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from sqlalchemy.orm import Session
from starlette.requests import Request

from dataset.reviewing.browsing import Order, PhotoFilter, Shelf, model_versions, sources
from dataset.storage.schema import OUTSIDE, QueueReason, Split, Verdict
from languages.catalogue import Words
from review.desk import is_id
from review.errors import BadRequest
from review.pages.cards import SUSPICIONS
from review.pages.labelling import shown


@dataclass(frozen=True, kw_only=True)
class Field:
    name: str
    title: str
    choices: Sequence[tuple[str, str]]
    """To choose from; none for what is written."""
    chosen: str
    kind: str = "select"
    """Else the type of the input."""


def fields(
    session: Session,
    shelf: Shelf,
    wanted: PhotoFilter,
    order: Order,
    every: Sequence[str],
    words: Words,
) -> list[Field]:
    """What a shelf can be filtered by; `every` are the labels to name."""
    offer = _Offer(words)
    labels = [(label, shown(label, words)) for label in (*every, OUTSIDE)]
    models = [(one, one) for one in model_versions(session)]
    return [
        *([offer.enum("reason", QueueReason, wanted.reason)] if shelf is Shelf.QUEUE else []),
        *([offer.suspicion(wanted.suspicion)] if shelf is Shelf.SUSPICIONS else []),
        offer.field("label", labels, wanted.label),
        offer.enum("verdict", Verdict, wanted.verdict),
        offer.field("model", models, wanted.model_version),
        offer.enum("split", Split, wanted.split),
        offer.mark(wanted.marked),
        *(_search(session, wanted, offer) if shelf is Shelf.EXAMPLES else []),
        Field(
            name="sort",
            title=words("filter-sort"),
            choices=[(one.value, words(f"sort-{one.value}")) for one in Order],
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
            file_name=asked.get("file"),
            person=_person(asked.get("person")),
            since=_day(asked.get("since")),
            marked={"yes": True, "no": False}.get(asked.get("mark", "")),
        ), Order(asked.get("sort", Order.TEACHES.value))
    except ValueError as error:
        raise BadRequest("bad-filter", filter=str(error)) from None


class _Offer:
    """Makes filters in one language."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def field(self, name: str, choices: list[tuple[str, str]], chosen: str | None) -> Field:
        """A filter with "any" first; `chosen` may be one of an enum, which is a string."""
        return Field(
            name=name,
            title=self._words(f"filter-{name}"),
            choices=[("", self._words("any")), *choices],
            chosen=getattr(chosen, "value", chosen) or "",
        )

    def enum(self, name: str, values: type[enum.Enum], chosen: str | None) -> Field:
        """One that chooses among stored words."""
        stored = [one.value for one in values]
        choices = [(one, self._words(f"{name}-{one.replace('_', '-')}")) for one in stored]
        return self.field(name, choices, chosen)

    def suspicion(self, chosen: str | None) -> Field:
        """Why an example is suspected."""
        choices = [
            (one, self._words(f"suspicion-{one.replace('_', '-')}-short")) for one in SUSPICIONS
        ]
        return self.field("suspicion", choices, chosen)

    def mark(self, chosen: bool | None) -> Field:
        """Whether a photo is marked for a second look."""
        choices = [(one, self._words(f"mark-{one}")) for one in ("yes", "no")]
        return self.field("mark", choices, {True: "yes", False: "no", None: None}[chosen])

    def written(self, name: str, chosen: str, kind: str) -> Field:
        """One to write into."""
        title = self._words(f"filter-{name}")
        return Field(name=name, title=title, choices=(), chosen=chosen, kind=kind)


def _search(session: Session, wanted: PhotoFilter, offer: _Offer) -> list[Field]:
    """Where examples came from, their files, whose they are, and since when they are kept."""
    person = "" if wanted.person is None else str(wanted.person)
    since = "" if wanted.since is None else f"{wanted.since:%Y-%m-%d}"
    return [
        offer.field("source", [(one, one) for one in sources(session)], wanted.source),
        offer.written("file", wanted.file_name or "", "search"),
        offer.written("person", person, "text"),
        offer.written("since", since, "date"),
    ]


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
