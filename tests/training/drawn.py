"""Datasets of drawn pictures: three kinds that a pretrained body tells apart at a glance."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from dataset.examples.examples import NewExample, add_example
from dataset.photos.store import NewPhoto, PhotoStore, keep_photo
from dataset.storage.database import Database
from dataset.storage.schema import OUTSIDE
from models.photo import dhash
from training.settings.environment import TrainingSettings

KINDS = ("checks", "rings", "stripes")
_SIDE_PX = 256


@cache
def draw(kind: str, seed: int) -> bytes:
    """A JPEG of one of `KINDS`, or of letters for `outside`, different for each seed."""
    random = np.random.default_rng([seed, *kind.encode()])
    coarse = random.integers(0, 256, (5, 5, 3), dtype=np.uint8)
    image = Image.fromarray(coarse).resize((_SIDE_PX, _SIDE_PX), Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(image)
    one, other = (tuple(int(part) for part in random.integers(0, 256, 3)) for _ in range(2))
    step = int(random.integers(14, 26))
    if kind == "rings":
        x, y = (int(part) for part in random.integers(90, 166, 2))
        for radius in range(120, 6, -step):
            colour = one if (radius // step) % 2 else other
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    elif kind == "stripes":
        lean = int(random.integers(-60, 60))
        for x in range(-60, _SIDE_PX + 60, 2 * step):
            pen.line(((x, 30), (x + lean, 226)), fill=one, width=step)
    elif kind == "checks":
        for row in range(2, 14):
            for column in range(2, 14):
                x, y = column * step, row * step
                pen.rectangle((x, y, x + step, y + step), fill=one if (row + column) % 2 else other)
    else:
        for line in range(6):
            text = "".join(chr(int(code)) for code in random.integers(65, 91, 12))
            pen.text((20, 24 + 36 * line), text, fill=one, font_size=26)
    noise = random.normal(0, 6, (_SIDE_PX, _SIDE_PX, 3))
    pixels = np.asarray(image.filter(ImageFilter.GaussianBlur(0.7))) + noise
    buffer = io.BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


@dataclass(frozen=True)
class Studio:
    """A data folder with a dataset of drawn pictures."""

    folder: Path

    @property
    def settings(self) -> TrainingSettings:
        """As the commands would read them here."""
        return TrainingSettings(
            _env_file=None,  # type: ignore[call-arg]
            data_dir=self.folder / "data",
            models_dir=self.folder / "models",
        )

    @property
    def environment(self) -> dict[str, str]:
        """For commands: where this dataset lies."""
        return {
            "DATA_DIR": str(self.folder / "data"),
            "MODELS_DIR": str(self.folder / "models"),
        }

    @property
    def store(self) -> PhotoStore:
        """Its photos."""
        return PhotoStore(self.settings.photos_dir)

    @contextmanager
    def database(self) -> Iterator[Database]:
        """Its database, its tables up to date."""
        database = Database(self.settings.resolved_database_url)
        database.upgrade()
        try:
            yield database
        finally:
            database.dispose()

    def draw_in(self, counts: Mapping[str, int]) -> None:
        """Take so many drawn pictures of each kind into the dataset."""
        with self.database() as database, database.session() as session:
            for kind, count in counts.items():
                for number in range(count):
                    data = draw(kind, number)
                    image = Image.open(io.BytesIO(data))
                    photo = keep_photo(
                        session,
                        self.store,
                        data,
                        NewPhoto(
                            dhash=dhash(image),
                            width=image.width,
                            height=image.height,
                            source="drawn",
                            licence="cc0" if kind == "rings" else None,
                            creator="=HYPERLINK(1)" if kind == "rings" else None,
                        ),
                    )
                    add_example(
                        session,
                        photo,
                        NewExample(
                            label=kind, origin="add", salt="drawn", group=f"{kind}-{number}"
                        ),
                        near_distance=0,
                    )


def studio(folder: Path, *, each: int = 20, outside: int = 10) -> Studio:
    """A studio in `folder` with so many pictures of each kind."""
    made = Studio(folder)
    made.draw_in({kind: each for kind in KINDS} | ({OUTSIDE: outside} if outside else {}))
    return made
