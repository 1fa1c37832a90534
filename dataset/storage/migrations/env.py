"""Alembic's entry for each command; it works on the connection that it gets."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import TextClause

from dataset.storage.schema import Base, UtcDateTime
from dataset.storage.schema.base import conditions_for_postgresql

_WRITTEN_BY_HAND = {
    index.name
    for table in Base.metadata.tables.values()
    for index in table.indexes
    if any(isinstance(part, TextClause) for part in index.expressions)
}
"""Indexes on expressions, which Alembic cannot compare: it would make them anew in every step."""


def _is_compared(_item: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    return kind != "index" or name not in _WRITTEN_BY_HAND


def _render(kind: str, item: Any, _autogenerate: Any) -> str | Literal[False]:
    """A step must not change when this program's own types do: it names the database's."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


conditions_for_postgresql(Base.metadata)
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=_render,
    include_object=_is_compared,
    # One transaction, begun by the caller under the lock that keeps other processes out.
    transactional_ddl=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
