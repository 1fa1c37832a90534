"""Folding, training, comparing, deciding, publishing: one retraining."""
