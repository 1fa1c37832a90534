"""What every room's tests share: where the real photos lie, and photos drawn on the spot."""

from __future__ import annotations

import gc
import io
import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from PIL import Image, ImageDraw

if TYPE_CHECKING:  # what they bring is loaded by the tests that want it
    from objects.bucket import Bucket
    from tests.object_store import ObjectStore

REPOSITORY = Path(__file__).resolve().parent.parent
PATIENCE_S = 60.0
"""How long tests wait for what must come: a busy machine is slow, and only a failure waits on."""


def pytest_configure() -> None:
    """Let torch and NumPy, not loaded yet, work in one thread, and keep what Python compiles.

    `make test` keeps each core busy with tests of its own, and threads that wait for a core spin.
    Training's packages, compiled anew in each process, would take it 20 s each time.
    """
    for library in ("OMP", "OPENBLAS"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


@pytest.fixture(scope="session", autouse=True)
def _temporary_files_in_one_place() -> Iterator[None]:
    """What programs leave in the system's folder of temporary files goes when the tests end.

    Not under pytest's own: the path of a socket may have about a hundred characters.
    """
    with tempfile.TemporaryDirectory(prefix="bears-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o1777)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TMPDIR", folder)
            patch.setattr(tempfile, "tempdir", folder)
            yield


def pytest_collection_finish() -> None:
    """Spare the garbage collector what was imported: it took an eighth of the processor's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that are marked as long, so that no core waits for one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


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
    """The Chromium program that drives the page tests: best without a browser's own windows."""
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
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


def until(what: Callable[[], object], *, within_s: float = PATIENCE_S) -> None:
    """Ask until it is so."""
    deadline = time.monotonic() + within_s
    while not what():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.02)


def free_port() -> int:
    """A port on loopback for one server, which may come and go: nobody else is given it.

    On Linux its number stays bound for as long as these tests run. A server that reuses addresses,
    as all here do, can listen there all the same.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    port: int = held.getsockname()[1]
    if sys.platform == "linux":
        held.detach()
    else:
        held.close()
    return port


@lru_cache
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
