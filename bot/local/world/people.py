"""Who is in the chats: people, groups, and the bot itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.local.errors import BadRequest, Forbidden

TOKEN = re.compile(r"(\d{1,20}):[A-Za-z0-9_-]+")
ORDINARY_ID = 1
"""The ordinary person of the page."""


@dataclass(frozen=True)
class Person:
    """One user; a private chat has its user's id."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "en"
    blocked: bool = False
    """Whether this person has blocked the bot."""

    def as_user(self) -> dict[str, object]:
        """The User object of the Bot API."""
        user: dict[str, object] = {
            "id": self.id,
            "is_bot": False,
            "first_name": self.first_name,
            "language_code": self.language_code,
        }
        return user | self._names()

    def as_chat(self) -> dict[str, object]:
        """The private Chat object of the Bot API."""
        chat: dict[str, object] = {"id": self.id, "type": "private", "first_name": self.first_name}
        return chat | self._names()

    def _names(self) -> dict[str, object]:
        names = {"last_name": self.last_name, "username": self.username}
        return {key: name for key, name in names.items() if name}


class BotIdentity:
    """The one bot of this server.

    With a token, only that token is let in; without, every well-formed one is, and the first
    gives the bot its id.
    """

    def __init__(self, name: str, token: str | None) -> None:
        self.name = name
        self.username = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") + "_bot"
        self.descriptions: dict[tuple[str, str], str] = {}
        """Texts of setMyName, setMyDescription and the like by (field, language)."""
        self._token = token
        self._id = self._id_of(token) if token else None

    @staticmethod
    def _id_of(token: str) -> int | None:
        well_formed = TOKEN.fullmatch(token)
        return int(well_formed[1]) if well_formed else None

    @property
    def id(self) -> int:
        """The number before the colon of the token."""
        return self._id or 0

    def admits(self, token: str) -> bool:
        """Whether this token is let in."""
        number = self._id_of(token)
        if number is None or (self._token is not None and token != self._token):
            return False
        if self._id is None:
            self._id = number
        return True

    def as_user(self) -> dict[str, object]:
        """The bot's User object as messages carry it."""
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.name,
            "username": self.username,
        }


class People:
    """Users and groups by id; unknown ones come into being when they first act."""

    def __init__(self, admin_id: int) -> None:
        self._people: dict[int, Person] = {
            ORDINARY_ID: Person(ORDINARY_ID, "Robin"),
            admin_id: Person(admin_id, "Sam"),
        }
        self._groups: dict[int, str] = {}

    def person(self, user_id: int) -> Person:
        """The person with this id, made up if new. Raises BadRequest for no possible id."""
        if not 0 < user_id < 2**52:
            raise BadRequest("user must be a positive number")
        return self._people.setdefault(user_id, Person(user_id, f"Person {user_id}"))

    def knows(self, user_id: int) -> bool:
        """Whether this person ever acted."""
        return user_id in self._people

    def everybody(self) -> list[Person]:
        """All people known so far, by id."""
        return sorted(self._people.values(), key=lambda person: person.id)

    def groups(self) -> dict[int, str]:
        """Titles of the groups known so far by chat id."""
        return dict(self._groups)

    def change(self, user_id: int, **fields: object) -> Person:
        """Change a person's names, language or block; keys that are None stay."""
        given = {key: value for key, value in fields.items() if value is not None}
        person = replace(self.person(user_id), **given)  # type: ignore[arg-type]
        self._people[user_id] = person
        return person

    def open_chat(self, chat_id: int, title: str | None = None) -> dict[str, object]:
        """The Chat object of a chat in which a person acts, made if new."""
        if chat_id > 0:
            return self.person(chat_id).as_chat()
        if not -(2**52) < chat_id < 0:
            raise BadRequest("chat must not be 0")
        if title or chat_id not in self._groups:
            self._groups[chat_id] = title or "Bear watchers"
        return self._group(chat_id)

    def chat(self, chat_id: int) -> dict[str, object]:
        """The Chat object of a chat that exists. Raises BadRequest when the bot never met it."""
        if chat_id in self._groups:
            return self._group(chat_id)
        if chat_id not in self._people:
            raise BadRequest("chat not found")
        return self._people[chat_id].as_chat()

    def writable_chat(self, chat_id: int) -> dict[str, object]:
        """Like `chat`, for sending. Raises Forbidden when the person blocked the bot."""
        chat = self.chat(chat_id)
        if chat_id > 0 and self._people[chat_id].blocked:
            raise Forbidden("bot was blocked by the user")
        return chat

    def find(self, reference: str) -> dict[str, object]:
        """The Chat object for a chat_id argument: a number or @username."""
        if not reference:
            raise BadRequest("chat_id is empty")
        if reference.startswith("@"):
            for person in self._people.values():
                if person.username and person.username.lower() == reference[1:].lower():
                    return person.as_chat()
            raise BadRequest("chat not found")
        try:
            return self.chat(int(reference))
        except ValueError as exc:
            raise BadRequest("chat not found") from exc

    def _group(self, chat_id: int) -> dict[str, object]:
        kind = "supergroup" if chat_id <= -1_000_000_000_000 else "group"
        return {"id": chat_id, "type": kind, "title": self._groups[chat_id]}
