"""Checks of the settings, and usable settings for the other checks when they are wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from bot.doctor.examination import Finding, fail, ok, warn
from bot.settings import BotSettings, load
from dataset.errors import SettingsError

_ENV_FILE = Path(".env")


def usable_settings() -> tuple[BotSettings, str | None]:
    """The settings of a start, and why it would refuse them; wrong ones get their default."""
    try:
        return load(), None
    except SettingsError as exc:
        return _as_far_as_usable(), str(exc)


def check_settings(settings: BotSettings, complaint: str | None) -> Iterator[Finding]:
    """Complaints of the start, an absent admin, and who may read the file with the token."""
    where = "the environment and .env" if _ENV_FILE.is_file() else "the environment, no .env here"
    if complaint is None:
        yield ok(f"read from {where}")
    else:
        yield fail(complaint, "correct it; the checks below go on without it")
    # Without a token it is the local chat, which has an admin of its own.
    if settings.telegram_bot_token and not settings.admin_ids:
        yield warn(
            "ADMIN_IDS is empty: nobody can review, retrain or roll back",
            "set it to your own Telegram user id, which the bot says when you send it /stats",
        )
    if _ENV_FILE.is_file() and _ENV_FILE.stat().st_mode & 0o077:
        yield warn("other users of this machine may read .env", "run chmod 600 .env")


def _as_far_as_usable() -> BotSettings:
    overrides: dict[str, object] = {}
    for _ in BotSettings.model_fields:
        try:
            return BotSettings(**overrides)  # type: ignore[arg-type]
        except ValidationError as exc:
            names = {str(error["loc"][0]) for error in exc.errors(include_input=False)}
            overrides |= {name: BotSettings.model_fields[name].default for name in names}
        # A file that cannot be read, or a value that is not text.
        except Exception:
            break
    return BotSettings.model_construct()
