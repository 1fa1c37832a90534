"""python -m benchmarks.hostile [--seconds S] [--only NAME,…]: one hostile account, in ten ways.

Starts the local Bot API and the bot, and for each attack in turn: the account does it for S seconds
as often as its rate allows, while three people send a photo each as soon as the last one was
answered. Prints an object a line: how long other people waited, what was lost, what `/healthz`
said, the bot's memory and its log.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
from PIL import Image

from tests.bot.running import Person
from tests.conftest import draw_photo, free_port
from tests.models.test_picture_kinds import scans
from tests.system.processes import Program, local_api, on_telegram

_ACCOUNT = 666
_PEOPLE = (101, 102, 103)
_LOST_AFTER_S = 30.0
_PAUSE_S = 0.5  # 120 a minute, the default rate of a person
_CHANCE = random.Random(18)  # noqa: S311 - the same rubbish each time

Attack = Callable[[Person, int], object]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="time for each attack")
    parser.add_argument("--only", metavar="NAME,…", default=",".join(ATTACKS))
    options = parser.parse_args()
    good = True
    with tempfile.TemporaryDirectory() as folder:
        api, telegram = local_api(Path(folder))
        with api, telegram:
            api.until_ready()
            port = free_port()
            settings = on_telegram(telegram, Path(folder)) | {"WEB_PORT": str(port)}
            with Program("bot", folder=Path(folder), settings=settings) as bot:
                bot.until_ready()
                for name in options.only.split(","):
                    told = _attack(name, options.seconds, str(telegram.base_url), port, bot)
                    good = good and told["good"]
                    print(json.dumps(told), flush=True)
    return 0 if good else 1


def _attack(name: str, seconds: float, api: str, port: int, bot: Program) -> dict[str, object]:
    over = threading.Event()
    waited: list[float] = []
    lost: list[int] = []
    health: list[str] = []
    done = [0]
    log_before = len(bot.output)

    def hostile() -> None:
        with httpx.Client(base_url=api, timeout=60) as http:
            account = Person(http, _ACCOUNT)
            while not over.is_set():
                with suppress(AssertionError, httpx.HTTPError):  # it is refused: that is allowed
                    ATTACKS[name](account, done[0])
                done[0] += 1
                over.wait(_PAUSE_S)

    def ordinary(number: int) -> None:
        with httpx.Client(base_url=api, timeout=60) as http:
            person = Person(http, number)
            while not over.is_set():
                sent = person.show(draw_photo(seed=number + len(waited)))
                person.seen = sent["message_id"]
                began_s = time.monotonic()
                try:
                    person.hear(wait_s=_LOST_AFTER_S)
                except AssertionError:
                    lost.append(sent["message_id"])
                waited.append(time.monotonic() - began_s)
                over.wait(1.0)

    def watch() -> None:
        while not over.wait(1.0):
            state = httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=30).json()
            told = [str(said) for key, said in state.items() if key.endswith("problem") and said]
            health.append("; ".join(told))

    threads = [threading.Thread(target=ordinary, args=(number,)) for number in _PEOPLE]
    threads += [threading.Thread(target=hostile), threading.Thread(target=watch)]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    over.set()
    for thread in threads:
        thread.join()
    median_s = statistics.median(waited)
    is_well = not lost and median_s < 1.0
    return {
        "attack": name,
        "good": is_well != any(health),
        "tries": done[0],
        "photos_of_others": len(waited),
        "lost": len(lost),
        "median_s": round(median_s, 2),
        "longest_s": round(max(waited), 2),
        "health_told": sorted({told for told in health if told}),
        "memory_mb": memory_mb(bot),
        "log_bytes": len(bot.output) - log_before,
    }


def memory_mb(bot: Program) -> int:
    """The most that the process has had."""
    status = Path(f"/proc/{bot.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def _saved(image: Image.Image, file_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def _noise(width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), _CHANCE.randbytes(width * height * 3))


_SCANS = scans(20_000)
_LARGEST = _saved(_noise(2500, 2000), "PNG", compress_level=1)
_BOMB = _saved(Image.new("L", (30_000, 20_000)), "PNG")
_FRAMES = _saved(
    Image.new("P", (800, 800)),
    "GIF",
    save_all=True,
    append_images=[Image.new("P", (800, 800), number) for number in range(1, 120)],
    duration=20,
)
_HEIC_LIKE = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"


def _mutant(number: int) -> bytes:
    data = bytearray(draw_photo(seed=number, file_format=("PNG", "WEBP", "GIF")[number % 3]))
    for _ in range(20):
        data[_CHANCE.randrange(20, len(data))] = _CHANCE.randrange(256)
    return bytes(data)


def _album_of_one_who_blocks(account: Person, number: int) -> None:
    """Its answer can be delivered to nobody."""
    account._http.post("/local/people", json={"id": account.id, "blocked": False})
    account.show(*[draw_photo(seed=number + n) for n in range(10)])
    account._http.post("/local/people", json={"id": account.id, "blocked": True})


ATTACKS: dict[str, Attack] = {
    "scans": lambda account, _: account.attach(_SCANS, "a.jpg", "image/jpeg"),
    "largest": lambda account, _: account.attach(_LARGEST, "a.png", "image/png"),
    "bomb": lambda account, _: account.attach(_BOMB, "a.png", "image/png"),
    "frames": lambda account, _: account.attach(_FRAMES, "a.gif", "image/gif"),
    "mutants": lambda account, n: account.attach(_mutant(n), "a.png", "image/png"),
    "rubbish": lambda account, _: account.attach(
        _HEIC_LIKE + _CHANCE.randbytes(500_000), "a.heic", "image/heic"
    ),
    "commands": lambda account, n: account.say(f"/wrong {_CHANCE.randbytes(20).hex()}"),
    "admin": lambda account, n: account.say(("/retrain", "/rollback", "/stats", "/review")[n % 4]),
    "export": lambda account, n: account.say(("/export", "/forget", "/privacy", "/why")[n % 4]),
    "blocked": _album_of_one_who_blocks,
}

if __name__ == "__main__":
    sys.exit(main())
