"""The light set alone: installed from the sources, without torch and fastai, the bot answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from models.bundles.bundle import drawn_bears
from tests.bot.running import Person
from tests.conftest import PATIENCE_S, REPOSITORY

pytestmark = pytest.mark.long

HEAVY = ("torch", "torchvision", "fastai", "timm", "sklearn", "matplotlib", "onnx")


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment into which the project was installed, and nothing else."""
    folder = tmp_path_factory.mktemp("light")
    venv = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    python = venv / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    # As `make run` does: what is never imported is not compiled.
    install = ["install", "--quiet", "--no-compile", str(REPOSITORY)]
    subprocess.run([*pip, *install], check=True, cwd=folder)
    return python


@pytest.mark.install
def test_nothing_that_trains_is_installed(light: Path) -> None:
    """The light set brings none of the packages that training needs."""
    script = f"import importlib.util as u; print([n for n in {HEAVY!r} if u.find_spec(n)])"
    shown = subprocess.run(
        [str(light), "-c", script], check=True, capture_output=True, text=True, cwd=light.parent
    )
    assert shown.stdout.strip() == "[]"


@pytest.mark.install
def test_the_command_works_from_an_empty_folder(light: Path, tmp_path: Path) -> None:
    """`bear-detector` finds its starter, its tables and its own version, wherever it is called."""
    teddy = tmp_path / "teddy.jpg"
    teddy.write_bytes(drawn_bears()["teddy.jpg"])

    def ask(*arguments: str) -> str:
        return subprocess.run(
            [str(light.parent / "bear-detector"), *arguments],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONWARNINGS": "error"},
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    assert "bear-detector 0.1.0\n" == ask("--version")
    assert "teddy 99%" in ask("classify", str(teddy))
    assert "starter" in ask("models", "list")
    assert "bear-detector\n" in ask("completion", "bash")


@pytest.mark.install
def test_the_bot_answers_a_photo(light: Path, tmp_path: Path) -> None:
    """Installed like that, outside the checkout, the bot starts and answers with the starter."""
    process = subprocess.Popen(
        [str(light), "-m", "bot", "--local", "--no-browser", "--port", "0"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.strip() == "Ready":
                break
        address = next(word for word in "".join(lines).split() if word.startswith("http://"))
        with httpx.Client(base_url=address, timeout=2 * PATIENCE_S) as client:
            person = Person(client, 1)
            person.show(drawn_bears()["teddy.jpg"])
            person.hear_all(at_least=1, starting="Teddy bear, 9")
            page = client.get("/")
        assert page.status_code == 200
    finally:
        process.terminate()
        process.wait(20)
        assert process.stdout is not None
        process.stdout.close()
