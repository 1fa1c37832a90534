"""The command lists that a bot has set, by scope and language."""

from __future__ import annotations

Commands = list[dict[str, str]]
Scope = tuple[str, int, int]
"""Type, chat and user; 0 where the type has none."""


class CommandMenu:
    """Command lists by scope and language."""

    def __init__(self) -> None:
        self._lists: dict[tuple[Scope, str], Commands] = {}

    def set(self, scope: Scope, language: str, commands: Commands) -> None:
        """Replace one list; an empty one removes it."""
        if commands:
            self._lists[scope, language] = commands
        else:
            self._lists.pop((scope, language), None)

    def get(self, scope: Scope, language: str) -> Commands:
        return self._lists.get((scope, language), [])

    def languages(self) -> list[str]:
        """The languages in which the bot offers its commands, those of its default left out."""
        return sorted({language for _, language in self._lists if language})

    def shown(self, chat_id: int, user_id: int, language: str) -> Commands:
        """What this person sees in this chat: the narrowest scope, their language first."""
        if chat_id > 0:
            scopes: list[Scope] = [("chat", chat_id, 0), ("all_private_chats", 0, 0)]
        else:
            scopes = [
                ("chat_member", chat_id, user_id),
                ("chat", chat_id, 0),
                ("all_group_chats", 0, 0),
            ]
        for scope in [*scopes, ("default", 0, 0)]:
            for spoken in (language.partition("-")[0], ""):
                if found := self.get(scope, spoken):
                    return found
        return []
