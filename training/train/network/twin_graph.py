"""The graph of a body other than the starter's, and of one whose last stages have learned."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from models.photo import Preparation
from training.fastai_parts import InformedHead, LinearHead
from training.train.material.features import FEATURE_NORM
from training.train.network.body import Body
from training.train.network.onnx_export import to_onnx


class TwinGraph(nn.Module):
    """From pixels to probabilities and pretrained features.

    Both share a frozen trunk. The pretrained tail leads to `embedding` and `imagenet`, which the
    outside check needs; a trained tail leads to the labels. So the check survives any training for
    the price of one tail. Without a trained tail the pretrained one serves both.
    """

    def __init__(
        self,
        body: Body,
        *,
        weight: Tensor,
        bias: Tensor,
        temperature: float,
        cut: int = 0,
        learned_tail: nn.Module | None = None,
        known: Tensor | None = None,
    ) -> None:
        """`weight` and `known`, for features as they come, are [L, D], `bias` [L]; `cut` is the
        first stage of the tail."""
        super().__init__()
        self.trunk = nn.Sequential(*body.stages[:cut])
        self.tail = nn.Sequential(*body.stages[cut:])
        self.learned_tail = learned_tail
        self.imagenet = body.imagenet
        self.temperature = temperature
        self.weight, self.bias = nn.Buffer(weight), nn.Buffer(bias)
        self.known = None if known is None else nn.Buffer(known)
        deviation = torch.tensor(body.std).view(1, 3, 1, 1)
        self.scale = nn.Buffer(1 / (255 * deviation))
        self.shift = nn.Buffer(torch.tensor(body.mean).view(1, 3, 1, 1) / deviation)

    def forward(self, photo: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """`photo` is uint8 RGB [N, H, W, 3]; see `inference.network.OUTPUTS` for the outputs."""
        shared = self.trunk(photo.permute(0, 3, 1, 2).float() * self.scale - self.shift)
        pretrained = self.tail(shared)  # [N, D, h, w]
        embedding = pretrained.mean((2, 3))
        features = pretrained if self.learned_tail is None else self.learned_tail(shared)
        mean = features.mean((2, 3))  # [N, D]
        length = FEATURE_NORM / mean.norm(dim=1, keepdim=True).clamp_min(1e-6)
        logits = nn.functional.linear(mean * length, self.weight, self.bias)  # [N, L]
        spoken = nn.functional.conv2d(features, self.weight[:, :, None, None])
        cam = spoken * length[:, :, None, None]  # [N, L, h, w]
        if self.known is not None:
            logits = logits + nn.functional.linear(mean, self.known)
            cam = cam + nn.functional.conv2d(features, self.known[:, :, None, None])
        probabilities = torch.softmax(logits / self.temperature, 1)
        return probabilities, logits, embedding, self.imagenet(pretrained), cam


def body_to_onnx(body: Body, preparation: Preparation) -> bytes:
    """A body's graph with a head that says nothing, for its features and for `with_head`."""
    graph = TwinGraph(
        body,
        weight=torch.zeros((2, body.dimensions)),
        bias=torch.zeros(2),
        temperature=1.0,
    )
    return to_onnx(graph, size_px=preparation.crop_px)


def tuned_to_onnx(
    body: Body,
    preparation: Preparation,
    *,
    cut: int,
    learned: Sequence[nn.Module],
    head: LinearHead,
    temperature: float,
) -> bytes:
    """The graph of a body whose stages from `cut` on have learned beside the pretrained ones."""
    graph = TwinGraph(
        body,
        weight=head.linear.weight.detach().clone(),
        bias=head.linear.bias.detach().clone(),
        temperature=temperature,
        cut=cut,
        learned_tail=nn.Sequential(*learned),
        known=head.known if isinstance(head, InformedHead) else None,
    )
    return to_onnx(graph, size_px=preparation.crop_px)
