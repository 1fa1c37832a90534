"""Which bundles are published, and which of them answers."""
