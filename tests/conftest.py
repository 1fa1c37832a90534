"""What every room's tests share: where the real photos lie, and photos drawn on the spot."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from PIL import Image, ImageDraw

if TYPE_CHECKING:  # what they bring is loaded by the tests that want it
    from objects.bucket import Bucket
    from tests.object_store import ObjectStore

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real development photos; what asks for it is skipped where it is absent."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no real photos beside the repository (../shared/data)")
    return folder


def lacking(program: str) -> NoReturn:
    """Skips a test whose system program is absent, or fails it where none may be absent."""
    if os.environ.get("REQUIRE_SYSTEM_TOOLS"):
        pytest.fail(f"{program} is not installed, and REQUIRE_SYSTEM_TOOLS is set")
    pytest.skip(f"{program} is not installed")


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The Chromium program that drives the page tests."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return Path(found)
    lacking("Chromium")


@pytest.fixture(scope="session")
def haproxy() -> None:
    """The balancer that docs/scale.md shows; Debian puts it where only root looks."""
    if not shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin"):
        lacking("HAProxy")


@pytest.fixture(scope="session")
def postgresql_programs() -> Path:
    """The folder of PostgreSQL's server programs (`initdb`, `pg_ctl`)."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).parent)
    for folder in folders:
        if (folder / "initdb").exists():
            return folder
    lacking("PostgreSQL")


@pytest.fixture(scope="session")
def _object_store() -> Iterator[ObjectStore]:
    from tests.object_store import running_store

    with running_store() as store:
        yield store


@pytest.fixture
def object_store(_object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    """A server of S3's protocol, with credentials for it in the environment."""
    from tests.object_store import CREDENTIALS

    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    _object_store.up()
    return _object_store


@pytest.fixture
def bucket(object_store: ObjectStore) -> Bucket:
    """A folder of a bucket, empty."""
    from objects.bucket import Bucket

    return Bucket(object_store.empty(), endpoint_url=object_store.endpoint_url)


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
