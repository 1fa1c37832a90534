"""`/healthz`: whether people get answers, and if not, why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.chat.erasing import Eraser
from bot.classifying.decoder import Decoder
from bot.classifying.model_host import ModelHost
from bot.connection.receiver import Receiver
from bot.intake.inbox import Inbox
from bot.process.disk import shortage


class Health:
    """Asks each part of the bot for its problem."""

    def __init__(
        self,
        *,
        host: ModelHost,
        decoder: Decoder,
        receiver: Receiver,
        inbox: Inbox,
        eraser: Eraser,
        data_dir: Path,
        disk_reserve_mb: int,
    ) -> None:
        self._host = host
        self._decoder = decoder
        self._receiver = receiver
        self._inbox = inbox
        self._eraser = eraser
        self._data_dir = data_dir
        self._disk_reserve_mb = disk_reserve_mb

    def state(self) -> dict[str, Any]:
        """`ok`, a `…_problem` for each part (a sentence or None), and figures."""
        hanging = self._host.hanging
        problems = {
            "model_problem": self._host.fallback_reason,
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
