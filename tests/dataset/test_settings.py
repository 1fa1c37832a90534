"""Reading settings, and the one sentence that names a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from dataset.errors import SettingsError
from dataset.settings import DatasetSettings, load_settings
from dataset.storage.sealing import generate_key


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in DatasetSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_the_defaults_need_nothing() -> None:
    """Without any setting there is an SQLite file in the folder `data`."""
    settings = load_settings(DatasetSettings)

    assert "sqlite:///data/detector.sqlite3" == settings.resolved_database_url
    assert (Path("data/photos"), (), 3) == (
        settings.photos_dir,
        settings.photo_keys,
        settings.claim_quorum,
    )


def test_the_environment_goes_before_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`.env` is read, the environment wins, an option wins over both."""
    (tmp_path / ".env").write_text("CLAIM_QUORUM=4\nCLAIMS_PER_DAY=7\nDATA_DIR=elsewhere\n")
    monkeypatch.setenv("CLAIM_QUORUM", "5")
    settings = load_settings(DatasetSettings, data_dir=Path("option"))

    assert (5, 7, Path("option")) == (
        settings.claim_quorum,
        settings.claims_per_day,
        settings.data_dir,
    )


def test_an_empty_value_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """`CLAIM_QUORUM=` in the example file changes nothing."""
    monkeypatch.setenv("CLAIM_QUORUM", "")

    assert 3 == load_settings(DatasetSettings).claim_quorum


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("CLAIM_QUORUM", "many", "integer"),
        ("CLAIM_QUORUM", "1", "greater than or equal to 2"),
        ("SAMPLE_SHARE", "2", "less than or equal to 1"),
        ("DATABASE_URL", "mysql://me:hunter2@db/x", "postgresql://"),
        ("PHOTO_KEY", "hunter2", "32 bytes"),
        ("SPLIT_SALT", "x" * 101, "100 characters"),
    ],
)
def test_a_wrong_value_is_named_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    """Which setting, what is allowed, and never the value itself."""
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as caught:
        load_settings(DatasetSettings)
    sentence = str(caught.value)
    assert name in sentence
    assert allowed in sentence
    assert "hunter2" not in sentence
    assert "\n" not in sentence


def test_several_wrong_values_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first is explained, the rest counted."""
    monkeypatch.setenv("CLAIM_QUORUM", "x")
    monkeypatch.setenv("CLAIMS_PER_DAY", "x")

    with pytest.raises(SettingsError, match="1 more setting"):
        load_settings(DatasetSettings)


def test_an_unreadable_env_file_says_so(tmp_path: Path) -> None:
    """A `.env` that is not a text ends in one sentence."""
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00rubbish")

    with pytest.raises(SettingsError, match=r"\.env"):
        load_settings(DatasetSettings)


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the key nor the database's password is in the repr."""
    key = generate_key()
    monkeypatch.setenv("PHOTO_KEY", key)
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:hunter2@db/x")
    settings = load_settings(DatasetSettings)

    assert key not in repr(settings)
    assert "hunter2" not in repr(settings)
    assert "hunter2" in settings.resolved_database_url


def test_settings_do_not_change() -> None:
    """A program's settings are what they were at its start."""
    settings = load_settings(DatasetSettings)

    with pytest.raises(ValidationError):
        settings.claim_quorum = 9
