"""Bundles, the registry of published ones, and the classifier that runs one."""

from bear_detector.neighbours import refuse_strangers
from models.telemetry import switch_off

# At import: later, a stranger's code would have been run.
refuse_strangers("objects")
# At import, the one exception to the rule: ONNX Runtime reads the variable when it is imported, and
# every import of it leads through this package.
switch_off()
