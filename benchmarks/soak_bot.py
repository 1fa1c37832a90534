"""python -m benchmarks.soak_bot: the bot as it is, with its clock's work every few seconds.

`python -m benchmarks.soak` starts it. What runs daily, hourly or weekly runs often enough here that
a day's worth of it fits into some minutes.
"""

from __future__ import annotations

import asyncio
import signal
import sys

from bot.connection.receiver import Receiver
from bot.process import logs
from bot.process.memory import give_back_large_blocks
from bot.program.application import Built
from bot.program.clock import schedule
from bot.program.clock.occasion import Occasion
from bot.program.clock.promises import Work
from bot.program.service import Service
from bot.settings import load

EVERY_S = {
    schedule.purge: 10.0,
    schedule.send_digest: 30.0,
    schedule.watch_drift: 10.0,
    schedule.watch_disputes: 5.0,
}


class HastyService(Service):
    """The service with a fast schedule beside its own."""

    def _watch_over(self, built: Built, receiver: Receiver) -> None:
        super()._watch_over(built, receiver)
        for work, every_s in EVERY_S.items():
            self._tasks.begin(_repeat(work, every_s, built))


async def _repeat(work: Work, every_s: float, built: Built) -> None:
    while True:
        await asyncio.sleep(every_s)
        try:
            await work(Occasion(built.application.bot, built.clock_services))
        except Exception as exc:
            await built.application.process_error(None, exc)


async def serve(service: Service) -> None:
    """Run until a signal ends it."""
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, service.stop)
    await service.run(on_ready=lambda name, address: print(f"Ready {address}", flush=True))


def main() -> int:
    """Run until stopped, as `python -m bot` does; the exit status."""
    give_back_large_blocks()
    settings = load()
    logs.configure(
        log_format=settings.log_format, level=settings.log_level, secrets=settings.secrets
    )
    asyncio.run(serve(HastyService(settings, local=False)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
