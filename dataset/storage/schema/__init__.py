"""The tables: what is recorded, one class each.

Times are UTC and timezone-aware. Telegram's ids need 64 bits. Every enum is stored as its
lowercase word, so that a row reads without this package.
"""

from dataset.storage.schema.base import HASH_BANDS, WAITING, Base, UtcDateTime, utc_now
from dataset.storage.schema.conversation import Claim, Consent, Person, Prediction, Tally, Update
from dataset.storage.schema.operation import Audit, Lease, Note, Rate
from dataset.storage.schema.photos import Forgotten, Mark, Photo, ReviewVerdict, Skip
from dataset.storage.schema.training import Example, Label, Lesson, Retraining, Suspicion
from dataset.storage.schema.words import (
    OUTSIDE,
    TELEGRAM,
    ClaimKind,
    ClaimStatus,
    QueueReason,
    RetrainingStatus,
    Split,
    Verdict,
    VerdictKind,
)

__all__ = [
    "HASH_BANDS",
    "OUTSIDE",
    "TELEGRAM",
    "WAITING",
    "Audit",
    "Base",
    "Claim",
    "ClaimKind",
    "ClaimStatus",
    "Consent",
    "Example",
    "Forgotten",
    "Label",
    "Lease",
    "Lesson",
    "Mark",
    "Note",
    "Person",
    "Photo",
    "Prediction",
    "QueueReason",
    "Rate",
    "Retraining",
    "RetrainingStatus",
    "ReviewVerdict",
    "Skip",
    "Split",
    "Suspicion",
    "Tally",
    "Update",
    "UtcDateTime",
    "Verdict",
    "VerdictKind",
    "utc_now",
]
