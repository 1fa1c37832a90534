"""`python -m bot`: the bot on Telegram, or, without a token or with --local, on the local chat.

`python -m bot doctor` examines what it needs and says what to do.
"""

from __future__ import annotations

import signal

if __name__ == "__main__":
    # Ctrl-C during the imports ends the process without a traceback; `serve` then handles it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import asyncio
import logging
import os
import sys
import webbrowser
from typing import TYPE_CHECKING

from bear_detector.parsing import CommandParser, command_parser
from bot.process.hidden_memory import hide_memory
from bot.process.memory import collect_from_here, collect_nothing_yet, give_back_large_blocks
from bot.process.timing import Timing
from dataset.errors import DatasetError
from dataset.storage.private_files import keep_private
from objects.errors import SettingsError

if TYPE_CHECKING:
    from bot.settings import BotSettings

logger = logging.getLogger("bot")

TELEGRAMS = Timing()


def main(argv: list[str] | None = None, *, timing: Timing = TELEGRAMS) -> int:
    """Run until stopped. Exit status:

    0, 1 (could not start or go on), 2 (settings). `timing` replaces the waiting times for Telegram.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # as above, for who calls it from elsewhere
    arguments = parser().parse_args(argv)
    keep_private()
    hide_memory()
    if arguments.command == "doctor":
        # Imported only where it is needed: a start does not need it.
        from bot.doctor.program import run

        return run()
    give_back_large_blocks()
    collect_nothing_yet()
    # From here on imports take most of the start (decision 0098).
    from bot.settings import load

    try:
        overrides = {} if arguments.port is None else {"web_port": arguments.port}
        settings = load(**overrides)
    except SettingsError as exc:
        print(exc, file=sys.stderr)
        return 2
    local = arguments.local or not settings.telegram_bot_token.get_secret_value()
    browser = local and not arguments.no_browser
    return _run(settings, local=local, open_browser=browser, timing=timing)


def _run(settings: BotSettings, *, local: bool, open_browser: bool, timing: Timing) -> int:
    from bot.errors import BotError, StartError
    from bot.process import logs

    redact = logs.configure(
        log_format=settings.log_format, level=settings.log_level, secrets=settings.secrets
    )
    # Imported after checking the settings, so that a wrong one is reported at once.
    from bot.classifying.model_check import HeadStart, opener

    # A remote models store may be slow, so the service opens it later.
    head_start = None if settings.models_url else HeadStart(settings.models_dir, opener(settings))
    from bot.program.service import Service
    from models.errors import ModelsError

    def on_ready(name: str, address: str) -> None:
        collect_from_here()
        try:
            print(f"Chat page: {address}/" if local else f"{name} answers on Telegram.")
            print("Ready", flush=True)
        except OSError as exc:  # a full disk, or nobody reads: people are answered all the same
            logger.warning("stdout cannot be written: %s", exc.strerror)
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if open_browser:
            _open_browser(f"{address}/")

    async def serve() -> None:
        service = Service(settings, local=local, head_start=head_start, timing=timing)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, service.stop)
        await service.run(on_ready=on_ready)

    try:
        asyncio.run(serve())
    except StartError as exc:
        print(redact(str(exc)), file=sys.stderr)
        return exc.exit_code
    except (BotError, DatasetError, ModelsError) as exc:
        print(redact(str(exc)), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    # Any other error: the traceback goes to the log, redacted, and one sentence to the terminal.
    except Exception as exc:
        logger.critical("the bot ends by an unexpected error", exc_info=exc)
        print(f"The bot ended by an unexpected {type(exc).__name__}; see the log.", file=sys.stderr)
        return 1
    return 0


def parser() -> CommandParser:
    command = command_parser(
        "bot",
        "Run the bot on Telegram or, without a token or with --local, on the "
        "local chat. 'doctor' examines what it needs and says what to do.",
        (
            " # on Telegram with TELEGRAM_BOT_TOKEN in .env, else the local chat",
            "--local --port 8090 --no-browser",
        ),
    )
    command.add_argument(
        "command",
        nargs="?",
        choices=["doctor"],
        help="examine settings, token, database, disk, model and schedule instead of running",
    )
    command.add_argument(
        "--local", action="store_true", help="run on the local chat even if a token is set"
    )
    command.add_argument(
        "--port", type=int, help="port of the bot's own pages instead of WEB_PORT; 0: a free one"
    )
    command.add_argument(
        "--no-browser", action="store_true", help="do not open the local chat in a browser"
    )
    return command


def _open_browser(address: str) -> None:
    """Open a graphical browser if there is one; a text browser would take over the terminal."""
    has_screen = sys.platform in ("darwin", "win32") or any(
        name in os.environ for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if has_screen:
        webbrowser.open(address)


if __name__ == "__main__":
    sys.exit(main())
