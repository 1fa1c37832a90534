"""The bot as a real process: the whole way of a photo, restarts, kills, and starts that fail."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from models.bundles.bundle import STARTER
from models.registry.local import CURRENT
from tests.bot.running import Person, button_data
from tests.conftest import PATIENCE_S, REPOSITORY, draw_photo, free_port, until
from tests.system.processes import TOKEN, Program, local_api, on_telegram

pytestmark = pytest.mark.long


@pytest.fixture
def telegram(tmp_path: Path) -> Iterator[httpx.Client]:
    """The local API as a process of its own, which outlives the bot."""
    program, http = local_api(tmp_path)
    with program, http:
        program.until_ready()
        yield http


def test_the_way_of_a_photo(tmp_path: Path, shared_data: Path) -> None:
    """`python -m bot --local`: photo, answer, press, /wrong, and an orderly end on SIGTERM."""
    port = free_port()
    program = Program("bot", "--local", "--no-browser", "--port", str(port), folder=tmp_path)
    with program, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
        program.until_ready()
        assert "Ready\n" in program.output
        person = Person(http, 1)
        bear = sorted((shared_data / "bears" / "grizzly").glob("*.jpg"))[0].read_bytes()
        sent = person.show(bear)
        answer = person.hear()
        assert answer["reply_to_message"]["message_id"] == sent["message_id"]
        assert "% grizzly" in answer["text"]
        assert person.press(answer, "Right") == "Noted: right. Thank you!"
        noted = person.ask("/wrong black", reply_to=sent["message_id"])
        assert noted.startswith("Noted: black bear.")
        assert http.get("/healthz").json()["ok"] is True
        assert program.end() == 0
    with sqlite3.connect(tmp_path / "data" / "detector.sqlite3") as database:
        claims = database.execute("SELECT kind, label FROM claims").fetchall()
        database_says = database.execute("SELECT count(*) FROM predictions").fetchone()
    database.close()
    assert claims == [("label", "black")]
    assert database_says == (1,)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_a_bot_whose_output_has_no_room_answers_all_the_same(tmp_path: Path) -> None:
    """Its log lies on a full disk: that it is ready cannot be said, and is so."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "bot", "--local", "--no-browser", "--port", str(port)]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY)}
    with (
        Path("/dev/full").open("w") as full,
        subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=full) as program,
        httpx.Client(base_url=url, timeout=30, transport=httpx.HTTPTransport(retries=8)) as http,
    ):
        person = Person(http, 1)
        while http.get("/healthz").json().get("starting"):
            assert program.poll() is None
        person.show(draw_photo())
        assert person.hear()["text"]
        program.send_signal(signal.SIGTERM)
        assert 0 == program.wait(60)


def test_corrections_reach_their_photo_across_a_restart(
    tmp_path: Path, telegram: httpx.Client
) -> None:
    """A reply to, and a button under, what an earlier process answered."""
    settings = on_telegram(telegram, tmp_path)
    person = Person(telegram, 1)
    with Program("bot", folder=tmp_path, settings=settings) as program:
        program.until_ready()
        first = person.show(draw_photo(seed=1))
        answer = person.hear()
        second = person.show(draw_photo(seed=2))
        person.hear()
        assert program.end() == 0
    with Program("bot", folder=tmp_path, settings=settings) as program:
        program.until_ready()
        assert person.ask("/wrong teddy", reply_to=first["message_id"]).startswith("Noted")
        assert person.press_data(answer, button_data(answer, "Right")) == (
            "Noted: right. Thank you!"
        )
        person.ask("/wrong grizzly")
    with sqlite3.connect(tmp_path / "data" / "detector.sqlite3") as database:
        rows = database.execute(
            "SELECT photo_message_id, kind, claims.label FROM claims JOIN predictions"
            " ON predictions.id = prediction_id ORDER BY photo_message_id"
        ).fetchall()
    database.close()
    assert rows == [
        (first["message_id"], "right", None),
        (second["message_id"], "label", "grizzly"),
    ]


@pytest.mark.parametrize("method", ["getFile", "sendMessage"])
def test_a_photo_is_answered_once_although_the_bot_was_killed_at_work(
    tmp_path: Path, telegram: httpx.Client, method: str
) -> None:
    """kill -9 while it fetches or answers: Telegram believes the photo delivered, the inbox knows
    better."""
    settings = on_telegram(telegram, tmp_path)
    person = Person(telegram, 1)
    with Program("bot", folder=tmp_path, settings=settings) as program:
        program.until_ready()
        slow = {"method": method, "status": 502, "delay": 30, "times": 1}
        telegram.post("/local/faults", json=slow).raise_for_status()
        sent = [person.show(draw_photo(seed=seed))["message_id"] for seed in range(3)]
        until_at_work(telegram)
        program.end(signal.SIGKILL)
    with Program("bot", folder=tmp_path, settings=settings) as program:
        program.until_ready()
        answers = person.hear_all(at_least=3)
        person.seen = answers[-1]["message_id"]
        assert person.ask("/labels").startswith("I can tell these apart")
    assert [answer["reply_to_message"]["message_id"] for answer in answers] == sent


def until_at_work(telegram: httpx.Client) -> None:
    """Wait until the bot has told Telegram that it has every update, and hangs in the fault."""

    def all_taken() -> bool:
        waiting = telegram.get("/local/changes", params={"chat": 1}).json()["waiting"]
        return waiting == 0 and telegram.get("/local/faults").json() == []

    until(all_taken)


def test_no_output_holds_the_token(tmp_path: Path, telegram: httpx.Client) -> None:
    """Not at the most talkative level, not with faults, not in a mishap's traceback."""
    settings = {**on_telegram(telegram, tmp_path), "LOG_LEVEL": "DEBUG", "LOG_FORMAT": "json"}
    person = Person(telegram, 1)
    with Program("bot", folder=tmp_path, settings=settings) as program:
        program.until_ready()
        for method, status in (("sendMessage", 400), ("getFile", 502), ("file", 500)):
            telegram.post("/local/faults", json={"method": method, "status": status})
            person.show(draw_photo(seed=status))
            person.hear()
        assert program.end() == 0
        output = program.output
    secret = TOKEN.partition(":")[2]
    assert "mishap" in output
    assert secret not in output
    for line in output.splitlines():
        if line.startswith("{"):
            json.loads(line)


def test_a_wrong_token_is_told_in_one_sentence(tmp_path: Path) -> None:
    """The Bot API refuses it: no traceback, an exit status of its own."""
    port = free_port()
    other = Program("bot.local", "--port", str(port), "--token", "99:another", folder=tmp_path)
    with other, httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
        other.until_ready()
        with Program("bot", folder=tmp_path, settings=on_telegram(http, tmp_path)) as program:
            assert program.status() == 2
            lines = program.output.splitlines()
    assert lines[-1] == (
        "Telegram does not know this TELEGRAM_BOT_TOKEN; ask @BotFather for it again."
    )
    assert "Traceback" not in "".join(lines)


def test_a_second_poller_is_refused(tmp_path: Path, telegram: httpx.Client) -> None:
    """Two processes with one token would take each other's updates."""
    settings = on_telegram(telegram, tmp_path)
    with Program("bot", folder=tmp_path, settings=settings) as first:
        first.until_ready()
        with Program("bot", folder=tmp_path, settings=settings) as second:
            assert second.status() == 1
            assert second.output.startswith("Another process on this machine polls Telegram")


@pytest.mark.parametrize(
    ("settings", "status", "sentence"),
    [
        ({"WEB_PORT": "many"}, 2, "The setting WEB_PORT is not usable"),
        ({"DATABASE_URL": "sqlite:////proc/no/where"}, 1, "The folder /proc/no cannot be made"),
        ({"WEB_HOST": "192.0.2.1"}, 1, "Cannot listen on 192.0.2.1"),
    ],
    ids=["setting", "database", "address"],
)
def test_a_start_that_fails_says_why_in_one_line(
    tmp_path: Path, settings: dict[str, str], status: int, sentence: str
) -> None:
    """What is wrong, what to do, no traceback."""
    values = {"WEB_PORT": "0", **settings}
    with Program("bot", "--no-browser", folder=tmp_path, settings=values) as program:
        assert program.status() == status
        lines = program.output.splitlines()
    assert lines[-1].startswith(sentence)
    assert "Traceback" not in program.output


def test_a_taken_port_is_told(tmp_path: Path, telegram: httpx.Client) -> None:
    """Somebody else listens there already."""
    port = telegram.base_url.port
    with Program("bot", "--local", "--port", str(port), folder=tmp_path) as program:
        assert program.status() == 1
        assert program.output.startswith(f"Port {port} on 127.0.0.1 is taken")


def test_a_damaged_bundle_is_replaced_by_one_that_is_whole(
    tmp_path: Path, telegram: httpx.Client
) -> None:
    """CURRENT names a bundle whose graph was truncated: another answers, admins get a message."""
    broken = tmp_path / "published" / "v1"
    broken.mkdir(parents=True)
    for name in ("bundle.json", "reference.npz"):
        (broken / name).write_bytes((STARTER / name).read_bytes())
    (broken / "model.onnx").write_bytes(b"half")
    (tmp_path / "published" / CURRENT).write_text("v1\n")
    admin = Person(telegram, 2)
    admin.say("/start")
    with Program("bot", folder=tmp_path, settings=on_telegram(telegram, tmp_path)) as program:
        program.until_ready()
        heard = [message["text"] for message in admin.hear_all(at_least=2)]
        admin.show(draw_photo())
        admin.seen = admin.hear_all(at_least=2)[1]["message_id"]
        assert "%" in admin.hear()["text"]
    assert any("failed its check at the start" in text for text in heard)


def test_the_bots_process_imports_nothing_that_trains() -> None:
    """torch and fastai belong to the child process; the bot must start without them installed."""
    code = (
        "import sys, bot.__main__, bot.program.service, bot.local.app, review.app;"
        "print([name for name in ('torch', 'fastai', 'timm', 'sklearn', 'matplotlib', 'training')"
        " if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("answers", ["nothing listens", "silence", "silent database"])
def test_a_start_that_waits_for_others_ends_at_a_signal(
    tmp_path: Path, number: signal.Signals, answers: str
) -> None:
    """In order, as a running bot does: it is not first tried for a minute."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        if answers != "nothing listens":
            other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        database = f"postgresql://bears:hunter2hunter2@{address}/bears"
        settings = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": f"http://{address}",
            "DATABASE_URL": database if answers == "silent database" else "",
            "ADMIN_IDS": "2",
            "WEB_PORT": str(port := free_port()),
            "DATA_DIR": str(tmp_path / "data"),
            "MODELS_DIR": str(tmp_path / "published"),
        }
        with Program("bot", folder=tmp_path, settings=settings) as bot:
            until_its_pages_answer(bot, port)
            assert 0 == bot.end(number)
    assert "Traceback" not in bot.output
    assert "Ready" not in bot.output


def until_its_pages_answer(bot: Program, port: int) -> None:
    """Wait until the bot's own port answers, which is before it is known to the Bot API."""

    def answers() -> bool:
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE_S)
        except httpx.ConnectError:
            assert bot.process.poll() is None, bot.output
            return False
        return True

    until(answers)


def test_an_odd_environment_does_not_keep_the_local_chat_from_starting(tmp_path: Path) -> None:
    """Proxies for everything, a time zone in quotes, and no files that describe time zones."""
    settings = {
        "http_proxy": f"http://127.0.0.1:{free_port()}",
        "ALL_PROXY": f"socks5://127.0.0.1:{free_port()}",
        "TZ": '"Europe/Rome"',
        "PYTHONTZPATH": "/nowhere",
        "WEB_PORT": "0",
    }
    with Program("bot", "--local", "--no-browser", folder=tmp_path, settings=settings) as bot:
        bot.until_ready()
        assert 0 == bot.end()
    assert "Traceback" not in bot.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_with_the_chat_page_open_is_silent(tmp_path: Path, number: signal.Signals) -> None:
    """The page waits for news, gets its answer, and nothing is said of errors."""
    port = free_port()
    settings = {"DATA_DIR": str(tmp_path / "data"), "MODELS_DIR": str(tmp_path / "models")}
    arguments = ("bot", "--local", "--port", str(port), "--no-browser")
    with Program(*arguments, folder=tmp_path, settings=settings) as bot:
        bot.until_ready()
        with socket.create_connection(("127.0.0.1", port)) as page:
            page.sendall(
                f"GET /local/changes?chat=1&since=999&wait=25 HTTP/1.1\r\n"
                f"Host: 127.0.0.1:{port}\r\n\r\n".encode()
            )
            # Whoever came later has been answered, so the page's request is being worked on.
            assert httpx.get(f"http://127.0.0.1:{port}/healthz").is_success
            assert 0 == bot.end(number)
            assert page.recv(12) == b"HTTP/1.1 200"
        assert "ERROR" not in bot.output
        assert "Traceback" not in bot.output
