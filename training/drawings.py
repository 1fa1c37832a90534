"""Bears drawn by program, for golden photos and demonstrations: nobody's rights are in them."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFilter


def draw_bears() -> dict[str, bytes]:
    """Named pictures, the same bytes on every machine with the same Pillow."""
    return {"teddy.jpg": _jpeg(draw_teddy(seed=1))}


def draw_teddy(*, seed: int, size_px: int = 480) -> Image.Image:
    """A plush teddy bear sitting on a floor."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (size_px, size_px), (222, 214, 204))
    draw = ImageDraw.Draw(image)
    s = size_px / 480
    fur, muzzle, dark = (176, 122, 70), (226, 192, 148), (40, 26, 18)

    def ellipse(cx: float, cy: float, rx: float, ry: float, colour: tuple[int, int, int]) -> None:
        draw.ellipse(((cx - rx) * s, (cy - ry) * s, (cx + rx) * s, (cy + ry) * s), fill=colour)

    ellipse(240, 430, 200, 30, (170, 160, 150))
    for side in (-1, 1):
        ellipse(240 + side * 85, 75, 38, 38, fur)
        ellipse(240 + side * 85, 78, 22, 22, muzzle)
        ellipse(240 + side * 110, 270, 40, 70, fur)
        ellipse(240 + side * 95, 400, 60, 48, fur)
        ellipse(240 + side * 105, 405, 36, 34, muzzle)
    ellipse(240, 310, 105, 115, fur)
    ellipse(240, 325, 65, 78, muzzle)
    ellipse(240, 145, 105, 95, fur)
    ellipse(240, 180, 50, 38, muzzle)
    ellipse(240, 160, 17, 12, dark)
    for side in (-1, 1):
        ellipse(240 + side * 42, 128, 11, 12, dark)
        ellipse(240 + side * 42 + 3, 124, 3, 3, (250, 250, 250))
    draw.arc((215 * s, 165 * s, 240 * s, 195 * s), 0, 180, fill=dark, width=round(3 * s))
    draw.arc((240 * s, 165 * s, 265 * s, 195 * s), 0, 180, fill=dark, width=round(3 * s))
    noise = rng.normal(0, 1, (size_px, size_px, 1))
    noise = np.asarray(
        Image.fromarray(np.uint8(np.clip(noise[..., 0] * 40 + 128, 0, 255))).filter(
            ImageFilter.GaussianBlur(1.2)
        ),
        np.float32,
    )[..., None]
    pixels = np.asarray(image.filter(ImageFilter.GaussianBlur(1.5)), np.float32)
    return Image.fromarray(np.uint8(np.clip(pixels + (noise - 128) * 1.5, 0, 255)))


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
