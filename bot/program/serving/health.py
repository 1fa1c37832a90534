"""What `/healthz` and `/readyz` tell: whether people get answers, and if not, what stands in the
way; and whether this process may get work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.chat.erasing import Eraser
from bot.classifying.decoder import Decoder
from bot.classifying.model_host import ModelHost
from bot.connection.receiver import Receiver
from bot.intake.inbox import Inbox
from bot.process.database_thread import Records
from bot.process.disk import shortage
from bot.program.serving.probe import Probe


class Health:
    """Asks each part of the bot for its problem."""

    def __init__(  # noqa: PLR0913 - everything that may be ill
        self,
        *,
        host: ModelHost,
        decoder: Decoder,
        receiver: Receiver,
        inbox: Inbox,
        eraser: Eraser,
        records: Records,
        database: Probe,
        store: Probe,
        data_dir: Path,
        disk_reserve_mb: int,
    ) -> None:
        self._host = host
        self._decoder = decoder
        self._receiver = receiver
        self._inbox = inbox
        self._eraser = eraser
        self._records = records
        self._database = database
        self._store = store
        self._data_dir = data_dir
        self._disk_reserve_mb = disk_reserve_mb

    async def state(self) -> dict[str, Any]:
        """For operators: `ok`, a `…_problem` for each part (a sentence or None), and figures."""
        hanging = self._host.hanging
        problems = {
            "model_problem": self._host.problem,
            "database_problem": await self._database_problem(),
            "store_problem": await self._store.problem(),
            "receiving_problem": self._receiver.problem(),
            "disk_problem": shortage(self._data_dir, reserve_mb=self._disk_reserve_mb),
            "decoding_problem": (
                f"{hanging} photos hang in a decoder or in the model"
                if hanging
                else self._decoder.problem
            ),
            "forgetting_problem": self._eraser.problem,
        }
        return {
            "ok": not any(problems.values()),
            "model": self._host.version,
            **problems,
            **self._receiver.figures(),
            "updates_open": len(self._inbox),
            "being_erased": not self._eraser.is_done,
        }

    async def readiness(self) -> dict[str, Any]:
        """For balancers: whether this process may get work, asked of what *it* needs, now.

        What others see, deliveries that failed for instance, has no part in it: a process that gets
        no work cannot show that it could do it. Nor has the store, which no answer needs.
        """
        problem = await self._database_problem()
        return {"ok": problem is None, "model": self._host.version, "database_problem": problem}

    async def _database_problem(self) -> str | None:
        return await self._database.problem() or self._records.problem()
