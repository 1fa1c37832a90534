"""Who is signed in: a random cookie, whose hash is noted until its end.

So a stolen database opens no session, and signing out ends a session in every process at once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from dataset.storage import notes
from dataset.storage.schema import Person
from review.errors import NoSession

COOKIE = "review"


@dataclass(frozen=True, repr=False)
class Reviewer:
    """The reviewer who sent a request, with the token that proves a form theirs."""

    id: int
    csrf: str
    cookie: str
    language: str | None
    """What they chose in the chat."""


def start_session(session: Session, reviewer_id: int, *, lifetime_s: int, now: datetime) -> str:
    """Sign a reviewer in: the cookie's value."""
    cookie = secrets.token_urlsafe(32)
    until = now + timedelta(seconds=lifetime_s)
    notes.write(session, _note_of(cookie), str(reviewer_id), until=until)
    return cookie


def find_session(session: Session, cookie: str, *, secret: bytes, now: datetime) -> Reviewer:
    """The reviewer of a cookie. Raises NoSession for a forged or ended one."""
    noted = notes.read(session, _note_of(cookie), now=now)
    if noted is None:
        raise NoSession
    reviewer_id = int(noted)
    csrf = hmac.new(secret, b"csrf\0" + cookie.encode(), "sha256").hexdigest()
    person = session.get(Person, reviewer_id)
    language = person.language if person else None
    return Reviewer(id=reviewer_id, csrf=csrf, cookie=cookie, language=language)


def end_session(session: Session, reviewer: Reviewer) -> None:
    """Sign a reviewer out, in every process."""
    notes.take(session, _note_of(reviewer.cookie))


def _note_of(cookie: str) -> str:
    return f"review-session:{hashlib.sha256(cookie.encode()).hexdigest()[:40]}"
