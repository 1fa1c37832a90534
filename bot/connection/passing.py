"""Which faults may pass by themselves: of the network, of Telegram and of the database."""

from __future__ import annotations

from telegram.error import (
    BadRequest,
    InvalidToken,
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
    """Whether a retry may work: network and database faults, and a token that is not known now.

    With a new token, the next start answers what was taken in with the old one.
    """
    if isinstance(error, BadRequest):  # PTB counts it among the network's errors
        return False
    if isinstance(error, InvalidToken):  # PTB's type for every 404, an unknown method's too
        return "method not found" not in str(error).lower()
    return isinstance(error, (NetworkError, *_PASSING))
