"""Something else answers in the Bot API's place: an outage, no word on the token or a photo."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.connection.answers import is_own
from bot.errors import StartError
from bot.process.timing import Timing
from tests.bot.connection.faulty_proxy import FaultyProxy
from tests.bot.running import TOKEN, RunningBot, photo
from tests.conftest import free_port, until
from tests.local.serving import LocalServer

QUICK = Timing(poll_s=1, silence_s=1.0, first_pause_s=0.1)
PAGE = "<!DOCTYPE html><title>Welcome to our Wi-Fi</title>" + "please sign in " * 3000
STRANGERS = [
    (200, PAGE),
    (302, ""),
    (403, PAGE),
    (404, PAGE),
    (200, '{"a": 1}'),
    (401, '{"error": "sign in first"}'),
    (409, '["busy"]'),
]


@pytest.fixture(scope="module")
def api() -> Iterator[LocalServer]:
    """Telegram's place."""
    with LocalServer(token=TOKEN) as server:
        yield server


@pytest.fixture(scope="module")
def line(api: LocalServer) -> Iterator[FaultyProxy]:
    """The line to it."""
    with FaultyProxy(api.port) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def bot(
    api: LocalServer, line: FaultyProxy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningBot]:
    """A bot at the end of that line."""
    folder = tmp_path_factory.mktemp("strangers")
    with RunningBot(folder, timing=QUICK, api_url=line.url, chat_url=api.url) as running:
        yield running


@pytest.fixture(autouse=True)
def _sound(bot: RunningBot, line: FaultyProxy) -> Iterator[None]:
    """Each test leaves a line in order."""
    yield
    bot.http.delete("/local/faults").raise_for_status()
    line.come_back()


def until_asked(bot: RunningBot, line: FaultyProxy, *methods: str, times: int = 2) -> None:
    """Wait until requests of these methods came so many more times."""
    wanted = line.count(*methods) + times
    until(lambda: line.count(*methods) >= wanted)


@pytest.mark.parametrize(("status", "body"), STRANGERS)
@pytest.mark.parametrize("methods", [("getFile", "file"), ("sendMessage",), ()])
def test_photos_are_answered_once_the_bot_api_answers_again(
    bot: RunningBot, line: FaultyProxy, methods: tuple[str, ...], status: int, body: str
) -> None:
    """Those taken in before, those sent meanwhile, each once; and polling goes on."""
    person = bot.person()
    line.answer_instead(status, body, *methods)
    sent = [person.show(photo(seed=seed))["message_id"] for seed in range(2)]
    until_asked(bot, line, *methods)
    line.come_back()
    answers = person.hear_all(at_least=2)
    assert person.ask("hello").startswith("Send me a photo and")
    assert sent == [answer["reply_to_message"]["message_id"] for answer in answers]
    assert all(answer["text"].startswith("Grizzly") for answer in answers)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_file_refused_once_is_fetched_anew(bot: RunningBot, status: int) -> None:
    """Its address may have been too old."""
    person = bot.person()
    fault = {"method": "file", "status": status, "times": 1}
    bot.http.post("/local/faults", json=fault).raise_for_status()
    person.show(photo())
    assert person.hear()["text"].startswith("Grizzly")


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_file_that_stays_refused_is_about_that_file(
    bot: RunningBot, line: FaultyProxy, status: int
) -> None:
    """Not about the token, nor about the person: they are asked for the photo again."""
    person = bot.person()
    line.answer_instead(status, PAGE, "file")
    person.show(photo())
    assert person.hear()["text"].startswith("Telegram no longer has that photo")


def test_a_poll_that_is_refused_once_is_not_the_last(bot: RunningBot) -> None:
    """The Bot API's own refusal: whether the token holds no more shows when it stays."""
    person = bot.person()
    fault = {"method": "getUpdates", "status": 401, "times": 1}
    bot.http.post("/local/faults", json=fault).raise_for_status()
    assert person.ask("hello").startswith("Send me a photo and")
    person.show(photo())
    assert person.hear()["text"].startswith("Grizzly")


def test_what_was_taken_in_waits_for_a_token_that_is_known(bot: RunningBot) -> None:
    """A new token is for the same bot, so nothing is given up for an old one."""
    person = bot.person()
    fault = {"method": "sendMessage", "status": 401, "times": 2}
    bot.http.post("/local/faults", json=fault).raise_for_status()
    person.show(photo())
    assert person.hear()["text"].startswith("Grizzly")


@contextmanager
def sound_once_told(line: FaultyProxy) -> Iterator[None]:
    """The Bot API answers again as soon as the log says who answers in its place."""

    def look(record: logging.LogRecord) -> bool:
        if "not the Bot API (404, a web page)" in record.getMessage():
            line.come_back()
        return True

    logger = logging.getLogger("bot.connection.connecting")
    logger.addFilter(look)
    try:
        yield
    finally:
        logger.removeFilter(look)


@pytest.mark.parametrize("method", ["getMe", "deleteWebhook"])
def test_a_start_waits_for_the_bot_api_itself(
    tmp_path: Path, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A page with 404 is not Telegram's word that it does not know the token."""
    with LocalServer(token=TOKEN) as api, FaultyProxy(api.port) as line, sound_once_told(line):
        line.answer_instead(404, PAGE, method)
        bot = RunningBot(tmp_path, timing=QUICK, api_url=line.url, chat_url=api.url)
        with caplog.at_level(logging.WARNING), bot:
            person = bot.person()
            person.show(photo())
            assert person.hear()["text"].startswith("Grizzly")
    assert not [record for record in caplog.records if record.exc_info]


def test_a_webhook_is_set_by_the_bot_api_itself(tmp_path: Path) -> None:
    """A page is no refusal of the address either."""
    address = f"http://127.0.0.1:{free_port()}"
    with LocalServer(token=TOKEN) as api, FaultyProxy(api.port) as line, sound_once_told(line):
        line.answer_instead(404, PAGE, "setWebhook")
        with RunningBot(
            tmp_path, timing=QUICK, api_url=line.url, chat_url=api.url, webhook_url=address
        ) as bot:
            told = bot.http.post(f"/bot{TOKEN}/getWebhookInfo").json()
    assert told["result"]["url"].startswith(address)


@pytest.mark.parametrize("result", ["true", "{}", "[]"])
def test_a_start_says_when_what_answers_is_no_bots_server(
    api: LocalServer, tmp_path: Path, result: str
) -> None:
    """It succeeds in its own way, and describes no bot."""
    with FaultyProxy(api.port) as line:
        line.answer_instead(200, f'{{"ok": true, "result": {result}}}', "getMe")
        bot = RunningBot(tmp_path, timing=QUICK, api_url=line.url, chat_url=api.url)
        with pytest.raises(StartError, match="describes no bot; check TELEGRAM_API_URL"):
            bot.__enter__()


def test_files_on_the_servers_own_disk_are_read_where_they_can_be(
    bot: RunningBot, line: FaultyProxy, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A Bot API server with --local names a path: here it is read; from elsewhere it cannot be,
    and the operator learns why."""
    here = tmp_path / "here.jpg"
    here.write_bytes(photo())

    def answer(path: str) -> None:
        named = {"file_id": "a", "file_unique_id": "b", "file_path": path}
        line.answer_instead(200, json.dumps({"ok": True, "result": named}), "getFile")

    person = bot.person()
    answer(str(here))
    person.show(photo())
    assert person.hear()["text"].startswith("Grizzly")
    with caplog.at_level(logging.ERROR):
        for path in ("/var/lib/telegram-bot-api/1/photos/1.jpg", "C:\\bots\\1\\photos\\1.jpg"):
            answer(path)
            person.show(photo())
            assert person.hear()["text"].startswith("Photos don't reach me at the moment")
            assert f"--local and names the file {path}" in caplog.messages[-1]


@pytest.mark.parametrize(
    ("status", "body", "own"),
    [
        (200, '{"ok": true, "result": []}', True),
        (401, '{"ok": false, "error_code": 401, "description": "Unauthorized"}', True),
        (200, '{"ok": false, "error_code": 401, "description": "Unauthorized"}', False),
        (404, '{"ok": true, "result": []}', False),
        (200, '{"ok": true}', False),
        (404, '{"ok": false, "description": "no such page"}', False),
        (500, "[" * 100_000, False),
        (200, "", False),
        *((status, body, False) for status, body in STRANGERS),
    ],
)
def test_only_what_is_surely_the_bot_apis_is_taken_for_it(
    status: int, body: str, own: bool
) -> None:
    """By its documented shape, in success and refusal."""
    assert own == is_own(status, body.encode())
