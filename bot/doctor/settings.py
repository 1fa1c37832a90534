"""Checks of the settings, and usable settings for the other checks when they are wrong."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from bot.doctor.examination import Finding, fail, ok, warn
from bot.settings import BotSettings, refuse_unknown_names
from objects.errors import SettingsError
from objects.loading import load_settings
from objects.settings import ObjectSettings, SettingsPath

_ENV_FILE = Path(".env")


class _OfTraining(ObjectSettings):
    """What only `training` reads, and what would end a retraining of this bot."""

    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    train_on: Literal["here", "ray"] = "here"
    labels_file: SettingsPath | None = None


def usable_settings() -> tuple[BotSettings, dict[str, str]]:
    """The settings of a start, wrong ones with their default; and for each of those, by its name,
    why a start would refuse it."""
    wrong: dict[str, str] = {}
    settings: BotSettings | None = None
    try:
        refuse_unknown_names(_ENV_FILE)
    except SettingsError as exc:
        wrong |= exc.wrong
    try:
        settings = load_settings(BotSettings)
    except SettingsError as exc:
        wrong |= exc.wrong
    return settings or _as_far_as_usable(), wrong


def is_unknown(name: str, wrong: Mapping[str, str]) -> bool:
    """Whether nobody can tell what this setting is meant to be."""
    return name in wrong or (str(_ENV_FILE) in wrong and not os.environ.get(name))


def check_settings(settings: BotSettings, wrong: Mapping[str, str]) -> Iterator[Finding]:
    """Complaints of the start, an absent admin, and who may read the file with the token."""
    where = "the environment and .env" if _ENV_FILE.is_file() else "the environment, no .env here"
    if not wrong:
        yield ok(f"read from {where}")
    for sentence in wrong.values():
        yield fail(sentence, "correct it; the bot does not start with it")
    # Without a token it is the local chat, which has an admin of its own.
    known = not is_unknown("ADMIN_IDS", wrong)
    if settings.telegram_bot_token and known and not settings.admin_ids:
        yield warn(
            "ADMIN_IDS is empty: nobody can review, retrain or roll back",
            "set it to your own Telegram user id, which the bot says when you send it /stats",
        )
    try:
        yield from _labels_file(load_settings(_OfTraining).labels_file)
    except SettingsError as exc:
        for name, sentence in exc.wrong.items():
            if name not in wrong:  # a file .env that cannot be read was said above
                yield warn(f"{sentence.rstrip('.')}: every retraining would fail", "correct it")
    if _ENV_FILE.is_file() and _ENV_FILE.stat().st_mode & 0o077:
        yield warn("other users of this machine may read .env", "run chmod 600 .env")


def _labels_file(path: Path | None) -> Iterator[Finding]:
    if path is None:
        return
    try:
        path.open("rb").close()
    except OSError as exc:
        yield warn(
            f"LABELS_FILE ({path}) cannot be read ({exc.strerror}): every retraining would fail",
            "put the file there, correct the path, or leave the setting out",
        )


def _as_far_as_usable() -> BotSettings:
    overrides: dict[str, object] = {}
    for env_file in (_ENV_FILE, None):  # without the file, where that is what cannot be read
        for _ in BotSettings.model_fields:
            try:
                return BotSettings(_env_file=env_file, **overrides)  # type: ignore[call-arg, arg-type]
            except ValidationError as exc:
                names = {str(error["loc"][0]) for error in exc.errors(include_input=False)}
                overrides |= {name: BotSettings.model_fields[name].default for name in names}
            except Exception:
                break
    return BotSettings.model_construct()
