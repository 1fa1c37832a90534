"""The audit trail: what admins did, and what others were refused."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dataset.reviewing import overview
from dataset.storage.schema import Audit, VerdictKind
from languages.catalogue import LANGUAGES, Words
from languages.told import told
from review.desk import Desk, reviewer_of
from review.errors import BadRequest
from review.pages.cards import who
from review.pages.paging import page_of
from review.rendering import figure, words_of


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
            subject=lambda row: subject_words(row, words),
            details=lambda row: details_words(row, words),
            action_words=lambda action: action_words(action, words),
            **await self._desk.read(look),
        )


_SENTENCES = {"why", "gate"}
"""Details that another program said."""
_SAID = {VerdictKind.NONE.value: "what-none", VerdictKind.REJECT.value: "what-unusable"}


def action_words(action: str, words: Words) -> str:
    """An action in words; a command that was refused by its name."""
    message_id = f"action-{action.replace('_', '-')}"
    if words.has(message_id):
        return words(message_id)
    command, _, refused = action.rpartition("_")
    return words("action-other-refused", command=command) if refused == "refused" else action


def subject_words(row: Audit, words: Words) -> str:
    """What an action was about: "label polar", "photo 12"."""
    kind, has_name, name = (row.subject or "").partition(":")
    if has_name and words.has(f"subject-{kind}"):
        return words(f"subject-{kind}", name=name)
    refusal = f"refused-{kind.replace('_', '-')}"
    return words(refusal) if not has_name and words.has(refusal) else row.subject or ""


def details_words(row: Audit, words: Words) -> list[tuple[str, str]]:
    """What else is known of an action: each name in words, and the value."""
    shown = {
        name: value
        for name, value in (row.details or {}).items()
        if value not in (None, False, [], {})
    }
    return [
        (words(message_id) if words.has(message_id) else name, _value(name, value, words))
        for name, value in shown.items()
        for message_id in [f"detail-{name.replace('_', '-')}"]
    ]


def _value(name: str, value: object, words: Words) -> str:
    if isinstance(value, dict):
        return words.listed([f"{LANGUAGES.get(key, key)}: {one}" for key, one in value.items()])
    if isinstance(value, list):
        return words.listed([str(one) for one in value])
    if name in _SENTENCES:
        return told(str(value), words)
    if name == "via" and words.has(f"via-{value}"):
        return words(f"via-{value}")
    return figure(words, value)


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
