"""What libraries send to their makers unless they are told not to.

ONNX Runtime from 1.29 on reports from Linux wheels, too: it writes a device's id and a database of
waiting events below ~/.cache and sends them home. It asks its variable when it is imported, and a
call afterwards comes too late; so the package that every program here imports first sets it, and
what is set is inherited by every process that a program starts.
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
    """Tell every library in this process, and in those that it starts, to report to nobody."""
    os.environ.update(OFF)
