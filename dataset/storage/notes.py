"""What processes remember together under a name, each note for ever or until its end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from dataset.storage.schema import Note, utc_now
from dataset.storage.upserts import upsert


def write(session: Session, name: str, text: str, *, until: datetime | None = None) -> None:
    """Remember `text`, in place of what the name stood for before."""
    insert = upsert(session, Note).values(name=name, text=text, until=until)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=[Note.name], set_={"text": text, "until": until}
        )
    )


def write_once(
    session: Session, name: str, *, until: datetime, now: datetime | None = None
) -> bool:
    """Remember that this happened; False when it is remembered already.

    One statement, so that of any number of processes exactly one gets True.
    """
    insert = upsert(session, Note).values(name=name, text="", until=until)
    written = session.execute(
        insert.on_conflict_do_update(
            index_elements=[Note.name],
            set_={"until": until},
            where=Note.until <= (now or utc_now()),
        ).returning(Note.name)
    ).first()
    return written is not None


def read(session: Session, name: str, *, now: datetime | None = None) -> str | None:
    """The text under a name; None when there is none, or its end has come."""
    return session.scalars(select(Note.text).where(Note.name == name, _lasts(now))).first()


def names(session: Session, prefix: str) -> list[str]:
    """The names that begin with `prefix`."""
    begins = Note.name.startswith(prefix, autoescape=True)
    return list(session.scalars(select(Note.name).where(begins, _lasts(None))))


def take(session: Session, name: str) -> str | None:
    """Remove a note and return its text: to one process; None to all others."""
    gone = delete(Note).where(Note.name == name).returning(Note.text)
    return session.scalars(gone).first()


def _lasts(now: datetime | None) -> ColumnElement[bool]:
    return or_(Note.until.is_(None), Note.until > (now or utc_now()))
