"""Starting a bot against a local Bot API of its own, and measuring it from outside.

CPU time and memory are the bot's process's own, from /proc: the Bot API runs beside it. So does the
client, whose time is in every answer's: it is urllib3, which takes a third of what httpx takes.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import urllib3

TOKEN = "123456:benchmark-token-of-the-local-chat"  # noqa: S105 - of no use anywhere
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20
_PATIENCE_S = 180.0


@dataclass
class Contender:
    """One bot: its name and the command line that starts it on a Bot API address."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class Running:
    """A started bot with its Bot API."""

    api_url: str
    process: subprocess.Popen[bytes]
    client: httpx.Client
    """For whatever is not timed."""
    http: urllib3.HTTPConnectionPool
    first_answer_s: float = 0.0

    def cpu_s(self) -> float:
        """Seconds of CPU that the bot has used, its threads included."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def resident_mb(self) -> float:
        """Megabytes in memory."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * _PAGE_MB

    def send(self, photo: bytes, *, user: int) -> int:
        """Send a photo as somebody; the message's id."""
        fields = {
            "user": str(user),
            "chat": str(user),
            "photo": ("photo.jpg", photo, "image/jpeg"),
        }
        answer = self.http.request("POST", "/local/send", fields=fields)
        if answer.status != 200:
            raise RuntimeError(f"the Bot API takes no photo: {answer.status}")
        return int(answer.json()["message_id"])

    def wait_for_answers(self, user: int, photos: Collection[int]) -> None:
        """Wait until the bot has answered each of these messages of a person.

        A bot that replies may say more than its answers: only what replies to a photo counts, once.
        One that does not reply says nothing else.
        """
        deadline = time.monotonic() + _PATIENCE_S
        waiting, plain, last = set(photos), 0, min(photos)
        while len(waiting) > plain:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(waiting) - plain} of {len(photos)} answers are missing")
            path = f"/local/messages?chat={user}&after={last}&wait=20"
            for message in self.http.request("GET", path).json():
                last = max(last, message["message_id"])
                if not message["from"]["is_bot"]:
                    continue
                if "reply_to_message" in message:
                    waiting.discard(message["reply_to_message"]["message_id"])
                else:
                    plain += 1

    def answering(self, *, user: int = 3) -> str:
        """The version of the model that answers, as the bot names it in /labels."""
        form = {"user": str(user), "chat": str(user), "text": "/labels"}
        sent = self.client.post("/local/send", data=form).json()["message_id"]
        query = {"chat": user, "after": sent, "wait": 30}
        text = str(self.client.get("/local/messages", params=query).json()[0]["text"])
        return text.rpartition(" ")[2]

    def one_at_a_time(self, photos: Sequence[bytes], *, user: int = 1) -> list[float]:
        """Milliseconds from handing each photo over to reading its answer."""
        times = []
        for photo in photos:
            began = time.perf_counter()
            self.wait_for_answers(user, [self.send(photo, user=user)])
            times.append(1000 * (time.perf_counter() - began))
        return times

    def all_at_once(self, photos: Sequence[bytes], *, people: int = 16) -> float:
        """Photos a second, from the first handed over to the last answered."""
        began = time.perf_counter()
        with ThreadPoolExecutor(4) as senders:
            ids: dict[int, list[int]] = {user: [] for user in range(100, 100 + people)}
            sent = [
                (
                    100 + number % people,
                    senders.submit(self.send, photo, user=100 + number % people),
                )
                for number, photo in enumerate(photos)
            ]
            for user, future in sent:
                ids[user].append(future.result())
        for user, photos_of_one in ids.items():
            if photos_of_one:
                self.wait_for_answers(user, photos_of_one)
        return len(photos) / (time.perf_counter() - began)


@contextlib.contextmanager
def running(contender: Contender, photo: bytes) -> Iterator[Running]:
    """Start a Bot API and the bot on it; wait for its first answer."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        server = subprocess.Popen(
            [sys.executable, "-m", "bot.local", "--port", "0"], stdout=subprocess.PIPE, text=True
        )
        stack.callback(_end, server)
        assert server.stdout is not None
        api_url = server.stdout.readline().rpartition(" ")[2].strip()
        client = stack.enter_context(httpx.Client(base_url=api_url, timeout=60.0))
        http = stack.enter_context(
            urllib3.connection_from_url(api_url, maxsize=8, timeout=60.0, retries=False)
        )
        began = time.perf_counter()
        process = subprocess.Popen(
            [part.format(api_url=api_url, token=TOKEN) for part in contender.command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ
            | {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": api_url, "DATA_DIR": folder}
            | {"MODELS_DIR": f"{folder}/models", "WEB_PORT": "0", "ADMIN_IDS": "2"}
            | contender.environment,
        )
        stack.callback(_end, process)
        bot = Running(api_url, process, client, http)
        bot.wait_for_answers(1, [bot.send(photo, user=1)])
        bot.first_answer_s = time.perf_counter() - began
        yield bot


def _end(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
