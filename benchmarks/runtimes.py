"""python -m benchmarks.runtimes: the starter's graph, in floats and rounded, in two runtimes.

Prints the table of docs/decisions/0001 and 0080: start, memory, milliseconds and CPU milliseconds
a photo for batches of 1 and 8, and how far the probabilities lie from the first row's. Times are
the fifth percentile of many rounds, so that what else the machine does matters little.

OpenVINO is not a dependency of the project: where it is not installed, its rows are left out.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.bundles.bundle import STARTER
from models.photo import Preparation, prepare

Run = Callable[[NDArray[np.uint8]], NDArray[np.float32]]

ROUNDS = 80
CONFIGURATIONS = {
    "ONNX Runtime f32, 1 thread": ("onnxruntime", "f32", 1),
    "ONNX Runtime f32, 2 threads": ("onnxruntime", "f32", 2),
    "ONNX Runtime int8, 1 thread": ("onnxruntime", "int8", 1),
    "ONNX Runtime int8, 2 threads": ("onnxruntime", "int8", 2),
    "OpenVINO f32, 1 thread": ("openvino", "f32", 1),
    "OpenVINO f32, 2 threads": ("openvino", "f32", 2),
    "OpenVINO f32, 1 thread, compiled graph cached": ("openvino cached", "f32", 1),
    "OpenVINO bf16, 1 thread": ("openvino", "bf16", 1),
    "OpenVINO bf16, 2 threads": ("openvino", "bf16", 2),
    "OpenVINO int8, 1 thread": ("openvino", "int8", 1),
}
COLUMNS = ("start CPU ms", "MB, 1", "MB, 8", "1: ms", "CPU ms", "8: ms", "CPU ms", "max dp")


def main() -> None:
    """Export the graph in floats, measure everything on it."""
    from training.starter.building import exported

    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "exact.onnx"
        exact.write_bytes(exported())
        table(exact)


def table(exact: Path) -> None:
    """Measure each configuration in a process of its own and print the table."""
    reference: NDArray[np.float32] | None = None
    print("| runtime | " + " | ".join(COLUMNS) + " |")
    print("|---" * (len(COLUMNS) + 1) + "|")
    for name, (runtime, _, _) in CONFIGURATIONS.items():
        if importlib.util.find_spec(runtime.split()[0]) is None:
            continue
        command = [sys.executable, "-m", "benchmarks.runtimes", name, str(exact)]
        for _ in range(2):  # the first round of the cached one fills its cache
            line = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        row = json.loads(line.splitlines()[-1])
        answers = np.array(row.pop("answers"))
        reference = answers if reference is None else reference
        figures = " | ".join(f"{value:.1f}" for value in row["figures"])
        print(f"| {name} | {figures} | {np.abs(answers - reference).max():.4f} |", flush=True)


def measure(name: str, exact: Path) -> None:
    """Measure one configuration in this process and print its figures as JSON."""
    runtime, precision, threads = CONFIGURATIONS[name]
    graph = STARTER / "model.onnx" if precision == "int8" else exact
    golden = sorted((STARTER / "golden").glob("*.jpg"))
    photos = np.stack([prepare(path.read_bytes(), Preparation()) for path in golden])
    eight = np.resize(photos, (8, *photos.shape[1:]))
    started = time.process_time()
    if "openvino" in runtime:
        run = _openvino(graph, runtime, precision, threads)
    else:
        run = _onnxruntime(graph, threads)
    run(photos[:1])
    figures = [(time.process_time() - started) * 1000]
    single = _times(lambda turn: run(photos[turn % len(photos)][np.newaxis]))
    figures.append(_resident_mb())
    together = [value / 8 for value in _times(lambda turn: run(eight))]
    figures.append(_resident_mb())
    answers = [run(photo[np.newaxis])[0].tolist() for photo in photos]
    print(json.dumps({"figures": [*figures, *single, *together], "answers": answers}))


def _times(work: Callable[[int], object]) -> list[float]:
    """Milliseconds of wall and of CPU that `work` takes, at their fifth percentile."""
    wall, cpu = [], []
    for turn in range(ROUNDS):
        moment, used = time.perf_counter(), time.process_time()
        work(turn)
        wall.append((time.perf_counter() - moment) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    return [float(np.percentile(values, 5)) for values in (wall, cpu)]


def _resident_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def _onnxruntime(graph: Path, threads: int) -> Run:
    from models.inference.network import Network

    network = Network(graph, threads=threads)
    return lambda photos: network.run(photos).probabilities


def _openvino(graph: Path, runtime: str, precision: str, threads: int) -> Run:
    import openvino

    options: dict[str, object] = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": threads,
        "INFERENCE_PRECISION_HINT": "f32" if precision == "int8" else precision,
    }
    if "cached" in runtime:
        options["CACHE_DIR"] = str(Path(tempfile.gettempdir()) / "bear-detector-runtimes-cache")
    compiled = openvino.Core().compile_model(str(graph), "CPU", options)
    request, port = compiled.create_infer_request(), compiled.output("probabilities")

    def run(photos: NDArray[np.uint8]) -> NDArray[np.float32]:
        request.infer({"photo": photos}, share_inputs=True)
        return np.array(request.get_tensor(port).data)

    return run


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
