"""The health of the dataset: what in it may mislead a model, and the counts behind that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dataset.examples.joining import BEGIN_AT
from dataset.examples.label_order import present_order
from dataset.reviewing import health
from dataset.reviewing.health import OTHERS, Health, Table
from dataset.storage.schema import OUTSIDE, Split
from languages.catalogue import Words
from review.desk import Desk
from review.pages.labelling import every_label, hue, shown
from review.rendering import words_of

_ONE_SIDED, _MANY_SMALL, _OLD = 0.8, 0.2, 0.8
_UNEVEN = 10

TABLES: Mapping[str, str] = {
    "splits": "split",
    "sizes": "size",
    "sources": "source",
    "groups": "group",
    "ages": "age",
}
"""Each table, and how the ids of its columns' names begin."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    count: int
    share: float
    query: str
    """For the address of the photos that are counted; empty where no filter finds them."""


class HealthPage:
    """The route of the page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        return [Route("/dataset/health", self.show)]

    async def show(self, request: Request) -> Response:
        def look(session: Session) -> tuple[Health, tuple[str, ...]]:
            found = health.measure(session, now=self._desk.now())
            every = every_label(self._desk.labels, present_order(session))
            return found, every_label(sorted(found.splits.rows), every)

        words = words_of(request)
        found, every = await self._desk.read(look)
        labels = [label for label in every if label in found.splits.rows]
        return self._desk.pages.page(
            "dataset/health.html",
            request,
            total=found.total,
            copies=found.copies,
            findings=findings(found, labels, words),
            tables=[_shown(name, getattr(found, name), labels, every, words) for name in TABLES],
        )


def findings(found: Health, labels: Sequence[str], words: Words) -> list[str]:
    """What may mislead a model, one sentence each."""
    named = [label for label in labels if label != OUTSIDE]
    sizes = {label: sum(found.splits.rows[label]) for label in named}
    sentences = []
    for label in named:
        for split in (Split.GATE, Split.VALID):
            if not found.splits.count(label, split.value):
                sentences.append(words(f"finding-no-{split.value}", label=label))
        if sizes[label] < BEGIN_AT:
            sentences.append(words("finding-few", label=label, count=sizes[label]))
        sentences += _one_sided(found.sources, label, named, words)
        small = found.sizes.share(label, "small")
        if small > _MANY_SMALL:
            sentences.append(words("finding-small", label=label, share=words.counted_share(small)))
        old = found.ages.share(label, "older")
        if old > _OLD:
            sentences.append(words("finding-old", label=label, share=words.counted_share(old)))
    if sizes and max(sizes.values()) > _UNEVEN * min(sizes.values()):
        least, most = min(sizes, key=sizes.__getitem__), max(sizes, key=sizes.__getitem__)
        sentences.append(
            words("finding-uneven", most=most, many=sizes[most], least=least, few=sizes[least])
        )
    return sentences


def _one_sided(sources: Table, label: str, others: Sequence[str], words: Words) -> list[str]:
    """A source that has most of a label and nothing of the other labels."""
    return [
        words(
            "finding-source",
            label=label,
            source=source,
            share=words.counted_share(sources.share(label, source)),
        )
        for source in sources.columns
        if source != OTHERS
        and len(others) > 1
        and sources.share(label, source) > _ONE_SIDED
        and not any(sources.count(other, source) for other in others if other != label)
    ]


def _shown(
    name: str, table: Table, labels: Sequence[str], every: Sequence[str], words: Words
) -> dict[str, Any]:
    used = [
        place
        for place, column in enumerate(table.columns)
        if column != OTHERS or any(row[place] for row in table.rows.values())
    ]

    def called(column: str) -> str:
        message_id = f"{TABLES[name]}-{column.replace('_', '-')}"
        is_ours = name != "sources" or column == OTHERS
        return words(message_id) if is_ours else column

    return {
        "name": name,
        "columns": [called(table.columns[place]) for place in used],
        "rows": [
            (
                shown(label, words),
                hue(every, label),
                [
                    Cell(
                        count=table.rows[label][place],
                        share=table.share(label, table.columns[place]),
                        query=_query(name, label, table.columns[place]),
                    )
                    for place in used
                ],
            )
            for label in labels
            if label in table.rows
        ],
    }


def _query(table: str, label: str, column: str) -> str:
    field = {"splits": "split", "sources": "source"}.get(table)
    if field is None or column == OTHERS:
        return ""
    return urlencode({"label": label, field: column})
