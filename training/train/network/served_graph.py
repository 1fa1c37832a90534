"""The graph that a bundle serves, and its export to ONNX."""

from __future__ import annotations

import io
from collections.abc import Sequence

import onnx
import torch
from torch import Tensor, nn

from models.inference.network import OUTPUTS
from training.errors import NotExportable
from training.train.network.body import IMAGENET_MEAN, IMAGENET_STD
from training.train.network.plain import in_plain_operations


class ServedGraph(nn.Module):
    """A pretrained body, its ImageNet classifier and a linear head: from pixels to probabilities.

    `body` maps normalised photos [N, 3, H, W] to features [N, D, h, w]. `head` is linear on their
    mean over places; with `feature_norm` the mean is first scaled to that length.
    """

    def __init__(
        self,
        body: nn.Module,
        imagenet: nn.Linear,
        head: nn.Linear,
        *,
        temperature: float,
        feature_norm: float | None = None,
        mean: Sequence[float] = IMAGENET_MEAN,
        std: Sequence[float] = IMAGENET_STD,
    ) -> None:
        super().__init__()
        self.body, self.imagenet, self.head = body, imagenet, head
        self.temperature, self.feature_norm = temperature, feature_norm
        deviation = torch.tensor(std).view(1, 3, 1, 1)
        self.scale = nn.Buffer(1 / (255 * deviation))
        self.shift = nn.Buffer(torch.tensor(mean).view(1, 3, 1, 1) / deviation)

    def forward(self, photo: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """`photo` is uint8 RGB [N, H, W, 3]; see OUTPUTS for what comes out."""
        pixels = photo.permute(0, 3, 1, 2).float() * self.scale - self.shift
        features = self.body(pixels)  # [N, D, h, w]
        embedding = features.mean((2, 3))  # [N, D]
        pooled = embedding
        if self.feature_norm is not None:
            length = self.feature_norm / embedding.norm(dim=1, keepdim=True).clamp_min(1e-6)
            pooled, features = embedding * length, features * length[:, :, None, None]
        logits = self.head(pooled)  # [N, L]
        cam = nn.functional.conv2d(features, self.head.weight[:, :, None, None])  # [N, L, h, w]
        probabilities = torch.softmax(logits / self.temperature, 1)
        return probabilities, logits, embedding, self.imagenet(embedding), cam


def to_onnx(graph: nn.Module, *, size_px: int = 224) -> bytes:
    """The graph as an ONNX file, for any number of photos at a time, with no trace of its maker.

    Raises NotExportable.
    """
    sample = torch.zeros((2, size_px, size_px, 3), dtype=torch.uint8)
    try:
        program = torch.onnx.export(
            in_plain_operations(graph.eval()),
            (sample,),
            dynamo=True,
            input_names=["photo"],
            output_names=list(OUTPUTS),
            dynamic_shapes={"photo": {0: torch.export.Dim("batch", min=1, max=1024)}},
            external_data=False,
            verbose=False,
        )
        if program is None:
            raise RuntimeError("torch exported no program")
        model = program.model_proto
        _drop_traces(model)
        onnx.checker.check_model(model)
    # The exporter has errors of many kinds, each a wall of text around a first cause.
    except Exception as exc:
        raise NotExportable(
            f"This network cannot be written as the graph that a bundle serves ({_cause(exc)}):"
            " take one whose forward computes with tensors alone, such as resnet18 or"
            " convnext_tiny."
        ) from exc
    buffer = io.BytesIO()
    onnx.save_model(model, buffer)
    return buffer.getvalue()


def _cause(exc: BaseException) -> str:
    """What began it, in a line."""
    while exc.__cause__ is not None:
        exc = exc.__cause__
    said = " ".join((str(exc).strip().splitlines() or [""])[0].split())
    return said[:200].rstrip(" .:") or type(exc).__name__


def _drop_traces(model: onnx.ModelProto) -> None:
    """Remove what the exporter notes of the exporting machine: stack traces, with their paths."""
    graph = model.graph
    del model.metadata_props[:], graph.metadata_props[:], model.functions[:]
    graph.doc_string = model.doc_string = ""
    for item in [*graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer]:
        del item.metadata_props[:]
        item.doc_string = ""
