"""`python -m bot doctor`: the checks, in a useful order."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Mapping

from bot.doctor import machine, storage, telegram
from bot.doctor.examination import Check, examine, show
from bot.doctor.settings import check_settings, is_unknown, usable_settings
from bot.process.logs import Redactor
from bot.settings import BotSettings


def run() -> int:
    """Examine and print; the exit status: 1 if anything failed."""
    logging.disable()  # the findings say what the rooms would log
    settings, wrong = usable_settings()
    redact = Redactor(settings.secrets)
    try:
        return show(
            examine(checks(settings, wrong), unknown=lambda name: is_unknown(name, wrong)),
            write=lambda line: print(redact(line), flush=True),
            width=shutil.get_terminal_size((100, 24)).columns,
            colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ,
        )
    except BrokenPipeError:
        # The reader closed the pipe; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


_TELEGRAM = frozenset({"TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL"})
_STORE = frozenset({"S3_ENDPOINT_URL"})


def checks(settings: BotSettings, wrong: Mapping[str, str]) -> list[Check]:
    """Every check, for these settings; `wrong` has a sentence for each that is not as given."""
    return [
        Check("settings", lambda: check_settings(settings, wrong)),
        Check("token", lambda: telegram.check_token(settings), _TELEGRAM),
        Check("clock", lambda: telegram.check_clock(settings), _TELEGRAM),
        Check(
            "delivery",
            lambda: telegram.check_delivery(settings),
            _TELEGRAM | {"WEBHOOK_URL", "WEBHOOK_SECRET"},
        ),
        Check(
            "database",
            lambda: storage.check_database(settings),
            frozenset({"DATA_DIR", "DATABASE_URL"}),
            within_s=120,
        ),
        Check(
            "folders",
            lambda: storage.check_folders(settings),
            frozenset({"DATA_DIR", "MODELS_DIR", "DISK_RESERVE_MB"}),
        ),
        Check(
            "object stores",
            lambda: storage.check_stores(settings),
            _STORE | {"PHOTOS_URL", "MODELS_URL"},
        ),
        Check(
            "photos",
            lambda: storage.check_photos(settings),
            _STORE | {"DATA_DIR", "PHOTOS_URL", "PHOTO_KEY"},
        ),
        Check(
            "model",
            lambda: machine.check_model(settings),
            _STORE | {"MODELS_DIR", "MODELS_URL"},
            within_s=60,
        ),
        Check("decoder", machine.check_decoder),
        Check(
            "schedule",
            lambda: machine.check_schedule(settings),
            frozenset({"RETRAIN_CRON", "TRAIN_ELSEWHERE", "TRAINING_PYTHON"}),
        ),
        Check(
            "pages",
            lambda: machine.check_pages(settings),
            frozenset({"DATA_DIR", "DATABASE_URL", "WEB_HOST", "WEB_PORT", "REVIEW_URL"}),
        ),
    ]
