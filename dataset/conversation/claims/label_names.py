"""The form of a label, wherever it enters: a name, never a path; and what it is called now."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from dataset.errors import InvalidLabel
from dataset.storage.schema import Label

LONGEST = 64
"""Characters of a label."""
_BETWEEN = " _-'’"
_JOINERS = "\u200c\u200d"
COMMANDS = frozenset(
    (
        "cancel", "done", "export", "forget", "help", "identify", "labels", "language", "models",
        "privacy", "retrain", "review", "rollback", "start", "stats", "teach", "thanks", "unban",
        "undo", "why", "wrong",
    )
)  # fmt: skip
"""What people type after a slash in the chat: no label may be taken for one."""


def check_label(label: str) -> str:
    """The label as it is kept, in the one Unicode form that compares (NFC); raises InvalidLabel.

    Letters, with their marks, and digits of any script; spaces, `_`, `-` and apostrophes inside; at
    most 64 characters. The caller checks whether a model knows it.
    """
    label = unicodedata.normalize("NFC", label)
    inside = all(_may_stand(label, place) for place in range(len(label)))
    ends = inside and label and label[0].isalnum() and label[-1] not in " -'’" + _JOINERS
    if not ends or len(label) > LONGEST:
        raise InvalidLabel(
            "label",
            "A label is letters and digits, with spaces, hyphens, underscores and apostrophes"
            f" inside, at most {LONGEST} characters.",
        )
    return label


def check_new_label(label: str) -> str:
    """`check_label` for a label that begins now: none of the chat's commands either."""
    label = check_label(label)
    if label.casefold() in COMMANDS:
        raise InvalidLabel(
            "command",
            f"“{label}” is a command of the chat, so it cannot be a label: choose another name.",
        )
    return label


def renamed(session: Session) -> Mapping[str, str]:
    """What labels that were renamed or merged are called now.

    Examples and verdicts say the present names, answers and claims what was said at the time.
    """
    query = select(Label.label, Label.becomes).where(Label.becomes.is_not(None))
    return {label: becomes for label, becomes in session.execute(query) if becomes is not None}


def _may_stand(label: str, place: int) -> bool:
    character = label[place]
    if character in _JOINERS:
        # They change a letter's form only after a virama or an Arabic letter; elsewhere nobody
        # sees them (RFC 5892, appendix A).
        before = label[place - 1] if place else " "
        return unicodedata.combining(before) == 9 or unicodedata.bidirectional(before) == "AL"
    return (
        character in _BETWEEN
        or character.isalnum()
        or unicodedata.category(character) in ("Mn", "Mc", "Nl")
    )
