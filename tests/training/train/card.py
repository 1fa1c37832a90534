"""A second device without one: tensors in this machine's memory that count as lying on a card.

As with a real card, nothing is computed from tensors of both places, and what lies on the card has
to be brought back before NumPy, a pickle or a graph may have it. Any mistake raises here what it
raises there.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_iter, tree_map

CARD = torch.device("meta")
"""Its name: a device that every torch knows and on which nothing else of ours runs."""
_LEAVES = ("numpy", "__array__", "__reduce_ex__")
_BOTH = ("copy_", "__set__", "_has_compatible_shallow_copy_type")


class Card(TorchFunctionMode):
    """While it is entered, `.to(CARD)` puts tensors onto it."""

    def __init__(self, most_photos: int = 1000) -> None:
        """With more than `most_photos` in a convolution, its memory does not suffice."""
        super().__init__()
        self.most_photos = most_photos
        self.computed: Counter[str] = Counter()
        """Functions called with tensors that lie on it."""
        self._there: dict[int, torch.UntypedStorage] = {}

    def has(self, tensor: Tensor) -> bool:
        """Whether a tensor lies on the card."""
        with torch._C.DisableTorchFunction():
            return bool(tensor.numel()) and _place(tensor) in self._there

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        given = [each for each in tree_iter((args, kwargs)) if isinstance(each, Tensor)]
        on_card = [tensor for tensor in given if self.has(tensor)]
        if func == Tensor.device.__get__:
            return CARD if on_card else func(*args)
        if func is torch._C._nn._parse_to:  # reads the arguments of others' `to`
            return func(*args, **kwargs)
        if func in (Tensor.to, Tensor.cpu, Tensor.cuda):
            return self._moved(func, args, kwargs, from_card=bool(on_card))
        asked = kwargs.get("device")
        if asked is not None:
            kwargs["device"] = "cpu"
        if on_card:
            self._check(func, given, on_card)
        made = func(*args, **kwargs)
        if on_card or (asked is not None and torch.device(asked) == CARD):
            tree_map(self._take, made)
        return made

    def _check(self, func: Any, given: list[Tensor], on_card: list[Tensor]) -> None:
        name = getattr(func, "__name__", str(func))
        if name in _LEAVES:
            raise TypeError(f"can't convert a tensor on the card by {name}: use .cpu() first")
        # A card takes single numbers from the CPU.
        elsewhere = [each for each in given if each.dim() and not self.has(each)]
        if elsewhere and name not in _BOTH:
            raise RuntimeError(f"Expected all tensors to be on the same device, in {name}")
        if name == "conv2d" and len(given[0]) > self.most_photos:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        self.computed[name] += 1

    def _moved(self, func: Any, args: Any, kwargs: Any, *, from_card: bool) -> Any:
        source, *rest = args
        to = next(
            (torch.device(each) for each in (*rest, kwargs.get("device")) if _is_device(each)),
            torch.device("cpu") if func is Tensor.cpu else None,
        )
        if to is not None and func is Tensor.to:
            rest = [torch.device("cpu") if _is_device(each) else each for each in rest]
            kwargs = {key: value for key, value in kwargs.items() if key != "device"}
        made = func(source, *rest, **kwargs) if rest or kwargs or func is Tensor.cpu else source
        there = from_card if to is None else to == CARD
        if there == from_card:
            return self._take(made) if there else made
        copy = made.clone()
        # The copy is made of what lies elsewhere, and counts as where it goes.
        self._forget(copy)
        return self._take(copy) if there else copy

    def _take(self, made: Any) -> Any:
        if isinstance(made, Tensor):
            with torch._C.DisableTorchFunction():
                # Held, so that no other tensor gets its place in memory.
                self._there[_place(made)] = made.untyped_storage()
        return made

    def _forget(self, tensor: Tensor) -> None:
        with torch._C.DisableTorchFunction():
            self._there.pop(_place(tensor), None)


def _place(tensor: Tensor) -> int:
    return tensor.untyped_storage().data_ptr()


def _is_device(value: Any) -> bool:
    return isinstance(value, torch.device) or (isinstance(value, str) and value in ("cpu", "meta"))
