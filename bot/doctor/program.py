"""`python -m bot doctor`: the checks, in a useful order."""

from __future__ import annotations

import logging
import os
import shutil
import sys

from bot.doctor import machine, storage, telegram
from bot.doctor.examination import Check, examine, show
from bot.doctor.settings import check_settings, usable_settings
from bot.process.logs import Redactor
from bot.settings import BotSettings


def run() -> int:
    """Examine and print; the exit status: 1 if anything failed."""
    logging.disable()  # the findings say what the rooms would log
    settings, complaint = usable_settings()
    redact = Redactor(settings.secrets)
    status = show(
        examine(checks(settings, complaint)),
        write=lambda line: print(redact(line), flush=True),
        width=shutil.get_terminal_size((100, 24)).columns,
        colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ,
    )
    sys.stdout.flush()
    return status


def checks(settings: BotSettings, complaint: str | None) -> list[Check]:
    """Every check, for these settings."""
    return [
        Check("settings", lambda: check_settings(settings, complaint)),
        Check("token", lambda: telegram.check_token(settings)),
        Check("clock", lambda: telegram.check_clock(settings)),
        Check("delivery", lambda: telegram.check_delivery(settings)),
        Check("database", lambda: storage.check_database(settings), within_s=120),
        Check("folders", lambda: storage.check_folders(settings)),
        Check("object stores", lambda: storage.check_stores(settings)),
        Check("photos", lambda: storage.check_photos(settings)),
        Check("model", lambda: machine.check_model(settings), within_s=60),
        Check("decoder", machine.check_decoder),
        Check("schedule", lambda: machine.check_schedule(settings)),
        Check("pages", lambda: machine.check_pages(settings)),
    ]
