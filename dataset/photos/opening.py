"""The store that the settings mean: a folder, or objects that several machines share."""

from __future__ import annotations

from dataset.photos.store import PhotoStore
from dataset.settings import DatasetSettings


def store_of(settings: DatasetSettings) -> PhotoStore:
    """The store of these settings: a folder, or objects that several machines share.

    Raises PhotoStoreError when packages for PHOTOS_URL are not installed.
    """
    if not settings.photos_url:
        return PhotoStore.with_keys(settings.photos_dir, settings.photo_keys)
    # Imported only where MODELS_URL is set: a single machine does not need it.
    from dataset.photos.shared_store import open_shared

    return open_shared(settings)
