"""A cancellation that is swallowed once is repeated."""

from __future__ import annotations

import asyncio

from bot.process.cancelling import end_all


def test_a_task_that_swallows_its_cancellation_ends_all_the_same() -> None:
    """As `asyncio.wait_for` makes tasks do up to Python 3.11, where it meets its result."""

    async def scene() -> tuple[int, bool]:
        swallowed = 0
        begun = asyncio.Event()

        async def deaf() -> None:
            nonlocal swallowed
            while swallowed < 2:
                begun.set()
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    swallowed += 1
            await asyncio.Event().wait()

        task = asyncio.create_task(deaf())
        await begun.wait()
        await end_all([task], again_after_s=0.01)
        return swallowed, task.cancelled()

    assert (2, True) == asyncio.run(scene())


def test_no_task_and_a_failed_task_end_at_once() -> None:
    """An error is not raised here: the task's owner has it."""

    async def fail() -> None:
        raise ValueError("of the test")

    async def scene() -> None:
        await end_all([])
        failed = asyncio.create_task(fail())
        await asyncio.wait([failed])
        await end_all([failed])

    asyncio.run(scene())
