"""What can go wrong in this room.

BotError
 ├ StartError          the bot cannot start or go on; the message is the one sentence to print
 ├ PhotoUnavailable    the file is not to be had (gone, too large) or not read now; says which
 ├ Postponed           a file took long while others waited; it is to be read once more
 ├ BundleRefused       a new bundle failed its check; the running one stays
 └ TrainingUnavailable a retraining cannot be begun; the message says what is missing and what to do

And in the tree of PTB, which passes them on:

TelegramError
 ├ NetworkError
 │  └ NotTheBotApi     something else answers in the Bot API's place; it may pass
 ├ DownloadTooLarge    the answer holds more bytes than were asked for at most
 ├ FileRefused         the file's address is refused: about the file, not about the token
 └ FilesElsewhere      the Bot API server names a file by its path on another machine
"""

from __future__ import annotations

from telegram.error import NetworkError, TelegramError


class BotError(Exception):
    """The root of this room's errors."""


class StartError(BotError):
    """The bot cannot start or go on; `exit_code` says which kind it is to a supervisor."""

    def __init__(self, sentence: str, *, exit_code: int = 1) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


class PhotoUnavailable(BotError):
    """Telegram does not give the file, or it is not read now; `message_id` names the catalogue's
    sentence."""

    def __init__(self, message_id: str) -> None:
        super().__init__(message_id)
        self.message_id = message_id


class Postponed(BotError):
    """A file took long while others waited: it is to be read once more, behind them."""


class BundleRefused(BotError):
    """A published bundle failed its check and was not put to use."""


class TrainingUnavailable(BotError):
    """No Python here can train, or the dataset does not suffice.

    `message_id` names the catalogue's sentence for it, `values` what it is about.
    """

    def __init__(self, sentence: str, message_id: str, **values: str | int) -> None:
        super().__init__(sentence)
        self.message_id = message_id
        self.values = values


class DownloadTooLarge(TelegramError):
    """The answer holds more bytes than were asked for at most."""


class FileRefused(TelegramError):
    """The Bot API server gives no file at the address that it named for it."""


class FilesElsewhere(TelegramError):
    """The Bot API server names a file by a path, and this machine has no such file."""


class NotTheBotApi(NetworkError):
    """Something else answered in the Bot API's place: a captive portal, a proxy, another server."""
