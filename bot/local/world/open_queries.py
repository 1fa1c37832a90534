"""Pressed buttons that wait for the bot's answer."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.local.errors import BadRequest

ANSWERABLE_S = 60.0
"""After this Telegram takes no answer."""


@dataclass(frozen=True)
class Open:
    """One query without an answer yet."""

    created: float
    answer: asyncio.Future[dict[str, object]]


class Callbacks:
    """Queries that wait for answerCallbackQuery."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._open: dict[str, Open] = {}

    def ask(self) -> tuple[str, asyncio.Future[dict[str, object]]]:
        """A new query's id and where its answer will be."""
        too_old = self._clock() - ANSWERABLE_S
        for query_id in [key for key, query in self._open.items() if query.created < too_old]:
            self._open.pop(query_id).answer.cancel()
        query_id = str(10**17 + secrets.randbelow(9 * 10**17))
        answer = asyncio.get_running_loop().create_future()
        self._open[query_id] = Open(self._clock(), answer)
        return query_id, answer

    def answer(self, query_id: str, answer: dict[str, object]) -> None:
        """Give the answer. Raises BadRequest when it was given already or comes too late."""
        query = self._open.pop(query_id, None)
        if query is None or query.created < self._clock() - ANSWERABLE_S:
            raise BadRequest("query is too old and response timeout expired or query ID is invalid")
        if not query.answer.done():
            query.answer.set_result(answer)

    def close(self) -> None:
        """Give up on every open query."""
        for query in self._open.values():
            query.answer.cancel()
        self._open.clear()
