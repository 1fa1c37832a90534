"""A bot that runs for tests: the real application on the real local Bot API, over HTTP.

Only the classifier is replaced: it reads the answer off the photo's colour, so that a test says
which answer it wants by the photo that it sends.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import itertools
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
from PIL import Image

from bot.classifying.decoder import Decoder
from bot.process.timing import Timing
from bot.program.service import Service
from bot.settings import BotSettings
from dataset.storage.database import Database
from languages.catalogue import LANGUAGES, Languages
from models.bundles.bundle import Bundle
from models.inference.classifier import Classifier, Prediction
from models.photo import open_photo
from tests.conftest import PATIENCE_S

SURE_GRIZZLY = (200, 40, 40)
SURE_BLACK = (40, 200, 200)
UNSURE = (40, 200, 40)
OUTSIDE = (40, 40, 200)

TOKEN = "4711:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"

_BUSY = {Languages().words(language)("busy") for language in LANGUAGES}

_ids = itertools.count(1000)


@lru_cache
def photo(colour: tuple[int, int, int] = SURE_GRIZZLY, *, seed: int = 0) -> bytes:
    """A JPEG of one colour with a mark that makes it differ from those with other seeds."""
    image = Image.new("RGB", (640, 480), colour)
    for place in range(8):
        if seed >> place & 1:
            image.paste((255, 255, 255), (80 * place, 0, 80 * place + 40, 120))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


class ColourClassifier(Classifier):
    """Answers by the colour at the photo's foot; everything else is the starter's.

    A bundle whose version begins with "better" takes red for black bears.
    """

    def __init__(self, bundle: Bundle) -> None:
        super().__init__(bundle, threads=1)

    def check_golden(self) -> None:
        """These answers are nobody's golden ones."""

    def classify(self, data: bytes) -> Prediction:
        image = open_photo(data)
        pixel = image.getpixel((image.width // 2, image.height - 10))
        assert isinstance(pixel, tuple)
        nearest = min(
            _ANSWERS,
            key=lambda colour: sum(abs(a - b) for a, b in zip(colour, pixel, strict=True)),
        )
        if self.version.startswith("better") and nearest == SURE_GRIZZLY:
            nearest = SURE_BLACK
        verdict, probabilities = _ANSWERS[nearest]
        ranked = sorted(probabilities, key=probabilities.__getitem__, reverse=True)
        return Prediction(
            label=ranked[0],
            probability=probabilities[ranked[0]],
            probabilities=probabilities,
            verdict=verdict,
            candidates=ranked[:1] if verdict == "sure" else ranked[:2],
            outside_score=9.0 if verdict == "outside" else 0.0,
            looks_like="Samoyed",
            milliseconds=1.0,
            model_version=self.version,
        )


_ANSWERS = {
    SURE_GRIZZLY: ("sure", {"black": 0.02, "grizzly": 0.97, "teddy": 0.01}),
    SURE_BLACK: ("sure", {"black": 0.95, "grizzly": 0.04, "teddy": 0.01}),
    UNSURE: ("unsure", {"black": 0.45, "grizzly": 0.52, "teddy": 0.03}),
    OUTSIDE: ("outside", {"black": 0.2, "grizzly": 0.3, "teddy": 0.5}),
}


class RunningBot:
    """The bot in a thread of its own, from `with` to the end of the block."""

    def __init__(
        self,
        folder: Path,
        *,
        open_classifier: Callable[[Bundle], Classifier] = ColourClassifier,
        make_decoder: Callable[[], Decoder] = Decoder,
        timing: Timing = Timing(),  # noqa: B008 - it cannot be changed
        api_url: str = "",
        chat_url: str = "",
        **settings: object,
    ) -> None:
        """With `api_url` the bot polls there, and people write to it at `chat_url`; without, it
        serves the local chat by itself."""
        if api_url:
            settings |= {"telegram_api_url": api_url, "telegram_bot_token": TOKEN, "admin_ids": "2"}
        values: dict[str, object] = {
            "data_dir": folder / "data",
            "models_dir": folder / "published",
            "web_port": 0,
            "reload_every_s": 0.05,
            "retrain_cron": "",  # whatever the time is when the tests run
            **settings,
        }
        self.settings = BotSettings(_env_file=None, **values)  # type: ignore[arg-type, call-arg]
        self._open_classifier = open_classifier
        self._make_decoder = make_decoder
        self._timing = timing
        self._chat_url = chat_url
        self._ready: Future[str] = Future()
        self._end: Future[None] = Future()
        self._end_was_awaited = False
        self._thread = threading.Thread(target=self._run, name="running-bot")
        self._stop: Callable[[], None] = lambda: None

    def __enter__(self) -> RunningBot:
        self._thread.start()
        self.url = self._ready.result(timeout=PATIENCE_S)
        self.http = httpx.Client(base_url=self._chat_url or self.url, timeout=2 * PATIENCE_S)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()
        with contextlib.suppress(RuntimeError):  # it has ended by itself
            self._stop()
        self._thread.join(timeout=PATIENCE_S)
        assert not self._thread.is_alive()
        if not self._end_was_awaited:
            self._end.result(timeout=0)

    def end(self) -> BaseException | None:
        """Wait until the bot ends by itself; what it ended with."""
        self._end_was_awaited = True
        return self._end.exception(timeout=PATIENCE_S)

    def deliver(self, update: dict[str, Any]) -> None:
        """Let the bot get an update as Telegram would write it, where no person of the local chat
        can bring it about."""
        body = {"json": json.dumps(update)}
        self.http.post("/local/update", json=body).raise_for_status()

    @property
    def database(self) -> Database:
        """The bot's database, for looking at what it recorded."""
        return Database(self.settings.resolved_database_url)

    def person(self, **about: object) -> Person:
        """Somebody who has not written yet."""
        found = Person(self.http, next(_ids))
        if about:
            self.http.post("/local/people", json={"id": found.id, **about}).raise_for_status()
        return found

    @property
    def admin(self) -> Person:
        """The admin."""
        return Person(self.http, 2)

    def _run(self) -> None:
        async def serve() -> None:
            service = Service(
                self.settings,
                local=not self._chat_url,
                open_classifier=self._open_classifier,
                make_decoder=self._make_decoder,
                timing=self._timing,
            )
            loop = asyncio.get_running_loop()
            self._stop = lambda: loop.call_soon_threadsafe(service.stop) and None
            await service.run(on_ready=lambda name, address: self._ready.set_result(address))

        try:
            asyncio.run(serve())
        except BaseException as exc:
            (self._end if self._ready.done() else self._ready).set_exception(exc)
        else:
            self._end.set_result(None)


class Person:
    """Somebody in the local chat."""

    def __init__(self, http: httpx.Client, user_id: int, *, chat: int | None = None) -> None:
        self._http = http
        self.id = user_id
        self.chat = chat or user_id
        self.seen = 0
        """The last message that `hear` gave."""

    def in_chat(self, chat: int) -> Person:
        """The same person in a group."""
        return Person(self._http, self.id, chat=chat)

    def say(self, text: str, **options: object) -> dict[str, Any]:
        """Send a text."""
        return self._send({"text": text, **options}, [])

    def show(self, *photos: bytes, **options: object) -> dict[str, Any]:
        """Send a photo, or an album."""
        files = [("photo", (f"{n}.jpg", data, "image/jpeg")) for n, data in enumerate(photos)]
        return self._send(dict(options), files)

    def attach(self, data: bytes, name: str, mime: str, **options: object) -> dict[str, Any]:
        """Send a file."""
        return self._send(dict(options), [("document", (name, data, mime))])

    def attach_album(self, *photos: bytes) -> dict[str, Any]:
        """Send an album of files."""
        files = [("document", (f"{n}.jpg", data, "image/jpeg")) for n, data in enumerate(photos)]
        return self._send({}, files)

    def hear(self, *, wait_s: float = PATIENCE_S) -> dict[str, Any]:
        """The bot's next message in this chat that was not heard yet."""
        messages = self.hear_all(wait_s=wait_s, at_least=1)
        self.seen = messages[0]["message_id"]
        return messages[0]

    def hear_all(
        self, *, at_least: int, wait_s: float = PATIENCE_S, starting: str = ""
    ) -> list[dict[str, Any]]:
        """The bot's messages not heard yet that start so, once there are so many.

        Without the note that it is busy, which comes only where the machine is.
        """
        after, count = self.seen, 0
        while True:
            query = {"chat": self.chat, "after": after, "wait": wait_s}
            new = self._http.get("/local/messages", params=query).raise_for_status().json()
            assert new, f"the bot said nothing more in chat {self.chat}"
            after = new[-1]["message_id"]
            count += sum(message["from"]["is_bot"] for message in new)
            if count < at_least:
                continue
            query |= {"after": self.seen, "wait": 0}
            found = self._http.get("/local/messages", params=query).json()
            bots = [
                message
                for message in found
                if message["from"]["is_bot"]
                and message.get("text", "").startswith(starting)
                and message.get("text") not in _BUSY
            ]
            if len(bots) >= at_least:
                return bots

    def ask(self, text: str, **options: object) -> str:
        """Say something; the text of the bot's answer to it, or to what it is itself a reply to."""
        said = self.say(text, **options)
        self.seen = max(self.seen, said["message_id"])
        while True:
            heard = self.hear()
            # The question whether photos may be kept follows an earlier answer, maybe only now.
            about = heard.get("reply_to_message", said)["message_id"]
            if about in (said["message_id"], options.get("reply_to")):
                return heard["text"]

    def press(self, message: dict[str, Any], text: str) -> str | None:
        """Press the button with this text; what the bot answers the press with."""
        data = button_data(message, text)
        return self.press_data(message, data)

    def press_data(self, message: dict[str, Any], data: str) -> str | None:
        """Press a button by its data, forged or not."""
        body = {
            "user": self.id,
            "chat": self.chat,
            "message_id": message["message_id"],
            "data": data,
            "wait": PATIENCE_S,
        }
        answer = self._http.post("/local/press", json=body).raise_for_status().json()["answer"]
        return None if answer is None else answer.get("text")

    def again(self, message: dict[str, Any], *, until: Callable[[dict[str, Any]], bool]) -> Any:
        """The message in its latest state, as soon as `until` holds for it."""
        known = {"since": 0, "action": ""}
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            # It is also news, without a change, when the bot begins or ends to type.
            query = {"chat": self.chat, "wait": PATIENCE_S, **known}
            news = self._http.get("/local/changes", params=query).raise_for_status().json()
            known = {"since": news["version"], "action": news["action"]}
            for found in news["messages"]:
                if found["message_id"] == message["message_id"] and until(found):
                    return found
        raise AssertionError("the message did not change as it should")

    def _send(self, fields: dict[str, object], files: list[Any]) -> dict[str, Any]:
        body = {"user": str(self.id), "chat": str(self.chat)}
        body |= {key: str(value) for key, value in fields.items()}
        sent = self._http.post("/local/send", data=body, files=files or None)
        assert sent.status_code == 200, sent.text
        message: dict[str, Any] = sent.json()
        return message


def buttons(message: dict[str, Any]) -> list[str]:
    """The texts of a message's buttons."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [key["text"] for row in rows for key in row]


def button_data(message: dict[str, Any], text: str) -> str:
    """The callback data of the button with this text."""
    for row in message.get("reply_markup", {}).get("inline_keyboard", []):
        for key in row:
            if key["text"] == text:
                data: str = key["callback_data"]
                return data
    raise AssertionError(f"no button {text!r} among {buttons(message)}")
