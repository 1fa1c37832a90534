"""What Alembic runs for each command: it works on the connection that it is handed."""

from alembic import context

from dataset.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    # One transaction, begun by the caller under the lock that keeps other processes out.
    transactional_ddl=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
