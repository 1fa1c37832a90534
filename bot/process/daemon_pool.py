"""asyncio's pool of threads, as daemons: what waits for a silent store must not hold up the end.

`asyncio.to_thread` uses the loop's default pool, whose threads Python waits for at exit, however
long a store takes to give up. Nothing that they do needs to be finished: it is all tried again.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

_MOST = 32
_END_WITHIN_S = 5.0


class DaemonPool(ThreadPoolExecutor):
    """Up to 32 threads, made as they are needed. asyncio takes this class and no other."""

    def __init__(self, *, end_within_s: float = _END_WITHIN_S) -> None:
        super().__init__(max_workers=1)
        self._end_within_s = end_within_s
        self._work: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._made = 0
        self._open = 0
        """Pieces of work that are not at their end."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **options: Any) -> Future[Any]:
        outcome: Future[Any] = Future()
        with self._lock:
            self._open += 1
            if self._made < min(self._open, _MOST):
                self._made += 1
                threading.Thread(target=self._run, name=f"aside {self._made}", daemon=True).start()
        self._work.put((outcome, lambda: fn(*args, **options)))
        return outcome

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait a moment for what is under way; what takes longer is left."""
        deadline_s = time.monotonic() + self._end_within_s
        while wait and self._open and time.monotonic() < deadline_s:
            time.sleep(0.02)
        super().shutdown(wait=False)

    def _run(self) -> None:
        while True:
            outcome, work = self._work.get()
            if outcome.set_running_or_notify_cancel():
                try:
                    outcome.set_result(work())
                except BaseException as exc:  # it belongs to the one that waits for the outcome
                    outcome.set_exception(exc)
            with self._lock:
                self._open -= 1
