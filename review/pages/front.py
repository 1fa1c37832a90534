"""The first page: the state of things, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dataset.reviewing import overview, queue
from dataset.reviewing.browsing import count_suspicions, reasons_waiting
from dataset.reviewing.overview import Totals
from dataset.storage.schema import QueueReason, Retraining
from review.desk import Desk
from review.pages.cards import REASONS
from review.rendering import ago, plural


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something worth doing."""

    path: str
    title: str
    text: str


class Front:
    """The route of the first page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        return [Route("/", self.show)]

    async def show(self, request: Request) -> Response:
        desk = self._desk

        def look(
            session: Session,
        ) -> tuple[queue.Progress, Totals, int, Mapping[QueueReason, int], Retraining | None]:
            runs, _ = overview.retrainings(session, limit=1)
            return (
                queue.progress(session, now=desk.now()),
                overview.totals(session),
                count_suspicions(session),
                reasons_waiting(session),
                runs[0] if runs else None,
            )

        progress, totals, suspicions, reasons, run = await desk.read(look)
        return desk.pages.page(
            "front.html",
            request,
            progress=progress,
            greeting=_greeting(progress.waiting + suspicions, totals.photos),
            steps=self._steps(progress, totals, suspicions, run),
            tallies=[
                (totals.photos, "photos kept"),
                (totals.examples, "examples in the dataset"),
                (totals.verdicts, "decisions"),
                (suspicions, "likely label errors"),
            ],
            reasons=[
                {
                    "value": reason.value,
                    "count": reasons[reason],
                    "words": words,
                    "share": reasons[reason] / max(reasons.values()),
                }
                for reason, words in REASONS.items()
                if reason in reasons
            ],
        )

    def _steps(
        self, progress: queue.Progress, totals: Totals, suspicions: int, run: Retraining | None
    ) -> list[Step]:
        steps = []
        if progress.waiting:
            text = "Most useful first. Press 1, 2, 3 to decide."
            title = f"Review {plural(progress.waiting, 'photo')}"
            steps.append(Step(path="/queue", title=title, text=text))
        if suspicions:
            text = "Their labels contradict the other examples. About half turn out to be right."
            title = f"Check {plural(suspicions, 'likely label error')}"
            steps.append(Step(path="/suspicions", title=title, text=text))
        if totals.new_verdicts:
            text = "The next retraining learns from them: by schedule, or when you send /retrain."
            title = f"{plural(totals.new_verdicts, 'decision')} since the last retraining"
            steps.append(Step(path="/retrainings", title=title, text=text))
        if run is not None:
            when = ago(run.finished_at or run.requested_at, self._desk.now())
            title = f"Retraining {run.id}: {run.status.value.replace('_', ' ')}"
            text = f"{when}. {run.reason or ''}".strip()
            steps.append(Step(path=f"/retrainings/{run.id}", title=title, text=text))
        if not progress.waiting:
            text = "Photos come when the model is unsure, when somebody corrects an answer, and at "
            text += "random. The bot keeps only photos of people who allow it."
            steps.append(Step(path="/queue", title="The queue is empty", text=text))
        if len(steps) < 3:
            text = "Look through the photos that the model learns from, by label and split."
            steps.append(Step(path="/dataset", title="The dataset", text=text))
        return steps


def _greeting(to_do: int, photos: int) -> str:
    if to_do:
        return "What to look at"
    return "All decided" if photos else "Nothing to look at yet"
