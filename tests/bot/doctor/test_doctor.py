"""`python -m bot doctor`: what is broken is found, and nothing else is blamed."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterable
from http.server import HTTPServer
from pathlib import Path

import pytest

from bot.connection.poller_lock import only_poller
from bot.connection.webhook import PATH
from bot.doctor.examination import Check, Finding, Grade, examine, ok, show
from bot.doctor.program import checks
from bot.doctor.settings import is_unknown, usable_settings
from dataset.storage.sealing import generate_key
from tests.bot.doctor.machine import LateServer, Machine, SignInPage
from tests.bot.running import RunningBot
from tests.conftest import REPOSITORY, free_port, until
from tests.local.serving import TOKEN, Script
from tests.system.processes import Program


def report(findings: Iterable[tuple[str, Finding]], *, width: int = 100) -> tuple[int, list[str]]:
    """The exit status and the lines that are shown."""
    lines: list[str] = []
    return show(findings, write=lines.append, width=width, colour=False), lines


def test_where_all_is_well_nothing_is_found(machine: Machine) -> None:
    """No failure, no warning, and the exit status says so."""
    status, lines = report(examine(checks(machine.settings(), {})))
    assert (0, "  All is well.") == (status, lines[-1])
    assert not any("WARN" in line or "FAIL" in line for line in lines)


def test_a_failure_is_one_line_with_what_to_do(machine: Machine) -> None:
    """Wrapped to the width of the terminal, and counted at the end."""
    nowhere = f"http://127.0.0.1:{free_port()}"
    status, lines = report(
        examine(checks(machine.settings(telegram_api_url=nowhere), {})), width=80
    )
    assert 1 == status
    first = next(line for line in lines if line.split()[:4] == ["FAIL", "token", "the", "Bot"])
    assert any(line.strip().startswith("→ check the network") for line in lines)
    about_the_token = lines[lines.index(first) : lines.index(first) + 4]
    assert all(len(line) <= 80 for line in about_the_token)
    assert lines[-1].startswith("  1 thing to mend")


def test_an_unknown_token(machine: Machine) -> None:
    """Telegram answers, and does not know it."""
    worst = machine.worst("token", telegram_bot_token="123456:another-token")
    assert Grade.FAIL == worst.grade
    assert "does not know this token" in worst.what
    assert "another-token" not in worst.what + worst.advice


def test_no_token_is_the_local_chat(machine: Machine) -> None:
    """A way to use it, and perhaps not the one that was meant."""
    assert Grade.WARN == machine.worst("token", telegram_bot_token="").grade
    assert Grade.OK == machine.worst("delivery", telegram_bot_token="").grade


def test_nobody_is_an_admin(machine: Machine) -> None:
    """On Telegram, that is; the local chat has its admin."""
    assert "ADMIN_IDS is empty" in machine.worst("settings", admin_ids="").what
    assert Grade.OK == machine.worst("settings", admin_ids="", telegram_bot_token="").grade


def test_a_file_of_labels_that_is_not_there(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Only a retraining reads it, and would fail at night."""
    file = tmp_path / "labels.toml"
    monkeypatch.setenv("LABELS_FILE", str(file))
    worst = machine.worst("settings")
    assert Grade.WARN == worst.grade
    assert f"LABELS_FILE ({file}) cannot be read (No such file or directory)" in worst.what
    file.write_text("[labels.elephant]")
    assert Grade.OK == machine.worst("settings").grade


@pytest.mark.parametrize("name", ["DEVICE", "TRAIN_ON"])
def test_a_setting_of_retrainings_that_is_wrong(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The bot starts with it, and no retraining does."""
    monkeypatch.setenv(name, "moon")
    worst = machine.worst("settings")
    assert (Grade.WARN, True) == (worst.grade, name in worst.what)
    assert "every retraining would fail" in worst.what


def test_a_clock_that_is_wrong(machine: Machine) -> None:
    """Compared with the Bot API server's."""
    with HTTPServer(("127.0.0.1", 0), LateServer) as late:
        thread = threading.Thread(target=late.serve_forever)
        thread.start()
        worst = machine.worst("clock", telegram_api_url=f"http://127.0.0.1:{late.server_port}")
        late.shutdown()
        thread.join()
    assert Grade.WARN == worst.grade
    assert "ahead of the Bot API server's clock" in worst.what


def test_a_webhook_although_the_bot_is_to_poll(machine: Machine, telegram: Script) -> None:
    """The updates go elsewhere."""
    telegram.result("setWebhook", url="http://127.0.0.1:9/other")
    worst = machine.worst("delivery")
    assert (Grade.WARN, True) == (worst.grade, "http://127.0.0.1:9/other" in worst.what)


def test_a_webhook_that_does_not_arrive(machine: Machine, telegram: Script) -> None:
    """The report has Telegram's own last error."""
    nowhere = f"http://127.0.0.1:{free_port()}"
    assert Grade.OK == machine.worst("delivery", webhook_url=nowhere).grade
    telegram.result("setWebhook", url=nowhere + PATH)
    telegram.send(user=1, text="hello")
    # Until it was tried in vain.
    until(lambda: "last_error_message" in telegram.result("getWebhookInfo"))
    worst = machine.worst("delivery", webhook_url=nowhere)
    assert (Grade.FAIL, True) == (worst.grade, "cannot deliver" in worst.what)
    other = machine.worst("delivery", webhook_url="http://127.0.0.1:1")
    assert (Grade.WARN, True) == (other.grade, "after the next start" in other.what)


def test_a_bot_that_runs_is_seen_and_not_disturbed(machine: Machine) -> None:
    """The lock of its poller tells; nothing is polled."""
    settings = machine.settings()
    assert "no bot with this token runs" in machine.worst("delivery").what
    with only_poller(TOKEN, settings.telegram_api_url):
        assert "a bot with this token runs" in machine.worst("delivery").what


def test_a_schedule_that_cannot_be_kept(machine: Machine, tmp_path: Path) -> None:
    """No such Python, one without what trains, and one that hangs up."""
    daily = {"retrain_cron": "0 4 * * *"}
    absent = machine.worst("schedule", training_python=tmp_path / "no-python", **daily)
    assert "which is not there" in absent.what
    by_hand = machine.worst("schedule", training_python=tmp_path / "no-python", retrain_cron="off")
    assert "which is not there" in by_hand.what
    assert Grade.OK == machine.worst("schedule", retrain_cron="off").grade
    bare = tmp_path / "bare-python"
    bare.write_text("#!/bin/sh\nexit 1\n")
    bare.chmod(stat.S_IRWXU)
    assert "has no matplotlib" in machine.worst("schedule", training_python=bare, **daily).what
    bare.write_text("no program at all")
    assert "cannot be run" in machine.worst("schedule", training_python=bare, **daily).what


def test_files_that_are_decoded_without_a_sandbox(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check tries it, with what this machine has."""
    (tmp_path / "pyseccomp.py").write_text("raise RuntimeError('Unable to find libseccomp')")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{REPOSITORY}")
    worst = machine.worst("decoder")
    assert Grade.WARN == worst.grade
    assert worst.what.endswith(
        "without a sandbox: libseccomp is missing (Unable to find libseccomp)"
    )


def test_a_port_that_another_program_has(machine: Machine) -> None:
    """The bot could not start."""
    with HTTPServer(("127.0.0.1", 0), LateServer) as other:
        thread = threading.Thread(target=other.serve_forever)
        thread.start()
        worst = machine.worst("pages", web_port=other.server_port)
        other.shutdown()
        thread.join()
    assert (Grade.FAIL, True) == (worst.grade, "another program" in worst.what)


def test_a_bot_that_runs_is_asked(machine: Machine, tmp_path: Path) -> None:
    """Its own health is part of the report."""
    with RunningBot(tmp_path / "running") as bot:
        port = int(bot.url.rpartition(":")[2])
        data = tmp_path / "running" / "data"
        assert "is well" in machine.worst("pages", web_port=port, data_dir=data).what
        worst = machine.worst("pages", web_port=port)
    assert (Grade.FAIL, True) == (worst.grade, "with another DATA_DIR" in worst.what)


def test_review_pages_in_the_clear(machine: Machine) -> None:
    """A link over plain http opens the pages to who listens in."""
    worst = machine.worst("pages", review_url="http://bears.example.org/review")
    assert (Grade.WARN, True) == (worst.grade, "not https" in worst.what)
    assert Grade.OK == machine.worst("pages", review_url="https://bears.example.org/review").grade


def test_a_check_that_hangs_or_fails_keeps_no_other_from_its_turn() -> None:
    """Each is by itself, and for a bounded time."""
    never = threading.Event()

    def hang() -> list[Finding]:
        never.wait()
        return []

    def explode() -> list[Finding]:
        raise RuntimeError("broken beyond words")

    found = list(
        examine(
            [
                Check("hangs", hang, within_s=0.05),
                Check("fails", explode),
                Check("is well", lambda: [ok("here")]),
            ]
        )
    )
    never.set()
    assert [Grade.FAIL, Grade.FAIL, Grade.OK] == [finding.grade for _, finding in found]
    assert "broken beyond words" in found[1][1].what


def test_a_server_that_never_answers(machine: Machine) -> None:
    """It takes the connection and is silent: told, like one that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings = machine.settings(telegram_api_url=address)
        token = next(check for check in checks(settings, {}) if check.name == "token")
        found = list(examine([Check("token", token.look, within_s=0.2)]))
    assert [Grade.FAIL] == [finding.grade for _, finding in found]


def test_the_program_goes_on_when_a_setting_is_wrong_and_shows_no_secret(tmp_path: Path) -> None:
    """As a process: one sentence for each of them, the rest examined, status 1."""
    key = generate_key()
    (tmp_path / ".env").write_text(f"PHOTO_KEY={key}\nTELEGRAM_BOT_TOKN=1:x\n")
    (tmp_path / ".env").chmod(0o644)
    settings = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": f"http://127.0.0.1:{free_port()}",
        "DATABASE_URL": f"postgresql://bears:hunter2@127.0.0.1:{free_port()}/bears",
        "WEB_PORT": "eighty",
        "ADMIN_IDS": "Ann; Bob",
        "RETRAIN_CRON": "at night",
    }
    with Program("bot", "doctor", folder=tmp_path, settings=settings) as program:
        assert 1 == program.status()
    for told in ("chmod 600 .env", "→ correct it", "FAIL  token", "FAIL  database", "golden"):
        assert told in program.output
    for name in ("TELEGRAM_BOT_TOKN", "WEB_PORT", "ADMIN_IDS", "RETRAIN_CRON"):
        assert 1 == program.output.count(f"The setting {name} is") + program.output.count(
            f".env sets {name}"
        )
    assert "schedule      not examined: it depends on RETRAIN_CRON" in program.output
    assert "pages         not examined: it depends on WEB_PORT" in program.output
    assert "ADMIN_IDS is empty" not in program.output
    for hidden in (TOKEN, key, "hunter2", "Traceback"):
        assert hidden not in program.output
    assert [".env"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize("env_file", [None, "TELEGRAM_BOT_TOKEN=my secret words\n"])
def test_nothing_is_said_of_a_token_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, env_file: str | None
) -> None:
    """Neither that it is empty nor that the local chat is meant; what is known is examined."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RETRAIN_CRON", "off")
    monkeypatch.setenv("TRAIN_ELSEWHERE", "False")
    monkeypatch.setenv("TRAINING_PYTHON", sys.executable)
    if env_file is None:
        Path(".env").mkdir()
    else:
        Path(".env").write_text(env_file)
    settings, wrong = usable_settings()
    found = dict(examine(checks(settings, wrong), unknown=lambda name: is_unknown(name, wrong)))
    assert any(".env" in name or "TOKEN" in name for name in wrong)
    assert found["schedule"].what.endswith(" trains")
    for name in ("token", "clock", "delivery"):
        assert "not examined: it depends on TELEGRAM_" in found[name].what


def test_what_answers_in_telegrams_place(machine: Machine) -> None:
    """A page under 404 does not mean that the token is unknown."""
    with HTTPServer(("127.0.0.1", 0), SignInPage) as portal:
        thread = threading.Thread(target=portal.serve_forever)
        thread.start()
        worst = machine.worst("token", telegram_api_url=f"http://127.0.0.1:{portal.server_port}")
        portal.shutdown()
        thread.join()
    assert (Grade.FAIL, True) == (worst.grade, "is not the Bot API (404)" in worst.what)


def test_pages_that_listen_on_every_address(machine: Machine) -> None:
    """The bot is asked where it is to be reached, and the operator warned."""
    port = free_port()
    found = machine.found("pages", web_host="::", web_port=port)
    assert [Grade.OK, Grade.WARN, Grade.OK] == [finding.grade for finding in found]
    assert f"nothing listens on [::1]:{port} yet" in found[0].what


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    """`… doctor | head -1`: the report just ends."""
    command = [sys.executable, "-m", "bot", "doctor"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as doctor:
        assert doctor.stdout is not None
        doctor.stdout.close()
        _, complaint = doctor.communicate(timeout=60)
    assert (1, "") == (doctor.returncode, complaint)
