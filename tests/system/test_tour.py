"""docs/tour.md is true: every block of it runs, in its order, from an empty folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.system.processes import threads

pytestmark = pytest.mark.long

BLOCK = re.compile(r"^```(python|sh|js)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)


def has_onnxruntime_web(node: str, folder: Path) -> bool:
    """Whether node finds the package, in NODE_PATH or globally."""
    script = 'require("onnxruntime-web")'
    return (
        subprocess.run(
            [node, "-e", script], cwd=folder, capture_output=True, check=False
        ).returncode
        == 0
    )


def test_every_block_of_the_tour_runs(tmp_path: Path) -> None:
    """Drawn pictures become a published model, whose learner and graph answer the same."""
    programs = tmp_path / "bin"
    programs.mkdir()
    command = programs / "bear-detector"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bear_detector "$@"\n')
    command.chmod(0o755)
    folder = tmp_path / "empty"
    folder.mkdir()
    node = shutil.which("node")
    runners = {
        "python": [sys.executable, "-c"],
        "sh": ["/bin/sh", "-e", "-c"],
        "js": [node, "-e"] if node and has_onnxruntime_web(node, folder) else None,
    }
    kept = ("HOME", "LANG", "TMPDIR", "NODE_PATH")
    environment = {name: os.environ[name] for name in kept if name in os.environ} | {
        **threads(),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(REPOSITORY),
    }
    text = (REPOSITORY / "docs" / "tour.md").read_text(encoding="utf-8")
    said = []
    for language, block in BLOCK.findall(text):
        runner = runners[language]
        if runner is None:
            continue
        done = subprocess.run(
            [*runner, block],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert 0 == done.returncode, f"{block}\n{done.stdout}{done.stderr}"
        said.append(done.stdout)

    output = "".join(said)
    assert "rings: 20 added" in output
    assert re.search(r"^held-back/rings/20.jpg +rings 9\d%$", output, flags=re.MULTILINE), output
    assert (folder / "published" / "CURRENT").is_file()


def test_the_tour_has_all_its_languages() -> None:
    """A block that no runner takes would stay unread."""
    text = (REPOSITORY / "docs" / "tour.md").read_text(encoding="utf-8")
    assert text.count("```") == 2 * len(BLOCK.findall(text))
    assert {"python", "sh", "js"} == {language for language, _ in BLOCK.findall(text)}
