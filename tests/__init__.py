"""Every room's tests."""

import models  # noqa: F401 - before any library: it switches their telemetry off
