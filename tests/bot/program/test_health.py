"""What `/healthz` tells of parts that do not work."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp

from bot.chat.erasing import Eraser
from bot.classifying.decoder import Decoder
from bot.classifying.model_host import ModelHost
from bot.intake.inbox import Inbox
from bot.process.database_thread import Records
from bot.program.serving.health import Health
from dataset.storage.database import Database
from models.errors import PhotoError
from models.registry.local import Registry
from tests.bot.running import ColourClassifier, RunningBot, photo


def test_a_full_disk_makes_health_bad(tmp_path: Path) -> None:
    """Less is free than must be: nothing fails yet, and it is time to make room."""
    with RunningBot(tmp_path, disk_reserve_mb=1_000_000) as bot:
        answer = bot.http.get("/healthz")
    assert (503, False) == (answer.status_code, answer.json()["ok"])
    assert "make room" in answer.json()["disk_problem"]


class Quiet:
    """A way in on which all is well."""

    mounts: Mapping[str, ASGIApp] = {}

    async def begin(self) -> None:
        """Nothing comes."""

    async def watch(self) -> None:
        """Nothing happens."""

    async def stop(self) -> None:
        """Nothing came."""

    def problem(self) -> str | None:
        return None

    def figures(self) -> dict[str, Any]:
        return {}


@pytest.fixture
async def inbox(tmp_path: Path) -> AsyncIterator[Inbox]:
    """An empty inbox."""
    records = Records(Database(f"sqlite:///{tmp_path / 'd.sqlite3'}"))
    yield Inbox(records, holder="a")
    records.close()


async def test_a_photo_that_hangs_makes_health_bad_until_it_ends(
    tmp_path: Path, inbox: Inbox
) -> None:
    """Others are answered meanwhile, on a processor that is busy for nothing."""
    go_on, ended = threading.Event(), threading.Event()

    class Stuck(ColourClassifier):
        def classify(self, data: bytes) -> Any:
            go_on.wait()
            ended.set()

    host = ModelHost(Registry(tmp_path), Stuck, workers=1, photos_at_once=1, limit_s=0.2)
    host.load()
    health = Health(
        host=host,
        decoder=Decoder(),
        receiver=Quiet(),
        inbox=inbox,
        eraser=Eraser(lambda: None, inbox),
        data_dir=tmp_path,
        disk_reserve_mb=1,
    )
    assert health.state()["ok"] is True
    with pytest.raises(PhotoError):
        await host.classify(photo())
    assert "1 photos hang" in health.state()["decoding_problem"]
    assert health.state()["ok"] is False
    go_on.set()
    ended.wait(30)
    for _ in range(100_000):
        if health.state()["ok"]:
            break
    assert health.state()["ok"] is True
    host.close()


async def test_a_decoder_that_does_not_start_makes_health_bad(tmp_path: Path, inbox: Inbox) -> None:
    """No file can be read, though photos can."""
    host = ModelHost(Registry(tmp_path), ColourClassifier, workers=1, photos_at_once=1)
    host.load()
    decoder = Decoder(("/nowhere/python",))
    health = Health(
        host=host,
        decoder=decoder,
        receiver=Quiet(),
        inbox=inbox,
        eraser=Eraser(lambda: None, inbox),
        data_dir=tmp_path,
        disk_reserve_mb=1,
    )
    with pytest.raises(PhotoError):
        await decoder.pixels(b"GIF89a", short_side_px=256)
    assert "cannot be started" in health.state()["decoding_problem"]
    host.close()
