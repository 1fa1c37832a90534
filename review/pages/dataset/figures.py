"""The numbers of `/stats` as a page, and how accurate each model was.

Its plots are drawn in shares of their own width, so that they fit a phone, and are coloured by the
style sheet, so that they fit both schemes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dataset.reviewing import drift, overview, stats
from dataset.reviewing.intervals import wilson
from dataset.reviewing.overview import Measured
from dataset.reviewing.stats import Answered, Estimate, ModelUse
from dataset.storage.schema import ClaimStatus
from review.desk import Desk

DAYS = 30
MOST_MODELS = 20
"""The newest ones; each needs a line of its own."""
_STEP = 0.1
_HIGHEST_FLOOR = 0.8
"""The axis begins here, or lower: on a shorter one chance looks like progress."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """A measured share with its 95% interval, and where they lie on the axis, in per cent."""

    value: float
    low: float
    high: float
    of: int
    """How many photos it was counted on."""
    at: float
    low_at: float
    high_at: float


@dataclass(frozen=True, kw_only=True)
class Line:
    """One model of the plot."""

    version: str
    since: date | None
    retraining_id: int | None
    tested: Share | None
    """On the gate's photos, before it was published."""
    lived: Share | None
    """Sure answers that were right, by the reviewed sample."""
    answered: Answered | None


class Figures:
    """The route of the figures."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        return [Route("/stats", self.show)]

    async def show(self, request: Request) -> Response:
        """The last 30 days, and all models."""

        def look(session: Session) -> dict[str, Any]:
            collected = stats.collect(session, days=DAYS, now=self._desk.now())
            tested = overview.measured(session, most=MOST_MODELS)
            used = collected.models[-MOST_MODELS:]
            lived = {
                one.version: stats.estimate_sure(session, model_version=one.version) for one in used
            }
            current = self._version(used)
            return {
                "collected": collected,
                "models": models(tested, used, lived),
                "version": current,
                "drift": drift.measure(session, current) if current else None,
            }

        found = await self._desk.read(look)
        collected = found["collected"]
        return self._desk.pages.page(
            "dataset/figures.html",
            request,
            days=DAYS,
            total=collected.total,
            bars=day_bars(collected.days),
            sample=collected.sample,
            claims=collected.claims,
            statuses=list(ClaimStatus),
            waiting=collected.waiting,
            threshold=drift.THRESHOLD,
            **{name: value for name, value in found.items() if name != "collected"},
        )

    def _version(self, used: Sequence[ModelUse]) -> str | None:
        """The model that answers; where the pages run alone, the last that did."""
        if self._desk.manifest is not None:
            return self._desk.manifest().version
        last = max(used, key=lambda one: (one.last_day, one.first_day, one.version), default=None)
        return None if last is None else last.version


def models(
    tested: Sequence[Measured], used: Sequence[ModelUse], lived: dict[str, Estimate]
) -> dict[str, Any]:
    """The lines of the plot, the newest model first, and the marks of its axis."""
    by_version = {one.version: one for one in tested}
    uses = {one.version: one for one in used}
    # Versions begin with the second they were made in: models of one day keep their order.
    versions = sorted({*by_version, *uses}, key=lambda one: (_begun(one, by_version, uses), one))
    raw = []
    for version in versions[-MOST_MODELS:]:
        measured, estimate = by_version.get(version), lived.get(version)
        raw.append((version, _tested(measured), _lived(estimate)))
    lows = [share[1] for _, *shares in raw for share in shares if share is not None]
    floor = min([_HIGHEST_FLOOR, *(math.floor(low / _STEP) * _STEP for low in lows)])
    lines = [
        Line(
            version=version,
            since=_begun(version, by_version, uses),
            retraining_id=by_version[version].retraining_id if version in by_version else None,
            tested=_placed(on_test, floor),
            lived=_placed(in_life, floor),
            answered=uses[version].answered if version in uses else None,
        )
        for version, on_test, in_life in reversed(raw)
    ]
    count = round((1 - floor) / _STEP)
    ticks = [(floor + number * _STEP, 100 * number / count) for number in range(count + 1)]
    every = max(1, math.ceil(count / 5))
    return {"lines": lines, "ticks": ticks[::-every][::-1]}


def day_bars(days: dict[date, Answered]) -> dict[str, Any]:
    """Answers of each day as parts of a column, in per cent of the plot."""
    most = max((one.total for one in days.values()), default=0)
    width = 100 / max(1, len(days))
    columns = []
    for number, (day, one) in enumerate(days.items()):
        parts, top = [], 100.0
        for kind in ("sure", "unsure", "outside"):
            height = 100 * getattr(one, kind) / most if most else 0
            top -= height
            if height:
                parts.append((kind, top, height))
        disputed = 100 - 100 * one.disputed / most if most and one.disputed else None
        columns.append(
            {
                "day": day,
                "answered": one,
                "x": number * width,
                "width": width * 0.8,
                "parts": parts,
                "disputed": disputed,
            }
        )
    return {"columns": columns, "most": most}


_Raw = tuple[float, float, float, int]


def _begun(version: str, tested: dict[str, Measured], uses: dict[str, ModelUse]) -> date:
    if version in uses:
        return uses[version].first_day
    finished = tested[version].finished_at
    return finished.date() if finished else date.min


def _tested(measured: Measured | None) -> _Raw | None:
    if measured is None or not measured.photos:
        return None
    low, high = wilson(measured.accuracy * measured.photos, measured.photos)
    return measured.accuracy, low, high, measured.photos


def _lived(estimate: Estimate | None) -> _Raw | None:
    if estimate is None or estimate.accuracy is None:
        return None
    return estimate.accuracy, estimate.low or 0.0, estimate.high or 1.0, estimate.reviewed


def _placed(raw: _Raw | None, floor: float) -> Share | None:
    if raw is None:
        return None
    value, low, high, of = raw

    def place(share: float) -> float:
        return round(100 * (share - floor) / (1 - floor), 2)

    return Share(
        value=value,
        low=low,
        high=high,
        of=of,
        at=place(value),
        low_at=place(low),
        high_at=place(high),
    )
