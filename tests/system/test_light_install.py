"""The light set alone: installed from the sources, without torch and fastai, the bot answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from models.bundles.bundle import drawn_bears
from tests.conftest import REPOSITORY

HEAVY = ("torch", "torchvision", "fastai", "timm", "sklearn", "matplotlib", "onnx")


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment into which the project was installed, and nothing else."""
    folder = tmp_path_factory.mktemp("light")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    python = folder / "venv" / "bin" / "python"
    quiet = ["--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [str(python), "-m", "pip", "install", *quiet, str(REPOSITORY)], check=True, cwd=folder
    )
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
        with httpx.Client(base_url=address, timeout=60) as client:
            sent = client.post(
                "/local/send",
                data={"user": "1", "chat": "1"},
                files={"photo": ("teddy.jpg", drawn_bears()["teddy.jpg"], "image/jpeg")},
            ).json()
            query = {"chat": 1, "after": sent["message_id"], "wait": 30}
            answer = client.get("/local/messages", params=query).json()[0]
            page = client.get("/")
        assert answer["text"].startswith("Teddy bear, 9")
        assert page.status_code == 200
    finally:
        process.terminate()
        process.wait(20)
        assert process.stdout is not None
        process.stdout.close()
