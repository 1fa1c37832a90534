"""The bot with a clock on each stage: `python -m benchmarks.staged_bot FILE`.

At SIGUSR1 it writes what it has measured to FILE and begins anew: for each stage the seconds on the
clock and of CPU of every passage. CPU is that of the stage's own thread; of a coroutine, only the
steps that are its own count, whatever else the loop did meanwhile.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Generator
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Any

Passages = dict[str, list[tuple[float, float]]]


class Clocks:
    """The passages of each stage, and putting clocks on functions."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._passages: Passages = defaultdict(list)
        self._polled_at = 0.0

    def write(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """Write and forget what was measured; a signal handler."""
        passages, self._passages = self._passages, defaultdict(list)
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps(passages), encoding="utf-8")
        part.replace(self._file)

    def on_function(self, owner: Any, name: str, stage: str) -> None:
        """Put a clock on a function or method."""
        function = getattr(owner, name)

        @wraps(function)
        def timed(*args: Any, **options: Any) -> Any:
            began, used = time.perf_counter(), time.thread_time()
            try:
                return function(*args, **options)
            finally:
                taken = time.perf_counter() - began, time.thread_time() - used
                self._passages[stage].append(taken)

        setattr(owner, name, timed)

    def on_coroutine(self, owner: Any, name: str, stage: str) -> None:
        """Put a clock on an async function or method."""
        function = getattr(owner, name)

        @wraps(function)
        async def timed(*args: Any, **options: Any) -> Any:
            return await _Stepped(
                function(*args, **options), lambda *taken: self._passages[stage].append(taken)
            )

        setattr(owner, name, timed)

    def on_poll(self, bot: Any, request: Any) -> None:
        """Put a clock on polling, from the arrival of the server's answer on."""
        ask, poll = request.do_request, bot.get_updates

        async def asked(transport: Any, url: str, *args: Any, **options: Any) -> Any:
            answer = await ask(transport, url, *args, **options)
            if url.endswith("/getUpdates"):
                self._polled_at = time.perf_counter()
            return answer

        async def polled(own: Any, *args: Any, **options: Any) -> Any:
            cpu: list[float] = []
            updates = await _Stepped(poll(own, *args, **options), lambda _, used: cpu.append(used))
            if updates:
                taken = time.perf_counter() - self._polled_at
                self._passages["poll"].append((taken, cpu[0]))
            return updates

        request.do_request, bot.get_updates = asked, polled


class _Stepped:
    """Awaits a coroutine and tells how long it took and the CPU time of its own steps."""

    def __init__(
        self, coroutine: Coroutine[Any, Any, Any], tell: Callable[[float, float], object]
    ) -> None:
        self._coroutine, self._tell = coroutine, tell

    def __await__(self) -> Generator[Any, Any, Any]:
        began, used = time.perf_counter(), 0.0
        value: Any = None
        error: BaseException | None = None
        try:
            while True:
                step = time.thread_time()
                try:
                    if error is None:
                        waits_for = self._coroutine.send(value)
                    else:
                        waits_for = self._coroutine.throw(error)
                except StopIteration as end:
                    return end.value
                finally:
                    used += time.thread_time() - step
                value, error = None, None
                try:
                    value = yield waits_for
                except BaseException as exc:  # it is the coroutine's to handle
                    error = exc
        finally:
            self._tell(time.perf_counter() - began, used)


def main() -> int:
    """Put the clocks on and run the bot with the arguments after the first."""
    clocks = Clocks(Path(sys.argv[1]))
    signal.signal(signal.SIGUSR1, clocks.write)
    from bot import __main__ as program
    from bot.chat import photos
    from bot.classifying import look_ahead
    from bot.connection.transport import PlainRequest
    from bot.intake.inbox import InboxBot
    from bot.process.database_thread import Records
    from models.inference import classifier

    clocks.on_poll(InboxBot, PlainRequest)
    clocks.on_coroutine(look_ahead, "fetch", "download")
    clocks.on_function(classifier, "read_photo", "decode")
    clocks.on_function(classifier, "to_square", "prepare")
    clocks.on_function(classifier.Classifier, "_predict", "infer")
    clocks.on_function(Records, "_record", "record")
    clocks.on_coroutine(photos, "reply", "answer")
    return program.main(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
