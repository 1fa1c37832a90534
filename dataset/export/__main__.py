"""`python -m dataset.export --as imagefolder|csv|huggingface|coco OUT`: take the dataset out.

OUT appears when it is whole. Interrupted, it goes on where it was when it is run again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from bear_detector.parsing import CommandParser, command_parser
from dataset.export.names import FORMATS

if TYPE_CHECKING:
    from dataset.export.exporting import Exported


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status: 1 also when a photo was missing or unreadable."""
    options = parser().parse_args(arguments)
    from dataset.backup.run_command import run_command
    from dataset.export.exporting import export
    from dataset.photos.opening import store_of
    from dataset.settings import DatasetSettings
    from dataset.storage.database import opened
    from objects.loading import load_settings

    done: Exported | None = None

    def work() -> None:
        nonlocal done
        settings = load_settings(DatasetSettings)
        with opened(settings.resolved_database_url) as database:
            done = export(database, store_of(settings), options.out, options.format)
        print(json.dumps(asdict(done)) if options.json else _in_words(done, options.out))
        if done.unreadable:
            print(
                f"{done.unreadable} photos have no file, or it is damaged, or PHOTO_KEY lacks "
                "their key: they are left out.",
                file=sys.stderr,
            )

    return run_command(work) or (1 if done is not None and done.unreadable else 0)


def parser() -> CommandParser:
    command = command_parser(
        "dataset.export",
        "Take the dataset out for other programs: photos (decrypted), labels, splits, where they "
        "come from and under which licence. Photos that people sent are in it only where their "
        "consent covers that.",
        (
            "--as imagefolder bears/ # bears/train/grizzly/*.jpg: torchvision, fastai, Keras",
            "--as huggingface bears/ # datasets.load_dataset",
            "--as coco bears/",
            "--as csv bears/ # photos.csv beside photos/",
        ),
    )
    command.add_argument("--as", dest="format", choices=FORMATS, required=True, help="the format")
    command.add_argument(
        "out", metavar="OUT", type=Path, help="a folder that is not there yet, or empty"
    )
    command.add_argument("--json", action="store_true", help="print the counts as one object")
    return command


def _in_words(done: Exported, out: Path) -> str:
    splits = ", ".join(f"{count} {split}" for split, count in done.splits.items())
    lines = [f"{out}: {done.photos} photos ({splits})."]
    if done.without_consent:
        lines.append(
            f"{done.without_consent} photos that people sent are left out: their consent does not "
            "cover it."
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
