"""`python -m dataset.rekey`: encrypt every kept photo with the first key of PHOTO_KEY.

To change the key: put the new one before the old in PHOTO_KEY, restart the bot, run this, then
take the old one out. With PHOTO_KEY newly set it encrypts what was plain. It can be interrupted
and run again; the bot may run meanwhile.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bear_detector.parsing import CommandParser, command_parser
from dataset.backup.run_command import run_command
from dataset.errors import PhotoMissing, PhotoUnreadable
from dataset.photos.opening import store_of
from dataset.photos.store import PhotoStore
from dataset.settings import DatasetSettings
from dataset.storage import sealing
from objects.loading import load_settings


@dataclass(frozen=True, kw_only=True)
class Rekeyed:
    """Counts of the files by outcome."""

    changed: int
    unchanged: int
    unreadable: int


def rekey(store: PhotoStore) -> Rekeyed:
    """Write every photo anew that is not encrypted with the store's present key."""
    changed = unchanged = unreadable = 0
    for sha256 in store.hashes():
        try:
            done = store.reseal(sha256)
        except PhotoMissing:
            continue  # forgotten while this runs
        except PhotoUnreadable as exc:
            print(exc, file=sys.stderr)
            unreadable += 1
            continue
        changed, unchanged = changed + done, unchanged + (not done)
    return Rekeyed(changed=changed, unchanged=unchanged, unreadable=unreadable)


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    if options.generate:
        print(sealing.generate_key())
        return 0
    unreadable = 0

    def work() -> None:
        nonlocal unreadable
        settings = load_settings(DatasetSettings)
        report = rekey(store_of(settings))
        unreadable = report.unreadable
        if options.json:
            print(json.dumps(asdict(report)))
        else:
            print(
                f"{report.changed} photos written anew, {report.unchanged} were so already, "
                f"{report.unreadable} could not be read."
            )

    return run_command(work) or (1 if unreadable else 0)


def parser() -> CommandParser:
    command = command_parser(
        "dataset.rekey",
        "Encrypt every kept photo with the first key of PHOTO_KEY. The bot may run meanwhile.",
        (
            "--generate # a new key",
            " # encrypt with PHOTO_KEY's first key",
        ),
    )
    command.add_argument("--generate", action="store_true", help="print a new key and do no more")
    command.add_argument("--json", action="store_true", help="print the counts as one object")
    return command


if __name__ == "__main__":
    sys.exit(main())
