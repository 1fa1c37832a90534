"""Turning off what libraries report to their makers.

ONNX Runtime from 1.29 on reports from Linux wheels, too: it writes a device's id and a database of
waiting events below ~/.cache and sends them home. It reads its variable at import, and a later call
comes too late. So the package that every program here imports first sets the variable, and child
processes inherit it.
"""

from __future__ import annotations

import os

OFF = {
    "ORT_DISABLE_TELEMETRY": "1",  # ONNX Runtime
    "RAY_USAGE_STATS_ENABLED": "0",  # Ray; another machine's part of a cluster has its own
    "HF_HUB_DISABLE_TELEMETRY": "1",  # the Hugging Face client, which timm downloads with
    "DO_NOT_TRACK": "1",  # what many others ask
}


def switch_off() -> None:
    """Turn off reporting in this process and in those that it starts."""
    os.environ.update(OFF)
