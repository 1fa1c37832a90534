"""Collect, verify, clean, train, evaluate, export, retrain."""

from bear_detector.neighbours import refuse_strangers

# At import: later, a stranger's code would have been run.
refuse_strangers()

import models  # noqa: E402, F401 - before any library: it switches their telemetry off
