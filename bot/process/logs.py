"""Logs that a person or a machine can read, and that never hold a secret.

Redaction works on the finished line, exception text included: in messages, arguments and tracebacks
of any library, the token appears as `[redacted]`.
"""

from __future__ import annotations

import logging
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Literal, TextIO
from urllib.parse import quote

REDACTED = "[redacted]"

# The form of a bot token, for tokens that are not ours (mistyped or old ones).
_TOKEN = re.compile(r"\b\d{5,}(?::|%3[aA])[A-Za-z0-9_-]{30,}")

# They log every request's address at INFO, and the address holds the token.
_TALKATIVE = ("httpx", "httpx2", "httpcore", "telegram", "uvicorn", "alembic")


_MOST_ALIKE = 60
_MOST_TRACEBACKS = 10
"""Lines of a kind in a minute; a traceback is long."""
_MOST_KINDS = 1000
_KIND_LENGTH = 200
_LONG, _LONG_IF_MIXED = 16, 8
"""Characters of a secret that is replaced wherever it occurs; mixed: with letters and digits."""


# What stands before a secret: in an address, or after its name.
_PLACES = r"(/bot|://[^\s/@:]*:|(?:pass\w*|pwd|secret\w*|key|token)['\"]?\s*[=:]\s*['\"]?)"


class Redactor:
    """Replaces every known secret, plain or as written in an address.

    A short one, or a mere word, occurs in other text as well. Replaced there, it would garble the
    text and be told by the gaps; so it is replaced only where secrets stand.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        spellings = {form for secret in secrets if secret for form in (secret, quote(secret, ""))}
        anywhere = {form for form in spellings if _is_unlike_text(form)}
        self._anywhere = _any_of(anywhere)
        self._in_place = _any_of(spellings - anywhere, before=_PLACES, after=r"(?![A-Za-z0-9])")

    def __call__(self, text: str) -> str:
        if self._anywhere is not None:
            text = self._anywhere.sub(REDACTED, text)
        if self._in_place is not None:
            text = self._in_place.sub(rf"\1{REDACTED}", text)
        return _TOKEN.sub(REDACTED, text)


def _is_unlike_text(secret: str) -> bool:
    """Whether no other text contains this by chance."""
    mixed = any(c.isdigit() for c in secret) and any(c.isalpha() for c in secret)
    return len(secret) >= _LONG or (len(secret) >= _LONG_IF_MIXED and mixed)


def _any_of(words: set[str], *, before: str = "", after: str = "") -> re.Pattern[str] | None:
    if not words:
        return None
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(f"{before}(?:{either}){after}", re.IGNORECASE if before else 0)


class _RedactingFormatter(logging.Formatter):
    def __init__(self, inner: logging.Formatter, redactor: Redactor) -> None:
        super().__init__()
        self._inner = inner
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        return self._redactor(self._inner.format(record))


class _Flood(logging.Filter):
    """Drops repeated lines: a fault that anybody can cause, or one that lasts, must not fill the
    disk. The last line of a kind in a minute says so."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self._clock = clock
        self._minute = -1
        self._said: Counter[tuple[str, int, str]] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.INFO:
            return True
        minute = int(self._clock() // 60)
        if minute != self._minute or len(self._said) > _MOST_KINDS:
            self._minute = minute
            self._said.clear()
        # The message without its arguments, which differ each time.
        kind = (record.name, record.lineno, str(record.msg)[:_KIND_LENGTH])
        self._said[kind] += 1
        most = _MOST_TRACEBACKS if record.exc_info else _MOST_ALIKE
        if self._said[kind] == most:
            record.msg = f"{record.getMessage()} (more of these are left out for a minute)"
            record.args = None
        return self._said[kind] <= most


def configure(
    *,
    log_format: Literal["readable", "json"],
    level: str,
    secrets: Iterable[str],
    stream: TextIO | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Redactor:
    """Give the root logger one handler that redacts, and drops repeated lines by `clock`, in
    seconds; returns the redactor for other outputs."""
    redactor = Redactor(secrets)
    handler = logging.StreamHandler(stream if stream is not None else sys.stderr)
    handler.setFormatter(_RedactingFormatter(_formatter(log_format), redactor))
    handler.addFilter(_Flood(clock))
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
