"""What all tables share: times, ids, words as columns, and partial indexes."""

from __future__ import annotations

import enum
from datetime import date, datetime, timezone
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Dialect,
    Double,
    Enum,
    Index,
    Integer,
    MetaData,
    TypeDecorator,
    event,
    text,
)
from sqlalchemy.orm import DeclarativeBase

from dataset.storage.schema.words import (
    ClaimKind,
    ClaimStatus,
    QueueReason,
    RetrainingStatus,
    Split,
    Verdict,
    VerdictKind,
)


def utc_now() -> datetime:
    """The present moment, timezone-aware."""
    return datetime.now(timezone.utc)


class UtcDateTime(TypeDecorator[datetime]):
    """A timezone-aware UTC time, also on databases that store no zone (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=timezone.utc)
        return value.astimezone(timezone.utc)


def _word(kind: type[enum.Enum]) -> Enum:
    return Enum(
        kind,
        native_enum=False,
        length=16,
        values_callable=lambda members: [member.value for member in members],
    )


Id = BigInteger().with_variant(Integer, "sqlite")

GIVEN_ONCE: dict[str, Any] = {"sqlite_autoincrement": True}
"""For tables with deletable rows whose ids are in buttons, pages and running work. Without this,
SQLite reuses the id of the newest row after that row is deleted."""

_ONLY_WHERE = "only where"

HASH_BANDS = tuple(f"((dhash >> {16 * band}) & 65535)" for band in range(4))
"""The four 16-bit bands of a perceptual hash, as the indexed SQL expressions (0020)."""


def band_indexes(table: str) -> list[Index]:
    return [
        Index(f"ix_{table}_band{number}", text(expression))
        for number, expression in enumerate(HASH_BANDS)
    ]


def partial(
    name: str, *columns: str, where: str, postgresql: str | None = None, unique: bool = False
) -> Index:
    """An index on the rows that fulfil `where` only; `postgresql` where that spells it its way."""
    return Index(
        name,
        *(text(column) if column.startswith("(") else column for column in columns),
        unique=unique,
        sqlite_where=text(where),
        info={_ONLY_WHERE: text(postgresql or where)},
    )


def conditions_for_postgresql(metadata: MetaData, *_: object, **__: object) -> None:
    """Tell the partial indexes their condition on PostgreSQL, before tables are made or compared.

    In an index's definition it would load PostgreSQL's dialect and drivers at every start, a tenth
    of all that the bot imports.
    """
    for table in metadata.tables.values():
        for index in table.indexes:
            if _ONLY_WHERE in index.info:
                index.dialect_options["postgresql"]["where"] = index.info[_ONLY_WHERE]


WAITING = "queue_reason IS NOT NULL AND decided_at IS NULL"
"""The condition for waiting in the queue; the partial indexes use the same words."""


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a class attribute
        datetime: UtcDateTime,
        date: Date,
        float: Double,
        dict[str, Any]: JSON(none_as_null=True),
        dict[str, float]: JSON(none_as_null=True),
        list[str]: JSON(none_as_null=True),
        Verdict: _word(Verdict),
        ClaimKind: _word(ClaimKind),
        ClaimStatus: _word(ClaimStatus),
        VerdictKind: _word(VerdictKind),
        QueueReason: _word(QueueReason),
        Split: _word(Split),
        RetrainingStatus: _word(RetrainingStatus),
    }


event.listen(Base.metadata, "before_create", conditions_for_postgresql)
