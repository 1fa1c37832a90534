"""Settings: one file names them all, and what is wrong is said in one sentence."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from itertools import takewhile
from pathlib import Path

import pytest
from cronsim import CronSim
from pydantic import SecretStr, ValidationError

from bot.settings import TRAINING_NAMES, BotSettings, Limits, load
from objects.errors import SettingsError
from tests.conftest import REPOSITORY
from training.settings.environment import TrainingSettings

FIELDS = TrainingSettings.model_fields | BotSettings.model_fields
EXAMPLE = REPOSITORY / ".env.example"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without `.env`, and an environment without the settings."""
    monkeypatch.chdir(tmp_path)
    for name in BotSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def described() -> dict[str, tuple[str, str]]:
    """Name to (default, description above it) in `.env.example`."""
    found: dict[str, tuple[str, str]] = {}
    about: list[str] = []
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            about.append(line[2:])
        elif setting := re.match(r"([A-Z][A-Z_0-9]+)=(.*)", line):
            found[setting[1]] = (setting[2], " ".join(about))
            about = []
        else:
            about = []
    return found


def shown(default: object) -> str:
    """A default as one would write it into the file."""
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    if isinstance(default, (frozenset, tuple)):
        return ",".join(map(str, default))
    return "" if default is None else str(default)


def test_the_example_names_every_setting_and_no_other() -> None:
    """`.env.example` names every setting."""
    known = {name.upper() for name in BotSettings.model_fields} | TRAINING_NAMES
    assert known == set(described())


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_the_example_tells_default_and_meaning_of_a_setting(name: str) -> None:
    """Copied from the settings classes, so that neither goes stale."""
    field = FIELDS[name]
    default, about = described()[name.upper()]
    assert (shown(field.default), field.description) == (default, about)


def test_the_bot_knows_the_names_that_only_training_reads() -> None:
    """One `.env` serves both; the bot must not import the training room to know its names."""
    training_only = set(TrainingSettings.model_fields) - set(BotSettings.model_fields)
    assert {name.upper() for name in training_only} == TRAINING_NAMES


def test_a_misspelt_name_in_the_file_stops_the_start() -> None:
    """A setting that nobody reads would be ignored in silence otherwise."""
    Path(".env").write_text("TELEGRAM_BOT_TOKN=1:a\n")
    with pytest.raises(SettingsError, match=r"TELEGRAM_BOT_TOKN.*did you mean TELEGRAM_BOT_TOKEN"):
        load()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEB_PORT", "eighty"),
        ("WEB_PORT", "70000"),
        ("ADMIN_IDS", "1;2"),
        ("LOG_FORMAT", "xml"),
        ("TELEGRAM_API_URL", "ftp://example.org"),
        ("TELEGRAM_BOT_TOKEN", "my secret words"),
        ("CLAIM_QUORUM", "0"),
        ("WEBHOOK_URL", "bears.example.org"),
        ("WEBHOOK_SECRET", "my secret words"),
    ],
)
def test_an_invalid_value_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """One sentence with the setting's name; the value may be a secret."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load()
    sentence = str(caught.value)
    assert name in sentence
    assert "\n" not in sentence
    assert "my secret words" not in sentence


def test_ids_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an operator would write them."""
    monkeypatch.setenv("ADMIN_IDS", "12, 34,-56")
    assert load().admin_ids == {12, 34, -56}


def test_no_secret_shows_in_a_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings may be printed by accident."""
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:very-secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://bears:hunter2@db/bears")
    settings = load()
    assert "very-secret" not in repr(settings)
    assert "hunter2" not in repr(settings)
    derived = settings.resolved_webhook_secret
    assert set(settings.secrets) == {"123:very-secret", "hunter2", derived}


def test_what_opens_the_object_store_is_kept_out_of_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Although it is AWS's own variable and no setting."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "opens-the-store")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "for-an-hour")
    assert {"opens-the-store", "for-an-hour"} <= set(BotSettings(_env_file=None).secrets)  # type: ignore[call-arg]


def test_every_replica_derives_the_same_webhook_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the token alone, and another one for another token; a given one wins."""
    secrets = []
    for token in ("123:one", "123:one", "123:two"):
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", token)
        secrets.append(load().resolved_webhook_secret)
    assert secrets[0] == secrets[1] != secrets[2]
    assert re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secrets[0])
    monkeypatch.setenv("WEBHOOK_SECRET", "a-secret-of-mine")
    assert load().resolved_webhook_secret == "a-secret-of-mine"


def test_a_webhook_without_a_certificate_is_for_this_machine_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A Bot API server beside the bot delivers over plain HTTP, Telegram's never."""
    monkeypatch.setenv("WEBHOOK_URL", "http://127.0.0.1:8080/")
    with pytest.raises(SettingsError, match=r"WEBHOOK_URL.*https://"):
        load()
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:8081")
    assert load().webhook_url == "http://127.0.0.1:8080"


def test_unset_limits_hold_on_telegram_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Telegram's limits make no sense on one's own Bot API; a limit that is set always holds."""
    monkeypatch.setenv("PHOTOS_PER_MINUTE", "7")
    monkeypatch.setenv("MESSAGES_PER_S", "")
    settings = load()
    assert Limits(7, 0, 0) == settings.limits(near=True)
    assert Limits(7, 6000, 30) == settings.limits(near=False)


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("0 4 * * 0", {"Sun"}),
        ("0 4 * * 7", {"Sun"}),
        ("0 4 * * 1-5", {"Mon", "Tue", "Wed", "Thu", "Fri"}),
        ("0 4 * * 0-2", {"Sun", "Mon", "Tue"}),
        ("0 4 * * 6,0", {"Sat", "Sun"}),
        ("0 4 * * */3", {"Sun", "Wed", "Sat"}),
        ("0 4 * * mon-fri", {"Mon", "Tue", "Wed", "Thu", "Fri"}),
    ],
)
def test_days_of_the_week_are_counted_as_cron_counts_them(written: str, days: set[str]) -> None:
    """0 and 7 are Sunday, and every moment of a fortnight is of these days."""
    settings = BotSettings(_env_file=None, retrain_cron=written)
    begin = datetime(2026, 11, 22, tzinfo=timezone.utc)
    moments = takewhile(
        lambda moment: moment < begin + timedelta(days=14), CronSim(settings.retrain_cron, begin)
    )
    assert days == {f"{moment:%a}" for moment in moments}


def test_a_day_of_the_month_and_one_of_the_week_are_either_of_them() -> None:
    """As cron has it: the first of the month, and every Monday."""
    schedule = BotSettings(_env_file=None, retrain_cron="0 4 1 * 1").retrain_cron  # type: ignore[call-arg]
    moments = CronSim(schedule, datetime(2026, 11, 25, tzinfo=timezone.utc))
    assert ["Mon 30", "Tue 01", "Mon 07"] == [f"{next(moments):%a %d}" for _ in range(3)]


@pytest.mark.parametrize(
    "written", ["0 4 * * 8", "0 4 * * 5-1", "0 4 * * noday", "0 4 30 2 *", "0 0 4 * * *"]
)
def test_days_that_there_are_not_are_refused(written: str) -> None:
    """A wrong day stops the start."""
    with pytest.raises(ValidationError):
        BotSettings(_env_file=None, retrain_cron=written)
