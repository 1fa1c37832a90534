"""The audit trail: what admins did, and what others were refused."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dataset.reviewing import overview
from dataset.storage.schema import Audit, VerdictKind
from review.desk import Desk, reviewer_of
from review.errors import BadRequest
from review.pages.cards import UNUSABLE, who
from review.pages.labelling import NONE_OF_THESE
from review.pages.paging import page_of


class Trail:
    """The route of the audit trail."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        return [Route("/audit", self.show)]

    async def show(self, request: Request) -> Response:
        action = request.query_params.get("action", "")
        actor = request.query_params.get("actor", "").strip()
        if actor and not (actor.isascii() and actor.isdigit() and len(actor) < 19):
            raise BadRequest("Give a person by their Telegram id, a number.")

        def look(session: Session) -> dict[str, Any]:
            lines, paging = page_of(
                request,
                lambda offset, limit: overview.audit_lines(
                    session,
                    action=action or None,
                    actor_id=int(actor) if actor else None,
                    offset=offset,
                    limit=limit,
                ),
            )
            return {"rows": lines, "actions": overview.audit_actions(session), **paging}

        reviewer_id = reviewer_of(request).id
        return self._desk.pages.page(
            "audit.html",
            request,
            action=action,
            actor=actor,
            who=lambda actor_id: who(actor_id, reviewer_id),
            deed=deed,
            **await self._desk.read(look),
        )


_VIA = {"web": "browser"}
_SAID = {VerdictKind.NONE.value: NONE_OF_THESE, VerdictKind.REJECT.value: UNUSABLE}


def deed(row: Audit) -> str | None:
    """A verdict in words, "labelled teddy (browser)"; None for other actions."""
    details = row.details or {}
    if row.action != "verdict" or "kind" not in details:
        return None
    via = str(details.get("via"))
    where = f"({_VIA.get(via, via)}{', to the gate' if details.get('to_gate') else ''})"
    return f"labelled {_SAID.get(str(details['kind'])) or details.get('label')} {where}"
