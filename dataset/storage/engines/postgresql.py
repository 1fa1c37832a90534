"""Connections to PostgreSQL whose waits have an end.

A server that refuses says so at once. A frozen one says nothing. Its own timeouts and TCP's do not
help, because its system still accepts what is sent. So this module gives up each statement, commit
and ping that gets no answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.errors import _WaitTimeout
from sqlalchemy import Connection, Engine, event

CONNECT_WITHIN_S = 5
_KEEPALIVE = {
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


class _Bounded(psycopg.Connection[Any]):
    """A connection that is closed when an answer does not come in time."""

    answer_within_s: float | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """See psycopg.Connection: all that goes over the network goes through here."""
        try:
            return super().wait(gen, interval, self.answer_within_s if timeout is None else timeout)
        except _WaitTimeout:
            if timeout is not None:
                raise
            # The state at the server is unknown, so this connection must not be used again.
            self.pgconn.finish()
            raise psycopg.OperationalError(
                f"connection given up: no answer within {self.answer_within_s:g} s"
            ) from None


def bound_waits(engine: Engine, answer_within_s: float) -> None:
    """Let every connection of this engine give up after so long, and connecting sooner."""

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, places: Any, options: dict[str, Any]) -> Any:
        limits = {"connect_timeout": CONNECT_WITHIN_S, **_KEEPALIVE}
        connection = _Bounded.connect(*places, **(limits | options))
        connection.answer_within_s = answer_within_s
        return connection


@contextmanager
def patient(connection: Connection) -> Iterator[None]:
    """Wait as long as it takes: for another process that changes the tables, and for doing so."""
    driver: Any = connection.connection.driver_connection
    answer_within_s, driver.answer_within_s = driver.answer_within_s, None
    try:
        yield
    finally:
        driver.answer_within_s = answer_within_s
