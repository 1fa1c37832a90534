"""How often to call a service: by its rules, and by its requests to slow down."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How often to call one host: politeness, and often a rule of the service."""

    interval_s: float = 0.1
    """Least time between the starts of two requests."""
    at_once: int = 3


@dataclass(frozen=True, kw_only=True)
class Patience:
    """The time limit of one request, and how often to retry it."""

    connect_s: float = 10.0
    read_s: float = 20.0
    """Longest silence of the other side."""
    whole_s: float = 90.0
    """Longest that one request may take, from its connection to the end of its answer."""
    attempts: int = 4
    longest_wait_s: float = 120.0
    """A service that asks for more than this has had enough of us for now."""


class Turns:
    """The turns that requests to one host take, from any number of threads."""

    def __init__(
        self, pace: Pace, *, sleep: Callable[[float], None], clock: Callable[[], float]
    ) -> None:
        self._pace = pace
        self._sleep = sleep
        self._clock = clock
        self._places = threading.Semaphore(pace.at_once)
        self._lock = threading.Lock()
        self._next_s = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and hold a place until the request is over."""
        with self._places:
            with self._lock:
                now_s = self._clock()
                start_s = max(now_s, self._next_s)
                self._next_s = start_s + self._pace.interval_s
            if start_s > now_s:
                self._sleep(start_s - now_s)
            yield

    def hold(self, wait_s: float) -> None:
        """Give no turns for this long: the host asked for it."""
        with self._lock:
            self._next_s = max(self._next_s, self._clock() + wait_s)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """The seconds that `Retry-After` asks for, given as a number or as a date; None without."""
    text = headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, (moment - datetime.now(timezone.utc)).total_seconds())
