"""What every room's tests share: where the real photos lie, and photos drawn on the spot."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real development photos; tests that ask for it are skipped where it is absent."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no real photos beside the repository (../shared/data)")
    return folder


def draw_photo(
    *, size: tuple[int, int] = (640, 480), seed: int = 0, file_format: str = "JPEG"
) -> bytes:
    """A synthetic photo: coloured shapes on a gradient, different for each seed."""
    width, height = size
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(image)
    for shape in range(6):
        x = (seed * 97 + shape * 131) % width
        y = (seed * 57 + shape * 89) % height
        colour = ((seed * 37 + shape * 60) % 256, (seed * 91 + shape * 30) % 256, shape * 40)
        draw.ellipse((x - 60, y - 60, x + 60, y + 60), fill=colour)
    buffer = io.BytesIO()
    image.save(buffer, file_format)
    return buffer.getvalue()
