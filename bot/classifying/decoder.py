"""Another process decodes strangers' files: what breaks it does not break the bot.

Telegram's own PhotoSizes are JPEGs that its servers wrote and are decoded here, in a millisecond or
two. Anybody may have made a file, so it goes to `python -m models.decoding`, which returns plain
pixels. The bot starts that process when a file comes, gives it one at a time, kills it when it
takes too long, and ends it when no file comes for a while (decision 0062).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

import models
from models.decoding import ANSWER, DONE, INCOMPLETE, KEEP, PIXELS, REQUEST
from models.errors import PhotoError, PhotoProblem
from models.photo import MAX_BYTES

logger = logging.getLogger(__name__)

COMMAND = (sys.executable, "-m", "models.decoding")
LIMIT_S = 20.0
"""Time for one file, the start of the process included; the largest allowed take two seconds."""

_IDLE_S = 60.0
_FILES_AT_ONCE = 2
_TOLD_AFTER = 5
"""A person may send some files that break their decoder; a machine on which all do is broken."""
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
    ) -> None:
        self._command = tuple(command)
        self._limit_s = limit_s
        self._idle_s = idle_s
        self._turn = asyncio.Lock()
        self._places = asyncio.Semaphore(_FILES_AT_ONCE)
        self._process: Process | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._closed = False
        self._cannot_start: str | None = None
        self._given_up = 0
        """Files one after the other for which the process was of no use."""

    @property
    def problem(self) -> str | None:
        """Why files cannot be decoded; None when no reason is known."""
        if self._given_up >= _TOLD_AFTER:
            return f"the last {self._given_up} files could not be decoded, each took too much"
        return self._cannot_start

    @property
    def is_running(self) -> bool:
        """Whether the process runs at the moment."""
        return self._process is not None and self._process.returncode is None

    def place(self, *, trusted: bool) -> AbstractAsyncContextManager[object]:
        """A place in memory for one file: files wait for each other, but photos do not wait."""
        return nullcontext() if trusted else self._places

    async def pixels(self, data: bytes, *, short_side_px: int, trusted: bool = False) -> Decoded:
        """A picture that is safe to decode here: `data` itself if it is a `trusted` JPEG, else a
        BMP of it, upright, its shorter side not below `short_side_px` unless it was.

        Raises PhotoError, with the code `too_hard` when decoding crashed or took too long.
        """
        if trusted and data[:3] == b"\xff\xd8\xff":
            return Decoded(data)
        return _checked(await self._ask(PIXELS, data, short_side_px), b"BM")

    async def kept(self, data: bytes) -> bytes:
        """The picture as it may be kept: a fresh JPEG. Raises PhotoError like `pixels`."""
        return _checked(await self._ask(KEEP, data, 0), b"\xff\xd8\xff").data

    async def close(self) -> None:
        """End the process; a file in progress waits for the next start."""
        self._closed = True
        self._kill()
        async with self._turn:
            await self._end()
        await asyncio.gather(*self._ending)

    async def _ask(self, operation: bytes, data: bytes, short_side_px: int) -> Decoded:
        async with self._turn:
            if self._idle is not None:
                self._idle.cancel()
            try:
                async with self._killed_unless_well():
                    return await asyncio.wait_for(
                        self._exchange(operation, data, short_side_px), self._limit_s
                    )
            finally:
                loop = asyncio.get_running_loop()
                self._idle = loop.call_later(self._idle_s, self._end_when_idle)

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
            self._given_up = 0
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
