"""What can go wrong in this room.

    ObjectsError
     ├ StoreAddressError   the address is invalid, or support for it is not installed
     ├ StoreUnreachable    the store does not answer, or answers that it cannot
     ├ StoreRefused        no such bucket, wrong credentials, or not allowed
     ├ ObjectMissing       the object does not exist
     └ ObjectChanged       somebody else wrote the object first
    SettingsError          a setting is unknown or not allowed; raised for every room

The text of each is one sentence for a person: what happened and what to do.
"""

from __future__ import annotations

from collections.abc import Mapping


class ObjectsError(Exception):
    """The base of every error of this room."""


class StoreAddressError(ObjectsError):
    """The address is invalid, or support for it is not installed."""


class StoreUnreachable(ObjectsError):
    """The store does not answer, or answers that it cannot."""


class StoreRefused(ObjectsError):
    """No such bucket, wrong credentials, or not allowed."""


class ObjectMissing(ObjectsError):
    """The object does not exist."""


class ObjectChanged(ObjectsError):
    """Somebody else wrote the object first."""


class SettingsError(Exception):
    """Settings are unknown or not allowed."""

    def __init__(self, sentence: str, *, wrong: Mapping[str, str] | None = None) -> None:
        """`wrong` has a sentence for each setting that is, by the setting's name."""
        super().__init__(sentence)
        self.wrong = dict(wrong or {})
