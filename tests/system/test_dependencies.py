"""What is imported is declared, and what is imported is this project's own."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from bear_detector.extras import HEAD
from tests.conftest import REPOSITORY

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LIGHT = ("bot", "review", "languages", "dataset", "models", "objects")
ROOMS = (*LIGHT, "training")
EXTRAS = ("encryption", "postgres", "s3")
TRAINING_EXTRAS = (*EXTRAS, "head", "train", "search", "cluster")


def declared(*extras: str) -> set[str]:
    """The distributions that pyproject.toml names for the bot, and for these extras."""
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    lines = [*project["dependencies"]]
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return {_normal(re.split(r"[\[<>=;! ]", line)[0]) for line in lines}


def imported(room: str) -> set[str]:
    """The packages that a room's files import, the standard library's and our own apart."""
    names = set()
    for file in (REPOSITORY / room).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names.update(name.name.partition(".")[0] for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - {*ROOMS, "bear_detector", "__future__"}


@pytest.mark.parametrize("room", ROOMS)
def test_what_a_room_imports_is_declared(room: str) -> None:
    """Directly: what another library happens to bring today it may drop tomorrow."""
    belongs = packages_distributions()
    allowed = declared(*(TRAINING_EXTRAS if room == "training" else EXTRAS))
    strange = {
        name
        for name in imported(room)
        if name in belongs and not allowed & {_normal(each) for each in belongs[name]}
    }
    assert set() == strange


def test_what_a_head_needs_is_looked_for() -> None:
    """Before a retraining begins: each package that the extra brings, by the name of its import."""
    assert declared("head") - declared() == set(HEAD)


@pytest.mark.parametrize("command", ["bot", "review", "training.train", "training.add"])
@pytest.mark.parametrize("stranger", ["dataset/__init__.py", "models.py"])
def test_a_foreign_package_of_our_name_ends_in_a_sentence(
    stranger: str, command: str, tmp_path: Path
) -> None:
    """In the working folder, where Python looks first; none of it is run."""
    (tmp_path / stranger).parent.mkdir(exist_ok=True)
    (tmp_path / stranger).write_text("raise RuntimeError('a stranger was run')", encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", command, "--help"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    name = stranger.partition("/")[0]
    assert ended.returncode == 1
    (sentence,) = ended.stderr.strip().splitlines()
    assert str(tmp_path / name) in sentence
    assert "start it from another folder" in sentence


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
