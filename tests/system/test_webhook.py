"""The bot behind a webhook, as a real process: delivered, refused, killed, and back to polling."""

from __future__ import annotations

import json
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.connection.webhook import MAX_BODY_BYTES, PATH
from tests.bot.running import Person
from tests.conftest import draw_photo, free_port
from tests.system.processes import TOKEN, Program, local_api, on_telegram

SECRET = "a-secret-of-the-test"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


@pytest.fixture
def telegram(tmp_path: Path) -> Iterator[httpx.Client]:
    """The local API as a process of its own, which outlives the bot."""
    program, http = local_api(tmp_path)
    with program, http:
        program.until_ready()
        yield http


@pytest.fixture
def settings(tmp_path: Path, telegram: httpx.Client) -> dict[str, str]:
    """A bot to which this Telegram delivers."""
    port = free_port()
    return on_telegram(telegram, tmp_path) | {
        "WEB_PORT": str(port),
        "WEBHOOK_URL": f"http://127.0.0.1:{port}",
        "WEBHOOK_SECRET": SECRET,
    }


def bot_pages(settings: dict[str, str]) -> httpx.Client:
    """The bot's own port."""
    return httpx.Client(base_url=settings["WEBHOOK_URL"], timeout=60)


def webhook_info(telegram: httpx.Client) -> dict[str, Any]:
    """What Telegram knows of the webhook."""
    info: dict[str, Any] = telegram.get(f"/bot{TOKEN}/getWebhookInfo").json()["result"]
    return info


def until_acknowledged(telegram: httpx.Client) -> None:
    """Wait until the bot has told Telegram that everything arrived."""
    for _ in range(10_000):
        if webhook_info(telegram)["pending_update_count"] == 0:
            return
    raise AssertionError(webhook_info(telegram))


def text_update(number: int, person: int, text: str) -> dict[str, object]:
    """An update with a text message, as Telegram delivers it."""
    who = {"id": person, "is_bot": False, "first_name": "Ada"}
    chat = {"id": person, "type": "private", "first_name": "Ada"}
    entity = {"type": "bot_command", "offset": 0, "length": len(text)}
    message = {"message_id": number, "date": 1, "chat": chat, "from": who, "text": text}
    return {"update_id": number, "message": message | {"entities": [entity]}}


def test_a_photo_that_is_delivered_is_answered(
    tmp_path: Path, telegram: httpx.Client, settings: dict[str, str]
) -> None:
    """The bot names its address with secret and kinds; photos come in, answers go out."""
    with Program("bot", folder=tmp_path, settings=settings) as program:
        program.until_ready()
        info = webhook_info(telegram)
        assert (
            settings["WEBHOOK_URL"] + PATH,
            ["callback_query", "message", "message_reaction"],
        ) == (
            info["url"],
            sorted(info["allowed_updates"]),
        )
        person = Person(telegram, 1)
        sent = person.show(draw_photo(seed=1))
        answer = person.hear()
        assert sent["message_id"] == answer["reply_to_message"]["message_id"]
        with bot_pages(settings) as pages:
            state = pages.get("/healthz").json()
        assert (True, None) == (state["ok"], state["receiving_problem"])
        assert program.end() == 0
    assert SECRET not in program.output


def test_deliveries_that_are_none_are_refused_without_noise(
    tmp_path: Path, telegram: httpx.Client, settings: dict[str, str]
) -> None:
    """Without the secret nothing is even read; rubbish and giants end with a status."""
    good = json.dumps(text_update(1, 77, "/labels"))
    rubbish = ("", "{", "[]", "7", "null", '{"update_id": "x"}', '{"update_id": -1}', "[" * 100_000)
    with (
        Program("bot", folder=tmp_path, settings=settings) as program,
        bot_pages(settings) as pages,
    ):
        program.until_ready()

        def post(body: str, headers: dict[str, str] | None = None) -> int:
            return pages.post(PATH, content=body, headers=headers).status_code

        assert [403, 403] == [post(good), post(good, {next(iter(HEADERS)): SECRET + "x"})]
        assert [400] * len(rubbish) == [post(body, HEADERS) for body in rubbish]
        assert 413 == post(" " * (MAX_BODY_BYTES + 1), HEADERS)
        assert 405 == pages.get(PATH).status_code
        person = Person(telegram, 77)
        assert person.ask("/labels").startswith("I can tell these apart")
        assert program.end() == 0
    for word in ("Traceback", "ERROR", "WARNING"):
        assert word not in program.output
    with sqlite3.connect(tmp_path / "data" / "detector.sqlite3") as database:
        assert [(1,)] == database.execute("SELECT count(*) FROM updates").fetchall()
    database.close()


def test_what_was_accepted_is_answered_after_a_kill(
    tmp_path: Path, telegram: httpx.Client, settings: dict[str, str]
) -> None:
    """A delivery is acknowledged only when it is stored, so the next start finds it."""
    person = Person(telegram, 5)
    # The file does not come: accepted and not answered is where the kill falls.
    stall = {"method": "getFile", "delay": 60, "times": 1}
    telegram.post("/local/faults", json=stall).raise_for_status()
    with Program("bot", folder=tmp_path, settings=settings) as program:
        program.until_ready()
        sent = person.show(draw_photo(seed=2))
        until_acknowledged(telegram)
        program.end(signal.SIGKILL)
    with Program("bot", folder=tmp_path, settings=settings) as program:
        program.until_ready()
        answer = person.hear()
        assert sent["message_id"] == answer["reply_to_message"]["message_id"]
        assert program.end() == 0


def test_an_update_that_is_delivered_twice_is_answered_once(
    tmp_path: Path, telegram: httpx.Client, settings: dict[str, str]
) -> None:
    """As when the acknowledgement was lost on its way."""
    person = Person(telegram, 5)
    with (
        Program("bot", folder=tmp_path, settings=settings) as program,
        bot_pages(settings) as pages,
    ):
        program.until_ready()
        person.say("hello there")
        person.hear()
        same = text_update(900, person.id, "/labels")
        for _ in range(2):
            assert 200 == pages.post(PATH, json=same, headers=HEADERS).status_code
        after = text_update(901, person.id, "/help")
        assert 200 == pages.post(PATH, json=after, headers=HEADERS).status_code
        answers = person.hear_all(at_least=2)
        assert program.end() == 0
    assert 1 == sum(message["text"].startswith("I can tell these apart") for message in answers)


def test_back_to_polling(tmp_path: Path, telegram: httpx.Client, settings: dict[str, str]) -> None:
    """The webhook stays when the bot stops, what comes meanwhile waits, and polling fetches it."""
    person = Person(telegram, 5)
    with Program("bot", folder=tmp_path, settings=settings) as program:
        program.until_ready()
        assert program.end() == 0
    assert settings["WEBHOOK_URL"] + PATH == webhook_info(telegram)["url"]
    sent = person.show(draw_photo(seed=3))
    polling = {name: value for name, value in settings.items() if "WEBHOOK" not in name}
    with Program("bot", folder=tmp_path, settings=polling) as program:
        program.until_ready()
        answer = person.hear()
        assert sent["message_id"] == answer["reply_to_message"]["message_id"]
        assert "" == webhook_info(telegram)["url"]
        assert program.end() == 0


def test_replicas_share_the_deliveries(
    tmp_path: Path, telegram: httpx.Client, settings: dict[str, str]
) -> None:
    """A second process on the same database starts beside the first and leaves its work alone."""
    person = Person(telegram, 5)
    stall = {"method": "getFile", "delay": 3, "times": 1}
    telegram.post("/local/faults", json=stall).raise_for_status()
    with Program("bot", folder=tmp_path, settings=settings) as first:
        first.until_ready()
        person.show(draw_photo(seed=2))
        until_acknowledged(telegram)
        second_settings = settings | {"WEB_PORT": str(free_port())}
        with Program("bot", folder=tmp_path, settings=second_settings) as second:
            second.until_ready()
            person.hear()
            assert [0, 0] == [second.end(), first.end()]
    with sqlite3.connect(tmp_path / "data" / "detector.sqlite3") as database:
        assert [(1,)] == database.execute("SELECT attempts FROM updates").fetchall()
    database.close()


def test_an_address_that_telegram_refuses_ends_the_start(
    tmp_path: Path, telegram: httpx.Client, settings: dict[str, str]
) -> None:
    """One sentence that names the setting, and the status for wrong settings."""
    fault = {"method": "setWebhook", "status": 400, "times": 1}
    telegram.post("/local/faults", json=fault).raise_for_status()
    with Program("bot", folder=tmp_path, settings=settings) as program:
        assert 2 == program.status()
    assert "WEBHOOK_URL must be an https address" in program.output
    assert "Traceback" not in program.output
