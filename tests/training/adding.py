"""A folder of photos, and the dataset that they are added to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import select

from dataset.photos.store import PhotoStore
from dataset.storage.database import Database
from dataset.storage.schema import Example, Photo
from tests.training.collect.search_server import as_bytes, draw_scene
from training.add.adding import Report, add_folder
from training.settings.environment import TrainingSettings


class World:
    """A folder of photos and a dataset."""

    def __init__(self, root: Path) -> None:
        self.settings = TrainingSettings(data_dir=root / "data", _env_file=None)
        self.folder = root / "photos"
        self.store = PhotoStore(self.settings.photos_dir)

    def put(self, name: str, content: bytes | Image.Image) -> Path:
        """Put a file into the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else as_bytes(content))
        return path

    def fill(self, labels: str = "grizzly black", photos: int = 3) -> None:
        """Put `photos` photos into each label's folder."""
        for number, label in enumerate(labels.split()):
            for seed in range(photos):
                self.put(f"{label}/{seed}.jpg", draw_scene(1000 * number + seed))

    def add(self, **options: Any) -> Report:
        return add_folder(self.settings, self.folder, **options)

    def counts(self, **options: Any) -> tuple[int, int, int, int]:
        """Add the folder: added, duplicate, unreadable, conflict."""
        counts = self.add(**options).counts()
        return counts["added"], counts["duplicate"], counts["unreadable"], counts["conflict"]

    def examples(self) -> list[tuple[str, str]]:
        """(label, SHA-256) of every example, sorted."""
        return sorted((example.label, photo.sha256) for example, photo in self.rows())

    def rows(self) -> list[tuple[Example, Photo]]:
        database = Database(self.settings.resolved_database_url)
        database.upgrade()
        with database.reading() as session:
            rows = session.execute(
                select(Example, Photo).join(Photo, Example.photo_id == Photo.id)
            ).all()
        database.dispose()
        return [(example, photo) for example, photo in rows]

    def state(self) -> tuple[list[tuple[str, str]], set[str]]:
        """Examples and stored files: the dataset as it is."""
        return self.examples(), set(self.store.hashes())
