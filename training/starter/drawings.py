"""Bears drawn by program, for golden photos and demonstrations, free of anybody's rights."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]

_SIDE_PX = 480


@dataclass(frozen=True)
class _Blob:
    """An ellipse of fur: centre, radii, colour, all in pixels of a 480-pixel square."""

    x: float
    y: float
    rx: float
    ry: float
    colour: Colour


@dataclass
class _Canvas:
    """A square picture with brushes for fur and grass."""

    seed: int
    ground: Colour
    image: Image.Image = field(init=False)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        self.image = Image.new("RGB", (_SIDE_PX, _SIDE_PX), self.ground)
        self.draw = ImageDraw.Draw(self.image)

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        """A plain ellipse."""
        self.draw.ellipse((x - rx, y - ry, x + rx, y + ry), fill=colour)

    def blur(self, radius: float) -> None:
        """Soften all that has been drawn so far."""
        self.image = self.image.filter(ImageFilter.GaussianBlur(radius))
        self.draw = ImageDraw.Draw(self.image)

    def fur(self, blob: _Blob, *, hair_px: float, density: float = 0.9) -> None:
        """An ellipse covered in short hairs, lit from the upper left."""
        self.ellipse(blob.x, blob.y, blob.rx, blob.ry, _shade(blob.colour, 0.6))
        count = int(density * blob.rx * blob.ry)
        angle = self.rng.uniform(0, 2 * math.pi, count)
        radius = np.sqrt(self.rng.uniform(0, 1, count))
        u, v = radius * np.cos(angle), radius * np.sin(angle)
        order = np.argsort(-radius)  # the rim first, so that hairs in front cover it
        lean = angle + self.rng.normal(0, 0.9, count)
        length = hair_px * self.rng.uniform(0.5, 1.3, count)
        height = np.sqrt(np.clip(1 - u * u - v * v, 0, 1))
        light = 0.62 + 0.42 * (0.65 * height - 0.3 * u - 0.55 * v)
        light *= self.rng.normal(1, 0.13, count)
        for i in order:
            x, y = blob.x + u[i] * blob.rx, blob.y + v[i] * blob.ry
            end = (x + math.cos(lean[i]) * length[i], y + math.sin(lean[i]) * length[i])
            self.draw.line(((x, y), end), fill=_shade(blob.colour, float(light[i])), width=2)

    def forest(self, *, bottom: float) -> None:
        """Trees out of focus, down to `bottom`."""
        for _ in range(500):
            x, y = self.rng.uniform(-20, 500), self.rng.uniform(-20, bottom)
            rx, ry = self.rng.uniform(10, 40), self.rng.uniform(10, 30)
            self.ellipse(x, y, rx, ry, _shade((60, 90, 50), self.rng.uniform(0.4, 1.1)))
        self.blur(7)

    def grass(self, top: float, bottom: float, *, count: int) -> None:
        """Blades of grass between `top` and `bottom`, longer towards the front."""
        for y in np.sort(self.rng.uniform(top, bottom, count)):
            x, height = self.rng.uniform(-10, 490), 6 + (y - 225) / 275 * 22
            tip = (x + self.rng.normal(0, height * 0.3), y - height * self.rng.uniform(0.5, 1.2))
            red, green, blue = (
                int(part) for part in self.rng.uniform((70, 110, 40), (130, 160, 70))
            )
            self.draw.line(((x, y), tip), fill=(red, green, blue), width=2)

    def jpeg(self) -> bytes:
        """The picture as a JPEG."""
        buffer = io.BytesIO()
        self.image.save(buffer, "JPEG", quality=90)
        return buffer.getvalue()


def draw_bears() -> dict[str, bytes]:
    """Named JPEGs of drawn bears, one for each label of the starter, the same each time."""
    return {
        "teddy.jpg": draw_teddy(),
        "grizzly.jpg": draw_bear(seed=423, fur=(90, 63, 44), muzzle=(135, 102, 69), hump_px=16),
        "black.jpg": draw_bear(seed=4, fur=(38, 36, 38), muzzle=(120, 90, 62), hump_px=0),
    }


def draw_teddy(*, seed: int = 1, fur: Colour = (176, 122, 70)) -> bytes:
    """A plush teddy bear sitting against a wall, as a JPEG of 480 × 480."""
    canvas = _Canvas(seed, (214, 208, 198))
    canvas.draw.rectangle((0, 350, 480, 480), fill=(168, 142, 116))
    canvas.ellipse(240, 442, 190, 26, (120, 100, 80))
    canvas.blur(5)
    light = _shade(fur, 1.3)
    dark = (34, 22, 16)
    for side in (-1, 1):
        canvas.fur(_Blob(240 + side * 82, 72, 40, 40, fur), hair_px=9)
        canvas.fur(_Blob(240 + side * 82, 76, 22, 22, light), hair_px=5)
    canvas.fur(_Blob(240, 310, 100, 112, fur), hair_px=10)
    canvas.fur(_Blob(240, 322, 62, 74, light), hair_px=8)
    for side in (-1, 1):
        canvas.fur(_Blob(240 + side * 108, 275, 38, 72, fur), hair_px=10)
        canvas.fur(_Blob(240 + side * 92, 400, 60, 52, fur), hair_px=10)
        canvas.fur(_Blob(240 + side * 100, 404, 36, 36, light), hair_px=6)
    canvas.fur(_Blob(240, 145, 104, 94, fur), hair_px=10)
    canvas.fur(_Blob(240, 182, 48, 38, light), hair_px=6)
    for side in (-1, 1):
        canvas.ellipse(240 + side * 40, 130, 12, 13, dark)
        canvas.ellipse(240 + side * 40 - 3, 126, 4, 4, (250, 250, 250))
    canvas.ellipse(240, 164, 18, 12, dark)
    canvas.draw.line(((240, 172), (240, 192)), fill=dark, width=3)
    canvas.draw.arc((214, 172, 240, 204), 0, 150, fill=dark, width=3)
    canvas.draw.arc((240, 172, 266, 204), 30, 180, fill=dark, width=3)
    canvas.blur(0.8)
    return canvas.jpeg()


def draw_bear(*, seed: int, fur: Colour, muzzle: Colour, hump_px: float) -> bytes:
    """A bear on a meadow before a forest, seen from the side, as a JPEG of 480 × 480."""
    canvas = _Canvas(seed, (120, 140, 110))
    canvas.forest(bottom=230)
    canvas.draw.rectangle((0, 220, 480, 480), fill=(100, 130, 60))
    canvas.grass(225, 500, count=3000)
    canvas.blur(1)
    for x in (187, 337):  # the far legs
        canvas.fur(_Blob(x, 345, 26, 62, _shade(fur, 0.75)), hair_px=10)
    canvas.fur(_Blob(235, 245, 140, 78, fur), hair_px=14)
    canvas.fur(_Blob(330, 262, 72, 70, fur), hair_px=14)
    canvas.fur(_Blob(165, 205, 62, 50 + hump_px, fur), hair_px=14)
    canvas.fur(_Blob(345, 340, 36, 72, fur), hair_px=12)
    canvas.fur(_Blob(150, 340, 34, 76, fur), hair_px=12)
    canvas.fur(_Blob(120, 215, 62, 52, fur), hair_px=12)
    canvas.fur(_Blob(82, 205, 50, 46, _shade(fur, 1.1)), hair_px=10)
    for x in (63, 111):
        canvas.fur(_Blob(x, 160, 15, 15, fur), hair_px=6)
    canvas.fur(_Blob(50, 226, 32, 25, muzzle), hair_px=6)
    canvas.ellipse(26, 219, 11, 9, (20, 16, 14))
    canvas.draw.line(((28, 232), (58, 242)), fill=(30, 20, 16), width=3)
    for x in (58, 98):
        canvas.ellipse(x, 197, 5, 5, (15, 10, 8))
    canvas.fur(_Blob(372, 225, 14, 14, fur), hair_px=10)
    canvas.grass(385, 500, count=2400)
    canvas.blur(0.8)
    return canvas.jpeg()


def _shade(colour: Colour, factor: float) -> Colour:
    red, green, blue = (min(255, max(0, round(part * factor))) for part in colour)
    return red, green, blue
