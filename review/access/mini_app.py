"""Signing in from inside Telegram: the data with which it opens a Mini App.

Telegram signs them with a key made of the bot's token, as
https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app describes. They
count for as long as a link does, and once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl

from sqlalchemy.orm import Session

from dataset.storage import notes
from review.errors import AppDataForged, AppDataStale, AppDataUsed

MAX_CHARACTERS = 8192
_MOST_FIELDS = 32
_CLOCKS_DIFFER = timedelta(seconds=60)


def mini_app_key(token: str) -> bytes:
    """The key that proves Telegram's data for the bot with this token; it opens nothing else."""
    return hmac.digest(b"WebAppData", token.encode(), "sha256")


def burn_init_data(
    session: Session, data: str, *, key: bytes, lifetime: timedelta, now: datetime
) -> int:
    """Check a Mini App's `initData` and use them up: the id of the person whom they sign in.

    Raises AppDataForged, AppDataStale or AppDataUsed.
    """
    person, signed_at, signature = _read(data, key)
    if not signed_at - _CLOCKS_DIFFER <= now < signed_at + lifetime:
        raise AppDataStale
    name = f"review-app:{signature[:40]}"
    until = signed_at + lifetime + timedelta(seconds=1)
    if not notes.write_once(session, name, until=until, now=now):
        raise AppDataUsed
    return person


def _read(data: str, key: bytes) -> tuple[int, datetime, str]:
    """Whom the data name, since when, and their signature."""
    try:
        if len(data) > MAX_CHARACTERS:
            raise ValueError("too long")
        pairs = parse_qsl(
            data, keep_blank_values=True, strict_parsing=True, max_num_fields=_MOST_FIELDS
        )
        fields = dict(pairs)
        if len(fields) < len(pairs):
            raise ValueError("a field comes twice")
        signature = fields.pop("hash")
        text = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
        wanted = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted.encode(), signature.encode()):
            raise ValueError("signed by somebody else")
        person = json.loads(fields["user"])["id"]
        signed_at = datetime.fromtimestamp(int(fields["auth_date"]), tz=timezone.utc)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError, OSError):
        raise AppDataForged from None
    if type(person) is not int:
        raise AppDataForged
    return person, signed_at, signature
