"""Checks of Telegram: it answers, knows the token, has the same time, and delivers here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from bot.connection.answers import is_own
from bot.connection.poller_lock import only_poller
from bot.connection.way_out import proxy_for, tls_context
from bot.connection.webhook import PATH
from bot.doctor.examination import Finding, fail, ok, warn
from bot.errors import StartError
from bot.settings import BotSettings

_TIMEOUT_S = 10.0
_CLOCK_OFF_S = 10.0
_ERROR_IS_RECENT_S = 600.0
_MANY_PENDING = 100


class Unreachable(Exception):
    """The Bot API gave no usable answer; the text says why, without the token."""


class BotApi:
    """A few questions to the Bot API, each by itself."""

    def __init__(self, settings: BotSettings) -> None:
        self.url = settings.telegram_api_url
        self._token = settings.telegram_bot_token.get_secret_value()

    def ask(self, method: str) -> tuple[int, dict[str, Any], str | None]:
        """Status, JSON and Date header of a method's answer; raises Unreachable."""
        try:
            response = httpx.get(
                f"{self.url}/bot{self._token}/{method}",
                timeout=_TIMEOUT_S,
                proxy=proxy_for(self.url),
                verify=tls_context(),
                trust_env=False,
            )
        except (httpx.HTTPError, httpx.InvalidURL, OSError, StartError) as exc:
            raise Unreachable(str(exc) or type(exc).__name__) from exc
        if not is_own(response.status_code, response.content):
            raise Unreachable(f"what answers there is not the Bot API ({response.status_code})")
        return response.status_code, response.json(), response.headers.get("Date")


def check_token(settings: BotSettings) -> Iterator[Finding]:
    """Whether the Bot API is within reach and knows the token."""
    if not settings.telegram_bot_token.get_secret_value():
        yield warn(
            "TELEGRAM_BOT_TOKEN is empty: the bot opens the local chat and is not on Telegram",
            "get a token from @BotFather and set it, unless that is what you want",
        )
        return
    api = BotApi(settings)
    try:
        status, answer, _ = api.ask("getMe")
    except Unreachable as exc:
        yield fail(
            f"the Bot API at {api.url} is out of reach: {exc}",
            "check the network, a firewall or proxy, and TELEGRAM_API_URL",
        )
        return
    if status in (401, 404):
        yield fail(
            f"the Bot API at {api.url} does not know this token",
            "copy it again from @BotFather; a revoked one never works again",
        )
    elif not answer.get("ok"):
        yield fail(
            f"the Bot API at {api.url} answers {status} ({answer.get('description')})",
            "try again in a moment; check TELEGRAM_API_URL when it stays",
        )
    else:
        name = answer["result"].get("username", "a bot without a name")
        yield ok(f"@{name} at {api.url}")


def check_clock(settings: BotSettings) -> Iterator[Finding]:
    """This machine's clock against the Bot API server's: schedule, links and TLS rest on it."""
    if not settings.telegram_bot_token.get_secret_value():
        yield ok("not compared: the local chat has no other to agree with")
        return
    try:
        _, _, date = BotApi(settings).ask("getMe")
    except Unreachable:
        yield warn(
            "nothing to compare this machine's clock with",
            "the Bot API does not answer; see token",
        )
        return
    now = datetime.now(timezone.utc)
    if date is None:
        yield warn("the Bot API server does not tell its time", "look at the clock yourself")
        return
    off_s = (now - parsedate_to_datetime(date)).total_seconds()
    shown = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    if abs(off_s) <= _CLOCK_OFF_S:
        yield ok(f"{shown}, as the Bot API server's")
    else:
        yield warn(
            f"{shown} is {abs(off_s):.0f} s {'ahead of' if off_s > 0 else 'behind'} the Bot API "
            "server's clock",
            "let systemd-timesyncd or chrony set the clock: schedules and one-time links rest "
            "on it",
        )


def check_delivery(settings: BotSettings) -> Iterator[Finding]:
    """Whether updates reach this bot and no other: its webhook, or its polls."""
    if not settings.telegram_bot_token.get_secret_value():
        yield ok("the local chat, nothing comes from outside")
        return
    try:
        status, answer, _ = BotApi(settings).ask("getWebhookInfo")
    except Unreachable:
        yield warn("how updates come in is not known", "the Bot API does not answer; see token")
        return
    if status != 200:
        yield warn("how updates come in is not known", "see token")
        return
    info = answer["result"]
    yield from _webhook(settings, info) if settings.webhook_url else _polling(settings, info)
    if (pending := int(info.get("pending_update_count", 0))) >= _MANY_PENDING:
        yield warn(f"{pending} updates wait at Telegram", "start the bot, or see why it is behind")


def _webhook(settings: BotSettings, info: dict[str, Any]) -> Iterator[Finding]:
    address = settings.webhook_url + PATH
    if info.get("url") == "":
        yield ok(f"Telegram will deliver to {address} once the bot is started")
    elif info.get("url") != address:
        yield warn(
            f"Telegram delivers to {info.get('url')} now, and to {address} after the next start",
            "if another program is meant to have the updates, give this one another token",
        )
    elif _is_recent(info) and info.get("pending_update_count"):
        yield fail(
            f"Telegram cannot deliver to {address}: {info.get('last_error_message')}",
            "check the name, the certificate and the way from the proxy to WEB_PORT; the bot must "
            "run",
        )
    else:
        yield ok(f"Telegram delivers to {address}")


def _polling(settings: BotSettings, info: dict[str, Any]) -> Iterator[Finding]:
    if url := info.get("url"):
        yield warn(
            f"Telegram delivers to {url}; the next start ends that, because WEBHOOK_URL is empty",
            "set WEBHOOK_URL if updates are to come that way; if another program is meant to have "
            "them, give this one another token",
        )
        return
    try:
        with only_poller(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url):
            yield ok("polling; no bot with this token runs on this machine")
    except StartError:
        yield ok("polling; a bot with this token runs on this machine")


def _is_recent(info: dict[str, Any]) -> bool:
    at = info.get("last_error_date")
    return at is not None and datetime.now().timestamp() - at < _ERROR_IS_RECENT_S
