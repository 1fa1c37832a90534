"""python -m benchmarks.soak [--photos N] [--people N] [--write FILE]: a day of traffic, compressed.

50,000 photos of many people in some minutes, with albums, corrections, presses, commands, consent,
review, purges and digests, from a client on loopback. The table shows how the bot's memory
grew after the first thousand, and what a photo leaves in the database and in the log, beside
what was predicted. Exits with 1 when memory grew by more than it may, what is on the disk is not as
predicted, or an answer is missing.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from benchmarks.contenders import TOKEN
from models.bundles.bundle import drawn_bears

MOST_GROWTH_MB = 30.0
WARM_UP = 1000
PREDICTED_DATABASE_BYTES = 1680
"""From an earlier run of 36,964 photos (0069): a prediction with its probabilities, ids, times and
index entries, an emptied update, a tally, now and then a claim or a line of the audit trail."""
_AS_PREDICTED = 0.1
"""How far the database may be from that, as a share of it."""
PREDICTED_LOG_BYTES = 20
"""Nothing for a photo that goes well; a line for each purge and swap, some for what is refused."""

_ADMIN = 2
_FIRST_PERSON = 1000
_AT_ONCE = 24
_MOST_OPEN = 150
_PATIENCE_S = 120.0


@dataclass
class Soak:
    """One bot under traffic, and what was seen of it."""

    client: httpx.AsyncClient
    bot_url: str
    process: subprocess.Popen[bytes]
    people: int
    chance: random.Random
    photos: Sequence[bytes]
    sent: int = 0
    """Photos; what else is sent is not counted."""
    mishaps: int = 0
    memory_mb: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Photos sent to megabytes resident: of the bot, and of the processes it started."""

    async def run(self, photos: int, *, minutes: float) -> None:
        """Send so many photos and all that goes with them, or as many as fit into the time; wait
        until every one is answered."""
        looked_at = 0
        end = time.monotonic() + 60 * minutes
        while self.sent < photos and time.monotonic() < end:
            wave = [self._visit() for _ in range(_AT_ONCE)]
            await asyncio.gather(*wave)
            await self._until_open(_MOST_OPEN)
            if self.sent - looked_at >= WARM_UP:
                looked_at = self.sent
                await self._look()
        await self._until_open(0)
        await self._look()

    async def _visit(self) -> None:
        """One person comes by."""
        person = _FIRST_PERSON + self.chance.randrange(self.people)
        what = self.chance.random()
        if what < 0.03:
            await self._say(person, self.chance.choice(("/help", "/labels", "/why", "/undo", "hi")))
        elif what < 0.035:
            await self._say(person, self.chance.choice(("/forget", "/export", "/language de")))
        elif what < 0.04:
            await self._say(_ADMIN, self.chance.choice(("/review", "/stats", "/models")))
            await self._press_last(_ADMIN)
        elif what < 0.06:
            await self._say(person, "/privacy")
            await self._press_last(person)
        else:
            await self._show(person, 1 if what < 0.95 else self.chance.randrange(2, 5))
            if what < 0.15:
                await self._press_last(person)
            elif what < 0.2:
                await self._say(person, f"/wrong {self.chance.choice(('black', 'teddy'))}")

    async def _say(self, person: int, text: str) -> None:
        await self._post("/local/send", json={"user": person, "chat": person, "text": text})

    async def _show(self, person: int, count: int) -> None:
        kind = "document" if count == 1 and self.chance.random() < 0.03 else "photo"
        files = [
            (kind, (f"{n}.jpg", self.chance.choice(self.photos), "image/jpeg"))
            for n in range(count)
        ]
        await self._post(
            "/local/send", data={"user": str(person), "chat": str(person)}, files=files
        )
        self.sent += count

    async def _press_last(self, person: int) -> None:
        """Press a button of the newest message that has some."""
        query = {"chat": person, "since": 0, "limit": 6}
        news = (await self.client.get("/local/changes", params=query)).json()
        for message in reversed(news["messages"]):
            rows = message.get("reply_markup", {}).get("inline_keyboard", [])
            keys = [key for row in rows for key in row if "callback_data" in key]
            if keys:
                data = self.chance.choice(keys)["callback_data"]
                press = {"user": person, "chat": person, "message_id": message["message_id"]}
                await self._post("/local/press", json=press | {"data": data})
                return

    async def _post(self, path: str, **content: Any) -> None:
        (await self.client.post(path, **content)).raise_for_status()

    async def _until_open(self, most: int) -> None:
        """Wait until so many updates are left: Telegram, too, sends no faster for long."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            # First what waits at the Bot API, until a poll acknowledges it: it is open by then.
            query = {"chat": _ADMIN, "limit": 1, "since": 2**50}
            waiting = (await self.client.get("/local/changes", params=query)).json()["waiting"]
            health = (await self.client.get(f"{self.bot_url}/healthz")).json()
            if health["updates_open"] <= most and (waiting <= most or most):
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"{health['updates_open']} updates stay open")
            await asyncio.sleep(0.05)

    async def _look(self) -> None:
        own = _resident_mb(self.process.pid)
        children = sum(_resident_mb(child) for child in _children(self.process.pid))
        self.memory_mb[self.sent] = own, children
        metrics = (await self.client.get(f"{self.bot_url}/metrics")).text
        self.mishaps = int(_metric(metrics, "detector_mishaps_total"))
        print(
            f"{self.sent} photos: {own:.0f} MB, and {children:.0f} MB beside it; "
            f"{self.mishaps} mishaps",
            file=sys.stderr,
            flush=True,
        )


@dataclass(frozen=True)
class Left:
    """What the run left on the disk, in bytes or rows."""

    database: int
    log: int
    predictions: int
    forgotten: int
    """Answers of people who asked to be forgotten."""
    unanswered: int
    claims: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print the table; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--photos", type=int, default=50_000)
    parser.add_argument("--minutes", type=float, default=60.0, help="end after these, however far")
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", metavar="FILE", type=Path, help="also write the table here")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        api_url, bot_url, bot = _start(folder, stack)
        soak = asyncio.run(_soak(options, api_url, bot_url, bot))
        _end(bot)
        left = _left(folder)
    text, good = _table(soak, left, time.monotonic() - began)
    print(text)
    if options.write is not None:
        options.write.write_text(text, encoding="utf-8")
    return 0 if good else 1


def _start(folder: Path, stack: ExitStack) -> tuple[str, str, subprocess.Popen[bytes]]:
    """Start a Bot API and the bot on it; their addresses, and the bot's process."""
    api = subprocess.Popen(
        [sys.executable, "-m", "bot.local", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    stack.callback(_end, api)
    assert api.stdout is not None
    api_url = api.stdout.readline().rpartition(" ")[2].strip()
    log = stack.enter_context((folder / "log").open("wb"))
    settings = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api_url,
        "ADMIN_IDS": str(_ADMIN),
        "DATA_DIR": str(folder / "data"),
        "MODELS_DIR": str(folder / "models"),
        "WEB_PORT": "0",
        "RETRAIN_CRON": "off",
        "CLAIMS_PER_DAY": "1000",
    }
    bot = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.soak_bot"],
        stdout=subprocess.PIPE,
        stderr=log,
        env=os.environ | settings,
    )
    stack.callback(_end, bot)
    assert bot.stdout is not None
    return api_url, bot.stdout.readline().decode().rpartition(" ")[2].strip(), bot


async def _soak(
    options: argparse.Namespace, api_url: str, bot_url: str, process: subprocess.Popen[bytes]
) -> Soak:
    async with httpx.AsyncClient(base_url=api_url, timeout=60.0) as client:
        soak = Soak(
            client=client,
            bot_url=bot_url,
            process=process,
            people=options.people,
            chance=random.Random(options.seed),  # noqa: S311 - traffic is no secret
            photos=[_small(photo) for photo in drawn_bears().values()],
        )
        await soak.run(options.photos, minutes=options.minutes)
    return soak


def _small(photo: bytes) -> bytes:
    """Smaller than phones make them: here the Bot API's resizing would take half of the time."""
    with Image.open(io.BytesIO(photo)) as image:
        image.thumbnail((400, 400))
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def _left(folder: Path) -> Left:
    file = folder / "data" / "detector.sqlite3"
    database = sqlite3.connect(file)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def count(table: str) -> int:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608

    # What was forgotten names neither chat nor answer any more.
    forgotten = "predictions WHERE chat_id = 0"
    unanswered = "predictions WHERE answer_message_id IS NULL AND chat_id <> 0"
    left = Left(
        database=file.stat().st_size,
        log=(folder / "log").stat().st_size,
        predictions=count("predictions"),
        forgotten=count(forgotten),
        unanswered=count(unanswered) + count("updates WHERE handled_at IS NULL"),
        claims=count("claims"),
    )
    database.close()
    return left


def _table(soak: Soak, left: Left, seconds: float) -> tuple[str, bool]:
    points = sorted(soak.memory_mb)
    first, last = soak.memory_mb[points[0]], soak.memory_mb[points[-1]]
    most = max(own + beside for own, beside in soak.memory_mb.values())
    growth = sum(last) - sum(first)
    lines = [
        "| | predicted | measured |",
        "|---|---|---|",
        f"| memory growth after the first {points[0]} photos, MB | < {MOST_GROWTH_MB:.0f} "
        f"| {growth:+.1f} (bot {last[0] - first[0]:+.1f}, beside it {last[1] - first[1]:+.1f}) |",
        f"| resident at most, MB | | {most:.0f} |",
        f"| database, bytes a photo | {PREDICTED_DATABASE_BYTES} "
        f"| {left.database / soak.sent:.0f} |",
        f"| log, bytes a photo | < {PREDICTED_LOG_BYTES} | {left.log / soak.sent:.1f} |",
        f"| photos without an answer | 0 | {left.unanswered} |",
        f"| mishaps | 0 | {soak.mishaps} |",
        "",
        f"{soak.sent} photos in {seconds:.0f} s ({soak.sent / seconds:.0f} a second) of "
        f"{soak.people} people, {left.predictions} predictions kept, {left.forgotten} of them of "
        f"people who had themselves forgotten, {left.claims} claims; "
        f"{date.today():%Y-%m-%d}, {os.cpu_count()} cores.",
    ]
    good = (
        growth < MOST_GROWTH_MB
        and abs(left.database / soak.sent / PREDICTED_DATABASE_BYTES - 1) <= _AS_PREDICTED
        and left.log / soak.sent < PREDICTED_LOG_BYTES
        and not left.unanswered
        and not soak.mishaps
    )
    return "\n".join(lines) + "\n", good


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def _metric(text: str, name: str) -> float:
    return sum(float(line.split()[1]) for line in text.splitlines() if line.startswith(f"{name} "))


def _end(process: subprocess.Popen[Any]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
