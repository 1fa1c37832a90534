"""The photos a training works on, and their features."""
