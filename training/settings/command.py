"""How the commands of this room begin: help at once, and a sentence where packages are missing.

What a command's work imports takes seconds, and is not there in the light environment. So a command
has its parser beside it, and everything else is imported once the arguments are read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from bear_detector.extras import HEAD, how_to_install
from dataset.errors import DatasetError
from models.errors import ModelsError
from objects.errors import SettingsError
from training.errors import TrainingError

_OURS = ("training", "dataset", "models", "objects")
"""A module of ours that is missing is a fault of ours, not of the environment."""


def run_command(
    parser: argparse.ArgumentParser,
    work: Callable[[argparse.Namespace], int],
    arguments: Sequence[str] | None = None,
    *,
    interrupted: str = "Interrupted.",
) -> int:
    """Read the arguments and do the work, which imports what it needs; the exit status.

    What goes wrong ends in a sentence on stderr; `interrupted` is the one for Ctrl-C.
    """
    options = parser.parse_args(arguments)
    try:
        return work(options)
    except ModuleNotFoundError as exc:
        missing = (exc.name or "").partition(".")[0]
        if missing in _OURS or not missing:
            raise
        if missing in HEAD:
            install = how_to_install("head")
            sentence = f"{parser.prog} needs {missing}, which is not installed here; {install}"
        else:
            sentence = (
                f"{parser.prog} needs the training environment, and {missing} is not installed"
                " here: `make train-env` makes it, then use its Python (.venv-dev/bin/python)."
            )
        print(sentence, file=sys.stderr)
        return 1
    except (SettingsError, TrainingError, DatasetError, ModelsError) as exc:
        print(exc, file=sys.stderr)
        return 1
    except OSError as exc:
        # A full disk names no file: then it is what was to be written.
        where = exc.filename or getattr(options, "out", None) or "A file"
        print(f"{where} cannot be used: {exc.strerror}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(interrupted, file=sys.stderr)
        return 130
