"""The place of each search of a collection, and what it dropped, so that it goes on after a stop.

A file of JSON lines that only grows; it ignores a line torn by a crash. The database has what was
kept.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

from training.errors import CollectError


class Journal:
    """The journal in one file, read whole at the start."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._cursors: dict[tuple[str, str], str | None] = {}
        self._dropped: dict[str, set[str]] = defaultdict(set)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
            torn = bool(lines) and not file.read_bytes().endswith(b"\n")
            self._out = file.open("a", encoding="utf-8")
            if torn:
                self._out.write("\n")
        except (OSError, UnicodeDecodeError) as exc:
            raise CollectError(
                f"{file}, which says where earlier searches were, cannot be used ({exc}); remove "
                "it to begin them anew."
            ) from exc
        for line in lines:
            self._read(line)

    def close(self) -> None:
        self._out.close()

    def cursor(self, provider: str, query: str) -> str | None:
        """The cursor of this search; None at its beginning."""
        return self._cursors.get((provider, query))

    def is_finished(self, provider: str, query: str) -> bool:
        """Whether this search is finished."""
        return self._cursors.get((provider, query), "") is None

    def move(self, provider: str, query: str, cursor: str | None) -> None:
        """Everything before `cursor` is dealt with; None: everything."""
        self._cursors[provider, query] = cursor
        self._write({"provider": provider, "query": query, "cursor": cursor})

    def forget_searches(self) -> None:
        """Restart every search; dropped pictures stay dropped."""
        for provider, query in list(self._cursors):
            del self._cursors[provider, query]
            self._write({"provider": provider, "query": query, "restart": True})

    def drop(self, provider: str, provider_id: str, reason: str) -> None:
        """This picture is not fetched again."""
        self._dropped[provider].add(provider_id)
        self._write({"provider": provider, "id": provider_id, "reason": reason})

    def was_dropped(self, provider: str, provider_id: str) -> bool:
        """Whether this picture was dealt with before and not kept."""
        return provider_id in self._dropped[provider]

    def _read(self, line: str) -> None:
        try:
            entry = json.loads(line)
            provider = str(entry["provider"])
            if "id" in entry:
                self._dropped[provider].add(str(entry["id"]))
            elif entry.get("restart"):
                self._cursors.pop((provider, str(entry["query"])), None)
            else:
                self._cursors[provider, str(entry["query"])] = entry["cursor"]
        except (ValueError, KeyError, TypeError):
            return  # torn by a crash: the page is just requested again

    def _write(self, entry: dict[str, object]) -> None:
        try:
            self._out.write(json.dumps(entry, ensure_ascii=False) + "\n")
            self._out.flush()
        except OSError as exc:
            raise CollectError(
                f"{self._file} cannot be written: {exc.strerror}; free some space and run the "
                "same command again, it goes on where it was."
            ) from exc
