"""Another process decodes strangers' files: what breaks it does not break the bot.

Telegram's own PhotoSizes are JPEGs that its servers wrote and are decoded here, in a millisecond or
two. Anybody may have made a file, so it goes to `python -m models.decoding`, which returns plain
pixels. The bot starts that process when a file comes, gives it one at a time, kills it when it
takes too long, and ends it when no file comes for a while (decision 0062).
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import os
import signal
import sys
import time
from asyncio import FIRST_COMPLETED
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args

from PIL import Image

import models
from bot.classifying.file_turns import BUDGET_S, FileTurns
from bot.errors import Postponed
from models.decoding import ANSWER, DONE, INCOMPLETE, KEEP, PIXELS, REQUEST
from models.errors import PhotoError, PhotoProblem
from models.photo import MAX_BYTES

logger = logging.getLogger(__name__)

COMMAND = (sys.executable, "-m", "models.decoding")
LIMIT_S = 20.0
"""Time for one file, the start of the process included; the largest allowed take two seconds."""

_GIVES_WAY_AFTER_S = 5.0
_IDLE_S = 60.0
_FILES_AT_ONCE = 2
_TOLD_AFTER = 5
"""So many files in a row, and a sound picture after them: then the machine is at fault."""
_END_WITHIN_S = 2.0
_MAX_ANSWER_BYTES = MAX_BYTES
_MAX_SENTENCE_BYTES = 4096
_BUFFER_BYTES = 1 << 20
# The child's environment holds only what it needs, and no secret.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG", "LD_LIBRARY_PATH")


@dataclass(frozen=True)
class Decoded:
    """A picture that is safe to decode here."""

    data: bytes
    is_incomplete: bool = False
    """The file lacked its end; these are the pixels that it had."""


class Decoder:
    """Turns files into pixels that are safe to read, one at a time."""

    def __init__(
        self,
        command: Sequence[str] = COMMAND,
        *,
        limit_s: float = LIMIT_S,
        idle_s: float = _IDLE_S,
        budget_s: float = BUDGET_S,
        gives_way_after_s: float = _GIVES_WAY_AFTER_S,
    ) -> None:
        """A person's files together get `budget_s` for a while; one that takes longer than
        `gives_way_after_s` while others wait is put behind them."""
        self._command = tuple(command)
        self._limit_s = limit_s
        self._idle_s = idle_s
        self._turn = asyncio.Lock()
        self._turns = FileTurns(at_once=_FILES_AT_ONCE, budget_s=budget_s)
        self._gives_way_after_s = gives_way_after_s
        self._process: Process | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._closed = False
        self._cannot_start: str | None = None
        self._given_up = 0
        """Files one after the other for which the process was of no use."""
        self._is_useless = False
        """Whether it was of no use for a sound picture either."""

    @property
    def problem(self) -> str | None:
        """Why files are not read, or not soon; None when no reason is known."""
        waited_s = self._turns.longest_wait_s
        if self._is_useless and self._given_up >= _TOLD_AFTER:
            return f"the last {self._given_up} files could not be decoded, each took too much"
        if self._cannot_start is None and waited_s > self._limit_s:
            return f"a file has waited {waited_s:.0f} s to be read: others take too long"
        return self._cannot_start

    @property
    def is_running(self) -> bool:
        """Whether the process runs at the moment."""
        return self._process is not None and self._process.returncode is None

    def place(
        self, *, trusted: bool, person: int, is_patient: bool = False
    ) -> AbstractAsyncContextManager[object]:
        """A place in memory for one file of this person: files wait for each other, but photos do
        not wait. Raises PhotoUnavailable when the person's files have taken too long of late,
        unless this one `is_patient`."""
        return nullcontext() if trusted else self._turns.turn(person, is_patient=is_patient)

    async def pixels(
        self,
        data: bytes,
        *,
        short_side_px: int,
        trusted: bool = False,
        person: int = 0,
        may_be_postponed: bool = False,
    ) -> Decoded:
        """A picture that is safe to decode here: `data` itself if it is a `trusted` JPEG, else a
        BMP of it, upright, its shorter side not below `short_side_px` unless it was.

        Raises PhotoError, with the code `too_hard` when decoding crashed or took too long, and
        Postponed when it takes long, others wait, and it may be postponed.
        """
        if trusted and data[:3] == b"\xff\xd8\xff":
            return Decoded(data)
        answer = await self._ask(PIXELS, data, short_side_px, person, may_be_postponed)
        return _checked(answer, b"BM")

    async def kept(self, data: bytes, *, person: int = 0) -> bytes:
        """The picture as it may be kept: a fresh JPEG. Raises PhotoError like `pixels`."""
        return _checked(await self._ask(KEEP, data, 0, person, False), b"\xff\xd8\xff").data

    async def close(self) -> None:
        """End the process; a file in progress waits for the next start."""
        self._closed = True
        self._kill()
        async with self._turn:
            await self._end()
        await asyncio.gather(*self._ending)

    async def _ask(
        self,
        operation: bytes,
        data: bytes,
        short_side_px: int,
        person: int,
        may_be_postponed: bool,
    ) -> Decoded:
        async with self._turn:
            try:
                return await self._answer(operation, data, short_side_px, person, may_be_postponed)
            except PhotoError:
                if self._given_up >= _TOLD_AFTER and not self._closed:
                    await self._prove()
                raise

    async def _answer(
        self,
        operation: bytes,
        data: bytes,
        short_side_px: int,
        person: int,
        may_be_postponed: bool,
    ) -> Decoded:
        if self._idle is not None:
            self._idle.cancel()
        began_s = time.monotonic()
        work = asyncio.ensure_future(self._exchange(operation, data, short_side_px))
        # One that is given up fails when its process is ended, and nobody asks how.
        work.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            async with self._killed_unless_well():
                if may_be_postponed:
                    await self._give_way(work, person)
                rest_s = self._limit_s - (time.monotonic() - began_s)
                return await asyncio.wait_for(work, max(0.0, rest_s))
        finally:
            work.cancel()
            self._turns.charge(person, time.monotonic() - began_s)
            loop = asyncio.get_running_loop()
            self._idle = loop.call_later(self._idle_s, self._end_when_idle)

    async def _prove(self) -> None:
        """Tell files that nobody could read, of one person perhaps, from a machine that reads
        none."""
        before = self._given_up
        with contextlib.suppress(PhotoError):
            async with self._killed_unless_well():
                await asyncio.wait_for(self._exchange(PIXELS, _sound_picture(), 1), self._limit_s)
        self._is_useless = self._given_up > 0
        self._given_up = before if self._is_useless else 0

    async def _give_way(self, work: asyncio.Future[Decoded], person: int) -> None:
        """Return when `work` is done or its time is over; raise Postponed when it takes long and
        somebody else has a file."""
        soon_s = min(self._gives_way_after_s, self._limit_s)
        await asyncio.wait({work}, timeout=soon_s)
        if work.done():
            return
        others = asyncio.ensure_future(self._turns.until_others_wait(person))
        try:
            rest_s = self._limit_s - soon_s
            both: set[asyncio.Future[Any]] = {work, others}
            await asyncio.wait(both, timeout=rest_s, return_when=FIRST_COMPLETED)
            if others.done() and not work.done():
                raise Postponed("others wait")
        finally:
            others.cancel()

    async def _exchange(self, operation: bytes, data: bytes, short_side_px: int) -> Decoded:
        process = await self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(REQUEST.pack(operation, short_side_px, len(data)))
        process.stdin.write(data)
        await process.stdin.drain()
        mark, length = ANSWER.unpack(await process.stdout.readexactly(ANSWER.size))
        is_picture = mark in (DONE, INCOMPLETE)
        if length > (_MAX_ANSWER_BYTES if is_picture else _MAX_SENTENCE_BYTES):
            raise EOFError(f"it announces {length} bytes")
        payload = await process.stdout.readexactly(length)
        if is_picture:
            return Decoded(payload, is_incomplete=mark == INCOMPLETE)
        raise _refusal(payload)

    @contextlib.asynccontextmanager
    async def _killed_unless_well(self) -> AsyncIterator[None]:
        """Any error in the block except a refusal ends the process, so that none stays out of
        step."""
        try:
            yield
            self._given_up, self._is_useless = 0, False
        except PhotoError as exc:
            self._given_up = self._given_up + 1 if exc.code == "too_hard" else 0
            raise
        except (TimeoutError, asyncio.TimeoutError):
            await self._end()
            self._given_up += 1
            logger.warning("a file was given up: decoding took over %g s", self._limit_s)
            raise _too_hard() from None
        except (EOFError, OSError, ValueError) as exc:
            status = await self._end()
            if self._closed:
                raise asyncio.CancelledError from exc
            self._given_up += 1
            logger.warning("a file was given up: the decoder ended (%s, %s)", status, exc)
            raise _too_hard() from exc
        except BaseException:
            await self._end()
            raise

    async def _running(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=PIPE,
                    stdout=PIPE,
                    limit=_BUFFER_BYTES,
                    start_new_session=True,  # its children end with it
                    cwd=Path(models.__path__[0]).parent,
                    env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
                    # The arithmetic library would reserve memory for threads that are not used.
                    | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
                )
            except OSError as exc:
                self._cannot_start = f"the decoder cannot be started: {exc}"
                logger.error("%s", self._cannot_start)
                raise
            self._cannot_start = None
        return self._process

    def _end_when_idle(self) -> None:
        if not self._turn.locked():
            ending = asyncio.ensure_future(self._end_in_turn())
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)

    async def _end_in_turn(self) -> None:
        async with self._turn:
            await self._end()

    async def _end(self) -> int | None:
        """Kill the process, if it runs; its status."""
        if self._idle is not None:
            self._idle.cancel()
        self._kill()
        process, self._process = self._process, None
        if process is None:
            return None
        assert process.stdin is not None
        try:
            return await asyncio.wait_for(process.wait(), _END_WITHIN_S)
        except (TimeoutError, asyncio.TimeoutError):
            # One that it started and that escaped holds its pipes: asyncio waits for that, too, and
            # has no public way to let go of them.
            cast("Any", process)._transport.close()
            return process.returncode
        finally:
            process.stdin.close()

    def _kill(self) -> None:
        if self.is_running:
            assert self._process is not None
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


@cache
def _sound_picture() -> bytes:
    """A picture of a common size that any working decoder reads."""
    buffer = io.BytesIO()
    Image.new("RGB", (1280, 960)).save(buffer, "PNG")
    return buffer.getvalue()


def _checked(answer: Decoded, magic: bytes) -> Decoded:
    """The answer, if it is of the kind that was asked for: who wrote it may have been overcome."""
    if not answer.data.startswith(magic):
        logger.error("the decoder returned another kind of data than requested")
        raise _too_hard()
    return answer


def _refusal(payload: bytes) -> PhotoError:
    code, _, sentence = payload.decode(errors="replace").partition("\n")
    for known in get_args(PhotoProblem):
        if code == known:
            return PhotoError(known, sentence)
    return _too_hard()


def _too_hard() -> PhotoError:
    return PhotoError("too_hard", "This picture cannot be read within reason.")
