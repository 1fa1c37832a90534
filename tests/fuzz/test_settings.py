"""Whatever stands in the environment or in `.env`: settings, or one sentence without the value."""

from __future__ import annotations

import os
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import BotSettings, load
from objects.errors import SettingsError
from tests.fuzz.examples import examples

NAMES = sorted(name.upper() for name in BotSettings.model_fields)
SIGNS = string.printable.replace("\x0b", "") + "äß🐻\u202e"
USUAL = (
    *("", "0", "-1", "1e400", "nan", "true", "off", "127.0.0.1", "* * * * *", "61 * * * *", "[1]"),
    *("1,2", "1, x", "sqlite:///x", "postgresql://u:p@h/d", "https://example.org", "http://[::1"),
    *("123456:" + "A" * 35, "Zm9v", "{}", '{"a": 1}', "readable", "9" * 5000, "../..", "$HOME"),
)
EXAMPLES = examples(in_short=100)

# An environment variable can hold anything but NUL.
values = st.sampled_from(USUAL) | st.text(SIGNS, max_size=40)
given_settings = st.dictionaries(st.sampled_from(NAMES), values, min_size=1, max_size=4)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder of its own, and an environment without the settings, before and after."""
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    yield
    clear()


def clear() -> None:
    """What an example set is gone before the next."""
    for name in NAMES:
        os.environ.pop(name, None)


def check_sentence(error: SettingsError, shown: dict[str, str]) -> None:
    """One sentence that names a setting and repeats no secret."""
    sentence = str(error)
    assert sentence.startswith(("The setting ", "The file .env "))
    assert sentence.endswith(".")
    assert "\n" not in sentence
    for name in ("TELEGRAM_BOT_TOKEN", "PHOTO_KEY", "DATABASE_URL", "REVIEW_SECRET"):
        if len(shown.get(name, "")) > 12:
            assert shown[name] not in sentence


@EXAMPLES
@given(chosen=given_settings)
def test_any_environment(chosen: dict[str, str]) -> None:
    """It starts, or says which setting is wrong."""
    clear()
    os.environ.update(chosen)
    try:
        found = load()
    except SettingsError as error:
        check_sentence(error, chosen)
    else:
        assert isinstance(found, BotSettings)
        assert not [
            secret for secret in found.secrets if len(secret) > 12 and secret in repr(found)
        ]


@EXAMPLES
@given(chosen=given_settings, rubbish=st.binary(max_size=60))
def test_any_env_file(tmp_path: Path, chosen: dict[str, str], rubbish: bytes) -> None:
    """Half a line, no text at all, a quote that never ends: it starts, or says what is wrong."""
    clear()
    lines = [f"{name}={value}".encode() for name, value in chosen.items()]
    (tmp_path / ".env").write_bytes(b"\n".join([*lines, rubbish]))
    try:
        assert isinstance(load(), BotSettings)
    except SettingsError as error:
        check_sentence(error, chosen)
