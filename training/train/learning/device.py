"""The device that networks learn on: the one place that chooses it, and brings back what leaves.

Only a fit, and what a foreign learner answers, happen on it. Whatever the rest of this room is
given lies on the CPU, in single precision.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import TypeVar

import torch
from fastai.callback.core import Callback
from fastai.callback.fp16 import AMPMode, MixedPrecision
from fastai.learner import Learner
from torch import Tensor, nn

from training.errors import DeviceUnavailable

T = TypeVar("T")
CPU = torch.device("cpu")
_OF_THE_DEVICE = ("cuda", "cudnn", "cublas", "hip", "mps", "driver", "nccl")
"""Words that tell errors of the card from our own."""
_MOST_PREPARING = 8
_M_TRIM_THRESHOLD = -1
_M_MMAP_MAX = -4
_KEPT_BYTES = 1 << 30


@dataclass(frozen=True)
class Chosen:
    """A device, and what a person should know about the choice; empty where there is nothing."""

    device: torch.device
    remark: str = ""
    by_name: bool = False
    """It was asked for, so no other will do."""


def chosen(name: str) -> Chosen:
    """The device of this name; `auto` takes what there is: CUDA, or MPS, or the CPU.

    Raises DeviceUnavailable for one that is named and cannot be used.
    """
    if name == "cpu":
        return Chosen(CPU, by_name=True)
    by_name = name != "auto"
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    reason = " ".join(str(told[-1].message).split())[:200] if told else ""
    if cuda and name in ("auto", "cuda"):
        # Else cuBLAS refuses to be deterministic; it reads this when it is first used.
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        return Chosen(torch.device("cuda", torch.cuda.current_device()), by_name=by_name)
    if mps and name in ("auto", "mps"):
        return Chosen(torch.device("mps"), by_name=by_name)
    if name == "auto":
        return Chosen(CPU, f"The GPU cannot be used: {reason}" if reason else "")
    if name not in ("cuda", "mps"):
        try:
            return Chosen(torch.device(name), by_name=True)
        except RuntimeError as exc:
            raise DeviceUnavailable(f"DEVICE={name} is none of auto, cpu, cuda, mps.") from exc
    raise DeviceUnavailable(
        f"DEVICE={name}, and torch finds no such device here{f' ({reason})' if reason else ''}:"
        " take DEVICE=auto, or install a torch that was built for it."
    )


def fit_on(
    choice: Chosen, batch_photos: int, fit: Callable[[torch.device, int], T]
) -> tuple[T, tuple[str, ...]]:
    """What `fit`, called with a device and photos a batch, returns, and remarks for a person.

    Where the device's memory does not suffice, the batch is halved. Where the device fails
    otherwise, the CPU is taken, unless the device was asked for by name: DeviceUnavailable.
    """
    device, remarks = choice.device, [choice.remark] if choice.remark else []
    while True:
        try:
            return fit(device, batch_photos), tuple(remarks)
        except RuntimeError as exc:
            full, reason = is_full(exc), " ".join(str(exc).split())[:160]
            if device == CPU or not (full or _is_of_device(exc)):
                raise
        # Not above, where the exception still holds what is to be freed.
        _free(device)
        if full and batch_photos > 1:
            batch_photos //= 2
            remarks.append(
                f"The memory of {device} did not suffice: it learned from {batch_photos} photos at"
                " a time instead."
            )
        elif not choice.by_name:
            device = CPU
            remarks.append(f"The GPU failed ({reason}): it learned on the CPU instead.")
        else:
            raise DeviceUnavailable(
                f"The device {device} failed ({reason}): take DEVICE=auto or DEVICE=cpu."
            )


def is_full(exc: BaseException) -> bool:
    """Whether a device's memory did not suffice."""
    return isinstance(exc, torch.OutOfMemoryError) or "out of memory" in str(exc).lower()


def mixed_precision(device: torch.device) -> list[Callback]:
    """What makes a fit compute in half precision where the card has units for it.

    bfloat16 has the range of single precision, so nothing needs to be scaled; older cards have
    float16 only.
    """
    if device.type != "cuda":
        return []
    if torch.cuda.get_device_capability(device) >= (8, 0):
        return [MixedPrecision(amp_mode=AMPMode.BF16)]
    if torch.cuda.get_device_capability(device) >= (7, 0):
        return [MixedPrecision(amp_mode=AMPMode.FP16)]
    return []


def preparing_processes(device: torch.device) -> int:
    """How many processes prepare photos for this device; 0: the one that learns.

    A CPU is busy with the network, and each process would hold a copy of torch. Where processes do
    not start as a fork, each would be sent all photos in each epoch.
    """
    if device == CPU or multiprocessing.get_start_method() != "fork":
        return 0
    return min(os.cpu_count() or 1, _MOST_PREPARING)


def keep_freed_memory() -> None:
    """Keep what a step of a fit on the CPU frees, for the next step, up to 1 GB.

    glibc would map each large tensor anew and give it back; clearing those pages takes a fifth of
    a fit. No effect without glibc.
    """
    # torch reads it before its first large tensor: fewer, larger pages.
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_M_MMAP_MAX, 0)
        mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)


@contextmanager
def on_device(learner: Learner, device: torch.device) -> Iterator[None]:
    """A learner that was made on the CPU learns and answers on a device; afterwards all of it is
    on the CPU again."""
    loaders = learner.dls.loaders
    # Transforms hold what they drew last, on the device: afterwards there are fresh ones.
    unused = [deepcopy(loader.after_batch) for loader in loaders]
    learner.dls.to(device)
    learner.model.to(device)
    for loader in loaders:
        for transform in loader.after_batch.fs:
            for name in getattr(transform, "parameters", ()):
                setattr(transform, name, getattr(transform, name).to(device))
    try:
        yield
    finally:
        for loader, transforms in zip(loaders, unused, strict=True):
            loader.after_batch = transforms
            loader.fake_l.num_workers = 0
        learner.dls.to(CPU)
        learner.model.to(CPU)
        loss = getattr(learner.loss_func, "func", learner.loss_func)
        if isinstance(loss, nn.Module):
            loss.to(CPU)
        # The last loss, and the optimiser's moments: nobody goes on from them.
        for name, value in vars(learner).items():
            if isinstance(value, Tensor):
                setattr(learner, name, None)
        learner.opt = None


def _is_of_device(exc: RuntimeError) -> bool:
    accelerator = getattr(torch, "AcceleratorError", ())
    return isinstance(exc, accelerator) or any(word in str(exc).lower() for word in _OF_THE_DEVICE)


def _free(device: torch.device) -> None:
    if device.type == "cuda":
        try:
            torch.cuda.empty_cache()
        except RuntimeError:  # the card is gone
            return
    elif device.type == "mps":
        torch.mps.empty_cache()
