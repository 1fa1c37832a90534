"""python -m benchmarks.retraining PHOTOS [--pause S] [--kills N]: what a retraining costs people.

Takes PHOTOS/<label>/* into a fresh dataset, computes their features, then has an admin send
/retrain force while somebody goes on sending photos, one after the other or S seconds after each
answer: time until the new model answers, the median answer time before and during it, the bot's
memory before and after. With --kills, N retrainings in
a row are killed at random moments, the child or the bot, and what is left is checked each time.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.contenders import Contender, Running, running
from dataset.examples import retrainings
from dataset.storage.database import Database
from dataset.storage.schema import RetrainingStatus
from models.registry.local import Registry

ADMIN = 2
IDLE_PHOTOS = 40
SHOWN = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retraining", description=__doc__)
    parser.add_argument("photos", metavar="PHOTOS", type=Path)
    parser.add_argument("--pause", metavar="S", type=float, default=0.0)
    parser.add_argument("--kills", metavar="N", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    photos = [path.read_bytes() for path in sorted(options.photos.rglob("*.jpg"))[:IDLE_PHOTOS]]
    with tempfile.TemporaryDirectory() as folder:
        place = {"DATA_DIR": f"{folder}/data", "MODELS_DIR": f"{folder}/models"}
        _shell(place, "training.add", str(options.photos))
        began = time.perf_counter()
        _shell(place, "training.retrain", "--dry-run")
        alone_s = time.perf_counter() - began
        bot_command = [sys.executable, "-m", "bot", "--no-browser"]
        contender = Contender("this bot", bot_command, place | {"RETRAIN_CRON": "off"})
        if options.kills:
            return _kill(contender, photos, Path(folder), options, within_s=alone_s)
        with running(contender, photos[0]) as bot:
            _measure(bot, photos, Path(folder), pause_s=options.pause)
    return 0


def _measure(bot: Running, photos: Sequence[bytes], folder: Path, *, pause_s: float) -> None:
    bot.one_at_a_time(photos)
    idle_ms = statistics.median(bot.one_at_a_time(photos))
    before_mb = bot.resident_mb()
    registry = Registry(folder / "models")
    champion = registry.current_version()
    began = time.perf_counter()
    _force(bot)
    times: list[float] = []
    ends_s: list[float] = []

    def send_one() -> None:
        times.extend(bot.one_at_a_time(photos[len(times) % 5 :][:1]))
        ends_s.append(time.perf_counter() - began)
        time.sleep(pause_s)

    while registry.current_version() == champion:
        send_one()
    published_s = time.perf_counter() - began
    version = registry.current_version()
    while bot.answering() != version:
        send_one()
    answering_s = time.perf_counter() - began
    bot.one_at_a_time(photos)
    busy_ms = statistics.median(times)
    print(
        f"/retrain to published {published_s:.1f} s, to the new model answering {answering_s:.1f} s"
    )
    print(
        f"answers: median {idle_ms:.1f} ms idle, {busy_ms:.1f} ms meanwhile, "
        f"{max(times):.0f} ms at most"
    )
    slowest = sorted(zip(times, ends_s, strict=True), reverse=True)[:SHOWN]
    print("slowest: " + ", ".join(f"{ms:.0f} ms at {end_s:.1f} s" for ms, end_s in slowest))
    print(f"memory: {before_mb:.0f} MB before, {bot.resident_mb():.0f} MB after")


def _kill(
    contender: Contender,
    photos: Sequence[bytes],
    folder: Path,
    options: argparse.Namespace,
    *,
    within_s: float,
) -> int:
    """Kill the child or the bot at random moments up to `within_s`, when some are about to publish
    or have; after each, look at what is left."""
    chance = random.Random(options.seed)  # noqa: S311 - moments, not secrets
    registry = Registry(folder / "models")
    ends: dict[str, int] = {}
    for number in range(options.kills):
        with running(contender, photos[0]) as bot:
            _force(bot)
            time.sleep(chance.uniform(0.5, within_s))
            victim = chance.choice(("child", "bot"))
            child = _child(folder)
            if victim == "bot":
                bot.process.send_signal(signal.SIGKILL)
                bot.process.wait()
            if child is not None and (victim == "child" or chance.random() < 0.5):
                os.kill(child, signal.SIGKILL)
        with running(contender, photos[0]) as bot:
            status = _settled(folder)
            bot.one_at_a_time(photos[:1])
        registry.open()
        left = [path.name for path in (folder / "models").glob(".*")]
        ends[status.value] = ends.get(status.value, 0) + 1
        print(
            f"{number + 1}: {victim} killed, run {status.value}, "
            f"{registry.current_version()} answers; left behind: {', '.join(left) or 'nothing'}",
            flush=True,
        )
    print(f"ended as {ends}; one champion, loadable, each time")
    return 0


def _force(bot: Running) -> None:
    """/retrain force, confirmed."""
    form = {"user": str(ADMIN), "chat": str(ADMIN), "text": "/retrain force"}
    sent = bot.client.post("/local/send", data=form).json()["message_id"]
    query = {"chat": ADMIN, "after": sent, "wait": 30}
    asked = bot.client.get("/local/messages", params=query).json()[0]
    data = asked["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    body = {"user": ADMIN, "chat": ADMIN, "message_id": asked["message_id"], "data": data}
    bot.client.post("/local/press", json=body).raise_for_status()


def _child(folder: Path) -> int | None:
    """The process id of the retraining under way."""
    with Database(f"sqlite:///{folder / 'data' / 'detector.sqlite3'}").reading() as session:
        row = retrainings.running(session)
    return int(row.worker.rpartition(":")[2]) if row is not None and row.worker else None


def _settled(folder: Path) -> RetrainingStatus:
    """How the last retraining ended; waits for it."""
    database = Database(f"sqlite:///{folder / 'data' / 'detector.sqlite3'}")
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        with database.reading() as session:
            row = retrainings.last(session)[0]
        if row.status not in retrainings.ACTIVE:
            return row.status
        time.sleep(0.5)
    raise TimeoutError("a retraining is stuck")


def _shell(place: dict[str, str], module: str, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", module, *arguments],
        check=True,
        env=os.environ | place,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    sys.exit(main())
