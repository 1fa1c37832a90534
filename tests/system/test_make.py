"""`make run` as a newcomer has it, with small scripts in the place of Python."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

AS_VERSION = f"""#!/bin/sh
case "$2" in *bot.program*) echo "compiled"; exit;; esac
as='import sys; sys.version_info = VERSION; exec(sys.argv[1])'
[ "$1" = -c ] && exec {sys.executable} -c "$as" "$2"
"""
NEW = (
    AS_VERSION.replace("VERSION", "(3, 12, 1)").replace(
        "\n", '\ncase "$2" in *bot.program*) echo "compiled"; exit;; esac\n', 1
    )
    + """case "$1 $2 $3" in
"-m venv --without-pip") mkdir -p "$4/bin" && cp "$0" "$4/bin/python"; exit;;
"-m pip --python") case "$5" in
    --version) exit 0;;
    config) cat settings 2>/dev/null; exit 0;;
    esac
    case "$*" in *"--target .venv/.uv uv")
        [ -e uv ] || exit 1
        mkdir -p .venv/.uv/bin && cp uv .venv/.uv/bin; exit;;
    esac
    echo "$*" >>installed; echo "Collecting numpy>=2"; exit;;
"-m pip "*) exit 2;;
esac
echo "started: $*"
"""
)
UV = """#!/bin/sh
echo "${0#./} $*${UV_CONSTRAINT:+ constrained by $UV_CONSTRAINT}"
[ "$1" != venv ] || { mkdir -p .venv/bin && cp new .venv/bin/python; }
"""
OLD = AS_VERSION.replace("VERSION", "(3, 9, 6)")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout with nothing but what installs, the two Pythons and uv."""
    shutil.copy(REPOSITORY / "Makefile", tmp_path)
    (tmp_path / "ops").mkdir()
    shutil.copy(REPOSITORY / "ops" / "install", tmp_path / "ops")
    (tmp_path / "pyproject.toml").touch()
    for name, script in (("old", OLD), ("new", NEW), ("uv", UV)):
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("make")
    assert program is not None
    # What `make test` leaves in the environment would make this `make` speak as its child.
    environment = {"PATH": os.environ["PATH"]}
    return subprocess.run(
        [program, "UV=", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_old_python_is_told_in_one_sentence(folder: Path) -> None:
    """It says which version is there, which is needed, and how to name another; nothing is made."""
    done = make(folder, "run", "PYTHON=./old")
    assert done.returncode != 0
    sentence, *rest = done.stderr.strip().splitlines()
    assert sentence.startswith("./old is Python 3.9, and this needs 3.10 or newer.")
    assert "make run PYTHON=" in sentence
    assert all(line.startswith("make:") for line in rest)
    assert not (folder / ".venv").exists()


def test_the_makefile_and_the_project_need_the_same_python() -> None:
    """The version that `make` asks for is the one that pip would ask for."""
    project = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    needed = re.search(r'requires-python = ">=(\d)\.(\d+)"', project)
    assert needed is not None
    install = (REPOSITORY / "ops" / "install").read_text(encoding="utf-8")
    assert 2 == install.count(f"({needed[1]}, {needed[2]})")


def test_what_an_old_python_left_is_made_anew(folder: Path) -> None:
    """An environment of a Python that is too old does not stay in the way."""
    left = folder / ".venv" / "bin"
    left.mkdir(parents=True)
    shutil.copy(folder / "old", left / "python")
    done = make(folder, "run", "PYTHON=./new")
    assert (0, "") == (done.returncode, done.stderr)
    assert "started: -m bot" in done.stdout


def test_the_port_and_the_progress(folder: Path) -> None:
    """The port that is named reaches the bot, and pip's work shows package by package."""
    done = make(folder, "run", "PYTHON=./new", "PORT=8099")
    assert "  numpy>=2" in done.stdout
    assert "started: -m bot --port 8099" in done.stdout


def test_uv_installs_where_it_is_found(folder: Path) -> None:
    """Into an environment of its own making, without pip as well."""
    done = make(folder, "run", "PYTHON=./new", "UV=./uv")
    assert (0, "") == (done.returncode, done.stderr)
    assert "uv venv --quiet --python ./new .venv\n" in done.stdout
    assert "uv pip install --python .venv/bin/python --editable .\n" in done.stdout
    assert "Collecting" not in done.stdout
    assert "started: -m bot" in done.stdout


def test_pip_fetches_uv_where_there_is_none(folder: Path) -> None:
    """uv installs, constrained as pip is, and is gone afterwards."""
    (folder / "settings").write_text("global.constraint='/etc/pins.txt'\n")
    done = make(folder, "run", "PYTHON=./new", "UV=fetched")
    assert (0, "") == (done.returncode, done.stderr)
    wanted = "pip install --python .venv/bin/python --editable . constrained by /etc/pins.txt\n"
    assert f".venv/.uv/bin/uv {wanted}" in done.stdout
    assert not (folder / "installed").exists()
    assert not (folder / ".venv" / ".uv").exists()
    assert "started: -m bot" in done.stdout


@pytest.mark.parametrize("case", ["another index", "none to fetch", "uv fails"])
def test_pip_installs_where_uv_cannot(folder: Path, case: str) -> None:
    """Another index is pip's to ask; without uv, or where it fails, pip goes on."""
    if case == "another index":
        (folder / "settings").write_text("global.index-url='https://packages.example/simple'\n")
    elif case == "none to fetch":
        (folder / "uv").unlink()
    else:
        (folder / "uv").write_text("#!/bin/sh\nexit 2\n")
    done = make(folder, "run", "PYTHON=./new", "UV=fetched")
    assert (0, "") == (done.returncode, done.stderr)
    (ran,) = (folder / "installed").read_text().splitlines()
    assert ran.startswith("-m pip --python .venv/bin/python install ")
    assert "started: -m bot" in done.stdout


def test_the_environment_has_no_pip_of_its_own(folder: Path) -> None:
    """The pip of the Python that is named installs into it."""
    make(folder, "run", "PYTHON=./new")
    (ran,) = (folder / "installed").read_text().splitlines()
    assert ran.startswith("-m pip --python .venv/bin/python install ")


def test_a_pip_that_is_too_old_gives_the_environment_one(folder: Path) -> None:
    """pip installs into another environment from 22.3 on; before that, into its own."""
    older = (folder / "new").read_text().replace("-m pip --python", "-m pip install", 1)
    (folder / "new").write_text(older)
    done = make(folder, "run", "PYTHON=./new")
    (ran,) = (folder / "installed").read_text().splitlines()
    assert ran.startswith("-m pip install ")
    assert "started: -m bot" in done.stdout


def test_extras_stay_with_an_update(folder: Path) -> None:
    """What EXTRAS named once is installed again, and once only."""

    def installed(*arguments: str) -> list[str]:
        (folder / "installed").write_text("")
        make(folder, ".venv/.installed", "PYTHON=./new", *arguments)
        return [line.split()[-1] for line in (folder / "installed").read_text().splitlines()]

    assert ["."] == installed()
    assert [".[postgres,s3]"] == installed("EXTRAS=postgres,s3")
    assert [] == installed()
    os.utime(folder / "pyproject.toml", (2**32, 2**32))
    assert [".[postgres,s3]"] == installed()


@pytest.mark.parametrize("uv", ["", "./uv"])
def test_a_start_s_modules_are_compiled_with_the_installation(folder: Path, uv: str) -> None:
    """A service that may not write where it is installed starts as quickly as any other."""
    done = make(folder, ".venv/.installed", "PYTHON=./new", f"UV={uv}")
    assert done.stdout.endswith("compiled\n")
