"""Opening an exported learner, wherever it was exported. THIS RUNS THE CODE IN THE FILE."""

from __future__ import annotations

import pathlib
import pickle
import tempfile
import types
import warnings
from pathlib import Path
from typing import Any

import torch
from fastai.learner import Learner

from training.errors import TrainError


def open_learner(file: Path) -> Learner:
    """The learner in a file, its network on the CPU. Raises TrainError.

    The file may come from another system, or from another Python: the paths in it are not needed.
    """
    if not file.is_file():
        raise TrainError(f"The file {file} does not exist.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Not by fastai's own function, which hides why a module is missing.
            learner = torch.load(
                file, map_location="cpu", pickle_module=_pickle_module(), weights_only=False
            )
            if isinstance(learner, Learner):
                learner = _on_cpu(learner)
    # Unpickling runs the file's code and may raise any error.
    except Exception as exc:
        raise TrainError(f"{file} cannot be opened here as a learner: {_reason(exc)}.") from exc
    if not isinstance(learner, Learner):
        raise TrainError(f"{file} holds no fastai learner: export one with learn.export().")
    return learner


def exported(learner: Learner) -> Learner:
    """What opening an export of this learner gives: a copy of it, on the CPU."""
    path = learner.path
    with tempfile.TemporaryDirectory() as folder:
        learner.path = Path(folder)
        try:
            learner.export("export.pkl")
            return open_learner(Path(folder) / "export.pkl")
        finally:
            learner.path = path


def _on_cpu(learner: Learner) -> Learner:
    """The learner, in single precision, and whatever it learned in."""
    learner.dls.cpu()
    if hasattr(learner, "channels_last"):
        learner = learner.to_contiguous(to_fp32=True)
    elif hasattr(learner, "mixed_precision"):
        learner = learner.to_fp32()
    learner.model.cpu()
    return learner


def _reason(exc: Exception) -> str:
    if isinstance(exc, ModuleNotFoundError) and exc.name:
        old = exc.name.startswith("fastcore.")
        return f"it needs the Python module {exc.name}" + (
            ", which fastai before 2.8 had: export it again under the fastai version of this"
            " environment"
            if old
            else ", which is not installed here"
        )
    said = (str(exc).splitlines() or [type(exc).__name__])[0][:200].rstrip(".")
    return f"{said}; export it with learn.export() under the fastai version of this environment"


class _Unpickler(pickle.Unpickler):
    """Takes paths of any system and any Python, and puts a stand-in for functions that only the
    notebook had: they made labels, not answers."""

    def find_class(self, module_name: str, global_name: str) -> Any:
        """The class or function of this name."""
        if module_name.partition(".")[0] == "pathlib":
            # Python 3.13 names another module, and a WindowsPath exists on Windows only.
            return Path if global_name.endswith("Path") else getattr(pathlib, global_name)
        try:
            return super().find_class(module_name, global_name)
        except (AttributeError, ModuleNotFoundError):
            if module_name != "__main__":
                raise
            return _stand_in


def _stand_in(*_arguments: Any, **_options: Any) -> Any:
    raise TrainError("The learner needs a function that only its notebook had.")


def _pickle_module() -> Any:
    module = types.ModuleType("opening")
    module.__dict__.update(vars(pickle))
    module.__dict__["Unpickler"] = _Unpickler
    return module
