"""Logs that a person or a machine can read, and that never hold a secret.

Redaction happens on the finished line, exception text included: whatever a library put into a
message, an argument or a traceback, the token leaves as `[redacted]`.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable
from typing import Literal, TextIO
from urllib.parse import quote

REDACTED = "[redacted]"

# What a bot token looks like, for one that is not ours (a mistyped one, an old one).
_TOKEN = re.compile(r"\b\d{5,}(?::|%3[aA])[A-Za-z0-9_-]{30,}")

# They log every request's address at INFO, and the address holds the token.
_TALKATIVE = ("httpx", "httpx2", "httpcore", "telegram", "apscheduler", "uvicorn", "alembic")


class Redactor:
    """Replaces every known secret, as it stands and as it stands in an address."""

    def __init__(self, secrets: Iterable[str]) -> None:
        spellings = {form for secret in secrets if secret for form in (secret, quote(secret, ""))}
        known = "|".join(re.escape(form) for form in sorted(spellings, key=len, reverse=True))
        self._known = re.compile(known) if known else None

    def __call__(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(REDACTED, text)
        return _TOKEN.sub(REDACTED, text)


class _RedactingFormatter(logging.Formatter):
    def __init__(self, inner: logging.Formatter, redactor: Redactor) -> None:
        super().__init__()
        self._inner = inner
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        return self._redactor(self._inner.format(record))


def configure(
    *,
    log_format: Literal["readable", "json"],
    level: str,
    secrets: Iterable[str],
    stream: TextIO | None = None,
) -> Redactor:
    """Give the root logger one handler that redacts; returns the redactor for other outputs."""
    redactor = Redactor(secrets)
    handler = logging.StreamHandler(stream if stream is not None else sys.stderr)
    handler.setFormatter(_RedactingFormatter(_formatter(log_format), redactor))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    return redactor


def _formatter(log_format: Literal["readable", "json"]) -> logging.Formatter:
    if log_format == "readable":
        return logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    # Imported only where it is wanted: the start counts in milliseconds.
    from pythonjsonlogger.json import JsonFormatter

    return JsonFormatter(
        "%(asctime)s %(levelname)s %(name)s %(message)s",
        rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
    )
