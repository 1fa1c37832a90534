"""Opening learners that were exported elsewhere: on Windows, by another Python, in a notebook."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.errors import TrainError
from training.import_learner.foreign_learner import Foreign, load_foreign


class _Elsewhere:
    """Pickles as a call of a function by its name there, which this machine need not have."""

    def __init__(self, name: str, *arguments: object) -> None:
        self.name, self.arguments = name, arguments


class _Pickler(pickle._Pickler):
    """Python's own, in Python: it writes names that cannot be looked up here."""

    def save(self, obj: Any, save_persistent_id: bool = True) -> None:
        if not isinstance(obj, _Elsewhere):
            super().save(obj, save_persistent_id)
            return
        module, _, name = obj.name.rpartition(".")
        self.write(pickle.GLOBAL + f"{module}\n{name}\n".encode())
        if obj.arguments:
            super().save(obj.arguments)
            self.write(pickle.REDUCE)


def _pickled_elsewhere() -> Any:
    module = type(sys)("elsewhere")
    module.__dict__.update(vars(pickle), Pickler=_Pickler)
    return module


@pytest.fixture(scope="module")
def learner() -> Any:
    """A learner on pictures of eight pixels."""
    import torch
    from fastai.vision.all import CategoryBlock, DataBlock, ImageBlock, Learner, nn

    torch.manual_seed(0)
    block = DataBlock(blocks=(ImageBlock, CategoryBlock), get_x=square, get_y=is_odd)
    dls = block.dataloaders(list(range(8)), bs=4, num_workers=0)
    body = nn.Sequential(nn.Conv2d(3, 2, 3))
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 2))
    return Learner(dls, nn.Sequential(body, head), loss_func=nn.CrossEntropyLoss())


def square(_number: int) -> Any:
    return np.zeros((8, 8, 3), np.uint8)


def is_odd(number: int) -> bool:
    return number % 2 > 0


def exported(learner: Any, folder: Path, **foreign: Any) -> Path:
    """An export.pkl with these attributes beside its own."""
    for name, value in foreign.items():
        setattr(learner, name, value)
    learner.path = folder
    try:
        learner.export("export.pkl", pickle_module=_pickled_elsewhere())
    finally:
        for name in foreign:
            delattr(learner, name)
    return folder / "export.pkl"


def opened(learner: Any, folder: Path, **foreign: Any) -> Foreign:
    return load_foreign(exported(learner, folder, **foreign))


@pytest.mark.parametrize(
    "name", ["pathlib.WindowsPath", "pathlib.PosixPath", "pathlib._local.PosixPath"]
)
def test_paths_of_any_system_and_python_are_taken(name: str, learner: Any, tmp_path: Path) -> None:
    """A WindowsPath cannot be made on Linux, and Python 3.13 calls their module otherwise."""
    foreign = opened(learner, tmp_path, model_dir=_Elsewhere(name, "C:", "bears"))
    assert Path("C:", "bears") == foreign.learner.model_dir


def test_labels_that_are_true_and_false_are_taken(learner: Any, tmp_path: Path) -> None:
    """As those of the book's first learner, is_cat."""
    assert opened(learner, tmp_path).labels == ("False", "True")


def test_functions_of_the_notebook_are_stood_in_for(learner: Any, tmp_path: Path) -> None:
    """A function of `__main__` that made the labels is not needed to answer."""
    foreign = opened(learner, tmp_path, label_func=_Elsewhere("__main__.of_a_notebook"))
    with pytest.raises(TrainError, match="a function that only its notebook had"):
        foreign.learner.label_func()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("no_such_module.thing", "it needs the Python module no_such_module, which is not"),
        ("fastcore.no_such_module.thing", "which fastai before 2.8 had: export it again"),
        ("fastai.learner.NoSuchThing", "NoSuchThing"),
    ],
)
def test_what_is_missing_is_named(name: str, words: str, learner: Any, tmp_path: Path) -> None:
    """A module or class that is not here, by its name, in one sentence."""
    with pytest.raises(TrainError, match=words) as told:
        opened(learner, tmp_path, more=_Elsewhere(name))
    assert len(str(told.value).splitlines()) == 1
