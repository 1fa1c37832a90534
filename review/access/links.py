"""One-time links: signed by the bot, opened once, by one reviewer, within minutes.

A link carries its reviewer, its end and a nonce, with a signature over the three. Opening it burns
the nonce for all processes, so that it opens only once.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import quote

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from dataset.storage import notes
from review.errors import LinkExpired, LinkForged, LinkUsed, SecretError

_PAGE = re.compile(r"(?:queue|dataset|suspicions|retrainings/\d{1,18})(?:\?[a-z_]+=[a-z_]+)?")
"""What a link may open besides the first page: never another site's."""
_SECRET_FILE = "review.secret"  # noqa: S105 - the file's name, not what is in it
_SECRET_BYTES = 32


def signing_secret(configured: str, *, data_dir: Path) -> bytes:
    """The secret from the settings, else the one in `data_dir`, which the first start makes.

    Raises SecretError if the file cannot be written or read, or others may read it.
    """
    if configured:
        return hashlib.sha256(b"bear-detector review\0" + configured.encode()).digest()
    path = data_dir / _SECRET_FILE
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        _make_once(path)
        if path.stat().st_mode & 0o077:
            raise SecretError(f"Others may read {path}: run chmod 600 on it, or delete it.")
        kept = path.read_bytes()
    except OSError as error:
        raise SecretError(
            f"Cannot keep the review pages' secret in {path} ({error.strerror}): make the folder "
            "writable or set REVIEW_SECRET."
        ) from error
    if len(kept) != _SECRET_BYTES:
        raise SecretError(f"{path} is damaged. Delete it; the next start makes a new one.")
    return kept


def _make_once(path: Path) -> None:
    """Write a new secret unless one exists; two processes that start at once agree on one."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        pass  # another process was first, so its secret counts
    finally:
        draft.unlink()


def make_link(
    *,
    secret: bytes,
    base_url: str,
    reviewer_id: int,
    lifetime_s: int,
    now: datetime,
    to: str = "",
) -> str:
    """The address that signs `reviewer_id` in once, until `lifetime_s` seconds after `now`.

    `base_url` is the address of the pages, without a slash at its end; `to` the page that opens
    then, without one at its beginning.
    """
    until = int((now + timedelta(seconds=lifetime_s)).timestamp())
    key = _signed(secret).dumps([reviewer_id, until, secrets.token_hex(16)])
    return f"{base_url}/enter?key={key}" + (f"&to={quote(to, safe='')}" if to else "")


def inside(to: str) -> str:
    """A page of ours that a link may open; empty, for the first page, if it is none."""
    return to if _PAGE.fullmatch(to) else ""


def check_link(session: Session, key: str, *, secret: bytes, now: datetime) -> int:
    """The id of the reviewer whom a link's `key` would sign in, without using it up.

    Raises LinkForged, LinkExpired or LinkUsed.
    """
    return _check(session, key, secret, now)[0]


def burn_link(session: Session, key: str, *, secret: bytes, now: datetime) -> int:
    """Check a link's `key` and use it up: the id of the reviewer whom it signs in.

    Raises LinkForged, LinkExpired or LinkUsed.
    """
    reviewer_id, until, nonce = _check(session, key, secret, now)
    if not notes.write_once(session, nonce, until=until + timedelta(seconds=1), now=now):
        raise LinkUsed
    return reviewer_id


def _check(session: Session, key: str, secret: bytes, now: datetime) -> tuple[int, datetime, str]:
    try:
        reviewer_id, until, nonce = _signed(secret).loads(key)
    except BadData:
        raise LinkForged from None
    if now.timestamp() >= until:
        raise LinkExpired
    name = f"review-link:{nonce}"
    if notes.read(session, name, now=now) is not None:
        raise LinkUsed
    return reviewer_id, datetime.fromtimestamp(until, tz=timezone.utc), name


def _signed(secret: bytes) -> URLSafeSerializer:
    """Signs the three fields; its default digest is SHA-1."""
    return URLSafeSerializer(
        secret,
        salt="link",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )
