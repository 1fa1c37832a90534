"""Collect, verify, clean, train, evaluate, export, retrain."""

import models  # noqa: F401 - before any library: it switches their telemetry off
