"""The audit trail: what admins did, and what others were refused."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dataset.reviewing import overview
from dataset.storage.schema import Audit, VerdictKind
from languages.catalogue import Words
from review.desk import Desk, reviewer_of
from review.errors import BadRequest
from review.pages.cards import who
from review.pages.paging import page_of
from review.rendering import words_of


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
            raise BadRequest("bad-person")

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

        reviewer_id, words = reviewer_of(request).id, words_of(request)
        return self._desk.pages.page(
            "audit.html",
            request,
            action=action,
            actor=actor,
            who=lambda actor_id: who(actor_id, reviewer_id, words),
            deed=lambda row: deed(row, words),
            action_words=lambda action: action_words(action, words),
            **await self._desk.read(look),
        )


_SAID = {VerdictKind.NONE.value: "what-none", VerdictKind.REJECT.value: "what-unusable"}


def action_words(action: str, words: Words) -> str:
    """An action in words; as it is stored, where it is new here."""
    message_id = f"action-{action.replace('_', '-')}"
    return words(message_id) if words.has(message_id) else action.replace("_", " ")


def deed(row: Audit, words: Words) -> str | None:
    """A verdict in words, "labelled teddy (browser)"; None for other actions."""
    details = row.details or {}
    if row.action != "verdict" or "kind" not in details:
        return None
    via, said = str(details.get("via")), _SAID.get(str(details["kind"]))
    return words(
        "audit-labelled-gate" if details.get("to_gate") else "audit-labelled",
        label=words(said) if said else str(details.get("label")),
        via=words(f"via-{via}") if words.has(f"via-{via}") else via,
    )
