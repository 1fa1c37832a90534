"""Reading settings, and the one sentence that names a wrong one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import URL

from dataset.settings import DatasetSettings
from dataset.storage.database import Database
from dataset.storage.sealing import generate_key
from objects.errors import SettingsError
from objects.loading import load_settings


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in DatasetSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_the_defaults_need_nothing() -> None:
    """Without any setting there is an SQLite file in the folder `data`."""
    settings = load_settings(DatasetSettings)

    assert URL.create("sqlite", database="data/detector.sqlite3") == settings.resolved_database_url
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


def test_a_key_without_the_extra_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a photo is kept plain or cannot be read."""
    monkeypatch.setitem(sys.modules, "cryptography", None)  # as where it is not installed
    assert () == load_settings(DatasetSettings).photo_keys
    with pytest.raises(SettingsError, match=r"PHOTO_KEY is .*make \S+ EXTRAS=encryption"):
        load_settings(DatasetSettings, photo_key=generate_key())


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("CLAIM_QUORUM", "many", "CLAIM_QUORUM is not usable: it must be an integer ("),
        ("CLAIM_QUORUM", "2.5", "CLAIM_QUORUM is not usable: it must be an integer ("),
        ("SAMPLE_SHARE", "many", "SAMPLE_SHARE is not usable: it must be a number ("),
        ("CLAIM_QUORUM", "1", "greater than or equal to 2"),
        ("SAMPLE_SHARE", "2", "less than or equal to 1"),
        ("DATABASE_URL", "mysql://me:hunter2@db/x", "postgresql://"),
        ("DATABASE_URL", "sqlite:///:memory:", "must name a file"),
        ("DATABASE_URL", "sqlite:///", "must name a file"),
        ("DATABASE_URL", "sqlite:///file::memory:?cache=shared&uri=true", "must name a file"),
        ("DATABASE_URL", "sqlite:///~/bears.sqlite3", "whole path"),
        ("DATABASE_URL", "sqlite:///$HOME/bears.sqlite3", "whole path"),
        ("DATA_DIR", "$HOME/bears", "whole path"),
        ("DATA_DIR", "/srv/${NAME}/bears", "whole path"),
        ("DATA_DIR", "~nobody-of-that-name/bears", "no such home folder"),
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


def test_several_wrong_values_are_all_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first is explained, the rest named; whoever wants all has a sentence for each."""
    for name in ("CLAIM_QUORUM", "CLAIMS_PER_DAY", "SAMPLE_SHARE"):
        monkeypatch.setenv(name, "x")

    with pytest.raises(SettingsError, match=r"CLAIM_QUORUM.* Nor are .*SAMPLE_SHARE") as caught:
        load_settings(DatasetSettings)
    wrong = caught.value.wrong
    assert {"CLAIM_QUORUM", "CLAIMS_PER_DAY", "SAMPLE_SHARE"} == set(wrong)
    assert all(name in sentence for name, sentence in wrong.items())


def test_home_is_what_a_shell_takes_it_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In `.env` and under a supervisor no shell replaces it."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DATA_DIR", "~/bears")

    assert tmp_path / "home" / "bears" == load_settings(DatasetSettings).data_dir


@pytest.mark.parametrize("name", ["a?b", "a%20b", "a#b", "50% of it", "Bären & Co", "$5 a day"])
def test_database_and_photos_lie_in_one_folder_whatever_its_name(tmp_path: Path, name: str) -> None:
    """None of its characters means anything else."""
    settings = DatasetSettings(_env_file=None, data_dir=tmp_path / name)  # type: ignore[call-arg]
    database = Database(settings.resolved_database_url)
    database.upgrade()
    database.dispose()

    assert [tmp_path / name] == list(tmp_path.iterdir())
    assert (settings.data_dir / "detector.sqlite3").is_file()
    assert settings.photos_dir.parent == settings.data_dir


@pytest.mark.parametrize("what", ["folder", "link"])
def test_an_env_file_that_is_none_is_not_passed_over(tmp_path: Path, what: str) -> None:
    """Docker makes a folder where the file to be mounted is missing."""
    if what == "folder":
        (tmp_path / ".env").mkdir()
    else:
        (tmp_path / ".env").symlink_to(tmp_path / "gone")

    with pytest.raises(SettingsError, match=rf"The file \.env is a {what}"):
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
    assert "hunter2" in str(settings.resolved_database_url)


def test_settings_do_not_change() -> None:
    """A program's settings are what they were at its start."""
    settings = load_settings(DatasetSettings)

    with pytest.raises(ValidationError):
        settings.claim_quorum = 9
