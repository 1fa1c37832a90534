"""Pretrained bodies: where their weights come from, and the graph that serves their features."""

from __future__ import annotations

import hashlib
import os
import socket
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.bundles.bundle import GRAPH, STARTER, Bundle
from models.photo import VIEWS, Preparation
from training.errors import BodyUnavailable
from training.train.material.features import BodyGraph
from training.train.network.body import (
    DEFAULT_ARCH,
    IMAGENET_MEAN,
    IMAGENET_STD,
    LARGER_ARCH,
    Body,
)

if TYPE_CHECKING:
    from torch import nn


_HUB = "huggingface.co"
_TORCH_HUB = "download.pytorch.org"
_AFTER_FEATURES = ("global_pool", "avgpool", "head", "head_drop", "classifier", "fc", "dropout")
_LISTS = ("blocks", "features", "stages", "layers")


def body_graph(
    arch: str, *, folder: Path, preparation: Preparation, weights: Path | None = None
) -> BodyGraph:
    """The graph that computes a body's features, exported into `folder` unless it is there.

    The default body's is the starter's own, so that it takes no torch. Raises BodyUnavailable.
    """
    if arch == DEFAULT_ARCH and weights is None:
        bundle = Bundle.open(STARTER, verify=False)
        return BodyGraph(
            arch, bundle.graph, graph_key(bundle.manifest.files[GRAPH], preparation), preparation
        )
    name = arch if weights is None else f"{arch}-{_digest(weights)[:12]}"
    file = folder / f"{name}-{preparation.crop_px}.onnx"
    if not file.exists():
        from training.train.network.twin_graph import body_to_onnx

        _write_whole(file, body_to_onnx(load_body(arch, weights=weights), preparation))
    return BodyGraph(arch, file, graph_key(_digest(file), preparation), preparation)


def load_body(arch: str, *, weights: Path | None = None) -> Body:
    """The body in torch, with its ImageNet weights. Raises BodyUnavailable."""
    import torch

    model, mean, std = _load(arch, weights)
    model.eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    with torch.inference_mode():
        sample = torch.rand((1, 3, 224, 224), generator=torch.Generator().manual_seed(0)) * 4 - 2
        expected = model(sample)
        if expected.ndim != 2 or expected.shape[1] != 1000:
            raise BodyUnavailable(
                f"{arch} does not tell ImageNet's 1000 classes, on which the outside check rests:"
                " choose weights trained on ImageNet-1k."
            )
        for stages, imagenet in _apart(model):
            features = sample
            try:
                for stage in stages:
                    features = stage(features)
                got = imagenet(features) if features.ndim == 4 else None
            # A wrong guess at a network's structure may raise any error.
            except Exception:  # noqa: S112
                continue
            by_place = features.shape[1] == getattr(model, "num_features", features.shape[1])
            if got is not None and by_place and torch.allclose(got, expected, atol=1e-3):
                return Body(arch, tuple(stages), mean, std, imagenet, features.shape[1])
    raise BodyUnavailable(
        f"{arch} is not a plain convolutional network (photo, features by place, mean, classes),"
        f" and others cannot be served here: take for example {DEFAULT_ARCH}, resnet18 or"
        " convnext_tiny."
    )


def _load(arch: str, weights: Path | None) -> tuple[Any, tuple[float, ...], tuple[float, ...]]:
    if weights is None and arch not in (DEFAULT_ARCH, LARGER_ARCH) and not _may_reach(_HUB):
        # Read when timm is imported: without it the client asks for a minute before it gives up.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import timm
    import torchvision

    from training.train.network.packaged import PACKAGED, pretrained

    if arch in PACKAGED and weights is None:
        return pretrained(arch), IMAGENET_MEAN, IMAGENET_STD
    by_timm = arch in timm.list_models()
    by_torchvision = arch in torchvision.models.list_models()
    if not by_timm and not by_torchvision:
        raise BodyUnavailable(
            f"Neither timm nor torchvision has a body named {arch!r}: see timm.list_models()."
        )
    if by_timm and (weights is not None or _may_reach(_HUB) or not by_torchvision):
        model = _timm_model(arch, weights)
        return model, tuple(model.pretrained_cfg["mean"]), tuple(model.pretrained_cfg["std"])
    return _torchvision_model(arch, weights), IMAGENET_MEAN, IMAGENET_STD


def _timm_model(arch: str, weights: Path | None) -> Any:
    import timm

    if weights is None:
        return _reachable(arch, _HUB, lambda: timm.create_model(arch, pretrained=True))
    overlay = {"file": str(weights)}
    return _fitting(
        arch,
        weights,
        lambda: timm.create_model(arch, pretrained=True, pretrained_cfg_overlay=overlay),
    )


def _torchvision_model(arch: str, weights: Path | None) -> Any:
    import torch
    import torchvision

    if weights is None:
        url = str(torchvision.models.get_model_weights(arch).DEFAULT.url)
        cached = Path(torch.hub.get_dir()) / "checkpoints" / url.rsplit("/", 1)[-1]

        def fetch() -> Any:
            if not cached.exists() and not _may_reach(_TORCH_HUB):
                raise OSError("no network")
            return torchvision.models.get_model(arch, weights="DEFAULT")

        return _reachable(arch, _TORCH_HUB, fetch)
    model = torchvision.models.get_model(arch)
    return _fitting(
        arch,
        weights,
        lambda: model.load_state_dict(torch.load(weights, weights_only=True)) and model,
    )


@cache
def _may_reach(host: str) -> bool:
    """Whether to ask a host at all; looking up an unknown name takes seconds."""
    if any(os.environ.get(name) for name in ("HTTPS_PROXY", "https_proxy", "HF_ENDPOINT")):
        return True
    try:
        socket.getaddrinfo(host, 443)
    except OSError:
        return False
    return True


def _reachable(arch: str, host: str, load: Any) -> Any:
    reason = f"{host} is not reachable"
    try:
        return load()
    # Each of the hubs has its own errors for not being reached.
    except Exception as exc:
        if _may_reach(host):
            reason = (str(exc).splitlines() or [type(exc).__name__])[0][:200]
        raise BodyUnavailable(
            f"The weights of {arch} cannot be fetched here ({reason}): take the default body"
            f" {DEFAULT_ARCH}, which needs no download, or fetch the file on another machine and"
            " name it with --weights FILE."
        ) from exc


def _fitting(arch: str, weights: Path, load: Any) -> Any:
    if not weights.is_file():
        raise BodyUnavailable(f"The file {weights} does not exist.")
    try:
        return load()
    except Exception as exc:
        raise BodyUnavailable(
            f"The file {weights} does not hold the weights of {arch}: name the file that belongs"
            " to this body."
        ) from exc


def _apart(model: Any) -> list[tuple[list[nn.Module], nn.Module]]:
    """Guesses at how a network comes apart; the caller checks that one computes the same."""
    from torch import nn

    from training.fastai_parts import TimmFeatures, TimmHead

    stages: list[nn.Module] = []
    rest: list[nn.Module] = []
    for name, child in model.named_children():
        if rest or name in _AFTER_FEATURES:
            rest.append(child)
        elif name in _LISTS and isinstance(child, nn.Sequential):
            stages.extend(child.children())
        else:
            stages.append(child)
    guesses: list[tuple[list[nn.Module], nn.Module]] = []
    if isinstance(rest[-1] if rest else None, nn.Linear):
        mean = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(1), rest[-1])
        guesses.append((stages, mean))
    if hasattr(model, "forward_head"):
        guesses.append((stages, TimmHead(model)))
        guesses.append(([TimmFeatures(model)], TimmHead(model)))
    elif rest:
        guesses.append((stages, nn.Sequential(rest[0], nn.Flatten(1), *rest[1:])))
    return guesses


def graph_key(graph_sha256: str, preparation: Preparation) -> str:
    """A name for what a graph says of photos prepared like this: it tells it from every other."""
    text = f"{graph_sha256} {preparation.short_side_px} {preparation.crop_px} {preparation.method}"
    text += f" {VIEWS}"
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _digest(file: Path) -> str:
    if not file.is_file():
        raise BodyUnavailable(f"The file {file} does not exist.")
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _write_whole(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    Path(name).replace(file)


def tail_at(stages: Sequence[nn.Module], *, share: float) -> int:
    """Where to cut the stages so that those from there on hold about `share` of the parameters.

    At least the last stage with parameters is in the tail.
    """
    sizes = [sum(p.numel() for p in stage.parameters()) for stage in stages]
    total, kept = sum(sizes), 0
    for index in range(len(stages) - 1, -1, -1):
        kept += sizes[index]
        if kept >= share * total:
            return index
    return 0
