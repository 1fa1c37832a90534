"""Running a bundle's ONNX graph on the CPU with OpenVINO (docs/decisions/0001)."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openvino
from numpy.typing import NDArray

from models.errors import BundleError

_OUTPUTS = ("probabilities", "logits", "embedding", "imagenet", "cam")

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Outputs:
    """What the graph says of N photos, with L labels and D features."""

    probabilities: Floats  # [N, L], calibrated
    logits: Floats  # [N, L]
    embedding: Floats  # [N, D], pooled features of the pretrained body
    imagenet: Floats  # [N, 1000], logits of the pretrained classifier
    cam: Floats  # [N, L, 7, 7], how much each place spoke for each label


class Network:
    """A compiled graph; `run` may be called from several threads and releases the GIL."""

    def __init__(self, graph: Path | bytes, *, threads: int) -> None:
        core = openvino.Core()
        try:
            self._compiled = core.compile_model(
                core.read_model(graph),
                "CPU",
                {
                    "PERFORMANCE_HINT": "LATENCY",
                    "INFERENCE_NUM_THREADS": threads,
                    # bf16, the default where the CPU has it, answers differently elsewhere.
                    "INFERENCE_PRECISION_HINT": "f32",
                },
            )
            self._ports = [self._compiled.output(name) for name in _OUTPUTS]
        except RuntimeError as exc:
            raise BundleError(
                "the bundle's graph cannot be run here: it is damaged, or too new"
            ) from exc
        self._local = threading.local()

    def run(self, photos: NDArray[np.uint8]) -> Outputs:
        """What the network says of `photos`, uint8 RGB [N, H, W, 3]."""
        request = getattr(self._local, "request", None)
        if request is None:
            request = self._local.request = self._compiled.create_infer_request()
        request.infer({"photo": photos}, share_inputs=True)
        return Outputs(*(np.array(request.get_tensor(port).data) for port in self._ports))
