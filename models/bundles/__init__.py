"""Bundles: the parts of a published model."""
