"""Encryption of photos at rest: AES-256-GCM with keys from PHOTO_KEY.

A sealed file is `BDP1`, a 12-byte nonce, then ciphertext and tag. The photo's SHA-256 is the
associated data, so that a sealed file put under another name does not open.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Sequence

from dataset.errors import PhotoUnreadable

MAGIC = b"BDP1"
_NONCE_BYTES = 12
_KEY_BYTES = 32


def read_keys(text: str) -> tuple[bytes, ...]:
    """The keys in a PHOTO_KEY value: base64 (either alphabet) or hex, several after commas.

    Raises ValueError, without showing the value, when one is not 32 bytes.
    """
    return tuple(_read_key(part.strip()) for part in text.split(",") if part.strip())


def _read_key(text: str) -> bytes:
    try:
        if len(text) == 2 * _KEY_BYTES:
            return bytes.fromhex(text)
        padded = text + "=" * (-len(text) % 4)
        key = base64.b64decode(padded.replace("-", "+").replace("_", "/"), validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != _KEY_BYTES:
        raise ValueError(
            "each key must be 32 bytes in base64 or hex (bear-detector rekey --generate prints one)"
        )
    return key


def generate_key() -> str:
    """A fresh key, as PHOTO_KEY takes it."""
    return base64.b64encode(os.urandom(_KEY_BYTES)).decode("ascii")


def is_sealed(data: bytes) -> bool:
    """Whether these are a sealed file's bytes."""
    return data.startswith(MAGIC)


def seal(data: bytes, *, key: bytes, name: str) -> bytes:
    """Encrypt `data` to be stored under `name` (its SHA-256)."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE_BYTES)
    return MAGIC + nonce + AESGCM(key).encrypt(nonce, data, name.encode("ascii"))


def unseal(data: bytes, *, keys: Sequence[bytes], name: str) -> bytes:
    """Decrypt what `seal` wrote, with the first key that fits; raises PhotoUnreadable when none
    does."""
    if not keys:
        raise PhotoUnreadable(f"Photo {name} is encrypted and PHOTO_KEY is not set; set its key.")
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    body = data[len(MAGIC) :]
    nonce, sealed = body[:_NONCE_BYTES], body[_NONCE_BYTES:]
    for key in keys:
        try:
            return AESGCM(key).decrypt(nonce, sealed, name.encode("ascii"))
        except (InvalidTag, ValueError):
            continue
    raise PhotoUnreadable(
        f"Photo {name} cannot be decrypted: its file is damaged, or PHOTO_KEY lacks its key."
    )
