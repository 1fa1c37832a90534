"""The bot's settings, and the check of `.env` for unknown names."""

from __future__ import annotations

import difflib
import hashlib
import hmac
import os
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit

from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from dataset.settings import DatasetSettings
from models.settings import ModelsSettings
from objects.errors import SettingsError
from objects.loading import load_settings, unusable_env_file
from objects.settings import SettingsPath, is_loopback
from review.settings import ReviewSettings

CLOUD_API_URL = "https://api.telegram.org"

TRAINING_NAMES = frozenset(
    {
        "AZURE_SEARCH_KEY",
        "BING_ENDPOINT",
        "COLLECT_CONTACT",
        "COLLECT_LICENCES",
        "BODY",
        "DEVICE",
        "LABELS_FILE",
        "OPENVERSE_CLIENT_ID",
        "OPENVERSE_CLIENT_SECRET",
        "RAY_ADDRESS",
        "TRAINING_LEASE_S",
        "TRAIN_ON",
    }
)
"""Settings that only `training` reads: known here so that `.env` may name them."""

_SECRETS_OF_THE_STORE = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")

_Ids = Annotated[frozenset[int], NoDecode]


@dataclass(frozen=True)
class Limits:
    """Rates, 0 for none: photos and commands of one person and of everybody, messages sent."""

    per_person_per_minute: int
    per_minute: int
    messages_per_s: float


CLOUD_LIMITS = Limits(per_person_per_minute=120, per_minute=6000, messages_per_s=30.0)
"""Defaults on Telegram; 30 messages a second is Telegram's own limit."""


class BotSettings(DatasetSettings, ModelsSettings, ReviewSettings):
    """Everything `python -m bot` reads from the environment and `.env`."""

    telegram_bot_token: SecretStr = Field(
        default=SecretStr(""),
        description="token from @BotFather; empty means the local chat instead of Telegram",
    )
    telegram_api_url: str = Field(
        default=CLOUD_API_URL,
        description="address of the Bot API server, http:// or https://",
    )
    webhook_url: str = Field(
        default="",
        description="public https address under which Telegram reaches this bot, such as "
        "https://bears.example.org; it delivers to /telegram/webhook there; empty means that the "
        "bot polls",
    )
    webhook_secret: SecretStr = Field(
        default=SecretStr(""),
        description="what Telegram proves itself with at the webhook, 16 to 256 letters, digits, "
        "_ and -; empty means one derived from the token",
    )
    admin_ids: _Ids = Field(
        default=frozenset(),
        description="Telegram user ids of the admins, separated by commas",
    )
    allowed_ids: _Ids = Field(
        default=frozenset(),
        description="user and chat ids that may use the bot, separated by commas; empty means all",
    )
    denied_ids: _Ids = Field(
        default=frozenset(),
        description="user and chat ids that the bot ignores, separated by commas",
    )
    web_host: Annotated[str, Field(min_length=1)] = Field(
        default="127.0.0.1",
        description="address on which the bot's own pages, /healthz and /metrics listen",
    )
    web_port: Annotated[int, Field(ge=0, le=65535)] = Field(
        default=8080, description="port of those pages; 0 takes a free one"
    )
    web_names: str = Field(
        default="",
        description="names with a dot under which /healthz, /readyz and /metrics are asked, "
        "separated by commas; those of WEBHOOK_URL and REVIEW_URL need not be here",
    )
    disk_reserve_mb: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        default=64,
        description="megabytes that must be free where DATA_DIR is, or /healthz tells of a full "
        "disk",
    )
    log_format: Literal["readable", "json"] = Field(
        default="readable", description="form of the log lines, readable or json"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="least severe log lines written"
    )
    photos_per_minute: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(
        default=None,
        description="photos and commands answered for one person in a minute, 0 for no limit; "
        "empty means 120, or none where the Bot API runs on this machine",
    )
    photos_per_minute_all: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(
        default=None,
        description="photos and commands answered for everybody together in a minute, 0 for no "
        "limit; empty means 6000, or none where the Bot API runs on this machine",
    )
    photos_waiting: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=64,
        description="photos held in memory at once; further ones wait, their senders get a note",
    )
    messages_per_s: Annotated[float, Field(ge=0, le=10_000)] | None = Field(
        default=None,
        description="messages sent in a second at most, 0 for no limit; empty means 30 (Telegram's "
        "limit), or none where the Bot API runs on this machine",
    )
    retrain_cron: str = Field(
        default="0 4 * * *",
        description="when to retrain, as a cron expression in UTC (minute hour day month weekday, "
        "0 and 7 are Sunday); a run with nothing new is skipped; never retrains by itself when it "
        "says off",
    )
    training_python: SettingsPath | None = Field(
        default=None,
        description="Python of the environment that trains; empty takes the bot's own if it can, "
        "else .venv-dev/bin/python",
    )
    train_elsewhere: bool = Field(
        default=False,
        description="True leaves retrainings to `bear-detector worker`, on any machine with "
        "the same database and photos; False trains in a child of the bot",
    )
    keep_bundles: Annotated[int, Field(ge=2, le=10_000)] = Field(
        default=10,
        description="published models kept; the one in use and the one before it always are",
    )
    reload_every_s: Annotated[float, Field(gt=0, le=3600)] = Field(
        default=2.0, description="seconds between looks at whether another model was published"
    )

    @field_validator("admin_ids", "allowed_ids", "denied_ids", mode="before")
    @classmethod
    def _read_ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return frozenset(int(part) for part in value.replace(",", " ").split())
        except ValueError:
            raise ValueError("it must hold whole numbers separated by commas") from None

    @field_validator("retrain_cron")
    @classmethod
    def _cron(cls, expression: str) -> str:
        if expression.strip().lower() in ("", "off"):
            return ""
        # Imported here: most programs that read settings schedule nothing.
        from cronsim import CronSim, CronSimError

        try:
            if len(expression.split()) != 5:
                raise CronSimError("it has five fields")
            next(CronSim(expression, datetime.now(timezone.utc)))
        except (CronSimError, StopIteration) as exc:
            reason = str(exc) or "no such moment"
            raise ValueError(
                f"it must be a cron expression such as '0 4 * * *', or off ({reason})"
            ) from None
        return expression

    @field_validator("telegram_api_url")
    @classmethod
    def _web_address(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")):
            raise ValueError("it must begin with http:// or https://")
        return url.rstrip("/")

    @field_validator("webhook_url")
    @classmethod
    def _public_address(cls, url: str, info: ValidationInfo) -> str:
        parts = urlsplit(url)
        if not url:
            return url
        if is_loopback(info.data.get("telegram_api_url", "")) and parts.scheme == "http":
            return url.rstrip("/")  # your own Bot API server needs no certificate
        if parts.scheme != "https" or not parts.hostname:
            raise ValueError("it must begin with https://")
        if parts.username or parts.query or parts.fragment:
            raise ValueError("it must hold neither a user nor ? nor #")
        return url.rstrip("/")

    @field_validator("webhook_secret")
    @classmethod
    def _header_value(cls, secret: SecretStr) -> SecretStr:
        text = secret.get_secret_value()
        if text and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", text):
            raise ValueError("it must have 16 to 256 letters, digits, _ and -")
        return secret

    @field_validator("telegram_bot_token")
    @classmethod
    def _token_shape(cls, token: SecretStr) -> SecretStr:
        text = token.get_secret_value()
        number, colon, rest = text.partition(":")
        usable = number.isdigit() and colon and rest and rest.isascii() and rest.isprintable()
        if text and (not usable or any(c in text for c in "/?# ")):
            raise ValueError("it must look like 123456789:AbC…, as @BotFather gives it")
        return token

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every value that must not reach a log."""
        hidden = (self.telegram_bot_token, self.review_secret)
        values = [secret.get_secret_value() for secret in hidden]
        values.append(self.resolved_webhook_secret)
        values += [key.strip() for key in self.photo_key.get_secret_value().split(",")]
        address = self.database_url.get_secret_value().partition("://")[2]
        password = address.rpartition("@")[0].partition(":")[2]
        # Not ours, but a library's most talkative level shows what it sends.
        theirs = (os.environ.get(name, "") for name in _SECRETS_OF_THE_STORE)
        found = (*values, password, unquote(password), *theirs)
        return tuple(value for value in found if value)

    @property
    def resolved_webhook_secret(self) -> str:
        """WEBHOOK_SECRET, or what every process with this token derives; empty without a token."""
        token = self.telegram_bot_token.get_secret_value()
        if given := self.webhook_secret.get_secret_value():
            return given
        if not token:
            return ""
        return hmac.new(token.encode(), b"bear-detector webhook", hashlib.sha256).hexdigest()

    @property
    def own_names(self) -> frozenset[str]:
        """The names with a dot that are this bot's: those it was given an address under."""
        hosts = [urlsplit(url).hostname for url in (self.webhook_url, self.review_url)]
        return frozenset(
            name.lower() for name in (*self.web_names.replace(",", " ").split(), *hosts) if name
        )

    @property
    def api_is_on_this_machine(self) -> bool:
        """Whether the Bot API is a program on this machine: the local chat, or your own server."""
        return is_loopback(self.telegram_api_url)

    def limits(self, *, near: bool) -> Limits:
        """The rates that hold; unset ones guard Telegram's cloud, not a Bot API that is near."""
        usual = Limits(0, 0, 0.0) if near else CLOUD_LIMITS
        per_person, per_minute = self.photos_per_minute, self.photos_per_minute_all
        return Limits(
            usual.per_person_per_minute if per_person is None else per_person,
            usual.per_minute if per_minute is None else per_minute,
            usual.messages_per_s if self.messages_per_s is None else self.messages_per_s,
        )


def reachable_at(host: str, port: int) -> str:
    """How this machine itself reaches the pages that listen there, as http://…."""
    own = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognising it, not binding to it
    return address_of(own.get(host, host), port)


def address_of(host: str, port: int) -> str:
    """The address of what listens there, as http://…."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def load(**overrides: object) -> BotSettings:
    """The settings of this start; raises SettingsError with the one sentence to print."""
    refuse_unknown_names(Path(".env"))
    return load_settings(BotSettings, **overrides)


def refuse_unknown_names(env_file: Path) -> None:
    """Raise SettingsError for a name in `.env` that no program of the project reads."""
    known = {name.upper() for name in BotSettings.model_fields} | TRAINING_NAMES
    if not env_file.is_file() or not os.access(env_file, os.R_OK):
        return
    for name in _names_in(env_file):
        if name.upper() not in known:
            close = difflib.get_close_matches(name.upper(), sorted(known), n=1)
            hint = f"did you mean {close[0]}?" if close else "see .env.example for all names."
            sentence = f"The file .env sets {name}, which is not a setting; {hint}"
            raise SettingsError(sentence, wrong={name: sentence})


def _names_in(env_file: Path) -> list[str]:
    """The names that a `.env` sets, in its order; the reader of the values would skip the rest."""
    names = []
    try:
        with env_file.open(encoding="utf-8") as stream:
            for line in parse_stream(stream):
                if line.error:
                    raise unusable_env_file(
                        f"is unreadable: line {line.original.line} is not NAME=value"
                    )
                if line.key is not None:
                    names.append(line.key)
    except UnicodeDecodeError:
        raise unusable_env_file("cannot be read: it is not UTF-8 text") from None
    return names
