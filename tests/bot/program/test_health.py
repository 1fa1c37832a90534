"""What `/healthz` tells of parts that do not work."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.types import ASGIApp

from bot.chat.erasing import Eraser
from bot.classifying.decoder import Decoder
from bot.classifying.model_host import ModelHost
from bot.intake.inbox import Inbox
from bot.process.database_thread import Records
from bot.process.disk import shortage
from bot.program.serving.health import Health
from bot.program.serving.probe import Probe
from dataset.errors import DatabaseCorrupt
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
async def inbox(records: Records) -> Inbox:
    """An empty inbox."""
    return Inbox(records, holder="a")


def health_of(host: ModelHost, decoder: Decoder, records: Records, inbox: Inbox) -> Health:
    """The health of these parts, all others being well."""
    return Health(
        host=host,
        decoder=decoder,
        receiver=Quiet(),
        inbox=inbox,
        eraser=Eraser(lambda is_asked: None, inbox),
        records=records,
        database=Probe("database", lambda: None),
        store=Probe("store", lambda: None),
        data_dir=Path(),
        disk_reserve_mb=1,
    )


async def test_a_photo_that_hangs_makes_health_bad_until_it_ends(
    tmp_path: Path, records: Records, inbox: Inbox
) -> None:
    """Others are answered meanwhile, on a processor that is busy for nothing."""
    go_on, ended = threading.Event(), threading.Event()

    class Stuck(ColourClassifier):
        def classify(self, data: bytes) -> Any:
            go_on.wait()
            ended.set()

    host = ModelHost(Registry(tmp_path), Stuck, workers=1, photos_at_once=1, limit_s=0.2)
    host.load()
    health = health_of(host, Decoder(), records, inbox)
    assert (await health.state())["ok"] is True
    with pytest.raises(PhotoError):
        await host.classify(photo())
    assert "1 photos hang" in (await health.state())["decoding_problem"]
    assert (await health.state())["ok"] is False
    go_on.set()
    ended.wait(30)
    for _ in range(100_000):
        if (await health.state())["ok"]:
            break
    assert (await health.state())["ok"] is True
    host.close()


async def test_a_decoder_that_does_not_start_makes_health_bad(
    tmp_path: Path, records: Records, inbox: Inbox
) -> None:
    """No file can be read, though photos can."""
    host = ModelHost(Registry(tmp_path), ColourClassifier, workers=1, photos_at_once=1)
    host.load()
    decoder = Decoder(("/nowhere/python",))
    health = health_of(host, decoder, records, inbox)
    with pytest.raises(PhotoError):
        await decoder.pixels(b"GIF89a", short_side_px=256)
    assert "cannot be started" in (await health.state())["decoding_problem"]
    host.close()


def test_without_its_folder_a_machine_is_well(tmp_path: Path) -> None:
    """With everything elsewhere nothing makes DATA_DIR before something is kept."""
    assert shortage(tmp_path / "not" / "there", reserve_mb=1) is None


async def test_a_silent_database_is_told_in_time() -> None:
    """Requests meanwhile get the same answer, and no further thread waits."""
    go_on = threading.Event()
    asked: list[str] = []

    def ask() -> None:
        asked.append("it")
        go_on.wait()

    probe = Probe("database", ask, within_s=0.1, fresh_s=0.0)
    told = [await probe.problem() for _ in range(3)]
    go_on.set()
    assert ["the database has not answered within 0.1 s"] * 3 == told
    assert ["it"] == asked
    probe.close()


async def test_damage_in_the_database_is_told(tmp_path: Path, records: Records) -> None:
    """Even where it answers other requests."""

    def fail(session: Session) -> None:
        raise DatabaseCorrupt("The database is damaged.")

    assert records.problem() is None
    with pytest.raises(DatabaseCorrupt):
        await records.read(fail)
    await records.read(lambda session: session.execute(select(1)))
    assert "The database is damaged." == records.problem()
