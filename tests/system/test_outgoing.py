"""Nothing that is started here contacts anybody by itself, nor does a library of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPOSITORY, draw_photo, lacking
from tests.system.processes import threads
from tests.training.drawn import KINDS, draw

pytestmark = pytest.mark.long

Alone = Callable[..., dict[str, Any]]

_UNSHARE = ("unshare", "--net", "--") if os.geteuid() == 0 else ("unshare", "-r", "--net", "--")


@pytest.fixture
def alone(tmp_path: Path) -> Alone:
    """Runs `python …` with a fresh HOME and without a network; what it printed and tried to reach.

    `CI` is not set: some libraries keep quiet where it is.
    """
    for tool in ("unshare", "strace"):
        if shutil.which(tool) is None:
            lacking(tool)
    able = subprocess.run([*_UNSHARE, "strace", "-qq", "-o", "/dev/null", "true"], check=False)
    if able.returncode != 0:
        lacking("a system that lets a test make a network namespace and trace in it")
    home = tmp_path / "home"
    home.mkdir()

    def run(*arguments: str, stop: bool = False, photo: Path | None = None) -> dict[str, Any]:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "PYTHONPATH": str(REPOSITORY),
            "DATA_DIR": str(tmp_path / "data"),
            "MODELS_DIR": str(tmp_path / "models"),
            **threads(),
        }
        how = [*(("--stop",) if stop else ()), *(("--photo", str(photo)) if photo else ())]
        program = [str(tmp_path), sys.executable, *arguments]
        done = subprocess.run(
            [*_UNSHARE, sys.executable, "-m", "tests.system.alone", *how, *program],
            capture_output=True,
            text=True,
            cwd=REPOSITORY,
            env=environment,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        cached = (home / ".cache").rglob("*") if (home / ".cache").exists() else ()
        return told | {"written": [str(path.relative_to(home)) for path in cached]}

    return run


def quiet(told: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked of every program: it succeeds, reaches nobody, and leaves no file behind."""
    assert told["status"] == 0, told["output"]
    return {"reached": told["reached"], "written": told["written"]}


QUIET = {"reached": [], "written": []}


def test_whoever_contacts_somebody_is_seen(alone: Alone) -> None:
    """The test itself can fail: a look-up, a connection, a datagram, a file."""
    program = """
import pathlib, socket
for address in ("192.0.2.1", "127.0.0.1"):
    try:
        socket.create_connection((address, 443), timeout=1)
    except OSError:
        pass
try:
    socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b"me", ("2001:db8::1", 53))
except OSError:
    pass
path = pathlib.Path.home() / ".cache" / "id"
path.parent.mkdir()
path.write_text("me")
"""
    told = alone("-c", program)
    assert (["192.0.2.1", "2001:db8::1"], [".cache/id"]) == (told["reached"], told["written"])


def test_the_bot_reaches_nobody(alone: Alone, tmp_path: Path) -> None:
    """The local chat, a photo and a file answered, the process that decodes files with it."""
    (tmp_path / "bear.jpg").write_bytes(draw_photo())
    command = ("-m", "bot", "--local", "--no-browser", "--port", "0")
    assert quiet(alone(*command, stop=True, photo=tmp_path / "bear.jpg")) == QUIET


def test_classifying_reaches_nobody(alone: Alone, tmp_path: Path) -> None:
    """From the shell."""
    (tmp_path / "bear.jpg").write_bytes(draw_photo())
    assert quiet(alone("-m", "models", "classify", str(tmp_path / "bear.jpg"))) == QUIET


def test_reviewing_reaches_nobody(alone: Alone) -> None:
    """The pages by themselves."""
    assert quiet(alone("-m", "review", "--port", "0", stop=True)) == QUIET


def test_training_reaches_nobody(alone: Alone, tmp_path: Path) -> None:
    """Photos taken in and a candidate made, its report drawn."""
    for kind in KINDS:
        folder = tmp_path / "photos" / kind
        folder.mkdir(parents=True)
        for seed in range(10):
            (folder / f"{seed}.jpg").write_bytes(draw(kind, seed))
    added = alone("-m", "training.add", str(tmp_path / "photos"))
    assert quiet(added) == QUIET
    told = quiet(alone("-m", "training.train", "--out", str(tmp_path / "candidate")))
    assert [] == told["reached"]
    # The list of fonts that plots are written with.
    assert [] == [path for path in told["written"] if "matplotlib" not in path]
