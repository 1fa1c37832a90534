"""The audit trail: what admins did, and what was refused to others."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dataset import records
from review.cards import who
from review.desk import Desk, reviewer_of
from review.errors import BadRequest
from review.paging import page_of


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
            raise BadRequest("A person is given by their number.")

        def look(session: Session) -> dict[str, Any]:
            lines, paging = page_of(
                request,
                lambda offset, limit: records.audit_lines(
                    session,
                    action=action or None,
                    actor_id=int(actor) if actor else None,
                    offset=offset,
                    limit=limit,
                ),
            )
            return {"rows": lines, "actions": records.audit_actions(session), **paging}

        reviewer_id = reviewer_of(request).id
        return self._desk.pages.page(
            "audit.html",
            request,
            action=action,
            actor=actor,
            who=lambda actor_id: who(actor_id, reviewer_id),
            **await self._desk.read(look),
        )
