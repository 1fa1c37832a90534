"""Opening what the commands that take photos in work on: database, photos, features."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import numpy as np
from tqdm import tqdm

from dataset.photos.opening import store_of
from dataset.photos.store import PhotoStore
from dataset.storage.database import Database, opened
from dataset.storage.private_files import keep_private
from models.bundles.bundle import GRAPH, STARTER, Bundle
from models.inference.classifier import Classifier
from training.add.intake import Intake
from training.add.similar import SimilarPhotos
from training.settings.environment import TrainingSettings

SIMILAR = "similar.sqlite3"
"""In DATA_DIR; can be deleted at any time."""


@contextmanager
def open_database(settings: TrainingSettings) -> Iterator[Database]:
    """The database of these settings, its tables up to date, and private files from now on."""
    keep_private()
    with opened(settings.resolved_database_url) as database:
        yield database


@contextmanager
def open_intake(
    settings: TrainingSettings,
    database: Database,
    *,
    source: str,
    origin: str,
    least_side_px: int = 1,
    store: PhotoStore | None = None,
) -> Iterator[Intake]:
    """An intake that knows every photo of the dataset for near duplicates.

    It uses the starter's features, because its pretrained body stays the same for every published
    bundle. `store` replaces the settings' own in tests.
    """
    bundle = Bundle.open(STARTER)
    classifier = Classifier(bundle)
    similar = SimilarPhotos(
        settings.data_dir / SIMILAR,
        graph=bundle.manifest.files[GRAPH],
        dimensions=_dimensions(classifier),
    )
    with closing(similar):
        intake = Intake(
            database,
            store or store_of(settings),
            classifier,
            similar,
            source=source,
            origin=origin,
            salt=settings.split_salt,
            least_side_px=least_side_px,
        )
        with tqdm(desc="features of earlier photos", unit="photo", disable=None) as bar:
            for photos in intake.catch_up():
                bar.update(photos)
        yield intake


def _dimensions(classifier: Classifier) -> int:
    side_px = classifier.manifest.preparation.crop_px
    blank = np.zeros((1, side_px, side_px, 3), np.uint8)
    return int(classifier.embed(blank).shape[1])
