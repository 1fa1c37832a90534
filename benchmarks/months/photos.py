"""The photos of a life: what it begins with, what people send, and what is only ever asked about.

From folders of real ones, of which crops, mirror images and other exposures make enough for a year;
or drawn ones.
"""

from __future__ import annotations

import io
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import ImageEnhance, ImageOps

from dataset.storage.schema import OUTSIDE
from models.photo import open_photo
from tests.training.drawn import KINDS, draw

KEPT_ASIDE = 0.25
"""Of what people could send: never sent, to measure on."""
_DRAWN_AT_START, _DRAWN_ASIDE = 16, 8
_DRAWN_LATE = 12
_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
_LONGEST_PX = 640


@dataclass(frozen=True)
class Shot:
    """A photo that somebody sends."""

    data: bytes
    truth: str
    """What it shows; OUTSIDE for none of the labels of this life."""


class Supply:
    """All photos of a life."""

    def __init__(
        self,
        *,
        start: Mapping[str, Sequence[bytes]],
        late: Mapping[str, Sequence[bytes]],
        sent: Mapping[str, Sequence[bytes]],
        chance: random.Random,
    ) -> None:
        """`late` are examples of a label that is added in the middle."""
        self.start, self.late = dict(start), dict(late)
        self.with_late = False
        """Whether people photograph what the late label names."""
        self.aside: list[Shot] = []
        self._sent: dict[str, list[bytes]] = {}
        for label, photos in sorted(sent.items()):
            mixed = chance.sample(list(photos), len(photos))
            aside = round(KEPT_ASIDE * len(mixed))
            self.aside += [Shot(data, label) for data in mixed[:aside]]
            self._sent[label] = mixed[aside:]

    @property
    def labels(self) -> list[str]:
        """Those of the start."""
        return sorted(self.start)

    @property
    def late_label(self) -> str | None:
        return next(iter(self.late), None)

    def next(self, chance: random.Random) -> Shot:
        """What the next person photographs."""
        labels = [label for label in self._sent if label not in (OUTSIDE, self.late_label)]
        what = chance.random()
        label = chance.choice(labels)
        if what < 0.12 and OUTSIDE in self._sent:
            label = OUTSIDE
        elif what < 0.22 and self.with_late:
            label = str(self.late_label)
        return Shot(_variant(chance.choice(self._sent[label]), chance), label)


def real(
    folders: Sequence[Path],
    chance: random.Random,
    *,
    late: Path | None = None,
    outside: Sequence[Path] = (),
) -> Supply:
    """From FOLDER/<label>/*: the first one to begin with, the others for people to send.

    `late` is the folder of a label that is added in the middle, with half of its photos; people
    send the other half. Raises OSError, and ValueError when there is nothing to send.
    """
    first, *others = folders
    start = _labelled(first)
    sent: dict[str, list[bytes]] = {label: [] for label in start}
    for folder in others:
        for label, photos in _labelled(folder).items():
            if label in sent:
                sent[label] += photos
    if not all(sent.values()):
        raise ValueError("Photos of every label are wanted for people to send, in further folders.")
    examples: dict[str, list[bytes]] = {}
    if late is not None:
        photos = _pictures(late)
        examples[late.name], sent[late.name] = photos[::2], photos[1::2]
    strange = [data for folder in outside for data in _pictures(folder)]
    if strange:
        sent[OUTSIDE] = strange
    return Supply(start=start, late=examples, sent=sent, chance=chance)


def drawn(chance: random.Random) -> Supply:
    """Patterns; the last kind is added in the middle of the life."""
    *begun, last = KINDS
    pool = range(1000, 1000 + 4 * _DRAWN_ASIDE)
    return Supply(
        start={kind: [draw(kind, seed) for seed in range(_DRAWN_AT_START)] for kind in begun},
        late={last: [draw(last, seed) for seed in range(_DRAWN_LATE)]},
        sent={kind: [draw(kind, seed) for seed in pool] for kind in (*KINDS, OUTSIDE)},
        chance=chance,
    )


def _labelled(folder: Path) -> dict[str, list[bytes]]:
    found = {path.name: _pictures(path) for path in sorted(folder.iterdir()) if path.is_dir()}
    return {label: photos for label, photos in found.items() if photos}


def _pictures(folder: Path) -> list[bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)
    return [path.read_bytes() for path in paths]


def _variant(data: bytes, chance: random.Random) -> bytes:
    """Another photo of the same: cut, turned round, lighter or darker, and saved again."""
    image = open_photo(data).convert("RGB")
    width, height = image.size
    share = chance.uniform(0.82, 1.0)
    left = chance.uniform(0, 1 - share) * width
    top = chance.uniform(0, 1 - share) * height
    image = image.crop(
        (round(left), round(top), round(left + share * width), round(top + share * height))
    )
    if chance.random() < 0.5:
        image = ImageOps.mirror(image)
    image.thumbnail((_LONGEST_PX, _LONGEST_PX))
    image = ImageEnhance.Brightness(image).enhance(chance.uniform(0.75, 1.25))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=chance.randint(70, 92))
    return buffer.getvalue()
