"""Opening a bundle so that it can be trusted: hashes, golden photos, a first look.

Kept apart from the host of the answering model, so that a start can begin with it while most of
the program has yet to be imported.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import BundleRefused
from bot.process.memory import give_back_the_rest
from models.bundles.bundle import Bundle
from models.errors import ModelsError
from models.inference.classifier import Classifier
from models.registry.local import Registry

if TYPE_CHECKING:
    from bot.settings import BotSettings

OpenClassifier = Callable[[Bundle], Classifier]
"""Makes a classifier of a bundle whose hashes were checked."""


def opener(settings: BotSettings) -> OpenClassifier:
    """Opens classifiers as these settings want them."""

    def open_classifier(bundle: Bundle) -> Classifier:
        return Classifier(
            bundle,
            threads=1,  # a second saves no time on the clock and costs CPU time
            sure_threshold=settings.sure_threshold,
            outside_threshold=settings.outside_threshold,
        )

    return open_classifier


def prove(path: Path, open_classifier: OpenClassifier) -> Classifier:
    """Open a bundle, check it, and warm it up, because the first answer costs more. Raises
    ModelsError, or BundleRefused for any other error of a strange file.
    """
    try:
        classifier = open_classifier(Bundle.open(path))
        classifier.check_golden()
        give_back_the_rest()
    except ModelsError:
        raise
    # Whatever a strange file makes the runtime raise, the running model answers on.
    except Exception as exc:
        raise BundleRefused(f"{type(exc).__name__}: {exc}") from exc
    return classifier


class HeadStart:
    """Proves the current bundle in a thread: most of that is the runtime's work, not Python's."""

    def __init__(self, models_dir: Path, open_classifier: OpenClassifier) -> None:
        self._proven: tuple[Path, Classifier] | None = None
        self._thread = threading.Thread(
            target=self._prove, args=(models_dir, open_classifier), name="head start", daemon=True
        )
        self._thread.start()

    def take(self, path: Path) -> Classifier | None:
        """The classifier of the bundle in `path`, once; None when it is not that one, or failed."""
        self._thread.join()
        proven, self._proven = self._proven, None
        return proven[1] if proven is not None and proven[0] == path else None

    def _prove(self, models_dir: Path, open_classifier: OpenClassifier) -> None:
        try:
            path = Registry(models_dir).current()
            self._proven = path, prove(path, open_classifier)
        except (ModelsError, BundleRefused):
            return  # the start finds the same, and says so
