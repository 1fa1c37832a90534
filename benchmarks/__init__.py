"""Measurements of what the project promises."""

import models  # noqa: F401 - before any library: it switches their telemetry off
