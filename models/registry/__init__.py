"""The published bundles, and the one that answers."""
