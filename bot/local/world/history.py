"""Every chat's messages in their latest state, and waiting for news of them.

They lie in a private SQLite database that spills to a temporary file by itself, so that fifty
thousand photos cost no memory. Nothing survives the process.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Message = dict[str, Any]
"""A Message object of the Bot API."""

MAX_ID = 2**63
"""The database's integers end here."""

_TABLE = """
CREATE TABLE messages (
    chat INTEGER NOT NULL, id INTEGER NOT NULL, version INTEGER NOT NULL,
    edits INTEGER NOT NULL DEFAULT 0, reaction TEXT NOT NULL DEFAULT '', body TEXT,
    PRIMARY KEY (chat, id)
) WITHOUT ROWID;
CREATE INDEX changed ON messages (chat, version);
"""


def to_json(value: object) -> str:
    """JSON without needless spaces and escapes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Changes:
    """What happened in a chat after some version."""

    version: int
    messages: list[str]
    """The new and changed messages, as JSON."""
    deleted: list[int]


class History:
    """All messages, by chat and message id.

    Ids of a chat begin at `first_id`, so that a bot that remembers messages of an earlier run
    does not mistake new ones for them.
    """

    def __init__(self, *, first_id: int) -> None:
        # An empty name makes a temporary database: in memory while small, then in a file.
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.executescript(_TABLE)
        self.first_id = first_id
        self._last_ids: dict[int, int] = {}
        self._version = 0
        self._listeners: dict[int, set[asyncio.Future[None]]] = {}
        self._actions: dict[int, tuple[str, float]] = {}
        self._closed = False

    def next_id(self, chat_id: int) -> int:
        """A fresh message id in this chat."""
        fresh = self._last_ids.get(chat_id, self.first_id - 1) + 1
        self._last_ids[chat_id] = fresh
        return fresh

    def add(self, message: Message) -> None:
        chat_id = message["chat"]["id"]
        self._db.execute(
            "INSERT INTO messages (chat, id, version, body) VALUES (?, ?, ?, ?)",
            (chat_id, message["message_id"], self._next_version(), to_json(message)),
        )
        self.wake(chat_id)

    def find(self, chat_id: int, message_id: int) -> Message | None:
        """One message, or None when it does not exist any more."""
        if abs(message_id) >= MAX_ID:
            return None
        row = self._db.execute(
            "SELECT body FROM messages WHERE chat = ? AND id = ?", (chat_id, message_id)
        ).fetchone()
        found: Message | None = json.loads(row[0]) if row and row[0] else None
        return found

    def replace(self, message: Message) -> None:
        """Put a changed message in the place of the old one and count one more edit."""
        chat_id = message["chat"]["id"]
        self._db.execute(
            "UPDATE messages SET body = ?, version = ?, edits = edits + 1 "
            "WHERE chat = ? AND id = ?",
            (to_json(message), self._next_version(), chat_id, message["message_id"]),
        )
        self.wake(chat_id)

    def delete(self, chat_id: int, message_id: int) -> bool:
        """Delete a message; False when it did not exist."""
        if abs(message_id) >= MAX_ID:
            return False
        gone = self._db.execute(
            "UPDATE messages SET body = NULL, version = ? "
            "WHERE chat = ? AND id = ? AND body IS NOT NULL",
            (self._next_version(), chat_id, message_id),
        )
        self.wake(chat_id)
        return gone.rowcount == 1

    def has_after(self, chat_id: int, message_id: int) -> bool:
        """Whether the chat has a message with a larger id."""
        row = self._db.execute(
            "SELECT 1 FROM messages WHERE chat = ? AND id > ? AND body IS NOT NULL LIMIT 1",
            (chat_id, message_id),
        ).fetchone()
        return row is not None

    def set_reaction(self, chat_id: int, message_id: int, emoji: str) -> None:
        """The bot's reaction to a message; empty for none."""
        self._db.execute(
            "UPDATE messages SET reaction = ?, version = ? WHERE chat = ? AND id = ?",
            (emoji, self._next_version(), chat_id, message_id),
        )
        self.wake(chat_id)

    def after(self, chat_id: int, message_id: int) -> list[str]:
        """The messages with larger ids, oldest first, as JSON with `edits` (and `reaction`)."""
        rows = self._db.execute(
            "SELECT body, edits, reaction FROM messages "
            "WHERE chat = ? AND id > ? AND body IS NOT NULL ORDER BY id",
            (chat_id, message_id),
        )
        return [_shown(*row) for row in rows]

    def version_of(self, chat_id: int) -> int:
        """The version of a chat's latest change; 0 when nothing happened there."""
        row = self._db.execute(
            "SELECT max(version) FROM messages WHERE chat = ?", (chat_id,)
        ).fetchone()
        return row[0] or 0

    def changes(self, chat_id: int, version: int, limit: int) -> Changes:
        """What is new, changed or deleted since a version of the chat: the newest `limit`."""
        rows = self._db.execute(
            "SELECT body, edits, reaction, id, version FROM messages "
            "WHERE chat = ? AND version > ? ORDER BY version DESC LIMIT ?",
            (chat_id, version, limit),
        ).fetchall()
        rows.sort(key=lambda row: row[3])
        return Changes(
            version=max([version, *(row[4] for row in rows)]),
            messages=[_shown(*row[:3]) for row in rows if row[0]],
            deleted=[row[3] for row in rows if not row[0]],
        )

    def set_action(self, chat_id: int, action: str, until: float) -> None:
        """The bot is doing something ("typing") until this time or its next message."""
        self._actions[chat_id] = (action, until)
        self.wake(chat_id)

    def clear_action(self, chat_id: int) -> None:
        """Whatever the bot was doing is done."""
        self._actions.pop(chat_id, None)

    def action(self, chat_id: int, now: float) -> tuple[str, float] | None:
        """What the bot is doing in this chat, and for how many more seconds."""
        action, until = self._actions.get(chat_id, ("", 0.0))
        return (action, until - now) if until > now else None

    async def wait(self, chat_id: int, ready: Callable[[], bool], wait_s: float) -> None:
        """Return once `ready()` holds, looked at on every change of the chat, or time is up."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait_s
        while not ready() and not self._closed and (left := deadline - loop.time()) > 0:
            news: asyncio.Future[None] = loop.create_future()
            listeners = self._listeners.setdefault(chat_id, set())
            listeners.add(news)
            try:
                await asyncio.wait({news}, timeout=left)
            finally:
                listeners.discard(news)

    def wake(self, chat_id: int) -> None:
        """Let everybody who waits for this chat look again."""
        for news in self._listeners.pop(chat_id, set()):
            if not news.done():
                news.set_result(None)

    def close(self) -> None:
        """End all waiting; what is stored stays readable."""
        self._closed = True
        for chat_id in list(self._listeners):
            self.wake(chat_id)

    def _next_version(self) -> int:
        self._version += 1
        return self._version


def _shown(body: str, edits: int, reaction: str) -> str:
    more = f',"reaction":{to_json(reaction)}' if reaction else ""
    return f'{body[:-1]},"edits":{edits}{more}}}'
