"""The counters behind the statistics, kept with what they count.

A transaction gathers its counts and writes them once, in a fixed order, just before it commits.
Otherwise two processes that count the same days in different orders could deadlock.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timezone
from functools import cache

from sqlalchemy import Connection, Insert

from dataset.storage.schema import Tally, Verdict
from dataset.storage.upserts import upsert_on

_PENDING = "tallies"


def tally(
    connection: Connection,
    *,
    at: datetime,
    model_version: str,
    verdict: Verdict,
    answered: int = 0,
    disputed: int = 0,
) -> None:
    """Count one answer, or an answer becoming disputed (+1) or undisputed (-1)."""
    pending: Counter[tuple[date, str, str, str]] = connection.info.setdefault(_PENDING, Counter())
    day = at.astimezone(timezone.utc).date()
    pending[day, model_version, verdict.value, "answered"] += answered
    pending[day, model_version, verdict.value, "disputed"] += disputed


def begin(connection: Connection) -> None:
    """Start with empty counts: a transaction begins, however the last one ended."""
    connection.info.pop(_PENDING, None)


def write_pending(connection: Connection) -> None:
    """Write what was counted in this transaction; `Database` calls it before committing."""
    pending: Counter[tuple[date, str, str, str]] | None = connection.info.pop(_PENDING, None)
    if pending is None:
        return
    for day, model_version, verdict in sorted({key[:3] for key in pending}):
        connection.execute(
            _count_on(connection.dialect.name),
            {
                "day": day,
                "model_version": model_version,
                "verdict": Verdict(verdict),
                "answered": pending[day, model_version, verdict, "answered"],
                "disputed": pending[day, model_version, verdict, "disputed"],
            },
        )


@cache
def _count_on(dialect: str) -> Insert:
    """The statement for one database, built once: it runs for every photo."""
    insert = upsert_on(dialect, Tally)
    return insert.on_conflict_do_update(
        index_elements=[Tally.day, Tally.model_version, Tally.verdict],
        set_={
            "answered": Tally.answered + insert.excluded.answered,
            "disputed": Tally.disputed + insert.excluded.disputed,
        },
    )
