"""A module as the ONNX graph that a bundle serves."""

from __future__ import annotations

import io

import onnx
import torch
from torch import nn

from models.inference.network import OUTPUTS
from training.errors import NotExportable
from training.train.network.plain import in_plain_operations


def to_onnx(graph: nn.Module, *, size_px: int = 224) -> bytes:
    """The graph as an ONNX file, for any number of photos at a time, with no trace of its maker.

    Raises NotExportable.
    """
    sample = torch.zeros((2, size_px, size_px, 3), dtype=torch.uint8)
    try:
        # Captured here, because some versions of torch fall back to a trace of this one sample.
        captured = torch.export.export(
            in_plain_operations(graph.eval()),
            (sample,),
            dynamic_shapes=({0: torch.export.Dim("batch", min=1, max=1024)},),
            strict=False,
        )
        program = torch.onnx.export(
            captured,
            dynamo=True,
            input_names=["photo"],
            output_names=list(OUTPUTS),
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
