"""What can go wrong in this room.

    DatasetError
     ├ DatabaseError            the database refused or failed
     │  ├ DatabaseLocked        another program writes for too long
     │  ├ DatabaseReadOnly      the file or the server refuses writes
     │  ├ DatabaseCorrupt       the file is damaged or not a database
     │  ├ DatabaseFull          no space left
     │  ├ DatabaseUnreachable   the file cannot be opened, the server does not answer
     │  │  └ DatabaseDiskFault  the file is open, and its disk refuses to read or write
     │  ├ DatabaseTooNew        a newer version of this program has written it
     │  └ DatabaseConflict      a row contradicts another (unique, foreign key)
     ├ PhotoStoreError          a photo's file could not be written or read
     │  ├ PhotoMissing          no such file
     │  ├ PhotoStoreUnreachable the object store does not answer or let us in
     │  └ PhotoUnreadable       damaged, or no key of PHOTO_KEY opens it
     ├ ForgottenError           this photo was forgotten on request and may not come back
     ├ ConsentMissing           nobody allowed the bot to keep this photo
     ├ NotFoundError            no such prediction, claim, photo, …
     ├ ClaimError               this claim is refused

     │  ├ QuotaExceeded         too many claims today
     │  └ ClaimsBanned          this person's claims are not taken any more
     ├ InvalidLabel             this text cannot be a label
     ├ NothingToUndo            no verdict or claim to take back
     ├ RetrainingActive         another retraining is requested or running
     ├ RetrainingOver           that retraining has ended already
     ├ BackupError              a backup or a restore cannot go on
     └ ExportError              an export cannot begin or go on

The text of each is one sentence for a person: what happened and what to do.
"""

from __future__ import annotations

from typing import Literal

LabelProblem = Literal[
    "label", "name", "aliases", "same", "outside", "capitals", "taken", "command", "place"
]


class DatasetError(Exception):
    """The base of every error of this room."""


class DatabaseError(DatasetError):
    """The database refused or failed."""


class DatabaseLocked(DatabaseError):
    """Another program writes for too long."""


class DatabaseReadOnly(DatabaseError):
    """The file or the server refuses writes."""


class DatabaseCorrupt(DatabaseError):
    """The file is damaged or not a database."""


class DatabaseFull(DatabaseError):
    """No space left."""


class DatabaseUnreachable(DatabaseError):
    """The file cannot be opened, or the server does not answer."""


class DatabaseDiskFault(DatabaseUnreachable):
    """The disk refuses to read or write the file."""


class DatabaseTooNew(DatabaseError):
    """A newer version of this program has written it."""


class DatabaseConflict(DatabaseError):
    """A row contradicts another."""


class PhotoStoreError(DatasetError):
    """A photo's file could not be written or read."""


class PhotoMissing(PhotoStoreError):
    """No such file in the store."""


class PhotoStoreUnreachable(PhotoStoreError):
    """The object store does not answer, or does not let this program in."""


class PhotoUnreadable(PhotoStoreError):
    """Damaged, or no key opens it."""


class ForgottenError(DatasetError):
    """This photo was forgotten on request and may not come back."""


class ConsentMissing(DatasetError):
    """Nobody allowed the bot to keep this photo."""


class NotFoundError(DatasetError):
    """No such row."""


class ClaimError(DatasetError):
    """This claim is not taken."""


class QuotaExceeded(ClaimError):
    """Too many claims of one person in one day."""

    def __init__(self, *, per_day: int) -> None:
        super().__init__(f"That is more than {per_day} corrections in a day; try again tomorrow.")
        self.per_day = per_day


class ClaimsBanned(ClaimError):
    """This person's claims are not taken any more."""


class InvalidLabel(DatasetError):
    """This text cannot be a label; `code` is stable, for translations of the sentence."""

    def __init__(self, code: LabelProblem, sentence: str) -> None:
        super().__init__(sentence)
        self.code: LabelProblem = code


class NameTaken(InvalidLabel):
    """Another label is called so already."""

    def __init__(self, name: str, other: str) -> None:
        super().__init__("taken", f"{other} is called {name} already.")
        self.name, self.other = name, other


class PlaceTaken(InvalidLabel):
    """A label cannot have that place in menus; `places`, from 1, are those that it can have."""

    def __init__(self, label: str, places: range) -> None:
        super().__init__("place", f"{label} cannot have that place: labels in use keep theirs.")
        self.places = places


class NothingToUndo(DatasetError):
    """No verdict or claim to take back."""


class RetrainingActive(DatasetError):
    """Another retraining is requested or running; `retraining_id` says which."""

    def __init__(self, retraining_id: int) -> None:
        super().__init__(f"Retraining {retraining_id} is still at work; wait for it or cancel it.")
        self.retraining_id = retraining_id


class RetrainingOver(DatasetError):
    """That retraining has ended already."""


class BackupError(DatasetError):
    """A backup or a restore cannot go on."""


class ExportError(DatasetError):
    """An export cannot begin or go on."""
