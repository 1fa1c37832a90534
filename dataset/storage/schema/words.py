"""The words in columns, each stored as its lowercase value, so that rows are readable."""

from __future__ import annotations

import enum

OUTSIDE = "outside"
"""The reserved label of hard negatives: photos that show none of the labels."""

TELEGRAM = "telegram"
"""The source of photos that people sent: these rest on a consent."""


class Verdict(str, enum.Enum):
    """How sure an answer was."""

    SURE = "sure"
    UNSURE = "unsure"
    OUTSIDE = "outside"


class ClaimKind(str, enum.Enum):
    """What a person said about an answer."""

    RIGHT = "right"
    LABEL = "label"
    NONE = "none"
    """None of these labels."""
    OTHER = "other"
    """Something else is wrong: for a reviewer to look at."""


class ClaimStatus(str, enum.Enum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class VerdictKind(str, enum.Enum):
    """What a reviewer decided about a photo."""

    LABEL = "label"
    NONE = "none"
    """None of these: becomes a hard negative, label `outside`."""
    REJECT = "reject"
    """Unusable: never becomes an example."""


class QueueReason(str, enum.Enum):
    """Why a photo waits for a reviewer; of several reasons it keeps the most useful one."""

    DISAGREEMENT = "disagreement"
    DISPUTED = "disputed"
    OUTSIDE = "outside"
    UNSURE = "unsure"
    SAMPLE = "sample"


class Split(str, enum.Enum):
    TRAIN = "train"
    VALID = "valid"
    GATE = "gate"


class RetrainingStatus(str, enum.Enum):
    REQUESTED = "requested"
    RUNNING = "running"
    PUBLISHED = "published"
    HELD = "held"
    DRY_RUN = "dry_run"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"
