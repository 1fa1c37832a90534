"""A machine for the doctor to examine: all is well on it until a test breaks something."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from pathlib import Path

from bot.doctor.examination import Finding, Grade, examine
from bot.doctor.program import checks
from bot.settings import BotSettings
from tests.conftest import free_port
from tests.local.serving import TOKEN


class Machine:
    """A machine on which all is well until a test breaks something."""

    def __init__(self, folder: Path, api_url: str) -> None:
        self.values: dict[str, object] = {
            "telegram_bot_token": TOKEN,
            "telegram_api_url": api_url,
            "admin_ids": "2",
            "data_dir": folder / "data",
            "models_dir": folder / "published",
            "retrain_cron": "off",
            "web_port": free_port(),
        }
        for name in ("data_dir", "models_dir"):
            path = self.values[name]
            assert isinstance(path, Path)
            path.mkdir(mode=0o700)

    def settings(self, **changed: object) -> BotSettings:
        """The settings of this machine."""
        return BotSettings(_env_file=None, **(self.values | changed))  # type: ignore[call-arg, arg-type]

    def found(self, name: str, **changed: object) -> list[Finding]:
        """What the check of this name finds."""
        chosen = [check for check in checks(self.settings(**changed), {}) if check.name == name]
        return [finding for _, finding in examine(chosen)]

    def worst(self, name: str, **changed: object) -> Finding:
        """The worst that the check of this name finds."""
        order = [Grade.OK, Grade.WARN, Grade.FAIL]
        return max(self.found(name, **changed), key=lambda finding: order.index(finding.grade))


class LateServer(BaseHTTPRequestHandler):
    """A Bot API server whose clock shows another year."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"ok": true, "result": {}}')

    def date_time_string(self, timestamp: float | None = None) -> str:
        return "Sat, 01 Jan 2022 00:00:00 GMT"

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing on the console."""


class SignInPage(BaseHTTPRequestHandler):
    """What a captive portal answers in everybody's place."""

    def do_GET(self) -> None:
        self.send_response(404)
        self.end_headers()
        self.wfile.write(b"<title>Welcome to our Wi-Fi</title>")

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing on the console."""
