"""Running a bundle's ONNX graph on the CPU with ONNX Runtime (docs/decisions/0001)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import BundleError

if TYPE_CHECKING:
    import onnxruntime

OUTPUTS = ("probabilities", "logits", "embedding", "imagenet", "cam")

_ERRORS_ONLY = 3

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Outputs:
    """The graph's outputs for N photos, with L labels and D features."""

    probabilities: Floats  # [N, L], calibrated
    logits: Floats  # [N, L]
    embedding: Floats  # [N, D], pooled features of the pretrained body
    imagenet: Floats  # [N, 1000], logits of the pretrained classifier
    cam: Floats  # [N, L, h, w], how much each place spoke for each label


class Network:
    """A graph ready to run; `run` releases the GIL, and several threads may call it.

    `graph` is an ONNX file or its content. Raises BundleError when it cannot run.
    """

    def __init__(self, graph: Path | bytes, *, threads: int) -> None:
        # Only now: 8 MB that the pages and the registry need not hold for what they read (0251).
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = _ERRORS_ONLY
        # Threads that spin while they wait take the CPU from the decoding of the next photo.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        source = graph if isinstance(graph, bytes) else str(graph)
        try:
            self._session = onnxruntime.InferenceSession(
                source, options, providers=["CPUExecutionProvider"]
            )
            shapes = {out.name: out.shape for out in self._session.get_outputs()}
            (photo,) = self._session.get_inputs()
            self.size_px = int(photo.shape[1])
            """The side of the square photos that the graph takes."""
            self.label_count = int(shapes["probabilities"][1])
            """How many labels the graph answers for."""
        # The runtime's errors have no common base but Exception.
        except Exception as exc:
            raise BundleError("the graph of the bundle is damaged and cannot be run") from exc
        self._new_options = onnxruntime.RunOptions
        self._running: set[onnxruntime.RunOptions] = set()
        self._stopped = False
        missing = [name for name in OUTPUTS if name not in shapes]
        if missing:
            raise BundleError(f"the graph of the bundle has no output {missing[0]!r}")

    def run(self, photos: NDArray[np.uint8]) -> Outputs:
        """The outputs for `photos`, uint8 RGB [N, H, W, 3].

        Raises BundleError when the graph fails on them, or after `stop`.
        """
        options = self._new_options()
        self._running.add(options)
        try:
            options.terminate = self._stopped
            return Outputs(*self._session.run(OUTPUTS, {"photo": photos}, options))
        except Exception as exc:
            why = "was stopped" if self._stopped else "fails on a photo"
            raise BundleError(f"the graph of the bundle {why}") from exc
        finally:
            self._running.discard(options)

    def stop(self) -> None:
        """End every run at its next node, and each later one: for a graph that has no end."""
        self._stopped = True
        for options in list(self._running):
            options.terminate = True
