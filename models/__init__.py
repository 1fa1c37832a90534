"""Bundles, the registry of published ones, and the classifier that runs one."""

from models.telemetry import switch_off

# At import, the one exception to the rule: whoever imports a library of ours that imports
# ONNX Runtime must find the variable set, and every way to it leads through this package.
switch_off()
