"""Which faults may pass by themselves: of the network, of Telegram and of the database."""

from __future__ import annotations

from telegram.error import (
    BadRequest,
    NetworkError,
    RetryAfter,
)

from dataset.errors import (
    DatabaseCorrupt,
    DatabaseFull,
    DatabaseLocked,
    DatabaseReadOnly,
    DatabaseUnreachable,
)

# A damaged database counts as passing, too: the operator can restore a backup.
_PASSING = (
    DatabaseCorrupt,
    DatabaseFull,
    DatabaseLocked,
    DatabaseReadOnly,
    DatabaseUnreachable,
    RetryAfter,
)


def will_pass(error: BaseException) -> bool:
    """Whether a retry may work: network and database faults."""
    if isinstance(error, BadRequest):  # PTB counts it among the network's errors
        return False
    return isinstance(error, (NetworkError, *_PASSING))
