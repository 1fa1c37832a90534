"""What an admin writes after /teach: a label, its names by language, other spellings of it, and its
place in menus.

/teach polar
en: polar bear
de: Eisbär
also: ice bear, white bear
place: 4
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from dataset.conversation.claims.label_names import COMMANDS, check_label
from dataset.errors import InvalidLabel
from dataset.storage.schema import OUTSIDE
from languages.catalogue import LANGUAGES, Words

_COMMAND = re.compile(r"/teach(?:@\w+)?(?:\s+|$)", re.IGNORECASE)
_LINE = re.compile(r"\s*([^:\s]{1,12})\s*:\s*(.*)")
_PLACE = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True)
class Asked:
    """What was asked for."""

    label: str
    names: dict[str, str] = field(default_factory=dict)
    """By language."""
    aliases: list[str] = field(default_factory=list)
    place: int | None = None
    """In menus, from 1."""

    @property
    def describes(self) -> bool:
        """Whether it says what the label is called."""
        return bool(self.names or self.aliases)


def is_teach(text: str | None) -> bool:
    """Whether a caption is this command: Telegram offers commands in texts only."""
    return _COMMAND.match(text or "") is not None


def read(text: str, words: Words, *, free_place: int) -> Asked | str:
    """The request, or the sentence for what is wrong with it, with an example that works:
    `free_place` is the place in menus that a new label can have."""
    label, *lines = re.split(r"[\n;]", _COMMAND.sub("", text, count=1))
    label = " ".join(label.split())
    if not label:
        return words("teach-how", place=str(free_place))
    try:
        asked = Asked(check_label(label))
    except InvalidLabel:
        return words("teach-bad-label")
    for line in filter(str.strip, lines):
        found = _LINE.fullmatch(line)
        key = found[1].casefold() if found else ""
        if found and key in LANGUAGES:
            asked.names[key] = found[2].strip()
        elif found and key in words.words("teach-also-words"):
            asked.aliases.extend(alias.strip() for alias in found[2].split(",") if alias.strip())
        elif found and key in words.words("teach-place-words"):
            if not _PLACE.fullmatch(found[2].strip()):
                return words("teach-bad-place", line=line.strip()[:40], place=str(free_place))
            asked = replace(asked, place=int(found[2]))
        else:
            return words("teach-unknown-line", line=line.strip()[:40], place=str(free_place))
    meanings = {OUTSIDE, *COMMANDS, *words.words("none-words"), *words.words("other-words")}
    if label.casefold() in meanings:
        return words("teach-reserved", text=label)
    return asked
