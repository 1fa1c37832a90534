"""What the repository says of itself is true: links, commands, and no trace of one machine."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

DOCUMENTS = [
    *(REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((REPOSITORY / "docs").rglob("*.md")),
]
COMMAND = re.compile(r"python -m ([a-z_]+(?:\.[a-z_]+)?)")
TARGET = re.compile(r"`?make ([a-z-]+)`?")


def commands() -> list[str]:
    """Every module that the README tells people to run."""
    found = set(COMMAND.findall((REPOSITORY / "README.md").read_text(encoding="utf-8")))
    return sorted(name for name in found if name != "venv")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    """Every relative link and picture of a document exists."""
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", text)
    targets = [one or other for one, other in links]
    missing = [
        target
        for target in targets
        if "://" not in target and not (document.parent / target).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("module", commands())
def test_the_readmes_commands_exist(module: str) -> None:
    """Each `python -m` of the README explains itself."""
    shown = subprocess.run(
        [sys.executable, "-m", module, "--help"],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    assert "usage:" in shown.stdout


def test_the_readmes_tree_is_there() -> None:
    """Every folder and file that the README's tree names exists; `data/` comes at run time."""
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    tree = text.split("## The tree")[1].split("```")[1]
    room, missing = "", []
    for line in tree.strip().splitlines():
        named = line[:22].strip() if line.startswith(" ") else line.split()[0]
        if not line.startswith(" "):
            room = named
        for path in named.split(", "):
            place = REPOSITORY / room / path if line.startswith(" ") else REPOSITORY / path
            if path != "data/" and not place.exists():
                missing.append(str(place))
    assert missing == []


def test_the_readmes_targets_exist() -> None:
    """Each `make` of the README is a target of the Makefile."""
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    wanted = set(TARGET.findall((REPOSITORY / "README.md").read_text(encoding="utf-8")))
    assert wanted - targets == set()


def test_the_image_is_made_of_every_package() -> None:
    """What pyproject.toml packs is copied into the container, and let into its build."""
    project = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r"^module-name = \[(.*)\]", project, flags=re.MULTILINE)
    assert found is not None
    packed = set(re.findall(r'"(\w+)"', found[1]))
    dockerfile = (REPOSITORY / "ops" / "Dockerfile").read_text(encoding="utf-8")
    let_in = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8")

    assert packed - set(re.findall(r"^COPY (\w+) \1$", dockerfile, flags=re.MULTILINE)) == set()
    assert packed - set(re.findall(r"^!(\w+)$", let_in, flags=re.MULTILINE)) == set()


def test_the_index_lists_every_decision() -> None:
    """Each record is found by subject, and the index names none that is not there."""
    folder = REPOSITORY / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^- \[\d{4}\]\((\d{4}-[^)]+\.md)\)", index, flags=re.MULTILINE)
    assert sorted(listed) == sorted(path.name for path in folder.glob("[0-9]*.md"))


def test_no_file_names_a_folder_of_the_machine_it_was_written_on() -> None:
    """Tracked text files hold no absolute path of a checkout."""
    git = shutil.which("git")
    if git is None or not (REPOSITORY / ".git").exists():
        pytest.skip("this is no git checkout")
    listed = subprocess.run(
        [git, "ls-files"], capture_output=True, text=True, cwd=REPOSITORY, check=True
    )
    here = str(REPOSITORY)
    naming = []
    for name in listed.stdout.splitlines():
        path = REPOSITORY / name
        if path.suffix in (".png", ".jpg", ".npz", ".onnx") or not path.is_file():
            continue
        if here in path.read_text(encoding="utf-8"):
            naming.append(name)
    assert naming == []


def test_every_test_that_the_threat_model_names_exists() -> None:
    """`file::test` in docs/security.md; `::test` means the file named last."""
    text = (REPOSITORY / "docs" / "security.md").read_text(encoding="utf-8")
    missing, file = [], ""
    for named, test in re.findall(r"`([a-z_/]+\.py)?::(\w+)`", text):
        file = named or file
        source = REPOSITORY / "tests" / file
        if not source.is_file() or f"def {test}(" not in source.read_text(encoding="utf-8"):
            missing.append(f"{file}::{test}")
    assert missing == []


ROOMS = ("bear_detector", "bot", "training", "dataset", "review", "languages", "models")
MOST_ENTRIES = 14
MOST_LINES = 400


def tracked() -> list[Path]:
    """Every file of the repository, relative to it."""
    git = shutil.which("git")
    if git is None or not (REPOSITORY / ".git").exists():
        pytest.skip("this is no git checkout")
    listed = subprocess.run(
        [git, "ls-files"], capture_output=True, text=True, cwd=REPOSITORY, check=True
    )
    return [Path(name) for name in listed.stdout.splitlines() if (REPOSITORY / name).is_file()]


def test_a_folder_can_be_read_at_a_glance() -> None:
    """No folder of a room holds more entries than one looks through."""
    entries: dict[Path, set[str]] = {}
    for file in tracked():
        # What says that types are published is for programs; nobody reads it.
        if file.parts[0] in ROOMS and file.name != "py.typed":
            for depth in range(1, len(file.parts)):
                entries.setdefault(Path(*file.parts[:depth]), set()).add(file.parts[depth])
    assert {} == {
        str(folder): len(names) for folder, names in entries.items() if len(names) > MOST_ENTRIES
    }


def test_a_file_can_be_read_in_one_go() -> None:
    """No Python file has more lines than one reads in one go."""
    lengths = {
        str(file): len((REPOSITORY / file).read_text(encoding="utf-8").splitlines())
        for file in tracked()
        if file.suffix == ".py"
    }
    assert {} == {name: lines for name, lines in lengths.items() if lines > MOST_LINES}


def test_the_architecture_names_the_packages_that_there_are() -> None:
    """Each package stands in docs/architecture.md, and each folder named there is one."""
    text = (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:bot|training|dataset|review|models)/[a-z_/]+)/`", text))
    packages = {
        file.parent.as_posix()
        for file in tracked()
        if file.name == "__init__.py"
        and file.parts[0] in ROOMS
        and len(file.parts) > 2
        and file.parent.name != "versions"
    }
    assert packages == named


def test_a_package_says_what_lives_in_it() -> None:
    """Each package begins with a sentence."""
    silent = [
        str(file)
        for file in tracked()
        if file.name == "__init__.py"
        and file.parts[0] in ROOMS
        and file.parent.name != "versions"
        and not (REPOSITORY / file).read_text(encoding="utf-8").startswith('"""')
    ]
    assert [] == silent
