"""People's own settings, and whether their claims count."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from dataset.storage.schema import Person, utc_now
from dataset.storage.upserts import upsert


def person(session: Session, user_id: int) -> Person:
    """The person's row; made with the defaults on first sight."""
    found = session.get(Person, user_id)
    if found is None:
        insert = upsert(session, Person).values(user_id=user_id, thanks=True)
        session.execute(insert.on_conflict_do_nothing())
        found = session.get_one(Person, user_id)
    return found


def set_language(session: Session, user_id: int, language: str | None) -> None:
    """Answer this person in `language` from now on; None follows Telegram's language_code."""
    person(session, user_id).language = language
    session.flush()


def set_telegram_language(session: Session, user_id: int, language: str | None) -> None:
    """What this person's Telegram is set to: their language until they choose one."""
    person(session, user_id).telegram_language = language
    session.flush()


def set_thanks(session: Session, user_id: int, wanted: bool) -> None:
    """Whether to tell this person when one of their corrections has worked."""
    person(session, user_id).thanks = wanted
    session.flush()


def mark_consent_asked(session: Session, user_id: int, *, now: datetime | None = None) -> bool:
    """True only the first time, so that the bot asks about keeping photos once."""
    row = person(session, user_id)
    if row.consent_asked_at is not None:
        return False
    row.consent_asked_at = now or utc_now()
    session.flush()
    return True
