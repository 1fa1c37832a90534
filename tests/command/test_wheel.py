"""What `pip install .` installs: everything that runs, nothing else, and well described."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bear_detector.neighbours import ROOMS
from tests.conftest import REPOSITORY

PACKED = ("bear_detector", *ROOMS)


def tracked() -> list[str]:
    """Every file that a clone holds; skips where this is no git checkout."""
    git = shutil.which("git")
    if git is None or not (REPOSITORY / ".git").exists():
        pytest.skip("this is no git checkout")
    listed = subprocess.run(
        [git, "ls-files", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=True,
    )
    return [name for name in listed.stdout.splitlines() if (REPOSITORY / name).is_file()]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources as a clone has them that published a model, without what a build left here."""
    folder = tmp_path_factory.mktemp("wheel") / "clone"
    for name in tracked():
        if not name.startswith(("tests/", "docs/", "benchmarks/")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, folder / name)
    published = folder / "models" / "published" / "20261127-1" / "bundle.json"
    published.parent.mkdir(parents=True)
    published.write_text("{}")
    return folder


@pytest.fixture(scope="module")
def wheel(clone: Path) -> Path:
    """The wheel of it."""
    built = clone.parent / "dist"
    quiet = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation"]
    pip = [sys.executable, "-m", "pip", "wheel", *quiet, "--wheel-dir", str(built), str(clone)]
    # The backend looks for its own program on the path.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(pip, check=True, env=os.environ | {"PATH": path})
    (file,) = built.iterdir()
    return file


@pytest.mark.install
def test_the_wheel_holds_every_file_of_the_rooms(wheel: Path) -> None:
    """Pages, catalogues, migrations, the starter and the types' marker; no test, no other model."""
    with zipfile.ZipFile(wheel) as archive:
        files = {name for name in archive.namelist() if not name.endswith("/")}
    packed = {name for name in files if ".dist-info/" not in name}
    assert {name for name in tracked() if name.partition("/")[0] in PACKED} == packed


@pytest.mark.install
def test_the_wheel_is_a_good_citizen(wheel: Path, clone: Path) -> None:
    """check-wheel-contents, twine and pyroma find nothing to complain of."""
    pytest.importorskip("check_wheel_contents")
    pytest.importorskip("twine")
    pytest.importorskip("pyroma")
    # W009: six top-level packages are the layout (bear_detector/neighbours.py guards them);
    # W004: migrations are files named by number. No mailbox is published.
    for tool in (
        ["check_wheel_contents", "--ignore", "W004,W009", str(wheel)],
        ["twine", "check", "--strict", str(wheel)],
        ["pyroma", "--min=10", "--skip-tests=AuthorEmail", str(clone)],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *tool], capture_output=True, text=True, check=False
        )
        assert 0 == done.returncode, done.stdout + done.stderr
